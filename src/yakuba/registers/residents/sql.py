"""SQL that both readers and writers of the register use: the columns, and a cursor that prepares its statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from .columns import ITEMS

ITEM_LIST = ", ".join(ITEMS)
EVENT_COLUMNS = (
    "id", "kind", "reason", "occurred_on", "occurred_on_note", "notified_on", "processed_on", "recorded_at", "actor",
    "place", "notice", "entry_key",
)  # fmt: skip
ENTRY_COLUMNS = ("resident_id", "event_id", "history_number", "voids_event_id", "cleared", *ITEMS)
RECORD_COLUMNS = ("resident_id", "valid_from", "valid_to", "known_from", "known_to", "event_id", *ITEMS)


@contextmanager
def raw_cursor() -> Iterator[psycopg.Cursor]:
    """A cursor of the driver itself, in Django's transaction: it prepares what it repeats and binds on the server.

    What the database refuses is raised as Django raises it (IntegrityError and its like).
    """
    connection.ensure_connection()
    driver = connection.connection
    driver.prepare_threshold = 2
    with connection.wrap_database_errors, psycopg.Cursor(driver) as cursor:
        yield cursor
