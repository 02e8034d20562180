"""金庫の扉: the span in which a transaction acts as the vault's role. The application's own role cannot read the table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

VAULT_ROLE = "yakuba_vault"


@contextmanager
def opened() -> Iterator[CursorWrapper]:
    """A cursor that acts as `yakuba_vault` until the block ends; afterwards the former role, also after an error.

    The block is a savepoint: rolling back to it takes the role back along with everything else.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (former,) = cursor.fetchone()
        cursor.execute(f"SET LOCAL ROLE {VAULT_ROLE}")
        yield cursor
        cursor.execute("SELECT set_config('role', %s, true)", [former])
