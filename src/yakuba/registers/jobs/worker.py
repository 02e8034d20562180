"""処理係: takes jobs from the queue one after the other, and takes up again what another left when it died."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from signal import SIGTERM

from django.db import InterfaceError, OperationalError, connection
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from psycopg import OperationalError as DriverError

from .commands.asking import TASK
from .commands.queue import InHand, take_up
from .commands.running import Running
from .handlers import find

POLL_SECONDS = 1.0
TEND_SECONDS = 2.0
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 30.0
AGAIN_SECONDS = 1
DATABASE_LOST = (ConnectorException, DriverError, InterfaceError, OperationalError)
"""What `work` raises, by itself or in a group, when the database goes away."""


async def work(parent: int | None = None) -> None:
    """処理係の仕事: works until SIGTERM, or until the process `parent` is no longer the one above this one.

    Asked to end, it interrupts its job at the next report. Raises ExceptionGroup when the database is lost.
    """
    app = _app()
    async with app.open_async(), asyncio.TaskGroup() as group:
        await _tend(app)
        tending = group.create_task(_keep_tending(app, parent))
        await app.run_worker_async(
            concurrency=1,
            fetch_job_polling_interval=POLL_SECONDS,
            shutdown_graceful_timeout=0,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )
        tending.cancel()


def run(context: JobContext, job_id: int) -> None:
    """処理の実行: calls the handler of the job's kind as who asked for it, unless the job has ended already."""
    try:
        with Running(job_id, context.should_abort) as running:
            if running.begun:
                running.finish(find(running.kind).run(running.access, running.arguments, running.report))
    finally:
        connection.close()


class _Again(BaseRetryStrategy):
    """What leaves `run` is no end of the job: the worker ends, or has lost the database."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_in={"seconds": AGAIN_SECONDS})


def _app() -> App:
    """The queue as a worker sees it: on connections of its own, apart from those of the work."""
    app = App(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3))
    app.task(name=TASK, pass_context=True, retry=_Again())(run)
    return app


async def _keep_tending(app: App, parent: int | None) -> None:
    while True:
        await asyncio.sleep(TEND_SECONDS)
        if parent is not None and os.getppid() != parent:
            # As if it had been told to end; the signal goes to the worker in the same loop.
            os.kill(os.getpid(), SIGTERM)
            return
        await _tend(app)


async def _tend(app: App) -> None:
    manager = app.job_manager
    in_hand = await manager.list_jobs_async(task=TASK, status=Status.DOING.value)
    if in_hand := list(in_hand):
        stalled = {job.id for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)}
        found = [InHand(job.id or 0, int(str(job.task_kwargs["job_id"])), job.id in stalled) for job in in_hand]
        await asyncio.to_thread(_take_up, found)


def _take_up(found: Iterable[InHand]) -> None:
    try:
        take_up(found, datetime.now(UTC))
    finally:
        connection.close()
