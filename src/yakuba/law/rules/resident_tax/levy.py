"""非課税・算出税額・均等割・調整措置・定額減税・差引税額."""

from __future__ import annotations

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Flags, Rate, ceiling_to, floor_to
from yakuba.law.engine.rule import rule
from yakuba.law.engine.schedules import Schedule

_COMPUTED = floor_to(1, "国等の債権債務等の金額の端数計算に関する法律第2条。横浜市の計算例")
_FINAL = floor_to(100, "地方税法第20条の4の2第3項")


@rule("地方税法第295条第1項", unit="flag")
def is_fully_exempt(
    public_assistance: Column, minor: Column, disability: Column, is_widow: Flags, is_single_parent: Flags,
    total_income: Column, full_exemption_income_limit: int,
) -> Flags:  # fmt: skip
    """人的非課税である: 生活扶助を受ける、または障害者・未成年者・寡婦・ひとり親で合計所得金額が135万円以下"""
    status = (minor == 1) | (disability > 0) | is_widow | is_single_parent
    return (public_assistance == 1) | (status & (total_income <= full_exemption_income_limit))


def _limit(size: Column, family: Flags, base: int, addition: int, family_addition: int) -> Column:
    return base * size + addition + family * family_addition


@rule("地方税法第295条第3項・施行令第47条の3")
def per_capita_exemption_limit(
    family_size_for_limits: Column, has_family_for_limits: Flags, per_capita_exemption_base: int,
    per_capita_exemption_addition: int, per_capita_exemption_family_addition: int,
) -> Column:  # fmt: skip
    """均等割の非課税限度額: 基本額 × 人数 ＋ 10万円 ＋ 家族があるときの加算"""
    return _limit(
        family_size_for_limits, has_family_for_limits, per_capita_exemption_base, per_capita_exemption_addition,
        per_capita_exemption_family_addition,
    )  # fmt: skip


@rule("地方税法第295条第1項・第3項", unit="flag")
def is_per_capita_exempt(is_fully_exempt: Flags, total_income: Column, per_capita_exemption_limit: Column) -> Flags:
    """均等割が非課税である: 人的非課税、または合計所得金額が均等割の限度額以下"""
    return is_fully_exempt | (total_income <= per_capita_exemption_limit)


@rule("地方税法附則第3条の3第4項")
def income_levy_exemption_limit(
    family_size_for_limits: Column, has_family_for_limits: Flags, income_levy_exemption_base: int,
    income_levy_exemption_addition: int, income_levy_exemption_family_addition: int,
) -> Column:  # fmt: skip
    """所得割の非課税限度額: 35万円 × 人数 ＋ 10万円 ＋ 家族があるとき32万円"""
    return _limit(
        family_size_for_limits, has_family_for_limits, income_levy_exemption_base, income_levy_exemption_addition,
        income_levy_exemption_family_addition,
    )  # fmt: skip


@rule("地方税法附則第3条の3第1項・第4項", unit="flag")
def is_income_levy_exempt(
    is_per_capita_exempt: Flags, gross_income: Column, income_levy_exemption_limit: Column
) -> Flags:
    """所得割が非課税である: 均等割が非課税、または総所得金額等が所得割の限度額以下"""
    return is_per_capita_exempt | (gross_income <= income_levy_exemption_limit)


@rule("森林環境税及び森林環境譲与税に関する法律第4条", unit="flag")
def is_forest_tax_exempt(
    is_fully_exempt: Flags, total_income: Column, family_size_for_limits: Column, has_family_for_limits: Flags,
    living_standard_grade: int, forest_exemption_base_table: Schedule, forest_exemption_addition: int,
    forest_exemption_family_addition_table: Schedule,
) -> Flags:  # fmt: skip
    """森林環境税が非課税である: 人的非課税、または合計所得金額が級地の限度額以下"""
    grade = np.array([living_standard_grade])
    base, addition = forest_exemption_base_table.amount(grade), forest_exemption_family_addition_table.amount(grade)
    limit = _limit(family_size_for_limits, has_family_for_limits, base, forest_exemption_addition, addition)
    return is_fully_exempt | (total_income <= limit)


@rule("地方税法第314条の3第1項", rounding=_COMPUTED)
def municipal_income_levy_computed(
    combined_taxable_income: Column,
    municipal_separate_levy: Column,
    is_income_levy_exempt: Flags,
    municipal_income_rate: Rate,
) -> Exact:
    """算出所得割額（市町村民税）: 合計課税所得金額 × 税率 ＋ 分離課税の所得割"""
    general = combined_taxable_income * municipal_income_rate
    levy = general.numerator + municipal_separate_levy * general.denominator
    return Exact(np.where(is_income_levy_exempt, 0, levy), general.denominator)


