"""待ち行列: puts back what a worker had in hand when it died."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from ..models import Job
from ..states import State
from .locks import nobody_works_on


@dataclass(frozen=True, slots=True)
class InHand:
    """A job that the queue says a worker has. `is_stalled`: that worker has given no sign of life for a while."""

    queue_id: int
    job_id: int
    is_stalled: bool


def take_up(candidates: Iterable[InHand], now: datetime) -> int:
    """再開: puts back those on which nobody works any more, each in a transaction of its own; how many.

    A job that runs and has no holder of its lock is dead for certain, however fresh its worker's last sign of life. One
    that a worker has fetched and not begun counts as dead only when that worker has stalled.
    """
    return sum(_take_up(each, now) for each in candidates)


@transaction.atomic
def _take_up(found: InHand, now: datetime) -> bool:
    with connection.cursor() as cursor:
        if not nobody_works_on(cursor, found.job_id):
            return False
    job = Job.objects.filter(pk=found.job_id)
    is_dead = found.is_stalled or job.filter(state=State.RUNNING).exists()
    if not is_dead or app.job_manager.get_job_status(found.queue_id) is not Status.DOING:
        return False
    job.filter(state=State.RUNNING).update(state=State.WAITING)
    app.job_manager.retry_job_by_id(found.queue_id, retry_at=now)
    return True
