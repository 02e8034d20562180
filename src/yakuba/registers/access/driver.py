"""A cursor of the database driver itself, for the paths that every clerk waits on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def raw_cursor() -> Iterator[psycopg.Cursor]:
    """A cursor of the driver, in Django's transaction: it prepares what it repeats and binds on the server.

    What the database refuses is raised as Django raises it (IntegrityError and its like).
    """
    connection.ensure_connection()
    driver = connection.connection
    driver.prepare_threshold = 2
    with connection.wrap_database_errors, psycopg.Cursor(driver) as cursor:
        yield cursor


@contextmanager
def one_trip() -> Iterator[None]:
    """What is executed within it travels to the server together, whenever a result is fetched and at the end.

    Within another it does nothing of its own. What the database refuses is raised where the results come back. Only for
    cursors of the driver: Django's models look at once for how many rows were changed.
    """
    connection.ensure_connection()
    driver = connection.connection
    if driver.pgconn.pipeline_status:
        yield
    else:
        with connection.wrap_database_errors, driver.pipeline():
            yield
