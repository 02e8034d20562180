"""本人の変更: what changes of a person where they live: 在留期間, 帰化, 旧氏, 通称, 本籍, the house's number or name."""

from __future__ import annotations

import numpy as np

from .journal import CLEAR_FOREIGN, UNSET
from .moves import has_period
from .newcomers import periods
from .people import FOREIGN, HEAD, JAPANESE, NONE, RESIDENT, STRUCK
from .tables import FEMALE, Integers, names
from .town import Year


def renew_stays(year: Year) -> None:
    """在留期間の更新: a new period and a new card before the old one ends, by notice of the Immigration Services Agency."""
    town, people = year.town, year.town.people
    who = np.flatnonzero((people["kind"] == FOREIGN) & (people["status"] == RESIDENT) & (people["stay"] >= 0))
    ends = people["stay_expires"][who]
    due = has_period(people["stay"][who]) & (ends < year.end + 30)
    who = who[due]
    home = people["household"][who]
    day = np.maximum(people["stay_expires"][who] - town.rng.integers(1, 45, who.size), people["entered"][who] + 1)
    day = np.minimum(day, town.last_day)
    years, expires = periods(town, people["stay"][who], people["stay_expires"][who])
    people["stay_years"][who], people["stay_expires"][who] = years, expires
    people["card"][who] = town.new_cards(who.size)
    processed = town.file(home, day + town.rng.integers(1, 6, who.size))
    event = town.journal.events("authority_correction", day, processed, home)
    items = {name: people[name][who] for name in ("stay", "stay_years", "stay_expires", "card")}
    town.journal.entries(event, who, **items)
    year.take(home)


def naturalise(year: Year) -> None:
    """帰化: struck as a foreign resident and entered as a Japanese one on one day, under the same 宛名番号."""
    town, people = year.town, year.town.people
    who = year.unmoved()
    alone = (people["relationship"][who] != HEAD) | (year.sizes[people["household"][who]] == 1)
    grown = year.start - people["birth"][who] > 20 * 365
    who = year.take_people(year.some(who[alone & grown & (people["kind"][who] == FOREIGN)], 0.012))
    home, day = people["household"][who], year.days(who.size)
    filed = town.file(home, day + town.lags(who.size, 14, late=0))
    struck = town.journal.events("naturalisation_strike", day, filed, home)
    town.journal.entries(struck, who, status=STRUCK, struck_reason=24, struck=day, struck_notified=filed)
    became = people["entered"][who]
    people["kind"][who] = JAPANESE
    people["family"][who] = names().surnames(town.rng, who.size)
    people["given"][who] = names().given(town.rng, people["sex"][who], 1970 + people["birth"][who] // 365)
    people["koseki_family"][who], people["koseki_given"][who] = people["family"][who], people["given"][who]
    people["honseki"][who] = town.places.registers(who.size)
    for name in ("alias_family", "alias_given", "stay", "stay_years", "stay_expires", "card"):
        people[name][who] = NONE
    entered = town.journal.events("naturalisation_entry", day, town.file(home, filed), home)
    town.enter(entered, who, day, 4, clear=CLEAR_FOREIGN, address_since=UNSET, became=became)


def set_former_names(year: Year) -> None:
    """旧氏の記載."""
    town, people = year.town, year.town.people
    who = year.unmoved()
    wife = (people["sex"][who] == FEMALE) & (people["kind"][who] == JAPANESE) & (people["spouse"][who] >= 0)
    wife &= (people["former"][who] == NONE) & (year.start - people["birth"][who] < 60 * 365)
    wife &= people["de_facto"][who] == 0
    who = year.take_people(year.some(who[wife], 0.004))
    home, day = people["household"][who], year.days(who.size)
    people["former"][who] = names().surnames(town.rng, who.size)
    event = town.journal.events("former_name_set", day, town.file(home, day + 3), home)
    town.journal.entries(event, who, former=people["former"][who])


def set_aliases(year: Year) -> None:
    """通称の記載."""
    town, people = year.town, year.town.people
    who = year.unmoved()
    without = (people["kind"][who] == FOREIGN) & (people["alias_family"][who] == NONE)
    who = year.take_people(year.some(who[without & (year.start - people["birth"][who] > 18 * 365)], 0.03))
    home, day = people["household"][who], year.days(who.size)
    people["alias_family"][who] = names().surnames(town.rng, who.size)
    people["alias_given"][who] = names().given(town.rng, people["sex"][who], 1970 + people["birth"][who] // 365)
    event = town.journal.events("alias_set", day, town.file(home, day + 2), home)
    alias = {name: people[name][who] for name in ("alias_family", "alias_given")}
    town.journal.entries(event, who, **alias)


def transfer_registers(year: Year) -> None:
    """転籍: the head and those of the same 戸籍 get another 本籍."""
    town, people = year.town, year.town.people
    heads = town.households["head"]
    homes = np.flatnonzero((year.sizes > 0) & ~year.busy)
    homes = homes[people["kind"][heads[homes]] == JAPANESE]
    homes = year.take(year.some(homes, 0.003))
    members, which = year.roll.of(homes)
    same = people["honseki"][members] == people["honseki"][heads[homes]][which]
    members, which = members[same], which[same]
    honseki, day = town.places.registers(homes.size), year.days(homes.size)
    people["honseki"][members] = honseki[which]
    processed = town.file(homes, day + town.lags(homes.size, 12, late=0))
    event = town.journal.events("authority_correction", day, processed, homes)
    town.journal.entries(event[which], members, honseki=honseki[which])


def renumber(year: Year) -> None:
    """軽微な修正: houses get another number, and once in a while a building another name."""
    town, households = year.town, year.town.households
    homes = year.take(year.some(np.flatnonzero((year.sizes > 0) & ~year.busy), 0.002))
    _new_address(year, homes, town.places.renumbered(households["address"][homes]), year.days(homes.size))
    flats = town.places.addresses.table()["building"][households["address"]]
    building = int(town.rng.integers(0, town.places.buildings.size))
    there = np.flatnonzero((flats[: year.sizes.size] == building) & (year.sizes > 0) & ~year.busy)
    if town.rng.random() < 0.5 and there.size:
        homes = year.take(there)
        renamed = town.places.renamed(building)
        day = np.full(homes.size, int(year.days(1)[0]))
        _new_address(year, homes, town.places.in_building(households["address"][homes], renamed), day)


def _new_address(year: Year, homes: Integers, address: Integers, day: Integers) -> None:
    town = year.town
    members, which = year.roll.of(homes)
    processed = town.file(homes, day + town.rng.integers(0, 30, homes.size))
    event = town.journal.events("minor_correction", day, processed, homes)
    town.journal.entries(event[which], members, address=address[which])
    town.households["address"][homes] = address


def strike(year: Year) -> None:
    """職権消除: nobody lives there any more, as an inspection found."""
    town, people = year.town, year.town.people
    alone = year.alone()
    who = year.take_people(year.some(alone, 0.002 * (year.start - people["birth"][alone] < 70 * 365)))
    home, day = people["household"][who], year.days(who.size)
    processed = town.file(home, day)
    event = town.journal.events("authority_strike", day, processed, home)
    town.journal.entries(event, who, status=STRUCK, struck_reason=26, struck=day)
    people["status"][who], people["left"][who] = STRUCK, day
