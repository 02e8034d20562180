"""決定の書込み: the only writer of decisions, one or a whole town of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction

from yakuba.kernel.findings import error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_in, copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor, refusals
from yakuba.registers.staff.rights import require

from .models import Decision

BULK_SCHEMA = {
    "resident_id": pl.Int64,
    "entry_key": pl.String,
    "inputs": pl.String,
    "outcome": pl.String,
    "replaces_id": pl.Int64,
}
"""Columns of the frame that `record_many` takes; inputs and outcome are JSON objects as text."""
_REFUSALS = {
    "decision_once": error("decision-twice", "この決定は登録済みです。", "決定の履歴を確かめてください。"),
    "decision_first_once": error(
        "decision-first-twice",
        "この年度の決定が既にあります。",
        "今の決定を置き換える決定として登録してください。",
    ),
    "decision_replaced_once": error(
        "decision-replaced-twice",
        "置き換えようとした決定は、既に別の決定に置き換えられています。",
        "最新の決定を確かめて、計算し直してください。",
    ),
    "decision_replaces_its_own": error(
        "decision-replaces-another",
        "置き換えようとした決定は、この人のこの年度の決定ではありません。",
        "対象の決定を選び直してください。",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """決定 1件, as it is written down. `replaces_id` is None for the first of a person, kind and year; `known_at` is now where
    it is None."""

    kind: str
    fiscal_year: int
    resident_id: int
    rule_set: str
    parameters_digest: bytes
    inputs: Mapping[str, Any]
    outcome: Mapping[str, int]
    entry_key: UUID
    replaces_id: int | None = None
    known_at: datetime | None = None


@transaction.atomic
def record(access: Access, decision: NewDecision) -> int:
    """決定の登録: returns its id; decided at `access.now` by the acting account.

    Raises RefusedError when the same was recorded before (`entry_key`), when there is a decision that it does not
    replace, when another has replaced that one meanwhile, or without the right to assess; TypeError for an outcome that
    is not whole numbers.
    """
    require(access, "assess_tax")
    odd = sorted(name for name, value in decision.outcome.items() if type(value) is not int)
    if odd:
        raise TypeError(f"the outcome is whole numbers: {', '.join(odd)}")
    with refusals(_REFUSALS), transaction.atomic():
        row = Decision.objects.create(
            decision_kind=decision.kind, fiscal_year=decision.fiscal_year, resident_id=decision.resident_id,
            decided_at=access.now, decided_by=access.actor, known_at=decision.known_at or access.now, rule_set=decision.rule_set,
            parameters_digest=decision.parameters_digest, inputs=dict(decision.inputs), outcome=dict(decision.outcome),
            replaces_id=decision.replaces_id, entry_key=decision.entry_key,
        )  # fmt: skip
    detail = {"decision": row.id, "kind": decision.kind, "fiscal_year": decision.fiscal_year}
    access_commands.record(access, "decision.record", [decision.resident_id], detail)
    return int(row.id)


@transaction.atomic
def record_many(
    access: Access,
    frame: pl.DataFrame,
    *,
    kind: str,
    fiscal_year: int,
    rule_set: str,
    parameters_digest: bytes,
    known_at: datetime | None = None,
) -> pl.DataFrame:
    """一括決定: a town, or a chunk of one, by COPY; all or none.

    The frame has the columns of `BULK_SCHEMA`; `replaces_id` may be left out. They rest on what was known at `known_at`, by
    default now. Returns `id` and `resident_id` in the
    frame's order. Raises RefusedError as `record` does, polars' ColumnNotFoundError where a column is missing.
    """
    require(access, "assess_tax")
    if frame.is_empty():
        return pl.DataFrame(schema={"id": pl.Int64, "resident_id": pl.Int64})
    if "replaces_id" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Int64).alias("replaces_id"))
    with refusals(_REFUSALS), transaction.atomic(), raw_cursor() as cursor:
        ids = copy_out(cursor, _IDS, {"id": pl.Int64}, [frame.height])
        rows = frame.select(pl.col(name).cast(kind_) for name, kind_ in BULK_SCHEMA.items()).with_columns(
            ids["id"],
            pl.lit(kind).alias("decision_kind"),
            pl.lit(fiscal_year).alias("fiscal_year"),
            pl.lit(rule_set).alias("rule_set"),
            pl.lit(f"\\x{parameters_digest.hex()}").alias("parameters_digest"),
            pl.lit(access.now).dt.convert_time_zone("UTC").alias("decided_at"),
            pl.lit(access.actor).alias("decided_by"),
            pl.lit(known_at or access.now).dt.convert_time_zone("UTC").alias("known_at"),
        )
        copy_in(cursor, "decisions_decision", rows)
    detail = {"kind": kind, "fiscal_year": fiscal_year, "decisions": rows.height, "rule_set": rule_set}
    access_commands.record(access, "decision.record-many", [], detail)
    return rows.select("id", "resident_id")


_IDS = "SELECT nextval(pg_get_serial_sequence('decisions_decision', 'id')) AS id FROM generate_series(1, %s)"
