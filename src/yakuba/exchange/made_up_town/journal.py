"""異動の控え: what happened, as integers; texts are made once at the end.

An event has a number in the order in which the town came to know of it within its day; an entry says what it means for
one person. A column that an entry does not mention is UNSET.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .tables import Integers

UNSET = np.iinfo(np.int32).min
KINDS = {
    "domestic_move_in": "01", "foreign_move_in": "02", "birth": "03", "domestic_move_out": "21", "foreign_move_out": "22",
    "death": "23", "move_within": "41", "household_split": "50", "household_merge": "51", "household_change": "52",
    "head_change": "53", "former_name_set": "54", "alias_set": "57", "authority_correction": "43", "minor_correction": "42",
    "error_correction": "44", "naturalisation_entry": "04", "naturalisation_strike": "24", "authority_strike": "26",
    "cancel_increase": "09", "cancel_decrease": "28", "move_in_notice": "21",
}  # fmt: skip
"""種類 → 異動事由."""
KIND_NAMES = tuple(KINDS)
BY_AUTHORITY = ("birth", "death", "authority_correction", "minor_correction", "error_correction", "naturalisation_entry",
                "naturalisation_strike", "authority_strike", "cancel_increase", "cancel_decrease", "move_in_notice")  # fmt: skip
"""Kinds that the town enters without a notice of the resident (職権)."""

EVENT_COLUMNS = ("kind", "occurred", "processed", "household")
ENTRY_COLUMNS = (
    "event", "person", "voids", "full", "clear", "kind", "status", "household", "relationship", "head_family",
    "head_given", "order", "reason", "entered", "became", "struck_reason", "struck", "struck_notified", "family", "given",
    "kana_given", "former", "alias_family", "alias_given", "furigana_confirmed", "honseki", "koseki_family", "koseki_given", "address",
    "address_since", "origin", "previous", "out_notified", "out_planned", "destination", "confirmed", "notice", "arrival",
    "stay", "stay_years", "stay_expires", "card",
)  # fmt: skip

CLEAR_BUILDING, CLEAR_PREVIOUS_BUILDING, CLEAR_STRUCK, CLEAR_FOREIGN = 1, 2, 4, 8
"""Bits of `clear`: groups of items that the entry sets to blank."""


class Journal:
    """Events and entries, in blocks."""

    def __init__(self) -> None:
        self._events: list[dict[str, Integers]] = []
        self._entries: list[tuple[int, dict[str, Any]]] = []
        self.event_count = 0

    def events(self, kind: str, occurred: Integers, processed: Integers, household: Integers) -> Integers:
        """Numbers of new events."""
        count = occurred.size
        code = np.full(count, KIND_NAMES.index(kind))
        self._events.append({"kind": code, "occurred": occurred, "processed": processed, "household": household})
        self.event_count += count
        return np.arange(self.event_count - count, self.event_count)

    def entries(self, event: Integers, person: Integers, **items: Any) -> None:
        """What the events mean for the persons (one event may be given for many)."""
        self._entries.append((person.size, {"event": event, "person": person, **items}))

    def event_table(self) -> dict[str, Integers]:
        """All events by column."""
        return {name: np.concatenate([block[name] for block in self._events]) for name in EVENT_COLUMNS}

    def entry_table(self) -> dict[str, Integers]:
        """All entries by column."""
        total = sum(size for size, _ in self._entries)
        table = {}
        for name in ENTRY_COLUMNS:
            column, start = np.full(total, UNSET, dtype=np.int64), 0
            for size, items in self._entries:
                if name in items:
                    column[start : start + size] = items[name]
                start += size
            table[name] = column
        return table
