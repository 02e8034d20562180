"""表ごとの権利: what the running system may do to each table. Applied by the owner after every migration.

A model that says `append_only` may be read and added to, never changed or removed from; one that says `never_deleted` may
be changed too. A model that says `vault` is open to `yakuba_vault` alone. Every other table is the application's to write.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connections

from .postgres.roles import APP_ROLE, VAULT_ROLE

APPEND_ONLY = "SELECT, INSERT"
NEVER_DELETED = "SELECT, INSERT, UPDATE"
OPEN = "SELECT, INSERT, UPDATE, DELETE"
QUEUE = {
    "procrastinate_jobs": NEVER_DELETED,
    "procrastinate_events": "INSERT",
    "procrastinate_workers": OPEN,
    "procrastinate_periodic_defers": "",
}
"""Tables of the queue of jobs, whose models say nothing: what its functions and triggers need, for they act as who calls them."""


def table_rights() -> dict[str, dict[str, str]]:
    """表 → 役割 → 権利, for every table of every model, join tables included."""
    rights: dict[str, dict[str, str]] = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in QUEUE:
            rights[table] = {APP_ROLE: QUEUE[table]} if QUEUE[table] else {}
        elif getattr(model, "vault", False):
            rights[table] = {VAULT_ROLE: OPEN}
        elif getattr(model, "append_only", False):
            rights[table] = {APP_ROLE: APPEND_ONLY}
        elif getattr(model, "never_deleted", False):
            rights[table] = {APP_ROLE: NEVER_DELETED}
        else:
            rights[table] = {APP_ROLE: OPEN}
    return rights


def apply_rights() -> None:
    """Gives exactly these rights, taking back whatever stood before, in one transaction."""
    connection = connections["owner"]
    with connection.cursor() as cursor:
        statements = ["GRANT USAGE ON SCHEMA public TO yakuba_app, yakuba_vault"]
        for table, grants in table_rights().items():
            statements.append(f'REVOKE ALL ON "{table}" FROM PUBLIC, {APP_ROLE}, {VAULT_ROLE}')
            statements += [f'GRANT {rights} ON "{table}" TO {role}' for role, rights in grants.items()]
        statements.append(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
        statements.append(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE}")
        cursor.execute("; ".join(statements))
