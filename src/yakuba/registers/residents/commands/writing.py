"""異動の記録: events and entries are added, the record and the search keys follow, all in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from yakuba.kernel.characters import bigrams
from yakuba.kernel.check_digits import addressee_number, is_addressee_body
from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access.door import Access

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
from ..sql import EVENT_COLUMNS, raw_cursor

TICK = timedelta(microseconds=1)
_FOLLOWING = (
    "closed", "records", "names_gone", "names", "addresses_gone", "addresses", "numbers", "numbers_gone",
)  # fmt: skip
"""The parts by which 住民票の記録 and 検索の鍵 follow an event."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the events, and the people concerned with their new ids."""

    event_ids: list[int]
    resident_ids: list[int]
    new_ids: Mapping[int, int]


_GIVE_OUT = """
SELECT ARRAY(SELECT nextval('resident_event_id') FROM generate_series(1, %s)),
       ARRAY(SELECT nextval('resident_body') FROM generate_series(1, %s)),
       ARRAY(SELECT nextval('household_body') FROM generate_series(1, %s))
"""
_RECORD = "SELECT record_event(%s)"
"""Defined with the tables (migration 0003): a row's blanks are simply not there, whichever columns it fills."""
Rows = dict[str, list[dict[str, Any]]]
"""By part of the document its rows."""


def record_events(
    access: Access, drafts: Sequence[EventDraft], people: Mapping[int, Person], entry_keys: Sequence[UUID]
) -> Recorded:
    """本登録: gives out numbers, adds events and entries, and brings the record and the keys up to date.

    `entry_keys` is one natural key for each draft; the database refuses one that is already there.
    """
    recorded_at = _instant(access.now, drafts, people)
    newcomers, founded = _newcomers(drafts), _founded(drafts)
    with raw_cursor() as cursor:
        event_ids, residents, homes = _give_out(cursor, len(drafts), len(newcomers), len(founded))
        new_ids, households = dict(zip(newcomers, residents, strict=True)), dict(zip(founded, homes, strict=True))
        events, entries = [], []
        for draft, event_id, key in zip(drafts, event_ids, entry_keys, strict=True):
            events.append(_event_row(access, draft, event_id, recorded_at, key))
            entries += [
                (new_ids.get(each.resident_id, each.resident_id), event_id, draft, each, households)
                for each in draft.changes
            ]
        added = _entries(entries, people, recorded_at)
        parts: Rows = {
            "residents": [{"id": body, "addressee_number": addressee_number(body)} for body in residents],
            "households": [{"id": body, "household_number": addressee_number(body)} for body in homes],
            "events": events,
            "entries": [_entry_row(each, entry) for each, new in added.items() for entry in new],
            **_projection(people, added, recorded_at),
        }
        cursor.execute(_RECORD, [_document(parts)])
    return Recorded(event_ids, sorted(added), new_ids)


def _document(parts: Rows) -> str:
    """What is written, part by part; a part without rows is left out."""
    return json.dumps({name: rows for name, rows in parts.items() if rows}, ensure_ascii=False, default=_as_text)


def _as_text(value: date | UUID) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _instant(now: datetime, drafts: Sequence[EventDraft], people: Mapping[int, Person]) -> datetime:
    """The town learns of things one after the other: never before what it already knows of the same person."""
    touched = {change.resident_id for draft in drafts for change in draft.changes}
    last = max((people[each].entries[-1].recorded_at for each in touched if each in people), default=None)
    return now if last is None or now > last else last + TICK


def _newcomers(drafts: Sequence[EventDraft]) -> list[int]:
    """Markers of the new people, who get a 宛名番号 (national specification 1.1.13)."""
    return sorted({c.resident_id for draft in drafts for c in draft.changes if c.resident_id < 0}, reverse=True)


def _founded(drafts: Sequence[EventDraft]) -> list[int]:
    """Markers of the new households, one for each that a notice founds; they get a 世帯番号."""
    return sorted({
        household
        for draft in drafts
        for change in draft.changes
        if (household := change.items.get("household_id")) is not None and household <= NEW_HOUSEHOLD
    })  # fmt: skip


def _give_out(
    cursor: psycopg.Cursor, events: int, people: int, households: int
) -> tuple[list[int], list[int], list[int]]:
    """The next ids of events, and the next bodies of numbers that have a check digit; those without are passed over."""
    event_ids, residents, homes = [], [], []  # type: list[int], list[int], list[int]
    while len(event_ids) < events or len(residents) < people or len(homes) < households:
        wanted = (events - len(event_ids), people - len(residents), households - len(homes))
        cursor.execute(_GIVE_OUT, wanted)
        more, bodies, founded = cursor.fetchone() or ([], [], [])
        event_ids += more
        residents += filter(is_addressee_body, bodies)
        homes += filter(is_addressee_body, founded)
    return event_ids, residents, homes


