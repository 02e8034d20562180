"""データベースの役割 — roles, database and extensions, the same for a private cluster and for `DATABASE_URL`.

`yakuba_owner`  owns the database and its tables: migrations, bulk DDL. With `DATABASE_URL` its user takes this part.
`yakuba_app`    (no login) what the running system may do; migrations grant it rights table by table.
`yakuba_vault`  (no login) what may be done to the vault of individual numbers.
`yakuba`        the runtime's login. It inherits neither role: a session acts as `yakuba_app`, and as `yakuba_vault`
                only for the span of a `SET LOCAL ROLE yakuba_vault`.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

OWNER_ROLE = "yakuba_owner"
APP_ROLE = "yakuba_app"
VAULT_ROLE = "yakuba_vault"
RUNTIME_LOGIN = "yakuba"
DATABASE = "yakuba"
EXTENSIONS = ("btree_gist", "pg_trgm")

_SET_UP_LOCK = 0x79616B756261  # "yakuba": any number that all of our processes agree on


def ensure_roles(connection: psycopg.Connection, *, runtime_password: str) -> None:
    """Makes the roles that are missing. A runtime login that is there keeps the password it has.

    `connection` belongs to a superuser or to a role with CREATEROLE. Nothing is written when nothing is missing.
    """
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SET_UP_LOCK])
        cursor.execute("SELECT rolname FROM pg_roles")
        existing = {name for (name,) in cursor}
        for role in (APP_ROLE, VAULT_ROLE):
            if role not in existing:
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        if RUNTIME_LOGIN not in existing:
            cursor.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOINHERIT PASSWORD {}").format(
                    sql.Identifier(RUNTIME_LOGIN), sql.Literal(runtime_password)
                )
            )
        for role in _missing_memberships(cursor):
            cursor.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(RUNTIME_LOGIN)))


def has_runtime_login(connection: psycopg.Connection) -> bool:
    """Whether the runtime's login is there already."""
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [RUNTIME_LOGIN]).fetchone() is not None


def ensure_database(connection: psycopg.Connection, database: str) -> None:
    """Makes the database, owned by the connection's user; `connection` is in autocommit mode and on another database."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))


def ensure_extensions(connection: psycopg.Connection) -> None:
    """Makes the extensions in the connection's own database, and takes away everybody's right to create tables there."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SET_UP_LOCK])
        cursor.execute("SELECT extname FROM pg_extension")
        existing = {name for (name,) in cursor}
        for extension in EXTENSIONS:
            if extension not in existing:
                cursor.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
        cursor.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [RUNTIME_LOGIN])
        if cursor.fetchone() == (True,):
            cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def _missing_memberships(cursor: psycopg.Cursor) -> list[str]:
    cursor.execute(
        "SELECT role FROM unnest(%s::text[]) AS role WHERE NOT EXISTS ("
        " SELECT 1 FROM pg_auth_members WHERE roleid = role::regrole AND member = %s::regrole)",
        [[APP_ROLE, VAULT_ROLE], RUNTIME_LOGIN],
    )
    return [role for (role,) in cursor]
