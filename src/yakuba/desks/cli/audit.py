"""`yakuba audit`: whether any access record is missing or changed, and the seals that prove it later."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.progress import Effort, progress_bar
from yakuba.settings.paths import data_folder

if TYPE_CHECKING:
    from yakuba.kernel.findings import Finding
    from yakuba.registers.access.seals import Seal


@click.group(cls=JapaneseGroup, help="アクセス記録の検証・封印、支援措置が止めた件数")
def command() -> None:
    """The group itself does nothing."""


@command.command(help="アクセス記録に欠け・書換えがないか、封印とその控えも合わせて検証する")
def verify() -> None:
    """Walks every chain and every seal; ends with 1 and the findings where something does not fit."""
    open_registers()
    effort = Effort()
    count, seal_count, findings = verify_records()
    for finding in findings:
        click.echo(str(finding), err=True)
    click.echo(f"アクセス記録 {count:,} 件、封印の控え {seal_count} 件を検証しました（{effort}）。")
    if findings:
        click.secho(f"指摘 {len(findings)} 件。", fg="red", err=True)
        raise SystemExit(1)
    click.echo("欠け・書換えはありません。")


@command.command(help="すべての記録の末尾を封印し、控えをデータフォルダの seals/ に置く")
def seal() -> None:
    """Adds a seal to the database and writes the same as a file, to be copied away from this machine."""
    open_registers()
    from yakuba.registers.access import commands

    made = commands.seal(datetime.now(UTC))
    path = keep(made, data_folder() / "seals")
    click.echo(f"アクセス記録 {made.record_count:,} 件を封印しました。控え: {path}")
    click.echo("控えは、この機械とは別の場所にも保管してください。")


@command.command(help="支援措置が止めた出力の件数を、月ごとに表示する")
@click.option(
    "--months", type=click.IntRange(1, 120), default=12, show_default=True, metavar="月数", help="さかのぼる月数"
)
def blocked(months: int) -> None:
    """What is reported of the attempts each month; no names."""
    open_registers()
    from yakuba.registers.access.door import TOKYO, Access, Purpose
    from yakuba.registers.protections import queries

    now = datetime.now(UTC)
    access = Access("command-line", Purpose.AUDIT, now, place="yakuba audit", rights=frozenset({"view_access_records"}))
    year, month = divmod(access.today.year * 12 + access.today.month - months, 12)
    counts = queries.blocked_by_month(access, since=datetime(year, month + 1, 1, tzinfo=TOKYO))
    for name, count in counts.items():
        click.echo(f"{name}  {count:,} 件")
    click.echo(f"合計 {sum(counts.values()):,} 件")


def verify_records() -> tuple[int, int, list[Finding]]:
    """検証, with its bar; (access records, copies of seals, findings). The registers must be open."""
    from yakuba.registers.access import queries

    copies, findings = read_copies(data_folder() / "seals")
    total, count = queries.record_count(), 0
    with progress_bar("アクセス記録") as advance:
        for count, found in queries.verify_chains(copies):
            findings += found
            advance(count, total)
    return count, len(copies), findings


def read_copies(folder: Path) -> tuple[list[Seal], list[Finding]]:
    """封印の控え of the folder; a finding for each file that is none."""
    from yakuba.kernel.findings import error
    from yakuba.registers.access.seals import read_seal

    copies: list[Seal] = []
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.json")):
        try:
            copies.append(read_seal(path.read_text(encoding="utf-8")))
        except ValueError:
            findings.append(
                error(
                    "seal-unreadable",
                    "封印の控えが読めません。",
                    "別に保管した控えから戻してください。",
                    where=path.name,
                )
            )
    return copies, findings


def keep(made: Seal, folder: Path) -> Path:
    """封印の控えの保管: the file is there in full or not at all, and can no longer be written to by accident."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{made.sealed_at:%Y%m%dT%H%M%S%fZ}.json"
    draft = folder / f".{path.name}.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o400), "w", encoding="utf-8") as file:
        file.write(made.as_json())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return path
