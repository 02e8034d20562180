"""What every test stands on: a server of its own, and per worker a database that has the product's roles and rights.

Tests connect as the runtime does (`default`, role `yakuba_app`): what the role may not do, a test may not do either.
`owner` is the tables' owner. Tests that commit (`transactional_db`, `live_server`) find the database fresh afterwards.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql

from yakuba.settings.paths import data_folder
from yakuba.settings.postgres import (
    ServerAddress,
    create_database,
    database_settings,
    drop_database,
    ensure_server,
    stop_server,
)

# An example that takes long on a busy machine is no fault; what must be fast is measured in `bench/`.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")

ALIASES = {"default": "runtime", "owner": "owner"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks as `db` whatever uses the database, so that nobody has to remember to."""
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "transactional_db", "server"} & set(item.fixturenames):
            item.add_marker(pytest.mark.db)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test starts on a connection that an earlier one left: its database may have been made anew since.

    A browser's event loop hides the connections made outside of it, so that what ran inside could not close them.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


@pytest.fixture(scope="session")
def server() -> Iterator[ServerAddress]:
    """データベースサーバー: the one that `yakuba test` started, else one in a data folder that is thrown away."""
    if "YAKUBA_DATABASE_OWNER" in os.environ:
        yield ensure_server(data_folder())
        return
    data = Path(tempfile.mkdtemp(prefix="yakuba-test-"))
    data.chmod(0o711)
    try:
        yield ensure_server(data)
    finally:
        stop_server(data)
        shutil.rmtree(data)


@pytest.fixture(scope="session")
def django_db_setup(server: ServerAddress, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The tests' database, from a template with all tables and rights."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    template = create_database(server, f"{name}_template")
    with django_db_blocker.unblock():
        _connect(template)
        from yakuba.settings.tables import bring_up_to_date

        bring_up_to_date()
        _connect(server.with_database(name))
        _renew(server, name)
        teardown = TransactionTestCase._fixture_teardown
        TransactionTestCase._fixture_teardown = lambda case: _renew(server, name)
        yield
        TransactionTestCase._fixture_teardown = teardown
        connections.close_all()
    for database in (name, template.database):
        drop_database(server, database)


def _connect(address: ServerAddress) -> None:
    """Points Django at a database."""
    connections.close_all()
    address.export()
    for alias, kind in ALIASES.items():
        connections[alias].settings_dict.update(database_settings(kind))


def _renew(server: ServerAddress, name: str) -> None:
    """Makes the database anew from its template: tests that commit may not empty tables that nobody may empty."""
    connections.close_all()
    drop_database(server, name)
    with psycopg.connect(server.owner_dsn, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(f"{name}_template")))
