"""徴収方法: how each person pays: out of the salary, out of the pension, or by 納税通知書.

Whoever has a salary report of a main payer pays out of the salary (地方税法321条の3), whoever is old enough and has enough
pension pays the tax on it out of the pension (321条の7の2); the rest is 普通徴収. That 介護保険料 is withheld from the same
pension, and that the pension is large enough for the tax, is taken for granted: no report says so.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from yakuba.law.statutes import statutes
from yakuba.registers.income_reports.columns import Kind

WAYS_SCHEMA = {
    "resident_id": pl.Int64,
    "payer_number": pl.String,
    "payer_name": pl.String,
    "has_payer": pl.Boolean,
    "pension_withheld": pl.Boolean,
    "previous_pension_tax": pl.Int64,
    "pension_withholding_first_year": pl.Int64,
}
_APRIL = 4


def ways_of(
    residents: pl.DataFrame, reports: pl.DataFrame, last_year: pl.DataFrame, *, fiscal_year: int
) -> pl.DataFrame:
    """徴収方法 of each of `residents`, in their order (WAYS_SCHEMA); the payer is the one who pays the most of those who are no
    乙欄. `last_year`: snapshot.LAST_YEAR_SCHEMA; who had no pension tax then has the first year now."""
    law, day = statutes(), date(fiscal_year, _APRIL, 1)
    age, least = (law[f"tax_calendar.pension_least_{name}"].number(day) for name in ("age", "revenue"))
    payers = (
        reports.filter(
            (pl.col("kind") == Kind.SALARY) & (pl.col("secondary_salary") == 0) & (pl.col("payer_number") != "")
        )
        .sort("resident_id", pl.col("employment_revenue").neg(), "id")
        .unique("resident_id", keep="first", maintain_order=True)
        .select("resident_id", "payer_number", "payer_name", has_payer=pl.lit(value=True))
    )
    pensions = (
        reports.filter(pl.col("kind") == Kind.PENSION)
        .group_by("resident_id")
        .agg(pension=pl.col("pension_revenue").sum())
    )
    # An age is reached on the day before the birthday: 65 on 1 April is who was born up to 2 April.
    old_enough = pl.col("birth_date") <= date(fiscal_year - age, _APRIL, 2)
    joined = residents.select("resident_id", "birth_date")
    for each in (payers, pensions, last_year):
        joined = joined.join(each, on="resident_id", how="left", maintain_order="left")
    withheld = old_enough & (pl.col("pension").fill_null(0) >= least)
    continuing = withheld & (pl.col("last_pension_tax").fill_null(0) > 0)
    return joined.select(
        "resident_id",
        pl.col("payer_number").fill_null(""),
        pl.col("payer_name").fill_null(""),
        pl.col("has_payer").fill_null(value=False),
        pension_withheld=withheld,
        previous_pension_tax=pl.when(continuing).then("last_pension_tax").otherwise(0),
        pension_withholding_first_year=(withheld & ~continuing).cast(pl.Int64),
    )
