"""`yakuba lint`: the checks that need no run of the product."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from yakuba.desks.cli.japanese import JapaneseHelp
from yakuba.settings.paths import ROOT

CHECKS = {
    "書き方": ["ruff", "check", "."],
    "体裁": ["ruff", "format", "--check", "."],
    "型": ["mypy"],
    "依存の向き": ["lint-imports", "--no-logo"],
}


@click.command(cls=JapaneseHelp, help="書き方・型・依存の向きを検査する")
@click.option("--only", type=click.Choice(list(CHECKS)), help="この検査だけを行う")
def command(only: str | None) -> None:
    """Runs every check, also after one has failed; ends with 1 when any did."""
    programs = Path(sys.executable).parent
    failed = []
    # mypy's Django plugin loads the settings, which keep their keys in the data folder: not in the town's.
    with tempfile.TemporaryDirectory(prefix="yakuba-lint-") as data:
        environment = {**os.environ, "YAKUBA_DATA": data}
        for name, (program, *arguments) in CHECKS.items():
            if only in (None, name):
                click.echo(f"― {name}（{program}）")
                sys.stdout.flush()
                outcome = subprocess.run([programs / program, *arguments], cwd=ROOT, env=environment, check=False)
                if outcome.returncode != 0:
                    failed.append(name)
    if failed:
        click.secho(f"指摘があります: {'、'.join(failed)}", fg="red", err=True)
        raise SystemExit(1)
    click.echo("指摘はありません。")
