"""An officer, people who owe, and short words for what the ledger's tests do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID, uuid4

import polars as pl

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.ledger import commands, queries
from yakuba.registers.ledger.commands import AccountKey, Batch, InstalmentAmount, Receipt
from yakuba.registers.ledger.models import Instalment, Posting

OFFICER = Access(
    "Z0001", Purpose.TAX, datetime(2026, 6, 10, 9, tzinfo=UTC), "税務課", frozenset({"assess_tax", "collect_tax"})
)
YEAR, TAX = 2026, "resident_tax"
BOOKS = date(2026, 6, 10)
DUE = (date(2026, 6, 30), date(2026, 8, 31), date(2026, 11, 2), date(2027, 2, 1))
ORDINARY = Instalment.CollectionMethod.ORDINARY
SALARY = Instalment.CollectionMethod.SALARY
ITEM = Posting.Item
_people = count(8_000_000)


def somebody() -> int:
    """A person whom no other test has."""
    return next(_people)


def batch(posted_on: date = BOOKS, key: UUID | None = None) -> Batch:
    """記帳のまとまり, a new one."""
    return Batch(key or uuid4(), posted_on)


def town(amounts: Mapping[int, Sequence[int]], method: str = "ordinary") -> pl.DataFrame:
    """調定 of these people: the yen of each instalment."""
    return pl.DataFrame(
        [
            (person, method, number, DUE[(number - 1) % 4], amount, None)
            for person, instalments in amounts.items()
            for number, amount in enumerate(instalments, 1)
        ],
        schema=commands.ASSESSMENT_SCHEMA,
        orient="row",
    )


def assessed(*amounts: int, tax_kind: str = TAX, method: str = "ordinary") -> tuple[int, list[int]]:
    """A person who owes these instalments; the person, and the instalments' ids."""
    person = somebody()
    commands.assess_many(OFFICER, town({person: amounts}, method), batch(), tax_kind=tax_kind, fiscal_year=YEAR)
    return person, [row.instalment_id for row in queries.account(OFFICER, person)]


def paid(
    instalment_id: int, amount: int, *, on: date = date(2026, 6, 30), item: Posting.Item = ITEM.PRINCIPAL
) -> Receipt:
    """納付 of an instalment."""
    return Receipt(AccountKey(instalment_id, item), amount, on, uuid4())


def says(*amounts: int, method: Instalment.CollectionMethod = ORDINARY) -> list[InstalmentAmount]:
    """What a decision says is to be paid in each instalment."""
    return [InstalmentAmount(method, number, DUE[number - 1], amount) for number, amount in enumerate(amounts, 1)]


def balances(person: int) -> list[int]:
    """残高 of the person's accounts, in the order of the pages: above 0 is owed."""
    return [row.balance for row in queries.account(OFFICER, person)]
