"""`yakuba restore FILE`: a town back from its backup, into an empty data folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from yakuba.desks.cli.audit import verify_records
from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseHelp
from yakuba.desks.cli.progress import Effort, progress_bar, stage_bar
from yakuba.settings.backup import BackupRefused, Manifest, read_key, restore_backup
from yakuba.settings.paths import data_folder

ACTOR = "yakuba-restore"


@click.command(cls=JapaneseHelp, help="控えから町を復元し、目録・異動・アクセス記録と照合する")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="復元先（空のデータフォルダ）"
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="KEY",
    help="控えの鍵のファイル（既定は、いまのデータフォルダの keys/backup.key）",
)
def command(file: Path, into: Path | None, key: Path | None) -> None:
    """Restores and compares; what does not equal the manifest is taken away again."""
    effort = Effort()
    key_file = (key or data_folder() / "keys" / "backup.key").absolute()
    folder = (into or data_folder()).absolute()
    os.environ["YAKUBA_DATA"] = str(folder)
    try:
        with stage_bar() as progress:
            _, manifest = restore_backup(file.absolute(), read_key(key_file), folder, progress=progress)
    except BackupRefused as refused:
        for finding in refused.findings:
            click.secho(str(finding), fg="red", err=True)
        raise SystemExit(1) from None
    click.echo(
        f"{len(manifest.tables)} 表 {manifest.row_count:,} 行を復元しました。目録（{manifest.made_at}）と一致します。"
    )
    _verify(file, manifest)
    click.echo(f"復元を終えました（{effort}）: {folder}")


def _verify(file: Path, manifest: Manifest) -> None:
    """Rights, then the same checks as `yakuba register verify` and `yakuba audit verify`; the restore goes on record."""
    open_registers()
    from yakuba.registers.access import commands
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.residents.commands import refold

    with progress_bar("照合") as advance:
        compared = refold.verify(workers=os.cpu_count() or 1, progress=advance)
    count, _, findings = verify_records()
    detail = {"file": file.name, "made_at": manifest.made_at}
    access = Access(ACTOR, Purpose.SYSTEM, datetime.now(UTC), place="yakuba restore")
    commands.record_alone(access, "backup.restore", detail)
    for finding in (*compared.findings, *findings):
        click.echo(str(finding), err=True)
    if compared.findings or findings:
        click.secho("控えのとおりに復元しましたが、控えの内容に指摘があります。", fg="red", err=True)
        raise SystemExit(1)
    click.echo(f"台帳 {compared.rows:,} 行は異動と一致し、アクセス記録 {count:,} 件に欠け・書換えはありません。")
