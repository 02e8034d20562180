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
from tests.guards.protected import CANARIES, OPEN_STREET, World, leaks, readings

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


def import_reports(world: World) -> Iterator[Output]:
    """An employer knows where the protected live, and writes it; what the import and the work list say must not."""
    import csv

    from yakuba.exchange.income_reports.layout import layout
    from yakuba.registers.income_reports.columns import Kind

    address = f"{CANARIES['町字']}{CANARIES['番地']}{CANARIES['方書']}"
    known = {
        "訂正表示": "0",
        "年分": "07",
        "受領年月日": "2026-01-20",
        "支払者_指定番号": "9001",
        "支払者_氏名又は名称": "架空商事",
    }
    amounts = {"支払金額": "3000000", "源泉徴収税額": "0", "社会保険料等の金額": "0", "住所": address, "摘要": address}
    people = [
        ("試験1　母", "1980-05-01"),
        ("試験1　母", "1980-05-09"),
        ("試験2　男", "1980-05-02"),
        ("試験1　母", "1980-05-01"),
    ]
    rows = [
        {**known, **amounts, "整理番号": str(at), "氏名": name, "生年月日": born}
        for at, (name, born) in enumerate(people)
    ]
    rows[2]["住所"] = f"{address}\ue000"
    rows[3]["住所"] = "東京都架空区別町1番1号"
    with tempfile.TemporaryDirectory() as folder:
        file, findings = Path(folder) / "salary.csv", Path(folder) / "findings.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, [column.name for column in layout(Kind.SALARY).columns], restval="")
            writer.writeheader()
            writer.writerows(rows)
        arguments = ["reports", "import", "salary", str(file), "--findings", str(findings)]
        outcome = CliRunner().invoke(command_line, arguments)
        assert "取り込んだ資料 3（うち名寄せ未確定 2）" in outcome.output, outcome.output
        yield "reports import", outcome.output
        yield "findings", findings.read_bytes()
    outcome = CliRunner().invoke(command_line, ["reports", "work-list", "2026"])
    assert outcome.output.count("試験1　母") == 2, outcome.output
    yield "reports work-list", outcome.output


def make_up_reports(world: World) -> Iterator[Output]:
    """Files in which people's addresses stand: the neighbour's does, that of the protected and of their households not."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = CliRunner().invoke(command_line, ["reports", "make-up", "2027", folder])
        assert outcome.exception is None, outcome.output
        assert "支援措置のため" in outcome.output
        yield "reports make-up", outcome.output
        files = [file.read_bytes() for file in sorted(Path(folder).iterdir())]
        assert any(OPEN_STREET in text for file in files for text in readings(file)), "the neighbour is in no file"
        yield from ((f"reports make-up {at}", content) for at, content in enumerate(files))


NOBODY = "says nothing about any resident"
NUMBERS = (
    "works on a file of numbers, past the registers; columns that are no number of the rules pass only where asked for"
)
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
    "jobs": NOBODY,
    "law columns": NUMBERS,
    "law compare": NUMBERS,
    "law evaluate": NUMBERS,
    "law explain": NUMBERS,
    "law graph": NUMBERS,
    "lint": NOBODY,
    "migrate": NOBODY,
    "register refold": "prints a count; works on the tables as their owner",
    "register verify": run("register", "verify"),
    "reports import": import_reports,
    "reports make-up": make_up_reports,
    "reports work-list": import_reports,
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
    "tax post": "puts figures of tax into the registers and prints a number",
    "tax propose": "works out figures of tax by resident number and prints sums",
    "tax statistics": "adds up what was decided, by step and by sort of income, and asks the registers for no address",
    "test": NOBODY,
    "town certifier": NOBODY,
    "town create": "makes a made-up town and prints counts",
    "worker": "does what the pages and commands above start",
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
    from yakuba.desks.cli import audit, register, reports, residents

    for module in (audit, register, reports, residents):
        monkeypatch.setattr(module, "open_registers", lambda: None)
    monkeypatch.setattr(audit, "data_folder", lambda: tmp_path)
    caplog.set_level(logging.DEBUG)
    drivers = dict.fromkeys(driver for driver in COMMANDS.values() if not isinstance(driver, str))
    outputs = [output for driver in drivers for output in driver(world)]
    outputs += [(made.name, made.read_bytes()) for made in tmp_path.rglob("*.json")]
    assert {what: found for what, content in outputs if (found := leaks(content))} == {}
    assert leaks(caplog.text) == []
