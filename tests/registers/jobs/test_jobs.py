"""Jobs through the real worker: they run, report and end; are cancelled, refused, interrupted and killed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from tests.registers.jobs.handlers import NAME
from tests.registers.jobs.workers import at_work, begin, runs, until, until_ended

from yakuba.kernel.findings import RefusedError, Severity
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.jobs import commands, queries
from yakuba.registers.jobs.states import State, UnknownKindError

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"]), pytest.mark.slow]
NOW = datetime(2026, 6, 1, 1, 2, 3, 456789, tzinfo=UTC)
OFFICER = Access("Z0001", Purpose.TAX, NOW, "本庁2階", frozenset({"assess_tax"}))
STRANGER = Access("Z0009", Purpose.COUNTER, NOW, "本庁1階", frozenset({"view_residents"}))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the workers complained of."""
    return tmp_path / "log"


def start(key: str = "a", *, count: int = 20, milliseconds: int = 0, access: Access = OFFICER) -> int:
    return commands.start(access, "units", {"count": count, "milliseconds": milliseconds, "name": key}, key)


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def decisions() -> list[tuple[Any, ...]]:
    return rows("SELECT resident_id, decided_by, decided_at FROM decisions_decision ORDER BY resident_id")


def test_a_job_waits_runs_reports_and_ends_as_who_asked_for_it(log: Path) -> None:
    job_id = start(milliseconds=30)
    waiting = queries.job(OFFICER, job_id)
    assert waiting is not None
    assert (waiting.state, waiting.started_at, waiting.title, waiting.attempts) == (
        State.WAITING,
        None,
        "試験の処理",
        0,
    )
    with at_work(log):
        seen = until(OFFICER, job_id, runs)
        assert (seen.stage, seen.total, seen.percent) == ("決定", 20, 5 * seen.done)
        ended = until_ended(OFFICER, job_id)
    assert (ended.state, ended.done, ended.total, ended.attempts) == (State.DONE, 20, 20, 1)
    assert ended.result == {"units": 20, "found": 0}
    assert ended.started_at is not None
    assert ended.ended_at is not None
    assert ended.started_at < ended.ended_at
    assert decisions() == [(number, "Z0001", NOW) for number in range(20)]
    places = rows("SELECT DISTINCT purpose, place FROM access_accessrecord WHERE action = 'decision.record'")
    assert places == [("tax", "本庁2階")]
    assert log.read_text() == ""


def test_a_start_that_is_rolled_back_leaves_nothing() -> None:
    with transaction.atomic():
        job_id = start()
        assert waiting() == [job_id]
        transaction.set_rollback(True)
    assert queries.jobs(OFFICER) == []
    assert rows("SELECT id FROM jobs_job") == []
    assert waiting() == []


def waiting() -> list[int]:
    """Numbers of jobs in the queue, which the runtime may read."""
    return [json.loads(args)["job_id"] for (args,) in rows("SELECT args FROM procrastinate_jobs ORDER BY id")]


def test_the_same_key_twice_is_one_job(log: Path) -> None:
    job_id = start()
    assert start(access=replace(OFFICER, actor="Z0002")) == job_id
    assert waiting() == [job_id]
    with pytest.raises(ValueError, match="other arguments"):
        start(count=21)
    other = start("b")
    assert other != job_id
    with at_work(log):
        until_ended(OFFICER, job_id)
        until_ended(OFFICER, other)
    assert start() == job_id
    assert waiting() == [job_id, other]


