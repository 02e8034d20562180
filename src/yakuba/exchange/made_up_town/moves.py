"""転入・転出・転居: whole households and single people, what was cancelled of it, and who came back."""

from __future__ import annotations

import numpy as np

from .family import CHILD, succeed
from .journal import CLEAR_BUILDING, CLEAR_PREVIOUS_BUILDING, CLEAR_STRUCK
from .newcomers import Settled, settle
from .people import FOREIGN, HEAD, JAPANESE, MOVED_OUT, NONE, RESIDENT, STRUCK, YEAR_DAYS
from .tables import Integers, stays
from .templates import ARRIVING, exactly, sketch
from .town import Town, Year, working_day

FOREIGN_ARRIVALS, FROM_ABROAD_JAPANESE, FROM_ABROAD_FOREIGN = 0.035, 0.025, 0.6
NOTICES = 0.25


def _head_age(year: Year, households: Integers) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    heads = year.town.households["head"][households]
    return np.asarray((year.start - year.town.people["birth"][heads]) / YEAR_DAYS)


def _restless(year: Year, households: Integers) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How much a household tends to move, by the head's age and its size."""
    age = _head_age(year, households)
    by_age = np.select([age < 30, age < 45, age < 65], [0.13, 0.075, 0.024], 0.009)
    single = year.sizes[households] == 1
    foreign = year.town.people["kind"][year.town.households["head"][households]] == FOREIGN
    return np.asarray(by_age * np.where(single, 1.0, 0.45) * np.where(foreign, 1.6, 1.0))


def _moving(year: Year, persons: float) -> Integers:
    """Free households with about so many people in all; they are busy from now on."""
    homes = np.flatnonzero((year.sizes > 0) & ~year.busy)
    weight = _restless(year, homes)
    expected = (weight * year.sizes[homes]).sum()
    return year.take(year.some(homes, np.minimum(weight * persons / max(expected, 1e-9), 0.9)))


def leave(year: Year, persons: int) -> None:
    """転出: five of six by whole households, else grown children, some spouses, heads sent elsewhere."""
    town, people = year.town, year.town.people
    movers = _moving(year, persons * 0.84)
    _depart(year, *year.roll.of(movers), movers)
    members = year.unmoved()
    home, kin = people["household"][members], people["relationship"][members]
    age = (year.start - people["birth"][members]) / YEAR_DAYS
    child = (kin == CHILD) & (age >= 18) & (age < 33)
    spouse = np.isin(kin, (11, 12, 13, 14)) & (age < 60)
    head = (kin == HEAD) & (year.sizes[home] > 1) & (year.adults[home] > 1) & (age > 30) & (age < 60)
    weight = child * 1.0 + spouse * 0.025 + head * 0.03
    chance = np.minimum(weight * persons * 0.16 / max(weight.sum(), 1), 0.5)
    leaver = year.take_people(year.some(members, chance))
    homes = people["household"][leaver]
    was_head = town.households["head"][homes] == leaver
    day = _depart(year, leaver, np.arange(leaver.size), homes)
    succeed(year, homes[was_head], day[was_head])


def leave_alone(year: Year, persons: Integers) -> None:
    """転出 of just these people."""
    _depart(year, persons, np.arange(persons.size), year.town.people["household"][persons])


def _depart(year: Year, person: Integers, which: Integers, homes: Integers) -> Integers:
    """転出届, mostly before the planned day; the planned day of each household is returned."""
    town, people = year.town, year.town.people
    planned = year.days(homes.size, moves=True)
    processed = town.file(homes, planned + town.rng.integers(-20, 9, homes.size))
    movers = np.zeros(homes.size, dtype=np.int64)
    movers[which[::-1]] = person[::-1]
    foreign = people["kind"][movers] == FOREIGN
    abroad = town.rng.random(homes.size) < np.where(foreign, 0.4, 0.03)
    country = np.where(foreign, people["nationality"][movers], town.places.countries(homes.size))
    destination = town.places.away(homes.size, np.where(abroad, country, NONE))
    events = _by_kind(
        town, ("domestic_move_out", "foreign_move_out"), abroad, day=planned, processed=processed, homes=homes
    )
    reason = np.where(abroad, 22, 21)
    about = {"planned": planned, "processed": processed, "destination": destination}
    _strike(town, person, which, events=events, reason=reason, **about)
    people["status"][person], people["left"][person] = MOVED_OUT, planned[which]
    whole = np.bincount(which, minlength=homes.size) == year.sizes[homes]
    _confirm(town, person, which, homes=homes, planned=planned, destination=destination, domestic=~abroad, whole=whole)
    return planned


