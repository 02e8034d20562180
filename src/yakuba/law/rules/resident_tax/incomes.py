"""所得: from revenue to 合計所得金額 and 総所得金額等."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Flags, Rate, ceiling_to, floor_to
from yakuba.law.engine.relations import any_by, whether_other
from yakuba.law.engine.rule import rule
from yakuba.law.engine.schedules import Schedule

_YEN = floor_to(1, "所得税法別表第五・国等の債権債務等の金額の端数計算に関する法律第2条")


@rule("所得税法第28条", rounding=_YEN)
def employment_income_after_deduction(employment_revenue: Column, employment_income_table: Schedule) -> Any:
    """給与所得控除後の給与等の金額: 給与収入を表に当てはめた額"""
    return employment_income_table(employment_revenue)


@rule("所得税法第35条・租税特別措置法第41条の15の3", rounding=_YEN)
def pension_income_for_family_test(
    pension_revenue: Column, age: Column, pension_age: int, pension_income_table_under_65: Schedule,
    pension_income_table_from_65: Schedule,
) -> Exact:  # fmt: skip
    """家族の判定に使う年金所得: ほかの所得が1,000万円以下の区分で求めた額（超える人は、いずれにしても扶養の限度を超える）"""
    return _pension(pension_revenue, 0, age, pension_age, pension_income_table_under_65, pension_income_table_from_65)


@rule("地方税法第292条第1項第7号・第9号", unit="flag")
def may_be_dependant(
    employment_income_after_deduction: Column, pension_income_for_family_test: Column, other_income: Column,
    separate_income: Column, family_employee: Column, pension_adjustment_cap: int, family_income_limit: int,
) -> Flags:  # fmt: skip
    """配偶者・扶養親族の所得の要件: 合計所得金額が限度額以下で、事業専従者でない（850万円を超える給与の人は、調整前でも限度を超える）"""
    adjustment = _pension_adjustment(
        employment_income_after_deduction, pension_income_for_family_test, pension_adjustment_cap
    )
    income = (
        employment_income_after_deduction + pension_income_for_family_test - adjustment + other_income + separate_income
    )
    return (income <= family_income_limit) & (family_employee == 0)


@rule("租税特別措置法第41条の3の11第1項", unit="flag")
def has_family_adjustment(
    age: Column, disability: Column, supporter: Column, claimed_spouse: Column, may_be_dependant: Flags,
    family_adjustment_age: int,
) -> Flags:  # fmt: skip
    """所得金額調整控除の対象家族の有無: 本人が特別障害者、23歳未満の扶養親族、特別障害者の同一生計配偶者・扶養親族のいずれか"""
    severe = disability == 2
    relative = any_by(supporter, may_be_dependant & ((age < family_adjustment_age) | severe))
    return severe | relative | whether_other(claimed_spouse, may_be_dependant & severe)


@rule("租税特別措置法第41条の3の11第1項", rounding=ceiling_to(1, "租税特別措置法第41条の3の11第1項。実務の通例"))
def income_adjustment_for_family(
    employment_revenue: Column, has_family_adjustment: Flags, family_adjustment_revenue: int,
    family_adjustment_revenue_cap: int, family_adjustment_rate: Rate,
) -> Any:  # fmt: skip
    """所得金額調整控除（子ども・特別障害者等）: (給与収入（上限1,000万円）− 850万円) × 10%"""
    above = np.maximum(np.minimum(employment_revenue, family_adjustment_revenue_cap) - family_adjustment_revenue, 0)
    return np.where(has_family_adjustment, above, 0) * family_adjustment_rate


@rule("所得税法第28条・租税特別措置法第41条の3の11第1項")
def employment_income_before_pension_adjustment(
    employment_income_after_deduction: Column, income_adjustment_for_family: Column
) -> Column:
    """給与所得（給与・年金の調整前）: 給与所得控除後の給与等の金額 − 所得金額調整控除（子ども・特別障害者等）"""
    return employment_income_after_deduction - income_adjustment_for_family


@rule("所得税法第22条第2項第2号", rounding=floor_to(1, "国等の債権債務等の金額の端数計算に関する法律第2条"))
def half_occasional_income(occasional_income: Column, occasional_income_share: Rate) -> Any:
    """総所得金額に入る一時所得: 一時所得 × 1/2"""
    return occasional_income * occasional_income_share


@rule("所得税法第21条")
def other_income(
    business_income: Column, real_estate_income: Column, interest_income: Column, dividend_income: Column,
    other_miscellaneous_income: Column, transfer_income: Column, half_occasional_income: Column,
) -> Column:  # fmt: skip
    """給与・年金以外の総合課税の所得: 事業・不動産・利子・配当・その他の雑・譲渡・一時の合計"""
    return (
        business_income + real_estate_income + interest_income + dividend_income + other_miscellaneous_income
        + transfer_income + half_occasional_income
    )  # fmt: skip


@rule("所得税法第35条第4項")
def pension_other_income(
    employment_income_before_pension_adjustment: Column, other_income: Column, separate_income: Column
) -> Column:
    """公的年金等以外の合計所得金額: 給与所得（給与・年金の調整前）＋ ほかの所得 ＋ 分離課税の所得"""
    return employment_income_before_pension_adjustment + other_income + separate_income


def _pension(
    revenue: Column, tier: Column | int, age: Column, pension_age: int, under: Schedule, over: Schedule
) -> Exact:
    if not revenue.any():
        return Exact(revenue)
    young, old = under(revenue, tier), over(revenue, tier)
    shared = young.denominator * old.denominator
    chosen = np.where(age >= pension_age, old.numerator * young.denominator, young.numerator * old.denominator)
    return Exact(np.maximum(chosen, 0), shared)


@rule("所得税法第35条・租税特別措置法第41条の15の3", rounding=_YEN)
def pension_income(
    pension_revenue: Column, age: Column, pension_other_income: Column, pension_age: int, pension_income_tiers: Schedule,
    pension_income_table_under_65: Schedule, pension_income_table_from_65: Schedule,
) -> Exact:  # fmt: skip
    """公的年金等に係る雑所得: 収入を年齢と他の所得の区分の表に当てはめた額（0円を下回らない）"""
    tier = pension_income_tiers.amount(pension_other_income)
    return _pension(
        pension_revenue, tier, age, pension_age, pension_income_table_under_65, pension_income_table_from_65
    )


@rule("租税特別措置法第41条の3の11第2項")
def income_adjustment_for_pension(
    employment_income_after_deduction: Column, pension_income: Column, pension_adjustment_cap: int
) -> Column:
    """所得金額調整控除（給与・年金）: 給与所得（10万円まで）＋ 年金所得（10万円まで）− 10万円"""
    return _pension_adjustment(employment_income_after_deduction, pension_income, pension_adjustment_cap)


def _pension_adjustment(employment: Column, pension: Column, cap: int) -> Column:
    both = (employment > 0) & (pension > 0)
    return np.where(both, np.maximum(np.minimum(employment, cap) + np.minimum(pension, cap) - cap, 0), 0)


@rule("所得税法第28条・租税特別措置法第41条の3の11")
def employment_income(
    employment_income_before_pension_adjustment: Column, income_adjustment_for_pension: Column
) -> Column:
    """給与所得の金額: 給与所得（給与・年金の調整前）− 所得金額調整控除（給与・年金）"""
    return employment_income_before_pension_adjustment - income_adjustment_for_pension


@rule("地方税法第313条第2項")
def aggregate_income(employment_income: Column, pension_income: Column, other_income: Column) -> Column:
    """繰越控除前の総所得金額: 給与所得 ＋ 公的年金等に係る雑所得 ＋ ほかの所得"""
    return employment_income + pension_income + other_income


@rule("地方税法第292条第1項第13号")
def total_income(aggregate_income: Column, separate_income: Column) -> Column:
    """合計所得金額: 繰越控除前の総所得金額 ＋ 分離課税の所得"""
    return aggregate_income + separate_income


@rule("地方税法第313条第8項・第9項")
def gross_income(
    aggregate_income_after_losses: Column, separate_income: Column, listed_stock_loss_deduction: Column,
    futures_loss_deduction: Column, separate_loss_deduction: Column,
) -> Column:  # fmt: skip
    """総所得金額等: 総所得金額 ＋ 分離課税の所得 − そこから引く損失の繰越控除"""
    losses = listed_stock_loss_deduction + futures_loss_deduction + separate_loss_deduction
    return aggregate_income_after_losses + separate_income - losses
