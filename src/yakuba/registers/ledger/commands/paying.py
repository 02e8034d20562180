"""収納・充当・還付・不納欠損: what lowers a debt, and what gives back what was paid too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl
import psycopg

from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from ..models import Posting
from . import posting as book
from .posting import Batch, Posted

RECEIPT_SCHEMA = {
    "instalment_id": pl.Int64,
    "item": pl.Int16,
    "amount": pl.Int64,
    "received_on": pl.Date,
    "entry_key": pl.String,
}
"""Columns of the frame that `receive_many` takes."""


@dataclass(frozen=True, slots=True)
class AccountKey:
    """口座: an instalment's 本税, 延滞金 or 督促手数料."""

    instalment_id: int
    item: Posting.Item = Posting.Item.PRINCIPAL


@dataclass(frozen=True, slots=True)
class Receipt:
    """収納 1件: what was paid, in yen, the day on which the payer paid it, and the key that the payment came with."""

    account: AccountKey
    amount: int
    received_on: date
    entry_key: UUID


@dataclass(frozen=True, slots=True)
class Receipts:
    """一括収納の結果: how many were posted, in yen how much, how much of it too much, and what was wrong with the rest."""

    count: int
    amount: int
    overpaid: int
    findings: tuple[Finding, ...]


def receive(access: Access, receipt: Receipt, batch: Batch) -> Posted:
    """収納: lowers what is owed; what is more than that is 過誤納 (`overpaid` of the result).

    Raises RefusedError for 0 yen or less, an account without a 調定, and a payment or a batch a second time.
    """
    one = pl.DataFrame(
        [(receipt.account.instalment_id, int(receipt.account.item), receipt.amount, receipt.received_on,
          str(receipt.entry_key))],
        schema=RECEIPT_SCHEMA, orient="row",
    )  # fmt: skip
    with book.posting(access, batch, "receive") as (cursor, batch_id):
        good, findings = _sound(cursor, one, book.take(cursor, one["instalment_id"].to_list()))
        if findings:
            raise RefusedError(findings)
        (posted,) = book.write(cursor, batch_id, good)
        person = book.people_of(cursor, [posted.instalment_id])[posted.instalment_id]
        detail = {"instalment": posted.instalment_id, "item": posted.item, "amount": receipt.amount}
        access_commands.record(access, "ledger.receive", [person], detail)
    return posted


def receive_many(access: Access, receipts: pl.DataFrame, batch: Batch) -> Receipts:
    """一括収納 of a bank's file: the good lines are posted by COPY, each other one gives a finding with its line.

    The frame has the columns of `RECEIPT_SCHEMA`. Raises RefusedError for the same batch a second time.
    """
    given = receipts.select(pl.col(name).cast(kind) for name, kind in RECEIPT_SCHEMA.items())
    with book.posting(access, batch, "receive_many") as (cursor, batch_id):
        heads = book.take(cursor, given["instalment_id"].drop_nulls().to_list())
        good, findings = _sound(cursor, given, heads)
        book.write_many(cursor, batch_id, good)
        last = good.group_by("instalment_id", "item").agg(pl.col("balance_after").last())
        before = last.join(heads, on=["instalment_id", "item"])["balance"]
        overpaid = _overpaid(last["balance_after"]) - _overpaid(before)
        result = Receipts(good.height, -int(good["amount"].sum()), overpaid, findings)
        detail = {"receipts": result.count, "amount": result.amount, "refused": len(findings)}
        access_commands.record(access, "ledger.receive-many", [], detail)
    return result


def appropriate(
    access: Access,
    source: AccountKey,
    target: AccountKey,
    amount: int,
    batch: Batch,
    *,
    effective_on: date,
    ground: str,
) -> tuple[Posted, Posted]:
    """充当 (地方税法17条の2): what was paid too much in one account pays what is owed in another of the same person.

    `effective_on` is the day from which it counts. Returns both postings. Raises RefusedError where less was paid too
    much, less is owed, the accounts are two people's, or the batch came before.
    """
    book.require_positive(amount)
    with book.posting(access, batch, "appropriate") as (cursor, batch_id):
        heads = book.take(cursor, [source.instalment_id, target.instalment_id])
        people = book.people_of(cursor, [source.instalment_id, target.instalment_id])
        findings = [*_too_much(heads, source, amount, overpaid=True), *_too_much(heads, target, amount, overpaid=False)]
        if len(people) and len(set(people.values())) > 1:
            findings.append(
                error("appropriation-of-another", "別の人の税には充当できません。", "充当先を選び直してください。")
            )
        if findings:
            raise RefusedError(findings)
        kind = Posting.Kind.APPROPRIATION
        lines = [
            book.line(source.instalment_id, source.item, kind, amount, effective_on, ground=ground),
            book.line(target.instalment_id, target.item, kind, -amount, effective_on, ground=ground),
        ]
        pair = book.placed(book.frame(lines), heads)
        named = pair.with_columns(
            pl.col(name).reverse().alias(f"counter_{name}") for name in ("instalment_id", "item", "number")
        )
        posted = book.write(cursor, batch_id, named)
        detail = {"from": source.instalment_id, "to": target.instalment_id, "amount": amount}
        access_commands.record(access, "ledger.appropriate", [people[source.instalment_id]], detail)
    return posted[0], posted[1]


