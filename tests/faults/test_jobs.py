"""A job whose worker, or whose database, is killed again and again does everything once; the server's worker comes and goes."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.faults.conftest import Town
from tests.faults.job_actor import ASKED_AT, SETTINGS
from tests.faults.test_killed import kill_the_server

from yakuba.settings.paths import ROOT
from yakuba.settings.worker import command

ROUNDS = int(os.environ.get("YAKUBA_FAULT_ROUNDS", "1"))
SEED = int(os.environ.get("YAKUBA_FAULT_SEED", "1"))
PATIENCE_SECONDS = 60.0
UNITS, MILLISECONDS, KILLS = 300, 10, 5
LONG_SECONDS = 5
"""After so long without a database a worker gives up."""
pytestmark = [pytest.mark.db, pytest.mark.slow]


def asked(town: Town, units: int) -> int:
    """The number of a job of so many units."""
    actor = [sys.executable, "-m", "tests.faults.job_actor", str(units), str(MILLISECONDS)]
    outcome = subprocess.run(actor, cwd=ROOT, env=town.environment, capture_output=True, text=True, check=True)
    return int(outcome.stdout)


def begin(town: Town, task: str = "work") -> subprocess.Popen[bytes]:
    """A worker of the town; what it complains of is kept."""
    environment = {**town.environment, "DJANGO_SETTINGS_MODULE": SETTINGS}
    with open(town.complaint, "ab") as complaint:
        return subprocess.Popen(command(task), cwd=ROOT, env=environment, stderr=complaint)


def seen(town: Town, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(town.address.owner_dsn) as connection:
        return connection.execute(query).fetchall()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def state(town: Town) -> str:
    return str(seen(town, "SELECT state FROM jobs_job")[0][0])


def units(town: Town) -> int:
    return int(seen(town, "SELECT count(*) FROM decisions_decision")[0][0])


def assert_done_once(town: Town, count: int, attempts: int) -> None:
    """Every unit once, as who asked and when, however often it was begun; and the chain of access records whole."""
    decisions = seen(town, "SELECT resident_id, decided_by, decided_at FROM decisions_decision ORDER BY resident_id")
    assert decisions == [(number, "Z0001", ASKED_AT) for number in range(count)]
    assert seen(town, "SELECT state, done, total, attempts FROM jobs_job") == [("done", count, count, attempts)]
    records = seen(town, "SELECT number FROM access_accessrecord WHERE chain = 'Z0001' ORDER BY number")
    assert [number for (number,) in records] == list(range(1, count + 2))
    assert seen(town, "SELECT status::text FROM procrastinate_jobs") == [("succeeded",)]
    assert town.check()["findings"] == []


def test_a_worker_killed_again_and_again_does_every_unit_once(town: Town) -> None:
    kills = KILLS * ROUNDS
    count = UNITS * ROUNDS
    asked(town, count)
    chance = random.Random(SEED)
    for _ in range(kills):
        before = units(town)
        worker = begin(town)
        until(lambda before=before: units(town) > before)
        time.sleep(chance.uniform(0, 0.3))
        worker.kill()
        worker.wait()
        assert state(town) == "running", "the job had ended before it was killed"
    worker = begin(town)
    until(lambda: state(town) == "done")
    # Killed at this point or ended well: the queue is told either way, by this worker or by the next.
    worker.terminate()
    assert worker.wait(PATIENCE_SECONDS) == 0
    assert_done_once(town, count, kills + 1)


def test_a_job_outlives_the_death_of_the_database(town: Town) -> None:
    asked(town, UNITS)
    keeper = begin(town, "keep")
    try:
        until(lambda: units(town) > 0)
        kill_the_server(town)
        time.sleep(LONG_SECONDS)
        until(lambda: state(town) == "done")
        until(lambda: seen(town, "SELECT status::text FROM procrastinate_jobs") == [("succeeded",)])
    finally:
        keeper.terminate()
        keeper.wait(PATIENCE_SECONDS)
    assert_done_once(town, UNITS, 2)


def test_a_worker_ends_when_nobody_keeps_it_any_more(town: Town) -> None:
    keeper = begin(town, "keep")
    until(lambda: sorted(workers(town).values()) == ["keep", "work"])
    keeper.kill()
    keeper.wait()
    until(lambda: workers(town) == {})


@contextmanager
def serving(town: Town) -> Iterator[subprocess.Popen[bytes]]:
    """`yakuba serve` on the data folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in town.environment.items() if not name.startswith("YAKUBA_DATABASE")}
    web = [sys.executable, "-m", "yakuba", "serve", "--port", str(port)]
    with subprocess.Popen(web, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_pages_have_a_worker_that_ends_with_them(town: Town, number: signal.Signals) -> None:
    with serving(town) as web:
        until(lambda: len(workers(town)) == 2)
        worker = next(process for process, task in workers(town).items() if task == "work")
        os.kill(worker, signal.SIGKILL)
        until(lambda: set(workers(town).values()) == {"keep", "work"} and worker not in workers(town))
        environment = Path(f"/proc/{next(iter(workers(town)))}/environ").read_bytes()
        assert b"YAKUBA_DATABASE_OWNER" not in environment
        web.send_signal(number)
        web.wait(PATIENCE_SECONDS)
        until(lambda: workers(town) == {})


def workers(town: Town) -> dict[int, str]:
    """Process → task of the workers on the town's data folder."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"yakuba.settings.worker" not in words:
                continue
            environment = (folder / "environ").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if f"YAKUBA_DATA={town.data}".encode() in environment:
            found[int(folder.name)] = words[words.index(b"yakuba.settings.worker") + 1].decode()
    return found
