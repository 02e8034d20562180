"""賦課: everybody in a table, from inputs to instalments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .credits import credits_of
from .exemptions import exemptions_of
from .expense_deductions import expense_deductions
from .family import Family, families_of, within_limit
from .incomes import Row, incomes_of
from .inputs import complete
from .instalments import instalments_of
from .levies import levies_of, taxable_total_income
from .personal_deductions import personal_deductions
from .separate import FLAT, RATES, separate_levies, taxable_separate_incomes
from .town import Town


def assess(people: Sequence[Mapping[str, int]], fiscal_year: int, town: Town) -> list[dict[str, int]]:
    """個人住民税・森林環境税: every quantity of every person, yen, counts, and flags as 0 or 1.

    `people` refer to each other by position in the sequence; a missing input has its default. `fiscal_year` is the western
    year of the 年度, 2024 to 2027. Raises ValueError for inputs and years that are not calculated.
    """
    if fiscal_year not in (2024, 2025, 2026, 2027):
        raise ValueError(f"fiscal year {fiscal_year} is not calculated")
    rows = [complete(person) for person in people]
    alone = [incomes_of(row, fiscal_year, family_adjustment=False)["total_income"] for row in rows]
    families = families_of(rows, alone, fiscal_year)
    claimed = {row["claimed_spouse"] for row in rows} - {-1}
    results = []
    for position, (row, family) in enumerate(zip(rows, families, strict=True)):
        relative = int(within_limit(row, alone[position], fiscal_year))
        known = {
            "is_qualifying_spouse": relative * (position in claimed),
            "is_dependant": relative * (row["supporter"] >= 0),
        }
        results.append(_assess_one(row, family, known, fiscal_year, town))
    return results


def _assess_one(row: Row, family: Family, known: Row, fiscal_year: int, town: Town) -> Row:
    known |= incomes_of(row, fiscal_year, family_adjustment=family.gives_income_adjustment(row))
    known |= family.counts()
    total_income, gross_income = known["total_income"], known["gross_income"]
    personal, difference = personal_deductions(row, family, total_income, fiscal_year)
    deductions = personal | expense_deductions(row, gross_income)
    deduction_total = sum(deductions.values())
    known |= deductions
    aggregate = known["aggregate_income_after_losses"]
    separate = taxable_separate_incomes(row, known["aggregate_income"], deduction_total)
    known |= {f"taxable_{name}": amount for name, amount in separate.items()}
    known |= {
        "deduction_total": deduction_total,
        "taxable_total_income": taxable_total_income(aggregate, deduction_total),
        "taxable_separate_income": sum(separate[name] for name in RATES),
        "personal_deduction_difference": difference,
    }
    known["combined_taxable_income"] = known["taxable_total_income"] + sum(separate[name] for name in FLAT)
    known["municipal_separate_levy"], known["prefectural_separate_levy"] = separate_levies(separate, town)
    known |= exemptions_of(row, family.size, total_income, gross_income, town)
    known |= credits_of(row, known, fiscal_year, town)
    levies, without_fixed_credit = levies_of(row, known, family, fiscal_year, town)
    known |= levies
    return known | instalments_of(known, without_fixed_credit, town)
