"""`yakuba town`: made-up towns of any size, for trying out, teaching and measuring; and who signs a town's certificates."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import django

from yakuba.desks.cli.database import SETTINGS_MODULE, open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.progress import progress_bar
from yakuba.kernel.findings import RefusedError

ACTOR = "S0001"


@click.group(cls=JapaneseGroup, help="架空の町をつくる、証明書の認証者を登録する")
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
    from yakuba.exchange.made_up_town import UNTIL
    from yakuba.registers.access.door import Access, Purpose

    access = Access(ACTOR, Purpose.MIGRATION, datetime.now(UTC), place="yakuba town create")
    with Ahead(residents, seed, until.date() if until else UNTIL) as ahead:
        result, protected = fill(ahead, access)
    click.echo(
        f"住民 {result.residents:,} 人（基準日の住登者 {residents:,} 人の町）、異動履歴 {result.entries:,} 件、"
        f"記録 {result.records:,} 件、支援措置 {protected:,} 件を取り込みました。"
        + (f"{result.skipped_chunks} 区画は取り込み済みでした。" if result.skipped_chunks else "")
    )


@command.command(help="証明書の認証者と公印を登録する（職務代理者には終わりの日を付ける）")
@click.option("--name", required=True, metavar="氏名", help="認証者の氏名")
@click.option("--title", metavar="職名", help="職名（既定は市区町村の長）")
@click.option("--starts-on", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="日", help="認証を始める日")
@click.option("--ends-on", type=click.DateTime(["%Y-%m-%d"]), metavar="日", help="認証の終わりの日（その日まで）")
@click.option(
    "--seal",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="公印の画像（PNG・SVG）",
)
def certifier(name: str, title: str | None, starts_on: datetime, ends_on: datetime | None, seal: Path | None) -> None:
    """From the first day on, certificates bear this name and seal."""
    open_registers()
    # Their imports need Django set up.
    from django.conf import settings

    from yakuba.law.municipality import municipality
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.documents.commands import add_certifier
    from yakuba.typesetting.parts import Seal

    image = seal.read_bytes() if seal else b""
    if image and not Seal.is_readable(image):
        click.secho(f"{seal} は公印の画像ではありません。PNG か SVG のファイルを指定してください。", fg="red", err=True)
        raise SystemExit(1)
    title = title or municipality(settings.MUNICIPALITY_CODE)["mayor_title"]
    access = Access("command-line", Purpose.SYSTEM, datetime.now(UTC), place="yakuba town certifier")
    try:
        add_certifier(
            access, title=title, name=name, starts_on=starts_on.date(), ends_on=ends_on.date() if ends_on else None,
            seal=image,
        )  # fmt: skip
    except RefusedError as refused:
        click.secho(str(refused), fg="red", err=True)
        raise SystemExit(1) from None
    click.echo(f"{title} {name} を {starts_on:%Y-%m-%d} からの認証者として登録しました。")
    if not image:
        click.echo("公印の画像がないため、証明書に公印は印刷されません。")


def fill(ahead: Ahead, access: Any) -> tuple[Any, int]:
    """町の取込み, with its bars: everybody, then 支援措置; the load's result, and how many measures are new.

    The registers must be open. The same town again adds nothing; one that was broken off goes on.
    """
    from yakuba.registers.residents.commands.load import load

    source = f"made-up-town residents={ahead.residents} seed={ahead.seed} until={ahead.until}"
    with progress_bar("架空の町") as advance:
        total = ahead.count
        result = load(ahead, access=access, source=source, progress=lambda chunk, _: advance(chunk + 1, total))
    with progress_bar("支援措置") as advance:
        protected = 0
        for done, wanted in enumerate(ahead.protections(), 1):
            protected += _protect(wanted, access)
            advance(done, total)
    return result, protected


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    django.setup()


def _make(index: int, residents: int, seed: int, until: date) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A part as its frames by name, and the protections in it: nothing that needs Django where it is received."""
    from yakuba.exchange.made_up_town import part, protections_in

    made = part(index, residents, seed, until)
    frames = {each.name: getattr(made, each.name) for each in fields(made)}
    return frames, protections_in(made, index, seed, until)


def _protect(wanted: Iterable[dict[str, Any]], access: Any) -> int:
    """支援措置: received and, where it has begun, decided; what is there already stays as it is. How many are new."""
    from yakuba.registers.access.door import Purpose
    from yakuba.registers.protections import commands, queries
    from yakuba.registers.residents.queries.search import Criteria, search

    clerk = replace(access, purpose=Purpose.PROTECTION, rights=frozenset({"manage_protections", "release_protections"}))

    def find(resident_code: str) -> int:
        return int(search(clerk, Criteria(number=resident_code)).hits[0].resident_id)

    count = 0
    for each in wanted:
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


class Ahead:
    """The parts as calls; calling for one starts the making of the next in a second process. What is never called for is
    never made."""

    def __init__(self, residents: int, seed: int, until: date) -> None:
        self.residents, self.seed, self.until = residents, seed, until
        self.made: dict[int, Future[Any]] = {}
        self.protected: dict[int, list[dict[str, Any]]] = {}

    def __enter__(self) -> Ahead:
        # A process that shares no database connection with this one.
        self.workshop = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_set_up)
        return self

    def __exit__(self, *raised: object) -> None:
        self.workshop.shutdown(cancel_futures=True)

    @property
    def count(self) -> int:
        """How many parts there are. Django must be set up."""
        from yakuba.exchange.made_up_town import part_sizes

        return len(part_sizes(self.residents))

    def begin(self) -> None:
        """Starts with the first part, while this process has other things to do; needs no database."""
        self._submit(0)

    def __iter__(self) -> Iterator[Callable[[], Any]]:
        for index in range(self.count):
            yield partial(self.part, index)

    def part(self, index: int) -> Any:
        """Waits for a part, with the next one already begun."""
        self._submit(index)
        if index + 1 < self.count:
            self._submit(index + 1)
        from yakuba.registers.residents.frames import TownPart

        frames, self.protected[index] = self.made.pop(index).result()
        return TownPart(**frames)

    def protections(self) -> Iterator[list[dict[str, Any]]]:
        """支援措置 of every part; those of parts that had been loaded earlier are worked out again."""
        for index in range(self.count):
            if index not in self.protected:
                self.part(index)
            yield self.protected[index]

    def _submit(self, index: int) -> None:
        if index not in self.made:
            self.made[index] = self.workshop.submit(_make, index, self.residents, self.seed, self.until)
