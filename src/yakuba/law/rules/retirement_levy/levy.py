"""退職所得控除から所得割まで (地方税法第50条の2から第50条の4まで, 第328条から第328条の3まで)."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Rate, floor_to
from yakuba.law.engine.rule import rule

_BASE = floor_to(1000, "地方税法第20条の4の2第1項")
_FINAL = floor_to(100, "地方税法第20条の4の2第3項")
GENERAL, OFFICER, SHORT = 0, 1, 2


@rule("所得税法第30条第3項・第6項")
def retirement_deduction(
    service_years: Column, retired_by_disability: Column, retirement_deduction_a_year: int,
    retirement_deduction_boundary_years: int, retirement_deduction_a_later_year: int, retirement_deduction_least: int,
    retirement_deduction_disability: int,
) -> Column:  # fmt: skip
    """退職所得控除額: 勤続年数20年まで1年40万円、超える1年70万円（80万円を下回らない）、障害による退職は100万円を加える"""
    later = np.maximum(service_years - retirement_deduction_boundary_years, 0)
    amount = (service_years - later) * retirement_deduction_a_year + later * retirement_deduction_a_later_year
    return np.maximum(amount, retirement_deduction_least) + retired_by_disability * retirement_deduction_disability


@rule("所得税法第30条第2項・第4項・第5項", rounding=_BASE)
def taxable_retirement_income(
    retirement_pay: Column, retirement_deduction: Column, retirement_pay_kind: Column, retirement_income_share: Rate,
    short_service_boundary: int,
) -> Any:  # fmt: skip
    """退職所得の金額: （収入金額 − 控除額）× 1/2。特定役員は2分の1にせず、短期は300万円を超える部分を2分の1にしない"""
    left = np.maximum(retirement_pay - retirement_deduction, 0)
    halved = np.where(
        retirement_pay_kind == OFFICER, 0,
        np.where(retirement_pay_kind == SHORT, np.minimum(left, short_service_boundary), left),
    )  # fmt: skip
    half = halved * retirement_income_share
    return Exact(half.numerator + (left - halved) * half.denominator, half.denominator)


@rule("地方税法第328条の3", rounding=_FINAL)
def municipal_retirement_levy(taxable_retirement_income: Column, municipal_retirement_rate: Rate) -> Exact:
    """退職所得の所得割（市町村民税）: 退職所得の金額 × 6%"""
    return taxable_retirement_income * municipal_retirement_rate


@rule("地方税法第50条の4", rounding=_FINAL)
def prefectural_retirement_levy(taxable_retirement_income: Column, prefectural_retirement_rate: Rate) -> Exact:
    """退職所得の所得割（道府県民税）: 退職所得の金額 × 4%"""
    return taxable_retirement_income * prefectural_retirement_rate


@rule("地方税法第41条・第328条の5")
def retirement_levy_total(municipal_retirement_levy: Column, prefectural_retirement_levy: Column) -> Column:
    """退職手当等から特別徴収する税額: 市町村民税と道府県民税の所得割の合計"""
    return municipal_retirement_levy + prefectural_retirement_levy
