"""後の世帯の異動 (4.0.4, 4.1.2): an event filed late asks about whoever came or left in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.registers.residents.events.small_town import SmallTown, family, japanese, moving_in

RULE = "household-changed-since"
CHILD = {
    "resident_kind": "1", "name": "佐藤　二子", "name_furigana": "サトウ　ニコ", "sex": "2", "relationship": "子",
}  # fmt: skip


def _ids(ids: Sequence[int]) -> list[str]:
    return [str(each) for each in ids]


def _birth(day: str) -> dict[str, Any]:
    return {"occurred_on": day, "notified_on": "R8.11.20", "parent_id": "2", "people": [CHILD]}


def _move(ids: Sequence[int], day: str, block: str = "5-5") -> dict[str, Any]:
    return {"occurred_on": day, "notified_on": day, "town": "西町", "block": block, "residents": _ids(ids)}


LATER: list[tuple[str, dict[str, Any]]] = [
    ("domestic_move_out", {"occurred_on": "R9.1.10", "notified_on": "R8.11.1", "destination_city": "うめ市",
                           "residents": ["1", "2", "3"]}),
    ("move_within", _move((1, 2, 3), "R8.11.10")),
    ("head_change", {"occurred_on": "R8.11.10", "notified_on": "R8.11.10", "new_head_id": "2"}),
    ("death", {"occurred_on": "R8.11.10", "residents": ["3"]}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed"), LATER, ids=[kind for kind, _ in LATER])
def test_a_birth_before_what_the_household_did_since(town: SmallTown, kind: str, typed: dict[str, Any]) -> None:
    family(town)
    assert RULE not in town.rules("birth", **_birth("R8.11.5"))
    town.enter(kind, **typed)
    assert RULE in town.rules("birth", **_birth("R8.11.5"))


def test_a_birth_after_it_asks_nothing(town: SmallTown) -> None:
    family(town)
    town.enter("move_within", **_move((1, 2, 3), "R8.11.10"))
    assert RULE not in town.rules("birth", **_birth("R8.11.10"))


def test_a_move_filed_after_a_child_was_born(town: SmallTown) -> None:
    """The child would stay at the old address, in the same household."""
    family(town)
    town.enter("birth", **_birth("R8.11.5"))
    assert RULE in town.rules("move_within", **_move((1, 2, 3), "R8.11.1"))
    assert RULE not in town.rules("move_within", **_move((1, 2, 3, 4), "R8.11.5"))


OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("death", {"occurred_on": "R8.11.1", "residents": ["1"]}),
    ("domestic_move_out", {"occurred_on": "R8.11.1", "notified_on": "R8.11.1", "destination_city": "うめ市",
                           "residents": ["1", "2", "3"]}),
    ("household_split", {"occurred_on": "R8.11.1", "notified_on": "R8.11.2", "residents": ["2"]}),
    ("head_change", {"occurred_on": "R8.11.1", "notified_on": "R8.11.2", "new_head_id": "2"}),
    ("domestic_move_in", moving_in(japanese("佐藤　三郎", "子"), day="R8.11.1", household_id="101", town="", block="")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed"), OTHERS, ids=[kind for kind, _ in OTHERS])
def test_events_filed_after_a_child_was_born(town: SmallTown, kind: str, typed: dict[str, Any]) -> None:
    family(town)
    assert RULE not in town.rules(kind, **typed)
    town.enter("birth", **_birth("R8.11.5"))
    assert RULE in town.rules(kind, **typed)


@pytest.mark.parametrize("kind", ["household_merge", "household_change"])
def test_who_joined_since_in_either_household(town: SmallTown, kind: str) -> None:
    family(town)
    (other,) = town.enter("domestic_move_in", **moving_in(japanese("田中　実")))
    town.enter("birth", **_birth("R8.11.5"))
    typed = {
        "occurred_on": "R8.11.1", "notified_on": "R8.11.2", "residents": _ids([other]), "household_id": "101",
        "people": [{"resident_id": str(other), "relationship": "同居人"}],
    }  # fmt: skip
    assert RULE in town.rules(kind, **typed)
