"""督促 (地方税法329条): written down for everybody who has not paid by the 納期限, once an instalment."""

from __future__ import annotations

from datetime import date

import polars as pl

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_in
from yakuba.registers.access.door import Access

from ..models import Posting
from ..queries import unreminded
from . import posting as book
from .posting import Batch


def remind(access: Access, batch: Batch, *, due_through: date, sent_on: date, fee: int = 0) -> pl.DataFrame:
    """督促: everybody's unpaid instalments of 普通徴収 that were due by `due_through` and have no 督促 yet.

    `fee` is the 督促手数料 in yen (地方税法330条, by ordinance) that is charged for each. Returns what was reminded of, as
    `queries.unreminded` gives it: `last_day` is the day by which the law wants it sent; one that is sent later is valid.
    Raises ValueError where `sent_on` is not after `due_through`, or the fee is below 0; RefusedError for the same batch a
    second time.
    """
    if sent_on <= due_through or fee < 0:
        raise ValueError("a reminder goes out after the day of payment, for a fee of 0 yen or more")
    with book.posting(access, batch, "remind") as (cursor, batch_id):
        # Whoever pays at this instant is not reminded of what is paid.
        heads = book.take(cursor, (found := unreminded(cursor, due_through))["instalment_id"].to_list())
        owing = heads.filter(pl.col("item") == Posting.Item.PRINCIPAL, pl.col("balance") > 0)
        reminded = found.join(owing.select("instalment_id"), on="instalment_id", how="semi")
        reminders = reminded.select("instalment_id", sent_on=pl.lit(sent_on), batch_id=pl.lit(batch_id))
        copy_in(cursor, "ledger_reminder", reminders)
        if fee:
            lines = reminded.select(
                "instalment_id",
                item=pl.lit(int(Posting.Item.REMINDER_FEE)),
                posting_kind=pl.lit(Posting.Kind.ASSESSMENT.value),
                amount=pl.lit(fee),
                effective_on=pl.lit(sent_on),
                ground=pl.lit("督促"),
            )
            book.write_many(cursor, batch_id, book.placed(lines, heads))
        detail = {"due_through": due_through.isoformat(), "reminders": reminded.height, "fee": fee}
        access_commands.record(access, "ledger.remind", [], detail)
    return reminded
