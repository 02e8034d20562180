"""異動の積み上げ: from a person's entries to the two-clock record. Pure: no database, no clock.

The entries known at an instant, less those that a later entry voided, are laid one over the other in the order of the
day on which they became true; each opens a slice that ends where the next begins. Doing this for every instant at
which the town learned something gives the record: valid over days, known over instants, both half open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Items = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """異動履歴 1件: one event's word on one person. `items` holds what is set, `cleared` what is set to blank."""

    event_id: int
    occurred_on: date
    recorded_at: datetime
    items: Items
    cleared: tuple[str, ...] = ()
    voids_event_id: int | None = None
    history_number: int = 0
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """住民票の記録 1件: the items from `valid_from` until the day before `valid_to`."""

    valid_from: date
    valid_to: date | None
    event_id: int
    items: Items = field(compare=False)
    basis: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[date, date | None, tuple[int, ...]]:
        """Two slices with the same days and the same events beneath them hold the same items."""
        return (self.valid_from, self.valid_to, self.basis)


@dataclass(frozen=True, slots=True)
class KnownSlice:
    """A slice together with the instants over which the town held it to be true."""

    slice: Slice
    known_from: datetime
    known_to: datetime | None


def active(entries: Iterable[Entry]) -> list[Entry]:
    """有効な履歴: the entries that no other voids, by the day they became true, then in the order recorded."""
    known = list(entries)
    voided = {entry.voids_event_id for entry in known if entry.voids_event_id is not None}
    kept = [entry for entry in known if entry.event_id not in voided]
    return sorted(kept, key=lambda entry: (entry.occurred_on, entry.history_number))


def overlay(before: Items, entry: Entry) -> Items:
    """The items after an entry: what it sets stands, what it clears is gone, the rest is as before."""
    after = {**before, **entry.items}
    for name in entry.cleared:
        after.pop(name, None)
    return after


def timeline(entries: Iterable[Entry]) -> list[Slice]:
    """履歴の積み上げ: the slices of one person as known with exactly these entries, oldest first, without gaps."""
    ordered = active(entries)
    slices: list[Slice] = []
    items: Items = {}
    basis: tuple[int, ...] = ()
    for position, entry in enumerate(ordered):
        items = overlay(items, entry)
        basis = (*basis, entry.event_id)
        following = ordered[position + 1].occurred_on if position + 1 < len(ordered) else None
        if following is None or following > entry.occurred_on:
            slices.append(Slice(entry.occurred_on, following, entry.event_id, items, basis))
    return slices


def in_order_recorded(entries: Sequence[Entry]) -> list[Entry]:
    """By 個人履歴番号: the order in which the town learned of them."""
    return sorted(entries, key=lambda entry: entry.history_number)


def record(entries: Sequence[Entry]) -> list[KnownSlice]:
    """住民票の記録: every slice the town ever held true of one person, with the instants over which it did."""
    ordered = in_order_recorded(entries)
    open_slices: dict[tuple[date, date | None, tuple[int, ...]], KnownSlice] = {}
    closed: list[KnownSlice] = []
    position = 0
    while position < len(ordered):
        instant = ordered[position].recorded_at
        while position < len(ordered) and ordered[position].recorded_at == instant:
            position += 1
        now_true = {piece.key: piece for piece in timeline(ordered[:position])}
        for key in [key for key in open_slices if key not in now_true]:
            past = open_slices.pop(key)
            closed.append(KnownSlice(past.slice, past.known_from, instant))
        for key, piece in now_true.items():
            if key not in open_slices:
                open_slices[key] = KnownSlice(piece, instant, None)
    return closed + list(open_slices.values())


def as_of(slices: Iterable[Slice], valid_on: date) -> Slice | None:
    """The slice that covers a day, or None before the person's first."""
    for piece in slices:
        if piece.valid_from <= valid_on and (piece.valid_to is None or valid_on < piece.valid_to):
            return piece
    return None
