"""決定と調定: what was worked out goes into decisions and ledger: new people are assessed, changed ones corrected, others left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import polars as pl
from django.db import transaction

from yakuba.registers.access.door import Access
from yakuba.registers.decisions import commands as decisions
from yakuba.registers.ledger import commands as ledger

from .calculation import Calculation
from .changing import change_many, still_to_come
from .snapshot import KIND
from .wording import inputs_texts, outcome_of, outcome_texts, rule_set_name


@transaction.atomic
def decide(
    access: Access,
    calculation: Calculation,
    current: pl.DataFrame,
    rows: slice,
    batch: ledger.Batch,
    *,
    known_at: datetime,
    ground: str,
) -> Sequence[int]:
    """決定と調定 of the calculation's people in `rows`: whoever has no decision among `current` (snapshot.CURRENT_SCHEMA) is
    decided and assessed, whoever has another is corrected, nobody is decided twice; returns who was, all or nobody.

    Raises RefusedError for a batch that is posted already, and where somebody was decided meanwhile.
    """
    people = (
        calculation.people[rows]
        .select("resident_id")
        .with_columns(inputs=inputs_texts(calculation, rows), outcome=outcome_texts(calculation, rows))
        .join(current.rename({"outcome": "in_force"}), on="resident_id", how="left", maintain_order="left")
    )
    first = people.filter(pl.col("decision_id").is_null())
    year = calculation.rules.fiscal_year
    decided = decisions.record_many(
        access, first.select("resident_id", "inputs", "outcome", entry_key=_entry_keys(batch.key, first)),
        kind=KIND, fiscal_year=year, rule_set=rule_set_name(calculation.rules),
        parameters_digest=bytes.fromhex(calculation.rules.digest()), known_at=known_at,
    )  # fmt: skip
    theirs = still_to_come(_instalments_of(calculation, people["resident_id"]), calculation, decided_on=batch.posted_on)
    assessed = theirs.join(decided.select("resident_id", decision_id="id"), on="resident_id", maintain_order="left")
    ledger.assess_many(access, assessed, batch, tax_kind=KIND, fiscal_year=year)
    changed = differing(people.filter(pl.col("decision_id").is_not_null()), list(calculation.outcome))
    if changed.height:
        change_many(access, calculation, changed, batch, known_at=known_at, ground=ground)
    return sorted([*first["resident_id"], *changed["resident_id"]])


def differing(people: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Those whose `outcome` is not what is `in_force`, by the quantities named; both are texts."""
    if people.is_empty():
        return people
    was, now = (outcome_of(people[name], names) for name in ("in_force", "outcome"))
    return people.filter(pl.select(pl.any_horizontal(was[name] != now[name] for name in names)).to_series())


def _instalments_of(calculation: Calculation, residents: pl.Series) -> pl.DataFrame:
    """The instalments of people who follow each other; those of the town stand by resident."""
    if residents.is_empty():
        return calculation.instalments.clear()
    ids = calculation.instalments["resident_id"]
    first, last = ids.search_sorted(residents[0], "left"), ids.search_sorted(residents[-1], "right")
    return calculation.instalments[first:last]


def _entry_keys(key: UUID, frame: pl.DataFrame) -> pl.Series:
    """The natural keys of a batch's decisions: the batch's own, with the resident in its last digits."""
    return pl.Series("entry_key", [f"{str(key)[:23]}-{each:012x}" for each in frame["resident_id"]], dtype=pl.String)
