"""Refold of the whole register from its events, and the check that it is equal."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from bench.measuring import Figure, peak_memory
from bench.town import Town

GOAL_SECONDS = 180.0


def measure(town: Town) -> Iterator[Figure]:
    """Refold, then verify. Both are long, so each runs once."""
    town.open()
    from yakuba.registers.residents.commands import refold as commands

    workers = os.cpu_count() or 1
    started = time.perf_counter()
    with peak_memory() as peak:
        rows = commands.refold(workers=workers)
    seconds = time.perf_counter() - started
    detail = {
        "rows": rows,
        "rows_a_second": round(rows / seconds),
        "workers": workers,
        "peak_mebibytes": peak.mebibytes,
    }
    yield Figure(
        "refold", round(seconds, 2), "s", "three minutes for 1,000,000 residents", GOAL_SECONDS,
        round(seconds / GOAL_SECONDS, 3), f"<= {GOAL_SECONDS:.0f} s", seconds <= GOAL_SECONDS, detail,
    )  # fmt: skip
    started = time.perf_counter()
    with peak_memory() as peak:
        compared = commands.verify(workers=workers)
    seconds = time.perf_counter() - started
    yield Figure(
        "verify", round(seconds, 2), "s", goal="0 findings", reached=not compared.findings,
        detail={
            "rows": compared.rows, "rows_a_second": round(compared.rows / seconds), "workers": workers,
            "peak_mebibytes": peak.mebibytes, "findings": [str(finding) for finding in compared.findings],
        },
    )  # fmt: skip
