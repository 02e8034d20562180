"""Two clerks at once: nobody waits for ever, and the second one sees what the first one did."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from tests.registers.residents.counter import (
    HANAKO,
    JIRO,
    TARO,
    clerk,
    fill_stock,
    household_of,
    items,
    later,
    move_in_form,
)

from yakuba.registers.residents.commands import refold, registration
from yakuba.registers.residents.commands.registration import Registered
from yakuba.registers.residents.sql import raw_cursor

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread and on a connection of its own, begun together."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(30) for done in [pool.submit(run, work) for work in works]]


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return int(cursor.fetchone()[0])


def test_two_households_from_both_ends_do_not_lock_each_other_out() -> None:
    fill_stock()
    ids = household_of(HANAKO, TARO, JIRO)

    def strike(actor: str, residents: list[int]) -> Registered:
        form = {"occurred_on": "2026-03-30", "residents": residents}
        return registration.register_directly(clerk(actor=actor), "death", form, uuid4())

    for _ in range(3):
        one, other = at_once(lambda: strike("S0001", ids[1:]), lambda: strike("S0002", ids[:0:-1]))
        assert sum(bool(done.event_ids) for done in (one, other)) <= 1
    assert [items(each)["resident_status"] for each in ids] == [1, 3, 3]
    assert refold.verify().findings == []


def test_the_same_entry_registered_by_two_is_one_event() -> None:
    fill_stock()
    entered = registration.enter(clerk(), "domestic_move_in", move_in_form(HANAKO))
    entry_id = entered.entry_id
    assert entry_id
    done = at_once(
        lambda: registration.register(clerk(actor="S0001"), entry_id),
        lambda: registration.register(clerk(actor="S0002"), entry_id),
    )
    assert sorted(len(one.event_ids) for one in done) == [0, 1]
    assert [finding.rule for one in done for finding in one.findings] == ["already-registered"]


def test_who_joined_while_the_second_clerk_waited_is_counted() -> None:
    """A son joins the house; the death of the head, typed at the same moment, must know of two who are left, not one."""
    fill_stock()
    hanako, taro = household_of(HANAKO, TARO)
    household = items(hanako)["household_id"]
    has_joined = Event()

    def joins() -> Registered:
        with transaction.atomic():
            form = move_in_form(JIRO, household_id=household)
            done = registration.register_directly(clerk(), "domestic_move_in", form, uuid4())
            has_joined.set()
            with raw_cursor() as cursor:
                for _ in range(200):
                    cursor.execute("SELECT pg_sleep(0.02), pg_stat_clear_snapshot()")
                    if waiting_for_a_lock():
                        break
            return done

    def dies() -> Registered:
        assert has_joined.wait(30)
        form = {"occurred_on": "2026-03-30", "residents": [hanako]}
        return registration.register_directly(later(minutes=1), "death", form, uuid4())

    joined, died = at_once(joins, dies)
    assert joined.event_ids
    assert "head-leaves" in [finding.rule for finding in died.findings]
    assert items(taro)["relationship"] == "20", "no head was made by authority, since two are left"
    assert refold.verify().findings == []
