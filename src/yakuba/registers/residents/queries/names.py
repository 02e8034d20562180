"""氏名の照会: what to call the people of a list that some other register keeps."""

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
