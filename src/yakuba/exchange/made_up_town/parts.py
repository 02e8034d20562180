"""町の区画: how a town of any size is cut into parts, and what ten years of a part are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import numpy as np

from yakuba.registers.residents.frames import TownPart

from . import changes, family, moves
from .afterwards import delay_notices, mistakes, moves_of_whole_households
from .beginnings import begin
from .people import RESIDENT
from .places import Places
from .rendering import render
from .town import Town, Year

PART_RESIDENTS, SMALLEST_PART = 20_000, 2_000
YEARS = 10
UNTIL = date(2026, 3, 31)
EPOCH = date(1970, 1, 1)
SHRINKING = 0.002  # the town loses so much of its people in a year
BIRTHS, LEAVING, WITHIN, WEDDINGS, BRIDES, RETURNING = 0.0065, 0.045, 0.03, 0.0012, 0.0009, 0.001
SECOND_THOUGHTS = 0.00012


def part_sizes(residents: int) -> list[int]:
    """The living residents of each part: 20,000 a part, the last one the rest (a rest below 2,000 joins the one before)."""
    if residents < 1:
        raise ValueError(f"a town has at least one resident, not {residents}")
    whole, rest = divmod(residents, PART_RESIDENTS)
    sizes = [PART_RESIDENTS] * whole
    if rest >= SMALLEST_PART or not sizes:
        return [*sizes, rest]
    sizes[-1] += rest
    return sizes


def parts(residents: int, seed: int, until: date = UNTIL) -> Iterator[TownPart]:
    """区画: the town of so many living residents on `until`, part by part."""
    for index in range(len(part_sizes(residents))):
        yield part(index, residents, seed, until)


def part(index: int, residents: int, seed: int, until: date = UNTIL) -> TownPart:
    """One part of the town: the same for the same arguments, whoever makes it. Persons and events count from 0."""
    sizes = part_sizes(residents)
    days = _first_days(until)
    rng = np.random.default_rng([seed, residents, index, until.toordinal()])
    last = (until - EPOCH).days
    last_day = int(np.busday_offset(np.datetime64(last, "D"), 0, roll="backward").astype(np.int64))
    town = Town(rng, Places(rng, residents, index, len(sizes)), last_day)
    size = sizes[index]
    begin(town, round(size * (1 + SHRINKING * YEARS)), days[0])
    for earlier in range(4, 0, -1):
        changes.renew_stays(Year(town, days[0] - earlier * 365, days[0] - (earlier - 1) * 365))
    for left, (start, end) in enumerate(pairwise(days)):
        _live(Year(town, start, end), round(size * (1 + SHRINKING * (YEARS - 1 - left))))
    changes.renew_stays(Year(town, last - 364, last + 1))
    moves.plan_ahead(town, last)
    events, entries = town.journal.event_table(), town.journal.entry_table()
    delay_notices(town, events, moves_of_whole_households(events, entries))
    events, entries = mistakes(town, events, entries)
    return render(town, events, entries, (residents, seed, index))


def _first_days(until: date) -> list[int]:
    """The days on which the years begin, and the day after the last."""
    after = (until - EPOCH).days + 1
    return [after - round(365.2425 * years) for years in range(YEARS, -1, -1)]


def _about(town: Town, expected: float) -> int:
    """A whole number that is `expected` on average."""
    return int(expected + town.rng.random())


def _living(town: Town) -> int:
    return int((town.people["status"] == RESIDENT).sum())


def _live(year: Year, target: int) -> None:
    """One year, at the end of which `target` people live in the part."""
    town = year.town
    size = _living(town)
    changes.renew_stays(year)
    family.deaths(year)
    family.births(year, _about(town, size * BIRTHS))
    family.weddings(year, _about(town, size * WEDDINGS))
    family.brides(year, _about(town, size * BRIDES))
    moves.leave(year, _about(town, size * LEAVING))
    moves.within(year, _about(town, size * WITHIN))
    family.split(year)
    family.rejoin(year)
    family.step_back(year)
    for change in (changes.naturalise, changes.set_former_names, changes.set_aliases, changes.strike):
        change(year)
    moves.think_better(year, SECOND_THOUGHTS)
    changes.transfer_registers(year)
    changes.renumber(year)
    moves.come_back(year, _about(town, size * RETURNING))
    missing = target - _living(town)
    moves.arrive(year, missing)
    if missing < 0:
        moves.leave_alone(year, year.take_people(year.alone())[:-missing])
