"""課税資料から事実へ: reports on income become the inputs of the rules, a row a person (yakuba.law.rules.resident_tax).

Whose word counts: the 確定申告, else the 住民税申告, wholly; where there is no return, all slips together. What reports say
against each other is on the register's work list; nothing is mended here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from yakuba.kernel.findings import Finding, error
from yakuba.law.engine.exact import ceiling_to
from yakuba.law.engine.schedules import Schedule
from yakuba.law.statutes import statutes
from yakuba.law.tables import Table
from yakuba.registers.income_reports.columns import DEDUCTIONS, INCOMES, Role
from yakuba.registers.income_reports.precedence import governing

AS_THEY_STAND = (*INCOMES, *DEDUCTIONS, "income_tax_taxable_income")
"""Inputs that are the sum of what the reports say, in yen."""
RESIDENT_SCHEMA = {"resident_id": pl.Int64, "birth_date": pl.Date, "sex": pl.Int16, "household_id": pl.Int64}
FATHER = 1
_OLD_CASUALTY = "income_reports.old_casualty_insurance_deduction_table"
_MAJORITY = "income_reports.age_of_majority"
_DEDUCTED = ceiling_to(1, "所得税法第77条。実務の通例")
_SUPPORTED = [Role.DEPENDANT, Role.UNDER_16]


@dataclass(frozen=True, slots=True)
class Facts:
    """課税の事実: `inputs` has `resident_id` (null for a relative who is no resident) and a column an input, int64.

    Positions in `claimed_spouse` and `supporter` are rows of `inputs`. `findings` are relatives who could not be placed.
    """

    inputs: pl.DataFrame
    findings: list[Finding] = field(default_factory=list)


def inputs_of(
    reports: pl.DataFrame, relatives: pl.DataFrame, *, birth_date: date, sex: int, fiscal_year: int
) -> dict[str, int]:
    """一人の入力, by name: of the reports that are about one person. Relations to other rows are left at −1."""
    resident = reports["resident_id"][0] if reports.height else 0
    person = pl.DataFrame([(resident, birth_date, sex, None)], schema=RESIDENT_SCHEMA, orient="row")
    row: dict[str, Any] = facts_of(person, reports, relatives, fiscal_year=fiscal_year).inputs.row(0, named=True)
    own = {name: int(value) for name, value in row.items() if name != "resident_id"}
    return {**own, "claimed_spouse": -1, "supporter": -1}


def facts_of(residents: pl.DataFrame, reports: pl.DataFrame, relatives: pl.DataFrame, *, fiscal_year: int) -> Facts:
    """町全体の事実: a row for each of `residents` (RESIDENT_SCHEMA) in their order, then one for each outside relative.

    `reports` and `relatives` as `income_reports.queries.town_reports` gives them. 生活扶助 and the one-stop notices come
    from elsewhere: their columns are 0.
    """
    counting = governing(reports)
    named = _named(counting, relatives)
    people, findings = _people(residents, named)
    placed = _placed(named, people)
    amounts = counting.with_columns(earthquake_insurance=_earthquake_premium(counting, fiscal_year))
    left = pl.max_horizontal(pl.col("housing_loan_creditable") - pl.col("housing_loan_credited"), 0)
    marks = ("widow", "single_parent", "working_student", "housing_loan_kind")
    own = amounts.group_by("resident_id").agg(
        *(pl.col(name).sum() for name in AS_THEY_STAND),
        *(pl.col(name).max() for name in marks),
        housing_loan_remaining=left.sum(),
        own_disability=pl.col("disability").max(),
    )
    rows = people.join(own, on="resident_id", how="left", maintain_order="left")
    rows = _with_family(rows, placed)
    ends = date(fiscal_year - 1, 12, 31)
    computed = {
        "age": _age(ends),
        "minor": _minor(fiscal_year),
        "single_parent": pl.col("single_parent") * pl.when(pl.col("sex") == FATHER).then(2).otherwise(1),
        "disability": pl.max_horizontal("own_disability", "told_disability"),
        "housing_loan_kind": pl.col("housing_loan_kind") * (pl.col("housing_loan_remaining") > 0),
    }
    kept = (
        "claimed_spouse", "supporter", "family_employee", "lives_with_supporter", "lineal_ascendant", "widow",
        "working_student", "housing_loan_remaining", "fixed_credit_dependants_abroad", *AS_THEY_STAND,
    )  # fmt: skip
    inputs = rows.select(
        "resident_id",
        *(value.fill_null(0).cast(pl.Int64).alias(name) for name, value in computed.items()),
        *(pl.col(name).fill_null(-1 if name in ("claimed_spouse", "supporter") else 0).cast(pl.Int64) for name in kept),
    )
    return Facts(inputs, findings)


def _age(ends: date) -> pl.Expr:
    """年齢計算ニ関スル法律: an age is reached on the day before the birthday, so whoever was born on 1 January has it."""
    return (
        ends.year
        - pl.col("birth_date").dt.year()
        + ((pl.col("birth_date").dt.month() == 1) & (pl.col("birth_date").dt.day() == 1)).cast(pl.Int32)
    )


def _minor(fiscal_year: int) -> pl.Expr:
    """未成年者 on the 賦課期日, 1 January; whoever is born on 2 January has come of age on the day before it."""
    age = statutes()[_MAJORITY].number(date(fiscal_year, 4, 1))
    return pl.col("birth_date") > date(fiscal_year - age, 1, 2)


def _earthquake_premium(reports: pl.DataFrame, fiscal_year: int) -> pl.Series:
    """地震保険料の額: as declared; on a slip, what of income tax's deduction is not for the old casualty premium."""
    table = statutes()[_OLD_CASUALTY].at(date(fiscal_year, 4, 1)).value
    if not isinstance(table, Table):
        raise TypeError(f"{_OLD_CASUALTY} is no table")
    old = Schedule(table)(reports["old_casualty_insurance"].to_numpy())
    left = reports["income_tax_earthquake_deduction"] - pl.Series(_DEDUCTED(old), dtype=pl.Int64)
    return reports["earthquake_insurance"] + left.clip(lower_bound=0)