def _by_kind(
    town: Town, kinds: tuple[str, str], second: np.ndarray[tuple[int], np.dtype[np.bool_]], *,
    day: Integers, processed: Integers, homes: Integers,
) -> Integers:  # fmt: skip
    events = np.empty(homes.size, dtype=np.int64)
    for kind, those in ((kinds[0], ~second), (kinds[1], second)):
        events[those] = town.journal.events(kind, day[those], processed[those], homes[those])
    return events


def _strike(
    town: Town, person: Integers, which: Integers, *, events: Integers, planned: Integers, processed: Integers,
    reason: Integers, destination: Integers,
) -> None:  # fmt: skip
    town.journal.entries(
        events[which], person, status=MOVED_OUT, struck_reason=reason[which], struck=planned[which],
        struck_notified=processed[which], out_notified=processed[which], out_planned=planned[which],
        destination=destination[which],
    )  # fmt: skip


def _confirm(
    town: Town, person: Integers, which: Integers, *, homes: Integers, planned: Integers, destination: Integers,
    domestic: np.ndarray[tuple[int], np.dtype[np.bool_]], whole: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:  # fmt: skip
    """転入通知 of some; where the whole household arrived before the planned day, it is struck from that day."""
    arrived = planned + np.where(whole, town.rng.integers(-3, 11, homes.size), town.rng.integers(0, 11, homes.size))
    reported = working_day(arrived + town.rng.integers(3, 13, homes.size))
    told = domestic & (town.rng.random(homes.size) < NOTICES) & (reported < town.last_day)
    number = np.full(homes.size, NONE)
    processed = town.file(homes[told], reported[told])
    number[told] = town.journal.events("move_in_notice", arrived[told], processed, homes[told])
    reported[told] = processed
    here = told[which]
    place = which[here]
    common = {"confirmed": arrived[place], "notice": reported[place], "arrival": destination[place]}
    early = (arrived < planned)[place]
    for those, more in (
        (~early, {}),
        (early, {"status": MOVED_OUT, "struck_reason": 21, "struck": arrived[place][early]}),
    ):
        items = {name: values[those] for name, values in common.items()}
        town.journal.entries(number[place][those], person[here][those], **items, **more)


def within(year: Year, persons: int) -> None:
    """転居 of whole households, and of grown children who set up house."""
    town, people, households = year.town, year.town.people, year.town.households
    movers = _moving(year, persons * 0.85)
    member, which = year.roll.of(movers)
    day = year.days(movers.size, moves=True)
    processed = town.file(movers, day + town.lags(movers.size, 14))
    address, previous = town.places.homes(movers.size), households["address"][movers].copy()
    event = town.journal.events("move_within", day, processed, movers)
    moved = {"clear": CLEAR_BUILDING | CLEAR_PREVIOUS_BUILDING}
    town.journal.entries(
        event[which], member, address=address[which], address_since=day[which], previous=previous[which], **moved
    )
    households["address"][movers] = address
    members = year.unmoved()
    age = (year.start - people["birth"][members]) / YEAR_DAYS
    child = (people["relationship"][members] == CHILD) & (age >= 20) & (age < 36)
    leaver = year.take_people(year.some(members, np.minimum(child * persons * 0.15 / max(child.sum(), 1), 0.5)))
    old, day = people["household"][leaver], year.days(leaver.size, moves=True)
    processed = town.file(old, day + town.lags(leaver.size, 14))
    previous = households["address"][old].copy()
    new = town.open_households(leaver, town.places.homes(leaver.size))
    households["recorded"][new] = processed
    event = town.journal.events("move_within", day, processed, new)
    town.journal.entries(
        event, leaver, household=new, relationship=HEAD, order=1, **town.heads_name(leaver), previous=previous,
        address=households["address"][new], address_since=day, **moved,
    )  # fmt: skip


def arrive(year: Year, persons: int) -> None:
    """転入 of exactly so many people."""
    town = year.town
    if persons <= 0:
        return
    templates = exactly(sketch(town.rng, persons + 20, ARRIVING, younger=True), persons)
    day = year.days(templates.kind.size, moves=True)
    new = settle(town, templates, day, FOREIGN_ARRIVALS)
    move_in(town, new, day)


def move_in(town: Town, new: Settled, day: Integers) -> tuple[Integers, Integers]:
    """転入 of households just settled; the events, and the days on which they were processed."""
    people, count = town.people, new.households.size
    heads = town.households["head"][new.households]
    foreign = people["kind"][heads] == FOREIGN
    processed = town.file(new.households, day + town.lags(count, 14))
    abroad = town.rng.random(count) < np.where(foreign, FROM_ABROAD_FOREIGN, FROM_ABROAD_JAPANESE)
    country = np.where(foreign, people["nationality"][heads], town.places.countries(count))
    origin = town.places.away(count, np.where(abroad, country, NONE))
    events = _by_kind(
        town, ("domestic_move_in", "foreign_move_in"), abroad, day=day, processed=processed, homes=new.households
    )
    reason = np.where(abroad, 2, 1)
    town.enter(events[new.which], new.people, day[new.which], reason[new.which], origin=origin[new.which])
    return events, processed


def come_back(year: Year, wanted: int) -> None:
    """再転入: people who had moved out, with their old number and without the traces of their leaving."""
    town, people = year.town, year.town.people
    gone = np.flatnonzero((people["status"] == MOVED_OUT) & (people["left"] < year.start - 400))
    gone = gone[(people["birth"][gone] < year.start - 20 * 365) & (people["kind"][gone] == JAPANESE)]
    back = town.rng.permutation(gone)[:wanted]
    day = year.days(back.size, moves=True)
    people["status"][back] = RESIDENT
    home = town.open_households(back, town.places.homes(back.size))
    processed = town.file(home, day + town.lags(back.size, 14))
    event = town.journal.events("domestic_move_in", day, processed, home)
    town.enter(event, back, day, 1, origin=town.places.away(back.size), clear=CLEAR_STRUCK | CLEAR_BUILDING)


def think_better(year: Year, share: float) -> None:
    """異動の取消し（増）: a 転出届 that came to nothing. 異動の取消し（減）: a 転入 that never was."""
    town, people = year.town, year.town.people
    stayer = year.alone()
    stayer = stayer[people["kind"][stayer] == JAPANESE]
    wanted = town.rng.binomial(year.roll.people.size, share)
    stayer = town.rng.permutation(stayer)[:wanted]
    home = year.take(people["household"][stayer])
    stayer = town.households["head"][home]
    planned = np.minimum(year.days(home.size), town.last_day - 30)
    processed = town.file(home, planned - town.rng.integers(0, 15, home.size))
    destination = town.places.away(home.size)
    out = town.journal.events("domestic_move_out", planned, processed, home)
    about = {"planned": planned, "processed": processed, "destination": destination}
    _strike(town, stayer, np.arange(home.size), events=out, reason=np.full(home.size, 21), **about)
    processed = town.file(home, processed + town.rng.integers(2, 25, home.size))
    town.journal.entries(town.journal.events("cancel_increase", processed, processed, home), stayer, voids=out)
    count = town.rng.binomial(year.roll.people.size, share)
    if not count:
        return
    day = np.minimum(year.days(count), town.last_day - 60)
    new = settle(town, exactly(sketch(town.rng, count * 3, (1.0,), younger=True), count), day, 0.0)
    moved_in, processed = move_in(town, new, day)
    processed = town.file(new.households, processed + town.rng.integers(5, 40, count))
    void = town.journal.events("cancel_decrease", day, processed, new.households)
    town.enter(
        void, new.people, day, 1, voids=moved_in, status=STRUCK, struck_reason=28, struck=day, struck_notified=processed
    )
    people["status"][new.people] = STRUCK


def plan_ahead(town: Town, until: int) -> None:
    """転出予定: notices already filed of moves after `until`; these people still live here."""
    year = Year(town, until - 364, until + 1)
    alone = year.alone()
    birth = town.people["birth"][alone]
    going = year.take(town.people["household"][year.some(alone, 0.02 * (birth > until - 16000))])
    person = town.households["head"][going]
    planned = until + town.rng.integers(1, 35, going.size)
    filed = np.full(going.size, until) - town.rng.integers(0, 20, going.size)
    processed = town.file(going, filed)
    destination = town.places.away(going.size)
    event = town.journal.events("domestic_move_out", planned, processed, going)
    about = {"planned": planned, "processed": processed, "destination": destination}
    _strike(town, person, np.arange(going.size), events=event, reason=np.full(going.size, 21), **about)


def has_period(stay: Integers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """True for a 在留資格 that ends some day."""
    return np.array([bool(years) for years in stays().years])[stay]
