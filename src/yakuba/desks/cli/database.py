"""What a command does before it may use the database: the server runs, Django knows where it is, the tables are there."""

from __future__ import annotations

import os

import django

from yakuba.desks.cli.japanese import Unavailable
from yakuba.settings.backup import is_unfinished
from yakuba.settings.paths import data_folder
from yakuba.settings.postgres import PostgresUnavailable, ServerAddress, ensure_server
from yakuba.settings.postgres.addresses import VARIABLES

SETTINGS_MODULE = "yakuba.settings.django"


def open_server() -> ServerAddress:
    """データベースの用意: the data folder's server, running and made known to this process and its children.

    Raises:
        Unavailable: there is none to be had; ends the command with exit code 69.
    """
    if is_unfinished(data_folder()):
        raise Unavailable(
            f"{data_folder()} は復元の途中です。`yakuba restore` をもう一度実行してください（初めからやり直します）。"
        )
    try:
        address = ensure_server(data_folder())
    except PostgresUnavailable as error:
        raise Unavailable(str(error)) from error
    address.export()
    return address


def open_registers() -> ServerAddress:
    """台帳を開く: like `open_server`, with Django set up and the tables up to date.

    A module that imports a register's models can be imported after this and not before: import it inside the command.
    """
    address = open_server()
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    django.setup()
    # Its imports need Django set up.
    from yakuba.settings.tables import bring_up_to_date

    bring_up_to_date()
    return address


def runtime_environment() -> dict[str, str]:
    """The environment of the web server and of workers: without the way in as the tables' owner, which neither needs."""
    owners = (VARIABLES["owner"], "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if name not in owners}
