"""税額控除: 調整控除・配当控除・住宅借入金等・寄附金・外国税額, each for the two levies."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Rate, ceiling_to, floor_to
from yakuba.law.engine.rule import rule
from yakuba.law.engine.schedules import Schedule

_CUT = floor_to(1, "実務の通例（1円未満の端数の出る例は確認していない）")
_DONATION = ceiling_to(1, "大阪市の計算例")


@rule("地方税法第314条の6")
def adjustment_credit_base(
    total_income: Column, combined_taxable_income: Column, personal_deduction_difference: Column,
    adjustment_credit_income_limit: int, adjustment_credit_boundary: int, adjustment_credit_least_base: int,
) -> Column:  # fmt: skip
    """調整控除の計算の基礎: 課税所得200万円以下は差の合計と課税所得の少ない額、超えるときは差の合計 −（課税所得 − 200万円）、5万円以上"""
    low = np.minimum(personal_deduction_difference, combined_taxable_income)
    high = personal_deduction_difference - (combined_taxable_income - adjustment_credit_boundary)
    base = np.where(
        combined_taxable_income <= adjustment_credit_boundary, low, np.maximum(high, adjustment_credit_least_base)
    )
    return np.where(total_income <= adjustment_credit_income_limit, base, 0)


@rule("地方税法第314条の6", rounding=_CUT)
def municipal_adjustment_credit(
    adjustment_credit_base: Column, designated_city: int, municipal_adjustment_credit_rate: Rate,
    designated_municipal_adjustment_credit_rate: Rate,
) -> Exact:  # fmt: skip
    """調整控除（市町村民税）: 計算の基礎 × 3%（指定都市 4%）"""
    rate = designated_municipal_adjustment_credit_rate if designated_city else municipal_adjustment_credit_rate
    return adjustment_credit_base * rate


@rule("地方税法第37条", rounding=_CUT)
def prefectural_adjustment_credit(
    adjustment_credit_base: Column, designated_city: int, prefectural_adjustment_credit_rate: Rate,
    designated_prefectural_adjustment_credit_rate: Rate,
) -> Exact:  # fmt: skip
    """調整控除（道府県民税）: 計算の基礎 × 2%（指定都市 1%）"""
    rate = designated_prefectural_adjustment_credit_rate if designated_city else prefectural_adjustment_credit_rate
    return adjustment_credit_base * rate


def _dividend_credit(
    dividends: tuple[Column, Column, Column], taxable: Column, boundary: int, table: Schedule, denominator: int
) -> Exact:
    """外貨建等、投資信託、剰余金の順に、1,000万円を超える部分から当てる（所得税法第92条第1項）."""
    if not any(each.any() for each in dividends):
        return Exact(dividends[0])
    above = np.maximum(taxable - boundary, 0)
    numerator: Any = 0
    for kind in (2, 1, 0):
        amount = dividends[kind]
        upper = np.minimum(amount, above)
        above = above - upper
        low, high = table.table.bands[0].plus[kind], table.table.bands[1].plus[kind]
        numerator = numerator + (amount - upper) * low + upper * high
    return Exact(numerator, denominator)


@rule("地方税法附則第5条第3項", rounding=_CUT)
def municipal_dividend_credit(
    dividend_stock: Column, dividend_fund: Column, dividend_foreign_fund: Column, taxable_total_income: Column,
    taxable_separate_income: Column, designated_city: int, dividend_credit_boundary: int, municipal_dividend_credit_table: Schedule,
    designated_municipal_dividend_credit_table: Schedule, dividend_credit_denominator: int,
) -> Exact:  # fmt: skip
    """配当控除（市町村民税）: 配当所得 × 種類と課税所得金額（分離課税を含む）1,000万円の上下による率"""
    table = designated_municipal_dividend_credit_table if designated_city else municipal_dividend_credit_table
    dividends = (dividend_stock, dividend_fund, dividend_foreign_fund)
    taxable = taxable_total_income + taxable_separate_income
    return _dividend_credit(dividends, taxable, dividend_credit_boundary, table, dividend_credit_denominator)


@rule("地方税法附則第5条第1項", rounding=_CUT)
def prefectural_dividend_credit(
    dividend_stock: Column, dividend_fund: Column, dividend_foreign_fund: Column, taxable_total_income: Column,
    taxable_separate_income: Column, designated_city: int, dividend_credit_boundary: int, prefectural_dividend_credit_table: Schedule,
    designated_prefectural_dividend_credit_table: Schedule, dividend_credit_denominator: int,
) -> Exact:  # fmt: skip
    """配当控除（道府県民税）: 配当所得 × 種類と課税所得金額（分離課税を含む）1,000万円の上下による率"""
    table = designated_prefectural_dividend_credit_table if designated_city else prefectural_dividend_credit_table
    dividends = (dividend_stock, dividend_fund, dividend_foreign_fund)
    taxable = taxable_total_income + taxable_separate_income
    return _dividend_credit(dividends, taxable, dividend_credit_boundary, table, dividend_credit_denominator)


@rule("地方税法第314条の7第11項")
def income_tax_basic_difference(
    total_income: Column, income_tax_basic_deduction_table: Schedule, income_tax_basic_deduction_reference: int
) -> Column:
    """所得税の基礎控除と48万円の差: 所得税の基礎控除 − 48万円（0円を下回らない）"""
    basic = income_tax_basic_deduction_table.amount(total_income)
    return np.maximum(basic - income_tax_basic_deduction_reference, 0)


@rule("地方税法附則第5条の4の2")
def housing_loan_credit(
    housing_loan_remaining: Column, housing_loan_kind: Column, income_tax_taxable_income: Column,
    income_tax_basic_difference: Column, housing_loan_cap_table: Schedule, housing_loan_rate_table: Schedule,
) -> Column:  # fmt: skip
    """住宅借入金等特別税額控除: 所得税で引ききれない額と、（所得税の課税総所得金額等 ＋ 基礎控除の差）の5%・7%（限度額まで）の少ない額"""
    base = income_tax_taxable_income + income_tax_basic_difference
    if not housing_loan_remaining.any():
        return housing_loan_remaining
    by_income = _CUT(housing_loan_rate_table.share(housing_loan_kind, base))
    cap = np.minimum(by_income, housing_loan_cap_table.amount(housing_loan_kind))
    return np.minimum(housing_loan_remaining, cap)


@rule("地方税法附則第5条の4の2第6項", rounding=_CUT)
def municipal_housing_loan_credit(
    housing_loan_credit: Column, designated_city: int, municipal_share: Rate, designated_municipal_share: Rate
) -> Exact:
    """住宅借入金等特別税額控除（市町村民税）: 控除額 × 3/5（指定都市 4/5）"""
    return housing_loan_credit * (designated_municipal_share if designated_city else municipal_share)


@rule("地方税法附則第5条の4の2第1項", rounding=_CUT)
def prefectural_housing_loan_credit(
    housing_loan_credit: Column, designated_city: int, prefectural_share: Rate, designated_prefectural_share: Rate
) -> Exact:
    """住宅借入金等特別税額控除（道府県民税）: 控除額 × 2/5（指定都市 1/5）"""
    return housing_loan_credit * (designated_prefectural_share if designated_city else prefectural_share)


def _donation_base(donation: Column, gross_income: Column, share: Rate, floor: int) -> Column:
    return np.maximum(np.minimum(donation, _CUT(gross_income * share)) - floor, 0)


@rule("地方税法第314条の7第1項", rounding=_DONATION)
def municipal_basic_donation_credit(
    hometown_donation: Column, donation_municipal: Column, gross_income: Column, designated_city: int,
    donation_income_share: Rate, donation_floor: int, standard_municipal_rate: Rate,
    standard_designated_municipal_rate: Rate,
) -> Exact:  # fmt: skip
    """寄附金税額控除の基本控除額（市町村民税）: （寄附金（総所得金額等の30%まで）− 2,000円）× 6%（指定都市 8%）"""
    base = _donation_base(hometown_donation + donation_municipal, gross_income, donation_income_share, donation_floor)
    return base * (standard_designated_municipal_rate if designated_city else standard_municipal_rate)


@rule("地方税法第37条の2第1項", rounding=_DONATION)
def prefectural_basic_donation_credit(
    hometown_donation: Column, donation_prefectural: Column, gross_income: Column, designated_city: int,
    donation_income_share: Rate, donation_floor: int, standard_prefectural_rate: Rate,
    standard_designated_prefectural_rate: Rate,
) -> Exact:  # fmt: skip
    """寄附金税額控除の基本控除額（道府県民税）: （寄附金（総所得金額等の30%まで）− 2,000円）× 4%（指定都市 2%）"""
    base = _donation_base(hometown_donation + donation_prefectural, gross_income, donation_income_share, donation_floor)
    return base * (standard_designated_prefectural_rate if designated_city else standard_prefectural_rate)


@rule("地方税法第314条の7第11項")
def special_donation_rate_income(
    taxable_total_income: Column, personal_deduction_difference: Column, income_tax_basic_difference: Column
) -> Column:
    """特例控除額の率を定める額: 課税総所得金額 − 人的控除差調整額（差の合計 ＋ 所得税の基礎控除と48万円の差）"""
    return taxable_total_income - personal_deduction_difference - income_tax_basic_difference


@rule("地方税法附則第5条の5", unit="code")
def separate_donation_band(
    taxable_short_term: Column, taxable_short_term_reduced: Column, taxable_separate_income: Column
) -> Any:
    """特例控除額の率の区分（分離課税）: 課税短期譲渡所得金額があれば1、ほかの分離課税だけなら2、なければ0"""
    short = taxable_short_term + taxable_short_term_reduced
    return np.where(short > 0, 1, np.where(taxable_separate_income > 0, 2, 0))


def _special(
    given: Column, income: Column, taxable: Column, table: Schedule, other: tuple[Column, Column, Schedule],
    share: Rate, cap: Exact,
) -> Any:  # fmt: skip
    """By 課税総所得金額 while it covers the differences; else by the other incomes, the lowest rate of those there are."""
    if not given.any():
        return given
    amount = _DONATION(table.share(income, given) * share)
    band, highest, separate_table = other
    if band.any() or highest.any():
        by_band = np.where(band > 0, _DONATION(separate_table.share(band, given) * share), given)
        by_rate = np.where(highest > 0, _DONATION(table.share(highest, given) * share), given)
        instead = ((income < 0) | (taxable == 0)) & ((band > 0) | (highest > 0))
        amount = np.where(instead, np.minimum(by_band, by_rate), amount)
    return np.minimum(amount, _DONATION(cap))


@rule("地方税法第314条の7第11項第3号", rounding=_CUT)
def donation_rate_income_of_others(taxable_forestry: Column, taxable_declared_retirement: Column) -> Any:
    """特例控除額の率を定める額（山林・退職）: 課税山林所得金額の5分の1と課税退職所得金額の多い額（率の低い方）"""
    return Exact(np.maximum(taxable_forestry, taxable_declared_retirement * 5), 5)


@rule("地方税法第314条の7第11項・附則第5条の6")
def municipal_special_donation_credit(
    hometown_donation: Column, special_donation_rate_income: Column, taxable_total_income: Column,
    combined_taxable_income: Column, donation_rate_income_of_others: Column, municipal_adjustment_credit: Column,
    municipal_separate_levy: Column, separate_donation_band: Column, designated_city: int,
    donation_floor: int, special_donation_rate_table: Schedule, separate_donation_rate_table: Schedule,
    special_donation_cap_share: Rate, standard_municipal_rate: Rate, standard_designated_municipal_rate: Rate,
    municipal_share: Rate, designated_municipal_share: Rate,
) -> Any:  # fmt: skip
    """特例控除額（市町村民税）: （ふるさと納税 − 2,000円）× 率 × 3/5（指定都市 4/5）、標準税率による調整控除後の所得割の20%まで（どちらも1円未満切上げ。大阪市の計算例）"""
    rate = standard_designated_municipal_rate if designated_city else standard_municipal_rate
    share = designated_municipal_share if designated_city else municipal_share
    levy = np.maximum(_CUT(combined_taxable_income * rate) + municipal_separate_levy - municipal_adjustment_credit, 0)
    given = np.maximum(hometown_donation - donation_floor, 0)
    other = (separate_donation_band, donation_rate_income_of_others, separate_donation_rate_table)
    return _special(
        given, special_donation_rate_income, taxable_total_income, special_donation_rate_table, other, share,
        levy * special_donation_cap_share,
    )  # fmt: skip


@rule("地方税法第37条の2第11項・附則第5条の6")
def prefectural_special_donation_credit(
    hometown_donation: Column, special_donation_rate_income: Column, taxable_total_income: Column,
    combined_taxable_income: Column, donation_rate_income_of_others: Column, prefectural_adjustment_credit: Column,
    prefectural_separate_levy: Column, separate_donation_band: Column, designated_city: int,
    donation_floor: int, special_donation_rate_table: Schedule, separate_donation_rate_table: Schedule,
    special_donation_cap_share: Rate, standard_prefectural_rate: Rate,
    standard_designated_prefectural_rate: Rate, prefectural_share: Rate, designated_prefectural_share: Rate,
) -> Any:  # fmt: skip
    """特例控除額（道府県民税）: （ふるさと納税 − 2,000円）× 率 × 2/5（指定都市 1/5）、標準税率による調整控除後の所得割の20%まで（どちらも1円未満切上げ。大阪市の計算例）"""
    rate = standard_designated_prefectural_rate if designated_city else standard_prefectural_rate
    share = designated_prefectural_share if designated_city else prefectural_share
    levy = np.maximum(
        _CUT(combined_taxable_income * rate) + prefectural_separate_levy - prefectural_adjustment_credit, 0
    )
    given = np.maximum(hometown_donation - donation_floor, 0)
    other = (separate_donation_band, donation_rate_income_of_others, separate_donation_rate_table)
    return _special(
        given, special_donation_rate_income, taxable_total_income, special_donation_rate_table, other, share,
        levy * special_donation_cap_share,
    )  # fmt: skip


@rule("地方税法附則第7条の2", rounding=_DONATION)
def municipal_one_stop_credit(
    municipal_special_donation_credit: Column, one_stop: Column, special_donation_rate_income: Column,
    one_stop_rate_table: Schedule,
) -> Exact:  # fmt: skip
    """申告特例控除額（市町村民税）: 特例控除額 × 所得税率に応ずる率"""
    return one_stop_rate_table.share(special_donation_rate_income, municipal_special_donation_credit * one_stop)


@rule("地方税法附則第7条の2", rounding=_DONATION)
def prefectural_one_stop_credit(
    prefectural_special_donation_credit: Column, one_stop: Column, special_donation_rate_income: Column,
    one_stop_rate_table: Schedule,
) -> Exact:  # fmt: skip
    """申告特例控除額（道府県民税）: 特例控除額 × 所得税率に応ずる率"""
    return one_stop_rate_table.share(special_donation_rate_income, prefectural_special_donation_credit * one_stop)


@rule("地方税法第314条の6から第314条の8まで・附則第5条から第5条の6まで")
def municipal_income_levy_after_credits(
    municipal_income_levy_computed: Column, municipal_adjustment_credit: Column, municipal_dividend_credit: Column,
    municipal_housing_loan_credit: Column, municipal_basic_donation_credit: Column,
    municipal_special_donation_credit: Column, municipal_one_stop_credit: Column, municipal_foreign_tax_credit: Column,
) -> Column:  # fmt: skip
    """税額控除後の所得割（市町村民税）: 算出所得割額 − 調整・配当・住宅借入金等・寄附金・外国税額の控除（0円を下回らない）"""
    taken = (
        municipal_adjustment_credit + municipal_dividend_credit + municipal_housing_loan_credit
        + municipal_basic_donation_credit + municipal_special_donation_credit + municipal_one_stop_credit
        + municipal_foreign_tax_credit
    )  # fmt: skip
    return np.maximum(municipal_income_levy_computed - taken, 0)


@rule("地方税法第37条から第37条の3まで・附則第5条から第5条の6まで")
def prefectural_income_levy_after_credits(
    prefectural_income_levy_computed: Column, prefectural_adjustment_credit: Column,
    prefectural_dividend_credit: Column, prefectural_housing_loan_credit: Column,
    prefectural_basic_donation_credit: Column, prefectural_special_donation_credit: Column,
    prefectural_one_stop_credit: Column, prefectural_foreign_tax_credit: Column,
) -> Column:  # fmt: skip
    """税額控除後の所得割（道府県民税）: 算出所得割額 − 調整・配当・住宅借入金等・寄附金・外国税額の控除（0円を下回らない）"""
    taken = (
        prefectural_adjustment_credit + prefectural_dividend_credit + prefectural_housing_loan_credit
        + prefectural_basic_donation_credit + prefectural_special_donation_credit + prefectural_one_stop_credit
        + prefectural_foreign_tax_credit
    )  # fmt: skip
    return np.maximum(prefectural_income_levy_computed - taken, 0)
