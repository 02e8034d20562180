"""一括取込みの枠: a part of a town as columns, on its way into the register.

Identifiers inside a part are its own, from 0; the load adds what the register has already given out. So a part can be
made anywhere, in any order, and twice the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from yakuba.registers.access.frames import INSTANT, Schema

from .columns import ITEM_KINDS

ITEM_TYPES: Schema = {
    "text": pl.String,
    "date": pl.Date,
    "flag": pl.Boolean,
    "code": pl.Int16,
    "number": pl.Int64,
}
ITEM_SCHEMA: Schema = {name: ITEM_TYPES[kind] for name, kind in ITEM_KINDS.items()}

RESIDENT_SCHEMA: Schema = {"id": pl.Int64, "addressee_number": pl.String}
HOUSEHOLD_SCHEMA: Schema = {"id": pl.Int64, "household_number": pl.String}
EVENT_SCHEMA: Schema = {
    "id": pl.Int64,
    "kind": pl.String,
    "reason": pl.String,
    "occurred_on": pl.Date,
    "occurred_on_note": pl.String,
    "notified_on": pl.Date,
    "processed_on": pl.Date,
    "recorded_at": INSTANT,
    "actor": pl.String,
    "place": pl.String,
    "notice": pl.String,
    "entry_key": pl.String,
}
ENTRY_SCHEMA: Schema = {
    "resident_id": pl.Int64,
    "event_id": pl.Int64,
    "history_number": pl.Int32,
    "voids_event_id": pl.Int64,
    "cleared": pl.List(pl.String),
    **ITEM_SCHEMA,
}
RECORD_SCHEMA: Schema = {
    "resident_id": pl.Int64,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "known_from": INSTANT,
    "known_to": INSTANT,
    "event_id": pl.Int64,
    **ITEM_SCHEMA,
}
INDIVIDUAL_NUMBER_SCHEMA: Schema = {"resident_id": pl.Int64, "individual_number": pl.String}


@dataclass(frozen=True, slots=True)
class TownPart:
    """住民の一区画: all entries of its people. `addressee_number` and `household_number` blank: the load numbers them.

    residents, households, events, entries: frames with the columns of the schemas above; entries may lack item
    columns, which then are blank. Events come in the order in which the town learned of them within each person.
    """

    residents: pl.DataFrame
    households: pl.DataFrame
    events: pl.DataFrame
    entries: pl.DataFrame
    individual_numbers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=INDIVIDUAL_NUMBER_SCHEMA))


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame with exactly the schema's columns in its order; a missing column is blank."""
    present = set(frame.columns)
    return frame.select(
        (pl.col(name).cast(kind) if name in present else pl.lit(None, dtype=kind).alias(name))
        for name, kind in schema.items()
    )
