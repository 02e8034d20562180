"""抑止の有無: whether a person is locked or restricted now, asked at the moment of output, never from a list made earlier.

Every answer errs to the safe side of the clock. `now` may only ever let go of a lock whose release lies behind it: a lock
that is in the database holds, though it was set after the asking batch took its `now`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
import psycopg

from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.access.door import TOKYO, Access
from yakuba.registers.access.driver import one_trip, raw_cursor
from yakuba.registers.protections.models import Restriction
from yakuba.registers.staff.queries import holders_of

BLOCKED = "blocked"
"""The action of an access record for an attempt that was stopped."""

_STANDS = "(held.released_at IS NULL OR held.released_at > %(now)s)"
_LOCKED = f"SELECT DISTINCT held.resident_id FROM protections_protectedperson held WHERE {_STANDS}"
_LOCKED_OF = f"{_LOCKED} AND held.resident_id = ANY(%(residents)s)"

USABLE_RELEASE = """
release.output = %(output)s AND release.requested_by = %(actor)s AND release.used_at IS NULL
AND release.approved_at <= %(now)s AND release.lapses_at > %(now)s
AND NOT EXISTS (
    SELECT 1 FROM protections_protectedperson held WHERE held.resident_id = release.resident_id
    AND held.released_at IS NULL AND held.locked_at > release.approved_at)
"""
"""SQL, to be used with `release_values`: a release holds for what was known when it was given, so a newer lock voids it."""

_RELEASABLE = f"""
SELECT DISTINCT release.resident_id FROM protections_outputrelease release
WHERE release.resident_id = ANY(%(residents)s) AND {USABLE_RELEASE}
"""

_IN_FORCE = """
kept.starts_on <= %(today)s AND (kept.released_at IS NULL OR kept.released_at > %(now)s)
AND NOT (kept.suspended_until IS NOT NULL AND kept.suspended_at <= %(now)s AND kept.suspended_until > %(now)s)
"""

_RESTRICTIONS = f"""
SELECT id, resident_id, household_id, processes, level, reason, starts_on, ends_on, suspended_until
FROM protections_restriction kept
WHERE (resident_id = ANY(%(residents)s) OR household_id = ANY(%(households)s))
  AND (%(process)s::text IS NULL OR %(process)s = ANY(processes))
  AND {_IN_FORCE}