def test_the_same_key_at_once_is_one_job() -> None:
    together = Barrier(4)

    def run(number: int) -> int:
        try:
            together.wait(10)
            return start(access=replace(OFFICER, actor=f"Z{number:04}"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        started = set(pool.map(run, range(4)))
    assert len(started) == 1
    assert waiting() == list(started)


def test_a_kind_that_nobody_knows_is_not_started() -> None:
    with pytest.raises(UnknownKindError):
        commands.start(OFFICER, "unknown", {}, "a")


def test_a_job_that_waits_is_cancelled_at_once_and_stays_so(log: Path) -> None:
    job_id = start()
    assert commands.cancel(OFFICER, job_id) is State.CANCELLED
    later = start("b")
    with at_work(log):
        until_ended(OFFICER, later)
    cancelled = queries.job(OFFICER, job_id)
    assert cancelled is not None
    assert (cancelled.state, cancelled.attempts, len(decisions())) == (State.CANCELLED, 0, 20)


def test_a_job_that_runs_ends_at_its_next_report_and_can_be_asked_for_again(log: Path) -> None:
    job_id = start(count=200, milliseconds=20)
    with at_work(log):
        until(OFFICER, job_id, runs)
        assert commands.cancel(OFFICER, job_id) is State.RUNNING
        ended = until_ended(OFFICER, job_id)
        assert (ended.state, ended.cancel_asked) == (State.CANCELLED, True)
        done = len(decisions())
        assert 0 < done < 200
        again = commands.start(OFFICER, "units", {"count": done + 5, "milliseconds": 0, "name": "a"}, "a")
        assert again != job_id
        assert until_ended(OFFICER, again).result == {"units": done + 5, "found": done}
    assert len(decisions()) == done + 5


def test_who_may_look_at_a_job_and_cancel_it() -> None:
    job_id = start()
    colleague = replace(OFFICER, actor="Z0002")
    without = replace(OFFICER, rights=frozenset())
    for access in (OFFICER, colleague, without):
        assert queries.job(access, job_id) is not None
        assert [row.job_id for row in queries.jobs(access, "units")] == [job_id]
    assert queries.job(STRANGER, job_id) is None
    assert queries.jobs(STRANGER) == []
    with pytest.raises(RefusedError, match="権限がありません"):
        commands.cancel(STRANGER, job_id)
    assert commands.cancel(colleague, job_id) is State.CANCELLED
    actions = rows("SELECT chain, action, detail FROM access_accessrecord ORDER BY recorded_at, chain")
    assert [(chain, action, json.loads(detail)["job"]) for chain, action, detail in actions] == [
        ("Z0001", "job.start", job_id),
        ("Z0002", "job.cancel", job_id),
    ]


def test_a_refusal_ends_the_job_with_its_findings(log: Path) -> None:
    job_id = commands.start(OFFICER, "refused", {}, "a")
    with at_work(log):
        ended = until_ended(OFFICER, job_id)
    assert (ended.state, ended.stage, ended.done) == (State.REFUSED, "検査", 1)
    (finding,) = ended.findings
    assert (finding.severity, finding.rule) == (Severity.ERROR, "report-missing")
    assert str(finding) == "3行目: 所得資料がありません。 資料を取り込んでください。"
    assert ended.refusal is not None
    assert ended.refusal.ground == "期限を過ぎています。"
    assert_nobody_is_named(log)


@pytest.mark.parametrize(("kind", "fault"), [("failing", "ValueError"), ("odd", "TypeError")])
def test_an_unforeseen_error_ends_the_job_with_its_place_and_nobodys_name(log: Path, kind: str, fault: str) -> None:
    job_id = commands.start(OFFICER, kind, {}, "a")
    with at_work(log):
        ended = until_ended(OFFICER, job_id)
    assert ended.state is State.FAILED
    assert ended.fault.startswith(f"{fault}（")
    assert kind in log.read_text()
    assert_nobody_is_named(log)
    assert commands.start(OFFICER, kind, {}, "a") != job_id


def assert_nobody_is_named(log: Path) -> None:
    """Neither in the job's row, nor in the queue's, nor in what the worker said."""
    kept = rows("SELECT j::text, q::text FROM jobs_job j, procrastinate_jobs q")
    assert kept
    assert NAME not in str(kept)
    assert NAME not in log.read_text()


def told_to_end(log: Path, job_id: int) -> None:
    with at_work(log):
        until(OFFICER, job_id, runs)
    row = queries.job(OFFICER, job_id)
    assert row is not None
    assert (row.state, row.done) == (State.WAITING, len(decisions()))


def killed(log: Path, job_id: int) -> None:
    worker = begin(log)
    until(OFFICER, job_id, runs)
    worker.kill()
    worker.wait()
    row = queries.job(OFFICER, job_id)
    assert row is not None
    assert row.state is State.RUNNING


@pytest.mark.parametrize("stop", [told_to_end, killed])
def test_the_next_worker_goes_on_where_the_last_one_stopped(log: Path, stop: Callable[[Path, int], None]) -> None:
    job_id = start(count=100, milliseconds=20)
    stop(log, job_id)
    done = len(decisions())
    assert 0 < done < 100
    with at_work(log):
        ended = until_ended(OFFICER, job_id)
    assert (ended.state, ended.attempts, ended.result) == (State.DONE, 2, {"units": 100, "found": done})
    assert decisions() == [(number, "Z0001", NOW) for number in range(100)]


def test_a_job_whose_worker_died_is_cancelled_at_once_and_not_taken_up(log: Path) -> None:
    job_id = start(count=100, milliseconds=20)
    killed(log, job_id)
    done = len(decisions())
    assert commands.cancel(OFFICER, job_id) is State.CANCELLED
    assert commands.cancel(OFFICER, job_id) is State.CANCELLED
    with at_work(log):
        until_ended(OFFICER, start("b", count=0))
    cancelled = queries.job(OFFICER, job_id)
    assert cancelled is not None
    assert (cancelled.state, cancelled.attempts, len(decisions())) == (State.CANCELLED, 1, done)


def test_two_workers_do_a_job_once(log: Path) -> None:
    job_id = start(count=300, milliseconds=20)
    with at_work(log):
        until(OFFICER, job_id, runs)
        with at_work(log):
            ended = until_ended(OFFICER, job_id)
    assert (ended.state, ended.attempts) == (State.DONE, 1)
    assert log.read_text() == ""


def test_a_worker_that_is_kept_is_started_again_when_it_dies(log: Path) -> None:
    job_id = start(count=100, milliseconds=30)
    with at_work(log, "keep") as keeper:
        until(OFFICER, job_id, runs)
        (child,) = Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)
        assert until_ended(OFFICER, job_id).attempts == 2
    assert len(decisions()) == 100
