"""異動履歴の読出し: the entries of people and of the members of their households, as the fold wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from ..columns import ITEMS
from ..events.base import Person
from ..fold import Entry
from ..sql import one_trip, raw_cursor

_HEAD = 9
_ENTRIES = f"""
SELECT e.resident_id, p.addressee_number, e.event_id, v.occurred_on, v.recorded_at, v.kind, v.reason,
       e.history_number, e.voids_event_id, e.cleared, {", ".join(f"e.{name}" for name in ITEMS)},
       (SELECT h.entry_id FROM residents_provisionalhold h WHERE h.resident_id = e.resident_id)
FROM residents_evententry e
JOIN residents_residentevent v ON v.id = e.event_id
JOIN residents_resident p ON p.id = e.resident_id
WHERE e.resident_id = ANY(%s)
"""
# Advisory locks, since the role in use has no right to lock the rows of an append-only table.
_LOCK = "SELECT lock_concerned(%(residents)s, %(households)s)"
_SAME_PLANS = "SET LOCAL plan_cache_mode = force_generic_plan"
"""What a notice asks is planned alike whoever it is about; taking the locks says so by itself."""
_ENTRIES_OF_CONCERNED = _ENTRIES.replace("%s", "(SELECT concerned(%(residents)s, %(households)s))::bigint[]")


@dataclass(frozen=True, slots=True)
class Concerned:
    """異動に関わる人: everybody with all entries ever recorded, and the 仮登録 that holds each (resident id → entry)."""

    people: Mapping[int, Person] = field(default_factory=dict)
    holds: Mapping[int, UUID] = field(default_factory=dict)


def concerned(resident_ids: Iterable[int], household_ids: Iterable[int], *, locking: bool) -> Concerned:
    """The people, and everybody who is, was or will be in a household with them as known now.

    With `locking` they are this transaction's until it ends, and nobody has joined them meanwhile.
    """
    values = {"residents": list(resident_ids), "households": list(household_ids)}
    asked = bool(values["residents"] or values["households"])
    with one_trip(), raw_cursor() as cursor:
        if not (asked and locking):
            cursor.execute(_SAME_PLANS, prepare=False)
        if not asked:
            return Concerned()
        if locking:
            # The driver's own cursor: those of Django's connection bind on this side and so prepare nothing.
            psycopg.Cursor(cursor.connection).execute(_LOCK, values)
        cursor.execute(_ENTRIES_OF_CONCERNED, values)
        rows = cursor.fetchall()
    return Concerned(_people(rows), {row[0]: row[-1] for row in rows if row[-1] is not None})


def people(resident_ids: Iterable[int]) -> dict[int, Person]:
    """People by id, each with all entries ever recorded."""
    with raw_cursor() as cursor:
        cursor.execute(_ENTRIES, [list(resident_ids)])
        return _people(cursor.fetchall())


def _people(rows: Iterable[tuple[Any, ...]]) -> dict[int, Person]:
    entries: dict[int, list[Entry]] = {}
    numbers: dict[int, str] = {}
    for row in rows:
        numbers[row[0]] = row[1]
        entries.setdefault(row[0], []).append(_entry(row))
    return {each: Person(each, numbers[each], sorted(found, key=_by_history)) for each, found in entries.items()}


def _by_history(entry: Entry) -> int:
    return entry.history_number


def _entry(row: tuple[Any, ...]) -> Entry:
    _, _, event_id, occurred_on, recorded_at, kind, reason, history_number, voids, cleared = row[: _HEAD + 1]
    items = {name: value for name, value in zip(ITEMS, row[_HEAD + 1 : -1], strict=True) if value is not None}
    return Entry(event_id, occurred_on, recorded_at, items, tuple(cleared), voids, history_number, kind, reason)
