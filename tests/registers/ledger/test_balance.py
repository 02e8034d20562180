"""台帳の釣合い: whatever is done in whatever order the totals balance, and the database refuses what would unbalance them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.registers.ledger.book import BOOKS, ITEM, OFFICER, YEAR, assessed, balances, batch, paid, says

from yakuba.kernel.findings import RefusedError
from yakuba.registers.ledger import commands, queries
from yakuba.registers.ledger.commands import AccountKey

pytestmark = pytest.mark.django_db
INSTALMENTS = 3


@dataclass
class Reckoning:
    """What a person's accounts should say, in plain integers: per instalment what is assessed and what has come in."""

    person: int
    accounts: list[int]
    tax_kind: str
    assessed: list[int]
    settled: list[int] = field(default_factory=lambda: [0] * INSTALMENTS)

    def balance(self, at: int) -> int:
        """Above 0 it is owed."""
        return self.assessed[at] - self.settled[at]


AMOUNTS = st.integers(0, 12) | st.integers(0, 60_000)
AT = st.integers(0, INSTALMENTS - 1)
STEPS = st.one_of(
    st.tuples(st.just("adjust"), st.lists(AMOUNTS, min_size=INSTALMENTS, max_size=INSTALMENTS)),
    st.tuples(st.sampled_from(["receive", "refund", "write_off"]), st.tuples(AT, AMOUNTS)),
    st.tuples(st.just("appropriate"), st.tuples(AT, AT, AMOUNTS)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 60_000), min_size=INSTALMENTS, max_size=INSTALMENTS), st.lists(STEPS, max_size=12))
def test_the_totals_balance_after_every_step(first: list[int], steps: list[tuple[str, Any]]) -> None:
    tax_kind = f"tax-{uuid4()}"
    person, accounts = assessed(*first, tax_kind=tax_kind)
    reckoning = Reckoning(person, accounts, tax_kind, list(first))
    for what, how in steps:
        take(reckoning, what, how)
        assert balances(person) == [reckoning.balance(at) for at in range(INSTALMENTS)]
        whole = queries.totals(YEAR, tax_kind)
        assert sum(row.assessed for row in whole) == sum(reckoning.assessed)
        assert sum(row.appropriated for row in whole) == 0
        for row in whole:
            come_in = row.received - row.refunded + row.appropriated + row.written_off
            assert row.assessed - come_in == row.owed - row.overpaid
            assert min(row.owed, row.overpaid, row.assessed) >= 0


def take(reckoning: Reckoning, what: str, how: Any) -> None:
    """One step in the ledger and in the reckoning; refused in the one where it is senseless in the other."""
    sensible, act = plan(reckoning, what, how)
    if not sensible:
        with pytest.raises(RefusedError):
            act()
        return
    act()
    if what == "adjust":
        reckoning.assessed = how
    elif what == "appropriate":
        source, target, amount = how
        reckoning.settled[source] -= amount
        reckoning.settled[target] += amount
    else:
        at, amount = how
        reckoning.settled[at] += -amount if what == "refund" else amount


def plan(reckoning: Reckoning, what: str, how: Any) -> tuple[bool, Callable[[], object]]:
    """Whether the step makes sense, and how it is done."""
    accounts = reckoning.accounts
    if what == "adjust":
        return True, lambda: commands.adjust(
            OFFICER, says(*how), batch(), resident_id=reckoning.person, tax_kind=reckoning.tax_kind, fiscal_year=YEAR, decision_id=2, ground=""
        )  # fmt: skip
    if what == "appropriate":
        source, target, amount = how
        enough = amount <= -reckoning.balance(source) and amount <= reckoning.balance(target)
        return amount > 0 and enough, lambda: commands.appropriate(
            OFFICER, AccountKey(accounts[source]), AccountKey(accounts[target]), amount, batch(), effective_on=BOOKS,
            ground="",
        )  # fmt: skip
    at, amount = how
    key = AccountKey(accounts[at])
    if what == "receive":
        return amount > 0, lambda: commands.receive(OFFICER, paid(accounts[at], amount), batch())
    if what == "refund":
        return 0 < amount <= -reckoning.balance(at), lambda: commands.refund(
            OFFICER, key, amount, batch(), refunded_on=BOOKS, ground=""
        )
    return 0 < amount <= reckoning.balance(at), lambda: commands.write_off(
        OFFICER, key, amount, batch(), effective_on=BOOKS, ground=""
    )


# --- whoever writes past the commands ---

