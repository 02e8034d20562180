"""Snapshot of the whole town on a past day into Arrow against a bare binary COPY of the same rows and columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
from bench.measuring import Figure, median_seconds, peak_memory
from bench.town import Town, clerk

GOAL = 3.0
VALID_ON = date(2022, 4, 1)
KNOWN_AT = datetime(2024, 1, 1, tzinfo=UTC)


def measure(town: Town) -> Iterator[Figure]:
    """The snapshot through the register's query, its access record included; the copy from a table of just those rows."""
    address = town.open()
    from yakuba.registers.residents.columns import ITEMS
    from yakuba.registers.residents.queries.whole_town import snapshot

    def take() -> int:
        return snapshot(clerk("B0001", "statistics"), valid_on=VALID_ON, known_at=KNOWN_AT).height

    with peak_memory() as peak:
        rows = take()
        seconds, runs = median_seconds(take)
    copied, copy_runs, size = _bare_copy(address.owner_dsn, ITEMS)
    yield Figure(
        "snapshot", round(seconds, 3), "s",
        "a bare binary COPY out of a table that holds exactly these rows and columns", round(copied, 3),
        round(seconds / copied, 2), f"ratio <= {GOAL:.0f}", seconds / copied <= GOAL,
        {
            "rows": rows, "columns": len(ITEMS) + 1, "rows_a_second": round(rows / seconds), "runs": runs,
            "copy": copy_runs, "copied_bytes": size, "peak_mebibytes": peak.mebibytes,
        },
    )  # fmt: skip


def _bare_copy(dsn: str, items: tuple[str, ...]) -> tuple[float, dict[str, object], int]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare_snapshot")
        connection.execute(
            psycopg.sql.SQL(
                f"CREATE TABLE bare_snapshot AS SELECT resident_id, {', '.join(items)} FROM residents_residentrecord"
                " WHERE valid_from <= {day} AND (valid_to IS NULL OR valid_to > {day})"
                " AND known_from <= {instant} AND (known_to IS NULL OR known_to > {instant}) AND resident_status = 1"
            ).format(day=VALID_ON, instant=KNOWN_AT)
        )
        connection.execute("VACUUM (ANALYZE) bare_snapshot")
        size = 0

        def copy_out() -> None:
            nonlocal size
            size = 0
            with connection.cursor().copy("COPY bare_snapshot TO STDOUT (FORMAT binary)") as copy:
                for block in copy:
                    size += len(block)

        seconds, runs = median_seconds(copy_out, warm_up=True)
        connection.execute("DROP TABLE bare_snapshot")
    return seconds, runs, size
