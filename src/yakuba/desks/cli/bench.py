"""`yakuba bench`: the measurements of `bench/`, with what they need beside the rest installed."""

from __future__ import annotations

import subprocess
import sys

import click

from yakuba.desks.cli.japanese import JapaneseHelp
from yakuba.settings.paths import ROOT


@click.command(
    cls=JapaneseHelp,
    help="性能を測る（引数は bench/register.py に渡す。説明は bench/README.md）",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[測定の引数]")
def command(arguments: tuple[str, ...]) -> None:
    """Ends with the measurement's exit code."""
    measuring = [sys.executable, str(ROOT / "bench" / "register.py"), *arguments]
    raise SystemExit(subprocess.run(measuring, check=False).returncode)
