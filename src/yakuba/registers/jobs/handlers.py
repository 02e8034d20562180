"""処理の種類: what can be done as a job. A service registers its own; the settings name the modules that do (`JOB_HANDLERS`).

    @handler("assessment", title="当初賦課の計算", rights=("assess_tax",))
    def run(access: Access, arguments: Arguments, report: Report) -> Result: ...

A handler works in units, each in a transaction of its own under a natural key that follows from the arguments, never from
the job's number or the clock (`access.now` is when the job was asked for). Killed anywhere, it is called again with the
same access and arguments, finds what is done by the keys, and goes on. Between units, outside of any transaction, it calls
`report`: there it may be stopped by an exception of `states`, which it lets through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

from django.conf import settings

from yakuba.registers.access.door import Access

from .states import UnknownKindError

Value = int | str | bool | None
Arguments = Mapping[str, Value]
Result = Mapping[str, Value]


class Report(Protocol):
    """進捗の報告: says what is being done, how much of it is done and how much there is. Cheap; call it after each unit.

    Raises JobCancelled when somebody has cancelled the job, JobInterrupted when the worker ends.
    """

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` units of the stage, whose name is Japanese and for the officer."""


Run = Callable[[Access, Arguments, Report], Result]


@dataclass(frozen=True, slots=True)
class Handler:
    """処理の種類 1つ. Whoever holds one of `rights` may look at its jobs and cancel them, as their asker may."""

    kind: str
    title: str
    rights: tuple[str, ...]
    run: Run


_handlers: dict[str, Handler] = {}


def handler(kind: str, *, title: str, rights: tuple[str, ...]) -> Callable[[Run], Run]:
    """処理の登録: makes the decorated function what is done for jobs of this kind. Raises ValueError for a kind that is taken."""

    def register(run: Run) -> Run:
        if kind in _handlers:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _handlers[kind] = Handler(kind, title, rights, run)
        return run

    return register


def find(kind: str) -> Handler:
    """処理の種類. Raises UnknownKindError."""
    known = every()
    if kind not in known:
        raise UnknownKindError(kind)
    return known[kind]


@cache
def every() -> Mapping[str, Handler]:
    """すべての処理の種類, once the modules that the settings name are imported."""
    for module in settings.JOB_HANDLERS:
        import_module(module)
    return _handlers
