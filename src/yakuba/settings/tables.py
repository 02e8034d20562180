"""表の更新 — brings a database's tables and the rights to them to the form that the code expects."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections

from yakuba.settings.rights import apply_rights

_MIGRATION_LOCK = 0x7461626C6573  # "tables": any number that all of our processes agree on


def bring_up_to_date() -> None:
    """Runs the migrations as the owner, then sets every table's rights; two at once do it one after the other."""
    connection = connections["owner"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            apply_rights()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])
