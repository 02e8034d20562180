"""課税資料: reports on the sample town's people, received by the register's own command."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from tests.flows.town import FAMILIES

from yakuba.registers.access.door import Access
from yakuba.registers.income_reports.columns import AMOUNTS, MARKS, RELATIVE_SCHEMA, REPORT_SCHEMA
from yakuba.registers.income_reports.commands import Received, receive

Row = dict[str, Any]
RECEIVED = {**REPORT_SCHEMA, "amends": pl.Boolean, "individual_number": pl.String}
NAMED = {"line": pl.Int64, **RELATIVE_SCHEMA, "individual_number": pl.String}


def father(family: int) -> Row:
    """The head of the family at the place in FAMILIES, as a payer writes him."""
    return _person(family, "太郎", "タロウ", date(1970 + family, 5, family % 9 + 1))


def mother(family: int) -> Row:
    """His wife."""
    return _person(family, "花子", "ハナコ", date(1972 + family, 8, 10 + family % 9))


def child(family: int) -> Row:
    """Their child."""
    return _person(family, "一", "ハジメ", date(2000 + family, 11, 20 + family % 9))


def report(access: Access, rows: list[Row], relatives: list[Row] | None = None, fiscal_year: int = 2026) -> Received:
    """資料の受領: rows of what is not blank; `line` counts from 1. A relative says by `line` whose."""
    blank: Row = {
        "kind": "salary", "fiscal_year": fiscal_year, "payer_number": "P1", "cancelled": False, "source": "test",
        "payer_name": "見本商事", "corporate_number": "", "address": "", **dict.fromkeys((*AMOUNTS, *MARKS), 0),
        "received_on": date(2026, 1, 28), "amends": False, "individual_number": None,
    }  # fmt: skip
    told: Row = {
        "position": 1, "role": "spouse", "disability": 0, "living_together": True, "lineal_ascendant": None,
        "abroad": False, "individual_number": None,
    }  # fmt: skip
    filled = [
        {**blank, "line": line, "report_number": row["name"], **row, "digest": repr(sorted(row.items(), key=str))}
        for line, row in enumerate(rows, 1)
    ]
    named = [{**told, **{key: value for key, value in row.items() if key != "address"}} for row in relatives or []]
    return receive(access, pl.DataFrame(filled, schema=RECEIVED), pl.DataFrame(named, schema=NAMED))


def _person(family: int, given: str, reading: str, birth_date: date) -> Row:
    name, kana, town, block = FAMILIES[family]
    return {
        "name": f"{name}\u3000{given}", "name_kana": f"{kana}\u3000{reading}", "birth_date": birth_date,
        "address": f"{town}{block}",
    }  # fmt: skip
