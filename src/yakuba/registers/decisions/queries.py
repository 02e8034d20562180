"""決定の照会: what is in force for people, what was before, and the whole town as columns."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection, transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor

_COLUMNS = """
d.id, d.decision_kind, d.fiscal_year, d.resident_id, d.decided_at, d.decided_by, d.rule_set, d.parameters_digest,
d.inputs, d.inputs_digest, d.outcome, d.replaces_id, d.known_at
"""
_JSON_COLUMNS = (8, 10)
_IN_FORCE = "NOT EXISTS (SELECT 1 FROM decisions_decision AS later WHERE later.replaces_id = d.id)"
TOWN_SCHEMA = {
    "id": pl.Int64,
    "resident_id": pl.Int64,
    "rule_set": pl.String,
    "inputs_digest": pl.String,
    "outcome": pl.String,
}
"""Columns of `current_of_town`; the digest in hexadecimal, the outcome a JSON object as text."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """決定 1件. `outcome` maps a quantity to its integer; `replaces_id` is None for the first."""

    decision_id: int
    kind: str
    fiscal_year: int
    resident_id: int
    decided_at: datetime
    decided_by: str
    rule_set: str
    parameters_digest: bytes
    inputs: Mapping[str, Any]
    inputs_digest: bytes
    outcome: Mapping[str, int]
    replaces_id: int | None
    known_at: datetime


def current(access: Access, resident_ids: Collection[int], kind: str, fiscal_year: int) -> list[DecisionRow]:
    """現在の決定 of people, at most one each, by resident. The reading is recorded."""
    condition = "d.resident_id = ANY(%s) AND d.decision_kind = %s AND d.fiscal_year = %s"
    asked = sorted(set(resident_ids))
    return _read(access, f"WHERE {condition} AND {_IN_FORCE} ORDER BY d.resident_id", [asked, kind, fiscal_year], asked)


def history(access: Access, resident_id: int, kind: str, fiscal_year: int | None = None) -> list[DecisionRow]:
    """決定の履歴 of a person, of one year or of all, the newest first. The reading is recorded."""
    condition = "d.resident_id = %s AND d.decision_kind = %s AND (%s::int IS NULL OR d.fiscal_year = %s::int)"
    values = [resident_id, kind, fiscal_year, fiscal_year]
    return _read(access, f"WHERE {condition} ORDER BY d.fiscal_year DESC, d.id DESC", values, [resident_id])


def current_of_town(access: Access, kind: str, fiscal_year: int, *, inputs: bool = False) -> pl.DataFrame:
    """現在の決定 of everybody as columns (`TOWN_SCHEMA`), by resident. The reading is recorded, nobody by name.

    With `inputs` a further column has the facts, a JSON object as text.
    """
    schema = {**TOWN_SCHEMA, "inputs": pl.String} if inputs else TOWN_SCHEMA
    query = (
        "SELECT d.id, d.resident_id, d.rule_set, encode(d.inputs_digest, 'hex') AS inputs_digest, d.outcome, d.inputs"
        f" FROM decisions_decision AS d WHERE d.decision_kind = %s AND d.fiscal_year = %s AND {_IN_FORCE}"
        " ORDER BY d.resident_id"
    )
    with transaction.atomic():
        with raw_cursor() as cursor:
            frame = copy_out(cursor, query, schema, [kind, fiscal_year])
        detail = {"kind": kind, "fiscal_year": fiscal_year, "rows": frame.height}
        access_commands.record(access, "decision.town", [], detail)
    return frame


def recorded_keys(keys: Collection[UUID]) -> frozenset[UUID]:
    """Those of the natural keys that are recorded already, so that a run which was stopped knows where to go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_key FROM decisions_decision WHERE entry_key = ANY(%s)", [list(keys)])
        return frozenset(key for (key,) in cursor.fetchall())


def _read(access: Access, rest: str, values: Sequence[Any], asked: Sequence[int]) -> list[DecisionRow]:
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(f"SELECT {_COLUMNS} FROM decisions_decision AS d {rest}", values)
            rows = [_row(row) for row in cursor.fetchall()]
        access_commands.record(access, "decision.read", asked, {"rows": len(rows)})
    return rows


def _row(row: Sequence[Any]) -> DecisionRow:
    """A row of `_COLUMNS`; Django has JSON come as text."""
    values = [json.loads(value) if at in _JSON_COLUMNS else value for at, value in enumerate(row)]
    return DecisionRow(*values)
