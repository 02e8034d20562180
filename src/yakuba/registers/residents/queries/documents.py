"""証明書のための照会: many people at once, as of a day and as known at an instant. Each reading is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from ..columns import ITEMS
from ..fold import Items
from ..sql import raw_cursor
from .people import _AS_OF, PersonView, _views

LAST_DAY = date.max
"""As of this day a person's last slice is read, a planned 転出 included."""

_HEAD = 12
_ENTRIES = f"""
SELECT e.resident_id, e.event_id, e.history_number, v.kind, v.reason, v.occurred_on, v.occurred_on_note, v.notified_on,
       v.notice, v.recorded_at, e.voids_event_id, e.cleared, {", ".join(f"e.{name}" for name in ITEMS)}
FROM residents_evententry e JOIN residents_residentevent v ON v.id = e.event_id
WHERE e.resident_id = ANY(%(ids)s) AND v.recorded_at <= %(known_at)s
ORDER BY e.resident_id, e.history_number
"""
_MEMBERS = f"""
SELECT r.household_id, r.resident_id FROM residents_residentrecord r
WHERE r.household_id = ANY(%(households)s) AND r.resident_status = 1 AND {_AS_OF}
"""
_TOGETHER = """
SELECT DISTINCT household_id, resident_id FROM residents_residentrecord
WHERE household_id = ANY(%s) AND known_to IS NULL AND valid_to IS NULL
"""
_EVENTS = """
SELECT v.id, v.kind, v.reason, v.occurred_on, v.occurred_on_note, v.notified_on, e.resident_id,
       e.resident_code IS NOT NULL, e.relationship
FROM residents_residentevent v JOIN residents_evententry e ON e.event_id = v.id
WHERE v.id = ANY(%s) ORDER BY v.id, e.resident_id
"""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """異動履歴 1件 of one person as the fold takes it, with the wording and the notice of its event."""

    resident_id: int
    event_id: int
    history_number: int
    kind: str
    reason: str
    occurred_on: date
    occurred_on_note: str | None
    notified_on: date | None
    notice: str | None
    recorded_at: datetime
    voids_event_id: int | None
    cleared: Sequence[str]
    items: Items


@dataclass(frozen=True, slots=True)
class EventPart:
    """One person's part of an event, without any item: whether a 住民票コード was set, and a 続柄 set by it."""

    event_id: int
    kind: str
    reason: str
    occurred_on: date
    occurred_on_note: str | None
    notified_on: date | None
    resident_id: int
    sets_resident_code: bool
    relationship: str | None


def people(
    access: Access, resident_ids: Sequence[int], *, valid_on: date, known_at: datetime, output: str
) -> dict[int, PersonView]:
    """住民 by id, those whom the register then had. One access record that names everybody asked for."""
    with transaction.atomic():
        found = _views(
            access,
            "r.resident_id = ANY(%(ids)s)",
            {"ids": list(resident_ids)},
            valid_on=valid_on,
            known_at=known_at,
            output=output,
        )
        detail = {"valid_on": valid_on.isoformat(), "known_at": known_at.isoformat(), "output": output}
        access_commands.record(access, "residents.people", resident_ids, detail)
    return {view.resident_id: view for view in found}


def entries(access: Access, resident_ids: Sequence[int], *, known_at: datetime) -> dict[int, list[EntryRow]]:
    """異動履歴 known at an instant, in the order recorded, voided ones included; every item as it is, so ask the guard
    first. One access record."""
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(_ENTRIES, {"ids": list(resident_ids), "known_at": known_at})
            rows = cursor.fetchall()
        access_commands.record(access, "residents.entries", resident_ids, {"known_at": known_at.isoformat()})
    found: dict[int, list[EntryRow]] = {each: [] for each in resident_ids}
    for row in rows:
        found[row[0]].append(_entry(row))
    return found


def _entry(row: tuple[Any, ...]) -> EntryRow:
    lead, items = row[:_HEAD], row[_HEAD:]
    held = {name: value for name, value in zip(ITEMS, items, strict=True) if value is not None}
    return EntryRow(*(*lead, held))


def members(household_ids: Iterable[int], *, valid_on: date, known_at: datetime) -> dict[int, frozenset[int]]:
    """世帯員の番号 of households on a day: ids only."""
    values = {"households": list(household_ids), "valid_on": valid_on, "known_at": known_at}
    return _grouped(_MEMBERS, values)


def living_together(household_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Whom the guard must ask for beside the people of a document: who is in each household as known now, ids only."""
    return _grouped(_TOGETHER, [list(household_ids)])


def _grouped(query: str, values: Any) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    with raw_cursor() as cursor:
        cursor.execute(query, values)
        for household_id, resident_id in cursor.fetchall():
            found.setdefault(household_id, set()).add(resident_id)
    return {household_id: frozenset(ids) for household_id, ids in found.items()}


def event_parts(access: Access, event_ids: Sequence[int]) -> list[EventPart]:
    """異動の対象者: whom events concern, without their items. One access record."""
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(_EVENTS, [list(event_ids)])
            parts = [EventPart(*row) for row in cursor.fetchall()]
        access_commands.record(access, "residents.events", sorted({part.resident_id for part in parts}))
    return parts
