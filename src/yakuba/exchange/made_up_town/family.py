"""家族の出来事: death and a new head, birth, marriage, and what happens inside a house without anybody moving."""

from __future__ import annotations

import numpy as np

from .journal import CLEAR_BUILDING, CLEAR_PREVIOUS_BUILDING, UNSET
from .newcomers import give_stay, settle
from .people import DEAD, FOREIGN, HEAD, JAPANESE, NONE, RESIDENT, YEAR_DAYS, ages, listing_order, rank
from .tables import FEMALE, MALE, Integers, names
from .templates import exactly, sketch
from .town import Year

CHILD = 20


def deaths(year: Year) -> None:
    """死亡: by sex and age; the rest of the household gets a new head on the same day."""
    town, people = year.town, year.town.people
    living = year.roll.people
    age = (year.start + 182 - people["birth"][living]) / YEAR_DAYS
    male = people["sex"][living] == MALE
    chance = np.where(male, 0.0105 * np.exp(0.1045 * (age - 65)), 0.0045 * np.exp(0.115 * (age - 65)))
    died = living[town.rng.random(living.size) < np.clip(chance * 1.13, 0.0002, 0.6)]
    died = year.take_people(died[~_would_orphan(year, died)])
    home = people["household"][died]
    day = year.days(died.size)
    processed = town.file(home, day + town.lags(died.size, 7, late=0.005))
    event = town.journal.events("death", day, processed, home)
    town.journal.entries(event, died, status=DEAD, struck_reason=23, struck=day, struck_notified=processed)
    people["status"][died], people["left"][died] = DEAD, day
    led = town.households["head"][home] == died
    succeed(year, home[led], day[led])


