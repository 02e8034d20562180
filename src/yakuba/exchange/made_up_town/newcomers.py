"""新しい住民: people made from household templates, with names, kin, 戸籍 and 在留資格."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .people import FOREIGN, JAPANESE, LODGER, NONE, YEAR_DAYS, Arrays, Kinship, listing_order, rank
from .tables import FEMALE, MALE, Integers, draw, names, nationality_bounds, stays
from .templates import (
    CHILD_SPOUSE,
    CHILDREN,
    DE_FACTO,
    FATHER,
    GRANDCHILDREN,
    LODGING,
    MOTHER,
    OTHER,
    SIBLINGS,
    SPOUSE,
    Templates,
)
from .town import Town

KOREA = 2
FORMER_NAMES, UNKNOWN_BIRTHS, MIXED = 0.03, 0.0003, 0.012
CONFIRMED_FURIGANA = 0.72
_MAIN, _ELDERS, _YOUNG, _OTHER = range(4)


@dataclass(frozen=True)
class Settled:
    """New households: their numbers, their people, and for each person the place of its household in `households`."""

    households: Integers
    people: Integers
    which: Integers


def settle(town: Town, templates: Templates, on: Integers, foreign_share: float) -> Settled:
    """Makes the people of the templates, aged as drawn on day `on` of their household, and their households."""
    rng, people = town.rng, town.people
    rows, slots = np.nonzero(templates.age >= 0)
    birth = on[rows] - np.ceil(templates.age[rows, slots] * YEAR_DAYS).astype(np.int64) - 1
    sex = templates.sex[rows, slots]
    person = people.add(rows.size, sex=sex, birth=birth)
    place = np.full(templates.age.shape, NONE)
    place[rows, slots] = person
    _kin(people, templates, place)
    count = templates.kind.size
    foreign_home = rng.random(count) < foreign_share
    mixed = (slots == SPOUSE) & (rng.random(rows.size) < MIXED * (foreign_share > 0))
    foreign = foreign_home[rows] | mixed
    people["kind"][person] = np.where(foreign, FOREIGN, JAPANESE)
    nationality = draw(rng, nationality_bounds(), count)[rows]
    _names(town, templates, rows, slots, person=person, nationality=nationality, foreign=foreign)
    _registers(town, templates, rows, slots, person=person, place=place)
    give_stay(town, person[foreign], nationality[foreign], on[rows][foreign])
    people["stranger"][person] = LODGER
    heads = place[:, 0]
    households = town.open_households(heads, town.places.homes(count))
    people["household"][person] = households[rows]
    people["relationship"][person] = Kinship(people).relation(heads[rows], person)
    people["order"][person] = listing_order(rows, rank(people["relationship"][person]), birth)
    people["furigana_confirmed"][person] = rng.random(person.size) < CONFIRMED_FURIGANA
    old = (rng.random(person.size) < UNKNOWN_BIRTHS * 3) & (birth < -7670)
    people["birth_note"][person] = old
    first_of_january = people["birth"][person].astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    people["birth"][person] = np.where(old, first_of_january.astype(np.int64), people["birth"][person])
    return Settled(households, person, rows)


def _kin(people: Arrays, templates: Templates, place: Integers) -> None:
    """Parents and spouses from the places in the template."""
    head, spouse, kind = place[:, 0], place[:, SPOUSE], templates.kind
    head_is_male = templates.sex[:, 0] == MALE
    unknown = -2 - head
    father = np.where(head_is_male, head, np.where(spouse >= 0, spouse, unknown))
    mother = np.where(head_is_male, np.where(spouse >= 0, spouse, unknown), head)

    def link(name: str, who: Integers, to: Integers) -> None:
        here = (who >= 0) & (to != NONE)
        people[name][who[here]] = to[here]

    for slot in CHILDREN:
        link("father", place[:, slot], father)
        link("mother", place[:, slot], mother)
    child, partner = place[:, CHILDREN[0]], place[:, CHILD_SPOUSE]
    child_is_male = templates.sex[:, CHILDREN[0]] == MALE
    for slot in GRANDCHILDREN:
        link("father", place[:, slot], np.where(child_is_male, child, partner))
        link("mother", place[:, slot], np.where(child_is_male, partner, child))
    link("father", head, place[:, FATHER])
    link("mother", head, place[:, MOTHER])
    siblings = np.where(kind == SIBLINGS, unknown, NONE)
    link("mother", head, siblings)
    link("mother", place[:, OTHER], siblings)
    for one, other in ((head, spouse), (child, partner), (place[:, FATHER], place[:, MOTHER])):
        link("spouse", one, other)
        link("spouse", other, one)
    for who in (head, spouse):
        people["de_facto"][who[(kind == DE_FACTO) & (who >= 0)]] = 1


def _names(
    town: Town, templates: Templates, rows: Integers, slots: Integers, *, person: Integers, nationality: Integers,
    foreign: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:  # fmt: skip
    """One family name a household, another for whom it is not his or hers; foreign people by nationality."""
    rng, people, count = town.rng, town.people, templates.kind.size
    common, another = names().surnames(rng, count), names().surnames(rng, count)
    kind = templates.kind[rows]
    married_woman = ((templates.sex[:, 0] == FEMALE) & (templates.age[:, SPOUSE] >= 0))[rows]
    differs = (kind == DE_FACTO) & (slots == SPOUSE)
    differs |= (kind == LODGING) & (slots == OTHER)
    differs |= married_woman & np.isin(slots, (FATHER, MOTHER))
    sex, birth = people["sex"][person], people["birth"][person]
    family = np.where(differs, another[rows], common[rows])
    given = names().given(rng, sex, 1970 + birth // 365)
    foreign_family, foreign_given = names().foreign(rng, nationality, sex)
    own = np.full(count, NONE)
    heads = slots == 0
    own[rows[heads]] = foreign_family[heads]
    shares_name = np.isin(slots, (*CHILDREN, *GRANDCHILDREN))
    foreign_family = np.where(shares_name, own[rows], foreign_family)
    people["family"][person] = np.where(foreign, foreign_family, family)
    people["given"][person] = np.where(foreign, foreign_given, given)
    wife = ~foreign & (sex == FEMALE) & (people["spouse"][person] >= 0) & (people["de_facto"][person] == 0)
    people["former"][person] = np.where(
        wife & (rng.random(person.size) < FORMER_NAMES), names().surnames(rng, person.size), NONE
    )
    wants = rng.random(person.size) < np.where(nationality == KOREA, 0.6, 0.08)
    people["alias_family"][person] = np.where(foreign & wants, common[rows], NONE)
    people["alias_given"][person] = np.where(foreign & wants, given, NONE)
    people["nationality"][person] = np.where(foreign, nationality, NONE)


def _registers(
    town: Town, templates: Templates, rows: Integers, slots: Integers, *, person: Integers, place: Integers
) -> None:
    """本籍・筆頭者: one 戸籍 for a couple and its children; parents, a child's family and others have their own."""
    rng, people = town.rng, town.people
    married_child = place[rows, CHILD_SPOUSE] >= 0
    group = np.full(rows.size, _MAIN)
    group[np.isin(slots, (FATHER, MOTHER))] = _ELDERS
    group[married_child & np.isin(slots, (CHILDREN[0], CHILD_SPOUSE, *GRANDCHILDREN))] = _YOUNG
    kind = templates.kind[rows]
    group[((kind == LODGING) & (slots == OTHER)) | ((kind == DE_FACTO) & (slots == SPOUSE))] = _OTHER
    _, which = np.unique(rows * 4 + group, return_inverse=True)
    total = int(which.max()) + 1 if which.size else 0
    japanese = people["kind"][person] == JAPANESE
    seniority = np.where(people["spouse"][person] == NONE, 2, people["sex"][person] == FEMALE)
    order = np.lexsort((people["birth"][person], seniority, ~japanese, which))
    first = np.full(total, NONE)
    groups, positions = np.unique(which[order], return_index=True)
    first[groups] = person[order[positions]]
    named = first[which]
    own_family = people["family"][named] == people["family"][person]
    named = np.where(own_family & (people["kind"][named] == JAPANESE), named, person)
    given = people["given"][named]
    of_parents = (slots == 0) & (people["spouse"][person] == NONE) & (np.bincount(which, minlength=total)[which] == 1)
    of_parents &= rng.random(rows.size) < 0.5
    parent = names().given(rng, np.full(rows.size, MALE), 1940 + people["birth"][person] // 365)
    people["honseki"][person] = np.where(japanese, town.places.registers(total)[which], NONE)
    people["koseki_family"][person] = np.where(japanese, people["family"][person], NONE)
    people["koseki_given"][person] = np.where(japanese, np.where(of_parents, parent, given), NONE)


def give_stay(town: Town, person: Integers, nationality: Integers, on: Integers) -> None:
    """在留資格・在留期間・カード番号 fitting the age; nothing expires in the half year after `on`."""
    rng, people, kinds = town.rng, town.people, stays()
    age = (on - people["birth"][person]) / YEAR_DAYS
    stay = draw(rng, kinds.bounds, person.size)
    special = (nationality == KOREA) & (rng.random(person.size) < 0.5)
    stay = np.where((stay == kinds.special_permanent) | special, np.where(special, kinds.special_permanent, 0), stay)
    family_stay = 4
    fits = (age >= kinds.age_from[stay]) & (age <= kinds.age_to[stay])
    stay = np.where(fits, stay, np.where(age < 60, family_stay, 0))
    people["stay"][person] = stay
    people["card"][person] = town.new_cards(person.size)
    people["stay_years"][person], people["stay_expires"][person] = periods(town, stay, on, first=True)


def periods(town: Town, stay: Integers, on: Integers, *, first: bool = False) -> tuple[Integers, Integers]:
    """在留期間 in years and the day on which it ends; NONE for the permanent."""
    rng, lists = town.rng, stays().years
    longest = max(len(years) for years in lists)
    table = np.array([[years[i % len(years)] if years else 0 for i in range(longest * 2)] for years in lists])
    years = table[stay, rng.integers(0, longest * 2, stay.size)]
    gone = np.minimum(rng.integers(0, 700, stay.size), years * 365 - 183) if first else 0
    return np.where(years > 0, years, NONE), np.where(years > 0, on + years * 365 - gone, NONE)
