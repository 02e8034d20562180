"""区画ごとの処理を複数の工程で: ranges of people worked on by processes of their own.

This module knows no model, because a new process reads it before Django is set up there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Piece = TypeVar("Piece")
Done = TypeVar("Done")


def in_processes(work: Callable[[Piece], Done], pieces: Sequence[Piece], workers: int) -> Iterator[Done]:
    """What `work` makes of each piece, in order; in this process where there is one piece or one worker.

    `work` is a function of a module. Each process has a database connection of its own.
    """
    if len(pieces) < 2 or workers < 2:
        yield from map(work, pieces)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_set_up) as pool:
        yield from pool.map(work, pieces)


def _set_up() -> None:
    import django

    django.setup()