def _named(counting: pl.DataFrame, relatives: pl.DataFrame) -> pl.DataFrame:
    """The relatives whom reports that count name, once for each claimant, with a key that tells them apart."""
    claims = counting.select("id", "rank", claimant_id="resident_id")
    joined = relatives.join(claims, left_on="report_id", right_on="id").sort(
        "rank", "claimant_id", "report_id", "position"
    )
    stranger = pl.concat_str("claimant_id", "name", separator="/")
    key = pl.coalesce(pl.col("relative_id").cast(pl.String), stranger)
    return joined.with_columns(key=key).unique(["claimant_id", "key", "role"], keep="first", maintain_order=True)


def _people(residents: pl.DataFrame, named: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """All rows: the residents, then the outside relatives of whom a birth date is known; the others are findings."""
    known = residents.select(pl.col(name).cast(kind) for name, kind in RESIDENT_SCHEMA.items())
    known = known.with_columns(key=pl.col("resident_id").cast(pl.String))
    outside = named.join(known.select("key"), on="key", how="anti")
    dated = outside.filter(pl.col("birth_date").is_not_null()).unique("key", keep="first", maintain_order=True)
    strangers = dated.select(
        pl.lit(None, dtype=pl.Int64).alias("resident_id"), "birth_date", pl.lit(None, dtype=pl.Int16).alias("sex"),
        pl.lit(None, dtype=pl.Int64).alias("household_id"), "key",
    )  # fmt: skip
    undated = outside.filter(pl.col("birth_date").is_null() & (pl.col("role") != Role.FAMILY_EMPLOYEE))
    findings = [
        error(
            "relative-unknown", f"資料{report}の親族{position}がだれか分からず、生年月日もないため、控除を計算できません。",
            "名寄せの作業一覧で親族を確認してください。", item="relative", where=f"資料{report}",
        )
        for report, position in undated.select("report_id", "position").iter_rows()
    ]  # fmt: skip
    return pl.concat([known, strangers]).with_row_index("row").with_columns(pl.col("row").cast(pl.Int64)), findings


def _placed(named: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Who names whom, as rows: `claimant`, `row`, with what is said of the one named; those without a row left out."""
    claimants = people.select(claimant_id="resident_id", claimant="row", claimant_home="household_id")
    return named.join(people.select("key", "row", home="household_id"), on="key").join(
        claimants.filter(pl.col("claimant_id").is_not_null()), on="claimant_id"
    )


def _with_family(rows: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """扶養・配偶者・専従者 as columns. Who is claimed twice belongs to the report that ranks first (the work list has them)."""
    ordered = placed.sort("rank", "claimant")
    together = reduce(
        or_,
        (
            pl.col("living_together").fill_null(value=False),
            (pl.col("home") == pl.col("claimant_home")).fill_null(value=False),
        ),
    )
    spouses = ordered.filter(pl.col("role") == Role.SPOUSE)
    supported = ordered.filter(pl.col("role").is_in(_SUPPORTED)).unique("row", keep="first", maintain_order=True)
    homes = pl.concat([supported, spouses]).unique("row", keep="first", maintain_order=True)
    abroad = placed.filter(pl.col("abroad") & (pl.col("role") != Role.FAMILY_EMPLOYEE))
    of_claimants = [
        spouses.unique("claimant", keep="first", maintain_order=True).select(row="claimant", claimed_spouse="row"),
        abroad.group_by(row="claimant").agg(fixed_credit_dependants_abroad=pl.len()),
    ]
    of_relatives = [
        supported.select(
            "row",
            supporter="claimant",
            lineal_ascendant=pl.col("lineal_ascendant").fill_null(value=False).cast(pl.Int64),
        ),
        homes.select("row", lives_with_supporter=together.cast(pl.Int64)),
        placed.filter(pl.col("role") == Role.FAMILY_EMPLOYEE).select("row", family_employee=pl.lit(1)).unique("row"),
        placed.group_by("row").agg(told_disability=pl.col("disability").max()),
    ]
    for each in (*of_claimants, *of_relatives):
        rows = rows.join(each, on="row", how="left", maintain_order="left")
    return rows
