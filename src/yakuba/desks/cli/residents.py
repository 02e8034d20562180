"""`yakuba residents`: people and their histories in and out as CSV with the national data list's item names."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.progress import Advance, progress_bar

if TYPE_CHECKING:
    from rich.progress import Progress

    from yakuba.exchange.standard_files.importing import Imported
    from yakuba.kernel.findings import Finding
    from yakuba.registers.access.door import Access
    from yakuba.registers.residents.frames import TownPart

SHOWN_FINDINGS = 20
"""How many findings the terminal shows; --findings has all."""


@click.group(cls=JapaneseGroup, help="住民と世帯と履歴を、標準の項目名のCSVで取り込む・書き出す")
def command() -> None:
    """The group itself does nothing."""


@command.command(name="import", help="CSVを検査して取り込む。誤りのある人は全部の行を保留し、ほかの人を取り込む")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--findings", "out", type=click.Path(dir_okay=False, path_type=Path), help="所見をCSVに書き出す")
def import_file(file: Path, out: Path | None) -> None:
    """Exit code 1 when there is an error among the findings."""
    open_registers()
    # Their imports need Django set up.
    from yakuba.exchange.standard_files.check import check_file
    from yakuba.exchange.standard_files.importing import import_people
    from yakuba.exchange.standard_files.report import write_findings
    from yakuba.kernel.findings import has_errors
    from yakuba.registers.residents.queries.histories import histories_of

    access = _access()
    with _progress() as bar:
        checking = bar.add_task("検査（行）", total=None)
        checked = check_file(file, today=access.today, progress=lambda done: bar.update(checking, completed=done))
        bar.update(checking, total=checked.row_count)
        loading = bar.add_task("取込み（人）", total=checked.person_count - len(checked.held))
        result = import_people(
            checked,
            access=access,
            known=lambda numbers: histories_of(access, numbers),
            progress=lambda done: bar.update(loading, completed=done),
        )
    if out is not None:
        write_findings(result.findings, out)
    _show_findings(result.findings)
    _show_result(result)
    if has_errors(result.findings):
        sys.exit(1)


@command.command(name="export", help="取り込むときと同じ様式で書き出す（FILE を省くと標準出力）")
@click.argument("file", type=click.File("wb", lazy=True), default="-")
@click.option("--all-items", is_flag=True, help="様式の全項目を書き出す（省くと基本の項目）")
@click.option("--without-individual-numbers", is_flag=True, help="個人番号を空欄にする")
def export_file(file: BinaryIO, all_items: bool, without_individual_numbers: bool) -> None:
    """Says how many people's addresses are left out for their protection."""
    open_registers()
    # Their imports need Django set up.
    from yakuba.exchange.standard_files.writing import write_file
    from yakuba.registers.residents.queries.histories import all_histories
    from yakuba.registers.residents.queries.names import resident_count

    hidden: set[int] = set()
    stopped: set[int] = set()
    parts = all_histories(_access(), individual_numbers=not without_individual_numbers, hidden=hidden, stopped=stopped)
    with progress_bar("書出し（人）") as advance:
        written = write_file(_counted(parts, resident_count(), advance), file, all_items=all_items)
    click.echo(f"{written.person_count:,}人（{written.row_count:,}行）を書き出しました。", err=True)
    if hidden:
        click.echo(f"支援措置のため、{len(hidden):,}人の住所の項目を空欄にしました。", err=True)
    if stopped:
        click.echo(f"抑止のため、{len(stopped):,}人を書き出しませんでした。", err=True)
    for name, count in written.left_out.items():
        click.echo(
            f"基本の項目にないため書き出さなかった値: {name} {count:,}件（--all-items で書き出せます）", err=True
        )


def _counted(parts: Iterable[TownPart], total: int, advance: Advance) -> Iterator[TownPart]:
    """The parts; when the next one is asked for, the one before has been written."""
    done = 0
    for part in parts:
        yield part
        done += part.residents.height
        advance(done, total)


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def _access() -> Access:
    from yakuba.registers.access.door import Access, Purpose

    rights = frozenset({"view_individual_numbers"})
    return Access(
        actor="command-line", purpose=Purpose.MIGRATION, now=datetime.now(UTC), place="yakuba residents", rights=rights
    )


def _show_findings(findings: list[Finding]) -> None:
    for finding in findings[:SHOWN_FINDINGS]:
        click.echo(str(finding), err=True)
    if len(findings) > SHOWN_FINDINGS:
        click.echo(f"ほかに{len(findings) - SHOWN_FINDINGS:,}件。全部は --findings で書き出せます。", err=True)


def _show_result(result: Imported) -> None:
    from yakuba.exchange.standard_files.report import counts

    click.echo(f"読んだ行 {result.row_count:,}")
    click.echo(
        f"取り込んだ人 {result.loaded:,}、履歴を加えた人 {result.longer:,}、変わらない人 {result.unchanged:,}、保留した人 {result.held_back:,}"
    )
    for level, rule, count in counts(result.findings):
        click.echo(f"  {level} {rule} {count:,}件")
