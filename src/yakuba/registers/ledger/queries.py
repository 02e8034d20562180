"""調定・収納の照会: a person's account to the yen, who is in arrears, what the totals are. Amounts in yen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import psycopg
from django.conf import settings
from django.db import connection, transaction

from yakuba.law.delinquency import DelinquencyCharge, PartPayment, delinquency_charge
from yakuba.law.statutes import statutes
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor

_SUMS = """
coalesce(sum(p.amount) FILTER (WHERE p.posting_kind IN ('assessment', 'adjustment')), 0)::bigint AS assessed,
coalesce(-sum(p.amount) FILTER (WHERE p.posting_kind = 'receipt'), 0)::bigint AS received,
coalesce(sum(p.amount) FILTER (WHERE p.posting_kind = 'refund'), 0)::bigint AS refunded,
coalesce(-sum(p.amount) FILTER (WHERE p.posting_kind = 'appropriation'), 0)::bigint AS appropriated,
coalesce(-sum(p.amount) FILTER (WHERE p.posting_kind = 'write_off'), 0)::bigint AS written_off,
sum(p.amount)::bigint AS balance
"""
_ACCOUNTS = f"""
SELECT i.id, i.resident_id, i.tax_kind, i.fiscal_year, i.collection_method, i.instalment_number, i.due_on, r.sent_on,
       p.item, {_SUMS}
FROM ledger_instalment AS i JOIN ledger_posting AS p ON p.instalment_id = i.id
    LEFT JOIN ledger_reminder AS r ON r.instalment_id = i.id
WHERE i.resident_id = %(person)s AND (%(tax)s::text IS NULL OR i.tax_kind = %(tax)s::text)
    AND (%(year)s::int IS NULL OR i.fiscal_year = %(year)s::int)
GROUP BY i.id, r.sent_on, p.item
ORDER BY i.fiscal_year, i.tax_kind, i.due_on, i.collection_method, i.instalment_number, p.item
"""
_POSTINGS = """
SELECT p.instalment_id, p.item, p.number, p.posting_kind, p.amount, p.balance_after, p.effective_on, b.posted_on,
       b.recorded_at, b.recorded_by, p.decision_id, p.ground, p.counter_instalment_id, p.counter_item
FROM ledger_instalment AS i JOIN ledger_posting AS p ON p.instalment_id = i.id
    JOIN ledger_postingbatch AS b ON b.id = p.batch_id
WHERE i.resident_id = %(person)s AND (%(tax)s::text IS NULL OR i.tax_kind = %(tax)s::text)
    AND (%(year)s::int IS NULL OR i.fiscal_year = %(year)s::int)
ORDER BY b.recorded_at, b.id, p.instalment_id, p.item, p.number
"""
_TOTALS = f"""
SELECT i.fiscal_year, i.tax_kind, i.collection_method, i.instalment_number, a.item, count(*)::int,
       sum(a.assessed)::bigint, sum(a.received)::bigint, sum(a.refunded)::bigint, sum(a.appropriated)::bigint,
       sum(a.written_off)::bigint, sum(greatest(a.balance, 0))::bigint, sum(greatest(-a.balance, 0))::bigint
FROM (SELECT p.instalment_id, p.item, {_SUMS} FROM ledger_posting AS p GROUP BY p.instalment_id, p.item) AS a
    JOIN ledger_instalment AS i ON i.id = a.instalment_id
WHERE i.fiscal_year = %(year)s AND (%(tax)s::text IS NULL OR i.tax_kind = %(tax)s::text)
GROUP BY i.fiscal_year, i.tax_kind, i.collection_method, i.instalment_number, a.item ORDER BY 1, 2, 3, 4, 5
"""
_LAST = """
NOT EXISTS (SELECT 1 FROM ledger_posting AS n
            WHERE n.instalment_id = p.instalment_id AND n.item = p.item AND n.number = p.number + 1)
"""
_ARREARS = f"""
SELECT i.resident_id, p.instalment_id, i.tax_kind, i.fiscal_year, i.collection_method, i.instalment_number, p.item,
       i.due_on, p.balance_after AS owed, r.sent_on AS reminded_on
FROM ledger_posting AS p JOIN ledger_instalment AS i ON i.id = p.instalment_id
    LEFT JOIN ledger_reminder AS r ON r.instalment_id = i.id
