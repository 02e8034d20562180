"""`yakuba register`: whether the record is what the events add up to, and making it anew."""

from __future__ import annotations

import os

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.progress import Effort, progress_bar


@click.group(cls=JapaneseGroup, help="住民票の記録の検証・積み直し")
def command() -> None:
    """The group itself does nothing."""


@command.command(help="異動から積み直した内容と台帳を照合する（何も変えない）")
def verify() -> None:
    """Refolds everybody and compares; ends with 1 and the findings where something differs."""
    open_registers()
    from yakuba.registers.residents.commands import refold as commands

    effort = Effort()
    with progress_bar("照合") as advance:
        compared = commands.verify(workers=_workers(), progress=advance)
    for finding in compared.findings:
        click.echo(str(finding), err=True)
    click.echo(f"{compared.rows:,} 行を照合しました（{effort}）。")
    if compared.findings:
        click.secho(f"異動と一致しません。指摘 {len(compared.findings)} 件。", fg="red", err=True)
        raise SystemExit(1)
    click.echo("台帳は異動から積み直した内容と一致します。")


@command.command(help="台帳と検索の索引を異動から積み直す")
def refold() -> None:
    """Drops the projections and folds them anew; broken off, it leaves the register as it was."""
    open_registers()
    from yakuba.registers.residents.commands import refold as commands

    effort = Effort()
    with progress_bar("積み直し") as advance:
        rows = commands.refold(workers=_workers(), progress=advance)
    click.echo(f"{rows:,} 行を積み直しました（{effort}）。")


def _workers() -> int:
    return os.cpu_count() or 1
