"""支援措置の照会: one measure with its steps, the measures of a person, what waits for a responsible person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections import terms
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.registers.protections.models import Forwarding, OutputRelease, ProtectedPerson, Protection, ProtectionStep
from yakuba.registers.staff.rights import require


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """支援措置 1件, in a list. `stage`, `position`, `category` are Japanese labels; `stage_code` is the code."""

    protection_id: int
    applicant_id: int
    stage: str
    stage_code: str
    position: str
    category: str
    received_on: date
    first_received_by: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """支援措置対象者 1人 of a measure."""

    resident_id: int
    relation: str
    locked_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """経過 1件."""

    step: str
    actor: str
    reason: str
    taken_at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ForwardingRow:
    """転送 1件."""

    forwarding_id: int
    destination: str
    forwarded_on: date
    acknowledged_on: date | None
    declined_on: date | None


@dataclass(frozen=True, slots=True)
class MeasureDetail:
    """支援措置対象者管理 (1.1.16): everything on one measure."""

    row: MeasureRow
    offender: Mapping[str, str]
    contact: str
    protected_scope: Sequence[str]
    people: Sequence[PersonRow]
    steps: Sequence[StepRow]
    forwardings: Sequence[ForwardingRow]


@dataclass(frozen=True, slots=True)
class PendingRelease:
    """交付の許可の申請 1件 that waits for a responsible person."""

    release_id: int
    resident_id: int
    output: str
    requested_by: str
    requested_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class EndNotice:
    """支援措置期間終了通知 (20.5.1), without the address: the letter takes that at its own output, through the guard.

    `extension_from` and `extension_through` are the first and the last day for an extension.
    """

    protection_id: int
    resident_id: int
    category: str
    starts_on: date
    ends_on: date
    extension_from: date
    extension_through: date
    contact: str


def measure(access: Access, protection_id: int) -> MeasureDetail:
    """支援措置の詳細, recorded as a reading of everybody in it. Raises UnknownProtectionError, RefusedError."""
    require(access, "manage_protections", "release_protections")
    with transaction.atomic():
        protection = _protection(protection_id)
        people = ProtectedPerson.objects.filter(protection=protection).order_by("id")
        detail = MeasureDetail(
            _row(protection),
            protection.offender,
            protection.contact,
            protection.protected_scope,
            [PersonRow(*row) for row in people.values_list("resident_id", "relation", "locked_at", "released_at")],
            [
                StepRow(*row)
                for row in ProtectionStep.objects.filter(protection=protection)
                .order_by("id")
                .values_list("step", "actor", "reason", "taken_at", "detail")
            ],
            [
                ForwardingRow(*row)
                for row in Forwarding.objects.filter(protection=protection)
                .order_by("id")
                .values_list("id", "destination", "forwarded_on", "acknowledged_on", "declined_on")
            ],
        )
        subjects = [person.resident_id for person in detail.people]
        access_commands.record(access, "protection.view", subjects, {"protection": protection_id})
    return detail


def measures_of(access: Access, resident_id: int) -> list[MeasureRow]:
    """支援措置の一覧 of one person, ended ones too, the newest first; recorded as a reading."""
    require(access, "manage_protections", "release_protections")
    with transaction.atomic():
        concerned = ProtectedPerson.objects.filter(resident_id=resident_id).values("protection_id")
        rows = [_row(found) for found in Protection.objects.filter(pk__in=concerned).order_by("-id")]
        access_commands.record(access, "protection.list", [resident_id], {"rows": len(rows)})
    return rows


def pending_releases(access: Access, *, after: int = 0, limit: int = 50) -> list[PendingRelease]:
    """審査待ちの申請, the oldest first, by key. Raises RefusedError without `release_protections`."""
    require(access, "release_protections")
    columns = ("id", "resident_id", "output", "requested_by", "requested_at", "reason")
    with transaction.atomic():
        waiting = OutputRelease.objects.filter(decided_by__isnull=True, id__gt=after).order_by("id")
        rows = [PendingRelease(*row) for row in waiting.values_list(*columns)[:limit]]
        subjects = sorted({row.resident_id for row in rows})
        access_commands.record(access, "protection.pending-releases", subjects)
    return rows


def end_notice(access: Access, protection_id: int) -> EndNotice:
    """支援措置期間終了通知の内容, recorded as a reading. Raises RefusedError for a measure without a period."""
    require(access, "manage_protections", "release_protections")
    with transaction.atomic():
        protection = _protection(protection_id)
        if protection.starts_on is None or protection.ends_on is None:
            raise RefusedError(
                [error("no-period", "期間の決まっていない支援措置です。", "支援措置の決定の後に作成してください。")]
            )
        access_commands.record(
            access, "protection.end-notice", [protection.applicant_id], {"protection": protection_id}
        )
        return EndNotice(
            protection_id,
            protection.applicant_id,
            Protection.Category(protection.category).label,
            protection.starts_on,
            protection.ends_on,
            terms.extension_opens_on(protection.ends_on),
            protection.ends_on,
            protection.contact,
        )


def _protection(protection_id: int) -> Protection:
    try:
        return Protection.objects.get(pk=protection_id)
    except Protection.DoesNotExist as missing:
        raise UnknownProtectionError(str(protection_id)) from missing


def _row(protection: Protection) -> MeasureRow:
    return MeasureRow(
        protection.pk,
        protection.applicant_id,
        Protection.Stage(protection.stage).label,
        protection.stage,
        Protection.Position(protection.position).label,
        Protection.Category(protection.category).label,
        protection.received_on,
        protection.first_received_by,
        protection.starts_on,
        protection.ends_on,
    )
