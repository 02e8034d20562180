"""台帳との照合: is what a file says of people already known? Rows are compared as they would be exported, item by item."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yakuba.exchange.standard_files.backdated import Unlaid
from yakuba.exchange.standard_files.findings import CellFinding, located, says
from yakuba.exchange.standard_files.history import to_rows
from yakuba.exchange.standard_files.layout import by_id, columns
from yakuba.exchange.standard_files.parts import laid, to_part
from yakuba.exchange.standard_files.reading import LINE
from yakuba.registers.residents.frames import TownPart

_UNCOMPARED = {"latest", "town_municipality_code", "individual_number"}
"""Derived from the others, or not readable without the vault."""
_KEY = ["addressee_number", "history_number"]


@dataclass(frozen=True, slots=True)
class Compared:
    """照合の結果, by 宛名番号. `known_rows`: how many rows of each the register has. `differing`: the first difference of each."""

    new: frozenset[str]
    unchanged: frozenset[str]
    longer: dict[str, int]
    differing: dict[str, CellFinding]


def compare(rows: pl.DataFrame, known: TownPart) -> Compared:
    """照合する: text rows of whole people against what the register has of the same people.

    Unchanged is also who has a longer history in the register: the file is an older one and says nothing new.
    """
    part, unlaid = laid(rows)
    given = to_rows(part).with_columns(pl.col("history_number").cast(pl.Int32))
    there = to_rows(known).with_columns(pl.col("history_number").cast(pl.Int32))
    sizes = dict(there.group_by("addressee_number").len().iter_rows())
    lines = {(number, history): line for number, history, line in rows.select(*_KEY, LINE).iter_rows()}
    items = [column.id for column in columns() if column.id not in (*_UNCOMPARED, *_KEY)]
    both = given.join(there, on=_KEY, suffix="_there", maintain_order="left")
    unequal = both.select(*_KEY, *(pl.col(item).ne_missing(pl.col(f"{item}_there")).alias(item) for item in items))
    first = unequal.filter(pl.any_horizontal(items)).unique("addressee_number", keep="first", maintain_order=True)
    differing = _not_laid(part, unlaid, lines)
    for row in first.iter_rows(named=True):
        item = next(item for item in items if row[item])
        number, history = row["addressee_number"], row["history_number"]
        value = (
            given.filter((pl.col("addressee_number") == number) & (pl.col("history_number") == history))[item][0] or ""
        )
        differing[number] = located(by_id()[item], _DIFFERS(by_id()[item], value), lines[number, history], value)
    counts = dict(given.group_by("addressee_number").len().iter_rows())
    differing |= _voiding_what_is_there(part, sizes, lines, differing)
    same = {number for number in counts if number in sizes and number not in differing}
    return Compared(
        new=frozenset(counts) - frozenset(sizes) - frozenset(differing),
        unchanged=frozenset(number for number in same if counts[number] <= sizes[number]),
        longer={number: sizes[number] for number in same if counts[number] > sizes[number]},
        differing=differing,
    )


_DIFFERS = says(
    "history-differs",
    "{name}「{value}」が、台帳にある同じ個人履歴番号の内容と違います。",
    "取り込み済みの履歴は書き換えられません。台帳で誤記修正などの異動を入力してください。",
)


_NOT_LAID = says(
    "history-not-laid",
    "異動年月日が前の履歴より前で、{name}を行のとおりに積み上げられません。",
    "取り消された履歴ごとに、取消しの行（異動事由44など）を分けてください。",
)
_VOIDS = says(
    "history-voids-loaded",
    "異動年月日が、台帳にある履歴より前です。取り込み済みの履歴は、ファイルからは取り消せません。",
    "台帳で誤記修正か異動の取消しを入力してください。",
)


def _not_laid(part: TownPart, unlaid: list[Unlaid], lines: dict[tuple[str, int], int]) -> dict[str, CellFinding]:
    """The first row of each person that the register could not show as it stands in the file."""
    numbers = dict(part.residents.select("id", "addressee_number").iter_rows())
    found: dict[str, CellFinding] = {}
    for one in unlaid:
        number = numbers[one.resident_id]
        column = by_id().get(one.item, by_id()["occurred_on"])
        found.setdefault(number, located(column, _NOT_LAID(column, ""), lines[number, one.history_number], ""))
    return found


def _voiding_what_is_there(
    part: TownPart, sizes: dict[str, int], lines: dict[tuple[str, int], int], differing: dict[str, CellFinding]
) -> dict[str, CellFinding]:
    """New rows of people already known that would void a row loaded before."""
    voiding = part.entries.filter(pl.col("voids_event_id").is_not_null())
    told = part.entries.select("resident_id", pl.col("event_id").alias("voids_event_id"), voided="history_number")
    rows = voiding.join(told, on=["resident_id", "voids_event_id"]).join(
        part.residents.rename({"id": "resident_id"}), on="resident_id"
    )
    column = by_id()["occurred_on"]
    found = {}
    for number, history, voided in rows.select("addressee_number", "history_number", "voided").iter_rows():
        if number in sizes and number not in differing and voided <= sizes[number] < history:
            found[number] = located(column, _VOIDS(column, ""), lines[number, history], "")
    return found


def only(rows: pl.DataFrame, compared: Compared) -> TownPart:
    """取り込む分: whole histories of new people, and of those with a longer history the rows that the register lacks."""
    wanted = rows.filter(pl.col("addressee_number").is_in([*compared.new, *compared.longer]))
    part = to_part(wanted)
    if not compared.longer:
        return part
    have = pl.DataFrame(
        {"addressee_number": list(compared.longer), "have": list(compared.longer.values())},
        schema={"addressee_number": pl.String, "have": pl.Int32},
    )
    ids = part.residents.join(have, on="addressee_number").select(pl.col("id").alias("resident_id"), "have")
    entries = part.entries.join(ids, on="resident_id", how="left", maintain_order="left")
    entries = entries.filter(pl.col("history_number") > pl.col("have").fill_null(0)).drop("have")
    return TownPart(part.residents, part.households, *_renumbered(part.events, entries), part.individual_numbers)


def _renumbered(events: pl.DataFrame, entries: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Only the events that have an entry, numbered from 0 again."""
    kept = events.filter(pl.col("id").is_in(entries["event_id"].to_list()))
    ids = kept.select(pl.col("id").alias("event_id")).with_row_index("new_id")
    moved = entries.join(ids, on="event_id", how="left", maintain_order="left")
    moved = moved.with_columns(event_id=pl.col("new_id").cast(pl.Int64)).drop("new_id")
    ids = ids.rename({"event_id": "voids_event_id"})
    moved = moved.join(ids, on="voids_event_id", how="left", maintain_order="left")
    moved = moved.with_columns(voids_event_id=pl.col("new_id").cast(pl.Int64)).drop("new_id")
    return kept.with_columns(id=pl.int_range(pl.len(), dtype=pl.Int64)), moved