WHERE p.balance_after > 0 AND i.due_on < %s AND {_LAST}
"""
ARREARS_SCHEMA = {
    "resident_id": pl.Int64,
    "instalment_id": pl.Int64,
    "tax_kind": pl.String,
    "fiscal_year": pl.Int16,
    "collection_method": pl.String,
    "instalment_number": pl.Int16,
    "item": pl.Int16,
    "due_on": pl.Date,
    "owed": pl.Int64,
    "reminded_on": pl.Date,
}
"""Columns of `arrears`."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """口座 of an instalment and item. appropriated is what came in by 充当 less what went out; balance above 0 is 未納."""

    instalment_id: int
    resident_id: int
    tax_kind: str
    fiscal_year: int
    collection_method: str
    instalment_number: int
    due_on: date
    reminded_on: date | None
    item: int
    assessed: int
    received: int
    refunded: int
    appropriated: int
    written_off: int
    balance: int

    @property
    def owed(self) -> int:
        """未納額."""
        return max(self.balance, 0)

    @property
    def overpaid(self) -> int:
        """過誤納額."""
        return max(-self.balance, 0)


@dataclass(frozen=True, slots=True)
class PostingRow:
    """記帳 1件. `counter_*` name the other account of an appropriation."""

    instalment_id: int
    item: int
    number: int
    posting_kind: str
    amount: int
    balance_after: int
    effective_on: date
    posted_on: date
    recorded_at: datetime
    recorded_by: str
    decision_id: int | None
    ground: str
    counter_instalment_id: int | None
    counter_item: int | None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """年度・税目・徴収方法・期別・本税等の別の合計.

    assessed − received + refunded − appropriated − written_off = owed − overpaid, always.
    """

    fiscal_year: int
    tax_kind: str
    collection_method: str
    instalment_number: int
    item: int
    account_count: int
    assessed: int
    received: int
    refunded: int
    appropriated: int
    written_off: int
    owed: int
    overpaid: int


def account(
    access: Access, resident_id: int, *, tax_kind: str | None = None, fiscal_year: int | None = None
) -> list[AccountRow]:
    """個人の収納状況: every account of a person, by year, tax and day of payment. The reading is recorded."""
    asked = {"person": resident_id, "tax": tax_kind, "year": fiscal_year}
    return [AccountRow(*row) for row in _read(access, "ledger.account", _ACCOUNTS, asked)]


def postings(
    access: Access, resident_id: int, *, tax_kind: str | None = None, fiscal_year: int | None = None
) -> list[PostingRow]:
    """記帳の履歴 of a person, in the order in which they were recorded. The reading is recorded."""
    asked = {"person": resident_id, "tax": tax_kind, "year": fiscal_year}
    return [PostingRow(*row) for row in _read(access, "ledger.postings", _POSTINGS, asked)]


def delinquency(access: Access, resident_id: int, *, paid_on: date) -> dict[int, DelinquencyCharge]:
    """延滞金 of a person's instalments of which something was or is late, by instalment, up to and with `paid_on`.

    A principal that a correction lowered is reckoned as if it had always been so; one that is paid is reckoned to the day
    on which it was. Raises RefusedError for a calendar year whose rate is not known. The reading is recorded.
    """
    law = statutes(settings.MUNICIPALITY_CODE)
    paid: dict[int, list[PartPayment]] = {}
    principals = [row for row in account(access, resident_id) if row.item == 1]
    for one in postings(access, resident_id):
        if one.item == 1 and one.posting_kind in ("receipt", "appropriation", "write_off") and one.amount < 0:
            paid.setdefault(one.instalment_id, []).append(PartPayment(one.effective_on, -one.amount))
    found = {}
    for row in principals:
        parts = _up_to(row.assessed, sorted(paid.get(row.instalment_id, []), key=lambda part: part.paid_on))
        settled = sum(part.amount for part in parts) == row.assessed
        until = min(paid_on, parts[-1].paid_on) if settled and parts else paid_on
        if row.assessed and until > row.due_on:
            found[row.instalment_id] = delinquency_charge(
                law, principal=row.assessed, due_on=row.due_on, paid_on=until, part_payments=parts
            )
    return found


def arrears(access: Access, today: date) -> pl.DataFrame:
    """滞納: every account with something unpaid after its day of payment, as columns (`ARREARS_SCHEMA`).

    The reading is recorded, nobody by name.
    """
    with transaction.atomic():
        with raw_cursor() as cursor:
            rows = copy_out(cursor, _ARREARS, ARREARS_SCHEMA, [today])
        access_commands.record(access, "ledger.arrears", [], {"today": today.isoformat(), "rows": rows.height})
    return rows.sort("resident_id", "due_on", "instalment_id", "item")


def unreminded(cursor: psycopg.Cursor, due_through: date) -> pl.DataFrame:
    """督促の対象: unpaid principals of 普通徴収 that were due by the day and have no 督促, with its `last_day` (329条)."""
    period = statutes(settings.MUNICIPALITY_CODE)["delinquency.reminder_period"].number(due_through)
    condition = "AND p.item = 1 AND i.collection_method = 'ordinary' AND r.instalment_id IS NULL"
    found = copy_out(cursor, _ARREARS + condition, ARREARS_SCHEMA, [due_through + timedelta(days=1)])
    return (
        found.drop("item", "reminded_on")
        .with_columns(last_day=pl.col("due_on").dt.offset_by(f"{period}d"))
        .sort("resident_id", "due_on", "instalment_id")
    )


def totals(fiscal_year: int, tax_kind: str | None = None) -> list[TotalRow]:
    """年度・税目・期別の合計 of the whole town, of one tax or of all."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"year": fiscal_year, "tax": tax_kind})
        return [TotalRow(*row) for row in cursor.fetchall()]


def posted_keys(keys: list[str]) -> frozenset[str]:
    """Those of the batches that are posted already, so that a run which was stopped knows where to go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT batch_key::text FROM ledger_postingbatch WHERE batch_key = ANY(%s::uuid[])", [keys])
        return frozenset(key for (key,) in cursor.fetchall())


def _read(access: Access, action: str, query: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(query, asked)
            rows = cursor.fetchall()
        access_commands.record(access, action, [asked["person"]], {"rows": len(rows)})
    return rows


def _up_to(principal: int, parts: list[PartPayment]) -> list[PartPayment]:
    """The payments as far as there is principal to pay: what is more is 過誤納 and lowers nothing."""
    left, counted = principal, []
    for part in parts:
        amount = min(part.amount, left)
        if amount:
            counted.append(PartPayment(part.paid_on, amount))
        left -= amount
    return counted
