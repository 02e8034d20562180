"""積み直し: the record and the search keys dropped and made again from the events; and the check that they are equal.

While new tables fill beside the old ones, everybody goes on reading; nobody writes. The new tables take the place of
the old in one short transaction. A refold that is killed leaves the old tables as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import connection, connections, transaction

from yakuba.kernel.findings import Finding, error
from yakuba.registers.access.copying import copy_in

from ..bulk_fold import fold_dated
from ..bulk_keys import address_key_frame, name_key_frame, number_key_frame
from ..models import LoadRun
from ..processes import in_processes
from ..queries.whole_town import Range, dated_entries, ranges, records, stored_keys
from ..sql import raw_cursor
from .indexes import Definition, build, definitions

_SHADOW = "_refold"
_REFOLD_LOCK = 0x7265666F6C64
PROJECTIONS = ("residents_residentrecord", "residents_namekey", "residents_addresskey", "residents_numberkey")
RANGE_SIZE = 25_000
Progress = Callable[[int, int], None]
"""Called with how many ranges are done and how many there are."""
Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Compared:
    """照合の結果 of one range: rows compared, and a finding for each table that differs."""

    rows: int
    findings: list[Finding]


def fold_range(people: Range) -> Frames:
    """The projections of the people in a range, worked out from their events alone."""
    with raw_cursor() as cursor:
        entries = dated_entries(cursor, people)
    folded = fold_dated(entries)
    return {
        PROJECTIONS[0]: folded,
        PROJECTIONS[1]: name_key_frame(folded),
        PROJECTIONS[2]: address_key_frame(folded),
        PROJECTIONS[3]: number_key_frame(folded),
    }


def fill_range(people: Range) -> int:
    """Folds a range anew into the new tables; returns the rows."""
    frames = fold_range(people)
    with closing(connections["owner"].copy()) as builder, builder.cursor() as cursor:
        # What a crash takes of the new tables is no loss: they count from the swap on, whose commit waits for the disk.
        cursor.execute("SET synchronous_commit = off")
        return sum(copy_in(cursor.cursor, f"{table}{_SHADOW}", frame) for table, frame in frames.items())


def compare_range(people: Range) -> Compared:
    """Folds a range anew and compares it with what the tables hold, row for row."""
    fresh = fold_range(people)
    findings: list[Finding] = []
    with raw_cursor() as cursor:
        for table, made in fresh.items():
            stored = records(cursor, people) if table == PROJECTIONS[0] else stored_keys(cursor, table, people)
            if not made.equals(stored.select(made.columns)):
                differing = _differing(made, stored)
                findings.append(
                    error(
                        "projection-differs",
                        f"{table} の宛名 {people[0]}–{people[1] - 1} に、異動から積み直した内容と異なる行があります（{differing}行）。",
                        "`yakuba register refold` で積み直し、原因を調べてください。",
                        where=table,
                    )
                )
    return Compared(sum(frame.height for frame in fresh.values()), findings)


def _differing(made: pl.DataFrame, stored: pl.DataFrame) -> int:
    left, right = made.hash_rows(), stored.select(made.columns).hash_rows()
    missing, surplus = ~left.is_in(right.implode()), ~right.is_in(left.implode())
    return len(left.filter(missing)) + len(right.filter(surplus))


def verify(*, workers: int = 2, progress: Progress = lambda done, total: None) -> Compared:
    """検証: refolds everybody and compares; also that no load is unfinished and that the constraints stand."""
    findings = list(_unfinished_loads())
    pieces, rows = ranges(RANGE_SIZE), 0
    for done, compared in enumerate(in_processes(compare_range, pieces, workers), 1):
        rows += compared.rows
        findings += compared.findings
        progress(done, len(pieces))
    return Compared(rows, findings)


def _unfinished_loads() -> Iterator[Finding]:
    for run in LoadRun.objects.filter(finished_at=None):
        yield error(
            "load-unfinished",
            f"取込み「{run.source}」が途中です。",
            "同じ取込みをもう一度実行すると、続きから終わります。",
            where=run.source,
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = 'record_two_clocks'")
        row = cursor.fetchone()
    if not row or not row[0]:
        yield error(
            "constraint-missing",
            "期間の重なりを防ぐ制約がありません。",
            "`yakuba register refold` を実行してください。",
        )


def refold(*, workers: int = 2, progress: Progress = lambda done, total: None) -> int:
    """積み直し of the whole register; returns the rows written. Killed or failed, it leaves the old tables as they were."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as guard:
        guard.execute("LOCK TABLE residents_evententry IN SHARE MODE")
        guard.execute("SELECT pg_advisory_xact_lock(%s)", [_REFOLD_LOCK])
        found = definitions(guard, PROJECTIONS)
        grants = _grants(guard)
        shadows = [_shadowed(each) for each in found]
        rows = _fill_shadows([each for each in shadows if each.is_constraint], workers, progress)
        build([each for each in shadows if not each.is_constraint])
        guard.execute("; ".join([*grants, *_swap(found)]))
    return rows


def _fill_shadows(constraints: list[Definition], workers: int, progress: Progress) -> int:
    """New tables without indexes, filled by range; committed on connections other than the guard's.

    The constraints stand from the start: all who fill share their cost, where adding one takes a single connection.
    """
    with closing(connections["owner"].copy()) as builder, builder.cursor() as cursor:
        for table in PROJECTIONS:
            cursor.execute(f"DROP TABLE IF EXISTS {table}{_SHADOW}")
            cursor.execute(f"CREATE TABLE {table}{_SHADOW} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        for each in constraints:
            cursor.execute(each.make)
    pieces, rows = ranges(RANGE_SIZE), 0
    for done, filled in enumerate(in_processes(fill_range, pieces, workers), 1):
        rows += filled
        progress(done, len(pieces))
    return rows


def _shadowed(definition: Definition) -> Definition:
    """The same constraint or index for the shadow table, under a name of its own."""
    make = re.sub(rf"\b{definition.table}\b", definition.table + _SHADOW, definition.make)
    make = re.sub(rf"(?<![\w]){definition.name}(?![\w])", definition.name + _SHADOW, make, count=1)
    return Definition(definition.table + _SHADOW, definition.name + _SHADOW, make, "")


def _grants(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT table_name, grantee, string_agg(privilege_type, ', ') FROM information_schema.role_table_grants"
        " WHERE table_name = ANY(%s) AND grantee <> grantor GROUP BY 1, 2",
        [list(PROJECTIONS)],
    )
    return [f'GRANT {rights} ON {table}{_SHADOW} TO "{role}"' for table, role, rights in cursor.fetchall()]


def _swap(found: list[Definition]) -> list[str]:
    """The old tables go, the new ones take their names."""
    statements = [f"DROP TABLE {table}" for table in PROJECTIONS]
    statements += [f"ALTER TABLE {table}{_SHADOW} RENAME TO {table}" for table in PROJECTIONS]
    return statements + [f'ALTER INDEX "{each.name}{_SHADOW}" RENAME TO "{each.name}"' for each in found]
