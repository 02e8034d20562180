"""全住民の読出し: entries and records of ranges of people, as columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

import polars as pl
import psycopg
from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.frames import INSTANT, Schema

from ..bulk_keys import ADDRESS_SCHEMA, NAME_SCHEMA, NUMBER_SCHEMA
from ..columns import ITEMS
from ..frames import ENTRY_SCHEMA, ITEM_SCHEMA, RECORD_SCHEMA
from ..sql import raw_cursor

DATED_SCHEMA: Schema = {**ENTRY_SCHEMA, "occurred_on": pl.Date, "recorded_at": INSTANT}
Range = tuple[int, int]

_ENTRIES = """
SELECT e.*, v.occurred_on, v.recorded_at
FROM residents_evententry e JOIN residents_residentevent v ON v.id = e.event_id
WHERE e.resident_id >= %s AND e.resident_id < %s
"""
_KEY_TABLES: dict[str, tuple[Schema, str]] = {
    "residents_namekey": (NAME_SCHEMA, "resident_id, kana_key, kanji_key"),
    "residents_addresskey": (ADDRESS_SCHEMA, "resident_id, address_key"),
    "residents_numberkey": (NUMBER_SCHEMA, "kind, number, resident_id"),
}


def ranges(size: int) -> list[Range]:
    """住民の区画: half-open ranges of ids that together hold everybody, about `size` ids each."""
    with raw_cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM residents_resident")
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return []
    return [(start, start + size) for start in range(row[0], row[1] + 1, size)]


def dated_entries(cursor: psycopg.Cursor, people: Range) -> pl.DataFrame:
    """異動履歴 of the people in the range, each with the dates of its event."""
    return copy_out(cursor, _ENTRIES, DATED_SCHEMA, people)


def records(cursor: psycopg.Cursor, people: Range) -> pl.DataFrame:
    """住民票の記録 of the people in the range, in the order of the key."""
    query = (
        "SELECT * FROM residents_residentrecord WHERE resident_id >= %s AND resident_id < %s"
        " ORDER BY resident_id, valid_from, known_from"
    )
    return copy_out(cursor, query, RECORD_SCHEMA, people)


def stored_keys(cursor: psycopg.Cursor, table: str, people: Range) -> pl.DataFrame:
    """検索の鍵 of the people in the range as they stand in the table."""
    schema, order = _KEY_TABLES[table]
    query = f'SELECT * FROM {table} WHERE resident_id >= %s AND resident_id < %s ORDER BY {order} COLLATE "C"'
    return copy_out(cursor, query.replace('resident_id COLLATE "C"', "resident_id"), schema, people)


def snapshot(
    access: Access,
    *,
    valid_on: date,
    known_at: datetime,
    items: tuple[str, ...] = ITEMS,
    only_residents: bool = True,
    resident_ids: Collection[int] | None = None,
) -> pl.DataFrame:
    """住民の断面: one row a person as of a day, as known at an instant; columns resident_id and the items asked for.

    Of the whole town, or of `resident_ids`.

    The frame is Arrow memory. The reading is recorded once for the whole town. It is input for calculation: whoever
    shows or hands out addresses from it asks `registers.protections` first.
    """
    schema = {"resident_id": pl.Int64, **{name: ITEM_SCHEMA[name] for name in items}}
    query = (
        "SELECT * FROM residents_residentrecord WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)"
        " AND known_from <= %s AND (known_to IS NULL OR known_to > %s)"
    )
    if only_residents:
        query += " AND resident_status = 1"
    values: list[object] = [valid_on, valid_on, known_at, known_at]
    if resident_ids is not None:
        query += " AND resident_id = ANY(%s)"
        values.append(sorted(resident_ids))
    with transaction.atomic():
        with raw_cursor() as cursor:
            frame = copy_out(cursor, query, schema, values)
        detail = {"valid_on": valid_on.isoformat(), "known_at": known_at.isoformat(), "items": len(items)}
        access_commands.record(
            access, "residents.snapshot", sorted(resident_ids or ()), {**detail, "rows": frame.height}
        )
    return frame


def blocks(frame: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """The frame in pieces of at most `size` rows."""
    for start in range(0, frame.height, size):
        yield frame.slice(start, size)
