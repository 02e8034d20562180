"""異動の積み上げ（一括）: the fold of `fold.py` over columns, for a whole town.

Most people's entries come in the order of the days on which they became true; theirs are folded column by column. The
others, whose history was corrected, cancelled or filed late, go one by one through `fold.record`. A test holds both
ways to the same rows.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from yakuba.registers.access.frames import INSTANT

from .columns import ITEMS
from .fold import Entry, record
from .frames import RECORD_SCHEMA, conform

_ORDER = ["resident_id", "history_number"]
_RECORD_ORDER = ["resident_id", "valid_from", "known_from"]


def fold_frame(entries: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """住民票の記録 of everybody in `entries` (ENTRY_SCHEMA), given the events (EVENT_SCHEMA), in RECORD_SCHEMA.

    All entries of a person must be in the frame. Rows come out in the order of the table's key.
    """
    days = events.select("id", "occurred_on", "recorded_at")
    return fold_dated(entries.join(days, left_on="event_id", right_on="id", how="left"))


def fold_dated(entries: pl.DataFrame) -> pl.DataFrame:
    """The same from entries that carry `occurred_on` and `recorded_at` of their event beside the ENTRY_SCHEMA."""
    dated = entries.sort(_ORDER).with_columns(
        pl.col("occurred_on").shift(-1).over("resident_id").alias("next_occurred_on"),
        pl.col("recorded_at").shift(-1).over("resident_id").alias("next_recorded_at"),
    )
    irregular = dated.filter(
        pl.col("voids_event_id").is_not_null()
        | (pl.col("next_occurred_on") < pl.col("occurred_on"))
        | (pl.col("next_recorded_at") <= pl.col("recorded_at"))
    ).select(pl.col("resident_id").unique())
    parts = [_regular(dated.join(irregular, on="resident_id", how="anti", maintain_order="left"))]
    if irregular.height:
        parts.append(_one_by_one(dated.join(irregular, on="resident_id", how="semi", maintain_order="left")))
    return pl.concat(parts).sort(_RECORD_ORDER)


def _regular(dated: pl.DataFrame) -> pl.DataFrame:
    filled = _carry_forward(dated)
    as_learnt = filled.with_columns(
        pl.col("occurred_on").alias("valid_from"),
        pl.lit(None, dtype=pl.Date).alias("valid_to"),
        pl.col("recorded_at").alias("known_from"),
        pl.col("next_recorded_at").alias("known_to"),
    )
    as_ended = filled.filter(pl.col("next_occurred_on") > pl.col("occurred_on")).with_columns(
        pl.col("occurred_on").alias("valid_from"),
        pl.col("next_occurred_on").alias("valid_to"),
        pl.col("next_recorded_at").alias("known_from"),
        pl.lit(None, dtype=INSTANT).alias("known_to"),
    )
    return pl.concat([conform(as_learnt, RECORD_SCHEMA), conform(as_ended, RECORD_SCHEMA)])


def _carry_forward(dated: pl.DataFrame) -> pl.DataFrame:
    """Every blank item takes the person's value before it; an item that the entry cleared stays blank."""
    alone = pl.col("resident_id").is_first_distinct() & pl.col("next_recorded_at").is_null()
    single = dated.filter(alone)
    several = dated.filter(~alone).with_row_index("row")
    if several.is_empty():
        return single
    first = pl.col("resident_id").is_first_distinct()
    cleared = _cleared_rows(several)
    present = {name for name in ITEMS if several[name].null_count() < several.height}
    sources = [
        pl.when(pl.col(name).is_not_null() | first | pl.col("row").is_in(cleared.get(name, [])))
        .then(pl.col("row"))
        .forward_fill()
        .alias(f"{name}@")
        for name in ITEMS
        if name in present
    ]
    origin = several.select(sources)
    filled = several.with_columns(pl.col(name).gather(origin[f"{name}@"]) for name in ITEMS if name in present)
    return pl.concat([single, filled.drop("row")])


def _cleared_rows(several: pl.DataFrame) -> dict[str, list[int]]:
    pairs = several.select("row", "cleared").explode("cleared").drop_nulls()
    return {str(name): rows["row"].to_list() for (name,), rows in pairs.group_by("cleared")}


def _one_by_one(dated: pl.DataFrame) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for resident_id, own in groupby(dated.iter_rows(named=True), itemgetter("resident_id")):
        for known in record([_entry(row) for row in own]):
            piece = known.slice
            rows.append({
                "resident_id": resident_id,
                "valid_from": piece.valid_from,
                "valid_to": piece.valid_to,
                "known_from": known.known_from,
                "known_to": known.known_to,
                "event_id": piece.event_id,
                **piece.items,
            })  # fmt: skip
    return pl.DataFrame(rows, schema=RECORD_SCHEMA)


def _entry(row: dict[str, Any]) -> Entry:
    items = {name: row[name] for name in ITEMS if row[name] is not None}
    return Entry(
        row["event_id"], row["occurred_on"], row["recorded_at"], items, tuple(row["cleared"] or ()),
        row["voids_event_id"], row["history_number"],
    )  # fmt: skip
