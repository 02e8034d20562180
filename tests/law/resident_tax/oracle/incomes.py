"""所得: from revenue to 合計所得金額 and 総所得金額等 (所得税法28条・35条, 措法29条の4・41条の3の11・41条の15の3, 地方税法313条)."""

from __future__ import annotations

from .separate import Row, carried_losses, general_losses, separate_incomes

__all__ = ["Row"]
# (revenue below this, income) of the rows of 別表第五 that follow no formula.
ODD_ROWS_TO_2025 = ((1_620_000, 1_069_000), (1_622_000, 1_070_000), (1_624_000, 1_072_000), (1_628_000, 1_074_000))
ODD_ROWS_2027 = ((2_193_000, 1_451_000), (2_196_000, 1_453_000), (2_200_000, 1_456_000))


def employment_income_after_deduction(revenue: int, fiscal_year: int) -> int:
    """給与所得控除後の給与等の金額（所得税法28条, 別表第五; 令和9年度は措法29条の4）."""
    if fiscal_year <= 2025:
        low = _low_to_2025(revenue)
    elif fiscal_year == 2026:
        low = _low_2026(revenue)
    else:
        low = _low_2027(revenue)
    return _high_employment_income(revenue) if low is None else low


def _low_to_2025(revenue: int) -> int | None:
    if revenue < 551_000:
        return 0
    if revenue < 1_619_000:
        return revenue - 550_000
    for below, income in ODD_ROWS_TO_2025:
        if revenue < below:
            return income
    if revenue < 1_800_000:
        return revenue // 4_000 * 4_000 * 60 // 100 + 100_000
    return None


def _low_2026(revenue: int) -> int | None:
    if revenue < 651_000:
        return 0
    return revenue - 650_000 if revenue < 1_900_000 else None


def _low_2027(revenue: int) -> int | None:
    if revenue < 741_000:
        return 0
    if revenue < 2_191_000:
        return revenue - 740_000
    for below, income in ODD_ROWS_2027:
        if revenue < below:
            return income
    return None


def _high_employment_income(revenue: int) -> int:
    step = revenue // 4_000 * 4_000
    if revenue < 3_600_000:
        return step * 70 // 100 - 80_000
    if revenue < 6_600_000:
        return step * 80 // 100 - 440_000
    if revenue < 8_500_000:
        return revenue * 90 // 100 - 1_100_000
    return revenue - 1_950_000


def income_adjustment_for_family(revenue: int) -> int:
    """所得金額調整控除（子ども・特別障害者等）の額, if somebody in the family gives the right to it（措法41条の3の11第1項）."""
    if revenue <= 8_500_000:
        return 0
    return -(-(min(revenue, 10_000_000) - 8_500_000) * 10 // 100)


def income_adjustment_for_pension(employment: int, pension: int) -> int:
    """所得金額調整控除（給与と年金, 措法41条の3の11第2項）. `employment` is 給与所得控除後の金額."""
    if employment <= 0 or pension <= 0 or employment + pension <= 100_000:
        return 0
    return min(employment, 100_000) + min(pension, 100_000) - 100_000


def pension_income(revenue: int, age: int, other_income: int) -> int:
    """公的年金等に係る雑所得（所得税法35条4項, 措法41条の15の3）."""
    if other_income <= 10_000_000:
        lowered = 0
    elif other_income <= 20_000_000:
        lowered = 100_000
    else:
        lowered = 200_000
    flat_below, flat_deduction = (3_300_000, 1_100_000) if age >= 65 else (1_300_000, 600_000)
    if revenue < flat_below:
        income = revenue - flat_deduction
    elif revenue < 4_100_000:
        income = revenue * 75 // 100 - 275_000
    elif revenue < 7_700_000:
        income = revenue * 85 // 100 - 685_000
    elif revenue < 10_000_000:
        income = revenue * 95 // 100 - 1_455_000
    else:
        income = revenue - 1_955_000
    return max(0, income + lowered) if revenue else 0


def incomes_of(person: Row, fiscal_year: int, *, family_adjustment: bool) -> Row:
    """Every income of one person; `family_adjustment` says whether the family gives the right to 所得金額調整控除."""
    after_deduction = employment_income_after_deduction(person["employment_revenue"], fiscal_year)
    for_family = income_adjustment_for_family(person["employment_revenue"]) if family_adjustment else 0
    before_pension = after_deduction - for_family
    half_occasional = person["occasional_income"] // 2
    neither_pay_nor_pension = half_occasional + sum(
        person[name]
        for name in (
            "business_income",
            "real_estate_income",
            "interest_income",
            "dividend_income",
            "other_miscellaneous_income",
            "transfer_income",
        )
    )
    separate = sum(separate_incomes(person).values())
    other = before_pension + neither_pay_nor_pension + separate
    pension = pension_income(person["pension_revenue"], person["age"], other)
    for_pension = income_adjustment_for_pension(after_deduction, pension)
    employment = before_pension - for_pension
    total = employment + pension + neither_pay_nor_pension
    after_losses, from_separate = general_losses(person, total)
    return {
        "employment_income_after_deduction": after_deduction,
        "income_adjustment_for_family": for_family,
        "employment_income_before_pension_adjustment": before_pension,
        "pension_other_income": other,
        "pension_income": pension,
        "income_adjustment_for_pension": for_pension,
        "employment_income": employment,
        "half_occasional_income": half_occasional,
        "aggregate_income": total,
        "separate_income": separate,
        "total_income": total + separate,
        "aggregate_income_after_losses": after_losses,
        "gross_income": after_losses + separate - sum(carried_losses(person)) - sum(from_separate.values()),
    }
