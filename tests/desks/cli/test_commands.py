"""The command line as a person meets it: through ./yakuba, in Japanese, with its exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yakuba.desks.cli import commands
from yakuba.desks.cli.database import runtime_environment
from yakuba.settings.paths import ROOT


def yakuba(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command line on a data folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("YAKUBA_", "DATABASE_"))}
    environment |= {"YAKUBA_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "yakuba", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["mistake"], "mistake というコマンドはありません。\n`yakuba --help`"),
        (["db", "mistake"], "mistake というコマンドはありません。\n`yakuba db --help`"),
        (["serve", "--mistake"], "--mistake というオプションはありません。"),
        (["serve", "--port", "x"], "--port の値が正しくありません。整数です。"),
        (["lint", "--only", "x"], "書き方、体裁、型、依存の向き のどれかです。"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_where_help_is(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    outcome = yakuba(*arguments, data=tmp_path / "data")
    assert outcome.returncode == 2
    assert told in outcome.stderr
    assert "に使い方があります" in outcome.stderr


@pytest.mark.parametrize("name", [[], *([name] for name in commands.modules)])
def test_every_command_explains_itself(name: list[str], tmp_path: Path) -> None:
    outcome = yakuba(*name, "--help", data=tmp_path / "data")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.startswith("使い方: yakuba")


def test_asking_for_the_state_starts_and_makes_nothing(tmp_path: Path) -> None:
    outcome = yakuba("db", "status", data=tmp_path / "data")
    assert (outcome.returncode, outcome.stdout) == (0, f"まだありません（{tmp_path / 'data'}）\n")
    assert not (tmp_path / "data").exists()


def test_the_web_server_is_not_given_the_owners_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("YAKUBA_DATABASE_OWNER", "YAKUBA_DATABASE_RUNTIME", "DATABASE_URL"):
        monkeypatch.setenv(name, "dbname=town")
    kept = runtime_environment()
    assert kept["YAKUBA_DATABASE_RUNTIME"] == "dbname=town"
    assert {"YAKUBA_DATABASE_OWNER", "DATABASE_URL"}.isdisjoint(kept)


def test_a_server_that_cannot_be_had_ends_with_69(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**os.environ, "YAKUBA_DATA": str(tmp_path / "data"), "YAKUBA_POSTGRES": "/nowhere"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "yakuba", "db", "start"]
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == 69
    assert "PostgreSQL 15 以降が見つかりません（YAKUBA_POSTGRES=/nowhere）" in outcome.stderr
