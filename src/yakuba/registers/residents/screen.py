"""表示の抑止: the address items of a protected person leave the register as a mark, whoever asks.

A person is screened when protected, or when their address, present or past, is the present one of somebody protected with
whom they share a household or did. Only an approved release of this very output opens it, for one clerk and a short time
(`registers.protections`). A restriction (抑止) at level エラー on the output's process shuts the address in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yakuba.registers.access.door import Access
from yakuba.registers.protections import commands as protection_commands
from yakuba.registers.protections import queries as protections
from yakuba.registers.protections.guard import process_of

from .items import AddressItems, DepartureItems
from .sql import raw_cursor

CERTIFICATE = "certificate"
HIDDEN = "（抑止により表示しません）"
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

_TOLD = f"""
asked AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::bigint[], %(households)s::bigint[]) AS a (resident_id, household_id)
),
homes AS MATERIALIZED (
    SELECT resident_id, household_id, NULL AS town, NULL AS block FROM asked
    UNION
    SELECT r.resident_id, r.household_id, r.town, coalesce(r.block, '')
    FROM asked JOIN residents_residentrecord r ON r.resident_id = asked.resident_id
    UNION
    SELECT r.resident_id, NULL, r.previous_town, coalesce(r.previous_block, '')
    FROM asked JOIN residents_residentrecord r ON r.resident_id = asked.resident_id AND r.previous_town IS NOT NULL
),
met AS (
    SELECT DISTINCT homes.resident_id AS by_id, r.resident_id
    FROM homes JOIN residents_residentrecord r ON r.household_id = homes.household_id
    WHERE {protections.lock_condition("r.resident_id")}
),
told AS MATERIALIZED (
    SELECT DISTINCT met.by_id, met.resident_id
    FROM met
    JOIN residents_residentrecord r ON r.resident_id = met.resident_id AND r.known_to IS NULL
         AND (r.valid_to IS NULL OR r.valid_to > %(today)s)
    JOIN homes ON homes.resident_id = met.by_id
         AND (homes.household_id = r.household_id OR (homes.town, homes.block) = (r.town, coalesce(r.block, '')))
)
"""
"""SQL: `told`, for each of the people asked for (`by_id`) the locked people whose present address theirs tells.

These are, of those who ever shared a household with them, whoever now is in one of their households, as read or ever
before, or stands at an address that is or was theirs. Past addresses count as the present one does: they are printed.
"""

_LOOK = f"""
WITH {_TOLD}
SELECT a.resident_id, {protections.lock_condition("a.resident_id")},
       EXISTS (SELECT 1 FROM residents_provisionalhold v WHERE v.resident_id = a.resident_id),
       {protections.restriction_condition("a.resident_id", "a.household_id")},
       ARRAY(SELECT told.resident_id FROM told WHERE told.by_id = a.resident_id)
FROM asked a
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands on people at this moment: whose address is shut in this output, and who is locked, held, restricted.

    `stopped` are those on whom a restriction at level エラー stands for this process; their address is shut too.
    """

    shut: frozenset[int]
    locked: frozenset[int]
    held: frozenset[int]
    restricted: frozenset[int]
    stopped: frozenset[int]


def look(
    access: Access,
    households_of: Mapping[int, int | None],
    output: str,
    *,
    households_to: Mapping[int, int | None] | None = None,
) -> Looked:
    """支援措置・仮登録・抑止 of the people (id → household), in one trip to the database.

    `households_to` is where an event would bring them; they are looked at there too. What an approved release opens is
    opened by this look: the release is used and recorded, in the caller's transaction. Certificates use theirs themselves,
    when the paper is made.
    """
    with raw_cursor() as cursor:
        cursor.execute(_LOOK, _values(access, households_of, households_to or {}))
        rows = cursor.fetchall()
    process = process_of(output)
    stopped = frozenset(row[0] for row in rows if f"error:{process}" in row[3])
    locked = frozenset(row[0] for row in rows if row[1])
    telling = {row[0]: frozenset(row[4]) | ({row[0]} & locked) for row in rows if row[4] or row[1]}
    released = protections.releasable(access, frozenset().union(*telling.values()), output) if telling else frozenset()
    shut = stopped.union(each for each, locks in telling.items() if locks - released)
    opened = frozenset().union(*(locks for each, locks in telling.items() if each not in shut))
    if opened and process != CERTIFICATE:
        protection_commands.use_releases(access, sorted(opened), output)
    return Looked(
        shut,
        locked,
        frozenset(row[0] for row in rows if row[2]),
        frozenset(row[0] for row in rows if row[3]),
        stopped,
    )


def told(access: Access, households_of: Mapping[int, int | None]) -> dict[int, frozenset[int]]:
    """住所の知れる支援措置対象者: for each of the people (id → household) the locked whose address theirs tells; ids only."""
    with raw_cursor() as cursor:
        cursor.execute(f"WITH {_TOLD} SELECT * FROM told", _values(access, households_of))
        rows = cursor.fetchall()
    return {each: frozenset(other for by, other in rows if by == each) for each in {by for by, _ in rows}}


def _values(access: Access, *homes: Mapping[int, int | None]) -> dict[str, Any]:
    asked = [pair for each in homes for pair in each.items()]
    ids, households = [each for each, _ in asked], [home for _, home in asked]
    return {"ids": ids, "households": households, "now": access.now, "today": access.today}


def screened(
    access: Access,
    households_of: Mapping[int, int | None],
    output: str,
    *,
    households_to: Mapping[int, int | None] | None = None,
) -> frozenset[int]:
    """表示できない人: those of the people whose address this clerk may not have in this output; otherwise as `look`."""
    return look(access, households_of, output, households_to=households_to).shut


def hide(items: Mapping[str, Any]) -> dict[str, Any]:
    """The items with every address item that is filled replaced by a mark."""
    return {name: HIDDEN if name in LOCATION_ITEMS and value else value for name, value in items.items()}


def hide_names(names: Iterable[str]) -> frozenset[str]:
    """Which of the items are hidden for a screened person."""
    return LOCATION_ITEMS.intersection(names)
