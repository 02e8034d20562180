"""`yakuba serve`: the counter desk in a browser."""

from __future__ import annotations

import os
import socket
import sys

import click

from yakuba.desks.cli.database import open_registers, runtime_environment
from yakuba.desks.cli.japanese import JapaneseHelp, Unavailable
from yakuba.desks.cli.worker import begin_beside

DEFAULT_PORT = 8000
PROCESSES = 2
THREADS = 8


@click.command(
    cls=JapaneseHelp,
    help="窓口の画面を開く（TLS を終える中継の後ろでは、YAKUBA_TLS=1 と YAKUBA_HOSTS=窓口の名前 を設定する）",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="待ち受ける住所")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="待ち受けるポート")
def command(host: str, port: int) -> None:
    """Serves the pages until it is stopped."""
    open_registers()
    if not is_free(host, port):
        raise Unavailable(f"{host}:{port} は使われています。--port で別のポートを指定してください。")
    click.echo(f"http://{host}:{port}/ で開いています（Ctrl-C で終わります）。")
    serve(host, port)


def serve(host: str, port: int) -> None:
    """Becomes the web server, with a worker beside it; does not return. The database must be open."""
    begin_beside()
    sys.stdout.flush()
    os.execve(sys.executable, server_command(host, port), runtime_environment())


def server_command(host: str, port: int) -> list[str]:
    """The web server's command line."""
    gunicorn = [sys.executable, "-m", "gunicorn", f"--bind={host}:{port}", "--log-level=warning"]
    size = [f"--workers={PROCESSES}", f"--threads={THREADS}"]
    return [*gunicorn, *size, "yakuba.settings.wsgi:application"]


def choose_port(host: str, preferred: int = DEFAULT_PORT) -> int:
    """The preferred port, else one that the system says is free."""
    if is_free(host, preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
