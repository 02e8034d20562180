"""抑止の設定・解除・一時解除: three things, three rights (national specification 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections import terms
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.registers.protections.models import Restriction
from yakuba.registers.staff.rights import require


@transaction.atomic
def set_restriction(
    access: Access,
    *,
    resident_id: int | None = None,
    household_id: int | None = None,
    processes: Sequence[str],
    level: str,
    reason: str,
    starts_on: date,
    ends_on: date | None = None,
) -> int:
    """抑止の設定: on one person or one household, beside any other; returns its id.

    `processes` are codes of `Restriction.Process`, `level` `error` or `alert`. After `ends_on` it goes on until it is
    released. Raises RefusedError (right `set_restrictions`; not exactly one subject; no process; period backwards).
    """
    require(access, "set_restrictions")
    if (resident_id is None) == (household_id is None):
        raise RefusedError(
            [error("restriction-subject", "抑止の対象は住民か世帯のどちらか一つです。", "対象を選び直してください。")]
        )
    if not processes:
        raise RefusedError(
            [
                error(
                    "restriction-process",
                    "抑止する処理がありません。",
                    "処理を一つ以上選んでください。",
                    item="processes",
                )
            ]
        )
    if ends_on is not None and ends_on < starts_on:
        raise RefusedError(
            [
                error(
                    "restriction-period",
                    "終了日が開始日より前です。",
                    "日付を確認してください。",
                    item="ends_on",
                    value=ends_on.isoformat(),
                )
            ]
        )
    restriction = Restriction.objects.create(
        resident_id=resident_id,
        household_id=household_id,
        processes=sorted({str(Restriction.Process(process)) for process in processes}),
        level=Restriction.Level(level),
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        set_by=access.actor,
        set_at=access.now,
    )
    _record(access, "restriction.set", restriction, reason)
    return restriction.pk


@transaction.atomic
def release_restriction(access: Access, restriction_id: int, *, reason: str) -> None:
    """抑止の解除: for good. Raises RefusedError (right `release_restrictions`; already released)."""
    require(access, "release_restrictions")
    restriction = _standing(restriction_id)
    restriction.released_by, restriction.released_at = access.actor, access.now
    restriction.release_reason = reason
    restriction.save(update_fields=["released_by", "released_at", "release_reason"])
    _record(access, "restriction.release", restriction, reason)


@transaction.atomic
def suspend_restriction(access: Access, restriction_id: int, *, reason: str) -> datetime:
    """抑止の一時解除: away for the town's suspension minutes, then back by itself; returns until when.

    Not passed on to other systems, so that nobody takes it for a release. Raises RefusedError (right
    `suspend_restrictions`; already released).
    """
    require(access, "suspend_restrictions")
    restriction = _standing(restriction_id)
    until = access.now + terms.suspension_lifetime()
    restriction.suspended_by, restriction.suspended_at = access.actor, access.now
    restriction.suspended_until, restriction.suspension_reason = until, reason
    restriction.save(update_fields=["suspended_by", "suspended_at", "suspended_until", "suspension_reason"])
    _record(access, "restriction.suspend", restriction, reason)
    return until


def _standing(restriction_id: int) -> Restriction:
    try:
        restriction = Restriction.objects.select_for_update(of=("self",)).get(pk=restriction_id)
    except Restriction.DoesNotExist as missing:
        raise UnknownProtectionError(str(restriction_id)) from missing
    if restriction.released_at is not None:
        raise RefusedError(
            [error("restriction-released", "この抑止は既に解除されています。", "一覧を開き直してください。")]
        )
    return restriction


def _record(access: Access, action: str, restriction: Restriction, reason: str) -> None:
    subjects = [] if restriction.resident_id is None else [restriction.resident_id]
    detail = {"restriction": restriction.pk, "household": restriction.household_id, "reason": reason}
    access_commands.record(access, action, subjects, detail)
