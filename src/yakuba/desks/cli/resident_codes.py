"""`yakuba resident-codes`: the stock of 住民票コード, from which a birth or a first entry draws."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.kernel.check_digits import resident_code_finding

HEADER = "住民票コード"


@click.group(cls=JapaneseGroup, help="住民票コードの在庫")
def command() -> None:
    """The group itself does nothing."""


@command.command(help="一覧表の住民票コード（1行に1件）を在庫に加える。誤りが1件でもあれば何も加えない")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def receive(file: Path) -> None:
    """Adds what is neither in stock nor borne by anybody; the same file again adds nothing."""
    open_registers()
    # Their imports need Django set up.
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.residents.commands.resident_codes import receive_resident_codes

    lines = [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines()]
    codes = {number: line for number, line in enumerate(lines, 1) if line not in ("", HEADER)}
    findings = [resident_code_finding(code, where=f"{number}行目") for number, code in codes.items()]
    stopped = [finding for finding in findings if finding]
    if stopped:
        for finding in stopped:
            click.echo(str(finding), err=True)
        click.secho(f"誤り {len(stopped)} 件。何も加えていません。", fg="red", err=True)
        raise SystemExit(1)
    access = Access("command-line", Purpose.SYSTEM, datetime.now(UTC), place="yakuba resident-codes")
    added = receive_resident_codes(access, list(codes.values()))
    click.echo(f"住民票コード {len(codes):,} 件のうち {added:,} 件を受領しました。")
    if added < len(codes):
        click.echo("残りは、既に在庫にあるか、住民が持っているコードです。")
