"""課税資料から事実へ: whose word counts, what is worked out, and who belongs to whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from yakuba.law.engine.evaluation import evaluate
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.law.rules.resident_tax.inputs import INPUTS
from yakuba.registers.income_reports.columns import AMOUNTS, MARKS, RELATIVE_SCHEMA
from yakuba.services.resident_tax.facts import RESIDENT_SCHEMA, Facts, facts_of, inputs_of

YEAR = 2026
FROM_ELSEWHERE = {
    "public_assistance", "one_stop", "municipal_foreign_tax_credit", "prefectural_foreign_tax_credit", "pension_tax",
    "previous_pension_tax", "pension_withholding_first_year",
}  # fmt: skip
"""Inputs that no report on income holds."""
REPORT = {
    "id": pl.Int64, "resident_id": pl.Int64, "kind": pl.String, "received_on": pl.Date,
    **dict.fromkeys(AMOUNTS, pl.Int64), **dict.fromkeys(MARKS, pl.Int16),
}  # fmt: skip
RELATIVE = {"report_id": pl.Int64, **RELATIVE_SCHEMA, "relative_id": pl.Int64}


def residents(*people: tuple[int, str, int, int]) -> pl.DataFrame:
    """People as (resident_id, birth date, sex, household)."""
    rows = [(each, date.fromisoformat(born), sex, home) for each, born, sex, home in people]
    return pl.DataFrame(rows, schema=RESIDENT_SCHEMA, orient="row")


def reports(*rows: dict[str, Any]) -> pl.DataFrame:
    """Reports that count, numbered from 1; an amount not named is 0."""
    zero = dict.fromkeys((*AMOUNTS, *MARKS), 0)
    filled = [{"id": at, "received_on": date(2026, 1, 28), **zero, **row} for at, row in enumerate(rows, 1)]
    return pl.DataFrame(filled, schema=REPORT)


def relatives(*rows: dict[str, Any]) -> pl.DataFrame:
    """Relatives named in reports."""
    blank = {
        "position": 1, "role": "dependant", "name": "見本　某", "name_kana": "", "birth_date": None, "disability": 0,
        "living_together": None, "lineal_ascendant": None, "abroad": False, "relative_id": None,
    }  # fmt: skip
    return pl.DataFrame([{**blank, **row} for row in rows], schema=RELATIVE)


FAMILY = residents(
    (1, "1975-04-02", 1, 10), (2, "1977-01-01", 2, 10), (3, "2007-01-03", 1, 10), (4, "2008-01-03", 2, 20)
)


def facts(*rows: dict[str, Any], named: pl.DataFrame | None = None) -> Facts:
    """Of the family."""
    return facts_of(FAMILY, reports(*rows), named if named is not None else relatives(), fiscal_year=YEAR)


def test_every_input_is_given_or_known_to_come_from_elsewhere() -> None:
    given = set(facts().inputs.columns) - {"resident_id"}
    assert given | FROM_ELSEWHERE == {one.name for one in INPUTS}
    assert not given & FROM_ELSEWHERE


def test_somebody_without_reports_has_nothing() -> None:
    first = facts().inputs.row(0, named=True)
    assert {name: value for name, value in first.items() if value} == {
        "resident_id": 1, "age": 50, "claimed_spouse": -1, "supporter": -1,
    }  # fmt: skip


def test_ages_and_minors_by_the_day_before_the_birthday() -> None:
    """令和8年度: 平成20年1月3日以降に生まれた人が未成年; 1月1日生まれは12月31日に年を取る."""
    inputs = facts().inputs
    assert inputs["age"].to_list() == [50, 49, 18, 17]
    assert inputs["minor"].to_list() == [0, 0, 0, 1]
    born = residents((1, "2008-01-02", 1, 1), (2, "2008-01-01", 1, 1))
    assert facts_of(born, reports(), relatives(), fiscal_year=YEAR).inputs["minor"].to_list() == [0, 0]


def test_until_the_fourth_year_of_reiwa_twenty_was_of_age() -> None:
    """令和4年度: 平成14年1月3日以降; 令和5年度: 平成17年1月3日以降に生まれた人が未成年 (品川区)."""
    born = residents((1, "2002-01-02", 1, 1), (2, "2002-01-03", 1, 1), (3, "2005-01-02", 1, 1), (4, "2005-01-03", 1, 1))
    minors = {
        year: facts_of(born, reports(), relatives(), fiscal_year=year).inputs["minor"].to_list()
        for year in (2022, 2023)
    }
    assert minors == {2022: [0, 1, 1, 1], 2023: [0, 0, 0, 1]}


def test_slips_of_several_payers_are_added_up() -> None:
    slip = {"resident_id": 1, "kind": "salary", "employment_revenue": 3_000_000, "social_insurance_premium": 400_000}
    old_age = {"resident_id": 1, "kind": "pension", "pension_revenue": 900_000, "social_insurance_premium": 60_000}
    row = facts(slip, {**slip, "employment_revenue": 500_000, "secondary_salary": 1}, old_age).inputs.row(0, named=True)
    assert (row["employment_revenue"], row["pension_revenue"]) == (3_500_000, 900_000)
    assert row["social_insurance_premium"] == 860_000


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [
        (["salary", "final_return"], 2),
        (["resident_tax_return", "final_return", "salary"], 2),
        (["salary", "resident_tax_return"], 2),
        (["final_return", "resident_tax_return"], 1),
    ],
)
def test_the_return_goes_before_the_slips(kinds: list[str], counts: int) -> None:
    rows = [
        {"resident_id": 1, "kind": kind, "employment_revenue": at * 1_000_000, "medical_expense": at * 1_000}
        for at, kind in enumerate(kinds, 1)
    ]
    row = facts(*rows).inputs.row(0, named=True)
    assert (row["employment_revenue"], row["medical_expense"]) == (counts * 1_000_000, counts * 1_000)


def test_of_two_returns_the_later_counts() -> None:
    base = {"resident_id": 1, "kind": "final_return"}
    later = {**base, "business_income": 2, "received_on": date(2026, 3, 14)}
    earlier = {**base, "business_income": 1, "received_on": date(2026, 3, 1)}
    assert facts(later, earlier).inputs["business_income"][0] == 2


@pytest.mark.parametrize(
    ("deducted", "old", "premium"),
    [(0, 0, 0), (18_000, 0, 18_000), (28_000, 8_000, 20_000), (28_000, 16_001, 14_999), (50_000, 30_000, 35_000), (10_000, 30_000, 0)],
)  # fmt: skip
def test_the_earthquake_premium_is_what_the_old_casualty_premium_leaves(deducted: int, old: int, premium: int) -> None:
    """所得税の控除額: 旧長期は1万円まで全額、2万円まで2分の1＋5,000円（端数切上げ）、上は15,000円."""
    slip = {
        "resident_id": 1,
        "kind": "salary",
        "income_tax_earthquake_deduction": deducted,
        "old_casualty_insurance": old,
    }
    row = facts(slip).inputs.row(0, named=True)
    assert (row["earthquake_insurance"], row["old_casualty_insurance"]) == (premium, old)


def test_what_income_tax_left_of_the_housing_loan() -> None:
    slip = {"resident_id": 1, "kind": "salary", "housing_loan_creditable": 200_000, "housing_loan_kind": 2}
    rows = [{**slip, "housing_loan_credited": 90_000}, {**slip, "resident_id": 2, "housing_loan_credited": 200_000}]
    inputs = facts(*rows).inputs
    assert inputs["housing_loan_remaining"].to_list() == [110_000, 0, 0, 0]
    assert inputs["housing_loan_kind"].to_list() == [2, 0, 0, 0]


def test_a_single_parent_is_father_or_mother() -> None:
    rows = [{"resident_id": each, "kind": "salary", "single_parent": 1} for each in (1, 2)]
    assert facts(*rows).inputs["single_parent"].to_list() == [2, 1, 0, 0]


def test_spouse_and_dependants_become_rows() -> None:
    named = relatives(
        {"report_id": 1, "role": "spouse", "relative_id": 2, "disability": 1},
        {"report_id": 1, "position": 2, "relative_id": 3},
        {"report_id": 1, "position": 3, "role": "under_16", "relative_id": 4},
        {"report_id": 1, "position": 4, "name": "見本　遠", "birth_date": date(1950, 5, 5), "abroad": True, "lineal_ascendant": True},
    )  # fmt: skip
    made = facts({"resident_id": 1, "kind": "salary"}, named=named)
    inputs = made.inputs
    assert made.findings == []
    assert inputs["resident_id"].to_list() == [1, 2, 3, 4, None]
    assert inputs["claimed_spouse"].to_list() == [1, -1, -1, -1, -1]
    assert inputs["supporter"].to_list() == [-1, -1, 0, 0, 0]
    assert inputs["lives_with_supporter"].to_list() == [0, 1, 1, 0, 0]
    assert inputs["lineal_ascendant"].to_list() == [0, 0, 0, 0, 1]
    assert inputs["disability"].to_list() == [0, 1, 0, 0, 0]
    assert inputs["fixed_credit_dependants_abroad"].to_list() == [1, 0, 0, 0, 0]
    assert inputs["age"][4] == 75


def test_relatives_of_a_report_that_does_not_count_are_nobodys() -> None:
    named = relatives({"report_id": 1, "relative_id": 3}, {"report_id": 2, "relative_id": 4})
    rows = [{"resident_id": 1, "kind": "salary"}, {"resident_id": 1, "kind": "final_return"}]
    assert facts(*rows, named=named).inputs["supporter"].to_list() == [-1, -1, -1, 0]


def test_a_child_claimed_by_both_belongs_to_the_report_that_ranks_first() -> None:
    named = relatives({"report_id": 1, "relative_id": 3}, {"report_id": 2, "relative_id": 3})
    rows = [{"resident_id": 1, "kind": "salary"}, {"resident_id": 2, "kind": "final_return"}]
    assert facts(*rows, named=named).inputs["supporter"].to_list() == [-1, -1, 1, -1]


def test_an_employee_of_the_family_is_marked() -> None:
    named = relatives({"report_id": 1, "role": "family_employee", "relative_id": 2})
    assert facts({"resident_id": 1, "kind": "final_return"}, named=named).inputs["family_employee"].to_list() == [
        0,
        1,
        0,
        0,
    ]


def test_a_relative_whom_nobody_knows_is_a_finding_and_no_row() -> None:
    made = facts({"resident_id": 1, "kind": "salary"}, named=relatives({"report_id": 1}))
    assert [finding.rule for finding in made.findings] == ["relative-unknown"]
    assert made.inputs.height == 4


def test_one_person_and_the_town_are_the_same_reckoning() -> None:
    slip = {"resident_id": 1, "kind": "salary", "employment_revenue": 4_200_000, "life_insurance_new_general": 56_000}
    alone = inputs_of(reports(slip), relatives(), birth_date=date(1975, 4, 2), sex=1, fiscal_year=YEAR)
    town = facts(slip).inputs.row(0, named=True)
    assert alone == {name: value for name, value in town.items() if name != "resident_id"}


@pytest.mark.parametrize("fiscal_year", [2024, 2026])
def test_the_rules_take_the_facts(fiscal_year: int) -> None:
    slip = {"resident_id": 1, "kind": "salary", "employment_revenue": 4_200_000, "social_insurance_premium": 600_000}
    made = facts_of(FAMILY, reports(slip), relatives({"report_id": 1, "relative_id": 3}), fiscal_year=fiscal_year)
    columns = {name: made.inputs[name].to_numpy() for name in made.inputs.columns if name != "resident_id"}
    found = evaluate(resident_tax(fiscal_year), columns, ["dependant_count", "employment_revenue", "annual_tax"])
    assert np.asarray(found["dependant_count"]).tolist() == [1, 0, 0, 0]
    assert np.asarray(found["annual_tax"])[0] > 0
