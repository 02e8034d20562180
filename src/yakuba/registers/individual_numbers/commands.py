"""個人番号の書込み: the only writer of the vault. A number never enters a statement, a log or a message in the clear."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import polars as pl
import psycopg
from django.db import connection, transaction

from yakuba.kernel.check_digits import individual_number_finding
from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.access.driver import refusals
from yakuba.registers.staff.rights import require

from . import sealing, vault
from .rules import require_purpose

_HELD_BY_ANOTHER = """
SELECT 1 FROM unnest(%s::bytea[], %s::bigint[]) AS asked (lookup, resident_id)
WHERE EXISTS (
    SELECT 1 FROM individual_numbers_individualnumber held
    WHERE held.lookup = asked.lookup AND held.current AND held.resident_id <> asked.resident_id
) OR EXISTS (
    SELECT 1 FROM individual_numbers_individualnumber held
    WHERE held.lookup = asked.lookup AND NOT held.current AND held.resident_id <> asked.resident_id
)
"""
_VERSIONS = """
SELECT resident_id, version, current, lookup FROM individual_numbers_individualnumber
WHERE resident_id = ANY(%s) ORDER BY resident_id, version FOR UPDATE
"""
_TAKEN = error(
    "individual-number-taken",
    "この個人番号は既に登録されています。",
    "除票を含めて同じ番号の住民を検索し、再転入でないか確認してください。",
    item="individual_number",
)
_NUMBER_REFUSALS = {"number_of_one_person": _TAKEN}
_LOAD_REFUSALS = {**_NUMBER_REFUSALS, "individual_numbers_individualnumber_pkey": _TAKEN}
_RETIRE = """
UPDATE individual_numbers_individualnumber SET current = FALSE WHERE resident_id = %s AND version = %s
"""
_INSERT = """
INSERT INTO individual_numbers_individualnumber (resident_id, version, sealed, lookup, recorded_at, current)
SELECT resident_id, version, sealed, lookup, %s, TRUE
FROM unnest(%s::bigint[], %s::smallint[], %s::bytea[], %s::bytea[]) AS given (resident_id, version, sealed, lookup)
"""
_HISTORY = """
SELECT version, lookup, sealed, recorded_at FROM individual_numbers_individualnumber
WHERE resident_id = %s ORDER BY version DESC FOR UPDATE
"""
_COPY = """
COPY individual_numbers_individualnumber (resident_id, version, sealed, lookup, recorded_at, current)
FROM STDIN (FORMAT BINARY)
"""
_TYPES = ["int8", "int2", "bytea", "bytea", "timestamptz", "bool"]


def store(access: Access, resident_id: int, number: str) -> int:
    """個人番号の登録・変更 of one person: returns its version. As `store_each`."""
    return store_each(access, {resident_id: number})[resident_id]


@transaction.atomic(savepoint=False)
def store_each(access: Access, numbers: Mapping[int, str]) -> dict[int, int]:
    """個人番号の登録・変更: the number that each has from now on; the former stays, retired. Returns the versions.

    The same number again writes nothing but the access record. Raises RefusedError: right `register_events`, purpose,
    check digit, or a number is or was another person's; the caller's transaction can then only be rolled back.
    """
    require(access, "register_events")
    require_purpose(access)
    findings = [finding for number in numbers.values() if (finding := individual_number_finding(number)) is not None]
    if findings:
        raise RefusedError(findings)
    lookups = {resident_id: sealing.lookup(number) for resident_id, number in numbers.items()}
    # Of two clerks at once the database lets the first one in; what was sent before it may be refused here too.
    with refusals(_NUMBER_REFUSALS), vault.opened() as cursor:
        held = psycopg.Cursor(cursor.connection)
        held.execute(_HELD_BY_ANOTHER, [list(lookups.values()), list(lookups)], prepare=True)
        cursor.execute(_VERSIONS, [list(lookups)], prepare=True)
        taken = held.fetchone() is not None
        last = {each: (version, current, bytes(lookup)) for each, version, current, lookup in cursor.fetchall()}
        changed = [each for each in numbers if last.get(each, ())[1:] != (True, lookups[each])]
        versions = {each: last.get(each, (0,))[0] + (each in changed) for each in numbers}
        if retired := [(each, last[each][0]) for each in changed if each in last and not taken]:
            cursor.executemany(_RETIRE, retired)
        if changed and not taken:
            seals = [sealing.seal(numbers[each], each) for each in changed]
            values = [[versions[each] for each in changed], seals, [lookups[each] for each in changed]]
            cursor.execute(_INSERT, [access.now, changed, *values])
    if taken:
        raise RefusedError([_TAKEN])
    access_commands.record(access, "individual-number.store", list(numbers), individual_number=True)
    return versions


@transaction.atomic
def restore(access: Access, resident_id: int, undone: datetime, cancelled: Collection[datetime]) -> None:
    """個人番号の異動の取消し (4.6): the number before the one stored at the instant `undone` is in force again.

    `cancelled` are the instants of all cancelled changes, which do not count. Where the number undone is not the one in
    force, nothing changes. Raises RefusedError: right `register_events`, purpose, or there is no former number.
    """
    require(access, "register_events")
    require_purpose(access)
    with vault.opened() as cursor:
        cursor.execute(_HISTORY, [resident_id])
        rows = [(version, bytes(lookup), sealed, at) for version, lookup, sealed, at in cursor.fetchall()]
        wrong = next((lookup for _, lookup, _, at in rows if at == undone), None)
        if wrong is None or rows[0][1] != wrong:
            return
        former = next((row for row in rows if row[1] != wrong and row[3] not in cancelled), None)
        if former is None:
            raise RefusedError(
                [
                    error(
                        "no-former-number",
                        "元の個人番号がないため、この異動は取り消せません。",
                        "個人番号の職権修正で正しい番号を入力してください。",
                        item="event_id",
                    )
                ]
            )
        cursor.execute(_RETIRE, [resident_id, rows[0][0]])
        cursor.execute(_INSERT, [access.now, [resident_id], [rows[0][0] + 1], [former[2]], [former[1]]])
    access_commands.record(access, "individual-number.restore", [resident_id], individual_number=True)


def store_many(access: Access, numbers: pl.DataFrame) -> int:
    """個人番号の一括登録 of people who have none yet, by COPY in the caller's transaction; returns how many.

    `numbers` has the columns resident_id (Int64) and individual_number (String); blank numbers are left out. Check
    digits are the loader's to have checked. Raises RefusedError (a purpose other than 移行 without right
    `register_events`; a number or a person already in), ValueError for anything but twelve digits.
    """
    if access.purpose is not Purpose.MIGRATION:
        require(access, "register_events")
    require_purpose(access)
    present = numbers.drop_nulls("individual_number")
    residents = present["resident_id"].to_list()
    columns = sealing.seal_many(present["individual_number"].to_list(), residents, recorded_at=access.now)
    with (
        refusals(_LOAD_REFUSALS),
        transaction.atomic(),
        vault.opened_for_copy() as cursor,
        connection.wrap_database_errors,
        cursor.copy(_COPY) as copy,
    ):
        copy.set_types(_TYPES)
        for row in columns.iter_rows():
            copy.write_row(row)
    if residents:
        detail = {"first": min(residents), "last": max(residents), "count": len(residents)}
        access_commands.record(access, "individual-number.load", [], detail, individual_number=True)
    return len(residents)
