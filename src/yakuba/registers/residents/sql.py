"""SQL that both readers and writers of the register use: the columns, and a cursor that prepares its statements."""

from __future__ import annotations

from yakuba.registers.access.driver import one_trip, raw_cursor

from .columns import ITEMS

__all__ = ["ENTRY_COLUMNS", "EVENT_COLUMNS", "ITEM_LIST", "RECORD_COLUMNS", "one_trip", "raw_cursor"]

ITEM_LIST = ", ".join(ITEMS)
EVENT_COLUMNS = (
    "id", "kind", "reason", "occurred_on", "occurred_on_note", "notified_on", "processed_on", "recorded_at", "actor",
    "place", "notice", "entry_key",
)  # fmt: skip
ENTRY_COLUMNS = ("resident_id", "event_id", "history_number", "voids_event_id", "cleared", *ITEMS)
RECORD_COLUMNS = ("resident_id", "valid_from", "valid_to", "known_from", "known_to", "event_id", *ITEMS)
