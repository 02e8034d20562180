"""The real worker as a process of its own, with the handlers of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from yakuba.registers.access.door import Access
from yakuba.registers.jobs import queries
from yakuba.registers.jobs.queries import JobRow
from yakuba.registers.jobs.states import State
from yakuba.settings.paths import ROOT

PATIENCE_SECONDS = 40.0


def begin(log: Path, task: str = "work", *parent: str) -> subprocess.Popen[bytes]:
    """A worker at work; what it complains of stands in the log. Its warnings are errors, as the tests' are."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tests.registers.jobs.settings",
        "PYTHONWARNINGS": "error",
    }
    command = [sys.executable, "-m", "yakuba.settings.worker", task, *parent]
    with open(log, "ab") as complaints:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=complaints)


@contextmanager
def at_work(log: Path, task: str = "work") -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is told to end afterwards, and then ends well."""
    worker = begin(log, task)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(PATIENCE_SECONDS)
    assert worker.returncode == 0, log.read_text(encoding="utf-8")


def until(access: Access, job_id: int, holds: Callable[[JobRow], bool]) -> JobRow:
    """The job as soon as this holds of it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        row = queries.job(access, job_id)
        assert row is not None
        if holds(row):
            return row
        if row.state.has_ended:
            break
        time.sleep(0.02)
    raise AssertionError(f"the job stands at {row}")


def until_ended(access: Access, job_id: int) -> JobRow:
    """The job when it has ended."""
    return until(access, job_id, lambda row: row.state.has_ended)


def runs(row: JobRow) -> bool:
    """Whether a worker has done a part of it."""
    return row.state is State.RUNNING and row.done > 0