def _event_row(access: Access, draft: EventDraft, event_id: int, recorded_at: datetime, key: UUID) -> dict[str, Any]:
    row = (
        event_id, draft.kind, draft.reason, draft.occurred_on.value, draft.occurred_on.note or None, draft.notified_on,
        access.today, recorded_at, access.actor, access.place or None, draft.notice or None, key,
    )  # fmt: skip
    return dict(zip(EVENT_COLUMNS, row, strict=True))


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
            )
        )
    return added


def _entry_row(resident_id: int, entry: Entry) -> dict[str, Any]:
    return {
        "resident_id": resident_id,
        "event_id": entry.event_id,
        "history_number": entry.history_number,
        "voids_event_id": entry.voids_event_id,
        "cleared": list(entry.cleared),
        **entry.items,
    }


def _projection(people: Mapping[int, Person], added: Mapping[int, list[Entry]], recorded_at: datetime) -> Rows:
    """住民票の記録 and 検索の鍵: slices that are no longer held true are closed, new ones opened, keys follow."""
    parts: Rows = {name: [] for name in _FOLLOWING}
    for resident_id, new_entries in added.items():
        old = people[resident_id].slices if resident_id in people else []
        new = timeline([*(people[resident_id].entries if resident_id in people else ()), *new_entries])
        held, now_true = {piece.key for piece in old}, {piece.key for piece in new}
        parts["closed"] += [
            {"known_to": recorded_at, "resident_id": resident_id, "valid_from": piece.valid_from}
            for piece in old
            if piece.key not in now_true
        ]
        parts["records"] += [_record_row(resident_id, piece, recorded_at) for piece in new if piece.key not in held]
        _keys(parts, resident_id, old, new)
    return parts


def _record_row(resident_id: int, piece: Slice, known_from: datetime) -> dict[str, Any]:
    """One row of the record, open at its end of knowledge."""
    return {
        "resident_id": resident_id,
        "valid_from": piece.valid_from,
        "valid_to": piece.valid_to,
        "known_from": known_from,
        "event_id": piece.event_id,
        **piece.items,
    }


def _keys(parts: Rows, resident_id: int, old: list[Slice], new: list[Slice]) -> None:
    changed = _changed_items(old, new)
    if changed & NAME_ITEMS:
        _name_keys(parts, resident_id, all_name_rows(old), all_name_rows(new))
    if changed & ADDRESS_ITEMS:
        _address_keys(parts, resident_id, all_address_rows(old), all_address_rows(new))
    if changed.intersection(NUMBER_ITEMS):
        before, after = all_number_rows(old), all_number_rows(new)
        for part, numbers in (("numbers", after - before), ("numbers_gone", before - after)):
            parts[part] += [
                {"kind": kind, "number": number, "resident_id": resident_id} for kind, number in sorted(numbers)
            ]


def _changed_items(old: list[Slice], new: list[Slice]) -> set[str]:
    """Items that differ between any slice before and any slice after; all of them for a new person."""
    held, kept = {piece.key for piece in old}, {piece.key for piece in new}
    before, after = (old[-1].items if old else {}), (new[-1].items if new else {})
    changed = [piece.items.items() ^ before.items() for piece in new if piece.key not in held]
    changed += [piece.items.items() ^ after.items() for piece in old if piece.key not in kept]
    return {name for pairs in changed for name, _ in pairs}


def _name_keys(parts: Rows, resident_id: int, old: Mapping[NameRow, bool], new: Mapping[NameRow, bool]) -> None:
    primary = {(row.kana_key, row.kanji_key) for row in new}
    gone = {(row.kana_key, row.kanji_key) for row in old} - primary
    parts["names_gone"] += [
        {"resident_id": resident_id, "kana_key": kana, "kanji_key": kanji} for kana, kanji in sorted(gone)
    ]
    parts["names"] += [
        {"resident_id": resident_id, **row._asdict(), "grams": name_grams(row), "current": current}
        for row, current in new.items()
        if old.get(row) is not current
    ]


def _address_keys(parts: Rows, resident_id: int, old: Mapping[str, bool], new: Mapping[str, bool]) -> None:
    parts["addresses_gone"] += [
        {"resident_id": resident_id, "address_key": key} for key in sorted(old.keys() - new.keys())
    ]
    parts["addresses"] += [
        {"resident_id": resident_id, "address_key": key, "grams": sorted(set(bigrams(key))), "current": current}
        for key, current in new.items()
        if old.get(key) is not current
    ]


def draw_resident_codes(cursor: psycopg.Cursor, count: int) -> list[str]:
    """住民票コードの付番 (4.3): drawn at random from the stock of free codes; each leaves the stock as it is drawn.

    Drawn into an array first: a plain subquery may be asked once for each row, and empty the stock.
    """
    cursor.execute(
        """
        DELETE FROM residents_residentcodestock WHERE resident_code = ANY(ARRAY(
            SELECT resident_code FROM residents_residentcodestock ORDER BY draw LIMIT %s FOR UPDATE SKIP LOCKED
        )) RETURNING resident_code
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
