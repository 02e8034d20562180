"""`yakuba jobs`: the list, the bar and the cancellation, and nothing about any resident."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.registers.jobs.workers import at_work, runs, until, until_ended

from yakuba.desks.cli import commands as command_line
from yakuba.desks.cli import jobs as command
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.jobs import commands, queries
from yakuba.registers.jobs.states import State

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"]), pytest.mark.slow]
NOW = datetime(2026, 6, 1, 1, 2, tzinfo=UTC)
OFFICER = Access("Z0001", Purpose.TAX, NOW, "本庁2階", frozenset({"assess_tax"}))


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "open_registers", lambda: None)


def yakuba_jobs(*arguments: str) -> Result:
    return CliRunner().invoke(command_line, ["jobs", *arguments])


def start(count: int, milliseconds: int) -> int:
    return commands.start(OFFICER, "units", {"count": count, "milliseconds": milliseconds, "name": "a"}, "a")


def test_nothing_was_asked_for_yet() -> None:
    assert yakuba_jobs().output == "処理はまだありません。\n"
    outcome = yakuba_jobs("--cancel", "7")
    assert (outcome.exit_code, "7 番の処理はありません" in outcome.output) == (1, True)


def test_a_job_is_watched_to_its_end(tmp_path: Path) -> None:
    job_id = start(40, 20)
    assert yakuba_jobs().output.split() == [str(job_id), "2026-06-01", "10:02", "Z0001", "試験の処理", "待機中"]
    with at_work(tmp_path / "log"):
        watched = yakuba_jobs("--watch")
    assert (watched.exit_code, watched.output.split()[5:]) == (0, ["完了", "決定", "40／40（100%）"])


def test_a_job_is_cancelled_from_the_command_line(tmp_path: Path) -> None:
    job_id = start(400, 20)
    with at_work(tmp_path / "log"):
        until(OFFICER, job_id, runs)
        assert re.search(r"実行中  決定 \d+／400（\d+%）  取消し待ち", yakuba_jobs("--cancel", str(job_id)).output)
        assert until_ended(OFFICER, job_id).state is State.CANCELLED
    row = queries.job(OFFICER, job_id)
    assert row is not None
    assert row.done < row.total


def test_the_bar_is_shown_until_all_have_ended(tmp_path: Path) -> None:
    job_id = start(20, 20)
    with at_work(tmp_path / "log"):
        (ended,) = command.follow(OFFICER, [job_id])
    assert ended.result == {"units": 20, "found": 0}
