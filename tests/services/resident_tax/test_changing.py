"""随時の期別: people who are decided when instalments are due already."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.services.resident_tax.towns import snapshot

from yakuba.services.resident_tax.calculation import Calculation, calculate
from yakuba.services.resident_tax.changing import still_to_come

PEOPLE = [(1, "1975-04-02", 1, 10), (2, "1977-01-01", 2, 20), (3, "1950-01-01", 1, 30)]
REPORTS: list[dict[str, Any]] = [
    {"resident_id": 1, "kind": "salary", "payer_number": "P1", "employment_revenue": 6_000_000},
    {"resident_id": 2, "kind": "resident_tax_return", "business_income": 3_000_000},
    {"resident_id": 3, "kind": "pension", "payer_number": "N1", "pension_revenue": 2_800_000},
]


@pytest.fixture(scope="module")
def town() -> Calculation:
    return calculate(snapshot(PEOPLE, REPORTS, last_year=[(3, 60_000, 60_000)]), "990019")


def ways(town: Calculation, day: str) -> dict[int, set[tuple[str, int]]]:
    found = still_to_come(town.instalments, town, decided_on=date.fromisoformat(day))
    taxes = dict(zip(town.people["resident_id"], town.outcome["annual_tax"].tolist(), strict=True))
    assert dict(found.group_by("resident_id").agg(pl.col("amount").sum()).iter_rows()) == taxes
    return {
        each: {(method, at) for method, at in found.filter(resident_id=each).select(
            "collection_method", "instalment_number").iter_rows()}
        for each in taxes
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "salary", "ordinary"),
    [
        ("2026-06-10", {("salary", at) for at in range(1, 13)}, {("ordinary", at) for at in range(1, 5)}),
        ("2026-11-24", {("salary", at) for at in range(6, 13)}, {("ordinary", 4)}),
        ("2027-02-02", {("salary", at) for at in range(8, 13)}, {("ordinary", 5)}),
        ("2027-06-11", {("ordinary", 5)}, {("ordinary", 5)}),
    ],
)
def test_what_is_due_goes_to_what_is_not(
    town: Calculation, day: str, salary: set[tuple[str, int]], ordinary: set[tuple[str, int]]
) -> None:
    assert ways(town, day) == {1: salary, 2: ordinary, 3: {("pension", at) for at in range(1, 7)}}
