"""登録キー: which notices have become events, by their natural keys. No personal data."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ..sql import raw_cursor


def recorded_events(entry_id: UUID) -> list[int]:
    """本登録でできた異動: the events that a 仮登録 became; none while it waits."""
    with raw_cursor() as cursor:
        cursor.execute("SELECT unnest(event_ids) FROM residents_provisionalentry WHERE id = %s", [entry_id])
        return [event_id for (event_id,) in cursor.fetchall()]


def registered_events(entry_keys: Sequence[UUID]) -> dict[UUID, int]:
    """本登録済みの届出: event id by natural key, those without an event left out."""
    with raw_cursor() as cursor:
        cursor.execute(
            "SELECT entry_key, id FROM residents_residentevent WHERE entry_key = ANY(%s)", [list(entry_keys)]
        )
        return dict(cursor.fetchall())
