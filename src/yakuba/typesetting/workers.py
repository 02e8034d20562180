"""一括印字: a function over many documents, in order, on several processes that stay warm."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from .fonts import FontSet, coverage

BATCH_SIZE = 16
_Content = TypeVar("_Content")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Workers:
    """印字の作業者: processes that stay warm from one block of documents to the next."""

    fonts: FontSet
    count: int
    _pool: ProcessPoolExecutor | None

    def map(
        self, make: Callable[[_Content, FontSet], _Made], contents: Iterable[_Content], *, batch: int = BATCH_SIZE
    ) -> Iterator[_Made]:
        """Makes each in order, taking from `contents` only a little ahead of what is read. `make` is a plain function."""
        if self._pool is None:
            yield from (make(content, self.fonts) for content in contents)
            return
        source, waiting = iter(contents), deque[Future[list[_Made]]]()
        while True:
            while len(waiting) < self.count * 3 and (taken := list(islice(source, batch))):
                waiting.append(self._pool.submit(_make_all, make, taken, self.fonts))
            if not waiting:
                return
            yield from waiting.popleft().result()


@contextmanager
def printing_workers(fonts: FontSet, *, count: int) -> Iterator[Workers]:
    """印字の作業者を置く: `count` processes for the length of the block, none for one."""
    if count <= 1:
        yield Workers(fonts, 1, None)
        return
    # A forked child would inherit the engine's threads half alive: spawn.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_warm_up, initargs=(fonts,)) as pool:
        yield Workers(fonts, count, pool)


def _warm_up(fonts: FontSet) -> None:
    # One process a core is enough; the engine's own threads would only compete.
    os.environ["RAYON_NUM_THREADS"] = "1"
    coverage(fonts)


def _make_all(make: Callable[[_Content, FontSet], _Made], contents: list[_Content], fonts: FontSet) -> list[_Made]:
    return [make(content, fonts) for content in contents]
