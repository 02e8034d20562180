"""Life events a second, checked, recorded, projected, access-recorded and committed, against pgbench's simple-update."""

from __future__ import annotations

import json
import multiprocessing
import queue
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import uuid4

import numpy as np
import psutil
import psycopg
from bench.measuring import Figure, quantiles
from bench.notices import MIX, Notices
from bench.pgbench import CLIENTS, Pgbench, described
from bench.town import Town, clerk

GOAL_A_SECOND, GOAL_SHARE = 100.0, 0.1
WARM_UP_SECONDS = 4.0
CODES_A_CLERK = 12_000
RIGHTS = ("enter_events", "register_events")


@dataclass
class Shift:
    """What one clerk did in the measured time."""

    milliseconds: list[float]
    kinds: dict[str, list[float]]
    refused: dict[str, int]
    failed: dict[str, int]
    processor_seconds: float


def measure(town: Town) -> Iterator[Figure]:
    """pgbench, one clerk, four clerks, pgbench again; then the record must still be what the events add up to."""
    address = town.open()
    from yakuba.registers.residents.commands import refold

    _fill_stock(address.owner_dsn, town.seed)
    with Pgbench(town, town.seconds) as pgbench:
        before = pgbench.rate()
        shifts = {clerks: _shift(town, clerks) for clerks in (1, 4)}
        after = pgbench.rate()
    rate = statistics.mean([before, after])
    for clerks, (seconds, done) in shifts.items():
        yield _figure(clerks, seconds, done, rate, {"before": before, "after": after, **described()})
    compared = refold.verify()
    yield Figure(
        "verify_after_events", len(compared.findings), "findings", goal="0 findings", reached=not compared.findings,
        detail={"rows": compared.rows, "findings": [str(finding) for finding in compared.findings]},
    )  # fmt: skip


def _figure(clerks: int, seconds: float, done: list[Shift], rate: float, reference: dict[str, Any]) -> Figure:
    samples = [each for shift in done for each in shift.milliseconds]
    kinds: dict[str, list[float]] = {}
    for shift in done:
        for kind, taken in shift.kinds.items():
            kinds.setdefault(kind, []).extend(taken)
    events = len(samples) / seconds
    goal = f">= {GOAL_A_SECOND:.0f} a second and >= {GOAL_SHARE:.0%} of pgbench"
    return Figure(
        f"events_{clerks}_clerks", round(events, 1), "events/s", f"pgbench -N, {CLIENTS} clients, transactions/s", round(rate, 1),
        round(events / rate, 4), goal if clerks == CLIENTS else "",
        (events >= GOAL_A_SECOND and events / rate >= GOAL_SHARE) if clerks == CLIENTS else None,
        {
            **quantiles(samples), "seconds": round(seconds, 1),
            "processor_milliseconds_an_event": round(1000 * sum(s.processor_seconds for s in done) / len(samples), 2),
            "pgbench": reference, "mix": MIX, "by_kind": {kind: quantiles(taken) for kind, taken in sorted(kinds.items())},
            "refused": dict(sum((Counter(shift.refused) for shift in done), Counter())),
            "failed": dict(sum((Counter(shift.failed) for shift in done), Counter())),
        },
    )  # fmt: skip


def _shift(town: Town, clerks: int) -> tuple[float, list[Shift]]:
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(clerks), context.Queue()
    team = [context.Process(target=_work, args=(town, number, clerks, ready, results)) for number in range(clerks)]
    for each in team:
        each.start()
    try:
        done = [Shift(**_result(results, team)) for _ in team]
    finally:
        for each in team:
            each.terminate()
            each.join()
    return town.seconds, done


def _result(results: multiprocessing.Queue[str], team: list[Any]) -> dict[str, Any]:
    """The next clerk's result. Raises RuntimeError when one has ended without any, so that nobody waits for it."""
    while True:
        try:
            found: dict[str, Any] = json.loads(results.get(timeout=1))
            return found
        except queue.Empty:
            if any(each.exitcode for each in team):
                raise RuntimeError("a clerk's process failed; its reason is above") from None


def _work(town: Town, number: int, clerks: int, ready: Barrier, results: multiprocessing.Queue[str]) -> None:
    """One clerk: enters notices one after the other for the warm-up and the measured time."""
    address = town.open()
    today = clerk().today
    numbers = _numbers(town.seed, clerks * 10 + number)
    with psycopg.connect(address.owner_dsn) as connection:
        notices = Notices.of_clerk(connection, (number, clerks), numbers, today, town.seed)
    done = Shift([], {}, {}, {}, 0.0)
    _enter_until(notices, number, _ends(WARM_UP_SECONDS), done)
    ready.wait(600)
    done, own = Shift([], {}, {}, {}, 0.0), psutil.Process()
    used = own.cpu_times()
    _enter_until(notices, number, _ends(town.seconds), done)
    now = own.cpu_times()
    done.processor_seconds = now.user + now.system - used.user - used.system
    results.put(json.dumps(done.__dict__))


def _ends(seconds: float) -> float:
    return time.perf_counter() + seconds


def _enter_until(notices: Notices, number: int, ends: float, done: Shift) -> None:
    from yakuba.kernel.findings import RefusedError
    from yakuba.registers.residents.commands.registration import register_directly

    while time.perf_counter() < ends:
        kind, typed = notices.next()
        key = uuid4()
        started = time.perf_counter()
        try:
            result = register_directly(clerk(f"B{number:04}", "event", *RIGHTS), kind, typed, key)
        except RefusedError as refused:
            _count(done.failed, f"{kind}: {refused.findings[0].rule}")
            continue
        taken = (time.perf_counter() - started) * 1000
        if result.event_ids:
            done.milliseconds.append(taken)
            done.kinds.setdefault(kind, []).append(taken)
        else:
            _count(done.refused, f"{kind}: {', '.join(f.rule for f in result.findings)}")


def _count(counted: dict[str, int], what: str) -> None:
    counted[what] = counted.get(what, 0) + 1


def _numbers(seed: int, clerk_number: int) -> tuple[list[str], list[str]]:
    """住民票コード and 個人番号 of newcomers, different for every clerk of every run."""
    from yakuba.kernel.check_digits import individual_numbers, resident_codes, usable_resident_code_bodies

    rng = np.random.default_rng([seed, clerk_number, int(datetime.now(UTC).timestamp())])
    bodies = usable_resident_code_bodies(np.unique(rng.integers(10**9, 10**10, CODES_A_CLERK)))
    numbers = individual_numbers(np.unique(rng.integers(10**10, 10**11, CODES_A_CLERK)))
    codes, given = [str(code) for code in resident_codes(bodies)], [str(number) for number in numbers]
    random.Random(clerk_number).shuffle(codes)
    return codes, given


def _fill_stock(dsn: str, seed: int) -> None:
    """住民票コードの在庫 for those who are born."""
    codes, _ = _numbers(seed, 99)
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO residents_residentcodestock (resident_code, draw, received_at) VALUES (%s, %s, now())"
            " ON CONFLICT DO NOTHING",
            [(code, draw) for draw, code in enumerate(codes)],
        )