def _would_orphan(year: Year, persons: Integers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """True for a head without whom only children would be left."""
    town = year.town
    home = town.people["household"][persons]
    is_head = town.households["head"][home] == persons
    return is_head & (year.sizes[home] > 1) & (year.adults[home] < 2)


def succeed(year: Year, households: Integers, day: Integers, *, lag: int = 10) -> None:
    """世帯主変更: spouse, else a grown child, else the eldest takes the place of a head who is gone or steps back."""
    town, people = year.town, year.town.people
    members, which = year.roll.of(households)
    stays = people["status"][members] == RESIDENT
    stays &= people["household"][members] == households[which]
    members, which = members[stays], which[stays]
    if not members.size:
        return
    kin = people["relationship"][members]
    age = (year.start - people["birth"][members]) / YEAR_DAYS
    score = age + 1000 * (age >= 18) + 300 * (kin == CHILD) + 600 * ((kin >= 11) & (kin <= 14)) - 500 * (kin >= 96)
    score = np.where(kin == HEAD, -1.0, score)
    order = np.lexsort((-score, which))
    left, first = np.unique(which[order], return_index=True)
    head = np.full(households.size, NONE)
    head[left] = members[order[first]]
    changed, place = households[left], np.searchsorted(left, which)
    relation = year.kin.relation(head[which], members)
    listed = listing_order(which, rank(relation), people["birth"][members])
    processed = town.file(changed, day[left] + town.rng.integers(0, lag + 1, left.size))
    event = town.journal.events("head_change", day[left], processed, changed)[place]
    name = town.heads_name(head[which])
    town.journal.entries(event, members, relationship=relation, order=listed, **name)
    people["relationship"][members], people["order"][members] = relation, listed
    town.households["head"][changed] = head[left]


def step_back(year: Year) -> None:
    """世帯主変更: the old leave the lead to the young."""
    town = year.town
    heads = town.households["head"]
    of = np.flatnonzero(year.sizes > 1)
    old = of[(year.start - town.people["birth"][heads[of]] > 70 * 365) & (year.adults[of] > 1)]
    changed = year.take(year.some(old, 0.012))
    succeed(year, changed, year.days(changed.size), lag=5)


def births(year: Year, wanted: int) -> None:
    """出生: to women living with their husbands, few others; the child gets the parents' name and 戸籍."""
    town, people = year.town, year.town.people
    women = year.unmoved()
    women = women[(people["sex"][women] == FEMALE) & np.isin(people["relationship"][women], (2, 12, 14, 2012))]
    age = (year.start + 182 - people["birth"][women]) / YEAR_DAYS
    husband = people["spouse"][women]
    together = (husband >= 0) & (people["household"][husband] == people["household"][women])
    together &= people["status"][husband] == RESIDENT
    weight = np.exp(-(((age - 31) / 5.2) ** 2) / 2) * np.where(together, 1.0, 0.02) * ((age > 19) & (age < 45))
    if not weight.sum():
        return
    mothers = year.take_people(year.some(women, np.minimum(weight * wanted / weight.sum(), 0.6)))
    fathers = np.where(people["sex"][people["spouse"][mothers]] == MALE, people["spouse"][mothers], NONE)
    fathers = np.where(people["household"][fathers] == people["household"][mothers], fathers, NONE)
    home, day = people["household"][mothers], year.days(mothers.size)
    named = np.where((people["kind"][mothers] == FOREIGN) & (fathers >= 0), fathers, mothers)
    kind = people["kind"][named]
    sex = town.rng.integers(1, 3, mothers.size)
    given = names().given(town.rng, sex, np.full(mothers.size, 2020))
    last = np.zeros(town.households.size, dtype=np.int64)
    np.maximum.at(last, people["household"][year.roll.people], people["order"][year.roll.people])
    registered = {name: people[name][named] for name in ("honseki", "koseki_family", "koseki_given")}
    baby = people.add(
        mothers.size, sex=sex, birth=day, kind=kind, family=people["family"][named], given=given, father=fathers,
        mother=mothers, household=home, order=last[home] + 1, furigana_confirmed=1,
        nationality=people["nationality"][named], **registered,
    )  # fmt: skip
    foreign = baby[kind == FOREIGN]
    people["given"][foreign] = names().foreign(town.rng, people["nationality"][foreign], people["sex"][foreign])[1]
    give_stay(town, foreign, people["nationality"][foreign], day[kind == FOREIGN])
    people["relationship"][baby] = year.kin.relation(town.households["head"][home], baby)
    processed = town.file(home, day + town.lags(day.size, 13, late=0.01))
    town.enter(town.journal.events("birth", day, processed, home), baby, day, 3)


def _single(year: Year, sex: int, share: float) -> Integers:
    people, alone = year.town.people, year.alone()
    age = ages(people, alone, year.start)
    fit = (people["sex"][alone] == sex) & (people["kind"][alone] == JAPANESE) & (age >= 21) & (age <= 42)
    return year.some(alone[fit & (people["spouse"][alone] == NONE)], share)


def _wed(year: Year, men: Integers, women: Integers) -> None:
    """婚姻: a new 戸籍 headed by the husband, whose name the wife takes."""
    people = year.town.people
    honseki = year.town.places.registers(men.size)
    for who in (men, women):
        people["honseki"][who] = honseki
        people["koseki_family"][who], people["koseki_given"][who] = people["family"][men], people["given"][men]
    people["family"][women] = people["family"][men]
    people["spouse"][men], people["spouse"][women] = women, men


def _koseki(year: Year, person: Integers) -> dict[str, Integers]:
    return {name: year.town.people[name][person] for name in ("honseki", "koseki_family", "koseki_given")}


def weddings(year: Year, wanted: int) -> None:
    """婚姻 of two who each live alone in town: 職権修正 of both, then she moves in with him (転居)."""
    town, people = year.town, year.town.people
    men, women = _single(year, MALE, 1.0), _single(year, FEMALE, 1.0)
    count = min(men.size, women.size, wanted)
    men, women = (town.rng.permutation(each)[:count] for each in (men, women))
    men, women = (each[np.argsort(-people["birth"][each], kind="stable")] for each in (men, women))
    year.take(people["household"][np.concatenate((men, women))])
    old_home, home, day = people["household"][women], people["household"][men], year.days(count)
    maiden = people["family"][women].copy()
    _wed(year, men, women)
    filed = town.file(old_home, day + town.lags(count, 10, late=0))
    processed = town.file(home, filed)
    event = town.journal.events("authority_correction", day, processed, home)
    town.journal.entries(event, men, **_koseki(year, men))
    former = np.where(town.rng.random(count) < 0.05, maiden, UNSET)
    people["former"][women] = np.where(former == UNSET, people["former"][women], former)
    name = {"family": people["family"][women], "given": people["given"][women], "kana_given": people["given"][women]}
    alone = {"head_family": people["family"][women], "head_given": people["given"][women]}
    confirmed = people["furigana_confirmed"][women]
    town.journal.entries(
        event, women, former=former, furigana_confirmed=confirmed, **name, **alone, **_koseki(year, women)
    )
    later = np.minimum(day + town.rng.integers(0, 20, count), town.last_day)
    processed = town.file(home, np.maximum(later + town.lags(count, 10, late=0), processed))
    address, previous = town.households["address"][home], town.households["address"][old_home]
    event = town.journal.events("move_within", later, processed, home)
    town.journal.entries(
        event, women, household=home, relationship=12, order=2, **town.heads_name(men), address=address,
        address_since=later, previous=previous, clear=CLEAR_BUILDING | CLEAR_PREVIOUS_BUILDING,
    )  # fmt: skip
    people["household"][women], people["relationship"][women], people["order"][women] = home, 12, 2


def brides(year: Year, wanted: int) -> None:
    """婚姻 with someone from elsewhere, who moves in as 妻."""
    town, people = year.town, year.town.people
    men = town.rng.permutation(_single(year, MALE, 1.0))[:wanted]
    year.take(people["household"][men])
    if not men.size:
        return
    home, day = people["household"][men], year.days(men.size)
    new = settle(town, exactly(sketch(town.rng, men.size * 3, (1.0,), younger=True), men.size), day, 0.0)
    bride = new.people
    age = np.maximum(people["birth"][men] + town.rng.integers(-900, 1500, men.size), 0)
    people["birth"][bride] = np.minimum(age, day - int(20 * YEAR_DAYS))
    people["sex"][bride] = FEMALE
    people["birth_note"][bride] = 0
    people["given"][bride] = names().given(town.rng, people["sex"][bride], 1970 + people["birth"][bride] // 365)
    maiden = people["family"][bride].copy()
    _wed(year, men, bride)
    people["former"][bride] = np.where(town.rng.random(men.size) < 0.05, maiden, NONE)
    people["household"][bride], people["relationship"][bride], people["order"][bride] = home, 12, 2
    processed = town.file(home, day + town.lags(men.size, 10, late=0))
    event = town.journal.events("authority_correction", day, processed, home)
    town.journal.entries(event, men, **_koseki(year, men))
    later = np.minimum(day + town.rng.integers(0, 20, men.size), town.last_day)
    processed = town.file(home, np.maximum(later + town.lags(men.size, 10, late=0), processed))
    event = town.journal.events("domestic_move_in", later, processed, home)
    town.enter(event, bride, later, 1, origin=town.places.away(men.size))


def split(year: Year) -> None:
    """世帯分離: a grown child or a parent of the head gets a household of one at the same address."""
    town, people = year.town, year.town.people
    members = year.unmoved()
    kin = people["relationship"][members]
    grown = year.start - people["birth"][members] > 23 * 365
    may = grown & np.isin(kin, (CHILD, 51, 52)) & (people["spouse"][members] == NONE)
    leaver = year.take_people(year.some(members[may], 0.018))
    old, day = people["household"][leaver], year.days(leaver.size)
    processed = town.file(old, day + town.lags(leaver.size, 14))
    new = town.open_households(leaver, town.households["address"][old], old)
    town.households["recorded"][new] = processed
    event = town.journal.events("household_split", day, processed, old)
    town.journal.entries(event, leaver, household=new, relationship=HEAD, order=1, **town.heads_name(leaver))


def rejoin(year: Year) -> None:
    """世帯合併: who once had split off comes back; 世帯変更: another of the house moves over to whom split off."""
    town, people, households = year.town, year.town.people, year.town.households
    off = np.flatnonzero((households["split_from"][: year.sizes.size] >= 0) & (year.sizes > 0))
    origin = households["split_from"][off]
    here = (year.sizes[origin] > 0) & (households["address"][origin] == households["address"][off])
    here &= year.free(off) & year.free(origin)
    off, origin = off[here], origin[here]
    _, first = np.unique(origin, return_index=True)
    off, origin = off[first], origin[first]
    dice = town.rng.random(off.size)
    merging = (dice < 0.12) & (year.sizes[off] == 1)
    _go_over(year, "household_merge", households["head"][off[merging]], origin[merging])
    changing = np.flatnonzero((dice > 0.9) & (year.sizes[origin] > 1))
    members, which = year.roll.of(origin[changing])
    last = np.concatenate((which[1:] != which[:-1], [True])) if which.size else np.empty(0, dtype=bool)
    mover = members[last]
    alone_child = (year.sizes[origin[changing]] == 2) & (people["relationship"][mover] == HEAD)
    _go_over(year, "household_change", mover[~alone_child], off[changing][~alone_child])


def _go_over(year: Year, kind: str, person: Integers, to: Integers) -> None:
    town, people = year.town, year.town.people
    old, day = people["household"][person], year.days(person.size)
    year.take(np.concatenate((old, to)))
    head = town.households["head"][to]
    relation = year.kin.relation(head, person)
    last = np.zeros(town.households.size, dtype=np.int64)
    np.maximum.at(last, people["household"][year.roll.people], people["order"][year.roll.people])
    filed = town.file(old, day + town.lags(person.size, 14))
    event = town.journal.events(kind, day, town.file(to, filed), to)
    name = town.heads_name(head)
    order = last[to] + 1
    town.journal.entries(event, person, household=to, relationship=relation, order=order, **name)
    people["household"][person], people["relationship"][person], people["order"][person] = to, relation, order
