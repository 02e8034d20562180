"""`yakuba jobs`: where the long work stands, with a bar, and its cancellation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseHelp
from yakuba.desks.cli.progress import stage_bar

if TYPE_CHECKING:
    from yakuba.registers.access.door import Access
    from yakuba.registers.jobs.queries import JobRow

SHOWN = 20
LOOK_SECONDS = 0.5


@click.command(cls=JapaneseHelp, help="長くかかる処理の一覧と進み具合を表示する")
@click.option("--watch", is_flag=True, help="待機中・実行中の処理が終わるまで、進み具合を表示し続ける")
@click.option("--cancel", "cancelled", type=int, metavar="番号", help="その番号の処理を取り消す（済んだ分は残る）")
def command(watch: bool, cancelled: int | None) -> None:
    """The newest jobs, one a line. Exit code 1 when there is no job of the number to cancel."""
    open_registers()
    # Its imports need Django set up.
    from yakuba.registers.jobs import commands, queries

    access = _access()
    if cancelled is not None:
        if queries.job(access, cancelled) is None:
            raise click.ClickException(f"{cancelled} 番の処理はありません。番号は yakuba jobs で確かめてください。")
        commands.cancel(access, cancelled)
    rows = queries.jobs(access, limit=SHOWN)
    if watch:
        follow(access, [row.job_id for row in rows if not row.state.has_ended])
        rows = queries.jobs(access, limit=SHOWN)
    for row in reversed(rows):
        click.echo(line(row))
    if not rows:
        click.echo("処理はまだありません。")


def follow(access: Access, job_ids: Sequence[int]) -> list[JobRow]:
    """進捗の表示: a bar for each stage of each job until all of them have ended; how they ended. A worker must be at work."""
    from yakuba.registers.jobs import queries

    with stage_bar() as progress:
        while True:
            found = [row for job_id in job_ids if (row := queries.job(access, job_id))]
            for row in found:
                if row.stage:
                    progress(f"{row.title}（{row.job_id}）{row.stage}", row.done, row.total)
            if all(row.state.has_ended for row in found):
                return found
            time.sleep(LOOK_SECONDS)


def line(row: JobRow) -> str:
    """処理 1件 as one line; nothing about any resident."""
    from yakuba.registers.access.door import TOKYO

    asked = row.asked_at.astimezone(TOKYO)
    parts = [f"{row.job_id:>6}", f"{asked:%Y-%m-%d %H:%M}", row.asked_by, row.title, row.state.label]
    if row.stage:
        parts.append(f"{row.stage} {row.done:,}／{row.total:,}（{row.percent}%）")
    if row.cancel_asked and not row.state.has_ended:
        parts.append("取消し待ち")
    return "  ".join([*parts, row.fault]).rstrip()


def _access() -> Access:
    """The administrator at the machine sees the jobs of every kind."""
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.jobs.handlers import every

    rights = frozenset(right for kind in every().values() for right in kind.rights)
    return Access("command-line", Purpose.SYSTEM, datetime.now(UTC), place="yakuba jobs", rights=rights)
