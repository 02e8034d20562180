"""`yakuba town`: made-up towns of any size, for trying out, teaching and measuring."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context
from typing import Any

import click
import django

from yakuba.desks.cli.database import SETTINGS_MODULE, open_registers
from yakuba.desks.cli.japanese import JapaneseGroup

ACTOR = "S0001"


@click.group(cls=JapaneseGroup, help="架空の町をつくる")
def command() -> None:
    """The group itself does nothing."""


@command.command(help="架空の町の住民と10年分の異動を台帳に取り込む（同じ指定なら続きから）")
@click.option("--residents", type=click.IntRange(1, 5_000_000), required=True, metavar="人数", help="基準日の住民の数")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, metavar="種", help="同じ種からは同じ町ができる"
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="基準日", help="町の最後の日（既定は 2026-03-31）")
def create(residents: int, seed: int, until: datetime | None) -> None:
    """Makes the parts in a second process while the parts before are loaded in this one."""
    open_registers()
    # Their imports need Django set up.
    from yakuba.exchange.made_up_town import UNTIL, part_sizes
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.residents.commands.load import load

    last_day = until.date() if until else UNTIL
    sizes = part_sizes(residents)
    access = Access(ACTOR, Purpose.MIGRATION, datetime.now(UTC), place="yakuba town create")
    with _workshop() as workshop, _progress() as bar:
        task = bar.add_task("架空の町", total=len(sizes))
        ahead = _Ahead(workshop, len(sizes), residents, seed, last_day)
        result = load(
            ahead,
            access=access,
            source=f"made-up-town residents={residents} seed={seed} until={last_day}",
            progress=lambda chunk, _: bar.update(task, completed=chunk + 1),
        )
        protected = _protect(bar.track(ahead.protections(), total=len(sizes), description="支援措置"), access)
    click.echo(
        f"住民 {result.residents:,} 人（基準日の住登者 {residents:,} 人の町）、異動履歴 {result.entries:,} 件、"
        f"記録 {result.records:,} 件、支援措置 {protected:,} 件を取り込みました。"
        + (f"{result.skipped_chunks} 区画は取り込み済みでした。" if result.skipped_chunks else "")
    )


def _progress() -> Any:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns)


def _workshop() -> ProcessPoolExecutor:
    """The second process: one that shares no database connection with this one."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_set_up)


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    django.setup()


def _make(index: int, residents: int, seed: int, until: date) -> tuple[Any, list[dict[str, Any]]]:
    """A part, and the protections in it."""
    from yakuba.exchange.made_up_town import part, protections_in

    made = part(index, residents, seed, until)
    return made, protections_in(made, index, seed, until)


def _make_protections(index: int, residents: int, seed: int, until: date) -> list[dict[str, Any]]:
    return _make(index, residents, seed, until)[1]


def _protect(wanted: Iterable[list[dict[str, Any]]], access: Any) -> int:
    """支援措置: received and, where it has begun, decided; what is there already stays as it is. How many are new."""
    from yakuba.registers.access.door import Purpose
    from yakuba.registers.protections import commands, queries
    from yakuba.registers.residents.queries.search import Criteria, search

    clerk = replace(access, purpose=Purpose.PROTECTION, rights=frozenset({"manage_protections", "release_protections"}))

    def find(resident_code: str) -> int:
        return int(search(clerk, Criteria(number=resident_code)).hits[0].resident_id)

    count = 0
    for each in (protection for part in wanted for protection in part):
        applicant = find(each["resident_code"])
        if queries.measures_of(clerk, applicant):
            continue
        protection = commands.receive_application(
            clerk, entry_key=each["entry_key"], applicant_id=applicant, category=each["category"],
            received_on=each["received_on"],
            together=[commands.Person(find(code), relation) for code, relation in each["together"]],
        )  # fmt: skip
        if each["starts_on"] is not None:
            commands.accept(clerk, protection, starts_on=each["starts_on"])
        count += 1
    return count


class _Ahead:
    """The parts as calls; calling for one starts the making of the next. What is never called for is never made."""

    def __init__(self, workshop: ProcessPoolExecutor, count: int, residents: int, seed: int, until: date) -> None:
        self.workshop, self.count, self.of_town = workshop, count, (residents, seed, until)
        self.made: dict[int, Future[Any]] = {}
        self.protected: dict[int, list[dict[str, Any]]] = {}

    def __iter__(self) -> Iterator[Callable[[], Any]]:
        for index in range(self.count):
            yield partial(self.part, index)

    def part(self, index: int) -> Any:
        """Waits for a part, with the next one already begun."""
        for wanted in (index, index + 1):
            if wanted < self.count and wanted not in self.made:
                self.made[wanted] = self.workshop.submit(_make, wanted, *self.of_town)
        made, self.protected[index] = self.made.pop(index).result()
        return made

    def protections(self) -> Iterator[list[dict[str, Any]]]:
        """支援措置 of every part; those of parts that had been loaded earlier are worked out again."""
        for index in range(self.count):
            if index in self.protected:
                yield self.protected[index]
            else:
                yield self.workshop.submit(_make_protections, index, *self.of_town).result()
