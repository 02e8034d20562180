"""交付の許可: an output for a protected person takes two accounts, for one clerk, one person, one output, once.

A warning that one person alone could wave away is how a whole household's certificate was handed over (犬山市, 2018-11).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from yakuba.kernel.findings import Refusal, RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections import queries, terms
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.registers.protections.models import OutputRelease
from yakuba.registers.staff.rights import require, require_second_person

ARTICLE = "住民記録システム標準仕様書 3.4"

_USE = f"""
UPDATE protections_outputrelease SET used_at = %(now)s WHERE id = (
    SELECT release.id FROM protections_outputrelease release
    WHERE release.resident_id = %(resident)s AND {queries.USABLE_RELEASE}
    ORDER BY release.approved_at LIMIT 1 FOR UPDATE
) RETURNING id
"""


@transaction.atomic
def request_release(access: Access, *, resident_id: int, output: str, reason: str) -> int:
    """交付の許可の申請: a clerk asks for one person and one output, saying who wants it and why; returns its id.

    `output` is the name that the output will be checked by (`guard.check_output`), to the letter. Raises RefusedError
    without a reason or without a right that makes outputs.
    """
    require(access, "view_residents", "issue_certificates", "manage_protections")
    if not reason.strip():
        raise RefusedError(
            [error("release-without-reason", "理由がありません。", "請求者と理由を入力してください。", item="reason")]
        )
    release = OutputRelease.objects.create(
        resident_id=resident_id,
        output=output,
        requested_by=access.actor,
        requested_at=access.now,
        reason=reason,
    )
    detail = {"release": release.pk, "output": output, "reason": reason}
    access_commands.record(access, "protection.request-release", [resident_id], detail)
    return release.pk


@transaction.atomic
def approve_release(access: Access, release_id: int, *, reason: str = "") -> None:
    """交付の許可: by a responsible person, never the one who asked; usable once, within the town's release minutes.

    Raises RefusedError (right `release_protections`; the same account, or one that set up the other; already decided).
    """
    release = _undecided(access, release_id)
    require_second_person(access, release.requested_by)
    release.decided_by, release.approved_at, release.decision_reason = access.actor, access.now, reason
    release.lapses_at = access.now + terms.release_lifetime()
    release.save(update_fields=["decided_by", "approved_at", "decision_reason", "lapses_at"])
    detail = {"release": release_id, "output": release.output, "reason": reason}
    access_commands.record(access, "protection.approve-release", [release.resident_id], detail)


@transaction.atomic
def decline_release(access: Access, release_id: int, *, reason: str) -> None:
    """交付の不許可: by a responsible person, never the one who asked. Raises as `approve_release`."""
    release = _undecided(access, release_id)
    release.decided_by, release.declined_at, release.decision_reason = access.actor, access.now, reason
    release.save(update_fields=["decided_by", "declined_at", "decision_reason"])
    detail = {"release": release_id, "output": release.output, "reason": reason}
    access_commands.record(access, "protection.decline-release", [release.resident_id], detail)


def use_releases(access: Access, resident_ids: Sequence[int], output: str) -> list[int]:
    """許可の使用: uses up one release for each locked person, in the transaction that makes the output.

    Returns the releases used; nobody locked, nothing used. Raises RefusedError when one is missing (the caller's
    transaction then must not go on), RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a release is used in the transaction that makes the output")
    closed = sorted(queries.locked(resident_ids, now=access.now))
    used: dict[int, int] = {}
    with connection.cursor() as cursor:
        for resident_id in closed:
            cursor.execute(_USE, {**queries.release_values(access, output), "resident": resident_id})
            if (row := cursor.fetchone()) is not None:
                used[resident_id] = row[0]
    missing = [resident_id for resident_id in closed if resident_id not in used]
    if missing:
        raise RefusedError(queries.lock_findings(missing, today=access.today))
    if used:
        detail = {"releases": sorted(used.values()), "output": output}
        access_commands.record(access, "protection.use-release", closed, detail)
    return list(used.values())


@transaction.atomic
def record_blocked(access: Access, resident_ids: Sequence[int], output: str) -> None:
    """阻止の記録: an attempt that the guard stopped; call it after the refused transaction, so that it stays."""
    access_commands.record(access, queries.BLOCKED, sorted(resident_ids), {"output": output})


def _undecided(access: Access, release_id: int) -> OutputRelease:
    require(access, "release_protections")
    try:
        release = OutputRelease.objects.select_for_update(of=("self",)).get(pk=release_id)
    except OutputRelease.DoesNotExist as missing:
        raise UnknownProtectionError(str(release_id)) from missing
    if release.decided_by is not None:
        raise RefusedError(
            [error("release-decided", "この申請には既に回答しています。", "必要なら改めて申請してください。")]
        )
    if release.requested_by == access.actor:
        ground = "申請した職員は、自分の申請を審査できません。"
        raise RefusedError(refusal=Refusal(ground, ARTICLE, "別の支援措置責任者に依頼してください。"))
    return release
