"""処理の開始と取消し."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.staff.rights import require

from ..handlers import Arguments, find
from ..models import Job
from ..queries import may_see
from ..states import State
from .locks import nobody_works_on

TASK = "yakuba.job"
"""The one task of the queue; its argument is a job's number."""
# The row that is there already is written anew as it is, because only a written row is returned; `xmax` is 0 for a new one.
_START = """
INSERT INTO jobs_job (job_kind, job_key, arguments, asked_by, asked_at, purpose, place, rights,
                      state, attempts, stage, done, total, cancel_asked, findings, fault)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'waiting', 0, '', 0, 0, false, '[]', '')
ON CONFLICT (job_kind, job_key) WHERE state IN ('waiting', 'running', 'done') DO UPDATE SET job_key = excluded.job_key
RETURNING id, xmax = 0, arguments = %s::jsonb
"""


@transaction.atomic
def start(access: Access, kind: str, arguments: Arguments, key: str) -> int:
    """処理の開始: asks for a job in the caller's transaction, and returns its number.

    `arguments` and `key` name what is worked on and hold nobody's data. A job of the same kind and key that waits, runs or
    is done is the same job: its number is returned and nothing is begun. Whoever offers the work asks for the right to it
    before. Raises UnknownKindError; ValueError for the key of a job with other arguments.
    """
    find(kind)
    content = json.dumps(dict(arguments), ensure_ascii=False, sort_keys=True)
    asked: list[Any] = [access.actor, access.now, str(access.purpose), access.place, sorted(access.rights)]
    with connection.cursor() as cursor:
        cursor.execute(_START, [kind, key, content, *asked, content])
        job_id, is_new, same = cursor.fetchone()
    if not same:
        raise ValueError(f"job {job_id} has the key {key} and other arguments")
    if is_new:
        app.configure_task(TASK).defer(job_id=job_id)
        access_commands.record(access, "job.start", [], {"job": job_id, "kind": kind, "key": key})
    return int(job_id)


@transaction.atomic
def cancel(access: Access, job_id: int) -> State:
    """処理の取消し: ends a job on which nobody works; asks a worker to end it at its next report otherwise.

    What the job has done so far stays. Returns the state in which the job is now; an ended one stays as it is.
    Raises RefusedError without a right to the kind, for another's job; ObjectDoesNotExist.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if not may_see(access, job.job_kind, job.asked_by):
        require(access, *find(job.job_kind).rights)
    if State(job.state).has_ended:
        return State(job.state)
    with connection.cursor() as cursor:
        if nobody_works_on(cursor, job_id):
            job.state, job.ended_at = State.CANCELLED, access.now
    job.cancel_asked = True
    job.save(update_fields=["state", "ended_at", "cancel_asked"])
    access_commands.record(access, "job.cancel", [], {"job": job_id, "kind": job.job_kind})
    return State(job.state)
