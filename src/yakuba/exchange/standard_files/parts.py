"""行から異動へ: whole people, as rows of their history, become a part of a town (events, entries) for the load.

The first row of a person sets all items; a later one holds what it changes, and names what it blanks (`backdated` has the
people whose rows go back in time). Rows of several
people with the same 異動事由, days, 世帯番号 and 操作 share one event. 操作年月日・操作時刻 is when the town knew; where two rows
of one person carry the same instant, 個人履歴番号 decides the order and their events are that person's alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

import polars as pl

from yakuba.exchange.standard_files.backdated import Unlaid, going_back, lay
from yakuba.exchange.standard_files.check import Checked
from yakuba.exchange.standard_files.layout import columns
from yakuba.exchange.standard_files.reading import BLOCK_ROWS, LINE, read_blocks
from yakuba.exchange.standard_files.rows import LINKS
from yakuba.registers.access.frames import INSTANT
from yakuba.registers.residents.columns import ITEM_KINDS
from yakuba.registers.residents.frames import (
    ENTRY_SCHEMA,
    EVENT_SCHEMA,
    HOUSEHOLD_SCHEMA,
    INDIVIDUAL_NUMBER_SCHEMA,
    ITEM_SCHEMA,
    RESIDENT_SCHEMA,
    TownPart,
    conform,
)

IMPORTED = "imported"
_NAMESPACE = UUID("6f0b3a52-6a4e-5d0e-9b53-0c1e4f6a7d21")
_TOGETHER = (
    "reason", "occurred_on", "occurred_on_note", "notified_on", "processed_on", "household_number", "actor", "operated_on",
    "operated_at", "place", "notice", "alone",
)  # fmt: skip


def people(checked: Checked, *, rows: int = BLOCK_ROWS) -> Iterator[pl.DataFrame]:
    """取り込む住民: text rows of whole people that are not held back, about `rows` at a time, by person and history number.

    A person waits for the last of their rows; and those of one household that stand together stay together.
    """
    owners = checked.owners.filter(~pl.col("person").is_in(list(checked.held)))
    last = owners.group_by("person").agg(last=pl.col(LINE).max())
    waiting = ready = pl.DataFrame()
    for block in read_blocks(checked.path, checked.header, rows=rows):
        here = block.frame.join(owners, on=LINE, how="inner", maintain_order="left").join(
            last, on="person", maintain_order="left"
        )
        if here.is_empty():
            continue
        waiting = pl.concat([waiting, here]) if waiting.height else here
        end = waiting[LINE].max()
        household = waiting["household_number"][-1]
        waits = (pl.col("last") > end) | (pl.col("household_number") == household).any().over("person")
        if ready.height:
            yield _in_order(ready)
        ready, waiting = waiting.filter(~waits), waiting.filter(waits)
    rest = [frame for frame in (ready, waiting) if frame.height]
    if rest:
        yield _in_order(pl.concat(rest))


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    first = pl.col(LINE).min().over("person")
    return (
        rows.with_columns(first=first, history_number=pl.col("history_number").cast(pl.Int32))
        .sort("first", "history_number")
        .drop("first", "last")
    )


def to_part(rows: pl.DataFrame) -> TownPart:
    """一区画: from text rows as `people` gives them. Identifiers are the part's own, from 0."""
    return laid(rows)[0]


