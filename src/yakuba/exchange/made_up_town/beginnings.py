"""はじまり: who lives in the town when the years begin, each entered long before by a move-in or a birth."""

from __future__ import annotations

import numpy as np

from .newcomers import settle
from .people import FOREIGN, YEAR_DAYS, Arrays, listing_order, rank
from .tables import Integers
from .templates import settled
from .town import Town

FOREIGN_HOUSEHOLDS = 0.025
NEW_RULES_FOR_FOREIGNERS = 15530  # 2012-07-09
OLDEST_ENTRY = -1900  # the autumn of 1964
BIRTHS_LAST = 50


def begin(town: Town, count: int, start: int) -> None:
    """Settles so many people and writes their first entries, all before `start`."""
    templates = settled(town.rng, count)
    new = settle(town, templates, np.full(templates.kind.size, start), FOREIGN_HOUSEHOLDS)
    people, person = town.people, new.people
    since = _since(town, people, person, new.which, start)[new.which]
    birth = people["birth"][person]
    born_here = birth >= since
    entered = np.where(born_here, birth, since)
    place = np.where(born_here, BIRTHS_LAST, rank(people["relationship"][person]))
    people["order"][person] = listing_order(new.which, place, birth)
    _move_ins(town, person[~born_here], new.which[~born_here], entered[~born_here], new.households)
    babies, days = person[born_here], entered[born_here]
    order = np.argsort(days, kind="stable")
    babies, days = babies[order], days[order]
    home = people["household"][babies]
    processed = town.file(home, days + town.lags(days.size, 13, late=0.01))
    town.enter(town.journal.events("birth", days, processed, home), babies, days, 3)


def _since(town: Town, people: Arrays, person: Integers, which: Integers, start: int) -> Integers:
    """For each household the day of its move-in: late enough that head and spouses were grown."""
    count = int(which.max()) + 1
    grown = np.full(count, OLDEST_ENTRY)
    partnered = np.isin(people["relationship"][person], (2, 11, 12, 13, 14, 2011, 2012, 99))
    of_age = people["birth"][person] + int(19.5 * YEAR_DAYS)
    np.maximum.at(grown, which[partnered], of_age[partnered])
    np.maximum.at(grown, which[people["kind"][person] == FOREIGN], NEW_RULES_FOR_FOREIGNERS)
    tenure = town.rng.exponential(13 * YEAR_DAYS, count).astype(np.int64)
    earliest = np.minimum(grown, start - 400)
    earliest = earliest + (town.rng.random(count) * np.minimum(900, start - 30 - earliest)).astype(np.int64)
    youngest_head = people["birth"][person[np.unique(which, return_index=True)[1]]] + int(15.2 * YEAR_DAYS)
    return np.clip(np.maximum(start - 30 - tenure, earliest), np.minimum(youngest_head, start - 20), start - 20)


def _move_ins(town: Town, person: Integers, which: Integers, day: Integers, households: Integers) -> None:
    movers, first, event_of = np.unique(which, return_index=True, return_inverse=True)
    home, days = households[movers], day[first]
    processed = town.file(home, days + town.lags(days.size, 14))
    abroad = town.people["kind"][person[first]] == FOREIGN
    abroad &= town.rng.random(days.size) < 0.6
    nationality = np.maximum(town.people["nationality"][person[first]], 0)
    origin = town.places.away(days.size, np.where(abroad, nationality, -1))
    events = np.empty(days.size, dtype=np.int64)
    for kind, those in (("domestic_move_in", ~abroad), ("foreign_move_in", abroad)):
        events[those] = town.journal.events(kind, days[those], processed[those], home[those])
    town.enter(events[event_of], person, day, np.where(abroad, 2, 1)[event_of], origin=origin[event_of])
