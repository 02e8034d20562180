"""転出と支援措置 (national specification 3.4, 4.6): the measure follows a 転出, and comes back when it is cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.registers.residents.counter import HANAKO, TARO, TODAY, do, fill_stock, household_of, later, move_out

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands, queries
from yakuba.registers.residents.queries import people

pytestmark = pytest.mark.django_db
DAY = TODAY + timedelta(days=30)


def responsible(days: int = 0) -> Access:
    access = later(days=days)
    rights = frozenset({"manage_protections", "release_protections"})
    return replace(access, actor="S0009", purpose=Purpose.PROTECTION, rights=rights)


@pytest.fixture
def family(db: None) -> tuple[int, int]:
    """A mother and her child."""
    fill_stock()
    hanako, taro = household_of(HANAKO, TARO)
    return hanako, taro


def measure_of(*residents: int, accepted: bool = True) -> int:
    first, *others = residents
    measure = commands.receive_application(
        responsible(), entry_key=uuid4(), applicant_id=first, category="1", received_on=TODAY,
        together=[commands.Person(each, "子") for each in others],
    )  # fmt: skip
    if accepted:
        commands.accept(responsible(), measure, starts_on=TODAY)
    return measure


def state(measure: int) -> tuple[str, str, list[int], str]:
    """Stage, position, whom it locks, last step."""
    found = queries.measure(responsible(), measure)
    locked = [person.resident_id for person in found.people if person.released_at is None]
    return found.row.stage, found.row.position, locked, found.steps[-1].step


def cancel_move_out(resident_id: int, days: int) -> None:
    access = replace(later(days=days), rights=later().rights | {"cancel_events"})
    event = next(row for row in people.history(access, resident_id) if row.kind == "domestic_move_out")
    do(access, "cancellation", event_id=event.event_id, residents=[resident_id], by_authority="1")


def test_a_cancelled_move_out_gives_the_measure_back(family: tuple[int, int]) -> None:
    hanako, taro = family
    measure = measure_of(hanako)
    move_out(later(days=1), [hanako], DAY, new_head_id=taro)
    assert state(measure) == ("仮支援措置", "前住所地", [hanako], "moved-out")
    cancel_move_out(hanako, 2)
    assert state(measure) == ("支援措置", "住所地", [hanako], "move-out-cancelled")
    assert commands.extend(responsible(days=350), measure, applied_on=TODAY + timedelta(days=350))
    move_out(later(days=3), [hanako], DAY, new_head_id=taro)
    assert state(measure)[:2] == ("仮支援措置", "前住所地")


def test_what_was_provisional_stays_so_and_what_was_decided_since_stands(family: tuple[int, int]) -> None:
    hanako, taro = family
    provisional, decided = measure_of(hanako, accepted=False), measure_of(taro)
    move_out(later(days=1), [hanako, taro], DAY)
    commands.accept(responsible(days=1), decided, starts_on=TODAY + timedelta(days=1))
    for each in (hanako, taro):
        cancel_move_out(each, 2)
    assert state(provisional)[:2] == ("仮支援措置", "住所地")
    assert state(decided)[:2] == ("支援措置", "住所地")


def test_who_stays_of_those_who_were_to_leave_gets_a_measure_here(family: tuple[int, int]) -> None:
    hanako, taro = family
    measure = measure_of(hanako, taro)
    move_out(later(days=1), [hanako, taro], DAY)
    cancel_move_out(taro, 2)
    assert state(measure)[:3] == ("仮支援措置", "前住所地", [hanako])
    (own,) = [row for row in queries.measures_of(responsible(), taro) if row.protection_id != measure]
    assert state(own.protection_id) == ("支援措置", "住所地", [taro], "move-out-cancelled")
