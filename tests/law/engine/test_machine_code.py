"""機械語: what the rules do is written down whole, and as machine code gives the same bits as by columns."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.law.resident_tax.people import random_people

from yakuba.law import evaluate, resident_tax
from yakuba.law.engine import evaluation
from yakuba.law.engine.evaluation import plan
from yakuba.law.engine.exact import LARGEST
from yakuba.law.engine.machine_code import compiled, is_there
from yakuba.law.engine.tracing import trace
from yakuba.law.rules.resident_tax import FISCAL_YEARS

AMOUNTS = st.lists(st.integers(-LARGEST, LARGEST), min_size=1, max_size=20)


def is_flag(rules: Any, name: str) -> bool:
    return name in rules.rules and rules.rules[name].unit == "flag"


def by_machine_code(rules: Any, columns: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    todo = plan(rules, wanted, columns)
    program = trace(todo)
    assert program is not None
    rows = len(next(iter(columns.values())))
    results = {name: np.empty(rows, np.bool_ if is_flag(rules, name) else np.int64) for name in wanted}
    compiled(program).over(columns, results)(0, rows)
    return results


def test_the_library_is_installed_where_tests_run() -> None:
    assert is_there()


@pytest.mark.parametrize("year", FISCAL_YEARS)
@pytest.mark.parametrize("municipality", [None, "990019"])
def test_every_quantity_is_the_same_by_machine_code(year: int, municipality: str | None) -> None:
    rules = resident_tax(year, municipality)
    people, wanted = random_people(4_000, year, year), list(rules.rules)
    plain, found = evaluate(rules, people, wanted, block_rows=10**9), by_machine_code(rules, people, wanted)
    different = [name for name in wanted if not np.array_equal(plain[name], found[name])]
    assert different == []
    assert all(plain[name].dtype == found[name].dtype for name in wanted)


@pytest.mark.parametrize("year", FISCAL_YEARS)
def test_rules_with_few_facts_given_are_written_down_too(year: int) -> None:
    rules = resident_tax(year)
    people = {name: random_people(500, 1, year)[name] for name in ("age", "employment_revenue", "supporter")}
    wanted = ["annual_tax", "salary_instalment_june", "has_same_livelihood_spouse", "special_spouse_deduction"]
    found = by_machine_code(rules, people, wanted)
    plain = evaluate(rules, people, wanted)
    assert all(np.array_equal(plain[name], found[name]) for name in wanted)


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("block_rows", [97, 1_024])
@pytest.mark.parametrize("mixed", [False, True])
def test_blocks_workers_and_order_change_nothing(
    mixed: bool, block_rows: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, people = resident_tax(2026), random_people(5_000, 3, 2026)
    wanted = ["annual_tax", "deduction_total", "is_dependant", "ordinary_instalment_1"]
    order = np.random.default_rng(1).permutation(5_000) if mixed else np.arange(5_000)
    place = np.argsort(order)
    moved = {name: column[order] for name, column in people.items()}
    for name in ("claimed_spouse", "supporter"):
        moved[name] = np.where(moved[name] >= 0, place[moved[name]], -1)
    plain = evaluate(rules, moved, wanted, block_rows=10**9)
    monkeypatch.setattr(evaluation, "COMPILED_ROWS", 1)
    found = evaluate(rules, moved, wanted, block_rows=block_rows, workers=workers)
    assert all(np.array_equal(plain[name], found[name]) for name in wanted)


@given(AMOUNTS, st.integers(1, 10**5), st.integers(1, 10**6))
def test_division_rounds_down_below_zero_too(amounts: list[int], by: int, step: int) -> None:
    edges = [each * by + near for each in amounts[:5] for near in (-1, 0, 1) if abs(each) < 10**12]
    rules = resident_tax(2026).with_rules(
        {
            "widow_deduction": lambda employment_revenue: employment_revenue // by,
            "single_parent_deduction": lambda employment_revenue: -((-employment_revenue) // by) * step,
            "working_student_deduction": lambda employment_revenue, age: employment_revenue // np.maximum(age + by, 1),
        }
    )
    people = {"employment_revenue": np.array([*amounts, *edges]), "age": np.arange(len(amounts) + len(edges))}
    wanted = ["widow_deduction", "single_parent_deduction", "working_student_deduction"]
    found = by_machine_code(rules, people, wanted)
    assert found["widow_deduction"].tolist() == [int(each) // by for each in people["employment_revenue"]]
    assert all(np.array_equal(each, found[name]) for name, each in evaluate(rules, people, wanted).items())


@pytest.mark.parametrize(
    "function",
    [
        lambda total_income: total_income - total_income.min(),
        lambda total_income: total_income // (total_income + 1),
        lambda total_income: np.cumsum(total_income) * 1,
        lambda total_income: np.asarray(total_income).astype(np.int64),
        lambda total_income: total_income[::-1],
        lambda total_income: total_income * 2 if total_income else 0,
        lambda total_income, is_widow, is_single_parent: is_widow + is_single_parent,
        lambda total_income: total_income * Fraction(1, 2),
        lambda total_income: total_income & 1,
    ],
)
def test_what_cannot_be_written_down_is_left_to_the_columns(function: Callable[..., Any]) -> None:
    rules = resident_tax(2026).with_rules({"basic_deduction": function})
    people = random_people(50, 1, 2026)
    todo = plan(rules, ["basic_deduction"], people)
    assert trace(todo) is None


def test_nobody_points_out_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "COMPILED_ROWS", 1)
    people = {"age": np.full(300, 40), "supporter": np.full(300, -1)}
    people["supporter"][7] = 300
    with pytest.raises(IndexError, match="300"):
        evaluate(resident_tax(2026), people, ["annual_tax"], block_rows=100)
