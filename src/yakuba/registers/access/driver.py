"""A cursor of the database driver itself, for the paths that every clerk waits on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import psycopg
from django.db import IntegrityError, connection

from yakuba.kernel.findings import Finding, RefusedError


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
def refusals(findings: Mapping[str, Finding]) -> Iterator[None]:
    """What a constraint refuses for a reason that somebody can act on is raised as RefusedError with its finding.

    `findings` are by constraint; what another one refuses stays the IntegrityError that it is. Stands around the
    transaction, so that what was refused is rolled back before anybody is told.
    """
    try:
        yield
    except IntegrityError as refused:
        cause = refused.__cause__
        name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        if name is None or name not in findings:
            raise
        raise RefusedError([findings[name]]) from refused


Heads = dict[str, tuple[int, bytes]]
"""By chain the number and digest of its last record, as this trip left it."""
_heads: ContextVar[Heads | None] = ContextVar("heads", default=None)


@contextmanager
def one_trip() -> Iterator[Heads]:
    """What is executed within it travels to the server together, whenever a result is fetched and at the end.

    Within another it is a part of that. What the database refuses is raised where the results come back. Only for
    cursors of the driver: Django's models look at once for how many rows were changed; and nothing within it may be
    rolled back alone, so that the heads of the chains stay true until its end.
    """
    heads = _heads.get()
    if heads is not None:
        yield heads
        return
    connection.ensure_connection()
    begun = _heads.set(heads := {})
    try:
        with connection.wrap_database_errors, connection.connection.pipeline():
            yield heads
    finally:
        _heads.reset(begun)
