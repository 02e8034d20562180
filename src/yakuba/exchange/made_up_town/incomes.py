"""所得資料: the reports of a 年度 about a made-up town, as the register receives them and as files could hold them.

Made from the people alone: the same for the same people, 年度 and seed. Nobody's figures are real. What is left out: slips
with 退職 or 災害, people abroad, 専従者, 山林, losses of the year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from yakuba.registers.income_reports.columns import AMOUNTS, MARKS, RELATIVE_SCHEMA, REPORT_SCHEMA, Kind, Role

from .income_earning import FINAL_RETURN, RESIDENT_TAX_RETURN, SEPARATE, earn
from .income_family import ROOM, claims, with_marks, worked_out
from .income_payers import Payers, employers, pension_bodies
from .tables import words

PEOPLE_A_SLICE = 40_000
REPORT = {**REPORT_SCHEMA, "amends": pl.Boolean, "individual_number": pl.String}
RELATIVE = {"line": pl.Int64, **RELATIVE_SCHEMA, "individual_number": pl.String}
FORM = {
    "income_after_deduction": pl.Int64, "deduction_sum": pl.Int64, "housing_loan_since": pl.Date,
    "spouse_count": pl.Int64, "specific_count": pl.Int64, "elderly_count": pl.Int64, "elderly_together_count": pl.Int64,
    "general_count": pl.Int64, "under_16_count": pl.Int64, "special_disability_count": pl.Int64,
    "special_disability_together_count": pl.Int64, "disability_count": pl.Int64, "minor_mark": pl.Int64,
    "foreign_mark": pl.Int64,
}  # fmt: skip
"""What the forms ask for and the register does not keep, by the ids of the layouts."""
PEOPLE = (
    "name", "name_furigana", "birth_date", "sex", "household_id", "relationship", "resident_kind",
    "prefecture", "city", "town", "block", "building",
)  # fmt: skip
"""Items of the residents that reports are made from."""
FIRST_POSITION = {Role.SPOUSE: 1, Role.DEPENDANT: 2, Role.UNDER_16: 2 + ROOM}
WITHOUT_NUMBER = 0.1
"""So many of those whom a report is about did not tell the payer their number."""
SPECIFIC, ELDERLY = (19, 22), 70
PER_RELATIVE, BASIC, MOST_LIFE_INSURANCE = 380_000, 480_000, 120_000
TAXED = ((0, 0.05), (2_000_000, 0.055), (4_000_000, 0.09), (8_000_000, 0.15), (20_000_000, 0.26), (60_000_000, 0.38))
"""Shares of 課税所得 that are withheld, on the whole: a shape, not the law."""
_INSURANCES = (
    "small_enterprise_mutual_aid_premium", "life_insurance_new_general", "life_insurance_new_care", "life_insurance_new_pension",
    "life_insurance_old_general", "life_insurance_old_pension", "old_casualty_insurance",
)  # fmt: skip
_SLIPS = [str(Kind.SALARY), str(Kind.PENSION)]
SOURCE = "made-up-town"
_OWN = ("disability", "widow", "single_parent", "working_student")


@dataclass(frozen=True, slots=True)
class Reports:
    """資料: `reports` with REPORT and, for files, FORM; `relatives` with RELATIVE, by `line`, which counts on from slice to slice."""

    reports: pl.DataFrame
    relatives: pl.DataFrame


def make_reports(
    people: pl.DataFrame, numbers: dict[int, str], *, fiscal_year: int, seed: int, unknown_share: float = 0.0
) -> Iterator[Reports]:
    """その年度の資料, slice by slice of whole households.

    `people`: resident_id and PEOPLE, as of a 1 January; `numbers`: 個人番号 by resident. `unknown_share` of the reports are
    about somebody whom the register does not know. ValueError for a 年度 whose law is not there.
    """
    ordered = people.sort("household_id", "resident_id")
    paying, pensions = employers(people.height, seed), pension_bodies()
    line = 2
    for at, households in enumerate(_slices(ordered)):
        making = _Making(np.random.default_rng([seed, fiscal_year, at]), fiscal_year, paying, pensions, unknown_share)
        made = _slice(_identified(households, numbers), making, first_line=line)
        line += made.reports.height
        yield made


@dataclass(frozen=True, slots=True)
class _Making:
    """What a slice is made with."""

    rng: np.random.Generator
    fiscal_year: int
    employers: Payers
    pension_bodies: Payers
    unknown_share: float


def _slices(ordered: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Pieces of about PEOPLE_A_SLICE people that cut no household."""
    homes, start = ordered["household_id"], 0
    while start < ordered.height:
        end = min(start + PEOPLE_A_SLICE, ordered.height)
        while end < ordered.height and homes[end] == homes[end - 1]:
            end += 1
        yield ordered.slice(start, end - start)
        start = end


