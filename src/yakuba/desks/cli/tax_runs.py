"""`yakuba tax propose|post`: a town's assessment from the command line; a second person approves it on the desk."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.progress import Effort, stage_bar

if TYPE_CHECKING:
    from yakuba.registers.access.door import Access

SUMS = {
    "annual_tax": "年税額",
    "municipal_income_levy": "市町村民税所得割",
    "prefectural_income_levy": "道府県民税所得割",
    "forest_environment_tax": "森林環境税",
    "ordinary_tax": "普通徴収",
    "salary_tax": "給与特別徴収",
    "pension_tax": "年金特別徴収",
}


@click.command(help="賦課を起案して計算する（決定はしない）。結果は窓口の「賦課」で別の職員が承認する")
@click.argument("fiscal_year", type=int)
def propose(fiscal_year: int) -> None:
    """FISCAL_YEAR is the western year of the 年度. Exit code 1 where it is refused."""
    open_registers()
    # Its imports need Django set up.
    from yakuba.kernel.findings import RefusedError
    from yakuba.registers.decision_runs import queries
    from yakuba.services.resident_tax import commands

    access, effort = access_of_tax(), Effort()
    try:
        run_id = commands.propose(access, fiscal_year, uuid4())
        with stage_bar() as progress:
            commands.calculate_run(access, run_id, progress=progress)
    except RefusedError as refused:
        click.secho(str(refused), fg="red", err=True)
        sys.exit(1)
    run = queries.run(access, run_id)
    if run is not None:
        click.echo(f"一括決定{run_id}: {run.label}（{effort}）")
        show(run.steps["calculated"].summary)


@click.command(help="承認された賦課を決定し、調定する（途中で止まっても続きから）")
@click.argument("run_id", type=int)
@click.option("--on", "decided_on", type=click.DateTime(["%Y-%m-%d"]), help="会計日（既定は今日）", metavar="年月日")
def post(run_id: int, decided_on: datetime | None) -> None:
    """RUN_ID is the run's number. Exit code 1 where it is refused."""
    open_registers()
    # Its imports need Django set up.
    from yakuba.kernel.findings import RefusedError
    from yakuba.services.resident_tax import commands

    access, effort = access_of_tax(), Effort()
    day: date = decided_on.date() if decided_on else access.today
    try:
        with stage_bar() as progress:
            commands.post_run(access, run_id, decided_on=day, progress=progress)
    except RefusedError as refused:
        click.secho(str(refused), fg="red", err=True)
        sys.exit(1)
    click.echo(f"一括決定{run_id}を決定し、調定しました（{effort}）。")


def access_of_tax() -> Access:
    """The command line as the one who asks, with the right to assess."""
    from yakuba.registers.access.door import Access, Purpose

    return Access(
        actor="command-line", purpose=Purpose.TAX, now=datetime.now(UTC), place="yakuba tax",
        rights=frozenset({"assess_tax"}),
    )  # fmt: skip


def show(summary: Mapping[str, Any]) -> None:
    """計算結果の要約 on the terminal."""
    click.echo(
        f"決定する人 {summary['people']:,}、納税義務者 {summary['taxpayers']:,}（均等割のみ"
        f" {summary['per_capita_only']:,}）、申告も報告もない人 {summary['undeclared']:,}"
    )
    for name, label in SUMS.items():
        click.echo(f"  {label:　<12}{summary[name]:>18,} 円")
    click.echo(f"  期別 {summary['instalments']:,}件")
    for rule, count in summary["findings"].items():
        click.secho(f"  計算できない人 {rule}: {count:,}", fg="red")
