"""The workers' way in: `python -m yakuba.settings.worker work [PARENT]`, or `keep [PARENT]` to have one that is started again.

PARENT is the process above this one: with it, both end when they find another in its place.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

PAUSE_SECONDS = 1.0
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 30.0


def command(task: str, parent: int | None = None) -> list[str]:
    """The command line of a process that does it."""
    return [sys.executable, "-m", "yakuba.settings.worker", task, *([] if parent is None else [str(parent)])]


def keep(parent: int | None) -> None:
    """処理係の維持: has a worker, and another when it dies, until SIGTERM, Ctrl-C or the end of `parent`."""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    while not ending.is_set():
        # In a group of its own, Ctrl-C at a terminal reaches it once and through us.
        worker = subprocess.Popen(command("work", os.getpid()), process_group=0, stdin=subprocess.DEVNULL)
        while worker.poll() is None and not ending.wait(LOOK_SECONDS):
            if parent is not None and os.getppid() != parent:
                ending.set()
        end(worker)
        ending.wait(PAUSE_SECONDS)


def end(worker: subprocess.Popen[bytes]) -> None:
    """処理係の終了: lets it end its unit of work; one that takes too long is killed, and goes on the next time."""
    worker.terminate()
    try:
        worker.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def work(parent: int | None) -> None:
    """処理係: works in this process until it is told to end."""
    import asyncio

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yakuba.settings.django")
    django.setup()
    from yakuba.registers.jobs import worker

    lost = False
    try:
        asyncio.run(worker.work(parent))
    except* worker.DATABASE_LOST:
        lost = True
    if lost:
        raise SystemExit("データベースとの接続が切れたため、処理係を終わります。続きは次の処理係が行います。")


if __name__ == "__main__":
    {"keep": keep, "work": work}[sys.argv[1]](int(sys.argv[2]) if sys.argv[2:] else None)
