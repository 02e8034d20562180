"""調定・更正: what is owed: a whole town's, one person's after another decision, and what is charged besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import psycopg

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_in, copy_out
from yakuba.registers.access.door import Access

from ..models import Instalment, Posting
from . import posting as book
from .posting import Batch, Posted

ASSESSMENT_SCHEMA = {
    "resident_id": pl.Int64,
    "collection_method": pl.String,
    "instalment_number": pl.Int16,
    "due_on": pl.Date,
    "amount": pl.Int64,
    "decision_id": pl.Int64,
}
"""Columns of the frame that `assess_many` takes."""
Method = Instalment.CollectionMethod
_IDS = "SELECT nextval(pg_get_serial_sequence('ledger_instalment', 'id')) AS id FROM generate_series(1, %s)"
_ASSESSED = """
SELECT i.id, i.collection_method, i.instalment_number, coalesce(sum(p.amount), 0)::bigint
FROM ledger_instalment AS i LEFT JOIN ledger_posting AS p
    ON p.instalment_id = i.id AND p.item = 1 AND p.posting_kind IN ('assessment', 'adjustment')
WHERE i.resident_id = %s AND i.tax_kind = %s AND i.fiscal_year = %s GROUP BY i.id
"""


@dataclass(frozen=True, slots=True)
class InstalmentAmount:
    """期別税額: what a decision says is to be paid in an instalment, in yen."""

    collection_method: Method
    instalment_number: int
    due_on: date
    amount: int


def assess_many(access: Access, assessments: pl.DataFrame, batch: Batch, *, tax_kind: str, fiscal_year: int) -> int:
    """当初調定: a town's instalments, or a chunk of them, by COPY; all or none; returns how many.

    The frame has the columns of `ASSESSMENT_SCHEMA`; an instalment of 0 yen is none and is left out. Raises RefusedError
    for an amount below 0, for an instalment that was assessed before, and for the same batch a second time.
    """
    given = assessments.select(pl.col(name).cast(kind) for name, kind in ASSESSMENT_SCHEMA.items())
    _refuse_negative(given["amount"])
    owed = given.filter(pl.col("amount") > 0).sort("resident_id", "collection_method", "instalment_number")
    with book.posting(access, batch, "assess_many") as (cursor, batch_id):
        instalments = _open(cursor, owed, tax_kind, fiscal_year)
        book.write_many(
            cursor,
            batch_id,
            instalments.select(
                pl.col("id").alias("instalment_id"),
                pl.lit(int(Posting.Item.PRINCIPAL)).alias("item"),
                pl.lit(1).alias("number"),
                pl.lit(Posting.Kind.ASSESSMENT.value).alias("posting_kind"),
                "amount",
                pl.col("amount").alias("balance_after"),
                pl.lit(batch.posted_on).alias("effective_on"),
                "decision_id",
                pl.lit("").alias("ground"),
            ),
        )
        detail = {"tax_kind": tax_kind, "fiscal_year": fiscal_year, "instalments": owed.height}
        access_commands.record(access, "ledger.assess-many", [], detail)
    return owed.height


def adjust(
    access: Access,
    amounts: Sequence[InstalmentAmount],
    batch: Batch,
    *,
    resident_id: int,
    tax_kind: str,
    fiscal_year: int,
    decision_id: int,
    ground: str,
) -> list[Posted]:
    """更正: brings a person's instalments of a tax and year to what a new decision says; posts the differences alone.

    `amounts` are all that the decision says: an instalment that is not among them comes to 0. What was paid already and
    is no longer owed shows as 過誤納. Returns the postings, none where nothing differs. Raises
    RefusedError for an amount below 0, an instalment named twice, and the same batch a second time.
    """
    wanted = {(one.collection_method.value, one.instalment_number): one for one in amounts}
    _refuse_negative(pl.Series([one.amount for one in amounts], dtype=pl.Int64))
    if len(wanted) < len(amounts):
        raise RefusedError(
            [error("instalment-twice", "同じ期別が2度あります。", "期別ごとに1つの税額にしてください。")]
        )
    with book.posting(access, batch, "adjust") as (cursor, batch_id):
        _take_person(cursor, resident_id)
        cursor.execute(_ASSESSED, [resident_id, tax_kind, fiscal_year])
        known = {(method, number): (each, int(amount)) for each, method, number, amount in cursor.fetchall()}
        fresh = [one for key, one in wanted.items() if key not in known and one.amount]
        opened = _open(cursor, _as_frame(fresh, resident_id, decision_id), tax_kind, fiscal_year)
        known |= {(method, number): (each, 0) for each, method, number in opened.select(
            "id", "collection_method", "instalment_number").rows()}  # fmt: skip
        heads = book.take(cursor, [each for each, _ in known.values()])
        begun = set(heads.filter(pl.col("item") == Posting.Item.PRINCIPAL)["instalment_id"])
        lines = []
        for key, (instalment_id, assessed) in sorted(known.items()):
            difference = (wanted[key].amount if key in wanted else 0) - assessed
            kind = Posting.Kind.ADJUSTMENT if instalment_id in begun else Posting.Kind.ASSESSMENT
            if difference:
                lines.append(
                    book.line(
                        instalment_id, Posting.Item.PRINCIPAL, kind, difference, batch.posted_on,
                        ground=ground, decision_id=decision_id,
                    )
                )  # fmt: skip
        posted = book.write(cursor, batch_id, book.placed(book.frame(lines), heads))
        detail = {"tax_kind": tax_kind, "fiscal_year": fiscal_year, "decision": decision_id, "postings": len(posted)}
        access_commands.record(access, "ledger.adjust", [resident_id], detail)
    return posted


def charge(access: Access, instalment_id: int, item: Posting.Item, amount: int, batch: Batch, *, ground: str) -> Posted:
    """延滞金・督促手数料の調定 in an instalment's account of the item.

    Raises RefusedError for 0 yen or less, an unknown instalment, and the same batch a second time; ValueError for 本税,
    which a decision assesses.
    """
    if item == Posting.Item.PRINCIPAL:
        raise ValueError("a decision assesses the principal")
    book.require_positive(amount)
    with book.posting(access, batch, "charge") as (cursor, batch_id):
        heads = book.take(cursor, [instalment_id])
        people = book.people_of(cursor, [instalment_id])
        if instalment_id not in people:
            raise RefusedError([error("instalment-unknown", "この期別はありません。", "期別を選び直してください。")])
        one = book.line(instalment_id, item, Posting.Kind.ASSESSMENT, amount, batch.posted_on, ground=ground)
        (posted,) = book.write(cursor, batch_id, book.placed(book.frame([one]), heads))
        detail = {"instalment": instalment_id, "item": int(item), "amount": amount}
        access_commands.record(access, "ledger.charge", [people[instalment_id]], detail)
    return posted


def _take_person(cursor: psycopg.Cursor, resident_id: int) -> None:
    """Two corrections of one person go one after the other, also where both would open the same instalment."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('ledger of ' || %s::bigint, 3))", [resident_id])