def laid(rows: pl.DataFrame) -> tuple[TownPart, list[Unlaid]]:
    """一区画, and the rows after which the register's newest state would not be the row (`resident_id` is the part's own)."""
    residents = _numbered(rows, "addressee_number")
    households = _numbered(rows, "household_number")
    typed = _typed(rows, residents, households)
    events = _events(typed)
    keys = [*_TOGETHER]
    typed = typed.join(
        events.select(*keys, pl.col("id").alias("event_id")),
        on=keys,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    apart = going_back(typed)
    plain = _deltas(typed.join(apart, on="resident_id", how="anti", maintain_order="left"))
    back, unlaid = lay(typed.join(apart, on="resident_id", how="semi", maintain_order="left"))
    entries = pl.concat([conform(plain, ENTRY_SCHEMA), back]) if back.height else conform(plain, ENTRY_SCHEMA)
    part = TownPart(
        residents=conform(residents, RESIDENT_SCHEMA),
        households=conform(households, HOUSEHOLD_SCHEMA),
        events=conform(events, EVENT_SCHEMA),
        entries=entries,
        individual_numbers=_individual_numbers(typed),
    )
    return part, unlaid


def _numbered(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.select(pl.col(name).drop_nulls().unique(maintain_order=True)).with_row_index("id")


def _typed(rows: pl.DataFrame, residents: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Items and event columns with their types, ids in place of numbers; still one row per history number."""
    mine = [column for column in columns() if column.id in rows.columns]
    items = [column.id for column in mine if column.bears == "item"]
    days = [column.id for column in mine if column.bears == "event" and column.kind == "date"]
    instant = (pl.col("operated_on") + "T" + pl.col("operated_at")).str.to_datetime("%Y-%m-%dT%H:%M:%S")
    blank = [name for name in _TOGETHER if name not in rows.columns and name != "alone"]
    compact = pl.concat_str([pl.col(link).fill_null("") for link in LINKS])
    typed = rows.with_columns(
        *(_read(name, ITEM_SCHEMA[name]) for name in items),
        *(_read(name, pl.Date) for name in days),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in blank),
        recorded_at=instant.dt.replace_time_zone("Asia/Tokyo").dt.convert_time_zone("UTC").cast(INSTANT),
        relationship=pl.when(compact != "").then(compact),
    )
    typed = typed.join(residents.rename({"id": "resident_id"}), on="addressee_number", maintain_order="left")
    typed = typed.join(
        households.rename({"id": "household_id"}), on="household_number", how="left", maintain_order="left"
    )
    twice = pl.col("recorded_at").is_duplicated().over("resident_id")
    alone = pl.concat_str("addressee_number", pl.lit("-"), "history_number")
    return typed.with_columns(alone=pl.when(twice).then(alone))


def _read(name: str, kind: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """The text of an item as what it is."""
    if kind == pl.Date:
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.col(name) == "1" if kind == pl.Boolean else pl.col(name).cast(kind)


def _events(typed: pl.DataFrame) -> pl.DataFrame:
    """One row an event, in the order in which the town learned of them; `entry_key` names its people and their rows."""
    member = pl.concat_str("addressee_number", pl.lit("-"), "history_number")
    events = typed.group_by(_TOGETHER, maintain_order=True).agg(
        pl.col("recorded_at").first(), pl.col("history_number").min(), pl.col(LINE).min(), members=member.sort()
    )
    events = events.sort("recorded_at", "history_number", LINE).with_row_index("id")
    keys = [str(uuid5(_NAMESPACE, " ".join(members))) for members in events["members"]]
    return events.with_columns(kind=pl.lit(IMPORTED), entry_key=pl.Series(keys, dtype=pl.String))


def _deltas(typed: pl.DataFrame) -> pl.DataFrame:
    """Entries: what each row says that the one before did not."""
    items = [name for name in ITEM_KINDS if name in typed.columns]
    first = pl.col("resident_id") != pl.col("resident_id").shift().fill_null(-1)
    before = typed.select(pl.col(items).shift().name.suffix("_before"), first.alias("first"))
    whole = pl.concat([typed, before], how="horizontal")
    changed = {name: pl.col("first") | pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in items}
    later = whole.filter(~pl.col("first"))
    blanked = {name: pl.col(name).is_null() & pl.col(f"{name}_before").is_not_null() for name in items}
    some = (
        later.select(expression.any().alias(name) for name, expression in blanked.items()).row(0, named=True)
        if later.height
        else {}
    )
    names = [pl.when(~pl.col("first") & blanked[name]).then(pl.lit(name)) for name in items if some.get(name)]
    cleared = pl.concat_list(names).list.drop_nulls() if names else pl.lit([], dtype=pl.List(pl.String))
    return whole.select(
        "resident_id", "event_id", "history_number", cleared.alias("cleared"),
        *(pl.when(changed[name]).then(pl.col(name)).alias(name) for name in items),
    )  # fmt: skip


def _individual_numbers(typed: pl.DataFrame) -> pl.DataFrame:
    """個人番号: the newest of each person; the vault keeps no earlier ones."""
    numbers = typed.filter(pl.col("individual_number").is_not_null()).unique(
        "resident_id", keep="last", maintain_order=True
    )
    return conform(numbers, INDIVIDUAL_NUMBER_SCHEMA)
