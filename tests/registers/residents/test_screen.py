"""表示の抑止: whose address is shut in an output, and what marks stand on whom."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.registers.residents.counter import (
    HANAKO,
    TARO,
    TODAY,
    do,
    household_of,
    items,
    japanese,
    later,
    view,
)

from yakuba.registers.access.door import Purpose
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.queries import people as people_queries
from yakuba.registers.residents.queries.histories import all_histories
from yakuba.registers.residents.screen import HIDDEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stock")]
FATHER = japanese("田中　三郎", "タナカ　サブロウ", sex="1")
ELSEWHERE = {"town": "緑町", "block": "九丁目9番"}


def protect(resident_id: int) -> None:
    access = replace(later(minutes=5), purpose=Purpose.PROTECTION)
    protections.receive_application(
        access, entry_key=uuid4(), applicant_id=resident_id, category="1", received_on=TODAY
    )


def join(resident_id: int, household_id: int) -> None:
    """転居 into somebody else's household."""
    do(
        later(minutes=1), "move_within", occurred_on=TODAY, notified_on=TODAY, residents=[resident_id],
        household_id=household_id, relationship="子",
    )  # fmt: skip


def test_who_left_a_protected_household_does_not_show_its_address() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    (father,) = household_of(FATHER, **ELSEWHERE)
    join(taro, items(father)["household_id"])
    assert view(taro, access=later(minutes=2)).items["previous_town"] == "本町"
    protect(hanako)
    access = later(minutes=10)
    assert view(taro, access=access).items["previous_town"] == HIDDEN
    assert {row.items.get("town") for row in people_queries.history(access, taro)} == {HIDDEN}
    assert {piece.items["town"] for piece in people_queries.lanes(access, taro)} == {HIDDEN}
    assert view(father, access=access).items["town"] == "緑町"
    hidden: set[int] = set()
    (part,) = all_histories(access, individual_numbers=False, hidden=hidden)
    assert hidden == {hanako, taro}
    assert set(part.entries["previous_town"].drop_nulls()) == set()


def test_a_household_that_split_at_the_address_is_the_same_address() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    do(later(), "household_split", occurred_on=TODAY, notified_on=TODAY, residents=[hanako], relationships={})
    (father,) = household_of(FATHER, **ELSEWHERE)
    join(taro, items(father)["household_id"])
    protect(hanako)
    assert view(taro, access=later(minutes=10)).is_hidden


def test_whoever_moved_away_from_a_former_housemate_tells_nothing_by_staying() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    do(later(minutes=1), "move_within", occurred_on=TODAY, notified_on=TODAY, residents=[taro], **ELSEWHERE)
    protect(taro)
    access = later(minutes=10)
    assert view(taro, access=access).is_hidden
    assert not view(hanako, access=access).is_hidden
