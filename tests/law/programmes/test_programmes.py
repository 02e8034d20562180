"""給付事業: the shipped programmes on small towns, wrong definitions, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.law.folder import data_folder, read_yaml
from yakuba.law.programmes import FormulaError, Listing, compiled, listed, read_programme, read_programmes
from yakuba.law.programmes.listing import ENTITLED, NOT_ENTITLED, UNCLEAR

PROGRAMMES, FINDINGS = read_programmes()


def test_every_shipped_programme_is_without_findings() -> None:
    assert FINDINGS == []
    assert set(PROGRAMMES) == {
        "special_fixed_benefit_2020",
        "low_income_benefit_2024",
        "adjustment_benefit_2024",
        "adjustment_shortfall_benefit_2025",
        "child_rearing_support_2025",
    }


def town(*people: dict[str, Any], **facts: Any) -> pl.DataFrame:
    """A frame of people; household 1 and its head 1 unless told."""
    base = {"household_id": 1, "payee_id": 1, "is_apart": False, **facts}
    rows = [{"resident_id": number, **base, **person} for number, person in enumerate(people, 1)]
    return pl.DataFrame(rows, schema_overrides={"household_id": pl.Int64, "payee_id": pl.Int64})


def case(listing: Listing, case_id: int = 1) -> dict[str, Any]:
    return listing.cases.row(by_predicate=pl.col("case_id") == case_id, named=True)


def test_2020_pays_the_head_100_000_for_each_member() -> None:
    listing = listed(PROGRAMMES["special_fixed_benefit_2020"], town({}, {}, {}, {"household_id": 2, "payee_id": 4}))
    assert listing.cases.select("case_id", "payee_id", "amount", "member_count").rows() == [
        (1, 1, 300_000, 3),
        (2, 4, 100_000, 1),
    ]


def test_r4_who_is_apart_is_a_case_of_their_own() -> None:
    people = town({}, {"payee_id": 2, "is_apart": True}, {"payee_id": 2, "is_apart": True}, {})
    listing = listed(PROGRAMMES["special_fixed_benefit_2020"], people)
    assert listing.cases.select("case_id", "payee_id", "household_id", "amount").rows() == [
        (-2, 2, None, 200_000),
        (1, 1, 1, 200_000),
    ]


EXEMPT = {"levied(2024)": False, "claimed_by_taxpayer(2024)": False, "birth_date": date(1980, 1, 1)}
CHILD = {"birth_date": date(2010, 5, 5)}


@pytest.mark.parametrize(
    ("people", "state", "amount"),
    [
        ([{}], ENTITLED, 30_000),
        ([{}, CHILD, CHILD], ENTITLED, 70_000),
        ([{}, {**CHILD, "birth_date": date(2006, 4, 1)}], ENTITLED, 30_000),
        ([{}, {**CHILD, "birth_date": date(2006, 4, 2)}], ENTITLED, 50_000),
        ([{}, {"levied(2024)": True}], NOT_ENTITLED, 0),
        ([{"claimed_by_taxpayer(2024)": True}, {"claimed_by_taxpayer(2024)": True}], NOT_ENTITLED, 0),
        ([{"claimed_by_taxpayer(2024)": True}, {}], ENTITLED, 30_000),
        ([{}, {"levied(2024)": None}], UNCLEAR, 0),
        # One who is taxed settles it, whatever isn't known of the others.
        ([{"levied(2024)": True}, {"levied(2024)": None}], NOT_ENTITLED, 0),
        ([{}, {"birth_date": None}], UNCLEAR, 0),
    ],
)
def test_households_without_tax_with_a_supplement_for_children(
    people: list[dict[str, Any]], state: str, amount: int
) -> None:
    listing = listed(PROGRAMMES["low_income_benefit_2024"], town(*people, **EXEMPT))
    assert (case(listing)["state"], case(listing)["amount"]) == (state, amount)


def test_what_failed_is_named_by_its_bit() -> None:
    listing = listed(
        PROGRAMMES["low_income_benefit_2024"], town({"levied(2024)": True}, **EXEMPT | {"levied(2024)": False})
    )
    assert case(listing)["failed"] & 0b011 == 0b001


CREDIT = {
    "decided(2024,total_income)": 4_000_000,
    "reported(reduction_persons)": 4,
    "reported(estimated_income_tax)": 73_000,
    "reported(income_levy_before_credit)": 25_000,
}


@pytest.mark.parametrize(
    ("facts", "state", "amount"),
    [
        ({}, ENTITLED, 70_000),  # 120,000 − 73,000 = 47,000 and 40,000 − 25,000 = 15,000: 62,000, so 70,000
        ({"reported(estimated_income_tax)": 120_000, "reported(income_levy_before_credit)": 39_999}, ENTITLED, 10_000),
        ({"reported(estimated_income_tax)": 120_000, "reported(income_levy_before_credit)": 40_000}, NOT_ENTITLED, 0),
        ({"decided(2024,total_income)": 18_050_000}, ENTITLED, 70_000),
        ({"decided(2024,total_income)": 18_050_001}, NOT_ENTITLED, 0),
        ({"reported(estimated_income_tax)": None}, UNCLEAR, 0),
    ],
)
def test_what_of_the_credit_could_not_be_taken(facts: dict[str, Any], state: str, amount: int) -> None:
    listing = listed(PROGRAMMES["adjustment_benefit_2024"], town({}, **{**CREDIT, **facts}))
    assert (case(listing)["state"], case(listing)["amount"]) == (state, amount)


SHORTFALL = {
    "decided(2025,total_income)": 4_000_000,
    "reported(final_reduction_persons)": 3,
    "reported(final_income_tax)": 50_000,
    "reported(income_levy_before_credit)": 30_000,
    "reported(shortfall_second_kind)": 0,
    "received(adjustment_benefit_2024)": 20_000,
}


@pytest.mark.parametrize(
    ("facts", "amount"),
    [
        ({}, 20_000),  # 90,000 − 50,000 = 40,000 less what was paid
        ({"received(adjustment_benefit_2024)": 60_000}, 0),  # nothing is claimed back
        ({"reported(shortfall_second_kind)": 40_000}, 40_000),
    ],
)
def test_the_shortfall_is_what_is_due_now_less_what_was_paid(facts: dict[str, Any], amount: int) -> None:
    listing = listed(PROGRAMMES["adjustment_shortfall_benefit_2025"], town({}, **{**SHORTFALL, **facts}))
    assert case(listing)["amount"] == amount


def test_children_are_paid_to_who_brings_them_up() -> None:
    people = town(
        {"payee_id": None, "birth_date": date(1990, 1, 1)},
        {"birth_date": date(2007, 4, 2)},
        {"birth_date": date(2026, 3, 31)},
        {"birth_date": date(2007, 4, 1)},
    )
    listing = listed(PROGRAMMES["child_rearing_support_2025"], people)
    assert (case(listing)["amount"], case(listing)["member_count"]) == (40_000, 2)


@given(st.randoms(use_true_random=False), st.lists(st.tuples(st.integers(1, 4), st.sampled_from([True, False, None]))))
def test_the_order_of_the_rows_changes_nothing(random: Any, people: list[tuple[int, bool | None]]) -> None:
    rows = [
        {
            "resident_id": number,
            "household_id": home,
            "payee_id": home * 100,
            "is_apart": False,
            **EXEMPT,
            "levied(2024)": tax,
        }
        for number, (home, tax) in enumerate(people, 1)
    ]
    if not rows:
        return
    schema = {"levied(2024)": pl.Boolean}
    first = listed(PROGRAMMES["low_income_benefit_2024"], pl.DataFrame(rows, schema_overrides=schema))
    random.shuffle(rows)
    second = listed(PROGRAMMES["low_income_benefit_2024"], pl.DataFrame(rows, schema_overrides=schema))
    assert first.cases.equals(second.cases)
    assert first.members.equals(second.members)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "open('x')",
        "is_head.__class__",
        "age_on",
        'age_on("2024-02-30") > 1',
        "levied(24)",
        "1 if is_head else 0",
        "is_head > 1",
        "count(1)",
        "1 / 2",
        "1 < 2 < 3",
        "[1]",
        "'text'",
        "is_head and",
        "1.5",
        "",
    ],
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        compiled(text, "flag")


def document(**changes: Any) -> dict[str, Any]:
    read: dict[str, Any] = read_yaml(data_folder() / "programmes" / "low_income_benefit_2024.yaml")
    return {name: value for name, value in {**read, **changes}.items() if value is not ...}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"title": ...}, "programme-title"),
        ({"code": "給付"}, "programme-code"),
        ({"reference_on": "令和6年"}, "programme-reference_on"),
        ({"closes_on": "2024-01-01"}, "programme-closes_on"),
        ({"case": "family"}, "programme-case"),
        ({"channels": ["fax"]}, "programme-channels"),
        ({"account_sources": ["declared"]}, "programme-account_sources"),
        ({"member_amount": "20000.5"}, "programme-member_amount"),
        ({"member_amount": "0", "case_amount": "0"}, "programme-member_amount"),
        ({"case_conditions": [{"name": "a", "text": "b"}]}, "programme-case_conditions"),
        ({"budget_amount": -1}, "programme-budget_amount"),
        ({"is_disposition": "no"}, "programme-is_disposition"),
        ({"payer_name": "ｱ" * 41}, "programme-payer_name"),
        ({"texts": {}}, "programme-texts"),
        ({"colour": "red"}, "programme-colour"),
    ],
)
def test_a_wrong_definition_gives_a_finding_that_names_the_field(changes: dict[str, Any], rule: str) -> None:
    programme, findings = read_programme(document(**changes))
    assert programme is None
    assert {one.rule for one in findings} == {rule}
    assert all(one.remedy for one in findings)
