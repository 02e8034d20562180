"""計算: the same answer whatever the blocks, workers and order of rows; only what is needed is worked out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.law.resident_tax.people import random_people

from yakuba.kernel.findings import has_errors
from yakuba.law import check, compare, distribution, evaluate, explain, graph, resident_tax, totals
from yakuba.law.engine.evaluation import plan
from yakuba.law.engine.explanation import row_of

RULES = resident_tax(2026)
WANTED = ("annual_tax", "deduction_total", "is_dependant", "ordinary_instalment_1", "salary_instalment_june")
PEOPLE = random_people(5_000, 3, 2026)
WHOLE = evaluate(RULES, PEOPLE, WANTED, block_rows=10**9)


def same(found: dict[str, Any]) -> bool:
    return all(found[name].dtype == WHOLE[name].dtype and np.array_equal(found[name], WHOLE[name]) for name in WANTED)


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("block_rows", [1, 97, 1_024])
def test_blocks_and_workers_change_nothing(block_rows: int, workers: int) -> None:
    assert same(evaluate(RULES, PEOPLE, WANTED, block_rows=block_rows, workers=workers))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(PEOPLE["age"]))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    moved = {name: column[order] for name, column in PEOPLE.items()}
    for name in ("claimed_spouse", "supporter"):
        moved[name] = np.where(moved[name] >= 0, place[moved[name]], -1)
    found = evaluate(RULES, moved, WANTED, block_rows=512, workers=2)
    assert same({name: column[place] for name, column in found.items()})


def test_only_what_is_wanted_is_worked_out() -> None:
    steps = {step.name for step in plan(RULES, ["pension_income"], ["pension_revenue", "age"]).steps}
    assert "pension_income" in steps
    assert not steps & {"annual_tax", "deduction_total", "municipal_adjustment_credit", "life_insurance_deduction"}


def test_a_quantity_that_is_given_takes_the_place_of_its_rule() -> None:
    given = row_of(
        {"total_income": 3_000_000, "aggregate_income_after_losses": 3_000_000, "deduction_total": 1_000_000}
    )
    assert int(evaluate(RULES, given, ["taxable_total_income"])["taxable_total_income"][0]) == 2_000_000


def test_an_unknown_quantity_is_an_error() -> None:
    with pytest.raises(KeyError):
        evaluate(RULES, PEOPLE, ["no_such_quantity"])


def test_another_year_is_refused() -> None:
    with pytest.raises(ValueError, match="2023"):
        resident_tax(2023)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"employment_revenue": np.array([-1])}, "out-of-bounds"),
        ({"employment_revenue": np.array([10**12 + 1])}, "out-of-bounds"),
        ({"employment_revenue": np.array([1.5])}, "not-whole"),
        ({"salary": np.array([1])}, "unknown-column"),
        ({"residence_loss_carried": np.array([1]), "long_term_special_deduction": np.array([1])}, "unsupported"),
        ({"supporter": np.array([1])}, "out-of-bounds"),
        ({"supporter": np.array([0])}, "out-of-bounds"),
        ({"age": np.array([1]), "widow": np.array([1, 0])}, "column-length"),
    ],
)
def test_what_cannot_be_is_a_finding_and_no_number(columns: dict[str, Any], rule: str) -> None:
    findings = check(RULES, columns)
    assert [finding.rule for finding in findings] == [rule]
    assert has_errors(findings)
    assert findings[0].remedy


def test_an_explanation_reaches_the_inputs_and_the_numbers_of_the_law() -> None:
    facts = row_of({"employment_revenue": 5_000_000, "social_insurance_premium": 700_000})
    node = explain(RULES, facts, 0, "annual_tax")
    text = "\n".join(node.lines())
    assert node.value == 245_500
    assert "課税総所得金額　2,430,000円" in text
    assert "1,000円未満切捨て（地方税法第20条の4の2第1項）" in text
    assert "社会保険料　700,000円" in text
    assert "市町村民税所得割の税率　3/50　［地方税法第314条の3第1項" in text
    assert node.as_data()["parts"][0]["name"] == "municipal_income_levy"


def test_an_explanation_of_anybody_says_what_the_table_says() -> None:
    for row in range(0, 5_000, 617):
        assert explain(RULES, PEOPLE, row, "annual_tax").value == int(WHOLE["annual_tax"][row])


def test_a_scenario_tells_who_gains_and_leaves_the_law_alone() -> None:
    before = RULES.digest()
    other = RULES.with_parameters({"municipal_per_capita_amount": 3_500})
    compared = compare(RULES, other, PEOPLE, "annual_tax")
    told = totals(compared).row(0, named=True)
    taxed = int((evaluate(RULES, PEOPLE, ["municipal_per_capita_levy"])["municipal_per_capita_levy"] > 0).sum())
    assert (told["change"], told["higher"], told["lower"]) == (500 * taxed, taxed, 0)
    assert distribution(compared, PEOPLE["age"], [0, 65])["people"].sum() == 5_000
    assert (RULES.digest(), other.digest() == before) == (before, False)


def test_a_scenario_may_change_a_rule() -> None:
    other = RULES.with_rules({"basic_deduction": lambda total_income: total_income * 0 + 580_000})
    told = totals(compare(RULES, other, PEOPLE, "annual_tax")).row(0, named=True)
    assert told["higher"] == 0
    assert told["lower"] > 1_000


def test_the_graph_is_drawn_with_every_quantity() -> None:
    drawn = graph(RULES, "annual_tax")
    names = {step.name for step in plan(RULES, ["annual_tax"], []).steps}
    assert drawn.startswith("<svg")
    assert all(f"　{name}　" in drawn for name in names)
