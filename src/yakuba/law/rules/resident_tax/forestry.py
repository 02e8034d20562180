"""山林所得と申告する退職所得, and the losses carried over that are taken from more than one kind of income."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, floor_to
from yakuba.law.engine.rule import rule

_BASE = floor_to(1000, "地方税法第20条の4の2第1項")
_LOSSES = "地方税法第313条第8項・第9項・所得税法施行令第201条・第204条に準ずる"
_RESIDENCE = "租税特別措置法第41条の5第4項・同関係通達41の5－1の2に準ずる"
_ORDER = "所得税法第87条第2項・租税特別措置法関係通達31・32共－4に準ずる"


def _if_any(amount: Column, less: Column) -> Any:
    """The amount less another, not below nothing; where nobody has the amount, no column is worked out for it."""
    return np.maximum(amount - less, 0) if amount.any() else amount


@rule("租税特別措置法第41条の5第4項・第41条の5の2第4項・地方税法附則第4条・第4条の2")
def residence_loss_deductible(
    residence_loss_carried: Column, total_income: Column, residence_loss_income_limit: int
) -> Any:
    """控除できる居住用財産の譲渡損失: 繰越控除額。合計所得金額が3,000万円を超えれば0円"""
    if not residence_loss_carried.any():
        return residence_loss_carried
    return np.where(total_income <= residence_loss_income_limit, residence_loss_carried, 0)


@rule(_RESIDENCE)
def residence_loss_for_short_term(
    residence_loss_deductible: Column, long_term_gain: Column, long_term_housing_land_gain: Column,
    long_term_residence_gain: Column,
) -> Any:  # fmt: skip
    """短期譲渡所得から引く居住用財産の譲渡損失: 長期譲渡所得から引ききれない額"""
    return _if_any(residence_loss_deductible, long_term_gain + long_term_housing_land_gain + long_term_residence_gain)


@rule(_RESIDENCE)
def residence_loss_left(
    residence_loss_for_short_term: Column, short_term_gain: Column, short_term_reduced_gain: Column
) -> Any:
    """居住用財産の譲渡損失の残り: 譲渡所得から引ききれない額"""
    return _if_any(residence_loss_for_short_term, short_term_gain + short_term_reduced_gain)


@rule(_RESIDENCE)
def loss_for_aggregate(loss_carried_forward: Column, residence_loss_left: Column) -> Column:
    """総所得金額から引く純損失など: 純損失の繰越控除額 ＋ 居住用財産の譲渡損失の残り（この先の引く順が同じ）"""
    return loss_carried_forward + residence_loss_left


@rule(_LOSSES)
def loss_left(loss_for_aggregate: Column, aggregate_income: Column) -> Any:
    """純損失などの残り: 純損失などのうち総所得金額から引ききれない額"""
    return _if_any(loss_for_aggregate, aggregate_income)


@rule(_LOSSES)
def forestry_net(forestry_income: Column, loss_left: Column) -> Any:
    """純損失の繰越控除後の山林所得: 山林所得 − 純損失の残り（0円を下回らない）"""
    return _if_any(forestry_income, loss_left)


@rule(_LOSSES)
def retirement_net(retirement_income: Column, loss_left: Column, forestry_income: Column) -> Any:
    """純損失の繰越控除後の退職所得: 退職所得 − 山林所得から引ききれない純損失（0円を下回らない）"""
    return _if_any(retirement_income, np.maximum(loss_left - forestry_income, 0))


@rule(_LOSSES)
def casualty_loss_left(casualty_loss_carried: Column, aggregate_income: Column, loss_for_aggregate: Column) -> Any:
    """雑損失の残り: 雑損失の繰越控除額のうち総所得金額（純損失の繰越控除後）から引ききれない額"""
    return _if_any(casualty_loss_carried, np.maximum(aggregate_income - loss_for_aggregate, 0))


@rule(_LOSSES)
def separate_loss_deduction(
    casualty_loss_left: Column, short_term_net: Column, short_term_reduced_net: Column, long_term_net: Column,
    long_term_housing_land_net: Column, long_term_residence_net: Column, listed_dividend_net: Column,
    unlisted_stock_gain: Column, listed_stock_net: Column, futures_net: Column, forestry_income: Column,
    forestry_net: Column, retirement_income: Column, retirement_net: Column, residence_loss_deductible: Column,
    residence_loss_left: Column,
) -> Column:  # fmt: skip
    """分離課税の所得から引く純損失などの繰越控除: 譲渡から引く居住用財産の譲渡損失 ＋ 山林・退職から引く純損失など ＋ 雑損失の残り（特別控除後の所得まで）"""
    land = (
        short_term_net + short_term_reduced_net + long_term_net + long_term_housing_land_net + long_term_residence_net
    )
    financial = listed_dividend_net + unlisted_stock_gain + listed_stock_net + futures_net
    net = forestry_net + retirement_net
    taken = residence_loss_deductible - residence_loss_left + (forestry_income + retirement_income - net)
    return taken + np.minimum(casualty_loss_left, land + financial + net)


@rule(_ORDER)
def deduction_for_forestry(
    deduction_for_light_land: Column, long_term_housing_land_net: Column, long_term_residence_net: Column
) -> Column:
    """山林所得から引く所得控除: 所得控除のうち譲渡・株式等・先物取引の所得から引ききれない額"""
    return np.maximum(deduction_for_light_land - (long_term_housing_land_net + long_term_residence_net), 0)


@rule("地方税法第314条の3第2項", rounding=_BASE)
def taxable_forestry(forestry_net: Column, deduction_for_forestry: Column) -> Any:
    """課税山林所得金額: 純損失の繰越控除後の山林所得 − 所得控除の残り"""
    return _if_any(forestry_net, deduction_for_forestry)


@rule("地方税法第314条の3第2項", rounding=_BASE)
def taxable_declared_retirement(retirement_net: Column, deduction_for_forestry: Column, forestry_net: Column) -> Any:
    """課税退職所得金額（申告するもの）: 純損失の繰越控除後の退職所得 − 所得控除の残り"""
    return _if_any(retirement_net, np.maximum(deduction_for_forestry - forestry_net, 0))


@rule("地方税法第314条の3第1項・第314条の6")
def combined_taxable_income(
    taxable_total_income: Column, taxable_forestry: Column, taxable_declared_retirement: Column
) -> Column:
    """合計課税所得金額: 課税総所得金額 ＋ 課税山林所得金額 ＋ 課税退職所得金額"""
    return taxable_total_income + taxable_forestry + taxable_declared_retirement
