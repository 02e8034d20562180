"""公的年金からの特別徴収: 仮徴収 in April, June, August, 本徴収 in October, December, February; the first year half by notice."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Rate, floor_to
from yakuba.law.engine.rule import rule

_PROVISIONAL = "地方税法第321条の7の8"
_WITHHELD = "地方税法第321条の7の2・第20条の4の2第8項"
_FIRST_YEAR = "地方税法第321条の7の2第1項"
_HUNDRED = floor_to(100, "地方税法第20条の4の2第8項。京都府の計算例")
_THOUSAND = floor_to(1000, "地方税法第20条の4の2第6項")


@rule(_PROVISIONAL, rounding=_HUNDRED)
def pension_instalment_april(
    previous_pension_tax: Column, pension_withholding_first_year: Column, pension_provisional_count: int
) -> Exact:
    """年金特別徴収の4月（仮徴収）: 前年度の年金所得に係る税額 ÷ 6。初年度は0円"""
    return Exact(np.where(pension_withholding_first_year == 1, 0, previous_pension_tax), pension_provisional_count)


@rule(_PROVISIONAL)
def pension_instalment_june(pension_instalment_april: Column) -> Column:
    """年金特別徴収の6月（仮徴収）: 4月と同じ額"""
    return pension_instalment_april


@rule(_PROVISIONAL)
def pension_instalment_august(pension_instalment_april: Column) -> Column:
    """年金特別徴収の8月（仮徴収）: 4月と同じ額"""
    return pension_instalment_april


@rule(_FIRST_YEAR, rounding=_HUNDRED)
def pension_ordinary_part(
    pension_tax: Column, pension_withholding_first_year: Column, pension_first_year_ordinary_share: Rate
) -> Any:
    """年金特別徴収の初年度に普通徴収する額: 年金所得に係る税額 × 1/2"""
    return np.where(pension_withholding_first_year == 1, pension_tax, 0) * pension_first_year_ordinary_share


@rule(_FIRST_YEAR, rounding=_THOUSAND)
def pension_ordinary_instalment_2(pension_ordinary_part: Column, pension_ordinary_count: int) -> Exact:
    """年金特別徴収の初年度の普通徴収第2期: 普通徴収する額 ÷ 2"""
    return Exact(pension_ordinary_part, pension_ordinary_count)


@rule(_FIRST_YEAR)
def pension_ordinary_instalment_1(pension_ordinary_part: Column, pension_ordinary_instalment_2: Column) -> Column:
    """年金特別徴収の初年度の普通徴収第1期: 普通徴収する額 − 第2期"""
    return pension_ordinary_part - pension_ordinary_instalment_2


@rule(_WITHHELD)
def pension_remaining(
    pension_tax: Column, pension_instalment_april: Column, pension_instalment_june: Column,
    pension_instalment_august: Column, pension_ordinary_part: Column,
) -> Column:  # fmt: skip
    """年金特別徴収の本徴収の合計: 年金所得に係る税額 − 仮徴収（4月・6月・8月）− 普通徴収した額（0円を下回らない）"""
    provisional = pension_instalment_april + pension_instalment_june + pension_instalment_august
    return np.maximum(pension_tax - provisional - pension_ordinary_part, 0)


@rule(_WITHHELD, rounding=_HUNDRED)
def pension_instalment_december(pension_remaining: Column, pension_final_count: int) -> Exact:
    """年金特別徴収の12月（本徴収）: 本徴収の合計 ÷ 3"""
    return Exact(pension_remaining, pension_final_count)


@rule(_WITHHELD)
def pension_instalment_february(pension_instalment_december: Column) -> Column:
    """年金特別徴収の2月（本徴収）: 12月と同じ額"""
    return pension_instalment_december


@rule(_WITHHELD)
def pension_instalment_october(
    pension_remaining: Column, pension_instalment_december: Column, pension_instalment_february: Column
) -> Column:
    """年金特別徴収の10月（本徴収）: 本徴収の合計 − 12月 − 2月（端数を含む）"""
    return pension_remaining - pension_instalment_december - pension_instalment_february
