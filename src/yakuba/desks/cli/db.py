"""`yakuba db`: the database server of the data folder."""

from __future__ import annotations

import os
import shutil

import click

from yakuba.desks.cli.database import open_server
from yakuba.desks.cli.japanese import JapaneseGroup, Unavailable
from yakuba.settings.paths import data_folder
from yakuba.settings.postgres import PostgresUnavailable, client_program, server_status, stop_server


@click.group(cls=JapaneseGroup, help="データベースサーバーの起動・停止・状態")
def command() -> None:
    """The group itself does nothing."""


@command.command(help="起動する（動いていればそのまま使う）")
def start() -> None:
    """Starts the server and says where it is."""
    open_server()
    click.echo(server_status(data_folder()))


@command.command(help="停止する")
def stop() -> None:
    """Ends the private server; an external one is left alone."""
    try:
        stopped = stop_server(data_folder())
    except PostgresUnavailable as error:
        raise Unavailable(str(error)) from error
    click.echo("停止しました。" if stopped else "動いていません。")


@command.command(help="状態を表示する")
def status() -> None:
    """Says whether a server runs; changes nothing."""
    click.echo(server_status(data_folder()))


@command.command(help="psql で開く", context_settings={"ignore_unknown_options": True})
@click.option("--owner", is_flag=True, help="所有者として（表の定義を変えられる）")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PSQL の引数]")
def psql(owner: bool, arguments: tuple[str, ...]) -> None:
    """Becomes psql, connected as the runtime or as the owner."""
    address = open_server()
    program = client_program("psql", data_folder()) or shutil.which("psql")
    if program is None:
        raise Unavailable("psql がありません。`apt-get install postgresql-client` で入れてください。")
    os.execv(program, [program, address.owner_dsn if owner else address.runtime_dsn, *arguments])
