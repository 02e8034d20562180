"""所得割・均等割・森林環境税: from 課税総所得金額 to 年税額. Pairs are (municipal, prefectural), yen."""

from __future__ import annotations

from math import floor

from .credits import Pair
from .exemptions import income_levy_exemption_limit
from .family import Family
from .incomes import Row
from .town import Town

CREDIT_NAMES = (
    "adjustment_credit",
    "dividend_credit",
    "housing_loan_credit",
    "basic_donation_credit",
    "special_donation_credit",
    "one_stop_credit",
)


def taxable_total_income(aggregate_income: int, deduction_total: int) -> int:
    """課税総所得金額（千円未満切捨て, 法20条の4の2第1項）."""
    return max(0, aggregate_income - deduction_total) // 1_000 * 1_000


def computed_levies(taxable: int, town: Town) -> Pair:
    """算出所得割額（1円未満切捨て）."""
    return floor(taxable * town.municipal_rate), floor(taxable * town.prefectural_rate)


def adjustment_measure(levies: Pair, gross_income: int, family_size: int) -> Pair:
    """所得割の調整措置（附則3条の3第2項・5項）: the levy must not push the income below the exemption limit."""
    limit, levy = income_levy_exemption_limit(family_size), sum(levies)
    if gross_income <= limit or gross_income - levy >= limit:
        return 0, 0
    excess = limit - (gross_income - levy)
    return excess * levies[0] // levy, excess * levies[1] // levy


def fixed_credit_amount(person: Row, family: Family, total_income: int) -> int:
    """定額減税の額（附則5条の8）, before it is held against the levy."""
    if total_income > 18_050_000:
        return 0
    spouse = family.spouse is not None and total_income <= 10_000_000
    relatives = len(family.dependants) + spouse - person["fixed_credit_dependants_abroad"]
    return 10_000 * (1 + max(0, relatives))


def fixed_credit(amount: int, levies: Pair) -> Pair:
    """定額減税: the prefecture's share 1円未満切上げ, the municipality has the rest."""
    levy = sum(levies)
    used = min(amount, levy)
    if used == 0:
        return 0, 0
    prefectural = -(-used * levies[1] // levy)
    return used - prefectural, prefectural


def withheld_credit(withheld: int, town: Town) -> Pair:
    """配当割額・株式等譲渡所得割額の控除."""
    fifths = town.municipal_fifths
    return withheld * fifths // 5, withheld * (5 - fifths) // 5


def final_levy(levy: int, withheld: int) -> int:
    """所得割（百円未満切捨て, 法20条の4の2第3項）."""
    return max(0, levy - withheld) // 100 * 100


def levies_of(person: Row, known: Row, family: Family, fiscal_year: int, town: Town) -> tuple[Row, int]:
    """Every levy of one person; besides, 年税額 as it were without 定額減税."""
    exempt = known["is_income_levy_exempt"]
    sides = ("municipal", "prefectural")
    general = computed_levies(known["combined_taxable_income"], town)
    computed = (
        (0, 0) if exempt else tuple(general[at] + known[f"{side}_separate_levy"] for at, side in enumerate(sides))
    )
    credit_sums = [
        sum(known[f"{side}_{name}"] for name in CREDIT_NAMES) + person[f"{side}_foreign_tax_credit"] for side in sides
    ]
    after = (max(0, computed[0] - credit_sums[0]), max(0, computed[1] - credit_sums[1]))
    measure = adjustment_measure(after, known["gross_income"], family.size)
    measured = (after[0] - measure[0], after[1] - measure[1])
    fixed = (0, 0)
    if fiscal_year == 2024:
        fixed = fixed_credit(fixed_credit_amount(person, family, known["total_income"]), measured)
    withheld = withheld_credit(person["dividend_levy_withheld"] + person["stock_levy_withheld"], town)
    left = (measured[0] - fixed[0], measured[1] - fixed[1])
    levies = tuple(final_levy(left[side], withheld[side]) for side in (0, 1))
    per_capita = (0, 0) if known["is_per_capita_exempt"] else (town.municipal_per_capita, town.prefectural_per_capita)
    forest = 0 if known["is_forest_tax_exempt"] else 1_000
    fixed_parts = sum(per_capita) + forest
    without_fixed_credit = sum(final_levy(measured[side], withheld[side]) for side in (0, 1)) + fixed_parts
    result: Row = {}
    for side, level in enumerate(sides):
        result |= {
            f"{level}_income_levy_computed": computed[side],
            f"{level}_income_levy_after_credits": after[side],
            f"{level}_adjustment_measure": measure[side],
            f"{level}_fixed_credit": fixed[side],
            f"{level}_withheld_credit": withheld[side],
            f"{level}_income_levy": levies[side],
            f"{level}_per_capita_levy": per_capita[side],
        }
    result |= {
        "withheld_refund": sum(max(0, withheld[side] - left[side]) for side in (0, 1)),
        "forest_environment_tax": forest,
        "annual_tax": sum(levies) + fixed_parts,
    }
    return result, without_fixed_credit
