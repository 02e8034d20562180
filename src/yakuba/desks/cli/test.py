"""`yakuba test`: everything a test run needs, then the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from yakuba.desks.cli.database import open_server
from yakuba.desks.cli.japanese import JapaneseHelp
from yakuba.settings.paths import ROOT
from yakuba.settings.postgres import stop_server
from yakuba.settings.system_packages import CERTIFICATE_FONT, CHROMIUM, SCREEN_FONT, ensure

ON_ALL_CORES = ("--numprocesses=logical", "--dist=loadfile")


@click.command(
    cls=JapaneseHelp,
    help="必要なものを整えて試験をすべて行う（引数は pytest に渡す）",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST の引数]")
def command(arguments: tuple[str, ...]) -> None:
    """Runs pytest against a server of its own, in a data folder that is thrown away; ends with pytest's exit code."""
    ensure([CERTIFICATE_FONT, SCREEN_FONT, CHROMIUM])
    data = Path(tempfile.mkdtemp(prefix="yakuba-test-"))
    # Passable, not listable: the server's user goes through it to its cluster.
    data.chmod(0o711)
    os.environ["YAKUBA_DATA"] = str(data)
    try:
        address = open_server()
        click.echo(f"PostgreSQL {address.version} で試験します。")
        sys.stdout.flush()
        outcome = subprocess.run([sys.executable, "-m", "pytest", *(arguments or ON_ALL_CORES)], cwd=ROOT, check=False)
    finally:
        stop_server(data)
        shutil.rmtree(data)
    raise SystemExit(outcome.returncode)
