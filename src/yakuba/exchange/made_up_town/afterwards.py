"""後から: what the town got wrong or learned late, worked into the finished journal."""

from __future__ import annotations

import numpy as np

from .journal import KIND_NAMES, UNSET
from .places import Places
from .tables import MALE, Integers, names
from .town import Town, working_day

SIMPLE = ("death", "former_name_set", "alias_set", "minor_correction", "authority_correction")
"""Kinds that do not depend on a move of the whole household that is notified only after them."""
LONGEST_DELAY_DAYS = 800
MISTAKES = 0.012
Table = dict[str, Integers]


def order_recorded(events: Table) -> Integers:
    """Event rows in the order in which the town recorded them."""
    return np.lexsort((np.arange(events["processed"].size), events["processed"]))


def delay_notices(town: Town, events: Table, moved_whole: Integers) -> None:
    """遅れた届出: some moves of whole households come to light only after the next thing that happened there."""
    order = np.lexsort((np.arange(events["kind"].size), events["household"]))
    home, kind = events["household"][order], events["kind"][order]
    simple = np.isin(kind, [KIND_NAMES.index(name) for name in SIMPLE])
    pairs = np.flatnonzero((home[:-1] == home[1:]) & np.isin(order[:-1], moved_whole) & simple[1:])
    late, following = order[pairs], order[pairs + 1]
    known = events["processed"][following] + town.rng.integers(1, 40, pairs.size)
    after = np.where(pairs + 2 < order.size, order[np.minimum(pairs + 2, order.size - 1)], following)
    same = (pairs + 2 < order.size) & (events["household"][after] == home[pairs])
    limit = np.where(same, events["processed"][after], town.last_day)
    known = np.minimum(working_day(known), town.last_day)
    may = (
        (known <= limit)
        & (known > events["processed"][following])
        & (events["occurred"][following] > events["occurred"][late])
    )
    may &= known - events["occurred"][late] < LONGEST_DELAY_DAYS
    may &= ~np.isin(events["household"][late], events["household"][late][~may])
    events["processed"][late[may]] = known[may]


def mistakes(town: Town, events: Table, entries: Table) -> tuple[Table, Table]:
    """誤記修正: some first entries were wrong in the furigana, the 本籍 or the former address; a later entry restates them."""
    rng, rows = town.rng, np.flatnonzero((entries["full"] == 1) & (entries["honseki"] != UNSET))
    event = entries["event"][rows]
    day = events["occurred"][event]
    key = entries["person"] * 100_000 + events["occurred"][entries["event"]] + 10_000
    _, where, counts = np.unique(key, return_inverse=True, return_counts=True)
    alone = counts[where][rows] == 1
    never_voided = ~np.isin(event, entries["voids"]) & (entries["voids"][rows] == UNSET)
    recent = town.last_day - events["processed"][event] > 120
    fit = rows[alone & never_voided & recent & (day > town.last_day - 4000)]
    wrong = fit[rng.random(fit.size) < MISTAKES]
    event, count = entries["event"][wrong], wrong.size
    number = events["kind"].size + np.arange(count)
    right = {name: values[wrong].copy() for name, values in entries.items()}
    right["event"], right["voids"] = number, event
    _spoil(town.places, rng, entries, wrong)
    processed = working_day(events["processed"][event] + rng.integers(4, 90, count))
    added = {
        "kind": np.full(count, KIND_NAMES.index("error_correction")),
        "occurred": events["occurred"][event],
        "processed": processed,
        "household": events["household"][event],
    }
    return _joined(events, added), _joined(entries, right)


def _spoil(places: Places, rng: np.random.Generator, entries: Table, wrong: Integers) -> None:
    what = rng.random(wrong.size)
    no_origin = entries["origin"][wrong] == UNSET
    misread = (what < 0.5) | no_origin
    other = names().given(rng, np.full(wrong.size, MALE), np.full(wrong.size, 1980))
    entries["kana_given"][wrong[misread]] = other[misread]
    elsewhere = ~misread & (what < 0.8)
    entries["honseki"][wrong[elsewhere]] = places.registers(int(elsewhere.sum()))
    origin = ~misread & ~elsewhere
    entries["origin"][wrong[origin]] = places.away(int(origin.sum()))


def _joined(table: Table, more: Table) -> Table:
    return {name: np.concatenate((values, more[name])) for name, values in table.items()}


def moves_of_whole_households(events: Table, entries: Table) -> Integers:
    """転居 in which nobody changed household."""
    within = KIND_NAMES.index("move_within")
    entry_is_split = entries["household"] != UNSET
    splits = np.unique(entries["event"][entry_is_split])
    moved = np.flatnonzero(events["kind"] == within)
    return moved[~np.isin(moved, splits)]
