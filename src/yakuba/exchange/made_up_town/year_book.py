"""一年の控え: who lives in the town when the year begins, which days the desk is open, and the notices handed in so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from typing import Any, Literal
from uuid import UUID

import numpy as np
import polars as pl

from yakuba.registers.access.door import TOKYO
from yakuba.registers.residents.frames import TownPart

from .moves import move_in
from .newcomers import settle
from .numbers import card_numbers
from .people import FOREIGN, HEAD, JAPANESE
from .places import Places, address_frame, elsewhere_frame, honseki_frame
from .rendering import render
from .tables import Integers, names, read
from .templates import ARRIVING, exactly, sketch
from .town import Town

Items = dict[str, Any]
HEAD_CODE, CHILD = f"{HEAD:02d}", "20"
SPOUSES = ("11", "12")
NEWCOMERS, STOCK, SINGLE_NEWCOMERS = 900, 901, 902
"""Parts beyond those of any town whose year is lived here: their numbers meet nobody's."""
FOREIGN_ARRIVALS = 0.035
OPENS, DESK_SECONDS = time(8, 45), 7 * 3600
SPRING = ((3, 18), (4, 14))
EPOCH = date(1970, 1, 1)


class Stage(StrEnum):
    """How far a notice goes: straight to 本登録, through both stages, or no further than 仮登録."""

    DIRECT = "direct"
    BOTH = "both"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Notice:
    """届出: a form as a clerk types it in. `corrects` is the notice whose event the form is about; its id is filled in
    when that is known. `key` is the event's natural key."""

    at: datetime
    actor: str
    kind: str
    form: Mapping[str, Any]
    key: UUID
    stage: Stage = Stage.DIRECT
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """世帯: its members as they stood when the year began, in the order of the 住民票; each with its resident_id."""

    household_id: int
    members: Sequence[Items]

    @property
    def head(self) -> Items:
        """世帯主, or whoever stands first where there is none."""
        return next((member for member in self.members if member["relationship"] == HEAD_CODE), self.members[0])

    @property
    def ids(self) -> list[int]:
        """Everybody."""
        return [member["resident_id"] for member in self.members]


class Book:
    """The year's book. A household has one thing happen to it in the year: `take` gives it away once."""

    def __init__(self, people: pl.DataFrame, settled: set[int], *, first: date, last: date, seed: int) -> None:
        """`people`: a snapshot with resident_id; `settled`: those for whom nothing is planned; days as the desk's."""
        self.rng = np.random.default_rng([seed, people.height, first.toordinal()])
        self.first, self.last, self.seed = first, _working_day(last, "backward"), seed
        self.population = people.height
        self.homes = _homes(people)
        self.free = {each for each, home in self.homes.items() if settled.issuperset(home.ids)}
        self.notices: list[Notice] = []
        self._stock = _Stock(self.rng, seed, people.height)
        days = [first + timedelta(days=n) for n in range((self.last - first).days + 1)]
        weights = np.array([4.0 if SPRING[0] <= (day.month, day.day) <= SPRING[1] else 1.0 for day in days])
        self._days, self._weights = days, weights / weights.sum()

    def about(self, share: float) -> int:
        """A whole number that is this share of the population on average."""
        return int(self.population * share + self.rng.random())

    def day(self, *, moves: bool = False) -> date:
        """A day of the year, for moves with the rush of spring."""
        return self._days[int(self.rng.choice(len(self._days), p=self._weights if moves else None))]

    def opened(self, day: date) -> date:
        """処理日: the day itself or the next on which the desk is open, within the year."""
        return max(min(_working_day(day, "forward"), self.last), _working_day(self.first, "forward"))

    def age(self, person: Items, day: date | None = None) -> float:
        """Years of age, at the start of the year unless a day is given."""
        return ((day or self.first) - person["birth_date"]).days / 365.2425

    def pick(self, wanted: int, fits: Callable[[Home, Items], float]) -> Iterator[tuple[Home, Items]]:
        """So many people of free households by weight, one of each; their households are taken as they come."""
        candidates = [
            (home, member) for each in sorted(self.free) for home in [self.homes[each]] for member in home.members
        ]
        weights = np.array([fits(home, member) for home, member in candidates])
        likely = int((weights > 0).sum())
        if not likely:
            return
        order = self.rng.choice(len(candidates), likely, replace=False, p=weights / weights.sum())
        given = 0
        for home, member in (candidates[index] for index in order.tolist()):
            if given < wanted and home.household_id in self.free:
                self.free.discard(home.household_id)
                given += 1
                yield home, member

    def moment(self, day: date) -> datetime:
        """A moment of the desk's hours on the day, or on the next on which it is open."""
        seconds = int(self.rng.integers(0, DESK_SECONDS))
        return datetime.combine(self.opened(day), OPENS, TOKYO) + timedelta(seconds=seconds)

    def is_open(self, moment: datetime) -> bool:
        """Whether the desk is open at that moment of the year."""
        return self.opened(moment.date()) == moment.date()

    def key(self) -> UUID:
        """登録キー of the next notice."""
        return UUID(bytes=self.rng.bytes(16), version=4)

    def file(
        self, kind: str, occurred_on: date, form: Mapping[str, Any], *, filed_on: date | None = None,
        notified: bool = True, stage: Stage | None = None, corrects: UUID | None = None, at: datetime | None = None,
    ) -> Notice:  # fmt: skip
        """届出 at the desk on the day that it opens after `filed_on` (or after the event itself); one in ten goes
        through both stages unless said otherwise."""
        moment = at or self.moment(filed_on or occurred_on)
        whole = {"occurred_on": occurred_on.isoformat(), **form}
        if notified:
            whole["notified_on"] = moment.date().isoformat()
        chosen = stage or (Stage.BOTH if self.rng.random() < 0.1 else Stage.DIRECT)
        notice = Notice(moment, f"S{int(self.rng.integers(1, 5)):04d}", kind, whole, self.key(), chosen, corrects)
        self.notices.append(notice)
        return notice

    def address(self) -> Items:
        """住所 in town, as form fields."""
        return next(self._stock.addresses)

    def away(self, prefix: str, country: int | None = None) -> Items:
        """An address elsewhere as form fields; abroad where a row of the nationalities is given."""
        found = next(self._stock.elsewhere) if country is None else self._stock.abroad(country)
        return {f"{prefix}_{name}": value for name, value in found.items()}

    def honseki(self) -> Items:
        """本籍."""
        return next(self._stock.honseki)

    def card(self) -> str:
        """在留カード等番号 not yet given out."""
        return next(self._stock.cards)

    def given_name(self, sex: int, birth_year: int) -> tuple[str, str]:
        """名 and its reading."""
        row = names().givens.row(int(names().given(self.rng, np.array([sex]), np.array([birth_year]))[0]))
        return str(row[0]), str(row[1])

    def surname(self) -> tuple[str, str]:
        """氏 and its reading."""
        row = names().families.row(int(names().surnames(self.rng, 1)[0]))
        return str(row[0]), str(row[1])

    def newcomers(self, persons: int) -> TownPart:
        """転入者: households of so many people in all, as a part of a town that nobody else lives in."""
        town = Town(self.rng, self._stock.places, (self.last - EPOCH).days)
        templates = exactly(sketch(self.rng, persons + 20, ARRIVING, younger=True), persons)
        days: Integers = np.array([(self.day(moves=True) - EPOCH).days for _ in range(templates.kind.size)])
        move_in(town, settle(town, templates, days, FOREIGN_ARRIVALS), days)
        return render(
            town, town.journal.event_table(), town.journal.entry_table(), (self.population, self.seed, NEWCOMERS)
        )