def _open(cursor: psycopg.Cursor, owed: pl.DataFrame, tax_kind: str, fiscal_year: int) -> pl.DataFrame:
    """Adds the instalments by COPY; returns the frame with their ids."""
    if owed.is_empty():
        return owed.with_columns(pl.lit(0, dtype=pl.Int64).alias("id"))
    opened = owed.with_columns(copy_out(cursor, _IDS, {"id": pl.Int64}, [owed.height])["id"])
    columns = ("id", "resident_id", "collection_method", "instalment_number", "due_on")
    copy_in(
        cursor,
        "ledger_instalment",
        opened.select(*columns, pl.lit(tax_kind).alias("tax_kind"), pl.lit(fiscal_year).alias("fiscal_year")),
    )
    return opened


def _as_frame(amounts: Sequence[InstalmentAmount], resident_id: int, decision_id: int) -> pl.DataFrame:
    rows = [
        (resident_id, one.collection_method.value, one.instalment_number, one.due_on, one.amount, decision_id)
        for one in amounts
    ]
    return pl.DataFrame(rows, schema=ASSESSMENT_SCHEMA, orient="row")


def _refuse_negative(amounts: pl.Series) -> None:
    count = int((amounts < 0).sum())
    if count or amounts.null_count():
        message = f"税額が0円未満か空欄の期別が{count + amounts.null_count()}件あります。"
        raise RefusedError([error("assessment-negative", message, "計算の結果を確かめてください。", item="amount")])
