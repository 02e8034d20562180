"""氏名と宛名番号の照会: what to call the people of a list that some other register keeps."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from ..sql import raw_cursor

_NAMES = """
SELECT resident_id, coalesce(name, '') FROM residents_residentrecord
WHERE resident_id = ANY(%s) AND known_to IS NULL AND valid_to IS NULL
"""

_NUMBERS = "SELECT id, addressee_number FROM residents_resident WHERE id = ANY(%s)"
_BY_NUMBER = "SELECT id FROM residents_resident WHERE addressee_number = %s"


def names(access: Access, resident_ids: Iterable[int]) -> dict[int, str]:
    """氏名 by resident, as of the last slice known now. One access record; none where nobody is asked for."""
    wanted = sorted(set(resident_ids))
    if not wanted:
        return {}
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(_NAMES, [wanted])
            found = dict(cursor.fetchall())
        access_commands.record(access, "residents.names", wanted)
    return found


def addressee_numbers(resident_ids: Iterable[int]) -> dict[int, str]:
    """宛名番号 by resident."""
    wanted = sorted(set(resident_ids))
    if not wanted:
        return {}
    with raw_cursor() as cursor:
        cursor.execute(_NUMBERS, [wanted])
        return dict(cursor.fetchall())


def with_addressee_number(number: str) -> int | None:
    """The resident who bears a 宛名番号; None where nobody does."""
    with raw_cursor() as cursor:
        cursor.execute(_BY_NUMBER, [number])
        row = cursor.fetchone()
    return row[0] if row else None


def resident_count() -> int:
    """宛名番号を持つ人の数, struck ones too."""
    with raw_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM residents_resident")
        (count,) = cursor.fetchone() or (0,)
    return int(count)
