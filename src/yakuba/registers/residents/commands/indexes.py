"""索引の付け外し: constraints and indexes off while an empty register fills, back again as the catalogue had them, and
the same for the shadow tables of a refold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import LoadRun

RECORD_TABLE = "residents_residentrecord"
TABLES = (
    RECORD_TABLE,
    "residents_evententry",
    "residents_residentevent",
    "residents_namekey",
    "residents_addresskey",
    "residents_numberkey",
)
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('p', 'u', 'x')
"""
_INDEXES = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[])
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
"""
_SLOWEST_FIRST = ("EXCLUDE", "gin", "PRIMARY KEY")


class Definition(NamedTuple):
    """One constraint or index: `make` builds it, `drop` takes it off."""

    table: str
    name: str
    make: str
    drop: str

    @property
    def is_constraint(self) -> bool:
        """Whether it is a key or an exclusion, which lock the table while they are added; an index lets others be built."""
        return self.make.startswith("ALTER TABLE")


def definitions(cursor: Any, tables: tuple[str, ...]) -> list[Definition]:
    """Every key, exclusion and index of the tables, as the catalogue writes them; the slowest to build first."""
    cursor.execute(_CONSTRAINTS, [list(tables)])
    found = [
        Definition(
            table,
            name,
            f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {body}',
            f'ALTER TABLE {table} DROP CONSTRAINT "{name}"',
        )
        for table, name, body in cursor.fetchall()
    ]
    cursor.execute(_INDEXES, [list(tables)])
    found += [Definition(table, name, make, f"DROP INDEX {name}") for table, name, make in cursor.fetchall()]
    return sorted(found, key=_rank)


def _rank(definition: Definition) -> int:
    return next((rank for rank, word in enumerate(_SLOWEST_FIRST) if word in definition.make), len(_SLOWEST_FIRST))


def suspend_indexes(run: LoadRun) -> None:
    """Takes them off, and writes on the run what puts them back, in one transaction."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        found = definitions(cursor, TABLES)
        run.suspended = [list(each) for each in found]
        cursor.execute("UPDATE residents_loadrun SET suspended = %s WHERE id = %s", [json.dumps(run.suspended), run.id])
        cursor.execute("; ".join(each.drop for each in found))


def restore_indexes(run: LoadRun) -> None:
    """Puts back what is still missing."""
    with connections["owner"].cursor() as cursor:
        present = {each.name for each in definitions(cursor, TABLES)}
    build([each for row in run.suspended if (each := Definition(*row)).name not in present])


def build(wanted: list[Definition]) -> None:
    """Builds them on two connections, a table's constraints first: while one is added, the table is locked for the rest."""
    with ThreadPoolExecutor(2) as pool:
        constraints = {
            pool.submit(_make, [each.make for each in of_table if each.is_constraint]): of_table
            for of_table in _by_table(wanted)
        }
        indexes = [
            pool.submit(_make, [each.make])
            for ended in _each_as_it_ends(constraints)
            for each in constraints[ended]
            if not each.is_constraint
        ]
        for _ in _each_as_it_ends(indexes):
            pass
        analyzed = [pool.submit(_make, [f"ANALYZE {table}"]) for table in dict.fromkeys(each.table for each in wanted)]
        for _ in _each_as_it_ends(analyzed):
            pass


def _by_table(wanted: list[Definition]) -> list[list[Definition]]:
    """The tables' definitions; the slowest table first."""
    tables = dict.fromkeys(each.table for each in sorted(wanted, key=_rank))
    return [[each for each in wanted if each.table == table] for table in tables]


def _each_as_it_ends(begun: Iterable[Future[None]]) -> Iterator[Future[None]]:
    for ended in as_completed(begun):
        ended.result()
        yield ended


def _make(statements: list[str]) -> None:
    connection: BaseDatabaseWrapper = connections["owner"].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
