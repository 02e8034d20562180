"""Load of a whole town against a bare COPY of the very same rows; and what it took in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from bench.measuring import RUNS, Figure, peak_memory, spread
from bench.town import WRITTEN_BY_A_LOAD, Town, clerk

GOAL = 8.0
LONG_SECONDS = 60.0
BLOCK_BYTES = 1 << 20


def measure(town: Town) -> Iterator[Figure]:
    """Makes the parts ahead, loads them into an empty database, then copies the rows that came of it."""
    town.forget()
    address = town.open()
    started = time.perf_counter()
    town.make_parts()
    making = time.perf_counter() - started
    from yakuba.registers.residents.commands.load import load

    _checkpoint(address.owner_dsn)
    started = time.perf_counter()
    with peak_memory() as peak:
        result = load(town.read_parts(), access=clerk("B0001", "migration"), source=f"bench {town.database}")
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    with psycopg.connect(address.owner_dsn, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    vacuuming = time.perf_counter() - started
    rows, copied, size = _bare_copy(town, address.owner_dsn)
    yield Figure(
        "load",
        round(seconds, 2),
        "s",
        "a bare COPY of the same rows into tables without index or constraint",
        round(copied["median"], 2),
        round(seconds / copied["median"], 2),
        f"ratio <= {GOAL}",
        seconds / copied["median"] <= GOAL,
        {
            "rows": rows,
            "rows_a_second": round(rows / seconds),
            "copied_bytes": size,
            "entries": result.entries,
            "records": result.records,
            "peak_mebibytes": peak.mebibytes,
            "peak_before_mebibytes": peak.before_mebibytes,
            "copy": copied,
            "making_the_parts_seconds": round(making, 2),
            "vacuum_seconds": round(vacuuming, 2),
        },
    )


def _checkpoint(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def _bare_copy(town: Town, dsn: str) -> tuple[int, dict[str, float], int]:
    """Copies the rows out to files once, then into bare tables; (rows, spread of seconds, bytes)."""
    files = {table: town.parts / f"{table}.copy" for table in WRITTEN_BY_A_LOAD}
    with psycopg.connect(dsn) as connection:
        rows = sum(_copy_out(connection, table, file) for table, file in files.items())
        size = sum(file.stat().st_size for file in files.values())

    def copy_in() -> None:
        with psycopg.connect(dsn) as connection:
            for table, file in files.items():
                connection.execute(f"CREATE TABLE bare_{table} (LIKE {table})")
                connection.commit()
                with connection.cursor().copy(f"COPY bare_{table} FROM STDIN") as copy, file.open("rb") as source:
                    while block := source.read(BLOCK_BYTES):
                        copy.write(block)
                connection.commit()

    def afresh() -> float:
        with psycopg.connect(dsn, autocommit=True) as connection:
            for table in files:
                connection.execute(f"DROP TABLE IF EXISTS bare_{table}")
            connection.execute("CHECKPOINT")
        started = time.perf_counter()
        copy_in()
        return time.perf_counter() - started

    seconds = [afresh()]
    while len(seconds) < RUNS and seconds[0] < LONG_SECONDS:
        seconds.append(afresh())
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table in files:
            connection.execute(f"DROP TABLE bare_{table}")
    for file in files.values():
        file.unlink()
    return rows, spread(seconds), size


def _copy_out(connection: psycopg.Connection, table: str, file: Path) -> int:
    with connection.cursor() as cursor, file.open("wb") as target:
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            for block in copy:
                target.write(block)
        return cursor.rowcount
