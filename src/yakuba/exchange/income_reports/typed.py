"""資料の組立て: rows of text that were found right, as the typed frames that the register receives."""

from __future__ import annotations

import hashlib
from datetime import date

import polars as pl

from yakuba.exchange.income_reports.cells import day, income_year
from yakuba.exchange.income_reports.layout import Column, Layout, RelativeBlock
from yakuba.exchange.income_reports.reading import LINE
from yakuba.exchange.income_reports.rows import amount, total
from yakuba.law.engine.exact import floor_to
from yakuba.law.statutes import statutes
from yakuba.registers.access.frames import Schema
from yakuba.registers.income_reports.columns import AMOUNTS, MARKS, RELATIVE_SCHEMA, REPORT_SCHEMA

NUMBER = "individual_number"
FISCAL_YEAR = income_year() + 1
REPORT_ROW: Schema = {**REPORT_SCHEMA, "amends": pl.Boolean, NUMBER: pl.String}
RELATIVE_ROW: Schema = {LINE: pl.Int64, **RELATIVE_SCHEMA, NUMBER: pl.String}
_TAXABLE_INCOME_UNIT = "income_reports.taxable_income_unit"
_TEXTS = ("payer_number", "report_number", "payer_name", "corporate_number", "name", "name_kana", "address")
SPECIFIED_ACQUISITION = "特"
"""（特）: 消費税率8%か10%の特定取得, whose limit is the higher one (地方税法附則5条の4の2)."""


def reports_of(frame: pl.DataFrame, form: Layout, *, source: str) -> pl.DataFrame:
    """資料 as REPORT_ROW. `source` names the file; 個人番号 stand in a column of their own and in no digest."""
    known = form.by_id()
    years = frame.select(FISCAL_YEAR.unique()).to_series().to_list()

    def text(name: str) -> pl.Expr:
        return (pl.col(name).fill_null("") if name in known else pl.lit("")).alias(name)

    computed = {
        "kind": pl.lit(str(form.kind)),
        "fiscal_year": FISCAL_YEAR,
        "cancelled": pl.col("amends") == "2",
        "amends": pl.col("amends") != "0",
        "source": pl.lit(source),
        "birth_date": day("birth_date"),
        "received_on": day("received_on"),
        **{name: _amount(name, form, years) for name in AMOUNTS},
        **{name: amount(name) if name in known else pl.lit(0) for name in MARKS},
        "housing_loan_kind": _housing_loan_kind(known),
    }
    typed = frame.select(
        LINE, NUMBER, *map(text, _TEXTS), *(value.alias(name) for name, value in computed.items())
    ).with_columns(_digests(frame, form))
    return typed.select(pl.col(name).cast(kind) for name, kind in REPORT_ROW.items())


def _amount(name: str, form: Layout, years: list[int]) -> pl.Expr:
    """The register's amount: a column of its own, a sum of columns, or what is left of two."""
    known = form.by_id()
    if name == "social_insurance_premium" and "social_insurance_and_mutual_aid" in known:
        return amount("social_insurance_and_mutual_aid") - amount("small_enterprise_mutual_aid_premium")
    if name == "medical_expense" and "medical_paid" in known:
        return amount("medical_paid") - amount("medical_reimbursed")
    if name == "income_tax_taxable_income" and "income_after_deduction" in known:
        # 年末調整; nothing where the payer has not worked it out.
        left = amount("income_after_deduction") - amount("deduction_sum")
        return _cut(pl.max_horizontal(left, 0), years)
    if name in known or any(column.sums_into == name for column in form.columns):
        return total(form, name)
    return pl.lit(0)


def _cut(taxable_income: pl.Expr, years: list[int]) -> pl.Expr:
    """課税給与所得金額, cut as the law of each row's 年度 says."""
    units = {year: statutes()[_TAXABLE_INCOME_UNIT].at(date(year, 4, 1)) for year in years}
    by_year = (
        pl.when(year == FISCAL_YEAR).then(floor_to(unit.whole(), unit.article)(taxable_income))
        for year, unit in units.items()
    )
    return pl.coalesce(*by_year, pl.lit(None))


def _housing_loan_kind(known: dict[str, Column]) -> pl.Expr:
    if "housing_loan_category" not in known:
        return pl.lit(0)
    specified = pl.col("housing_loan_category").fill_null("").str.contains(SPECIFIED_ACQUISITION, literal=True)
    return pl.when(amount("housing_loan_creditable") == 0).then(0).when(specified).then(2).otherwise(1)


def _digests(frame: pl.DataFrame, form: Layout) -> pl.Series:
    """SHA-256 of what the row says but when it came; numbers of persons left out, since a digest lets them be guessed."""
    told = [column.id for column in form.columns if column.kind != NUMBER and column.id != "received_on"]
    rows = frame.select(pl.concat_str((pl.col(name).fill_null("") for name in told), separator="\x1f"))
    digests = [hashlib.sha256(f"{form.kind}\x1f{row}".encode()).hexdigest() for row in rows.to_series()]
    return pl.Series("digest", digests, dtype=pl.String)


def relatives_of(frame: pl.DataFrame, form: Layout) -> pl.DataFrame:
    """親族 as RELATIVE_ROW: one row for each relative whom a report names."""
    parts = [_relative(frame, block) for block in form.relatives]
    return pl.concat(parts).sort(LINE, "position") if parts else pl.DataFrame(schema=RELATIVE_ROW)


def _relative(frame: pl.DataFrame, block: RelativeBlock) -> pl.DataFrame:
    def cell(item: str) -> pl.Expr:
        name = block.id_of(item)
        return pl.col(name) if name is not None else pl.lit(None, dtype=pl.String)

    def flag(item: str) -> pl.Expr:
        return cell(item) == "1"

    born = block.id_of("birth_date")
    values = {
        "position": pl.lit(block.position),
        "role": pl.lit(str(block.role)),
        "name": cell("name"),
        "name_kana": cell("name_kana").fill_null(""),
        "birth_date": day(born) if born is not None else pl.lit(None),
        "disability": cell("disability").cast(pl.Int16, strict=False).fill_null(0),
        "living_together": flag("living_together"),
        "lineal_ascendant": flag("lineal_ascendant"),
        "abroad": flag("abroad").fill_null(value=False),
        NUMBER: cell(NUMBER),
    }
    typed = frame.select(LINE, *(value.alias(name) for name, value in values.items())).filter(
        pl.col("name").is_not_null()
    )
    return typed.select(pl.col(name).cast(kind) for name, kind in RELATIVE_ROW.items())
