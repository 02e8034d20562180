"""人的控除と人的控除額の差 (地方税法314条の2・34条, 314条の6・37条)."""

from __future__ import annotations

from .family import Family
from .incomes import Row

# 配偶者特別控除: (spouse's income up to, deduction by the taxpayer's income: up to 9, 9.5, 10 million).
SPECIAL_SPOUSE = (
    (1_000_000, (330_000, 220_000, 110_000)),
    (1_050_000, (310_000, 210_000, 110_000)),
    (1_100_000, (260_000, 180_000, 90_000)),
    (1_150_000, (210_000, 140_000, 70_000)),
    (1_200_000, (160_000, 110_000, 60_000)),
    (1_250_000, (110_000, 80_000, 40_000)),
    (1_300_000, (60_000, 40_000, 20_000)),
    (1_330_000, (30_000, 20_000, 10_000)),
)
SPECIAL_RELATIVE = (
    (950_000, 450_000),
    (1_000_000, 410_000),
    (1_050_000, 310_000),
    (1_100_000, 210_000),
    (1_150_000, 110_000),
    (1_200_000, 60_000),
    (1_230_000, 30_000),
)
WORKING_STUDENT_LIMIT = {2024: 750_000, 2025: 750_000, 2026: 850_000, 2027: 890_000}


def basic_deduction(total_income: int) -> int:
    """基礎控除（314条の2第2項）."""
    if total_income <= 24_000_000:
        return 430_000
    if total_income <= 24_500_000:
        return 290_000
    if total_income <= 25_000_000:
        return 150_000
    return 0


def tier(total_income: int) -> int | None:
    """配偶者控除の段階: 0, 1, 2 by the taxpayer's own income; None above 10,000,000 yen."""
    for number, limit in enumerate((9_000_000, 9_500_000, 10_000_000)):
        if total_income <= limit:
            return number
    return None


def spouse_deduction(family: Family, total_income: int) -> tuple[int, int]:
    """配偶者控除 and its difference."""
    step = tier(total_income)
    if family.spouse is None or step is None:
        return 0, 0
    if family.spouse["age"] >= 70:
        return (380_000, 260_000, 130_000)[step], (100_000, 60_000, 30_000)[step]
    return (330_000, 220_000, 110_000)[step], (50_000, 40_000, 20_000)[step]


def special_spouse_deduction(spouse_income: int | None, total_income: int, fiscal_year: int) -> tuple[int, int]:
    """配偶者特別控除 and its difference. `spouse_income` is None unless between the family's limit and 1,330,000 yen."""
    step = tier(total_income)
    if spouse_income is None or step is None:
        return 0, 0
    deduction = next(amounts[step] for up_to, amounts in SPECIAL_SPOUSE if spouse_income <= up_to)
    difference = 0
    if fiscal_year <= 2025:
        if spouse_income < 500_000:
            difference = (50_000, 40_000, 20_000)[step]
        elif spouse_income < 550_000:
            difference = (30_000, 20_000, 10_000)[step]
    return deduction, difference


def special_relative_deduction(income: int) -> int:
    """特定親族特別控除, for one relative between the family's limit and 1,230,000 yen."""
    return next(amount for up_to, amount in SPECIAL_RELATIVE if income <= up_to)


def disability_deduction(person: Row, family: Family) -> tuple[int, int]:
    """障害者控除 and its difference, for the taxpayer, 同一生計配偶者 and 扶養親族."""
    own = ((0, 0), (260_000, 10_000), (300_000, 100_000))[person["disability"]]
    amounts = [own]
    for member in family.members:
        if member["disability"] == 2 and member["lives_with_supporter"]:
            amounts.append((530_000, 220_000))
        else:
            amounts.append(((0, 0), (260_000, 10_000), (300_000, 100_000))[member["disability"]])
    return sum(deduction for deduction, _ in amounts), sum(difference for _, difference in amounts)


def own_status_deductions(person: Row, total_income: int, fiscal_year: int) -> tuple[Row, int]:
    """寡婦・ひとり親・勤労学生控除 and the sum of their differences."""
    single_parent = person["single_parent"] > 0 and total_income <= 5_000_000
    widow = person["widow"] == 1 and person["single_parent"] == 0 and total_income <= 5_000_000
    student = person["working_student"] == 1 and total_income <= WORKING_STUDENT_LIMIT[fiscal_year]
    difference = 10_000 * widow + 10_000 * student
    if single_parent:
        difference += 50_000 if person["single_parent"] == 1 else 10_000
    return {
        "widow_deduction": 260_000 * widow,
        "single_parent_deduction": 300_000 * single_parent,
        "working_student_deduction": 260_000 * student,
    }, difference


def personal_deductions(person: Row, family: Family, total_income: int, fiscal_year: int) -> tuple[Row, int]:
    """人的控除, by name, and 人的控除額の差の合計."""
    spouse, spouse_difference = spouse_deduction(family, total_income)
    special_spouse, special_difference = special_spouse_deduction(
        family.special_spouse_income, total_income, fiscal_year
    )
    disability, disability_difference = disability_deduction(person, family)
    own, own_difference = own_status_deductions(person, total_income, fiscal_year)
    counts = family.counts()
    general, specific = counts["dependants_general"], counts["dependants_specific"]
    elderly, together = counts["dependants_elderly"], counts["dependants_elderly_living_together"]
    deductions = {
        "basic_deduction": basic_deduction(total_income),
        "spouse_deduction": spouse,
        "special_spouse_deduction": special_spouse,
        "dependants_deduction": 330_000 * general + 450_000 * specific + 380_000 * elderly + 450_000 * together,
        "special_relative_deduction": sum(map(special_relative_deduction, family.special_relative_incomes)),
        "disability_deduction": disability,
    }
    of_dependants = 50_000 * general + 180_000 * specific + 100_000 * elderly + 130_000 * together
    differences = 50_000 + spouse_difference + special_difference + of_dependants
    return deductions | own, differences + disability_difference + own_difference
