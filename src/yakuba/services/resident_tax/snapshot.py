"""賦課期日の断面: who lived here on 1 January, what was reported of them, and what they paid last year, as known at an instant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from yakuba.registers.access.door import Access
from yakuba.registers.decisions import queries as decisions
from yakuba.registers.income_reports import queries as income_reports
from yakuba.registers.residents.queries.whole_town import snapshot

from .facts import RESIDENT_SCHEMA

KIND = "resident_tax"
"""The kind of decision, and of tax in the ledger."""
CURRENT_SCHEMA = {"decision_id": pl.Int64, "resident_id": pl.Int64, "outcome": pl.String}
LAST_YEAR_SCHEMA = {"resident_id": pl.Int64, "last_annual_tax": pl.Int64, "last_pension_tax": pl.Int64}
_ITEMS = tuple(name for name in RESIDENT_SCHEMA if name != "resident_id")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """断面: frames of RESIDENT_SCHEMA (by resident), of the reports and relatives that count, of the decisions in force
    (CURRENT_SCHEMA) and of last year's (LAST_YEAR_SCHEMA)."""

    fiscal_year: int
    residents: pl.DataFrame
    reports: pl.DataFrame
    relatives: pl.DataFrame
    current: pl.DataFrame
    last_year: pl.DataFrame


def assessment_day(fiscal_year: int) -> date:
    """賦課期日 (地方税法318条): 1 January of the year in which the 年度 begins."""
    return date(fiscal_year, 1, 1)


def town_snapshot(access: Access, fiscal_year: int, *, known_at: datetime) -> Snapshot:
    """町全体の断面."""
    people = snapshot(access, valid_on=assessment_day(fiscal_year), known_at=known_at, items=_ITEMS)
    town = income_reports.town_reports(access, fiscal_year=fiscal_year, known_at=known_at)
    now = decisions.current_of_town(access, KIND, fiscal_year)
    before = decisions.current_of_town(access, KIND, fiscal_year - 1)
    return Snapshot(
        fiscal_year,
        people.select(list(RESIDENT_SCHEMA)).sort("resident_id"),
        town.reports,
        town.relatives,
        now.select(pl.col("id").alias("decision_id"), "resident_id", "outcome"),
        _last_year(before.select("resident_id", "outcome")),
    )


def family_snapshot(access: Access, resident_id: int, fiscal_year: int, *, known_at: datetime) -> Snapshot:
    """一人の断面: the person and everybody whom reports tie to them, so that the same comes out as for the whole town."""
    family, town = income_reports.family_reports(access, resident_id, fiscal_year=fiscal_year, known_at=known_at)
    people = snapshot(
        access, valid_on=assessment_day(fiscal_year), known_at=known_at, items=_ITEMS, resident_ids=family
    )
    now = decisions.current(access, family, KIND, fiscal_year)
    before = decisions.current(access, family, KIND, fiscal_year - 1)
    return Snapshot(
        fiscal_year,
        people.select(list(RESIDENT_SCHEMA)).sort("resident_id"),
        town.reports,
        town.relatives,
        _frame([(one.decision_id, one.resident_id, one.outcome) for one in now]),
        _last_year(_frame([(0, one.resident_id, one.outcome) for one in before])),
    )


def _frame(rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    texts = [(decision, resident, json.dumps(outcome)) for decision, resident, outcome in rows]
    return pl.DataFrame(texts, schema=CURRENT_SCHEMA, orient="row")


def _last_year(decided: pl.DataFrame) -> pl.DataFrame:
    return decided.select(
        "resident_id",
        *(_number("outcome", name).alias(f"last_{name}") for name in ("annual_tax", "pension_tax")),
    )


def _number(column: str, name: str) -> pl.Expr:
    """A quantity of an outcome; one that is left out is 0."""
    return pl.col(column).str.extract(rf'"{name}": ?(\d+)').cast(pl.Int64).fill_null(0)
