"""区画ごとの処理を複数の工程で: ranges of people worked on by processes of their own.

This module knows no model, because a new process reads it before Django is set up there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

Piece = TypeVar("Piece")
Done = TypeVar("Done")


ALONE = {
    # Threads that wait for work spin, and would take the core from the other process.
    "POLARS_MAX_THREADS": "1",
    # Memory that was given back to the system between two pieces has to be got from it again, page by page.
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 31),
}
"""The environment of a process that shares the machine with its like; one's own choice stands."""


def in_processes(work: Callable[[Piece], Done], pieces: Sequence[Piece], workers: int) -> Iterator[Done]:
    """What `work` makes of each piece, in order; in this process where there is one piece or one worker.

    `work` is a function of a module. Each process has a database connection of its own.
    """
    if len(pieces) < 2 or workers < 2:
        yield from map(work, pieces)
        return
    with sharing_the_machine(), ProcessPoolExecutor(workers, get_context("spawn"), initializer=_set_up) as pool:
        yield from pool.map(work, pieces)


@contextmanager
def sharing_the_machine() -> Iterator[None]:
    """Processes begun within it work on one core each and keep the memory that they have."""
    before = dict(os.environ)
    os.environ.update(ALONE | before)
    try:
        yield
    finally:
        for name in ALONE.keys() - before.keys():
            del os.environ[name]


def _set_up() -> None:
    import django

    django.setup()