def refund(access: Access, account: AccountKey, amount: int, batch: Batch, *, refunded_on: date, ground: str) -> Posted:
    """還付 (地方税法17条): pays back what was paid too much. Raises RefusedError where that is less, or the batch came before."""
    return _change(access, account, Posting.Kind.REFUND, amount, batch, effective_on=refunded_on, ground=ground)


def write_off(
    access: Access, account: AccountKey, amount: int, batch: Batch, *, effective_on: date, ground: str
) -> Posted:
    """不納欠損 (地方税法15条の7・18条): strikes what will not be paid. Raises RefusedError where less is owed, or the batch
    came before."""
    return _change(access, account, Posting.Kind.WRITE_OFF, -amount, batch, effective_on=effective_on, ground=ground)


def _change(
    access: Access,
    account: AccountKey,
    kind: Posting.Kind,
    amount: int,
    batch: Batch,
    *,
    effective_on: date,
    ground: str,
) -> Posted:
    book.require_positive(abs(amount) if (amount > 0) == (kind == Posting.Kind.REFUND) else 0)
    with book.posting(access, batch, kind.value) as (cursor, batch_id):
        heads = book.take(cursor, [account.instalment_id])
        if findings := list(_too_much(heads, account, abs(amount), overpaid=amount > 0)):
            raise RefusedError(findings)
        one = book.line(account.instalment_id, account.item, kind, amount, effective_on, ground=ground)
        (posted,) = book.write(cursor, batch_id, book.placed(book.frame([one]), heads))
        person = book.people_of(cursor, [account.instalment_id])[account.instalment_id]
        detail = {"instalment": account.instalment_id, "item": int(account.item), "amount": abs(amount)}
        access_commands.record(access, f"ledger.{kind.value.replace('_', '-')}", [person], detail)
    return posted


def _overpaid(balances: pl.Series) -> int:
    return int((-balances).clip(0).sum())


def _too_much(heads: pl.DataFrame, account: AccountKey, amount: int, *, overpaid: bool) -> Sequence[Finding]:
    """A finding where the account has less than the amount to give back (`overpaid`), or less to be paid."""
    head = heads.filter(instalment_id=account.instalment_id, item=int(account.item))
    balance = int(head["balance"][0]) if head.height else 0
    there = max(-balance if overpaid else balance, 0)
    if amount <= there:
        return ()
    what, rule = ("過誤納金", "more-than-overpaid") if overpaid else ("未納額", "more-than-owed")
    return [
        error(
            rule,
            f"{what}は{there:,}円です。{amount:,}円は処理できません。",
            "台帳の残高を確かめてください。",
            item="amount",
            value=str(amount),
        )
    ]


_KNOWN_KEYS = "SELECT entry_key::text AS entry_key FROM ledger_posting WHERE entry_key = ANY(%s::uuid[])"


def _sound(
    cursor: psycopg.Cursor, given: pl.DataFrame, heads: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The receipts that can be posted, placed in their accounts, and a finding on each of the others."""
    cursor.execute(_KNOWN_KEYS, [given["entry_key"].drop_nulls().to_list()])
    known = [key for (key,) in cursor.fetchall()]
    accounts = heads.select("instalment_id", "item", assessed=pl.lit(value=True))
    judged = (
        given.with_row_index("line", 1)
        .join(accounts, on=["instalment_id", "item"], how="left", maintain_order="left")
        .with_columns(
            fault=pl.when(pl.any_horizontal(pl.col(name).is_null() for name in RECEIPT_SCHEMA))
            .then(pl.lit("incomplete"))
            .when(pl.col("amount") <= 0)
            .then(pl.lit("amount"))
            .when(pl.col("assessed").is_null())
            .then(pl.lit("account"))
            .when(pl.col("entry_key").is_in(known) | ~pl.col("entry_key").is_first_distinct())
            .then(pl.lit("twice"))
        )
    )
    faulty = judged.filter(pl.col("fault").is_not_null()).select("line", "fault", "amount")
    findings = tuple(
        error(*_FAULTS[fault], item="amount", where=f"{line}行目", value="" if amount is None else str(amount))
        for line, fault, amount in faulty.rows()
    )
    good = judged.filter(pl.col("fault").is_null()).select(
        "instalment_id",
        "item",
        pl.lit(Posting.Kind.RECEIPT.value).alias("posting_kind"),
        -pl.col("amount"),
        pl.col("received_on").alias("effective_on"),
        "entry_key",
        pl.lit("").alias("ground"),
    )
    return book.placed(good, heads), findings


_FAULTS = {
    "incomplete": ("receipt-incomplete", "納付の記録に空欄があります。", "金融機関のデータを確かめてください。"),
    "amount": ("amount-not-positive", "金額は1円以上です。", "金融機関のデータを確かめてください。"),
    "account": ("receipt-without-assessment", "この期別の調定がありません。", "納付書の番号を確かめてください。"),
    "twice": ("received-twice", "この納付は記帳済みです。", "収納の記録を確かめてください。"),
}