def _slice(people: pl.DataFrame, making: _Making, *, first_line: int) -> Reports:
    rng, fiscal_year = making.rng, making.fiscal_year
    earners = worked_out(earn(people, rng, fiscal_year), fiscal_year)
    claimed = claims(earners, fiscal_year)
    counted = _counts(earners, claimed)
    earners = with_marks(earners, claimed, rng).join(
        counted, left_on="row", right_on="claimant", how="left", maintain_order="left"
    )
    earners = _settled(earners.with_columns(pl.col(_COUNTED).fill_null(0)), fiscal_year)
    parts = [*_salaries(earners, making), *_pensions(earners, making), *_returns(earners)]
    rows = pl.concat([part.select(_ROW) for part in parts]).with_row_index("line", offset=first_line)
    rows = _digested(_unknown(_received(rows, making), making))
    reports = rows.select(pl.col(name).cast(kind) for name, kind in {**REPORT, **FORM}.items())
    return Reports(reports, _relatives(rows, earners, claimed))


def _identified(people: pl.DataFrame, numbers: dict[int, str]) -> pl.DataFrame:
    """With their row, number, address in one line, and the reading as payers write it."""
    known = pl.DataFrame(
        {"resident_id": list(numbers), "individual_number": list(numbers.values())},
        schema={"resident_id": pl.Int64, "individual_number": pl.String},
    )
    address = pl.concat_str(pl.col(name).fill_null("") for name in ("prefecture", "city", "town", "block", "building"))
    numbered = people.join(known, on="resident_id", how="left", maintain_order="left").with_row_index("row")
    return numbered.with_columns(
        pl.col("row").cast(pl.Int64), address=address, name_kana=pl.col("name_furigana").fill_null(""), foreign_mark=(pl.col("resident_kind") != 1).cast(pl.Int64)
    )  # fmt: skip


_COUNTED = (
    "spouse_count", "specific_count", "elderly_count", "elderly_together_count", "general_count", "under_16_count",
    "special_disability_count", "special_disability_together_count", "disability_count",
)  # fmt: skip


def _counts(earners: pl.DataFrame, claimed: pl.DataFrame) -> pl.DataFrame:
    """人数の欄 of each claimant."""
    named = claimed.join(earners.select("row", "age", "disability"), on="row", maintain_order="left")
    role, age, disability = pl.col("role"), pl.col("age"), pl.col("disability")
    grown, specific = role == str(Role.DEPENDANT), age.is_between(*SPECIFIC)
    told = {
        "spouse_count": role == str(Role.SPOUSE),
        "specific_count": grown & specific,
        "elderly_count": grown & (age >= ELDERLY),
        "elderly_together_count": grown & (age >= ELDERLY) & pl.col("ascendant"),
        "general_count": grown & ~specific & (age < ELDERLY),
        "under_16_count": role == str(Role.UNDER_16),
        "special_disability_count": disability == 2,
        "special_disability_together_count": disability == 2,
        "disability_count": disability == 1,
    }
    return named.group_by("claimant").agg(flag.sum().cast(pl.Int64).alias(name) for name, flag in told.items())


