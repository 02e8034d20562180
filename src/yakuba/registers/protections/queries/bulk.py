"""一括終了の見込み: what a bulk end would do if it ran now, and why it would leave a measure alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection, transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.registers.protections.models import BulkEnd
from yakuba.registers.staff.rights import require

_ENDED = """
SELECT protection.id,
       ARRAY(SELECT held.resident_id FROM protections_protectedperson held
             WHERE held.protection_id = protection.id AND held.released_at IS NULL ORDER BY 1),
       (SELECT count(*) FROM protections_protectionstep step WHERE step.protection_id = protection.id),
       EXISTS (SELECT 1 FROM protections_protectedperson held
               JOIN protections_protectedperson other ON other.resident_id = held.resident_id
                    AND other.protection_id <> held.protection_id AND other.released_at IS NULL
               WHERE held.protection_id = protection.id AND held.released_at IS NULL)
FROM protections_protection protection
WHERE protection.ended_at IS NULL AND protection.stage = '1' AND protection.ends_on < %s
ORDER BY protection.ends_on, protection.id
"""


@dataclass(frozen=True, slots=True)
class BulkLine:
    """一括終了 1件: `ends` says whether it would be ended; where not, `kept_because` says why."""

    protection_id: int
    resident_ids: Sequence[int]
    step_count: int
    ends: bool
    kept_because: str = ""


def ended_measures(*, today: date) -> list[BulkLine]:
    """期間経過後の支援措置: every measure whose last day is over, as it stands at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, [today])
        return [
            BulkLine(
                protection_id,
                people,
                step_count,
                not elsewhere,
                "同じ人に別の支援措置または申出があります。個別に確認してください。" if elsewhere else "",
            )
            for protection_id, people, step_count, elsewhere in cursor.fetchall()
        ]


def compare_bulk_end(seen: Mapping[str, int], *, today: date) -> list[BulkLine]:
    """起案との比較: each measure of a proposal as it stands now; what has moved since the proposal is kept."""
    present = {line.protection_id: line for line in ended_measures(today=today)}
    lines: list[BulkLine] = []
    for protection_id, step_count in sorted((int(key), count) for key, count in seen.items()):
        line = present.get(protection_id)
        if line is None:
            reason = "起案の後に終了したか、期間が延びています。"
            lines.append(BulkLine(protection_id, [], step_count, ends=False, kept_because=reason))
        elif line.step_count != step_count:
            lines.append(replace(line, ends=False, kept_because="起案の後に変更があります。"))
        else:
            lines.append(line)
    return lines


def bulk_end_lines(access: Access, bulk_id: int) -> list[BulkLine]:
    """一括終了の試行: what confirming a proposal now would do; changes nothing, and is recorded as a reading.

    Raises UnknownProtectionError; RefusedError without `manage_protections` or `release_protections`.
    """
    require(access, "manage_protections", "release_protections")
    with transaction.atomic():
        seen = BulkEnd.objects.filter(pk=bulk_id).values_list("seen", flat=True).first()
        if seen is None:
            raise UnknownProtectionError(str(bulk_id))
        lines = compare_bulk_end(seen, today=access.today)
        people = sorted({person for line in lines for person in line.resident_ids})
        access_commands.record(access, "protection.bulk-preview", people, {"bulk": bulk_id})
    return lines
