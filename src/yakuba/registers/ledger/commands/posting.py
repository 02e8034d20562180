"""記帳: how postings go into their accounts: a batch is opened, the accounts are taken, the chains go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl
import psycopg
from django.db import transaction

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access.copying import copy_in, copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor, refusals
from yakuba.registers.staff.rights import require

from ..models import Posting, PostingBatch

LINE_SCHEMA = {
    "instalment_id": pl.Int64,
    "item": pl.Int16,
    "posting_kind": pl.String,
    "amount": pl.Int64,
    "effective_on": pl.Date,
    "decision_id": pl.Int64,
    "ground": pl.String,
    "entry_key": pl.String,
}
"""What a posting is made of, before it has its place in the account."""
HEAD_SCHEMA = {"instalment_id": pl.Int64, "item": pl.Int16, "last_number": pl.Int32, "balance": pl.Int64}
_HEADS = """
SELECT DISTINCT ON (instalment_id, item) instalment_id, item, number AS last_number, balance_after AS balance
FROM ledger_posting WHERE instalment_id = ANY(%s) ORDER BY instalment_id, item, number DESC
"""
_FEW_ACCOUNTS = 100
_LEDGER_LOCK = "SELECT pg_advisory_xact_lock{shared}(hashtextextended('ledger', 3))"
_ACCOUNT_LOCKS = """
SELECT pg_advisory_xact_lock(hashtextextended('ledger ' || each, 3)) FROM unnest(%s::bigint[]) AS each ORDER BY each
"""
_REFUSALS = {
    "batch_once": error("posted-twice", "この記帳は済んでいます。", "台帳で確かめてください。"),
    "instalment_once": error(
        "assessed-twice",
        "この期別は既に調定されています。",
        "税額の変更は更正として登録してください。",
    ),
    "posting_entry_once": error("received-twice", "この納付は記帳済みです。", "収納の記録を確かめてください。"),
    "ledger_reminder_pkey": error(
        "reminded-twice", "この期別には督促状を発しています。", "督促の記録を確かめてください。"
    ),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """記帳のまとまり: its natural key and 会計日, the day of the town's books."""

    key: UUID
    posted_on: date


@dataclass(frozen=True, slots=True)
class Posted:
    """記帳の結果: the amount as it stands in the account (yen, above 0 raises what is owed), and what is left after it."""

    instalment_id: int
    item: int
    number: int
    amount: int
    balance: int

    @property
    def owed(self) -> int:
        """未納額."""
        return max(self.balance, 0)

    @property
    def overpaid(self) -> int:
        """過誤納額."""
        return max(-self.balance, 0)


ASSESSING = frozenset({"assess_many", "adjust", "charge"})
"""What 賦課 posts; all else is 収納's, so that nobody who sets a tax can also take or give back the money."""


@contextmanager
def posting(access: Access, batch: Batch, batch_kind: str) -> Iterator[tuple[psycopg.Cursor, int]]:
    """A transaction in which a batch is posted: a cursor and the batch's id.

    Raises RefusedError without the right to assess or to collect, and where the database refuses what is there already.
    """
    require(access, "assess_tax" if batch_kind in ASSESSING else "collect_tax")
    with refusals(_REFUSALS), transaction.atomic():
        row = PostingBatch.objects.create(
            batch_key=batch.key, batch_kind=batch_kind, posted_on=batch.posted_on,
            recorded_at=access.now, recorded_by=access.actor,
        )  # fmt: skip
        with raw_cursor() as cursor:
            yield cursor, row.id


def take(cursor: psycopg.Cursor, instalment_ids: Sequence[int]) -> pl.DataFrame:
    """口座の確保: nobody else posts to these accounts until the transaction ends; returns their heads (`HEAD_SCHEMA`).

    Few accounts are taken one by one; many by taking the whole ledger, since locks are kept in memory.
    """
    wanted = sorted(set(instalment_ids))
    few = len(wanted) <= _FEW_ACCOUNTS
    cursor.execute(_LEDGER_LOCK.format(shared="_shared" if few else ""))
    if few:
        cursor.execute(_ACCOUNT_LOCKS, [wanted])
    # Another statement, since one that waited for a lock does not see what was written meanwhile.
    return copy_out(cursor, _HEADS, HEAD_SCHEMA, [wanted])


def placed(lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """The lines with `number` and `balance_after`, going on from the heads in the lines' own order."""
    account = ["instalment_id", "item"]
    return (
        lines.cast({"item": pl.Int16})
        .join(heads, on=account, how="left", maintain_order="left")
        .with_columns(
            number=pl.col("last_number").fill_null(0) + pl.col("amount").cum_count().over(account).cast(pl.Int32),
            balance_after=pl.col("balance").fill_null(0) + pl.col("amount").cum_sum().over(account),
        )
        .drop("last_number", "balance")
    )


def write(cursor: psycopg.Cursor, batch_id: int, lines: pl.DataFrame) -> list[Posted]:
    """記帳: adds placed lines by COPY; returns what was posted, line by line."""
    write_many(cursor, batch_id, lines)
    return [Posted(*row) for row in lines.select("instalment_id", "item", "number", "amount", "balance_after").rows()]


def write_many(cursor: psycopg.Cursor, batch_id: int, lines: pl.DataFrame) -> None:
    """記帳 of placed lines by COPY, a whole town's."""
    copy_in(cursor, "ledger_posting", lines.with_columns(batch_id=pl.lit(batch_id)))


def line(
    instalment_id: int,
    item: int,
    kind: Posting.Kind,
    amount: int,
    effective_on: date,
    *,
    ground: str = "",
    decision_id: int | None = None,
    entry_key: UUID | None = None,
) -> dict[str, object]:
    """One line of `LINE_SCHEMA`."""
    return {
        "instalment_id": instalment_id,
        "item": item,
        "posting_kind": kind.value,
        "amount": amount,
        "effective_on": effective_on,
        "decision_id": decision_id,
        "ground": ground,
        "entry_key": None if entry_key is None else str(entry_key),
    }


def frame(lines: Sequence[dict[str, object]]) -> pl.DataFrame:
    """The lines as a frame of `LINE_SCHEMA`."""
    return pl.DataFrame(lines, schema=LINE_SCHEMA)


def people_of(cursor: psycopg.Cursor, instalment_ids: Sequence[int]) -> dict[int, int]:
    """期別 → the person whose it is; unknown ones are left out."""
    cursor.execute("SELECT id, resident_id FROM ledger_instalment WHERE id = ANY(%s)", [list(instalment_ids)])
    return dict(cursor.fetchall())


def require_positive(amount: int) -> None:
    """金額の確認: above 0 yen. Raises RefusedError."""
    if amount <= 0:
        raise RefusedError(
            [
                error(
                    "amount-not-positive",
                    "金額は1円以上です。",
                    "金額を確かめてください。",
                    item="amount",
                    value=str(amount),
                )
            ]
        )
