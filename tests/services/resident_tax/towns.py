"""断面: made-up snapshots of a handful of people, for calculations without a database."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from yakuba.registers.income_reports.columns import AMOUNTS, MARKS, RELATIVE_SCHEMA
from yakuba.services.resident_tax.facts import RESIDENT_SCHEMA
from yakuba.services.resident_tax.snapshot import CURRENT_SCHEMA, LAST_YEAR_SCHEMA, Snapshot

REPORT = {
    "id": pl.Int64, "resident_id": pl.Int64, "kind": pl.String, "payer_number": pl.String, "payer_name": pl.String,
    "received_on": pl.Date, **dict.fromkeys(AMOUNTS, pl.Int64), **dict.fromkeys(MARKS, pl.Int16),
}  # fmt: skip
RELATIVE = {"report_id": pl.Int64, **RELATIVE_SCHEMA, "relative_id": pl.Int64}


def snapshot(
    people: list[tuple[int, str, int, int]],
    reports: list[dict[str, Any]],
    relatives: list[dict[str, Any]] | None = None,
    last_year: list[tuple[int, int, int]] | None = None,
    fiscal_year: int = 2026,
) -> Snapshot:
    """People as (resident id, birth date, sex, household); reports, numbered from 1, and relatives as what is not zero."""
    rows = [(each, date.fromisoformat(born), sex, home) for each, born, sex, home in people]
    zero = dict.fromkeys((*AMOUNTS, *MARKS), 0) | {
        "payer_number": "",
        "payer_name": "",
        "received_on": date(2026, 1, 28),
    }
    blank = {
        "position": 1, "role": "dependant", "name": "見本　某", "name_kana": "", "birth_date": None, "disability": 0,
        "living_together": None, "lineal_ascendant": None, "abroad": False, "relative_id": None,
    }  # fmt: skip
    return Snapshot(
        fiscal_year,
        pl.DataFrame(rows, schema=RESIDENT_SCHEMA, orient="row"),
        pl.DataFrame([{"id": at, **zero, **row} for at, row in enumerate(reports, 1)], schema=REPORT),
        pl.DataFrame([{**blank, **row} for row in relatives or []], schema=RELATIVE),
        pl.DataFrame(schema=CURRENT_SCHEMA),
        pl.DataFrame(last_year or [], schema=LAST_YEAR_SCHEMA, orient="row"),
    )
