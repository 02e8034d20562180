"""Several officers at one account at once: each posting goes on from the last, and nothing is given back twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from typing import Any
from uuid import uuid4

import polars as pl
import pytest
from django.db import connection
from tests.registers.ledger.book import BOOKS, OFFICER, TAX, YEAR, assessed, balances, batch, paid, says, somebody

from yakuba.kernel.findings import RefusedError
from yakuba.registers.ledger import commands, queries
from yakuba.registers.ledger.commands import AccountKey

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
CLERKS = [replace(OFFICER, actor=f"Z{number:04}") for number in range(4)]


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread and on a connection of its own, begun together; a refusal is its result."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return work()
        except RefusedError as refused:
            return refused.findings[0].rule
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(30) for done in [pool.submit(run, work) for work in works]]


def test_payments_that_come_at_once_are_all_counted() -> None:
    person, (first, second) = assessed(100_000, 50_000)
    file = pl.DataFrame(
        [(each, 1, 1_000, date(2026, 6, 30), str(uuid4())) for each in (first, second) * 60],
        schema=commands.RECEIPT_SCHEMA,
        orient="row",
    )

    def pay_often(number: int) -> None:
        for _ in range(10):
            commands.receive(CLERKS[number], paid(first, 100), batch())

    at_once(
        lambda: pay_often(0), lambda: pay_often(1), lambda: pay_often(2), lambda: commands.receive_many(CLERKS[3], file, batch())
    )  # fmt: skip
    assert balances(person) == [100_000 - 3_000 - 60_000, 50_000 - 60_000]


def test_what_was_overpaid_is_given_back_once() -> None:
    person, (first,) = assessed(10_000)
    commands.receive(OFFICER, paid(first, 13_000), batch())

    def refund(number: int) -> object:
        account = AccountKey(first)
        return commands.refund(CLERKS[number], account, 3_000, batch(), refunded_on=BOOKS, ground="二重納付")

    results = at_once(*(lambda number=number: refund(number) for number in range(4)))
    assert results.count("more-than-overpaid") == 3
    assert balances(person) == [0]


def test_two_corrections_at_once_end_where_one_of_them_says() -> None:
    person = somebody()

    def correct(number: int) -> object:
        return commands.adjust(
            CLERKS[number], says(9_000, 8_000 + number), batch(), resident_id=person, tax_kind=TAX, fiscal_year=YEAR,
            decision_id=number + 1, ground="随時",
        )  # fmt: skip

    at_once(*(lambda number=number: correct(number) for number in range(4)))
    rows = queries.account(OFFICER, person)
    assert rows[0].assessed == 9_000
    assert rows[1].assessed in (8_000, 8_001, 8_002, 8_003)
