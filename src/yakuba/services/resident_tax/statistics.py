"""課税状況の統計, in the manner of 市町村税課税状況等の調: what the decisions in force add up to, by columns.

The survey counts farmers apart; a report's 事業所得 does not tell farming from trade, so both stand under 営業等.
UNCONFIRMED: the bounds of the steps, which no source was seen for beyond the names of the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access.door import Access
from yakuba.registers.decisions.queries import current_of_town

from .snapshot import KIND
from .wording import outcome_of

MAN = 10_000
STEP_BOUNDS = tuple(bound * MAN for bound in (10, 100, 200, 300, 400, 550, 700, 1_000, 2_000, 5_000, 10_000))
"""課税標準額の段階: the greatest amount of each step in yen; the last step has no end."""


class IncomeSort(StrEnum):
    """所得者区分: by the income that is the greatest; 分離課税 goes before, whoever has none is among the others."""

    SEPARATE = "separate"
    EMPLOYMENT = "employment"
    BUSINESS = "business"
    OTHER = "other"


class Burden(StrEnum):
    """納める税の区分."""

    INCOME_LEVY = "income_levy"
    PER_CAPITA_ONLY = "per_capita_only"
    FOREST_TAX_ONLY = "forest_tax_only"
    NOTHING = "nothing"


LEVIES = (
    "municipal_income_levy",
    "municipal_per_capita_levy",
    "prefectural_income_levy",
    "prefectural_per_capita_levy",
    "forest_environment_tax",
    "annual_tax",
)
"""調定額; the last one is the sum of the others."""
BASES = ("total_income", "aggregate_income", "gross_income", "deduction_total", "taxable_total_income")
DEDUCTIONS = (
    "casualty_loss_deduction",
    "medical_expense_deduction",
    "social_insurance_deduction",
    "small_enterprise_deduction",
    "life_insurance_deduction",
    "earthquake_insurance_deduction",
    "disability_deduction",
    "widow_deduction",
    "single_parent_deduction",
    "working_student_deduction",
    "spouse_deduction",
    "special_spouse_deduction",
    "dependants_deduction",
    "special_relative_deduction",
    "basic_deduction",
)
CREDITS = tuple(
    f"{tier}_{name}"
    for tier in ("municipal", "prefectural")
    for name in (
        "adjustment_credit", "dividend_credit", "housing_loan_credit", "basic_donation_credit", "special_donation_credit",
        "one_stop_credit", "adjustment_measure", "fixed_credit", "withheld_credit",
    )
)  # fmt: skip
COMPUTED = ("municipal_income_levy_computed", "prefectural_income_levy_computed")
STEP_AMOUNTS = (
    "gross_income",
    "deduction_total",
    "taxable_total_income",
    "municipal_income_levy_computed",
    "municipal_income_levy",
    "prefectural_income_levy_computed",
    "prefectural_income_levy",
)
QUANTITIES = (*BASES, *LEVIES, "employment_income", *DEDUCTIONS, *CREDITS, *COMPUTED)


@dataclass(frozen=True, slots=True)
class Statistics:
    """課税状況. `persons` counts people, all else is yen; sums of a table's rows are those of the decisions it is about.

    `taxpayers`: by income_sort and burden, every decision, with LEVIES. `steps`: by income_sort and step (0 the lowest),
    payers of 所得割, with STEP_AMOUNTS. `deductions`, `credits`: by quantity, payers of 所得割. `levies`: by quantity,
    every decision.
    """

    fiscal_year: int
    taxpayers: pl.DataFrame
    steps: pl.DataFrame
    deductions: pl.DataFrame
    credits: pl.DataFrame
    levies: pl.DataFrame


def statistics(access: Access, fiscal_year: int) -> Statistics:
    """課税状況の統計 of the decisions in force. The reading is recorded, nobody by name.

    Raises RefusedError where there is no decision, or one whose parts do not come to its annual tax.
    """
    town = current_of_town(access, KIND, fiscal_year, inputs=True)
    if town.is_empty():
        raise RefusedError(
            [
                error(
                    "no-decisions",
                    f"{fiscal_year}年度の賦課決定がありません。",
                    "当初賦課を行ってから集計してください。",
                )
            ]
        )
    return tally(town, fiscal_year)


def tally(town: pl.DataFrame, fiscal_year: int) -> Statistics:
    """集計 of decisions: `outcome` and `inputs` are JSON objects as text. Raises RefusedError as `statistics`."""
    people = _decided(town).with_columns(_income_sort(), _burden(), _step())
    payers = people.filter(pl.col("burden") == Burden.INCOME_LEVY)
    return Statistics(
        fiscal_year,
        taxpayers=_grouped(people, {"income_sort": IncomeSort, "burden": Burden}, LEVIES),
        steps=_grouped(payers, {"income_sort": IncomeSort, "step": range(len(STEP_BOUNDS) + 1)}, STEP_AMOUNTS),
        deductions=_breakdown(payers, (*DEDUCTIONS, "deduction_total")),
        credits=_breakdown(payers, CREDITS),
        levies=_breakdown(people, LEVIES),
    )


def _decided(town: pl.DataFrame) -> pl.DataFrame:
    """A row a decision, a column a quantity, and 事業所得 of the facts."""
    business = outcome_of(town["inputs"], ["business_income"])
    decided = outcome_of(town["outcome"], list(QUANTITIES)).hstack(business)
    *parts, whole = LEVIES
    wrong = decided.filter(pl.sum_horizontal(parts) != pl.col(whole)).height
    if wrong:
        raise RefusedError(
            [
                error(
                    "levies-differ", f"{wrong:,}件の賦課決定で、各税の合計が年税額と違います。",
                    "その決定を確かめ、計算し直した決定に置き換えてください。", item=whole,
                )
            ]
        )  # fmt: skip
    return decided


def _income_sort() -> pl.Expr:
    employment, business = pl.col("employment_income"), pl.col("business_income")
    rest = pl.col("aggregate_income") - employment - business
    return (
        pl.when(pl.col("total_income") != pl.col("aggregate_income")).then(pl.lit(IncomeSort.SEPARATE.value))
        .when((employment > 0) & (employment >= business) & (employment >= rest)).then(pl.lit(IncomeSort.EMPLOYMENT.value))
        .when((business > 0) & (business >= rest)).then(pl.lit(IncomeSort.BUSINESS.value))
        .otherwise(pl.lit(IncomeSort.OTHER.value)).alias("income_sort")
    )  # fmt: skip


def _burden() -> pl.Expr:
    income_levy = pl.col("municipal_income_levy") + pl.col("prefectural_income_levy")
    per_capita = pl.col("municipal_per_capita_levy") + pl.col("prefectural_per_capita_levy")
    return (
        pl.when(income_levy > 0).then(pl.lit(Burden.INCOME_LEVY.value))
        .when(per_capita > 0).then(pl.lit(Burden.PER_CAPITA_ONLY.value))
        .when(pl.col("forest_environment_tax") > 0).then(pl.lit(Burden.FOREST_TAX_ONLY.value))
        .otherwise(pl.lit(Burden.NOTHING.value)).alias("burden")
    )  # fmt: skip


def _step() -> pl.Expr:
    """The first step whose greatest amount is not passed: 10万円以下 is step 0."""
    return (
        pl.sum_horizontal(pl.col("taxable_total_income") > bound for bound in STEP_BOUNDS).cast(pl.Int64).alias("step")
    )


def _grouped(people: pl.DataFrame, by: dict[str, type[StrEnum] | range], amounts: tuple[str, ...]) -> pl.DataFrame:
    """Persons and sums for every combination, those without anybody included, in the order of the survey."""
    every = pl.DataFrame({"order": [0]})
    for name, values in by.items():
        every = every.join(
            pl.DataFrame({name: [each.value if isinstance(each, StrEnum) else each for each in values]}), how="cross"
        )
    counted = people.group_by(list(by)).agg(pl.len().cast(pl.Int64).alias("persons"), pl.col(amounts).sum())
    joined = every.drop("order").join(counted, on=list(by), how="left", maintain_order="left")
    return joined.with_columns(pl.col("persons", *amounts).fill_null(0))


def _breakdown(people: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """For each quantity the persons with more than 0 of it, and its sum."""
    persons = people.select((pl.col(name) > 0).sum().cast(pl.Int64) for name in names)
    sums = people.select(pl.col(name).sum() for name in names)
    return pl.DataFrame(
        {"quantity": names, "persons": persons.row(0), "amount": sums.row(0)},
        schema={"quantity": pl.String, "persons": pl.Int64, "amount": pl.Int64},
    )
