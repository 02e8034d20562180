"""異動の記録: events and entries are added, the record and the search keys follow, all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from yakuba.kernel.characters import bigrams
from yakuba.kernel.check_digits import addressee_number, next_addressee_bodies
from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access.door import Access

from ..columns import ITEMS
from ..events.base import NEW_HOUSEHOLD, Change, EventDraft, Person
from ..fold import Entry, Slice, timeline
from ..keys import (
    ADDRESS_ITEMS,
    NAME_ITEMS,
    NUMBER_ITEMS,
    NameRow,
    all_address_rows,
    all_name_rows,
    all_number_rows,
    name_grams,
)
from ..sql import EVENT_COLUMNS, RECORD_COLUMNS, raw_cursor

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the events, and the people concerned with their new ids."""

    event_ids: list[int]
    resident_ids: list[int]
    new_ids: Mapping[int, int]


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


_EVENT = _insert("residents_residentevent", EVENT_COLUMNS)
_RECORD = _insert("residents_residentrecord", RECORD_COLUMNS)
_CLOSE = """
UPDATE residents_residentrecord SET known_to = %s WHERE resident_id = %s AND valid_from = %s AND known_to IS NULL
"""
_NAME = """
INSERT INTO residents_namekey (resident_id, kana_key, kanji_key, given_kana_key, birth_date, sex, grams, current)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (resident_id, kana_key, kanji_key) DO UPDATE SET
    given_kana_key = excluded.given_kana_key, birth_date = excluded.birth_date, sex = excluded.sex,
    grams = excluded.grams, current = excluded.current
"""
_NAME_GONE = "DELETE FROM residents_namekey WHERE resident_id = %s AND kana_key = %s AND kanji_key = %s"
_ADDRESS = """
INSERT INTO residents_addresskey (resident_id, address_key, grams, current) VALUES (%s, %s, %s, %s)
ON CONFLICT (resident_id, address_key) DO UPDATE SET current = excluded.current
"""
_ADDRESS_GONE = "DELETE FROM residents_addresskey WHERE resident_id = %s AND address_key = %s"
_NUMBER = """
INSERT INTO residents_numberkey (kind, number, resident_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""


def record_events(
    access: Access, drafts: Sequence[EventDraft], people: Mapping[int, Person], entry_keys: Sequence[UUID]
) -> Recorded:
    """本登録: gives out numbers, adds events and entries, and brings the record and the keys up to date.

    `entry_keys` is one natural key for each draft; the database refuses one that is already there.
    """
    recorded_at = _instant(access.now, drafts, people)
    with raw_cursor() as cursor:
        event_ids = _next(cursor, "resident_event_id", len(drafts))
        new_ids = _number_people(cursor, drafts)
        households = _number_households(cursor, drafts)
        events, entries = [], []
        for draft, event_id, key in zip(drafts, event_ids, entry_keys, strict=True):
            events.append(_event_row(access, draft, event_id, recorded_at, key))
            for change in draft.changes:
                entries.append(
                    (new_ids.get(change.resident_id, change.resident_id), event_id, draft, change, households)
                )
        added = _entries(entries, people, recorded_at)
        with cursor.connection.pipeline():
            cursor.executemany(_EVENT, events)
            for resident_id, new in added.items():
                for entry in new:
                    cursor.execute(*_entry_statement(resident_id, entry))
            for resident_id, new in added.items():
                before = people[resident_id].entries if resident_id in people else ()
                _project(cursor, resident_id, before, [*before, *new], recorded_at)
    return Recorded(event_ids, sorted(added), new_ids)


def _instant(now: datetime, drafts: Sequence[EventDraft], people: Mapping[int, Person]) -> datetime:
    """The town learns of things one after the other: never before what it already knows of the same person."""
    touched = {change.resident_id for draft in drafts for change in draft.changes}
    last = max((people[each].entries[-1].recorded_at for each in touched if each in people), default=None)
    return now if last is None or now > last else last + TICK


def _next(cursor: psycopg.Cursor, sequence: str, count: int) -> list[int]:
    cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
    return [row[0] for row in cursor.fetchall()]


def _number_people(cursor: psycopg.Cursor, drafts: Sequence[EventDraft]) -> dict[int, int]:
    """宛名番号 for new people (national specification 1.1.13)."""
    new = sorted({c.resident_id for draft in drafts for c in draft.changes if c.resident_id < 0}, reverse=True)
    given = _bodies(cursor, "resident_body", len(new))
    rows = [(body, addressee_number(body)) for body in given]
    if rows:
        cursor.executemany("INSERT INTO residents_resident (id, addressee_number) VALUES (%s, %s)", rows)
    return dict(zip(new, given, strict=True))


def _number_households(cursor: psycopg.Cursor, drafts: Sequence[EventDraft]) -> dict[int, int]:
    """世帯番号 for new households: each household that a notice founds has one marker below zero."""
    markers = sorted({
        household
        for draft in drafts
        for change in draft.changes
        if (household := change.items.get("household_id")) is not None and household <= NEW_HOUSEHOLD
    })  # fmt: skip
    given = _bodies(cursor, "household_body", len(markers))
    rows = [(body, addressee_number(body)) for body in given]
    if rows:
        cursor.executemany("INSERT INTO residents_household (id, household_number) VALUES (%s, %s)", rows)
    return dict(zip(markers, given, strict=True))


def _bodies(cursor: psycopg.Cursor, sequence: str, count: int) -> list[int]:
    """The next bodies that have a check digit; those that have none are passed over."""
    bodies: list[int] = []
    while len(bodies) < count:
        for value in _next(cursor, sequence, count - len(bodies)):
            if int(next_addressee_bodies(value - 1, 1)[0]) == value:
                bodies.append(value)
    return bodies


def _event_row(access: Access, draft: EventDraft, event_id: int, recorded_at: datetime, key: UUID) -> tuple[Any, ...]:
    return (
        event_id, draft.kind, draft.reason, draft.occurred_on.value, draft.occurred_on.note or None, draft.notified_on,
        access.today, recorded_at, access.actor, access.place or None, draft.notice or None, key,
    )  # fmt: skip


def _entries(
    planned: Sequence[tuple[int, int, EventDraft, Change, Mapping[int, int]]],
    people: Mapping[int, Person],
    recorded_at: datetime,
) -> dict[int, list[Entry]]:
    added: dict[int, list[Entry]] = {}
    for resident_id, event_id, draft, change, households in planned:
        items = change.items
        household = items.get("household_id")
        if household is not None and household in households:
            items = {**items, "household_id": households[household]}
        so_far = added.setdefault(resident_id, [])
        known = people[resident_id].entries[-1].history_number if resident_id in people else 0
        so_far.append(
            Entry(
                event_id,
                draft.occurred_on.value,
                recorded_at,
                items,
                change.cleared,
                change.voids_event_id,
                known + len(so_far) + 1,
                draft.kind,
                draft.reason,
            )  # fmt: skip
        )
    return added


def _entry_statement(resident_id: int, entry: Entry) -> tuple[str, list[Any]]:
    names = [name for name in ITEMS if entry.items.get(name) is not None]
    columns = ["resident_id", "event_id", "history_number", "voids_event_id", "cleared", *names]
    values = [resident_id, entry.event_id, entry.history_number, entry.voids_event_id, list(entry.cleared)]
    return _insert("residents_evententry", columns), [*values, *(entry.items[name] for name in names)]


def _project(
    cursor: psycopg.Cursor, resident_id: int, before: Iterable[Entry], after: Iterable[Entry], recorded_at: datetime
) -> None:
    """住民票の記録 of one person: slices that are no longer held true are closed, new ones opened."""
    old, new = timeline(before), timeline(after)
    held, now_true = {piece.key for piece in old}, {piece.key for piece in new}
    cursor.executemany(
        _CLOSE, [(recorded_at, resident_id, piece.valid_from) for piece in old if piece.key not in now_true]
    )
    cursor.executemany(_RECORD, [record_row(resident_id, piece, recorded_at) for piece in new if piece.key not in held])
    _keys(cursor, resident_id, old, new)


def record_row(resident_id: int, piece: Slice, known_from: datetime) -> tuple[Any, ...]:
    """One row of the record, open at its end of knowledge, in the order of RECORD_COLUMNS."""
    values = map(piece.items.get, ITEMS)
    return (resident_id, piece.valid_from, piece.valid_to, known_from, None, piece.event_id, *values)


def _keys(cursor: psycopg.Cursor, resident_id: int, old: list[Slice], new: list[Slice]) -> None:
    changed = _changed_items(old, new)
    if changed & NAME_ITEMS:
        _name_keys(cursor, resident_id, all_name_rows(old), all_name_rows(new))
    if changed & ADDRESS_ITEMS:
        _address_keys(cursor, resident_id, all_address_rows(old), all_address_rows(new))
    if changed.intersection(NUMBER_ITEMS):
        added = all_number_rows(new) - all_number_rows(old)
        cursor.executemany(_NUMBER, [(kind, number, resident_id) for kind, number in added])
        gone = all_number_rows(old) - all_number_rows(new)
        for kind, number in gone:
            cursor.execute(
                "DELETE FROM residents_numberkey WHERE kind = %s AND number = %s AND resident_id = %s",
                [kind, number, resident_id],
            )


def _changed_items(old: list[Slice], new: list[Slice]) -> set[str]:
    """Items that differ between any slice before and any slice after; all of them for a new person."""
    held = {piece.key for piece in old}
    base = old[-1].items if old else {}
    changed: set[str] = set()
    for piece in new:
        if piece.key not in held:
            changed |= {name for name in piece.items.keys() | base.keys() if piece.items.get(name) != base.get(name)}
    kept = {piece.key for piece in new}
    for piece in old:
        if piece.key not in kept:
            last = new[-1].items if new else {}
            changed |= {name for name in piece.items.keys() | last.keys() if piece.items.get(name) != last.get(name)}
    return changed


def _name_keys(
    cursor: psycopg.Cursor, resident_id: int, old: Mapping[NameRow, bool], new: Mapping[NameRow, bool]
) -> None:
    primary = {(row.kana_key, row.kanji_key) for row in new}
    for row in old:
        if (row.kana_key, row.kanji_key) not in primary:
            cursor.execute(_NAME_GONE, [resident_id, row.kana_key, row.kanji_key])
    for row, current in new.items():
        if old.get(row) is not current:
            cursor.execute(_NAME, [resident_id, *row, name_grams(row), current])


def _address_keys(cursor: psycopg.Cursor, resident_id: int, old: Mapping[str, bool], new: Mapping[str, bool]) -> None:
    for key in old.keys() - new.keys():
        cursor.execute(_ADDRESS_GONE, [resident_id, key])
    for key, current in new.items():
        if old.get(key) is not current:
            cursor.execute(_ADDRESS, [resident_id, key, sorted(set(bigrams(key))), current])


def draw_resident_codes(cursor: psycopg.Cursor, count: int) -> list[str]:
    """住民票コードの付番 (4.3): drawn at random from the stock of free codes; each leaves the stock as it is drawn."""
    cursor.execute(
        """
        DELETE FROM residents_residentcodestock WHERE resident_code IN (
            SELECT resident_code FROM residents_residentcodestock ORDER BY draw LIMIT %s FOR UPDATE SKIP LOCKED
        ) RETURNING resident_code
        """,
        [count],
    )
    codes = [row[0] for row in cursor.fetchall()]
    if len(codes) < count:
        finding = error(
            "resident-code-stock-empty",
            "住民票コードの在庫がありません。",
            "住基ネットから住民票コードを受け取り、在庫に加えてください。",
            item="resident_code",
        )
        raise RefusedError([finding])
    return codes
