"""`yakuba worker`: does what pages and commands start as a job; beside the pages it is started with them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from yakuba.desks.cli.database import open_registers, runtime_environment
from yakuba.desks.cli.japanese import JapaneseHelp
from yakuba.settings import worker


@click.command(cls=JapaneseHelp, help="長くかかる処理を順に行う（serve と demo では、画面とともに始まり、終わる）")
def command() -> None:
    """Works until it is stopped; does not return."""
    open_registers()
    click.echo("長くかかる処理を待っています（Ctrl-C で終わります）。")
    sys.stdout.flush()
    os.execve(sys.executable, worker.command("keep"), runtime_environment())


def begin_beside() -> subprocess.Popen[bytes]:
    """処理係を添える: a worker that is kept going for as long as this process lives. The database must be open."""
    # In a group of its own, Ctrl-C at a terminal does not reach it: it ends when this process tells it to, or ends.
    return subprocess.Popen(
        worker.command("keep", os.getpid()), env=runtime_environment(), process_group=0, stdin=subprocess.DEVNULL
    )


@contextmanager
def worker_beside() -> Iterator[None]:
    """処理係: one at work within it, for commands that start a job and wait for its end."""
    beside = begin_beside()
    try:
        yield
    finally:
        beside.terminate()
        beside.wait()
