"""アクセス記録: one chain an actor, whole however many write at once; a record goes where the caller's transaction goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections, transaction

from yakuba.registers.access import commands, queries
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.queries import statistics

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    connections.close_all()


def acting(actor: str, minute: int = 0, purpose: Purpose = Purpose.COUNTER) -> Access:
    return Access(actor, purpose, NOON + timedelta(minutes=minute), "本庁1階")


def rules() -> list[str]:
    return [finding.rule for _, findings in queries.verify_chains() for finding in findings]


def at_once(*works: Callable[[], Any]) -> None:
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(60)


def write(actor: str, count: int) -> Callable[[], None]:
    """So many records of an actor, each in a transaction of its own."""

    def work() -> None:
        for minute in range(count):
            with transaction.atomic():
                commands.record(acting(actor, minute), "residents.person", [minute])

    return work


def test_actors_and_one_actor_twice_at_once_keep_whole_chains() -> None:
    at_once(write("S0001", 15), write("S0001", 15), write("S0002", 15))
    assert rules() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT chain, max(number), count(*) FROM access_accessrecord GROUP BY chain ORDER BY chain")
        assert cursor.fetchall() == [("S0001", 30, 30), ("S0002", 15, 15)]


def test_a_count_of_the_whole_town_asked_for_twice_at_once_is_on_record_twice() -> None:
    access = acting("S0001", purpose=Purpose.STATISTICS)

    def ask() -> None:
        for _ in range(10):
            statistics.population(access, "sex", valid_on=NOON.date(), known_at=NOON)

    at_once(ask, ask)
    assert rules() == []
    assert queries.record_count() == 20


def test_an_accident_in_the_callers_transaction_takes_the_record_back_and_the_chain_goes_on() -> None:
    write("S0001", 2)()

    def ends_in_an_accident() -> None:
        with transaction.atomic():
            assert commands.record(acting("S0001"), "residents.person", [9]) == 3
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ends_in_an_accident()
    assert queries.record_count() == 2
    with transaction.atomic():
        assert commands.record(acting("S0001"), "residents.person", [10]) == 3
    assert rules() == []


def test_records_put_in_another_order_are_found() -> None:
    write("S0001", 4)()
    with connections["owner"].cursor() as cursor:
        for number, other in ((2, 100), (3, 2), (100, 3)):
            cursor.execute("UPDATE access_accessrecord SET number = %s WHERE number = %s", [other, number])
        cursor.execute("SELECT array_agg(number ORDER BY number) FROM access_accessrecord")
        assert cursor.fetchone() == ([1, 2, 3, 4],)
    assert {"chain-broken", "record-changed"} <= set(rules())


def test_a_record_moved_to_another_actors_chain_is_found() -> None:
    write("S0001", 3)()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE access_accessrecord SET chain = 'S0002', number = 1 WHERE number = 3")
    assert set(rules()) == {"chain-broken", "record-changed"}
