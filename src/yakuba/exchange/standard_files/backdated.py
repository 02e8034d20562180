"""さかのぼる行: histories in which a row became true before a row that the town had learned of earlier.

The register lays entries by the day on which they became true, a file's rows stand in the order of 個人履歴番号 and each
shows all items after it. So a row that goes back and says otherwise than a later day's row voids that row and says its
words anew: after each row the last of the register's slices is the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from yakuba.registers.residents.columns import ITEM_KINDS
from yakuba.registers.residents.fold import Entry, Items, active, overlay
from yakuba.registers.residents.frames import ENTRY_SCHEMA


@dataclass(frozen=True, slots=True)
class Unlaid:
    """積み上げられない行: the register's newest state would differ from the row in this item."""

    resident_id: int
    history_number: int
    item: str


def going_back(rows: pl.DataFrame) -> pl.DataFrame:
    """さかのぼる行のある住民 (resident_id), from rows with `occurred_on` in the order of 個人履歴番号."""
    back = pl.col("occurred_on") < pl.col("occurred_on").shift().over("resident_id")
    return rows.filter(back).select(pl.col("resident_id").unique())


def newest(entries: Iterable[Entry]) -> Items:
    """最後の記録: the items of the last slice, planned changes included."""
    items: Items = {}
    for entry in active(entries):
        items = overlay(items, entry)
    return items


def lay(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Unlaid]]:
    """さかのぼる行のある住民の異動: entries (ENTRY_SCHEMA) from rows of all items, and what cannot be said with one voided row."""
    names = [name for name in ITEM_KINDS if name in rows.columns]
    out: list[dict[str, Any]] = []
    unlaid: list[Unlaid] = []
    for (resident_id,), own in rows.group_by("resident_id", maintain_order=True):
        laid: list[Entry] = []
        for row in own.iter_rows(named=True):
            state = {name: row[name] for name in names if row[name] is not None}
            laid.append(_entry(row, state, laid))
            wrong = _first_difference(newest(laid), state)
            if wrong:
                unlaid.append(Unlaid(int(str(resident_id)), row["history_number"], wrong))
            out.append(_row(int(str(resident_id)), laid[-1]))
    return pl.DataFrame(out, schema=ENTRY_SCHEMA), unlaid


def _entry(row: Mapping[str, Any], state: Items, laid: list[Entry]) -> Entry:
    """The row as an entry over those before it."""
    known = active(laid)
    before = newest([entry for entry in known if entry.occurred_on <= row["occurred_on"]])
    later = [entry for entry in known if entry.occurred_on > row["occurred_on"]]
    voided = _contradicting(later, state)[-1:]
    kept = {name for entry in later if entry not in voided for name in _spoken(entry)}
    said: Items = {name: value for entry in voided for name, value in entry.items.items() if name in kept}
    said |= {name: value for name, value in state.items() if name not in kept and before.get(name) != value}
    cleared = tuple(name for name in before if name not in state and name not in kept)
    return Entry(
        row["event_id"], row["occurred_on"], row["recorded_at"], said, cleared,
        voided[0].event_id if voided else None, row["history_number"],
    )  # fmt: skip


def _contradicting(later: list[Entry], state: Items) -> list[Entry]:
    """Which of the later days' entries would leave something else than the row says."""
    left = list(later)
    while True:
        result = newest(left)
        wrong = [entry for entry in left if any(result.get(name) != state.get(name) for name in _spoken(entry))]
        if not wrong:
            return [entry for entry in later if entry not in left]
        left = [entry for entry in left if entry not in wrong]


def _spoken(entry: Entry) -> tuple[str, ...]:
    return (*entry.items, *entry.cleared)


def _first_difference(one: Items, other: Items) -> str:
    return next((name for name in ITEM_KINDS if one.get(name) != other.get(name)), "")


def _row(resident_id: int, entry: Entry) -> dict[str, Any]:
    return {
        "resident_id": resident_id, "event_id": entry.event_id, "history_number": entry.history_number,
        "voids_event_id": entry.voids_event_id, "cleared": list(entry.cleared), **entry.items,
    }  # fmt: skip
