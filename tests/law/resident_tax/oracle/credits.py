"""税額控除: 調整控除, 配当控除, 住宅借入金等特別税額控除, 寄附金税額控除. Pairs are (municipal, prefectural), yen."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from .incomes import Row
from .separate import FLAT, RATES, special_donation_rate
from .town import Town

Pair = tuple[int, int]

# (adjusted taxable income up to, 特例控除の割合, ワンストップで加わる割合): 附則5条の6, 附則7条の2.
DONATION_ROWS = (
    (1_950_000, Fraction(84_895, 100_000), Fraction(5_105, 84_895)),
    (3_300_000, Fraction(79_790, 100_000), Fraction(10_210, 79_790)),
    (6_950_000, Fraction(69_580, 100_000), Fraction(20_420, 69_580)),
    (9_000_000, Fraction(66_517, 100_000), Fraction(23_483, 66_517)),
    (18_000_000, Fraction(56_307, 100_000), Fraction(33_693, 56_307)),
    (40_000_000, Fraction(49_160, 100_000), Fraction(33_693, 56_307)),
)
# 所得税の基礎控除 above 480,000 yen, by 合計所得金額 up to (所得税法86条, 措法41条の16の2).
INCOME_TAX_BASIC = {
    2024: (),
    2025: (),
    2026: (
        (1_320_000, 950_000),
        (3_360_000, 880_000),
        (4_890_000, 680_000),
        (6_550_000, 630_000),
        (23_500_000, 580_000),
    ),
    2027: ((4_890_000, 1_040_000), (6_550_000, 670_000), (23_500_000, 620_000)),
}


def adjustment_credit(difference: int, taxable: int, total_income: int, town: Town) -> Pair:
    """調整控除（314条の6・37条）."""
    if total_income > 25_000_000:
        return 0, 0
    if taxable <= 2_000_000:
        base = min(difference, taxable)
    else:
        base = max(difference - (taxable - 2_000_000), 50_000)
    municipal, prefectural = (4, 1) if town.designated_city else (3, 2)
    return base * municipal // 100, base * prefectural // 100


def dividend_credit(person: Row, taxable: int, town: Town) -> Pair:
    """配当控除（附則5条）. What lies above 10,000,000 yen of taxable income earns half."""
    above = max(0, taxable - 10_000_000)
    total = Fraction(0)
    for name, per_mille in (("dividend_foreign_fund", 7), ("dividend_fund", 14), ("dividend_stock", 28)):
        low = min(above, person[name])
        above -= low
        total += Fraction(per_mille, 1_000) * (person[name] - low) + Fraction(per_mille, 2_000) * low
    # 2.8 % in all is 1.6 % and 1.2 %: four sevenths and three; a designated city has four fifths of the whole.
    share = Fraction(4, 5) if town.designated_city else Fraction(4, 7)
    return floor(total * share), floor(total * (1 - share))


def housing_loan_credit(remaining: int, kind: int, base: int, town: Town) -> Pair:
    """住宅借入金等特別税額控除（附則5条の4の2）. `base`: 所得税の課税総所得金額等 with what is added back to it."""
    percent, most = ((0, 0), (5, 97_500), (7, 136_500))[kind]
    credit = min(remaining, base * percent // 100, most)
    fifths = town.municipal_fifths
    return credit * fifths // 5, credit * (5 - fifths) // 5


def basic_donation_credit(hometown: int, others: int, gross_income: int, percent: int) -> int:
    """寄附金税額控除の基本控除額（314条の7第1項・37条の2第1項）, of one levy."""
    base = min(hometown + others, gross_income * 30 // 100) - 2_000
    return max(0, -(-base * percent // 100))


def income_tax_basic_excess(total_income: int, fiscal_year: int) -> int:
    """所得税の基礎控除 over 480,000 yen, which 人的控除差調整額 and the limit of 住宅借入金等 take account of."""
    for up_to, basic in INCOME_TAX_BASIC[fiscal_year]:
        if total_income <= up_to:
            return basic - 480_000
    return 0


def special_donation_rates(adjusted_taxable: int | Fraction) -> tuple[Fraction, Fraction]:
    """特例控除額の割合, and what ワンストップ adds to each yen of it."""
    if adjusted_taxable < 0:
        return Fraction(90, 100), Fraction(0)
    for up_to, special, one_stop in DONATION_ROWS:
        if adjusted_taxable <= up_to:
            return special, one_stop
    return Fraction(44_055, 100_000), Fraction(33_693, 56_307)


def special_donation_credit(hometown: int, rate: Fraction, standard_levies: Pair, town: Town) -> Pair:
    """寄附金税額控除の特例控除額. `standard_levies`: at standard rates, less 調整控除."""
    base = max(0, hometown - 2_000) * rate
    fifths = town.municipal_fifths
    municipal = min(ceil(base * Fraction(fifths, 5)), -(-standard_levies[0] * 20 // 100))
    prefectural = min(ceil(base * Fraction(5 - fifths, 5)), -(-standard_levies[1] * 20 // 100))
    return municipal, prefectural


def credits_of(person: Row, known: Row, fiscal_year: int, town: Town) -> Row:
    """Every 税額控除 of one person whose incomes, deductions and 課税総所得金額 are known."""
    taxable, total_income = known["taxable_total_income"], known["total_income"]
    difference = known["personal_deduction_difference"]
    standard = (8, 2) if town.designated_city else (6, 4)
    combined = known["combined_taxable_income"]
    adjustment = adjustment_credit(difference, combined, total_income, town)
    excess = income_tax_basic_excess(total_income, fiscal_year)
    rate, one_stop_rate = special_donation_rates(taxable - (difference + excess))
    others = {name: known[f"taxable_{name}"] for name in (*RATES, *FLAT)}
    if taxable < difference + excess or (taxable == 0 and any(others.values())):
        rate = special_donation_rate(others, lambda income: special_donation_rates(income)[0])
    standard_levies = (
        max(0, combined * standard[0] // 100 + known["municipal_separate_levy"] - adjustment[0]),
        max(0, combined * standard[1] // 100 + known["prefectural_separate_levy"] - adjustment[1]),
    )
    hometown, gross = person["hometown_donation"], known["gross_income"]
    special = special_donation_credit(hometown, rate, standard_levies, town)
    pairs = {
        "adjustment_credit": adjustment,
        "dividend_credit": dividend_credit(person, taxable + known["taxable_separate_income"], town),
        "housing_loan_credit": housing_loan_credit(
            person["housing_loan_remaining"],
            person["housing_loan_kind"],
            person["income_tax_taxable_income"] + excess,
            town,
        ),
        "basic_donation_credit": (
            basic_donation_credit(hometown, person["donation_municipal"], gross, standard[0]),
            basic_donation_credit(hometown, person["donation_prefectural"], gross, standard[1]),
        ),
        "special_donation_credit": special,
        "one_stop_credit": (
            ceil(special[0] * one_stop_rate * person["one_stop"]),
            ceil(special[1] * one_stop_rate * person["one_stop"]),
        ),
    }
    return {
        f"{level}_{name}": pair[side]
        for name, pair in pairs.items()
        for side, level in enumerate(("municipal", "prefectural"))
    }