@dataclass
class _Stock:
    """Addresses, 本籍 and card numbers that are drawn ahead."""

    rng: np.random.Generator
    seed: int
    residents: int
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.places = Places(self.rng, self.residents, 0, 1)
        wanted = 200 + self.residents // 10
        self.places.homes(wanted)
        self.places.away(wanted)
        self.places.registers(wanted)
        self.addresses = _rows(address_frame(self.places), ("town_code", "town", "block", "building", "postal_code"))
        self.elsewhere = _rows(elsewhere_frame(self.places), ("prefecture", "city", "town", "block"))
        self.honseki = _rows(honseki_frame(self.places))
        self.cards = iter(card_numbers(STOCK, wanted, self.seed))
        self.countries = self._countries()

    def _countries(self) -> list[Items]:
        return [
            {"country_code": row["code"], "country": row["name"], "foreign_address": row["city"]}
            for row in read("nationalities")
        ]

    def abroad(self, country: int) -> Items:
        return self.countries[country % len(self.countries)]


def _rows(frame: pl.DataFrame, columns: Sequence[str] | None = None) -> Iterator[Items]:
    """Rows as form fields without blanks, over and over; the last row of the frame is the blank one."""
    rows = frame.select(columns or frame.columns).head(frame.height - 1).to_dicts()
    kept = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return (dict(kept[number % len(kept)]) for number in count())


def _homes(people: pl.DataFrame) -> dict[int, Home]:
    homes: dict[int, list[Items]] = {}
    for row in people.sort("household_id", "listing_order", "resident_id").iter_rows(named=True):
        homes.setdefault(row["household_id"], []).append(row)
    return {each: Home(each, members) for each, members in homes.items()}


def _working_day(day: date, roll: Literal["forward", "backward"]) -> date:
    return date.fromisoformat(str(np.busday_offset(np.datetime64(day, "D"), 0, roll=roll)))


def is_japanese(person: Items) -> bool:
    """日本人住民."""
    return bool(person["resident_kind"] == JAPANESE)


def is_foreign(person: Items) -> bool:
    """外国人住民."""
    return bool(person["resident_kind"] == FOREIGN)
