"""町の状態: one part of the town while it lives, and what every event does to it: a day at the desk, a first entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .journal import UNSET, Journal
from .people import NONE, RESIDENT, Arrays, Flags, Kinship, Roll, household_table, people_table
from .places import Places
from .tables import Integers

PEAK_BEFORE, PEAK_AFTER = 25, 20
"""Days before and after the first of April in which most people move."""


def working_day(days: Integers) -> Integers:
    """The day itself or the next Monday to Friday. Days are counted from 1970-01-01."""
    return np.asarray(np.busday_offset(days.astype("datetime64[D]"), 0, roll="forward").astype(np.int64))


@dataclass
class Town:
    """One part. `last_day` is the last working day on which the town recorded anything."""

    rng: np.random.Generator
    places: Places
    last_day: int
    people: Arrays = field(default_factory=people_table)
    households: Arrays = field(default_factory=household_table)
    journal: Journal = field(default_factory=Journal)
    cards: int = 0

    def days(self, count: int, start: int, end: int, *, moves: bool = False) -> Integers:
        """Days in [start, end), for moves with the rush of spring; start is the first of April."""
        days = self.rng.integers(start, end, count)
        if moves:
            rush, spread = self.rng.random(count), self.rng.random(count)
            days = np.where(rush < 0.2, start + (spread * PEAK_AFTER).astype(np.int64), days)
            days = np.where(rush > 0.82, end - 1 - (spread * PEAK_BEFORE).astype(np.int64), days)
        return np.minimum(days, self.last_day)

    def lags(self, count: int, usual: int, *, late: float = 0.04) -> Integers:
        """Days until a notice: within `usual`, now and then up to ten weeks."""
        lag = self.rng.integers(0, usual + 1, count)
        return np.where(self.rng.random(count) < late, lag + self.rng.integers(15, 70, count), lag)

    def file(self, households: Integers, day: Integers) -> Integers:
        """処理日: the working day from `day` on, never before what was last recorded of the household."""
        recorded = self.households["recorded"]
        processed = np.minimum(np.maximum(working_day(day), recorded[households]), self.last_day)
        np.maximum.at(recorded, households, processed)
        return processed

    def heads_name(self, heads: Integers) -> dict[str, Integers]:
        """世帯主氏名 for entries."""
        return {"head_family": self.people["family"][heads], "head_given": self.people["given"][heads]}

    def new_cards(self, count: int) -> Integers:
        """在留カード等番号 not yet given out."""
        self.cards += count
        return np.arange(self.cards - count, self.cards)

    def enter(self, event: Integers, person: Integers, day: Integers, reason: int | Integers, **more: Any) -> None:
        """記載: a complete entry of each person, as the person now stands."""
        people, households = self.people, self.households
        home = people["household"][person]
        copied = (
            "kind", "household", "relationship", "order", "family", "given", "former", "alias_family", "alias_given",
            "furigana_confirmed", "honseki", "koseki_family", "koseki_given", "stay", "stay_years", "stay_expires", "card",
        )  # fmt: skip
        items: dict[str, Any] = {}
        for name in copied:
            values = people[name][person]
            items[name] = np.where(values == NONE, UNSET, values) if people.defaults[name] == NONE else values
        self.journal.entries(
            event, person, **{
                "full": 1, "status": RESIDENT, **items, **self.heads_name(households["head"][home]), "kana_given": items["given"],
                "address": households["address"][home], "address_since": day, "entered": day, "became": day,
                "reason": reason, **more,
            },
        )  # fmt: skip
        people["entered"][person] = day

    def open_households(self, heads: Integers, address: Integers, split_from: int | Integers = NONE) -> Integers:
        """New households around heads, who are moved into them."""
        new = self.households.add(heads.size, head=heads, address=address, split_from=split_from)
        self.people["household"][heads] = new
        self.people["relationship"][heads] = 2
        self.people["order"][heads] = 1
        return new


@dataclass
class Year:
    """一年: from the first of April. A household has one thing happen to it in a year; `busy` says which had theirs."""

    town: Town
    start: int
    end: int

    def __post_init__(self) -> None:
        self.roll = Roll(self.town.people, self.town.households)
        self.kin = Kinship(self.town.people)
        self.busy = np.zeros(self.town.households.size, dtype=bool)
        people, members = self.town.people, self.roll.people
        grown = members[people["birth"][members] < self.start - 18 * 365.25]
        self.adults = np.bincount(people["household"][grown], minlength=self.busy.size)

    @property
    def sizes(self) -> Integers:
        """Members of each household at the start of the year; 0 for what is no more."""
        return self.roll.counts

    def free(self, households: Integers) -> Flags:
        """Households of before this year to which nothing has happened in it."""
        return np.where(households < self.busy.size, ~self.busy[np.minimum(households, self.busy.size - 1)], False)

    def unmoved(self) -> Integers:
        """The people of free households, as they stood at the start of the year."""
        home = self.town.people["household"][self.roll.people]
        return self.roll.people[self.free(home)]

    def take(self, households: Integers) -> Integers:
        """Those of the households that are free, each once; they are busy from now on."""
        chosen = np.unique(households)
        chosen = chosen[self.free(chosen) & (self.sizes[chosen] > 0)]
        self.busy[chosen] = True
        return chosen

    def take_people(self, persons: Integers) -> Integers:
        """Of the persons, one of each free household; the households are busy from now on."""
        home = self.town.people["household"][persons]
        chosen, first = np.unique(home, return_index=True)
        kept = self.free(chosen)
        self.busy[chosen[kept]] = True
        return persons[first[kept]]

    def some(self, rows: Integers, share: float | np.ndarray[Any, Any]) -> Integers:
        """A random share of rows."""
        return rows[self.town.rng.random(rows.size) < share]

    def days(self, count: int, *, moves: bool = False) -> Integers:
        """Days of this year."""
        return self.town.days(count, self.start, self.end, moves=moves)

    def alone(self) -> Integers:
        """Heads of free households of one person."""
        heads = self.town.households["head"]
        single = np.flatnonzero((self.sizes == 1) & ~self.busy[: self.sizes.size])
        return heads[single]
