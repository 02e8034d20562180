"""What a command does before it may use the database: the server runs, Django knows where it is."""

from __future__ import annotations

import os

import django

from yakuba.desks.cli.japanese import Unavailable
from yakuba.settings.paths import data_folder
from yakuba.settings.postgres import PostgresUnavailable, ServerAddress, ensure_server

SETTINGS_MODULE = "yakuba.settings.django"


def open_server() -> ServerAddress:
    """データベースの用意: the data folder's server, running and made known to this process and its children.

    Raises:
        Unavailable: there is none to be had; ends the command with exit code 69.
    """
    try:
        address = ensure_server(data_folder())
    except PostgresUnavailable as error:
        raise Unavailable(str(error)) from error
    address.export()
    return address


def open_registers() -> ServerAddress:
    """Like `open_server`, with Django set up: from here on, registers can be imported, and nowhere earlier."""
    address = open_server()
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    django.setup()
    return address