@rule("地方税法第35条第1項", rounding=_COMPUTED)
def prefectural_income_levy_computed(
    combined_taxable_income: Column,
    prefectural_separate_levy: Column,
    is_income_levy_exempt: Flags,
    prefectural_income_rate: Rate,
) -> Exact:
    """算出所得割額（道府県民税）: 合計課税所得金額 × 税率 ＋ 分離課税の所得割"""
    general = combined_taxable_income * prefectural_income_rate
    levy = general.numerator + prefectural_separate_levy * general.denominator
    return Exact(np.where(is_income_levy_exempt, 0, levy), general.denominator)


@rule("地方税法附則第3条の3第5項")
def adjustment_measure_total(
    is_income_levy_exempt: Flags, gross_income: Column, income_levy_exemption_limit: Column,
    municipal_income_levy_after_credits: Column, prefectural_income_levy_after_credits: Column,
) -> Column:  # fmt: skip
    """調整措置の額: 限度額 −（総所得金額等 − 税額控除後の所得割）"""
    levy = municipal_income_levy_after_credits + prefectural_income_levy_after_credits
    short = income_levy_exemption_limit - (gross_income - levy)
    return np.where(is_income_levy_exempt, 0, np.clip(short, 0, levy))


def _portion(total: Column, own: Column, other: Column) -> Exact:
    """The share of a total that goes with one's own part of the levies; an `Exact` over a column of denominators."""
    if not total.any():
        return Exact(total)
    return Exact(total * own, np.maximum(own + other, 1))


_SPLIT = floor_to(1, "地方税法附則第3条の3第2項・第5項。実務の通例")


@rule("地方税法附則第3条の3第5項", rounding=_SPLIT)
def municipal_adjustment_measure(
    adjustment_measure_total: Column, municipal_income_levy_after_credits: Column,
    prefectural_income_levy_after_credits: Column,
) -> Exact:  # fmt: skip
    """調整措置（市町村民税）: 調整措置の額 × 市町村民税の所得割の割合"""
    return _portion(
        adjustment_measure_total, municipal_income_levy_after_credits, prefectural_income_levy_after_credits
    )


@rule("地方税法附則第3条の3第2項", rounding=_SPLIT)
def prefectural_adjustment_measure(
    adjustment_measure_total: Column, municipal_income_levy_after_credits: Column,
    prefectural_income_levy_after_credits: Column,
) -> Exact:  # fmt: skip
    """調整措置（道府県民税）: 調整措置の額 × 道府県民税の所得割の割合"""
    return _portion(
        adjustment_measure_total, prefectural_income_levy_after_credits, municipal_income_levy_after_credits
    )


@rule("地方税法附則第3条の3第5項")
def municipal_levy_before_fixed_credit(
    municipal_income_levy_after_credits: Column, municipal_adjustment_measure: Column
) -> Column:
    """調整措置後の所得割（市町村民税）: 税額控除後の所得割 − 調整措置"""
    return municipal_income_levy_after_credits - municipal_adjustment_measure


@rule("地方税法附則第3条の3第2項")
def prefectural_levy_before_fixed_credit(
    prefectural_income_levy_after_credits: Column, prefectural_adjustment_measure: Column
) -> Column:
    """調整措置後の所得割（道府県民税）: 税額控除後の所得割 − 調整措置"""
    return prefectural_income_levy_after_credits - prefectural_adjustment_measure


@rule("地方税法附則第5条の8", first_year=2024, last_year=2024)
def fixed_credit(
    total_income: Column, has_deductible_spouse: Flags, dependant_count: Column, fixed_credit_dependants_abroad: Column,
    municipal_levy_before_fixed_credit: Column, prefectural_levy_before_fixed_credit: Column,
    fixed_credit_income_limit: int, fixed_credit_amount: int,
) -> Column:  # fmt: skip
    """定額減税額: 1万円 ×（本人 ＋ 控除対象配偶者 ＋ 扶養親族）、所得割まで"""
    people = 1 + np.maximum(has_deductible_spouse + dependant_count - fixed_credit_dependants_abroad, 0)
    levy = municipal_levy_before_fixed_credit + prefectural_levy_before_fixed_credit
    return np.where(total_income <= fixed_credit_income_limit, np.minimum(people * fixed_credit_amount, levy), 0)


@rule("地方税法附則第5条の8（令和6年度分）", name="fixed_credit", first_year=2025)
def no_fixed_credit() -> Column:
    """定額減税額: この年度にはない"""
    return np.zeros(1, np.int64)


@rule("地方税法附則第5条の8", rounding=ceiling_to(1, "川崎市・相模原市の計算例"))
def prefectural_fixed_credit(
    fixed_credit: Column, municipal_levy_before_fixed_credit: Column, prefectural_levy_before_fixed_credit: Column
) -> Exact:
    """定額減税（道府県民税）: 定額減税額 × 道府県民税の割合"""
    return _portion(fixed_credit, prefectural_levy_before_fixed_credit, municipal_levy_before_fixed_credit)


