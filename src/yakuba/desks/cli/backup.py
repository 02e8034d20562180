"""`yakuba backup FILE`: the whole town in one encrypted file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseHelp
from yakuba.desks.cli.progress import Effort, stage_bar
from yakuba.settings.backup import BackupRefused, make_backup, town_key
from yakuba.settings.paths import data_folder

ACTOR = "yakuba-backup"


@click.command(cls=JapaneseHelp, help="町のすべて（台帳・鍵・封印）を暗号化した 1 つのファイルに控える")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def command(file: Path) -> None:
    """Makes the file in full or not at all; the making is itself an access record."""
    address = open_registers()
    from yakuba.registers.access import commands
    from yakuba.registers.access.door import Access, Purpose

    effort = Effort()
    target = file.absolute()
    try:
        key, is_new = town_key(data_folder())
        if is_new:
            show_key(str(key))
        now = datetime.now(UTC)
        commands.record_alone(
            Access(ACTOR, Purpose.SYSTEM, now, place="yakuba backup"), "backup.make", {"file": target.name}
        )
        with stage_bar() as progress:
            manifest = make_backup(data_folder(), address, target, key, now=now, progress=progress)
    except BackupRefused as refused:
        for finding in refused.findings:
            click.secho(str(finding), fg="red", err=True)
        raise SystemExit(1) from None
    size = target.stat().st_size / (1 << 20)
    click.echo(
        f"{len(manifest.tables)} 表 {manifest.row_count:,} 行を控えました（{size:,.1f} MiB、{effort}）: {target}"
    )


def show_key(key: str) -> None:
    """控えの鍵の表示: once, when it has just been made."""
    click.echo("この町の控えの鍵を作りました。紙などに写し、この機械とは別の安全な場所に保管してください。")
    click.echo("この鍵がなければ控えは読めません。また、この鍵があれば誰でも控えを読めます。")
    click.echo(f"\n  {key}\n")
