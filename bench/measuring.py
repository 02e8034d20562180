"""How every figure is measured: repeated where it is short, with its spread, its peak of memory and its reference."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

RUNS = 3
SHORT_SECONDS = 20.0
MOST_RUNS = 50
ENOUGH_SECONDS = 1.0
"""What takes milliseconds is run until a second has passed: three runs of it measure the scheduler."""


@dataclass
class Figure:
    """One measured value beside its reference of the same run. `reached` is None where no goal is set for this size."""

    name: str
    value: float
    unit: str
    reference: str = ""
    reference_value: float | None = None
    ratio: float | None = None
    goal: str = ""
    reached: bool | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def median_seconds(action: Callable[[], Any], *, warm_up: bool = False) -> tuple[float, dict[str, Any]]:
    """The median of three runs, of one where the first is long, of more where they are short; and the runs' spread."""
    if warm_up:
        action()
    seconds: list[float] = []
    while not seconds or (seconds[0] < SHORT_SECONDS and _too_few(seconds)):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), spread(seconds)


def _too_few(seconds: Sequence[float]) -> bool:
    return len(seconds) < RUNS or (sum(seconds) < ENOUGH_SECONDS and len(seconds) < MOST_RUNS)


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Median, least, greatest and number of the runs."""
    return {
        "median": round(statistics.median(values), 4),
        "least": round(min(values), 4),
        "greatest": round(max(values), 4),
        "runs": len(values),
    }


def quantiles(milliseconds: Sequence[float]) -> dict[str, Any]:
    """p50, p95, p99 and the greatest, in ms, and the number of samples."""
    ordered = sorted(milliseconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3)

    return {
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "greatest": round(ordered[-1], 3),
        "samples": len(ordered),
    }


def timed(action: Callable[[], Any]) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


@dataclass
class Peak:
    """The greatest resident memory of this process and its children together, in MiB, and what it was before."""

    before_mebibytes: float = 0.0
    mebibytes: float = 0.0


@contextmanager
def peak_memory(every_seconds: float = 0.05) -> Iterator[Peak]:
    """Watches the memory of this process and its children while the block runs. The server is no child."""
    peak, own, ended = Peak(), psutil.Process(), threading.Event()

    def resident() -> float:
        total = own.memory_info().rss
        for child in own.children(recursive=True):
            try:
                total += child.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total / (1 << 20)

    def watch() -> None:
        while not ended.wait(every_seconds):
            peak.mebibytes = max(peak.mebibytes, resident())

    peak.before_mebibytes = peak.mebibytes = resident()
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()
        peak.mebibytes, peak.before_mebibytes = round(peak.mebibytes), round(peak.before_mebibytes)
