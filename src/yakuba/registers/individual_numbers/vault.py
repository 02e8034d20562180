"""金庫の扉: the span in which a transaction acts as the vault's role. The application's own role cannot read the table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import transaction

from yakuba.registers.access.driver import one_trip, raw_cursor

VAULT_ROLE = "yakuba_vault"
# The former role is kept by the server, so that nobody has to wait for its name.
_ENTER = (
    f"SELECT set_config('yakuba.former_role', current_setting('role'), true), set_config('role', '{VAULT_ROLE}', true)"
)
_LEAVE = "SELECT set_config('role', current_setting('yakuba.former_role'), true)"


@contextmanager
def opened() -> Iterator[psycopg.Cursor]:
    """A cursor that acts as `yakuba_vault` until the block ends; afterwards the former role again.

    What is executed travels to the server when something is fetched, or together at the end. After an error the
    innermost transaction or savepoint around the block cannot but be rolled back, and takes the role back with it.
    """
    with transaction.atomic(savepoint=False), one_trip(), raw_cursor() as cursor:
        psycopg.Cursor(cursor.connection).execute(_ENTER)
        yield cursor
        psycopg.Cursor(cursor.connection).execute(_LEAVE)


@contextmanager
def opened_for_copy() -> Iterator[psycopg.Cursor]:
    """The same for COPY, which travels alone."""
    with transaction.atomic(savepoint=False), raw_cursor() as cursor:
        cursor.execute(_ENTER)
        yield cursor
        cursor.execute(_LEAVE)
