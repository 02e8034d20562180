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
from yakuba.registers.protections.models import Protection
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

MEASURE, NOTICE, FORWARDING = 1, 2, 3
Place = tuple[date, int, int]
"""An alert's place in the list: its day, what it is about (of these three), and the identifier of that."""

# A row: the place; measure, notice, resident; whether it is provisional; whom it is about; the day it was received or
# sent; how many people are unmatched.
_ALERTS = """
SELECT * FROM (
    SELECT CASE WHEN stage = %(provisional)s THEN received_on ELSE ends_on END AS due_on, 1 AS source, id AS source_id,
           id AS protection_id, NULL::bigint AS notice_id, applicant_id AS resident_id, stage = %(provisional)s AS undecided,
           '' AS about, received_on AS since, 0 AS unmatched
    FROM protections_protection
    WHERE ended_at IS NULL AND (stage = %(provisional)s OR ends_on <= %(last_end)s)
    UNION ALL
    SELECT answer_due_on, 2, id, protection_id, id, resident_ids[1], FALSE, sender, received_on, jsonb_array_length(unmatched)
    FROM protections_receivednotice WHERE answer IS NULL
    UNION ALL
    SELECT sent.forwarded_on + %(days)s::integer, 3, sent.id, measure.id, NULL, measure.applicant_id, FALSE, sent.destination,
           sent.forwarded_on, 0
    FROM protections_forwarding sent JOIN protections_protection measure ON measure.id = sent.protection_id
    WHERE sent.acknowledged_on IS NULL AND sent.declined_on IS NULL AND measure.ended_at IS NULL
      AND sent.forwarded_on + %(days)s::integer < %(today)s
) found
WHERE (due_on, source, source_id) > (%(after_day)s, %(after_source)s, %(after_id)s)
ORDER BY due_on, source, source_id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ProtectionAlert:
    """支援措置のアラート 1件. `due_on` is the day that it turns on; `notice_id` where it is about a notice."""

    finding: Finding
    place: Place
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


def alerts(access: Access, *, after: Place | None = None, limit: int = 50) -> list[ProtectionAlert]:
    """支援措置のアラート as of today, the most urgent day first (national specification 3.4); recorded as a reading.

    Ending within one month; ended without extension; provisional and undecided; notices unanswered or unmatched;
    forwardings unanswered. `after` is the place of the last one seen. Raises RefusedError without `manage_protections`
    or `release_protections`.
    """
    require(access, "manage_protections", "release_protections")
    day, source, source_id = after or (date.min, 0, 0)
    values: dict[str, Any] = {
        "provisional": Protection.Stage.PROVISIONAL.value,
        "last_end": terms.last_end_near(access.today),
        "days": terms.notice_days(),
        "today": access.today,
        "after_day": day,
        "after_source": source,
        "after_id": source_id,
        "limit": limit,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ALERTS, values)
        found = [_alert(access.today, row) for row in cursor.fetchall()]
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


def _alert(today: date, row: tuple[Any, ...]) -> ProtectionAlert:
    due_on, source, source_id, protection_id, notice_id, resident_id, undecided, about, since, unmatched = row
    if source == NOTICE:
        finding = _notice_finding(about, since, unmatched, late=today > due_on)
    elif source == FORWARDING:
        message = f"{about} への転送（{since.isoformat()}）に回答がありません。"
        finding = alert("forwarding-unanswered", message, "転送先に受付を確認してください。")
    else:
        finding = _measure_finding(since if undecided else due_on, undecided=undecided, over=today > due_on)
    place = (due_on, source, source_id)
    return ProtectionAlert(finding, place, due_on, protection_id, notice_id, resident_id)


def _measure_finding(day: date, *, undecided: bool, over: bool) -> Finding:
    if undecided:
        return alert(
            "provisional-undecided",
            f"仮支援措置のままです（{day.isoformat()} 受付）。",
            "決定するか、通知への回答を確認してください。",
        )
    if not over:
        return alert(
            "measure-ending",
            f"支援措置の期間が {day.isoformat()} に終わります。",
            "終了通知を送り、延長の申出の有無を確認してください。",
        )
    return alert(
        "measure-ended",
        f"支援措置の期間が {day.isoformat()} に終わり、延長されていません。抑止は続いています。",
        "本人に確認し、新たな申出の受付か、終了の起案と確認をしてください。",
    )


def _notice_finding(sender: str, received_on: date, unmatched: int, *, late: bool) -> Finding:
    state = "回答期限を過ぎています。" if late else "まだ回答していません。"
    return alert(
        "notice-unanswered",
        f"{sender} の通知（{received_on.isoformat()} 受付）に{state}",
        f"突合していない人が {unmatched} 人います。突合して回答してください。"
        if unmatched
        else "内容を確認して回答してください。",
    )


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
