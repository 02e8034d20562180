"""処理の実行: what a worker writes down about the job in its hands, on a connection of its own.

That connection holds the job's lock and stands outside of the work's own transactions. Whoever loses it can no longer
report and so stops; a process that dies gives the lock back at once, and the next worker goes on.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from django.db import connection

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose

from ..handlers import Arguments, Result
from ..outcomes import Outcome, failed, refused
from ..states import JobCancelled, JobInterrupted, State
from .locks import LOCK

REPORT_SECONDS = 0.25
"""No more often than this does a report travel to the database."""
_BEGIN = """
UPDATE jobs_job SET state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, %s)
WHERE id = %s AND state IN ('waiting', 'running')
RETURNING job_kind, arguments, asked_by, asked_at, purpose, place, rights, stage, done, total
"""
_REPORT = "UPDATE jobs_job SET stage = %s, done = %s, total = %s WHERE id = %s RETURNING cancel_asked"
_PAUSE = "UPDATE jobs_job SET state = 'waiting', stage = %s, done = %s, total = %s WHERE id = %s"
_END = """
UPDATE jobs_job SET state = %s, ended_at = %s, result = %s, findings = %s, refusal = %s, fault = %s,
                    stage = %s, done = %s, total = %s
WHERE id = %s
"""
_logger = logging.getLogger(__name__)


class Running:
    """実行中の処理: within it the job is this process's own, and at its end stands how it ended.

    What the work raises ends here, but for JobInterrupted and what a lost connection raises: then the job is still to be
    done. `begun` is False for a job that has ended already.
    """

    def __init__(self, job_id: int, must_stop: Callable[[], bool]) -> None:
        self.job_id = job_id
        self.must_stop = must_stop
        self.begun = False
        self.kind = ""
        self.arguments: Arguments = {}
        self._connection = connection.copy()
        self._closing = ExitStack()
        self._said = ("", 0, 0)
        self._next = 0.0
        self._result: str | None = None

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            closing.callback(self._connection.close)
            with self._connection.cursor() as cursor:
                cursor.execute(LOCK, [self.job_id])
                cursor.execute(_BEGIN, [datetime.now(UTC), self.job_id])
                row = cursor.fetchone()
            self._closing = closing.pop_all()
        if row is not None:
            self.begun = True
            self.kind, arguments, actor, now, purpose, place, rights, stage, done, total = row
            self._said = (stage, done, total)
            self.arguments = json.loads(arguments)
            self.access = Access(actor, Purpose(purpose), now, place, frozenset(rights))
        return self

    def report(self, stage: str, done: int, total: int) -> None:
        """進捗の報告: see `handlers.Report`."""
        self._said = (stage, done, total)
        if self.must_stop():
            raise JobInterrupted
        if self._next <= time.monotonic():
            self._next = time.monotonic() + REPORT_SECONDS
            with self._connection.cursor() as cursor:
                cursor.execute(_REPORT, [*self._said, self.job_id])
                (cancel_asked,) = cursor.fetchone()
            if cancel_asked:
                raise JobCancelled

    def finish(self, result: Result) -> None:
        """完了: what the work gave. Raises TypeError for what is no JSON."""
        self._result = _json(dict(result))

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> bool:
        with self._closing:
            if not self.begun or not isinstance(fault, Exception | None):
                return False
            if isinstance(fault, JobInterrupted):
                self._execute(_PAUSE, [*self._said, self.job_id])
                return False
            outcome = _outcome(fault, trace)
            said = [_json(outcome.findings), outcome.refusal and _json(outcome.refusal), outcome.fault]
            now = datetime.now(UTC)
            self._execute(_END, [outcome.state.value, now, self._result, *said, *self._said, self.job_id])
            if outcome.fault:
                frames = "".join(traceback.format_tb(trace))
                _logger.error("%s %d: %s\n%s", self.kind, self.job_id, outcome.fault, frames)
            return True

    def _execute(self, statement: str, values: Sequence[Any]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)


def _outcome(fault: Exception | None, trace: TracebackType | None) -> Outcome:
    if fault is None:
        return Outcome(State.DONE)
    if isinstance(fault, RefusedError):
        return refused(fault)
    if isinstance(fault, JobCancelled):
        return Outcome(State.CANCELLED)
    return failed(fault, trace)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