COLUMNS = (
    "instalment_id, item, number, posting_kind, amount, balance_after, counter_instalment_id, counter_item, counter_number,"
    " effective_on, batch_id, ground"
)


def insert(*rows: tuple[Any, ...]) -> None:
    """Postings written straight into the table, in one statement, by the role that the product runs under."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM ledger_postingbatch")
        (last,) = cursor.fetchone()
        values = ", ".join(f"({', '.join(['%s'] * 9)}, '2026-06-10', {last}, '')" for _ in rows)
        cursor.execute(
            f"INSERT INTO ledger_posting ({COLUMNS}) VALUES {values}", [each for row in rows for each in row]
        )


def plain(instalment: int, number: int, kind: str, amount: int, after: int) -> tuple[Any, ...]:
    """A posting without a pair."""
    return (instalment, int(ITEM.PRINCIPAL), number, kind, amount, after, None, None, None)


def paired(instalment: int, amount: int, after: int, other: int, *, number: int = 3, its: int = 3) -> tuple[Any, ...]:
    """One half of an appropriation."""
    return (instalment, 1, number, "appropriation", amount, after, other, 1, its)


@pytest.fixture
def two() -> tuple[int, int]:
    """過誤納 of 500 in the one, 未納 of 700 in the other; both have two postings."""
    _, (first, second) = assessed(1_000, 1_000)
    commands.receive(OFFICER, paid(first, 1_500), batch())
    commands.receive(OFFICER, paid(second, 300), batch())
    return first, second


@pytest.mark.parametrize(
    ("constraint", "rows"),
    [
        ("posting_goes_on", lambda a, b: [plain(b, 3, "receipt", -100, 0)]),
        ("posting_goes_on", lambda a, b: [plain(b, 4, "receipt", -100, 600)]),
        ("ledger_posting_pkey", lambda a, b: [plain(b, 2, "receipt", -100, 900)]),
        ("ledger_posting_pkey", lambda a, b: [plain(b, 3, "receipt", -100, 600), plain(b, 3, "receipt", -100, 600)]),
        ("posting_amount_of_its_kind", lambda a, b: [plain(a, 3, "refund", 501, 1)]),
        ("posting_amount_of_its_kind", lambda a, b: [plain(b, 3, "write_off", -701, -1)]),
        ("posting_amount_of_its_kind", lambda a, b: [plain(b, 3, "receipt", 100, 800)]),
        ("posting_amount_of_its_kind", lambda a, b: [plain(b, 3, "gift", -100, 600)]),
        ("posting_pair", lambda a, b: [plain(b, 3, "appropriation", -100, 600)]),
        ("posting_has_its_pair", lambda a, b: [paired(b, -100, 600, a)]),
        ("posting_has_its_pair", lambda a, b: [paired(b, -100, 600, a), paired(a, 99, -401, b)]),
        ("posting_has_its_pair", lambda a, b: [paired(b, -100, 600, a), plain(a, 3, "refund", 100, -400)]),
        ("posting_has_its_pair", lambda a, b: [paired(b, -100, 600, a, its=2)]),
        ("posting_first_is_assessment", lambda a, b: [(a, 2, 1, "receipt", -100, -100, None, None, None)]),
        ("posting_first_is_assessment", lambda a, b: [(a, 2, 1, "assessment", 100, 0, None, None, None)]),
        ("posting_of_instalment", lambda a, b: [plain(10**15, 1, "assessment", 100, 100)]),
    ],
)
def test_the_database_refuses_what_would_unbalance_the_ledger(
    two: tuple[int, int], constraint: str, rows: Callable[[int, int], list[tuple[Any, ...]]]
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        insert(*rows(*two))


def test_what_balances_is_taken(two: tuple[int, int]) -> None:
    first, second = two
    insert(plain(second, 3, "receipt", -100, 600))
    insert(paired(first, 500, 0, second, its=4), paired(second, -500, 100, first, number=4))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount) FROM ledger_posting WHERE instalment_id = ANY(%s)", [[first, second]])
        assert cursor.fetchone() == (100,)


@pytest.mark.parametrize("table", ["posting", "instalment", "postingbatch", "reminder"])
@pytest.mark.parametrize("change", ["DELETE FROM ledger_{}", "UPDATE ledger_{} SET batch_id = 1", "TRUNCATE ledger_{}"])
def test_nobody_changes_what_is_posted(table: str, change: str) -> None:
    statement = change.format(table).replace(
        "batch_id", "id" if table in ("instalment", "postingbatch") else "batch_id"
    )
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
