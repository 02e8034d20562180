"""支援措置の見張り: what nears its end, what has passed it, what waits for an answer, and whether notices have their locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access import queries as access_queries
from yakuba.registers.access.door import Access
from yakuba.registers.protections import terms
from yakuba.registers.protections.models import Forwarding, Protection, ReceivedNotice
from yakuba.registers.staff.rights import require

from .locks import BLOCKED

_NOTICES = """
SELECT notice.id, notice.sender, notice.reference, notice.received_on, notice.answered_on, notice.resident_ids,
       ARRAY(SELECT person FROM unnest(notice.resident_ids) AS person
             WHERE NOT EXISTS (SELECT 1 FROM protections_protectedperson held WHERE held.resident_id = person
                               AND held.released_at IS NULL) ORDER BY person),
       jsonb_array_length(notice.unmatched),
       protection.ended_at IS NOT NULL
FROM protections_receivednotice notice
LEFT JOIN protections_protection protection ON protection.id = notice.protection_id
WHERE notice.received_on < %(until)s AND (notice.received_on >= %(month)s OR notice.answer IS NULL)
ORDER BY notice.received_on, notice.id
"""


@dataclass(frozen=True, slots=True)
class ProtectionAlert:
    """支援措置のアラート 1件. `due_on` is the day that it turns on; `notice_id` where it is about a notice."""

    finding: Finding
    due_on: date
    protection_id: int | None
    notice_id: int | None
    resident_id: int | None


@dataclass(frozen=True, slots=True)
class ReconciliationLine:
    """月次点検 1件: a notice and whether everybody on it is locked. No findings: all is well."""

    notice_id: int
    sender: str
    reference: str
    received_on: date
    answered_on: date | None
    resident_ids: Sequence[int]
    unlocked_ids: Sequence[int]
    unmatched_count: int
    findings: Sequence[Finding]


def alerts(access: Access) -> list[ProtectionAlert]:
    """支援措置のアラート as of today, the most urgent day first (national specification 3.4); recorded as a reading.

    Ending within one month; ended without extension; provisional and undecided; notices unanswered or unmatched;
    forwardings unanswered. Raises RefusedError without `manage_protections` or `release_protections`.
    """
    require(access, "manage_protections", "release_protections")
    with transaction.atomic():
        found = [*_measure_alerts(access.today), *_notice_alerts(access.today), *_forwarding_alerts(access.today)]
        found.sort(key=lambda one: (one.due_on, one.protection_id or 0, one.notice_id or 0))
        subjects = sorted({one.resident_id for one in found if one.resident_id is not None})
        access_commands.record(access, "protection.alerts", subjects)
    return found


def reconciliation(access: Access, month: date) -> list[ReconciliationLine]:
    """通知と抑止の月次点検: the month's notices, and every earlier one still unanswered, each beside its locks.

    `month` is any day of it. A lock that is missing although the measure was not ended by a person is an error.
    """
    require(access, "manage_protections", "release_protections")
    first = month.replace(day=1)
    values = {"month": first, "until": (first + timedelta(days=32)).replace(day=1)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOTICES, values)
        lines = [_line(row) for row in cursor.fetchall()]
        subjects = sorted({person for line in lines for person in line.resident_ids})
        access_commands.record(access, "protection.reconcile", subjects, {"month": first.isoformat()})
    return lines


def blocked_by_month(access: Access, *, since: datetime) -> dict[str, int]:
    """阻止した件数 by month of Japan, keyed 2024-05. Raises RefusedError without the right to see it."""
    require(access, "release_protections", "view_access_records")
    return access_queries.monthly_counts(BLOCKED, since=since)


def _measure_alerts(today: date) -> list[ProtectionAlert]:
    found: list[ProtectionAlert] = []
    for protection in Protection.objects.filter(ended_at__isnull=True):
        ends_on = protection.ends_on
        if protection.stage == Protection.Stage.PROVISIONAL:
            due_on = protection.received_on
            finding = alert(
                "provisional-undecided",
                f"仮支援措置のままです（{protection.received_on.isoformat()} 受付）。",
                "決定するか、通知への回答を確認してください。",
            )
        elif ends_on is None or today < terms.extension_opens_on(ends_on):
            continue
        elif today <= ends_on:
            due_on = ends_on
            finding = alert(
                "measure-ending",
                f"支援措置の期間が {ends_on.isoformat()} に終わります。",
                "終了通知を送り、延長の申出の有無を確認してください。",
            )
        else:
            due_on = ends_on
            finding = alert(
                "measure-ended",
                f"支援措置の期間が {ends_on.isoformat()} に終わり、延長されていません。抑止は続いています。",
                "本人に確認し、新たな申出の受付か、終了の起案と確認をしてください。",
            )
        found.append(ProtectionAlert(finding, due_on, protection.pk, None, protection.applicant_id))
    return found


def _notice_alerts(today: date) -> list[ProtectionAlert]:
    found: list[ProtectionAlert] = []
    for notice in ReceivedNotice.objects.filter(answer__isnull=True):
        late = "回答期限を過ぎています。" if today > notice.answer_due_on else "まだ回答していません。"
        finding = alert(
            "notice-unanswered",
            f"{notice.sender} の通知（{notice.received_on.isoformat()} 受付）に{late}",
            f"突合していない人が {len(notice.unmatched)} 人います。突合して回答してください。"
            if notice.unmatched
            else "内容を確認して回答してください。",
        )
        applicant = notice.resident_ids[0] if notice.resident_ids else None
        found.append(ProtectionAlert(finding, notice.answer_due_on, notice.protection_id, notice.pk, applicant))
    return found


def _forwarding_alerts(today: date) -> list[ProtectionAlert]:
    found: list[ProtectionAlert] = []
    waiting = Forwarding.objects.filter(acknowledged_on__isnull=True, declined_on__isnull=True)
    for forwarding in waiting.select_related("protection").filter(protection__ended_at__isnull=True):
        due_on = terms.answer_due_on(forwarding.forwarded_on)
        if today > due_on:
            finding = alert(
                "forwarding-unanswered",
                f"{forwarding.destination} への転送（{forwarding.forwarded_on.isoformat()}）に回答がありません。",
                "転送先に受付を確認してください。",
            )
            protection = forwarding.protection
            found.append(ProtectionAlert(finding, due_on, protection.pk, None, protection.applicant_id))
    return found


def _line(row: tuple[Any, ...]) -> ReconciliationLine:
    notice_id, sender, reference, received_on, answered_on, people, unlocked, unmatched_count, ended = row
    findings: list[Finding] = []
    if unlocked and not ended:
        findings.append(
            error(
                "notice-without-lock",
                f"通知にある {len(unlocked)} 人に抑止がかかっていません。",
                "直ちに支援措置責任者に知らせ、抑止してください。",
                item="resident_id",
                value=", ".join(map(str, unlocked)),
            )
        )
    if unmatched_count:
        findings.append(
            alert(
                "notice-unmatched",
                f"住民と突合していない人が {unmatched_count} 人います。",
                "突合するか、送付元に確認してください。",
            )
        )
    if answered_on is None:
        findings.append(alert("notice-unanswered", "まだ回答していません。", "内容を確認して回答してください。"))
    return ReconciliationLine(
        notice_id, sender, reference, received_on, answered_on, people, unlocked, unmatched_count, findings
    )
