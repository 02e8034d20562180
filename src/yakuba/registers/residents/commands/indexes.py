"""索引の一時停止: constraints and indexes off while an empty register fills, and back again, as the catalogue had them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from django.db import connections, transaction

from ..models import LoadRun

TABLES = (
    "residents_residentrecord",
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
_WIDEST_FIRST = ("EXCLUDE", "gin", "PRIMARY KEY")


def suspend_indexes(run: LoadRun) -> None:
    """Takes them off in one transaction together with the list that puts them back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [list(TABLES)])
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, [list(TABLES)])
        indexes = cursor.fetchall()
        suspended = [
            {"table": table, "name": name, "ddl": f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'}
            for table, name, definition in constraints
        ] + [{"table": table, "name": name, "ddl": definition} for table, name, definition in indexes]
        run.suspended = suspended
        off = [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name, _ in constraints]
        off += [f"DROP INDEX {name}" for _, name, _ in indexes]
        with transaction.atomic(using="owner"):
            cursor.execute(
                "UPDATE residents_loadrun SET suspended = %s WHERE id = %s", [json.dumps(suspended), run.id]
            )
            cursor.execute("; ".join(off))


def restore_indexes(run: LoadRun) -> None:
    """Puts back what is still missing; the record's on one connection, the other tables' on a second."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT indexrelid::regclass::text FROM pg_index"
        )
        present = {name for (name,) in cursor.fetchall()}
    missing = [each for each in run.suspended if each["name"] not in present]
    if not missing:
        return
    on_record = [each["ddl"] for each in missing if each["table"] == TABLES[0]]
    others = [each["ddl"] for each in missing if each["table"] != TABLES[0]]
    with ThreadPoolExecutor(2) as pool:
        for ended in [pool.submit(_run, on_record), pool.submit(_run, others)]:
            ended.result()


def _run(statements: list[str]) -> None:
    connection = connections["owner"].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            for statement in sorted(statements, key=_rank):
                cursor.execute(statement)
            cursor.execute(f"ANALYZE {', '.join(TABLES)}")
    finally:
        connection.close()


def _rank(statement: str) -> int:
    return next((rank for rank, word in enumerate(_WIDEST_FIRST) if word in statement), len(_WIDEST_FIRST))
