"""異動履歴の読出し: the entries of people and of the members of their households, as the fold wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..columns import ITEMS
from ..events.base import Person
from ..fold import Entry
from ..sql import raw_cursor

_HEAD = 9
_ENTRIES = f"""
SELECT e.resident_id, p.addressee_number, e.event_id, v.occurred_on, v.recorded_at, v.kind, v.reason,
       e.history_number, e.voids_event_id, e.cleared, {", ".join(f"e.{name}" for name in ITEMS)}
FROM residents_evententry e
JOIN residents_residentevent v ON v.id = e.event_id
JOIN residents_resident p ON p.id = e.resident_id
WHERE e.resident_id = ANY(%s)
"""
_CONCERNED = """
SELECT unnest(%(residents)s::bigint[])
UNION
SELECT resident_id FROM residents_residentrecord
WHERE known_to IS NULL AND household_id = ANY(
    %(households)s::bigint[] || ARRAY(
        SELECT household_id FROM residents_residentrecord WHERE resident_id = ANY(%(residents)s) AND known_to IS NULL
    )
)
"""


def concerned(resident_ids: Iterable[int], household_ids: Iterable[int]) -> list[int]:
    """The people, and everybody who is, was or will be in a household with them as known now; in ascending order."""
    values = {"residents": list(resident_ids), "households": list(household_ids)}
    with raw_cursor() as cursor:
        cursor.execute(_CONCERNED, values)
        return sorted(row[0] for row in cursor.fetchall())


def people(resident_ids: Iterable[int]) -> dict[int, Person]:
    """People by id, each with all entries ever recorded."""
    with raw_cursor() as cursor:
        cursor.execute(_ENTRIES, [list(resident_ids)])
        rows = cursor.fetchall()
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
    items = {name: value for name, value in zip(ITEMS, row[_HEAD + 1 :], strict=True) if value is not None}
    return Entry(event_id, occurred_on, recorded_at, items, tuple(cleared), voids, history_number, kind, reason)
