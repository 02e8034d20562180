"""口座の検査: the form of each row, as columns. Pure; what needs the tables is in `queries.check_accounts`."""

from __future__ import annotations

import polars as pl

from .columns import DECLARATION_SCHEMA
from .models import HOLDER_LENGTH, HOLDER_PATTERN, Account, AccountType

FAULT_SCHEMA = {"line": pl.Int64, "fault": pl.String, "item": pl.String, "value": pl.String}
_ITEMS = {
    "incomplete": "resident_id", "source": "source", "bank": "bank_code", "type": "account_type",
    "number": "account_number", "holder": "holder_kana", "withdrawal": "withdrawn",
}  # fmt: skip


def account_fault() -> pl.Expr:
    """口座の形の誤り of a row: "bank", "type", "number", "holder", null where the form is right."""
    holder = pl.col("holder_kana")
    wrong = {
        "bank": ~pl.col("bank_code").str.contains(r"^[0-9]{4}$") | ~pl.col("branch_code").str.contains(r"^[0-9]{3}$"),
        "type": ~pl.col("account_type").is_in(AccountType.values),
        "number": ~pl.col("account_number").str.contains(r"^[0-9]{7}$"),
        "holder": ~holder.str.contains(HOLDER_PATTERN) | (holder.str.len_chars() > HOLDER_LENGTH),
    }
    fault: pl.Expr = pl.lit(None, dtype=pl.String)
    for name, condition in reversed(wrong.items()):
        fault = pl.when(condition.fill_null(value=True)).then(pl.lit(name)).otherwise(fault)
    return fault


def form_faults(declarations: pl.DataFrame) -> pl.DataFrame:
    """口座の形の誤り: of a frame of DECLARATION_SCHEMA, one row a faulty line (`FAULT_SCHEMA`), lines from 1."""
    blank = (pl.col("bank_code") + pl.col("branch_code") + pl.col("account_number") + pl.col("holder_kana") == "") & (
        pl.col("account_type") == 0
    )
    incomplete = pl.any_horizontal(pl.col(name).is_null() for name in DECLARATION_SCHEMA)
    fault = (
        pl.when(incomplete)
        .then(pl.lit("incomplete"))
        .when(~pl.col("source").is_in(Account.Source.values))
        .then(pl.lit("source"))
        .when(pl.col("withdrawn"))
        .then(pl.when(~blank).then(pl.lit("withdrawal")))
        .otherwise(account_fault())
    )
    faulty = declarations.with_row_index("line", 1).with_columns(fault=fault).filter(pl.col("fault").is_not_null())
    item = pl.col("fault").replace_strict(_ITEMS, return_dtype=pl.String)
    value = pl.coalesce(
        *(pl.when(item == name).then(pl.col(name).cast(pl.String)) for name in dict.fromkeys(_ITEMS.values())),
        pl.lit(""),
    )
    return faulty.select(pl.col("line").cast(pl.Int64), "fault", item.alias("item"), value.alias("value"))
