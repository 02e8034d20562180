"""一括取込み: a town, or a part of one, into the register by columns (national specification 9.1).

One chunk is one transaction: numbers, events, entries, record, search keys, vault and the access record together. A run
that was killed goes on after its last chunk. An empty register is filled without its indexes, which are built at the
end; until then the run is unfinished and `yakuba register verify` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

import polars as pl
import psycopg
from django.db import connection, transaction

from yakuba.kernel.check_digits import ADDRESSEE_BODY_DIGITS, addressee_numbers, next_addressee_bodies
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import Copier, copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import commands as vault

from ..bulk_fold import fold_dated, fold_frame
from ..bulk_keys import address_key_frame, name_key_frame, number_key_frame
from ..frames import ENTRY_SCHEMA, EVENT_SCHEMA, INDIVIDUAL_NUMBER_SCHEMA, TownPart, conform
from ..models import LoadChunk, LoadRun
from ..queries.whole_town import DATED_SCHEMA
from ..sql import raw_cursor
from .indexes import restore_indexes, suspend_indexes

_PROJECTIONS = ("residents_residentrecord", "residents_namekey", "residents_addresskey", "residents_numberkey")
_DATED_ENTRIES = """
SELECT e.*, v.occurred_on, v.recorded_at
FROM residents_evententry e JOIN residents_residentevent v ON v.id = e.event_id WHERE e.resident_id = ANY(%s)
"""

Progress = Callable[[int, int], None]
"""Called after each chunk with the chunk's number and the people loaded so far."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """取込みの結果: what this call added; `skipped_chunks` were in already."""

    residents: int
    entries: int
    records: int
    chunks: int
    skipped_chunks: int


@dataclass(frozen=True, slots=True)
class Offsets:
    """The last ids given out before a part."""

    resident: int
    household: int
    event: int


def load(
    parts: Iterable[Callable[[], TownPart] | TownPart],
    *,
    access: Access,
    source: str,
    progress: Progress = lambda chunk, residents: None,
) -> LoadResult:
    """取込み: every part is a chunk, in order. `source` names the run: the same source again adds nothing.

    A part may be given as a callable, which is not called when its chunk is in already.
    """
    run = _begin(access, source)
    done = LoadChunk.objects.filter(run=run).count()
    residents = entries = records = chunks = 0
    for number, part in enumerate(parts):
        if number < done:
            progress(number, residents)
            continue
        whole = part if isinstance(part, TownPart) else part()
        with transaction.atomic():
            record_count = _load_part(access, run, number, whole)
        residents, entries = residents + whole.residents.height, entries + whole.entries.height
        records, chunks = records + record_count, chunks + 1
        progress(number, residents)
    _finish(run, access)
    return LoadResult(residents, entries, records, chunks, done)


def _begin(access: Access, source: str) -> LoadRun:
    with transaction.atomic():
        run, created = LoadRun.objects.get_or_create(
            source=source,
            defaults={"id": uuid5(NAMESPACE_URL, source), "actor": access.actor, "started_at": access.now},
        )
    if created and not _any_resident():
        suspend_indexes(run)
    return run


def _any_resident() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM residents_resident)")
        row = cursor.fetchone()
    return bool(row and row[0])


def _finish(run: LoadRun, access: Access) -> None:
    if run.finished_at is not None:
        return
    restore_indexes(run)
    run.finished_at = access.now
    run.save(update_fields=["finished_at"])


def _offsets(cursor: psycopg.Cursor, run: LoadRun, number: int) -> Offsets:
    if number:
        chunk = LoadChunk.objects.get(run=run, number=number - 1)
        return Offsets(chunk.last_resident_id, chunk.last_household_id, chunk.last_event_id)
    last = []
    for sequence in ("resident_body", "household_body", "resident_event_id"):
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")
        row = cursor.fetchone()
        last.append(int(row[0]) if row else 0)
    return Offsets(*last)


def _load_part(access: Access, run: LoadRun, number: int, part: TownPart) -> int:
    with raw_cursor() as cursor:
        offsets = _offsets(cursor, run, number)
        residents = numbered(part.residents, "addressee_number", offsets.resident)
        households = numbered(part.households, "household_number", offsets.household)
        there = _already(cursor, "residents_resident", part.residents, residents)
        homes = _already(cursor, "residents_household", part.households, households)
        events = conform(part.events, EVENT_SCHEMA).with_columns(pl.col("id") + offsets.event + 1)
        with Copier(cursor) as copier:
            copier.put("residents_residentevent", events)
            entries = _placed(part.entries, residents, households, offsets.event + 1)
            copier.put("residents_evententry", entries)
            copier.put("residents_resident", _without(residents, there).select("id", "addressee_number"))
            copier.put("residents_household", _without(households, homes).select("id", "household_number"))
            if there:
                copier.wait()
            records = _records(cursor, entries, events, there)
            copier.put("residents_residentrecord", records)
            for table, keys in key_frames(records):
                copier.put(table, keys)
            numbers = _replaced(conform(part.individual_numbers, INDIVIDUAL_NUMBER_SCHEMA), "resident_id", residents)
            numbers = numbers.filter(~pl.col("resident_id").is_in(there))
        if numbers.height:
            vault.store_many(access, numbers)
        last = Offsets(
            max(offsets.resident, _top(residents, "addressee_number")),
            max(offsets.household, _top(households, "household_number")),
            offsets.event + events.height,
        )
        _advance(cursor, last)
    LoadChunk.objects.create(
        run=run, number=number, resident_count=residents.height, entry_count=entries.height,
        last_resident_id=last.resident, last_household_id=last.household, last_event_id=last.event,
    )  # fmt: skip
    access_commands.record(
        access, "residents.load", [], {"source": run.source, "chunk": number, "residents": residents.height}
    )
    return records.height


