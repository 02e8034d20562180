"""徴収: 普通徴収の納期ごとの額, 給与特別徴収の月割額 (法320条, 321条の5, 20条の4の2, 附則5条の8・5条の10)."""

from __future__ import annotations

from .incomes import Row
from .town import Town


def ordinary_instalments(annual_tax: int, without_fixed_credit: int, income_levy: int, town: Town) -> list[int]:
    """普通徴収の四期. `without_fixed_credit` is the year's tax as if there were no 定額減税; `income_levy` what is due of 所得割."""
    if income_levy == 0:
        return [annual_tax, 0, 0, 0]
    unit = town.ordinary_instalment_unit
    later = without_fixed_credit // 4 // unit * unit
    periods = [without_fixed_credit - 3 * later, later, later, later]
    relief = without_fixed_credit - annual_tax
    for number, due in enumerate(periods):
        taken = min(due, relief)
        periods[number] -= taken
        relief -= taken
    return periods


def salary_instalments(annual_tax: int, per_capita_and_forest: int, fixed_credit: int) -> tuple[int, int, int]:
    """給与特別徴収: June, July, and each later month. With 定額減税 nothing in June, and July takes the odd part of eleven."""
    if fixed_credit > 0:
        later = annual_tax // 11 // 100 * 100
        return 0, annual_tax - 10 * later, later
    if annual_tax <= per_capita_and_forest:
        return annual_tax, 0, 0
    later = annual_tax // 12 // 100 * 100
    return annual_tax - 11 * later, later, later


def instalments_of(known: Row, without_fixed_credit: int, town: Town) -> Row:
    """Every instalment of one person whose 年税額 is known, once as if all were 普通徴収, once as if all were 特別徴収."""
    annual_tax = known["annual_tax"]
    income_levy = known["municipal_income_levy"] + known["prefectural_income_levy"]
    periods = ordinary_instalments(annual_tax, without_fixed_credit, income_levy, town)
    june, july, later = salary_instalments(
        annual_tax,
        known["municipal_per_capita_levy"] + known["prefectural_per_capita_levy"] + known["forest_environment_tax"],
        known["municipal_fixed_credit"] + known["prefectural_fixed_credit"],
    )
    return {f"ordinary_instalment_{number}": due for number, due in enumerate(periods, 1)} | {
        "salary_instalment_june": june,
        "salary_instalment_july": july,
        "salary_instalment_later": later,
    }
