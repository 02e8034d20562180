"""課税状況の統計: a decided town's tables, whose sums are those of the decisions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from yakuba.desks.cli import commands as command_line
from yakuba.desks.cli import tax as tax_desk
from yakuba.kernel.findings import RefusedError
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decisions.commands import NewDecision, record, record_many
from yakuba.registers.decisions.queries import current
from yakuba.services.resident_tax.statistics import (
    CREDITS,
    DEDUCTIONS,
    LEVIES,
    QUANTITIES,
    STEP_BOUNDS,
    Statistics,
    statistics,
    tally,
)

pytestmark = pytest.mark.django_db
OFFICER = Access("Z0001", Purpose.TAX, datetime(2026, 6, 1, tzinfo=UTC), "税務課", frozenset({"assess_tax"}))
YEAR, FIRST = 2026, 8_000_000
DIGEST = hashlib.sha256(b"parameters").digest()
SORT_INCOME = {
    "employment_income": 1_000_000,
    "business_income": 1_000_000,
    "aggregate_income": 3_000_000,
    "total_income": 3_000_000,
}


def frame_of(people: Iterable[tuple[Mapping[str, int], Mapping[str, int]]]) -> pl.DataFrame:
    """Decisions as (inputs, outcome), of one resident each."""
    rows = [
        (FIRST + at, str(uuid4()), json.dumps(dict(inputs)), json.dumps(dict(outcome)))
        for at, (inputs, outcome) in enumerate(people)
    ]
    return pl.DataFrame(rows, schema=["resident_id", "entry_key", "inputs", "outcome"], orient="row")


def decide(frame: pl.DataFrame) -> None:
    """一括決定."""
    record_many(OFFICER, frame, kind="resident_tax", fiscal_year=YEAR, rule_set="test", parameters_digest=DIGEST)


def assessed(count: int) -> pl.DataFrame:
    """People of every income from nothing to 150 million, and what the rules make of them."""
    rng = np.random.default_rng(3)
    inputs: dict[str, Any] = {
        "employment_revenue": (rng.random(count) ** 6 * 150_000_000).astype(np.int64),
        "business_income": rng.integers(0, 4_000_000, count) * (rng.random(count) < 0.2),
        "pension_revenue": rng.integers(0, 4_000_000, count) * (rng.random(count) < 0.3),
        "social_insurance_premium": rng.integers(0, 900_000, count),
        "life_insurance_new_general": rng.integers(0, 90_000, count),
        "hometown_donation": rng.integers(0, 90_000, count) * (rng.random(count) < 0.2),
        "disability": (rng.random(count) < 0.1).astype(np.int64),
    }
    found = evaluate(resident_tax(YEAR), inputs, list(QUANTITIES))
    people = [
        ({name: int(column[at]) for name, column in inputs.items() if column[at]}, {n: int(found[n][at]) for n in QUANTITIES})
        for at in range(count)
    ]  # fmt: skip
    return frame_of(people)


def outcomes(frame: pl.DataFrame) -> pl.DataFrame:
    """What was decided, a column a quantity, without the code under test."""
    return pl.DataFrame([json.loads(text) for text in frame["outcome"]], schema=dict.fromkeys(QUANTITIES, pl.Int64))


@pytest.fixture
def town() -> pl.DataFrame:
    """Four hundred decisions in the register."""
    frame = assessed(400)
    decide(frame)
    return frame


def test_totals_are_those_of_the_decisions_and_of_the_steps(town: pl.DataFrame) -> None:
    found, decided = statistics(OFFICER, YEAR), outcomes(town)
    payers = decided.filter(pl.col("municipal_income_levy") + pl.col("prefectural_income_levy") > 0)
    assert 0 < payers.height < decided.height
    assert found.taxpayers["persons"].sum() == decided.height
    assert found.steps["persons"].sum() == payers.height
    for name in LEVIES:
        total = decided[name].sum()
        assert found.taxpayers[name].sum() == total
        assert found.levies.filter(quantity=name)["amount"].item() == total
        assert found.levies.filter(quantity=name)["persons"].item() == (decided[name] > 0).sum()
    for name in ("gross_income", "deduction_total", "taxable_total_income", "municipal_income_levy"):
        assert found.steps[name].sum() == payers[name].sum()
    parts = found.levies.filter(pl.col("quantity") != "annual_tax")["amount"].sum()
    assert parts == found.levies.filter(quantity="annual_tax")["amount"].item()


def test_deductions_and_credits_add_up_to_what_was_deducted(town: pl.DataFrame) -> None:
    found, decided = statistics(OFFICER, YEAR), outcomes(town)
    payers = decided.filter(pl.col("municipal_income_levy") + pl.col("prefectural_income_levy") > 0)
    by_name = {name: (persons, amount) for name, persons, amount in found.deductions.iter_rows()}
    assert set(by_name) == {*DEDUCTIONS, "deduction_total"}
    assert (
        sum(by_name[name][1] for name in DEDUCTIONS) == by_name["deduction_total"][1] == payers["deduction_total"].sum()
    )
    assert by_name["disability_deduction"][0] == (payers["disability_deduction"] > 0).sum() > 0
    assert found.credits["quantity"].to_list() == list(CREDITS)
    assert found.credits.filter(quantity="municipal_special_donation_credit")["amount"].item() > 0


def test_a_step_ends_with_its_bound() -> None:
    always = dict.fromkeys(QUANTITIES, 0)
    edges = [amount for bound in STEP_BOUNDS for amount in (bound, bound + 1_000)]
    people: list[tuple[dict[str, int], dict[str, int]]] = [
        ({}, {**always, "taxable_total_income": amount, "municipal_income_levy": 100, "annual_tax": 100})
        for amount in edges
    ]
    found = tally(frame_of(people), YEAR)
    steps = found.steps.filter(income_sort="other")
    assert steps["step"].to_list() == list(range(12))
    # Every step but the first and the last has the lowest of its own and its bound.
    assert steps["persons"].to_list() == [1, *[2] * 10, 1]
    assert steps["taxable_total_income"][0] == 100_000
    assert steps["taxable_total_income"][11] == 100_001_000


@pytest.mark.parametrize(
    ("inputs", "changed", "sort"),
    [
        ({}, {"employment_income": 1_500_000}, "employment"),
        ({"business_income": 1_600_000}, {"employment_income": 900_000}, "business"),
        ({}, {}, "other"),
        ({}, {"employment_income": 0, "aggregate_income": 0, "total_income": 0}, "other"),
        ({}, {"employment_income": 3_000_000, "total_income": 4_000_000}, "separate"),
    ],
)
def test_the_greatest_income_says_of_which_sort_a_person_is(
    inputs: dict[str, int], changed: dict[str, int], sort: str
) -> None:
    outcome = {**dict.fromkeys(QUANTITIES, 0), **SORT_INCOME, **changed}
    found = tally(frame_of([(inputs, outcome)]), YEAR)
    assert found.taxpayers.filter(persons=1)["income_sort"].to_list() == [sort]


@pytest.mark.parametrize(
    ("levied", "burden"),
    [
        ({"prefectural_income_levy": 100, "municipal_per_capita_levy": 3_000}, "income_levy"),
        ({"municipal_per_capita_levy": 3_000, "forest_environment_tax": 1_000}, "per_capita_only"),
        ({"forest_environment_tax": 1_000}, "forest_tax_only"),
        ({}, "nothing"),
    ],
)
def test_people_are_told_apart_by_what_they_pay(levied: dict[str, int], burden: str) -> None:
    outcome = {**dict.fromkeys(QUANTITIES, 0), **levied, "annual_tax": sum(levied.values())}
    found = tally(frame_of([({}, outcome)]), YEAR)
    assert found.taxpayers.filter(persons=1)["burden"].to_list() == [burden]


def test_a_quantity_that_a_decision_leaves_out_is_nothing() -> None:
    found = tally(
        frame_of([({}, {"annual_tax": 0}), ({}, {"annual_tax": 1_000, "forest_environment_tax": 1_000})]), YEAR
    )
    assert found.taxpayers.filter(pl.col("persons") > 0).select("burden", "persons").rows() == [
        ("forest_tax_only", 1),
        ("nothing", 1),
    ]


def test_a_decision_whose_parts_are_not_its_whole_is_refused_and_not_counted() -> None:
    with pytest.raises(RefusedError, match="1件の賦課決定で、各税の合計が年税額と違います"):
        tally(frame_of([({}, {"annual_tax": 0}), ({}, {"annual_tax": 5_000, "forest_environment_tax": 1_000})]), YEAR)


def test_only_what_is_in_force_counts(town: pl.DataFrame) -> None:
    before = annual(statistics(OFFICER, YEAR))
    (row,) = current(OFFICER, [FIRST], "resident_tax", YEAR)
    more = {**row.outcome}
    for name in ("annual_tax", "prefectural_income_levy"):
        more[name] += 700
    record(
        OFFICER,
        NewDecision(
            kind="resident_tax", fiscal_year=YEAR, resident_id=FIRST, rule_set="test", parameters_digest=DIGEST,
            inputs={}, outcome=more, entry_key=uuid4(), replaces_id=row.decision_id,
        ),
    )  # fmt: skip
    assert annual(statistics(OFFICER, YEAR)) == before + 700
    assert statistics(OFFICER, YEAR).taxpayers["persons"].sum() == town.height


def annual(found: Statistics) -> int:
    """年税額 of the town."""
    return int(found.levies.filter(quantity="annual_tax")["amount"].item())


def test_the_command_prints_the_tables_and_writes_them(
    town: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tax_desk, "open_registers", lambda: None)
    out = tmp_path / "statistics.csv"
    said = CliRunner().invoke(command_line, ["tax", "statistics", str(YEAR), "--csv", str(out)])
    assert said.exit_code == 0, said.output
    assert f"{annual(statistics(OFFICER, YEAR)):,}" in said.output
    assert "1億円超" in said.output
    written = pl.read_csv(out)
    assert written.columns == ["表", "区分", "内訳", "項目", "値"]
    persons = written.filter((pl.col("表") == "納税義務者等") & (pl.col("項目") == "人数"))
    assert persons["値"].sum() == town.height
    nothing = CliRunner().invoke(command_line, ["tax", "statistics", "2025"])
    assert (nothing.exit_code, "賦課決定がありません" in nothing.output) == (1, True)
