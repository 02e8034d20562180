"""賦課の計算: who is decided, which part the pension bears, and that the instalments are the tax."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.resident_tax.towns import snapshot

from yakuba.law.engine.evaluation import evaluate
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.services.resident_tax.calculation import PARTS, Calculation, calculate
from yakuba.services.resident_tax.wording import digest_of, inputs_texts, outcome_of, outcome_texts

TOWN = "990019"
YEAR = 2026


def salary(resident: int, revenue: int, **more: Any) -> dict[str, Any]:
    return {
        "resident_id": resident, "kind": "salary", "payer_number": "P1", "payer_name": "見本商事",
        "employment_revenue": revenue, **more,
    }  # fmt: skip


def pension(resident: int, revenue: int) -> dict[str, Any]:
    return {"resident_id": resident, "kind": "pension", "payer_number": "N1", "pension_revenue": revenue}


def result(found: Calculation, resident: int) -> dict[str, int]:
    at = found.people["resident_id"].to_list().index(resident)
    return {name: int(column[at]) for name, column in found.outcome.items()}


def paid(found: Calculation, resident: int) -> dict[tuple[str, int], int]:
    rows = found.instalments.filter(resident_id=resident).select("collection_method", "instalment_number", "amount")
    return {(method, at): amount for method, at, amount in rows.iter_rows()}


PEOPLE = [
    (1, "1975-04-02", 1, 10), (2, "1977-01-01", 2, 10), (3, "2007-01-03", 1, 10), (4, "1950-06-01", 1, 20),
    (5, "1951-06-01", 2, 20), (6, "1990-06-01", 1, 30), (7, "1992-06-01", 1, 40),
]  # fmt: skip


def town(**more: Any) -> Calculation:
    reports = [
        salary(1, 6_000_000, social_insurance_premium=900_000), pension(4, 2_800_000),
        {"resident_id": 6, "kind": "final_return", "business_income": 3_000_000},
    ]  # fmt: skip
    relatives = [
        {"report_id": 1, "position": 1, "role": "spouse", "relative_id": 2},
        {"report_id": 1, "position": 2, "relative_id": 3},
        {"report_id": 2, "role": "spouse", "relative_id": 5},
    ]
    return calculate(snapshot(PEOPLE, reports, relatives, **more), TOWN)


def test_who_reports_or_is_claimed_is_decided_and_the_others_are_counted() -> None:
    found = town()
    assert found.people["resident_id"].to_list() == [1, 2, 3, 4, 5, 6]
    assert found.undeclared == 1
    assert found.findings == []


def test_each_pays_in_the_way_that_the_reports_say() -> None:
    found = town()
    assert {method for method, _ in paid(found, 1)} == {"salary"}
    assert {method for method, _ in paid(found, 6)} == {"ordinary"}
    # The first year of withholding: half of it by 納税通知書, in the first two instalments.
    first = paid(found, 4)
    assert set(first) == {("ordinary", 1), ("ordinary", 2), ("pension", 4), ("pension", 5), ("pension", 6)}
    tax = result(found, 4)["annual_tax"]
    assert first["ordinary", 1] + first["ordinary", 2] == tax // 2 // 100 * 100


def test_a_pension_goes_on_being_withheld_from_april() -> None:
    found = town(last_year=[(4, 60_000, 60_000)])
    assert {at for _, at in paid(found, 4)} == {1, 2, 3, 4, 5, 6}
    assert paid(found, 4)["pension", 1] == 10_000


def test_the_pension_bears_the_tax_less_that_on_all_but_the_pension() -> None:
    """京丹後市: the same person without the pension, everybody else unchanged."""
    reports = [pension(4, 2_800_000), salary(4, 2_000_000), pension(5, 1_900_000)]
    relatives = [{"report_id": 1, "role": "spouse", "relative_id": 5}]
    found = result(calculate(snapshot(PEOPLE, reports, relatives), TOWN), 4)
    without = calculate(snapshot(PEOPLE, [salary(4, 2_000_000), *reports[2:]], [{**relatives[0]}]), TOWN)
    assert found["pension_tax"] == found["annual_tax"] - result(without, 4)["annual_tax"] > 0
    assert found["salary_tax"] == found["annual_tax"] - found["pension_tax"]


def test_the_whole_town_is_what_the_rules_say_of_each() -> None:
    found = town()
    rules = resident_tax(YEAR, TOWN)
    rows = {name: column.copy() for name, column in found.inputs.items() if name in rules.inputs}
    ids = found.people["resident_id"].to_list()
    for name in ("claimed_spouse", "supporter"):
        rows[name] = np.array([ids.index(each) if each >= 0 else -1 for each in rows[name]])
    again = evaluate(rules, rows, ["annual_tax", "deduction_total"])
    assert again["annual_tax"].tolist() == found.outcome["annual_tax"].tolist()
    assert again["deduction_total"].tolist() == found.outcome["deduction_total"].tolist()


def test_whoever_has_income_that_is_taxed_apart_is_decided() -> None:
    filed = {
        "resident_id": 6, "kind": "final_return", "business_income": 3_000_000, "long_term_residence_gain": 40_000_000,
        "long_term_residence_special_deduction": 30_000_000, "listed_stock_gain": 1_000_000, "listed_stock_loss_carried": 400_000,
        "listed_dividend_income": 200_000, "dividend_levy_withheld": 10_000, "forestry_income": 500_000,
    }  # fmt: skip
    found = calculate(snapshot(PEOPLE, [filed], []), TOWN)
    assert found.findings == []
    decided = result(found, 6)
    assert decided["total_income"] == 44_700_000
    assert decided["gross_income"] == 44_300_000
    assert [
        decided[f"taxable_{name}"] for name in ("long_term_residence", "listed_stock", "listed_dividend", "forestry")
    ] == [10_000_000, 600_000, 200_000, 500_000]
    # 2.4 % of the home and 3 % of shares and dividends; 基礎控除 is nothing above 25,000,000.
    assert decided["municipal_separate_levy"] == 264_000
    assert decided["municipal_income_levy_computed"] == 264_000 + 3_500_000 * 6 // 100
    assert sum(paid(found, 6).values()) == decided["annual_tax"]


def test_whoever_cannot_be_worked_out_is_told_and_left_out_with_the_family() -> None:
    reports = [salary(1, 6_000_000, residence_loss_carried=1, long_term_special_deduction=1), salary(6, 3_000_000)]
    relatives = [{"report_id": 1, "role": "spouse", "relative_id": 2}]
    found = calculate(snapshot(PEOPLE, reports, relatives), TOWN)
    assert found.people["resident_id"].to_list() == [6]
    assert [(one.rule, one.where) for one in found.findings] == [("unsupported", "1")]


def test_texts_keep_all_that_is_not_at_its_default() -> None:
    found = town()
    every = slice(0, found.people.height)
    texts = outcome_texts(found, every)
    assert [json.loads(text) for text in texts] == [
        {name: value for name, value in result(found, each).items() if value or name == "annual_tax"}
        for each in found.people["resident_id"]
    ]
    names = list(found.outcome)
    assert outcome_of(texts, names).to_dict(as_series=False) == {n: found.outcome[n].tolist() for n in names}
    first = json.loads(inputs_texts(found, every)[0])
    assert first["employment_revenue"] == 6_000_000
    assert first["claimed_spouse"] == 2
    assert "pension_revenue" not in first


def test_the_digest_is_of_what_is_decided() -> None:
    assert digest_of(town()) == digest_of(town())
    assert digest_of(town()) != digest_of(town(last_year=[(4, 60_000, 60_000)]))


amounts = st.integers(0, 30_000_000)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(amounts, st.integers(0, 6_000_000), amounts, st.integers(1930, 2008)), min_size=1, max_size=12),
    st.sampled_from([2024, 2025, 2026, 2027]),
)
def test_the_instalments_of_everybody_are_the_tax(people: list[tuple[int, int, int, int]], year: int) -> None:
    rows = [(at, f"{born}-06-01", 1, at) for at, (*_, born) in enumerate(people, 1)]
    reports = []
    for at, (wages, pensions, business, _) in enumerate(people, 1):
        reports += [salary(at, wages)] if wages % 2 else []
        reports += [pension(at, pensions)] if pensions % 2 else []
        reports += (
            [{"resident_id": at, "kind": "resident_tax_return", "business_income": business}] if business % 3 else []
        )
    found = calculate(snapshot(rows, reports, fiscal_year=year), TOWN)
    sums = found.instalments.group_by("resident_id").agg(pl.col("amount").sum())
    by_person = dict(sums.iter_rows())
    for at, resident in enumerate(found.people["resident_id"]):
        tax = int(found.outcome["annual_tax"][at])
        assert by_person.get(resident, 0) == tax == sum(int(found.outcome[name][at]) for name in PARTS)
