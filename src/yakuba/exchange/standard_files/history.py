"""異動から行へ: the entries of people, added up again to one row of all items per history number, as text.

A row shows the items after its entry, in the order of 個人履歴番号; an entry that a later one voids counts until then.
What the register derives is made here: 最新フラグ, 続柄コードと表記, 不詳フラグ.
"""

from __future__ import annotations

import polars as pl

from yakuba.exchange.standard_files.layout import Column, columns
from yakuba.exchange.standard_files.rows import LINKS, relationship_text
from yakuba.registers.residents.columns import ITEM_KINDS
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
    entries = part.entries.sort("resident_id", "history_number")
    voiding = entries.filter(pl.col("voids_event_id").is_not_null())["resident_id"].unique()
    plain = _forward(entries.filter(~pl.col("resident_id").is_in(voiding.to_list())))
    return pl.concat([plain, _replayed(entries.filter(pl.col("resident_id").is_in(voiding.to_list())))])


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


def _replayed(entries: pl.DataFrame) -> pl.DataFrame:
    """The same for the few people with voided entries: added up anew at each entry, without those voided by then."""
    states = []
    items = [name for name in ITEM_KINDS if name in entries.columns]
    for _, mine in entries.group_by("resident_id", maintain_order=True):
        rows = mine.to_dicts()
        for count in range(1, len(rows) + 1):
            voided = {row["voids_event_id"] for row in rows[:count]}
            state: dict[str, object] = {}
            for row in rows[:count]:
                if row["event_id"] in voided:
                    continue
                cleared = row["cleared"] or ()
                state |= {name: row[name] for name in items if row[name] is not None or name in cleared}
            states.append({**rows[count - 1], **{name: state.get(name) for name in items}})
    return pl.DataFrame(states, schema=entries.schema)


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
