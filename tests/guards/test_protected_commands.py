"""支援措置: every command of the command line, driven for protected people; one not listed here fails by its name."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.guards.driving import Driver, Output, both
from tests.guards.protected import OPEN_STREET, World, leaks, readings

from yakuba.desks.cli import commands as command_line

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def run(*arguments: str, file: str = "") -> Driver:
    """The command, in this process and this transaction; what it says, and the file that it makes."""

    def drive(world: World) -> Iterator[Output]:
        with tempfile.TemporaryDirectory() as folder:
            filled = [argument.format(folder=folder) for argument in arguments]
            outcome = CliRunner().invoke(command_line, filled)
            assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
            yield " ".join(arguments), outcome.output
            for made in Path(folder).rglob("*"):
                if made.is_file():
                    yield f"{' '.join(arguments)}: {made.name}", made.read_bytes()

    return drive


def export_and_import(world: World) -> Iterator[Output]:
    """What was exported comes back: the findings on it must not tell what the file leaves out."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/residents.csv"
        CliRunner().invoke(command_line, ["residents", "export", file, "--all-items"])
        exported = Path(file).read_bytes()
        assert any(OPEN_STREET in text for text in readings(exported)), "the neighbour is not in the export"
        yield "export", exported
        outcome = CliRunner().invoke(
            command_line, ["residents", "import", file, "--findings", f"{folder}/findings.csv"]
        )
        yield "import", outcome.output
        if Path(f"{folder}/findings.csv").exists():
            yield "findings", Path(f"{folder}/findings.csv").read_bytes()


NOBODY = "says nothing about any resident"
COMMANDS: dict[str, Driver | str] = {
    "audit blocked": run("audit", "blocked"),
    "audit seal": run("audit", "seal"),
    "audit verify": run("audit", "verify"),
    "bench": "makes a made-up town of its own and prints times",
    "backup": "encrypted as a whole: tests/faults/test_backup.py looks for readable words in it",
    "db psql": "the administrator's own way in, past the product",
    "db start": NOBODY,
    "db status": NOBODY,
    "db stop": NOBODY,
    "demo": "makes a made-up town of its own and prints counts; its pages are those above",
    "lint": NOBODY,
    "migrate": NOBODY,
    "register refold": "prints a count; works on the tables as their owner",
    "register verify": run("register", "verify"),
    "resident-codes receive": "takes codes in and prints a count",
    "residents export": both(
        run("residents", "export", "{folder}/all.csv", "--all-items"),
        run("residents", "export", "{folder}/basic.csv"),
        run("residents", "export", "--all-items"),
    ),
    "residents import": export_and_import,
    "restore": "prints counts; what it brings back is shown by the same pages and commands",
    "serve": "opens the pages above",
    "staff create": NOBODY,
    "test": NOBODY,
    "town certifier": NOBODY,
    "town create": "makes a made-up town and prints counts",
}
"""Command → how it is driven, or why nothing about a resident comes out of it."""


def command_names(group: click.Group = command_line, before: str = "") -> Iterator[str]:
    """Every command of the command line, by its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from command_names(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_is_listed() -> None:
    assert sorted(set(command_names()) ^ COMMANDS.keys()) == []


def test_no_command_tells_where_the_protected_are(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from yakuba.desks.cli import audit, register, residents

    for module in (audit, register, residents):
        monkeypatch.setattr(module, "open_registers", lambda: None)
    monkeypatch.setattr(audit, "data_folder", lambda: tmp_path)
    caplog.set_level(logging.DEBUG)
    drivers = [driver for driver in COMMANDS.values() if not isinstance(driver, str)]
    outputs = [output for driver in drivers for output in driver(world)]
    outputs += [(made.name, made.read_bytes()) for made in tmp_path.rglob("*.json")]
    assert {what: found for what, content in outputs if (found := leaks(content))} == {}
    assert leaks(caplog.text) == []
