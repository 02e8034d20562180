"""処理の照会: where jobs stand. They hold nobody's data, so that a page may ask every second and leaves no access record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from yakuba.kernel.findings import Finding, Refusal
from yakuba.registers.access.door import Access

from .handlers import every
from .models import Job
from .outcomes import finding_from, refusal_from
from .states import State


@dataclass(frozen=True, slots=True)
class JobRow:
    """処理 1件, as a page shows it. `total` is 0 while it is not known; `fault` names the place of an unforeseen error."""

    job_id: int
    kind: str
    title: str
    key: str
    arguments: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    state: State
    attempts: int
    stage: str
    done: int
    total: int
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked: bool
    findings: tuple[Finding, ...]
    refusal: Refusal | None
    result: Mapping[str, Any]
    fault: str

    @property
    def percent(self) -> int:
        """進捗率 of the stage, in whole percent, cut off."""
        return 100 * self.done // self.total if self.total > 0 else 0


def job(access: Access, job_id: int) -> JobRow | None:
    """処理 1件; None where there is none that the account may see: its own, and those whose kind it has a right to."""
    row = _visible(access).filter(pk=job_id).first()
    return None if row is None else _row(row)


def jobs(
    access: Access, kind: str | None = None, *, key: str | None = None, before: int | None = None, limit: int = 50
) -> list[JobRow]:
    """処理一覧 of what the account may see, the newest first, from the one before the number `before`."""
    rows = _visible(access)
    if kind is not None:
        rows = rows.filter(job_kind=kind)
    if key is not None:
        rows = rows.filter(job_key=key)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_row(row) for row in rows.order_by("-pk")[:limit]]


def may_see(access: Access, kind: str, asked_by: str) -> bool:
    """照会の可否: whether the account asked for the job itself or has a right to its kind."""
    return access.actor == asked_by or kind in _kinds(access)


def _kinds(access: Access) -> list[str]:
    return [each.kind for each in every().values() if any(access.may(right) for right in each.rights)]


def _visible(access: Access) -> QuerySet[Job]:
    return Job.objects.filter(Q(asked_by=access.actor) | Q(job_kind__in=_kinds(access)))


def _row(row: Job) -> JobRow:
    known = every().get(row.job_kind)
    return JobRow(
        job_id=row.id,
        kind=row.job_kind,
        title=known.title if known else row.job_kind,
        key=row.job_key,
        arguments=row.arguments,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=State(row.state),
        attempts=row.attempts,
        stage=row.stage,
        done=row.done,
        total=row.total,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel_asked=row.cancel_asked,
        findings=tuple(map(finding_from, row.findings)),
        refusal=refusal_from(row.refusal) if row.refusal else None,
        result=row.result or {},
        fault=row.fault,
    )
