"""The set-up of the Python environment, on requirement files that ask for nothing (so that no index is needed)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from yakuba.settings import environment


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with two empty groups."""
    requirements = tmp_path / "checkout" / "requirements"
    requirements.mkdir(parents=True)
    for group in ("installer", "core", "test"):
        (requirements / f"{group}.txt").write_text("# nothing\n", encoding="ascii")
    return tmp_path / "checkout"


def test_it_is_made_once_and_again_when_a_pin_changes(root: Path) -> None:
    place = root / ".venv"
    assert environment.prepare(root, place, {"core"}) == 0
    stamp = (place / environment.STAMP_NAME).read_text(encoding="utf-8")
    (place / "here").touch()
    made_at = (place / "pyvenv.cfg").stat().st_mtime_ns
    assert environment.prepare(root, place, {"core"}) == 0
    (root / "requirements" / "core.txt").write_text("# still nothing\n", encoding="ascii")
    assert environment.prepare(root, place, {"core"}) == 0
    assert (place / environment.STAMP_NAME).read_text(encoding="utf-8") != stamp
    assert (place / "pyvenv.cfg").stat().st_mtime_ns == made_at
    # A group once asked for stays, also when only the plain one is asked for.
    assert environment.prepare(root, place, {"test"}) == 0
    assert environment.prepare(root, place, {"core"}) == 0
    assert environment.installed_groups(place) == {"core", "test"}
    assert (place / "here").exists()


def test_a_killed_set_up_is_begun_again_from_nothing(root: Path) -> None:
    place = root / ".venv"
    assert environment.prepare(root, place, {"core"}) == 0
    (place / environment.STAMP_NAME).unlink()
    (place / "half-written").touch()
    assert environment.prepare(root, place, {"core"}) == 0
    assert not (place / "half-written").exists()


def test_a_folder_that_is_no_environment_is_not_removed(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    place = root / "precious"
    place.mkdir()
    (place / "letter").touch()
    assert environment.prepare(root, place, {"core"}) == environment.EXIT_UNAVAILABLE
    assert (place / "letter").exists()
    assert "消さずに止まります" in capfd.readouterr().err


def test_two_at_once_make_one(root: Path) -> None:
    command = [sys.executable, "-S", environment.__file__, str(root), str(root / ".venv"), "core"]
    racers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [racer.communicate(timeout=120)[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0]
    assert sum("実行環境を整えています" in text for text in told) == 1
