"""個人番号の照会: the only reader of the vault. Masked unless asked for by right, for a purpose, on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import one_trip
from yakuba.registers.staff.rights import require

from . import sealing, vault
from .rules import require_purpose

MASK = "＊" * sealing.DIGITS
_READ = """
SELECT resident_id, sealed FROM individual_numbers_individualnumber WHERE resident_id = ANY(%s) AND current
ORDER BY resident_id
"""
_READ_KNOWN = """
SELECT DISTINCT ON (resident_id) resident_id, sealed FROM individual_numbers_individualnumber
WHERE resident_id = ANY(%s) AND recorded_at <= %s ORDER BY resident_id, version DESC
"""
_PRESENT = "SELECT resident_id FROM individual_numbers_individualnumber WHERE resident_id = ANY(%s) AND current"
_FIND = """
SELECT DISTINCT ON (lookup) lookup, resident_id FROM (
    SELECT lookup, resident_id, current, version FROM individual_numbers_individualnumber
    WHERE lookup = ANY(%(lookups)s) AND current
    UNION ALL
    SELECT lookup, resident_id, current, version FROM individual_numbers_individualnumber
    WHERE lookup = ANY(%(lookups)s) AND NOT current
) AS found
ORDER BY lookup, current DESC, version DESC
"""


def read(access: Access, resident_id: int, *, reason: str) -> str | None:
    """個人番号の照会: twelve digits, None when there is none. `reason` is the task at hand, kept in the access record.

    Raises RefusedError (right `view_individual_numbers`, purpose), SealBrokenError.
    """
    return read_many(access, [resident_id], reason=reason).get(resident_id)


def read_many(
    access: Access, resident_ids: Iterable[int], *, reason: str, known_at: datetime | None = None
) -> dict[int, str]:
    """個人番号の一括照会 of those who have one; one access record naming everybody asked for. Raises as `read`.

    With `known_at` the number that the register had at that instant, as a certificate is made again with it.
    """
    require(access, "view_individual_numbers")
    require_purpose(access)
    people = list(resident_ids)
    with transaction.atomic():
        with vault.opened() as cursor:
            if known_at is None:
                cursor.execute(_READ, [people])
            else:
                cursor.execute(_READ_KNOWN, [people, known_at])
            rows = cursor.fetchall()
        found = [resident_id for resident_id, _ in rows]
        numbers = sealing.open_many([bytes(sealed) for _, sealed in rows], found)
        access_commands.record(access, "individual-number.read", people, {"reason": reason}, individual_number=True)
    return dict(zip(found, numbers, strict=True))


def masked(resident_ids: Iterable[int]) -> dict[int, str]:
    """個人番号の伏せ字 of those who have one: not a digit of it is opened, so no right is asked for."""
    with vault.opened() as cursor:
        cursor.execute(_PRESENT, [list(resident_ids)])
        return {resident_id: MASK for (resident_id,) in cursor.fetchall()}


def find_by_number(access: Access, number: str) -> int | None:
    """個人番号による検索: the id of the resident, present or struck, who has or last had this number.

    For a clerk who holds the number in hand (再転入の確認, 1.7). Raises RefusedError (right `enter_events`,
    `register_events` or `view_individual_numbers`; purpose), ValueError for anything but twelve digits.
    """
    return find_many(access, [number]).get(number)


def find_many(access: Access, numbers: Iterable[str]) -> dict[str, int]:
    """個人番号による一括検索: by number the id of the resident who has or last had it. One access record. As `find_by_number`."""
    require(access, "enter_events", "register_events", "view_individual_numbers")
    require_purpose(access)
    by_lookup = {sealing.lookup(number): number for number in numbers}
    with transaction.atomic(savepoint=False), one_trip():
        with vault.opened() as cursor:
            cursor.execute(_FIND, {"lookups": list(by_lookup)}, prepare=True)
            found = {by_lookup[bytes(lookup)]: int(resident_id) for lookup, resident_id in cursor.fetchall()}
        access_commands.record(access, "individual-number.find", sorted(set(found.values())), individual_number=True)
    return found
