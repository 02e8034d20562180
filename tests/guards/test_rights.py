"""Append-only tables and the vault: what the role in use may do, asked of the database itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from yakuba.settings.rights import apply_rights

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
APP, VAULT, LOGIN = "yakuba_app", "yakuba_vault", "yakuba"
CHANGING = ("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
ANYTHING = ("SELECT", "INSERT", *CHANGING)


def breaches() -> Iterator[str]:
    """Rights that a role has and must not have; PUBLIC's rights are everybody's."""
    for model in apps.get_models():
        table = model._meta.db_table
        if getattr(model, "append_only", False):
            yield from _held(table, (APP, VAULT, LOGIN), CHANGING)
        elif getattr(model, "never_deleted", False):
            yield from _held(table, (APP, VAULT, LOGIN), ("DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"))
        elif getattr(model, "vault", False):
            yield from _held(table, (APP, LOGIN), ANYTHING)
            yield from _held(table, (VAULT,), ("TRUNCATE", "REFERENCES", "TRIGGER"))
        else:
            yield from _held(table, (APP, VAULT, LOGIN), ("TRUNCATE", "TRIGGER"))
    yield from _ownership()


def _held(table: str, roles: tuple[str, ...], rights: tuple[str, ...]) -> Iterator[str]:
    with connections["owner"].cursor() as cursor:
        for role in roles:
            for right in rights:
                columns = right in ("UPDATE", "SELECT", "INSERT", "REFERENCES")
                function = "has_any_column_privilege" if columns else "has_table_privilege"
                cursor.execute(f"SELECT {function}(%s, %s, %s)", [role, f'"{table}"', right])
                if cursor.fetchone() == (True,):
                    yield f"{role} may {right} {table}"


def _ownership() -> Iterator[str]:
    """Whoever owns a table, is a superuser or inherits the owner may do everything whatever is granted."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner"
            " WHERE relnamespace = 'public'::regnamespace AND r.rolname = ANY(%s)",
            [[APP, VAULT, LOGIN]],
        )
        yield from (f"the runtime owns {name}" for (name,) in cursor.fetchall())
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolcreaterole OR rolbypassrls"
            " OR rolinherit AND rolcanlogin)",
            [[APP, VAULT, LOGIN]],
        )
        yield from (f"{name} is more than it should be" for (name,) in cursor.fetchall())


def test_the_role_in_use_cannot_change_what_is_written_once() -> None:
    assert list(breaches()) == []


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("GRANT UPDATE ON residents_evententry TO yakuba_app", "yakuba_app may UPDATE residents_evententry"),
        (
            "GRANT UPDATE (notice) ON residents_residentevent TO yakuba_app",
            "yakuba_app may UPDATE residents_residentevent",
        ),
        ("GRANT DELETE ON access_accessrecord TO PUBLIC", "yakuba_app may DELETE access_accessrecord"),
        (
            "GRANT DELETE ON protections_restriction TO yakuba_app",
            "yakuba_app may DELETE protections_restriction",
        ),
        ("GRANT TRUNCATE ON documents_issueddocument TO yakuba", "yakuba may TRUNCATE documents_issueddocument"),
        (
            "GRANT ALL ON protections_protectionstep TO yakuba_vault",
            "yakuba_vault may UPDATE protections_protectionstep",
        ),
        (
            "GRANT SELECT ON individual_numbers_individualnumber TO yakuba_app",
            "yakuba_app may SELECT individual_numbers_individualnumber",
        ),
        (
            "GRANT SELECT (lookup) ON individual_numbers_individualnumber TO PUBLIC",
            "yakuba_app may SELECT individual_numbers_individualnumber",
        ),
        ("ALTER TABLE access_accessrecord OWNER TO yakuba_app", "the runtime owns access_accessrecord"),
        ("ALTER ROLE yakuba_app SUPERUSER", "yakuba_app is more than it should be"),
    ],
)
def test_a_right_too_many_is_caught(grant: str, told: str) -> None:
    """The planted right lives in the owner's transaction, which the test rolls back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(grant)
    assert told in list(breaches())


def test_the_next_migration_takes_a_right_too_many_back() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT UPDATE ON residents_evententry TO yakuba_app")
    apply_rights()
    assert list(breaches()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE residents_residentevent SET notice = 'x'",
        "DELETE FROM residents_evententry",
        "TRUNCATE access_accessrecord",
        "UPDATE decisions_decision SET outcome = '{}'",
        "UPDATE ledger_posting SET amount = 0",
        "DELETE FROM ledger_instalment",
        "DELETE FROM access_chainseal",
        "DELETE FROM protections_protection",
        "DELETE FROM protections_protectedperson",
        "DELETE FROM protections_outputrelease",
        "DELETE FROM protections_restriction",
        "SELECT * FROM individual_numbers_individualnumber",
        "DELETE FROM jobs_job",
        "DELETE FROM procrastinate_jobs",
        "SELECT * FROM procrastinate_events",
        "SELECT * FROM procrastinate_periodic_defers",
        "ALTER TABLE residents_evententry ADD COLUMN x int",
        "CREATE TABLE x (y int)",
        "SET ROLE yakuba_owner",
    ],
)
def test_the_database_refuses_the_running_system(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