def numbered(frame: pl.DataFrame, column: str, last: int) -> pl.DataFrame:
    """Own ids 0… → `part_id`; `id` is the body of the number, given out here or brought along."""
    if frame.is_empty():
        return pl.DataFrame(schema={"part_id": pl.Int64, "id": pl.Int64, column: pl.String})
    given = frame[column] if column in frame.columns else pl.Series(column, [None] * frame.height, dtype=pl.String)
    theirs = given.str.head(ADDRESSEE_BODY_DIGITS).cast(pl.Int64)
    highest = theirs.max()
    free = max(last, highest) if isinstance(highest, int) else last
    bodies = pl.Series("id", next_addressee_bodies(free, frame.height), dtype=pl.Int64)
    own = pl.Series(column, addressee_numbers(bodies.to_numpy()), dtype=pl.String)
    return pl.DataFrame(
        {"part_id": frame["id"], "id": theirs.fill_null(bodies).alias("id"), column: given.fill_null(own)}
    )


def _already(cursor: psycopg.Cursor, table: str, given: pl.DataFrame, numbers: pl.DataFrame) -> list[int]:
    """Ids of those that an earlier chunk or run brought in: only numbers that came with the part can be."""
    if given.is_empty() or all(given[name].null_count() == given.height for name in given.columns if name != "id"):
        return []
    cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s)", [numbers["id"].to_list()])
    return [row[0] for row in cursor.fetchall()]


def _without(numbers: pl.DataFrame, there: list[int]) -> pl.DataFrame:
    return numbers.filter(~pl.col("id").is_in(there)) if there else numbers


def _records(cursor: psycopg.Cursor, entries: pl.DataFrame, events: pl.DataFrame, there: list[int]) -> pl.DataFrame:
    """住民票の記録 of everybody in the part; those with earlier entries are folded anew, and their old rows dropped."""
    if not there:
        return fold_frame(entries, events)
    for table in _PROJECTIONS:
        cursor.execute(f"DELETE FROM {table} WHERE resident_id = ANY(%s)", [there])
    fresh = fold_frame(entries.filter(~pl.col("resident_id").is_in(there)), events)
    return pl.concat([fresh, fold_dated(copy_out(cursor, _DATED_ENTRIES, DATED_SCHEMA, [there]))])


def _placed(entries: pl.DataFrame, residents: pl.DataFrame, households: pl.DataFrame, first_event: int) -> pl.DataFrame:
    whole = conform(entries, ENTRY_SCHEMA).with_columns(
        pl.col("event_id") + first_event,
        pl.col("voids_event_id") + first_event,
        pl.col("cleared").fill_null([]),
    )
    return _replaced(_replaced(whole, "resident_id", residents), "household_id", households)


def _replaced(frame: pl.DataFrame, column: str, numbers: pl.DataFrame) -> pl.DataFrame:
    if numbers.is_empty() or frame.is_empty():
        return frame
    return frame.with_columns(pl.col(column).replace_strict(numbers["part_id"], numbers["id"], return_dtype=pl.Int64))


def _top(numbers: pl.DataFrame, column: str) -> int:
    """The last body taken: by the ids given out here, or by a number that came from elsewhere and must not come again."""
    bodies = numbers[column].filter(numbers[column].str.contains(r"^\d{15}$")).str.head(14).cast(pl.Int64)
    return max((int(highest) for highest in (numbers["id"].max(), bodies.max()) if isinstance(highest, int)), default=0)


def key_frames(records: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """検索の鍵 of everybody in the records, table by table."""
    yield "residents_namekey", name_key_frame(records)
    yield "residents_addresskey", address_key_frame(records)
    yield "residents_numberkey", number_key_frame(records)


def _advance(cursor: psycopg.Cursor, last: Offsets) -> None:
    for sequence, value in (
        ("resident_body", last.resident), ("household_body", last.household), ("resident_event_id", last.event)
    ):  # fmt: skip
        if value:
            cursor.execute("SELECT setval(%s, %s)", [sequence, value])
