"""書出し: typed reports as rows of text in a kind's layout, from which `typed` reads the same reports again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from yakuba.exchange.income_reports.cells import BEFORE_REIWA
from yakuba.exchange.income_reports.layout import Column, Layout, RelativeBlock
from yakuba.exchange.income_reports.typed import SPECIFIED_ACQUISITION

_END = "\r\n"
_FLAGS = ("living_together", "lineal_ascendant", "abroad")


def write_header(form: Layout, out: BinaryIO) -> None:
    """見出し: UTF-8, CRLF."""
    out.write((",".join(column.name for column in form.columns) + _END).encode())


def write_rows(reports: pl.DataFrame, relatives: pl.DataFrame, form: Layout, out: BinaryIO) -> int:
    """資料の行, those of the layout's kind; how many.

    `reports`: the columns of typed.REPORT_ROW, and by the layout's ids those that the register does not keep (a column
    that is missing stays blank); `relatives` as typed.RELATIVE_ROW.
    """
    chosen = reports.filter(pl.col("kind") == str(form.kind))
    rows = _with_relatives(_texts(chosen, form), relatives, form)
    ids = [column.id for column in form.columns]
    rows.select(ids).write_csv(out, include_header=False, null_value="", line_terminator=_END)
    return rows.height


def _texts(chosen: pl.DataFrame, form: Layout) -> pl.DataFrame:
    cells = {
        column.id: _cell(column, form, set(chosen.columns)) for column in form.columns if not _of_relative(column, form)
    }
    return chosen.select("line", *(cell.cast(pl.String).alias(name) for name, cell in cells.items()))


def _of_relative(column: Column, form: Layout) -> bool:
    return any(column.id == name for block in form.relatives for _, name in block.columns)


def _cell(column: Column, form: Layout, known: set[str]) -> pl.Expr:
    """The cell of a column: 0 is blank where the form does not ask for it."""
    value = _value(column, form, known)
    if column.kind in ("amount", "count", "flag", "code") and not column.required:
        return pl.when(value != 0).then(value)
    return value


def _value(column: Column, form: Layout, known: set[str]) -> pl.Expr:
    worked_out = {
        "amends": pl.when(pl.col("cancelled")).then(2).otherwise(pl.col("amends").cast(pl.Int8)),
        "income_year": (pl.col("fiscal_year") - 1 - BEFORE_REIWA).cast(pl.String).str.zfill(2),
        "social_insurance_and_mutual_aid": pl.col("social_insurance_premium") + pl.col("small_enterprise_mutual_aid_premium"),
        "medical_paid": pl.col("medical_expense"),
        "housing_loan_category": _housing_loan_category(),
    }  # fmt: skip
    if column.id in worked_out:
        return worked_out[column.id]
    if column.id in known:
        return pl.col(column.id)
    if column.sums_into in known and column.id == _first_part(column.sums_into, form):
        return pl.col(column.sums_into)
    return pl.lit(0) if column.kind in ("amount", "count", "flag", "code") else pl.lit(None)


def _first_part(name: str, form: Layout) -> str:
    """Of the columns that add up to an amount the first, which holds it all."""
    return next(column.id for column in form.columns if column.sums_into == name)


def _housing_loan_category() -> pl.Expr:
    kind = pl.col("housing_loan_kind")
    return pl.when(kind == 2).then(pl.lit(f"住（{SPECIFIED_ACQUISITION}）")).when(kind == 1).then(pl.lit("住"))


def _with_relatives(rows: pl.DataFrame, relatives: pl.DataFrame, form: Layout) -> pl.DataFrame:
    for block in form.relatives:
        rows = rows.join(_block(relatives, block), on="line", how="left", maintain_order="left")
    return rows


def _block(relatives: pl.DataFrame, block: RelativeBlock) -> pl.DataFrame:
    placed = relatives.filter(pl.col("position") == block.position)
    return placed.select("line", *_items(block))


def _items(block: RelativeBlock) -> Iterator[pl.Expr]:
    """欄 by 欄; a flag that is known is told, be it 0."""
    for item, name in block.columns:
        value = pl.col(item).cast(pl.Int8) if item in _FLAGS else pl.col(item)
        yield value.cast(pl.String).alias(name)