def _settled(earners: pl.DataFrame, fiscal_year: int) -> pl.DataFrame:
    """年末調整: 所得控除の合計, what is withheld, and what of the housing loan was credited against it."""
    first = pl.col("employment_revenue") - pl.col("second_revenue")
    people = pl.sum_horizontal("spouse_count", "specific_count", "elderly_count", "general_count")
    life = pl.min_horizontal(pl.sum_horizontal(_INSURANCES[1:6]) // 2, MOST_LIFE_INSURANCE)
    deducted = (
        pl.col("social_insurance_premium") + pl.col("small_enterprise_mutual_aid_premium") + life
        + pl.col("earthquake_insurance") + BASIC + pl.col("basic_difference") + people * PER_RELATIVE
    )  # fmt: skip
    earners = earners.with_columns(
        deduction_sum=deducted, income_after_deduction=pl.col("after_deduction"), first_revenue=first
    )
    left = pl.max_horizontal(pl.col("income_after_deduction") - pl.col("deduction_sum"), 0) // 1000 * 1000
    earners = earners.with_columns(income_tax_taxable_income=left)
    taxable = earners["income_tax_taxable_income"].to_numpy()
    share = np.interp(taxable, [each for each, _ in TAXED], [each for _, each in TAXED])
    tax = pl.Series("tax", (taxable * share).astype(np.int64) // 100 * 100)
    since = pl.when(pl.col("housing_loan_years") > 0).then(
        pl.date(fiscal_year - 1 - pl.col("housing_loan_years"), 4, 1)
    )
    # 特定取得 (8 or 10 %) was from 2014 to 2021; the later ones have the lower limit.
    kind = pl.when(pl.col("housing_loan_years") == 0).then(0).when(since.dt.year() < 2022).then(2).otherwise(1)
    return earners.with_columns(tax).with_columns(
        housing_loan_credited=pl.min_horizontal("housing_loan_creditable", "tax"), housing_loan_since=since, housing_loan_kind=kind,
        minor_mark=(pl.col("birth_date") > date(fiscal_year - 18, 1, 2)).cast(pl.Int64),
    ).with_columns(withheld_income_tax=pl.col("tax") - pl.col("housing_loan_credited"))  # fmt: skip


_IDENTITY = ("name", "name_kana", "birth_date", "address", "individual_number")
_ROW = ("row", "kind", "claims", "payer_number", "payer_name", "corporate_number", *_IDENTITY, *AMOUNTS, *MARKS, *FORM)


def _rows(
    earners: pl.DataFrame, kind: Kind, payers: pl.DataFrame | None, kept: tuple[str, ...], **computed: pl.Expr
) -> pl.DataFrame:
    """Reports of a kind: `kept` and `computed` columns, 0 or blank in all others. `claims`: whether the relatives stand in it."""
    every = {**dict.fromkeys(AMOUNTS, pl.Int64), **dict.fromkeys(MARKS, pl.Int64), **FORM}
    blank = {
        name: pl.lit(None if dtype == pl.Date else 0, dtype=dtype)
        for name, dtype in every.items()
        if name not in kept and name not in computed
    }
    texts = (
        payers
        if payers is not None
        else pl.DataFrame({"payer_number": [""], "payer_name": [""], "corporate_number": [""]})
    )
    named = earners.select(
        "row", *_IDENTITY, *kept, *(value.alias(name) for name, value in {**blank, **computed}.items())
    )
    named = named.with_columns(pl.col(name).cast(dtype) for name, dtype in every.items())
    given = texts.columns if payers is not None else [pl.lit("").alias(name) for name in texts.columns]
    joined = named.hstack(texts) if payers is not None else named.with_columns(given)
    return joined.with_columns(kind=pl.lit(str(kind)))


def _salaries(earners: pl.DataFrame, making: _Making) -> Iterator[pl.DataFrame]:
    """給与支払報告書: of the first payer with everything, of the second (乙欄) with what was paid and withheld."""
    rng, payers = making.rng, making.employers
    paid = earners.filter(pl.col("first_revenue") > 0)
    kept = (
        *_INSURANCES, *_OWN, "social_insurance_premium", "withheld_income_tax", "housing_loan_creditable", "housing_loan_credited",
        "housing_loan_kind", "income_tax_taxable_income", *FORM,
    )  # fmt: skip
    yield _rows(
        paid, Kind.SALARY, payers.columns(payers.some(rng, paid.height)), kept,
        employment_revenue=pl.col("first_revenue"), income_tax_earthquake_deduction=pl.col("earthquake_insurance"), claims=pl.lit(1),
    )  # fmt: skip
    again = earners.filter(pl.col("second_revenue") > 0)
    yield _rows(
        again, Kind.SALARY, payers.columns(payers.some(rng, again.height)), ("foreign_mark", "minor_mark"),
        employment_revenue=pl.col("second_revenue"), withheld_income_tax=pl.col("second_revenue") * 3 // 100,
        secondary_salary=pl.lit(1), claims=pl.lit(0),
    )  # fmt: skip


def _pensions(earners: pl.DataFrame, making: _Making) -> Iterator[pl.DataFrame]:
    """公的年金等支払報告書: relatives stand in it where no employer knows of them."""
    rng, payers = making.rng, making.pension_bodies
    paid = earners.filter(pl.col("pension_revenue") > 0)
    first = pl.col("pension_revenue") - pl.col("second_pension")
    claiming = pl.col("first_revenue") == 0
    counts = {name: pl.when(claiming).then(pl.col(name)).otherwise(0) for name in _COUNTED}
    yield _rows(
        paid, Kind.PENSION, payers.columns(np.zeros(paid.height, np.int64)), ("disability", "widow", "single_parent"),
        pension_revenue=first, social_insurance_premium=pl.col("pension_premium"),
        withheld_income_tax=pl.max_horizontal(first - 1_600_000, 0) * 5 // 100, claims=claiming.cast(pl.Int32), **counts,
    )  # fmt: skip
    again = earners.filter(pl.col("second_pension") > 0)
    chosen = 1 + rng.integers(0, payers.frame.height - 1, again.height)
    yield _rows(
        again, Kind.PENSION, payers.columns(chosen), (), pension_revenue=pl.col("second_pension"), claims=pl.lit(0)
    )


def _returns(earners: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """確定申告 and 住民税申告: everything of the slips, and what only the person knows."""
    kept = (
        "employment_revenue", "pension_revenue", "business_income", "real_estate_income", "dividend_income", "dividend_stock",
        "other_miscellaneous_income", *_INSURANCES, "earthquake_insurance", "medical_expense", "hometown_donation", *_OWN,
    )  # fmt: skip
    final = (
        "housing_loan_creditable", "housing_loan_credited", "housing_loan_kind", "housing_loan_since",
        "income_tax_taxable_income", "withheld_income_tax", *SEPARATE, "long_term_residence_special_deduction",
        "listed_stock_loss_carried", "dividend_levy_withheld",
    )  # fmt: skip
    social = pl.sum_horizontal("social_insurance_premium", "pension_premium", "declared_premium")
    for kind, slug, more in ((Kind.FINAL_RETURN, FINAL_RETURN, final), (Kind.RESIDENT_TAX_RETURN, RESIDENT_TAX_RETURN, ())):  # fmt: skip
        filed = earners.filter(pl.col("files") == slug)
        yield _rows(filed, kind, None, (*kept, *more), social_insurance_premium=social, claims=pl.lit(1))


def _received(rows: pl.DataFrame, making: _Making) -> pl.DataFrame:
    """整理番号, 受領年月日 and the rest that does not depend on the person; some gave the payer no number."""
    rng, first = making.rng, date(making.fiscal_year, 1, 1)
    slip = rows["kind"].is_in(_SLIPS).to_numpy()
    days = np.where(slip, rng.integers(7, 31, rows.height), 46 + rng.integers(0, 28, rows.height))
    told = pl.Series(rng.random(rows.height) >= WITHOUT_NUMBER)
    return rows.with_columns(days=pl.Series(days)).with_columns(
        fiscal_year=pl.lit(making.fiscal_year), cancelled=pl.lit(value=False), amends=pl.lit(value=False),
        source=pl.lit(SOURCE), report_number=pl.col("line").cast(pl.String).str.zfill(8),
        received_on=pl.lit(first) + pl.duration(days="days"),
        individual_number=pl.when(told).then(pl.col("individual_number")),
    )  # fmt: skip


def _unknown(rows: pl.DataFrame, making: _Making) -> pl.DataFrame:
    """知らない人: another birth date, another town, no number."""
    strange = pl.Series(making.rng.random(rows.height) < making.unknown_share)
    born = pl.col("birth_date").dt.offset_by("-370d")
    return rows.with_columns(
        birth_date=pl.when(strange).then(born).otherwise(pl.col("birth_date")),
        address=pl.when(strange).then(pl.lit(words()["elsewhere_address"])).otherwise(pl.col("address")),
        individual_number=pl.when(~strange).then(pl.col("individual_number")),
    )


def _digested(rows: pl.DataFrame) -> pl.DataFrame:
    """SHA-256 of what a report says; numbers of persons left out, since a digest lets them be guessed."""
    told = [
        name for name in REPORT if name in rows.columns and name not in ("individual_number", "received_on", "line")
    ]
    texts = rows.select(pl.concat_str((pl.col(name).cast(pl.String).fill_null("") for name in told), separator="\x1f"))
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts.to_series()]
    return rows.with_columns(digest=pl.Series(digests, dtype=pl.String))


def _relatives(rows: pl.DataFrame, earners: pl.DataFrame, claimed: pl.DataFrame) -> pl.DataFrame:
    """親族の欄 of the reports that name them; slips do not ask for a birth date."""
    places = pl.col("role").replace_strict(
        {str(role): first for role, first in FIRST_POSITION.items()}, return_dtype=pl.Int64
    )
    named = claimed.with_columns(position=places + pl.col("number") - 1).join(
        earners.select("row", "name", "name_kana", "birth_date", "disability", "individual_number"), on="row"
    )
    naming = rows.filter(pl.col("claims") == 1).select("line", "kind", claimant="row")
    slip, dependant = pl.col("kind").is_in(_SLIPS), pl.col("role") == str(Role.DEPENDANT)
    made = naming.join(named, on="claimant").with_columns(
        birth_date=pl.when(~slip).then(pl.col("birth_date")), living_together=pl.lit(value=True), abroad=pl.lit(value=False),
        lineal_ascendant=pl.when(dependant).then(pl.col("ascendant")),
    )  # fmt: skip
    return made.sort("line", "position").select(pl.col(name).cast(kind) for name, kind in RELATIVE.items())
