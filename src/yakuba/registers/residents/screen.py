"""表示の抑止: the address items of a protected person leave the register as a mark, whoever asks.

A person is screened when protected, or when somebody of the same household is: their address is the same. Only an
approved release of this very output opens it, for one clerk and a short time (`registers.protections`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yakuba.registers.access.door import Access
from yakuba.registers.protections import queries as protections

from .items import AddressItems, DepartureItems
from .sql import raw_cursor

HIDDEN = "（支援措置により表示しません）"
_PLACE_WORDS = ("town", "block", "building", "postal", "district", "address", "city", "prefecture", "lot", "ward")
LOCATION_ITEMS: frozenset[str] = frozenset(
    name
    for name in (
        *(field.name for base in (AddressItems, DepartureItems) for field in base._meta.local_fields),
        "honseki_prefecture", "honseki_city", "honseki_town", "honseki_lot", "last_registered_address",
    )
    if any(word in name for word in _PLACE_WORDS) and not name.startswith("address_since")
) - {"municipality_code", "prefecture", "city"}  # fmt: skip
"""Items that tell where a person lives, lived or goes; the town itself is no secret."""

_LOOK = f"""
WITH together AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(households)s::bigint[]) AS asked (resident_id, household_id)
    UNION
    SELECT r.resident_id, r.household_id FROM residents_residentrecord r
    WHERE r.household_id = ANY(%(households)s) AND r.known_to IS NULL AND r.valid_to IS NULL
)
SELECT t.resident_id, t.household_id, {protections.lock_condition("t.resident_id")},
       EXISTS (SELECT 1 FROM residents_provisionalhold v WHERE v.resident_id = t.resident_id),
       EXISTS (SELECT 1 FROM protections_restriction s WHERE s.resident_id = t.resident_id AND s.released_at IS NULL)
FROM together t
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands on people at this moment: whose address is shut in this output, and who is locked, held, restricted."""

    shut: frozenset[int]
    locked: frozenset[int]
    held: frozenset[int]
    restricted: frozenset[int]


def look(access: Access, households_of: Mapping[int, int | None], output: str) -> Looked:
    """支援措置・仮登録・抑止 of the people (id → household), in one trip to the database."""
    values = {"ids": list(households_of), "households": list(households_of.values()), "now": access.now}
    with raw_cursor() as cursor:
        cursor.execute(_LOOK, values)
        rows = cursor.fetchall()
    locked = frozenset(row[0] for row in rows if row[2])
    closed = locked - protections.releasable(access, locked, output) if locked else locked
    shut_households = {row[1] for row in rows if row[0] in closed} - {None}
    shut = {each for each, home in households_of.items() if each in closed or home in shut_households}
    return Looked(
        frozenset(shut),
        locked,
        frozenset(row[0] for row in rows if row[3]),
        frozenset(row[0] for row in rows if row[4]),
    )


def screened(access: Access, households_of: Mapping[int, int | None], output: str) -> frozenset[int]:
    """表示できない人: those of the people (id → household) whose address this clerk may not have in this output."""
    return look(access, households_of, output).shut


def hide(items: Mapping[str, Any]) -> dict[str, Any]:
    """The items with every address item that is filled replaced by a mark."""
    return {name: HIDDEN if name in LOCATION_ITEMS and value else value for name, value in items.items()}


def hide_names(names: Iterable[str]) -> frozenset[str]:
    """Which of the items are hidden for a screened person."""
    return LOCATION_ITEMS.intersection(names)
