"""`yakuba reports`: 給与支払報告書, 公的年金等支払報告書, 確定申告 and 住民税申告 in as CSV, and the work that they leave."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.progress import progress_bar
from yakuba.registers.income_reports.columns import Kind

if TYPE_CHECKING:
    from yakuba.exchange.income_reports.importing import Imported
    from yakuba.kernel.findings import Finding
    from yakuba.registers.access.door import Access

SHOWN = 20
"""How many findings or open items the terminal shows."""


@click.group(cls=JapaneseGroup, help="住民税の所得資料（給報・年金報・確定申告・住民税申告）を取り込む")
def command() -> None:
    """The group itself does nothing."""


@command.command(name="import", help="CSVを検査して取り込み、住民に名寄せする。誤りのある資料は保留し、ほかを取り込む")
@click.argument("kind", type=click.Choice([str(kind) for kind in Kind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--findings", "out", type=click.Path(dir_okay=False, path_type=Path), help="所見をCSVに書き出す")
def import_file(kind: str, file: Path, out: Path | None) -> None:
    """Exit code 1 when there is an error among the findings."""
    open_registers()
    # Their imports need Django set up.
    from yakuba.exchange.income_reports.check import check_file
    from yakuba.exchange.income_reports.importing import import_reports
    from yakuba.exchange.income_reports.report import write_findings
    from yakuba.kernel.findings import has_errors

    access = _access()
    checked = check_file(file, Kind(kind), today=access.today)
    with progress_bar("取込み（件）") as advance:
        result = import_reports(checked, access=access, progress=lambda done: advance(done, checked.row_count))
    if out is not None:
        write_findings(result.findings, checked.form, out)
    _show_findings(result.findings)
    _show_result(result)
    if has_errors(result.findings):
        sys.exit(1)


@command.command(
    name="make-up", help="架空の町の所得資料を様式どおりのCSVにつくる（FOLDER を省くと、そのまま台帳に取り込む）"
)
@click.argument("fiscal_year", type=int)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="種",
    help="同じ町と種からは同じ資料ができる",
)
@click.option(
    "--unknown",
    type=click.IntRange(0, 1000),
    default=0,
    metavar="件",
    help="台帳にいない人の資料（CSVの1,000件あたり）",
)
def make_up(fiscal_year: int, folder: Path | None, seed: int, unknown: int) -> None:
    """FISCAL_YEAR is the western year of the 年度. For towns that `yakuba town create` made: nobody's figures are real."""
    open_registers()
    # Their imports need Django set up.
    from yakuba.exchange.made_up_town import income_town
    from yakuba.law.rules.resident_tax import FISCAL_YEARS

    if fiscal_year not in FISCAL_YEARS:
        raise click.BadParameter(f"{fiscal_year}年度の資料はつくれません（{FISCAL_YEARS[0]}–{FISCAL_YEARS[-1]}年度）。")
    access = _access()
    if folder is not None:
        return _write_files(access, fiscal_year, folder, seed, unknown / 1000)
    with progress_bar("所得資料（件）") as advance:
        taken = income_town.take_in(
            access, fiscal_year=fiscal_year, known_at=access.now, seed=seed, progress=lambda done: advance(done, done)
        )
    click.echo(
        f"取り込んだ資料 {taken.added:,}（うち名寄せ未確定 {taken.open_count:,}）、"
        f"受領済みの資料 {taken.unchanged:,}、保留した資料 {taken.refused:,}"
    )
    return None


def _write_files(access: Access, fiscal_year: int, folder: Path, seed: int, unknown_share: float) -> None:
    """One file a kind. Whoever's address tells where a protected person lives is in none of them."""
    from yakuba.exchange.income_reports.layout import layout
    from yakuba.exchange.income_reports.writing import write_header, write_rows
    from yakuba.exchange.made_up_town import income_town

    everybody = income_town.people_of(access, fiscal_year=fiscal_year, known_at=access.now)
    people = income_town.without_hidden(access, everybody)
    made = income_town.town_reports(access, people, fiscal_year=fiscal_year, seed=seed, unknown_share=unknown_share)
    folder.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys(Kind, 0)
    with ExitStack() as stack:
        files = {kind: stack.enter_context((folder / f"{kind}.csv").open("wb")) for kind in Kind}
        for kind, out in files.items():
            write_header(layout(kind), out)
        for part in made:
            for kind, out in files.items():
                counts[kind] += write_rows(part.reports, part.relatives, layout(kind), out)
    for kind, count in counts.items():
        click.echo(f"{folder / f'{kind}.csv'}: {count:,}件")
    if people.height < everybody.height:
        click.echo(f"支援措置のため、{everybody.height - people.height:,}人の資料はつくりませんでした。")


@command.command(name="work-list", help="名寄せの未確定と、資料どうしの食い違いを表示する")
@click.argument("fiscal_year", type=int)
def work_list(fiscal_year: int) -> None:
    """FISCAL_YEAR is the western year of the 年度. Exit code 1 when there is work."""
    open_registers()
    # Its imports need Django set up.
    from yakuba.registers.income_reports.queries import contradictions, open_matches

    access = _access()
    waiting = open_matches(access, fiscal_year=fiscal_year, limit=SHOWN)
    for one in waiting:
        click.echo(f"資料{one.report_id}: {one.name}（{one.birth_date}生） {one.payer_name} {one.why}")
    found = contradictions(access, fiscal_year=fiscal_year)
    _show_findings(found)
    if waiting or found:
        sys.exit(1)
    click.echo("作業はありません。")


def _access() -> Access:
    from yakuba.registers.access.door import Access, Purpose

    rights = frozenset({"view_individual_numbers"})
    return Access(
        actor="command-line", purpose=Purpose.TAX, now=datetime.now(UTC), place="yakuba reports", rights=rights
    )


def _show_findings(findings: list[Finding]) -> None:
    for finding in findings[:SHOWN]:
        click.echo(str(finding), err=True)
    if len(findings) > SHOWN:
        click.echo(f"ほかに{len(findings) - SHOWN:,}件。", err=True)


def _show_result(result: Imported) -> None:
    from yakuba.exchange.income_reports.report import counts

    click.echo(f"読んだ行 {result.row_count:,}")
    click.echo(
        f"取り込んだ資料 {result.added:,}（うち名寄せ未確定 {result.open_count:,}）、"
        f"受領済みの資料 {result.unchanged:,}、保留した資料 {result.held_back:,}"
    )
    for level, rule, count in counts(result.findings):
        click.echo(f"  {level} {rule} {count:,}件")
