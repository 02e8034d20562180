"""One part of a made-up town, made once for all tests of it, with the entries of each person as the fold takes them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from yakuba.exchange.made_up_town import part
from yakuba.registers.residents.columns import ITEMS
from yakuba.registers.residents.fold import Entry
from yakuba.registers.residents.frames import TownPart

RESIDENTS, SEED = 3_000, 7


@pytest.fixture(scope="session")
def town() -> TownPart:
    """A whole town of 3,000 people."""
    return part(0, RESIDENTS, SEED)


@pytest.fixture(scope="session")
def histories(town: TownPart) -> dict[int, list[Entry]]:
    """The entries of each person."""
    events = {row["id"]: row for row in town.events.iter_rows(named=True)}
    people: dict[int, list[Entry]] = defaultdict(list)
    for row in town.entries.iter_rows(named=True):
        event: dict[str, Any] = events[row["event_id"]]
        items = {name: row[name] for name in ITEMS if row[name] is not None}
        people[row["resident_id"]].append(
            Entry(
                row["event_id"],
                event["occurred_on"],
                event["recorded_at"],
                items,
                tuple(row["cleared"]),
                row["voids_event_id"],
                row["history_number"],
                event["kind"],
                event["reason"],
            )
        )
    return people