ORDER BY level DESC, id
"""


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """抑止 1件 in force. Exactly one of `resident_id` and `household_id` is set; `level` is `error` or `alert`."""

    restriction_id: int
    resident_id: int | None
    household_id: int | None
    processes: Sequence[str]
    level: str
    reason: str
    starts_on: date
    ends_on: date | None
    suspended_until: datetime | None


def locked(resident_ids: Iterable[int], *, now: datetime) -> frozenset[int]:
    """支援措置・仮支援措置の対象者: those of the people who are locked, from receipt until somebody confirmed the end.

    An ended period does not unlock. Ask it in the transaction of the output (national specification 3.4).
    """
    with raw_cursor() as cursor:
        cursor.execute(_LOCKED_OF, {"residents": list(resident_ids), "now": now})
        return frozenset(resident_id for (resident_id,) in cursor.fetchall())


def all_locked(*, now: datetime) -> pl.Series:
    """支援措置対象者の全件, as a sorted Polars column `resident_id` (Int64), for outputs of a whole town."""
    with raw_cursor() as cursor:
        cursor.execute(f"{_LOCKED} ORDER BY 1", {"now": now})
        return pl.Series("resident_id", [resident_id for (resident_id,) in cursor.fetchall()], dtype=pl.Int64)


def lock_condition(column: str) -> str:
    """SQL for "the person in this column is locked", to stand in another query's WHERE or SELECT; it needs `%(now)s`.

    `column` is a qualified column name written in code, never input.
    """
    return f"EXISTS (SELECT 1 FROM protections_protectedperson held WHERE held.resident_id = {column} AND {_STANDS})"


def restriction_condition(resident: str, household: str) -> str:
    """SQL for the restrictions in force on the person or the household in these columns: an array of `level:process`.

    It needs `%(today)s` and `%(now)s`; the columns are qualified names written in code, never input.
    """
    return (
        f"ARRAY(SELECT kept.level || ':' || process FROM protections_restriction kept, unnest(kept.processes) process"
        f" WHERE (kept.resident_id = {resident} OR kept.household_id = {household}) AND {_IN_FORCE})"
    )


def releasable(access: Access, resident_ids: Iterable[int], output: str) -> frozenset[int]:
    """交付の許可のある人: those for whom this clerk holds an approved, unused, unlapsed release of this output."""
    with raw_cursor() as cursor:
        cursor.execute(_RELEASABLE, {**release_values(access, output), "residents": list(resident_ids)})
        return frozenset(resident_id for (resident_id,) in cursor.fetchall())


def release_values(access: Access, output: str) -> dict[str, Any]:
    """The values that `USABLE_RELEASE` needs."""
    return {"output": output, "actor": access.actor, "now": access.now}


def lock_findings(resident_ids: Iterable[int], *, today: date) -> list[Finding]:
    """支援措置のエラー: one for each person; says who may release, and nothing about the person but the identifier."""
    people = sorted(resident_ids)
    holders = "、".join(holders_of("release_protections", today=today)) if people else ""
    return [
        error(
            "protected-person",
            "支援措置の対象者のため、出力できません。",
            f"支援措置責任者（{holders or '未登録'}）に交付の許可を申請してください。",
            item="resident_id",
            value=str(resident_id),
        )
        for resident_id in people
    ]


def restrictions_for(
    resident_ids: Iterable[int], household_ids: Iterable[int], process: str | None, *, now: datetime
) -> list[RestrictionRow]:
    """抑止: those in force for the people or households in a process (None: in any), errors first.

    In force: begun, not released, not suspended; past its end date too (national specification 3.1).
    """
    with raw_cursor() as cursor:
        cursor.execute(_RESTRICTIONS, _restriction_values(resident_ids, household_ids, process, now))
        return [RestrictionRow(*row) for row in cursor.fetchall()]


def _restriction_values(
    resident_ids: Iterable[int], household_ids: Iterable[int], process: str | None, now: datetime
) -> dict[str, Any]:
    return {
        "residents": list(resident_ids),
        "households": list(household_ids),
        "process": process,
        "today": now.astimezone(TOKYO).date(),
        "now": now,
    }


def locked_and_restricted(
    resident_ids: Sequence[int], household_ids: Iterable[int], process: str, *, now: datetime
) -> tuple[frozenset[int], list[Finding]]:
    """支援措置の対象者 and 抑止: `locked` and `restriction_findings` in one trip to the database."""
    with one_trip(), raw_cursor() as cursor:
        restricted = psycopg.Cursor(cursor.connection)
        cursor.execute(_LOCKED_OF, {"residents": resident_ids, "now": now})
        restricted.execute(_RESTRICTIONS, _restriction_values(resident_ids, household_ids, process, now))
        closed = frozenset(resident_id for (resident_id,) in cursor.fetchall())
        return closed, [_restriction_finding(RestrictionRow(*row)) for row in restricted.fetchall()]


def restriction_findings(
    resident_ids: Iterable[int], household_ids: Iterable[int], process: str | None, *, now: datetime
) -> list[Finding]:
    """抑止のエラーとアラート: `restrictions_for` as findings, in the words of the clerk."""
    restrictions = restrictions_for(resident_ids, household_ids, process, now=now)
    return [_restriction_finding(restriction) for restriction in restrictions]


def _restriction_finding(restriction: RestrictionRow) -> Finding:
    subject = "世帯" if restriction.resident_id is None else "住民"
    message = f"この{subject}には抑止が設定されています（{restriction.reason}）。"
    make, remedy = (
        (error, "抑止の解除または一時解除の権限を持つ職員に依頼してください。")
        if restriction.level == Restriction.Level.ERROR
        else (alert, "理由を確認して進めてください。")
    )
    value = restriction.household_id if restriction.resident_id is None else restriction.resident_id
    item = "household_id" if restriction.resident_id is None else "resident_id"
    return make("restricted", message, remedy, item=item, value=str(value))
