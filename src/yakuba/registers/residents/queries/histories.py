"""異動履歴の一括読出し: whole histories of many people, as the parts in which they could be loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
import psycopg
from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault

from ..frames import (
    ENTRY_SCHEMA,
    EVENT_SCHEMA,
    HOUSEHOLD_SCHEMA,
    INDIVIDUAL_NUMBER_SCHEMA,
    RESIDENT_SCHEMA,
    TownPart,
)
from ..screen import LOCATION_ITEMS, look
from ..sql import raw_cursor

PEOPLE_AT_ONCE = 10_000
OUTPUT = "export:residents"

_BY_NUMBER = "SELECT * FROM residents_resident WHERE addressee_number = ANY(%s)"
_NEXT = 'SELECT * FROM residents_resident WHERE addressee_number > %s ORDER BY addressee_number COLLATE "C" LIMIT %s'
_ENTRIES = "SELECT * FROM residents_evententry WHERE resident_id = ANY(%s)"
_EVENTS = "SELECT * FROM residents_residentevent WHERE id IN (SELECT event_id FROM residents_evententry WHERE resident_id = ANY(%s))"
_HOUSEHOLDS = "SELECT * FROM residents_household WHERE id = ANY(%s)"


def histories_of(access: Access, addressee_numbers: Sequence[str]) -> TownPart:
    """宛名番号の人の全履歴, to compare with; those unknown are left out. Nothing of it may be shown: no address is hidden."""
    with transaction.atomic(), raw_cursor() as cursor:
        found = _part(cursor, copy_out(cursor, _BY_NUMBER, RESIDENT_SCHEMA, [list(addressee_numbers)]))
        access_commands.record(
            access, "residents.compare", [], {"asked": len(addressee_numbers), "known": found.residents.height}
        )
    return found


def all_histories(
    access: Access,
    *,
    individual_numbers: bool,
    hidden: set[int],
    stopped: set[int],
    people_at_once: int = PEOPLE_AT_ONCE,
) -> Iterator[TownPart]:
    """全住民の全履歴, by 宛名番号. One access record a part.

    Whoever is protected, or lives with somebody who is, comes without address items, and with the id added to `hidden`.
    Whoever a restriction keeps out of exports (抑止, level エラー) is left out, and added to `stopped`.
    With `individual_numbers` the vault is read: raises RefusedError without the right `view_individual_numbers`.
    """
    last = ""
    while True:
        with transaction.atomic(), raw_cursor() as cursor:
            residents = copy_out(cursor, _NEXT, RESIDENT_SCHEMA, [last, people_at_once])
            if residents.is_empty():
                return
            part = _screened(access, _part(cursor, residents), hidden, stopped)
            access_commands.record(access, "residents.export", [], {"after": last, "people": residents.height})
        if individual_numbers:
            part = _with_numbers(access, part)
        last = residents["addressee_number"][-1]
        yield part


def _part(cursor: psycopg.Cursor, residents: pl.DataFrame) -> TownPart:
    people = residents["id"].to_list()
    entries = copy_out(cursor, _ENTRIES, ENTRY_SCHEMA, [people])
    events = copy_out(cursor, _EVENTS, EVENT_SCHEMA, [people])
    households = copy_out(
        cursor, _HOUSEHOLDS, HOUSEHOLD_SCHEMA, [entries["household_id"].drop_nulls().unique().to_list()]
    )
    return TownPart(residents, households, events, entries)


def _screened(access: Access, part: TownPart, hidden: set[int], stopped: set[int]) -> TownPart:
    newest = (
        part.entries.sort("history_number")
        .filter(pl.col("household_id").is_not_null())
        .unique("resident_id", keep="last")
    )
    homes: dict[int, int | None] = dict.fromkeys(part.residents["id"].to_list())
    homes |= dict(newest.select("resident_id", "household_id").iter_rows())
    looked = look(access, homes, OUTPUT)
    closed = looked.shut - looked.stopped
    hidden |= closed
    stopped |= looked.stopped
    residents, entries = part.residents, part.entries
    if looked.stopped:
        residents = residents.filter(~pl.col("id").is_in(list(looked.stopped)))
        entries = entries.filter(~pl.col("resident_id").is_in(list(looked.stopped)))
    if closed:
        shut = pl.col("resident_id").is_in(list(closed))
        entries = entries.with_columns(
            pl.when(~shut).then(pl.col(name)).alias(name) for name in entries.columns if name in LOCATION_ITEMS
        )
    return TownPart(residents, part.households, part.events, entries)


def _with_numbers(access: Access, part: TownPart) -> TownPart:
    numbers = vault.read_many(access, part.residents["id"].to_list(), reason=OUTPUT)
    rows = {"resident_id": list(numbers), "individual_number": list(numbers.values())}
    frame = pl.DataFrame(rows, schema=INDIVIDUAL_NUMBER_SCHEMA)
    return TownPart(part.residents, part.households, part.events, part.entries, frame)