@rule("地方税法附則第5条の8")
def municipal_fixed_credit(fixed_credit: Column, prefectural_fixed_credit: Column) -> Column:
    """定額減税（市町村民税）: 定額減税額 − 道府県民税の分"""
    return fixed_credit - prefectural_fixed_credit


@rule("地方税法第314条の9第1項", rounding=_COMPUTED)
def municipal_withheld_credit(
    dividend_levy_withheld: Column, stock_levy_withheld: Column, designated_city: int, municipal_share: Rate,
    designated_municipal_share: Rate,
) -> Exact:  # fmt: skip
    """配当割額・株式等譲渡所得割額の控除（市町村民税）: 特別徴収された額 × 3/5（指定都市 4/5）"""
    share = designated_municipal_share if designated_city else municipal_share
    return (dividend_levy_withheld + stock_levy_withheld) * share


@rule("地方税法第37条の4", rounding=_COMPUTED)
def prefectural_withheld_credit(
    dividend_levy_withheld: Column, stock_levy_withheld: Column, designated_city: int, prefectural_share: Rate,
    designated_prefectural_share: Rate,
) -> Exact:  # fmt: skip
    """配当割額・株式等譲渡所得割額の控除（道府県民税）: 特別徴収された額 × 2/5（指定都市 1/5）"""
    share = designated_prefectural_share if designated_city else prefectural_share
    return (dividend_levy_withheld + stock_levy_withheld) * share


@rule("地方税法第314条の3", rounding=_FINAL)
def municipal_income_levy(
    municipal_levy_before_fixed_credit: Column, municipal_fixed_credit: Column, municipal_withheld_credit: Column
) -> Column:
    """市町村民税所得割額: 調整措置後の所得割 − 定額減税 − 配当割額等の控除"""
    return np.maximum(municipal_levy_before_fixed_credit - municipal_fixed_credit - municipal_withheld_credit, 0)


@rule("地方税法第35条", rounding=_FINAL)
def prefectural_income_levy(
    prefectural_levy_before_fixed_credit: Column, prefectural_fixed_credit: Column, prefectural_withheld_credit: Column
) -> Column:
    """道府県民税所得割額: 調整措置後の所得割 − 定額減税 − 配当割額等の控除"""
    return np.maximum(prefectural_levy_before_fixed_credit - prefectural_fixed_credit - prefectural_withheld_credit, 0)


@rule("地方税法第314条の9第2項・第3項")
def withheld_refund(
    municipal_levy_before_fixed_credit: Column, municipal_fixed_credit: Column, municipal_withheld_credit: Column,
    prefectural_levy_before_fixed_credit: Column, prefectural_fixed_credit: Column, prefectural_withheld_credit: Column,
) -> Column:  # fmt: skip
    """控除不足額: 配当割額・株式等譲渡所得割額のうち所得割から引ききれない額"""
    municipal = municipal_withheld_credit - (municipal_levy_before_fixed_credit - municipal_fixed_credit)
    prefectural = prefectural_withheld_credit - (prefectural_levy_before_fixed_credit - prefectural_fixed_credit)
    return np.maximum(municipal, 0) + np.maximum(prefectural, 0)


@rule("地方税法第310条")
def municipal_per_capita_levy(is_per_capita_exempt: Flags, municipal_per_capita_amount: int) -> Column:
    """市町村民税均等割額: 非課税でなければ定額"""
    return np.where(is_per_capita_exempt, 0, municipal_per_capita_amount)


@rule("地方税法第38条")
def prefectural_per_capita_levy(is_per_capita_exempt: Flags, prefectural_per_capita_amount: int) -> Column:
    """道府県民税均等割額: 非課税でなければ定額"""
    return np.where(is_per_capita_exempt, 0, prefectural_per_capita_amount)


@rule("森林環境税及び森林環境譲与税に関する法律第5条")
def forest_environment_tax(is_forest_tax_exempt: Flags, forest_environment_tax_amount: int) -> Column:
    """森林環境税額: 非課税でなければ定額"""
    return np.where(is_forest_tax_exempt, 0, forest_environment_tax_amount)


@rule("地方税法第319条・第321条の3")
def annual_tax(
    municipal_income_levy: Column, prefectural_income_levy: Column, municipal_per_capita_levy: Column,
    prefectural_per_capita_levy: Column, forest_environment_tax: Column,
) -> Column:  # fmt: skip
    """年税額: 所得割・均等割（市町村・道府県）と森林環境税の合計"""
    return (
        municipal_income_levy + prefectural_income_levy + municipal_per_capita_levy + prefectural_per_capita_levy
        + forest_environment_tax
    )  # fmt: skip
