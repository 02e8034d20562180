"""異動から行へ: the entries of people, added up again to one row of all items per history number, as text.

A row shows the items after its entry, in the order of 個人履歴番号, as the last slice of the record has them: an entry
that a later one voids counts until then, and of two days the later one has the last word.
What the register derives is made here: 最新フラグ, 続柄コードと表記, 不詳フラグ.
"""

from __future__ import annotations

import polars as pl

from yakuba.exchange.standard_files.backdated import going_back, newest
from yakuba.exchange.standard_files.layout import Column, columns
from yakuba.exchange.standard_files.rows import LINKS, relationship_text
from yakuba.registers.residents.columns import ITEM_KINDS
from yakuba.registers.residents.fold import Entry
from yakuba.registers.residents.frames import TownPart


def to_rows(part: TownPart, *, town_code: str | None = None) -> pl.DataFrame:
    """行: text columns named by identifier, by 宛名番号 and 個人履歴番号; blank = null.

    `town_code` is 市区町村コード of the town; without it, that of each row's address.
    """
    states = _states(part)
    joined = (
        states.join(part.residents.rename({"id": "resident_id"}), on="resident_id")
        .join(part.households.rename({"id": "household_id"}), on="household_id", how="left")
        .join(part.individual_numbers, on="resident_id", how="left")
        .join(part.events.rename({"id": "event_id"}), on="event_id")
        .sort("addressee_number", "history_number")
    )
    joined = joined.with_columns(latest=pl.col("history_number") == pl.col("history_number").max().over("resident_id"))
    relationships = joined["relationship"].drop_nulls().unique().to_list()
    wordings = {compact: relationship_text(compact) for compact in relationships}
    texts = {"relationship_text": pl.col("relationship").replace_strict(wordings, default=None, return_dtype=pl.String)}
    return joined.select(
        (texts[column.id] if column.id in texts else _text(column, town_code)).alias(column.id) for column in columns()
    )


def _states(part: TownPart) -> pl.DataFrame:
    """The entries with every item as it stands after them."""
    days = part.events.select(pl.col("id").alias("event_id"), "occurred_on", "recorded_at")
    dated = part.entries.join(days, on="event_id", how="left").sort("resident_id", "history_number")
    voiding = dated.filter(pl.col("voids_event_id").is_not_null()).select("resident_id")
    apart = pl.concat([voiding, going_back(dated)]).unique()
    plain = _forward(dated.join(apart, on="resident_id", how="anti", maintain_order="left"))
    replayed = _replayed(dated.join(apart, on="resident_id", how="semi", maintain_order="left"))
    return pl.concat([plain, replayed]).drop("occurred_on", "recorded_at")


def _forward(entries: pl.DataFrame) -> pl.DataFrame:
    """Each item carried on from entry to entry until it is set anew or cleared."""
    items = [name for name in ITEM_KINDS if name in entries.columns]
    ever_cleared = set(entries["cleared"].explode(empty_as_null=False).drop_nulls()) if entries.height else set()
    carried = []
    for name in items:
        value = pl.col(name)
        if name in ever_cleared:
            spoken = value.is_not_null() | pl.col("cleared").list.contains(name)
            run = spoken.cum_sum().over("resident_id")
            carried.append(value.first().over("resident_id", run).alias(name))
        else:
            carried.append(value.forward_fill().over("resident_id"))
    return entries.with_columns(carried)


def _replayed(dated: pl.DataFrame) -> pl.DataFrame:
    """The same for the few people whose entries void others or go back: added up anew at each entry."""
    states = []
    items = [name for name in ITEM_KINDS if name in dated.columns]
    for _, mine in dated.group_by("resident_id", maintain_order=True):
        laid: list[Entry] = []
        for row in mine.iter_rows(named=True):
            said = {name: row[name] for name in items if row[name] is not None}
            laid.append(
                Entry(
                    row["event_id"], row["occurred_on"], row["recorded_at"], said, tuple(row["cleared"] or ()),
                    row["voids_event_id"], row["history_number"],
                )
            )  # fmt: skip
            state = newest(laid)
            states.append({**row, **{name: state.get(name) for name in items}})
    return pl.DataFrame(states, schema=dated.schema)


def _text(column: Column, town_code: str | None) -> pl.Expr:
    """How one column is written, by what it bears; the rest by its kind."""
    match column.bears:
        case "town":
            text = pl.lit(town_code) if town_code else pl.col("municipality_code")
        case "branch":
            text = pl.lit("0")
        case "relationship_code":
            link = pl.col("relationship").str.slice(2 * LINKS.index(column.id), 2)
            text = pl.when(link != "").then(link)
        case "unknown":
            unknown = pl.col(f"{column.of}_note").is_not_null()
            text = pl.when(pl.col(column.of).is_not_null()).then(_flag(unknown))
        case "operated_on" | "operated_at":
            shape = "%Y-%m-%d" if column.bears == "operated_on" else "%H:%M:%S"
            text = pl.col("recorded_at").dt.convert_time_zone("Asia/Tokyo").dt.strftime(shape)
        case _:
            text = _plain(column)
    return text


def _plain(column: Column) -> pl.Expr:
    value = pl.col(column.id)
    if column.kind == "flag":
        return _flag(value)
    if column.kind == "date":
        return value.dt.strftime("%Y-%m-%d")
    return value.cast(pl.String)


def _flag(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.Int8).cast(pl.String)
