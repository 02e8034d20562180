"""進み具合: the bar that long work shows on a terminal, and the memory that it took."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, int], None]
"""Called with how much is done and how much there is."""


Stage = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""


@contextmanager
def progress_bar(title: str) -> Iterator[Advance]:
    """進捗: a bar on standard error, with the time gone and the time to come; nothing where nobody looks."""
    with stage_bar() as progress:
        progress(title, 0, 1)
        yield lambda done, total: progress(title, done, total)


@contextmanager
def stage_bar() -> Iterator[Stage]:
    """段階ごとの進捗: one bar for each thing that is done."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    counted = (MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), *counted, console=console, disable=not console.is_terminal
    )
    tasks: dict[str, TaskID] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage)
        bar.update(tasks[stage], completed=done, total=total)

    with bar:
        yield progress


class Effort:
    """かかった手間: seconds since it was made, and the peak memory of this process and of its largest child."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def __str__(self) -> str:
        own, child = (
            resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        children = f"、子プロセス 1 つ最大 {child:,} MiB" if child else ""
        return f"{time.monotonic() - self.started:.1f} 秒、最大メモリ 本体 {own:,} MiB{children}"
