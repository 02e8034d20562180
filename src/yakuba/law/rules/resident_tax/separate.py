"""分離課税: land and buildings, listed dividends, stocks and futures, from incomes to the two levies."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Rate, floor_to
from yakuba.law.engine.rule import rule

_BASE = floor_to(1000, "地方税法第20条の4の2第1項")
_COMPUTED = floor_to(1, "国等の債権債務等の金額の端数計算に関する法律第2条")
_LONG = "地方税法附則第34条第1項・第4項"
_SHORT = "地方税法附則第35条第1項・第5項"
_ORDER = "所得税法第87条第2項・租税特別措置法関係通達31・32共－4に準ずる"


@rule("地方税法第292条第1項第13号・附則第33条の2から第35条の4の2まで")
def separate_income(
    short_term_gain: Column, short_term_reduced_gain: Column, long_term_gain: Column, long_term_housing_land_gain: Column,
    long_term_residence_gain: Column, listed_dividend_income: Column, unlisted_stock_gain: Column,
    listed_stock_gain: Column, futures_income: Column, forestry_income: Column, retirement_income: Column,
) -> Column:  # fmt: skip
    """分離課税の所得: 譲渡（特別控除前）・上場株式等の配当・株式等の譲渡・先物取引・山林・退職の合計（繰越控除前）"""
    return (
        short_term_gain + short_term_reduced_gain + long_term_gain + long_term_housing_land_gain
        + long_term_residence_gain + listed_dividend_income + unlisted_stock_gain + listed_stock_gain + futures_income
        + forestry_income + retirement_income
    )  # fmt: skip


@rule("地方税法附則第35条の2の6")
def listed_stock_loss_deduction(
    listed_stock_loss_carried: Column, listed_stock_gain: Column, listed_dividend_income: Column
) -> Column:
    """上場株式等に係る譲渡損失の繰越控除: 上場株式等の譲渡と配当の合計まで"""
    return np.minimum(listed_stock_loss_carried, listed_stock_gain + listed_dividend_income)


@rule("地方税法附則第35条の4の2")
def futures_loss_deduction(futures_loss_carried: Column, futures_income: Column) -> Column:
    """先物取引の差金等決済に係る損失の繰越控除: 先物取引に係る雑所得等まで"""
    return np.minimum(futures_loss_carried, futures_income)


@rule("地方税法第313条第8項・第9項")
def aggregate_income_after_losses(
    aggregate_income: Column, loss_for_aggregate: Column, casualty_loss_carried: Column
) -> Column:
    """総所得金額: 繰越控除前の総所得金額 − 純損失・居住用財産の譲渡損失・雑損失の繰越控除額（0円を下回らない）"""
    return np.maximum(aggregate_income - loss_for_aggregate - casualty_loss_carried, 0)


def _net(gain: Column, special_deduction: Column) -> Column:
    return np.maximum(gain - special_deduction, 0)


@rule(_SHORT)
def short_term_net(
    short_term_gain: Column, short_term_special_deduction: Column, residence_loss_for_short_term: Column
) -> Column:
    """特別控除後の短期譲渡所得（一般分）: 短期譲渡所得 − 居住用財産の譲渡損失の残り − 特別控除（0円を下回らない）"""
    return _net(short_term_gain, short_term_special_deduction + residence_loss_for_short_term)


@rule(_SHORT)
def short_term_reduced_net(
    short_term_reduced_gain: Column, short_term_reduced_special_deduction: Column,
    residence_loss_for_short_term: Column, short_term_gain: Column,
) -> Column:  # fmt: skip
    """特別控除後の短期譲渡所得（軽減分）: 短期譲渡所得 − 居住用財産の譲渡損失の残り − 特別控除（0円を下回らない）"""
    loss = _net(residence_loss_for_short_term, short_term_gain)
    return _net(short_term_reduced_gain, short_term_reduced_special_deduction + loss)


@rule(_LONG)
def long_term_net(
    long_term_gain: Column, long_term_special_deduction: Column, residence_loss_deductible: Column
) -> Column:
    """特別控除後の長期譲渡所得（一般分）: 長期譲渡所得 − 居住用財産の譲渡損失 − 特別控除（0円を下回らない）"""
    return _net(long_term_gain, long_term_special_deduction + residence_loss_deductible)


@rule("地方税法附則第34条の2")
def long_term_housing_land_net(
    long_term_housing_land_gain: Column, long_term_housing_land_special_deduction: Column,
    residence_loss_deductible: Column, long_term_gain: Column,
) -> Column:  # fmt: skip
    """特別控除後の長期譲渡所得（特定分）: 長期譲渡所得 − 居住用財産の譲渡損失の残り − 特別控除（0円を下回らない）"""
    loss = _net(residence_loss_deductible, long_term_gain)
    return _net(long_term_housing_land_gain, long_term_housing_land_special_deduction + loss)


@rule("地方税法附則第34条の3")
def long_term_residence_net(
    long_term_residence_gain: Column, long_term_residence_special_deduction: Column, residence_loss_deductible: Column,
    long_term_gain: Column, long_term_housing_land_gain: Column,
) -> Column:  # fmt: skip
    """特別控除後の長期譲渡所得（軽課分）: 長期譲渡所得 − 居住用財産の譲渡損失の残り − 特別控除（0円を下回らない）"""
    loss = _net(residence_loss_deductible, long_term_gain + long_term_housing_land_gain)
    return _net(long_term_residence_gain, long_term_residence_special_deduction + loss)


@rule("地方税法附則第35条の2の6")
def listed_dividend_net(
    listed_dividend_income: Column, listed_stock_loss_deduction: Column, listed_stock_gain: Column
) -> Column:
    """繰越控除後の上場株式等に係る配当所得等: 配当所得等 − 上場株式等の譲渡から引ききれない譲渡損失"""
    return listed_dividend_income - np.maximum(listed_stock_loss_deduction - listed_stock_gain, 0)


@rule("地方税法附則第35条の2の6")
def listed_stock_net(listed_stock_gain: Column, listed_stock_loss_deduction: Column) -> Column:
    """繰越控除後の上場株式等に係る譲渡所得等: 譲渡所得等 − 譲渡損失（0円を下回らない）"""
    return np.maximum(listed_stock_gain - listed_stock_loss_deduction, 0)


@rule("地方税法附則第35条の4第1項・第35条の4の2")
def futures_net(futures_income: Column, futures_loss_deduction: Column) -> Column:
    """繰越控除後の先物取引に係る雑所得等: 先物取引に係る雑所得等 − 損失の繰越控除"""
    return futures_income - futures_loss_deduction


@rule(_ORDER)
def deduction_for_land(
    deduction_total: Column, aggregate_income_after_losses: Column, casualty_loss_left: Column
) -> Column:
    """短期譲渡所得と長期譲渡所得（一般分）から引く所得控除: 所得控除のうち総所得金額から引ききれない額 ＋ 雑損失の残り（引く順が同じ）"""
    return np.maximum(deduction_total - aggregate_income_after_losses, 0) + casualty_loss_left


@rule(_ORDER)
def deduction_for_stocks(
    deduction_for_land: Column, short_term_net: Column, short_term_reduced_net: Column, long_term_net: Column
) -> Column:
    """株式等の所得から引く所得控除: 所得控除のうち短期譲渡所得と長期譲渡所得（一般分）から引ききれない額"""
    return np.maximum(deduction_for_land - (short_term_net + short_term_reduced_net + long_term_net), 0)


@rule(_ORDER)
def deduction_for_futures(
    deduction_for_stocks: Column, listed_dividend_net: Column, unlisted_stock_gain: Column, listed_stock_net: Column
) -> Column:
    """先物取引の所得から引く所得控除: 所得控除のうち株式等の所得から引ききれない額"""
    return np.maximum(deduction_for_stocks - (listed_dividend_net + unlisted_stock_gain + listed_stock_net), 0)


@rule(_ORDER)
def deduction_for_light_land(deduction_for_futures: Column, futures_net: Column) -> Column:
    """長期譲渡所得（特定分・軽課分）から引く所得控除: 所得控除のうち税率の高い所得から引ききれない額"""
    return np.maximum(deduction_for_futures - futures_net, 0)


def _taxable(net: Column, deduction: Column, before: Column | int = 0) -> Any:
    """What is left of an income after the deductions that those before it in the order did not take up."""
    if not net.any():
        return net
    return np.maximum(net - np.maximum(deduction - before, 0), 0)


@rule(_SHORT, rounding=_BASE)
def taxable_short_term(short_term_net: Column, deduction_for_land: Column) -> Any:
    """課税短期譲渡所得金額（一般分）: 特別控除後の短期譲渡所得 − 所得控除の残り"""
    return _taxable(short_term_net, deduction_for_land)


@rule(_SHORT, rounding=_BASE)
def taxable_short_term_reduced(
    short_term_reduced_net: Column, deduction_for_land: Column, short_term_net: Column
) -> Any:
    """課税短期譲渡所得金額（軽減分）: 特別控除後の短期譲渡所得 − 所得控除の残り"""
    return _taxable(short_term_reduced_net, deduction_for_land, short_term_net)


@rule(_LONG, rounding=_BASE)
def taxable_long_term(
    long_term_net: Column, deduction_for_land: Column, short_term_net: Column, short_term_reduced_net: Column
) -> Any:
    """課税長期譲渡所得金額（一般分）: 特別控除後の長期譲渡所得 − 所得控除の残り"""
    return _taxable(long_term_net, deduction_for_land, short_term_net + short_term_reduced_net)


@rule("地方税法附則第34条の2", rounding=_BASE)
def taxable_long_term_housing_land(long_term_housing_land_net: Column, deduction_for_light_land: Column) -> Any:
    """課税長期譲渡所得金額（特定分）: 特別控除後の長期譲渡所得 − 所得控除の残り"""
    return _taxable(long_term_housing_land_net, deduction_for_light_land)


@rule("地方税法附則第34条の3", rounding=_BASE)
def taxable_long_term_residence(
    long_term_residence_net: Column, deduction_for_light_land: Column, long_term_housing_land_net: Column
) -> Any:
    """課税長期譲渡所得金額（軽課分）: 特別控除後の長期譲渡所得 − 所得控除の残り"""
    return _taxable(long_term_residence_net, deduction_for_light_land, long_term_housing_land_net)


@rule("地方税法附則第33条の2第1項・第5項", rounding=_BASE)
def taxable_listed_dividend(listed_dividend_net: Column, deduction_for_stocks: Column) -> Any:
    """上場株式等に係る課税配当所得等の金額: 繰越控除後の配当所得等 − 所得控除の残り"""
    return _taxable(listed_dividend_net, deduction_for_stocks)


@rule("地方税法附則第35条の2第1項・第5項", rounding=_BASE)
def taxable_unlisted_stock(
    unlisted_stock_gain: Column, deduction_for_stocks: Column, listed_dividend_net: Column
) -> Any:
    """一般株式等に係る課税譲渡所得等の金額: 譲渡所得等 − 所得控除の残り"""
    return _taxable(unlisted_stock_gain, deduction_for_stocks, listed_dividend_net)


@rule("地方税法附則第35条の2の2第1項・第5項", rounding=_BASE)
def taxable_listed_stock(
    listed_stock_net: Column, deduction_for_stocks: Column, listed_dividend_net: Column, unlisted_stock_gain: Column
) -> Any:
    """上場株式等に係る課税譲渡所得等の金額: 繰越控除後の譲渡所得等 − 所得控除の残り"""
    return _taxable(listed_stock_net, deduction_for_stocks, listed_dividend_net + unlisted_stock_gain)


@rule("地方税法附則第35条の4第1項・第4項", rounding=_BASE)
def taxable_futures(futures_net: Column, deduction_for_futures: Column) -> Any:
    """先物取引に係る課税雑所得等の金額: 繰越控除後の雑所得等 − 所得控除の残り"""
    return _taxable(futures_net, deduction_for_futures)


@rule("地方税法附則第33条の2から第35条の4まで")
def taxable_separate_income(
    taxable_short_term: Column, taxable_short_term_reduced: Column, taxable_long_term: Column,
    taxable_long_term_housing_land: Column, taxable_long_term_residence: Column, taxable_listed_dividend: Column,
    taxable_unlisted_stock: Column, taxable_listed_stock: Column, taxable_futures: Column,
) -> Column:  # fmt: skip
    """分離課税の課税所得金額の合計: 譲渡・配当・株式等・先物取引の課税所得金額の合計"""
    return (
        taxable_short_term + taxable_short_term_reduced + taxable_long_term + taxable_long_term_housing_land
        + taxable_long_term_residence + taxable_listed_dividend + taxable_unlisted_stock + taxable_listed_stock
        + taxable_futures
    )  # fmt: skip


def _two_tiers(taxable: Column, boundary: int, low: Rate, high: Rate) -> Exact:
    """Up to the boundary the low rate, above it the high one."""
    below = np.minimum(taxable, boundary)
    shared = low.denominator * high.denominator
    return Exact(
        below * (low.numerator * high.denominator) + (taxable - below) * (high.numerator * low.denominator), shared
    )


@rule("地方税法附則第34条・第34条の2第4項・第34条の3第3項", rounding=_COMPUTED)
def municipal_long_term_levy(
    taxable_long_term: Column, taxable_long_term_housing_land: Column, taxable_long_term_residence: Column,
    designated_city: int, housing_land_gain_boundary: int, residence_gain_boundary: int, municipal_long_term_rate: Rate,
    municipal_long_term_light_rate: Rate, designated_municipal_long_term_rate: Rate,
    designated_municipal_long_term_light_rate: Rate,
) -> Any:  # fmt: skip
    """長期譲渡所得の所得割（市町村民税）: 一般分 3%、特定分は2,000万円まで・軽課分は6,000万円まで 2.4%、超える部分 3%（指定都市 4%・3.2%）"""
    high = designated_municipal_long_term_rate if designated_city else municipal_long_term_rate
    low = designated_municipal_long_term_light_rate if designated_city else municipal_long_term_light_rate
    return _long_term(
        taxable_long_term, (taxable_long_term_housing_land, housing_land_gain_boundary),
        (taxable_long_term_residence, residence_gain_boundary), low, high,
    )  # fmt: skip


@rule("地方税法附則第34条・第34条の2第1項・第34条の3第1項", rounding=_COMPUTED)
def prefectural_long_term_levy(
    taxable_long_term: Column, taxable_long_term_housing_land: Column, taxable_long_term_residence: Column,
    designated_city: int, housing_land_gain_boundary: int, residence_gain_boundary: int, prefectural_long_term_rate: Rate,
    prefectural_long_term_light_rate: Rate, designated_prefectural_long_term_rate: Rate,
    designated_prefectural_long_term_light_rate: Rate,
) -> Any:  # fmt: skip
    """長期譲渡所得の所得割（道府県民税）: 一般分 2%、特定分は2,000万円まで・軽課分は6,000万円まで 1.6%、超える部分 2%（指定都市 1%・0.8%）"""
    high = designated_prefectural_long_term_rate if designated_city else prefectural_long_term_rate
    low = designated_prefectural_long_term_light_rate if designated_city else prefectural_long_term_light_rate
    return _long_term(
        taxable_long_term, (taxable_long_term_housing_land, housing_land_gain_boundary),
        (taxable_long_term_residence, residence_gain_boundary), low, high,
    )  # fmt: skip


def _long_term(
    general: Column, designated: tuple[Column, int], residence: tuple[Column, int], low: Rate, high: Rate
) -> Any:
    if not (general.any() or designated[0].any() or residence[0].any()):
        return general
    one, other = (_two_tiers(taxable, boundary, low, high) for taxable, boundary in (designated, residence))
    plain = general * (high.numerator * low.denominator)
    return Exact(plain + one.numerator + other.numerator, one.denominator)


def _separate(
    short: Column, reduced: Column, financial: Column, long_term_levy: Column, rates: tuple[Rate, Rate, Rate]
) -> Any:
    if not (short.any() or reduced.any() or financial.any() or long_term_levy.any()):
        return long_term_levy
    levies = [_COMPUTED(taxable * rate) for taxable, rate in zip((short, reduced, financial), rates, strict=True)]
    return levies[0] + levies[1] + levies[2] + long_term_levy


@rule("地方税法附則第33条の2第5項・第34条第4項・第35条第5項・第35条の2第5項・第35条の2の2第5項・第35条の4第4項")
def municipal_separate_levy(
    taxable_short_term: Column, taxable_short_term_reduced: Column, taxable_listed_dividend: Column,
    taxable_unlisted_stock: Column, taxable_listed_stock: Column, taxable_futures: Column,
    municipal_long_term_levy: Column, designated_city: int, municipal_short_term_rate: Rate,
    municipal_short_term_reduced_rate: Rate, municipal_financial_rate: Rate,
    designated_municipal_short_term_rate: Rate, designated_municipal_short_term_reduced_rate: Rate,
    designated_municipal_financial_rate: Rate,
) -> Any:  # fmt: skip
    """分離課税の所得割（市町村民税）: 短期譲渡 5.4%（軽減分 3%）・長期譲渡・配当と株式等と先物 3%（指定都市 7.2%・4%・4%）の合計（それぞれ1円未満切捨て）"""
    own = (municipal_short_term_rate, municipal_short_term_reduced_rate, municipal_financial_rate)
    city = (
        designated_municipal_short_term_rate, designated_municipal_short_term_reduced_rate,
        designated_municipal_financial_rate,
    )  # fmt: skip
    financial = taxable_listed_dividend + taxable_unlisted_stock + taxable_listed_stock + taxable_futures
    return _separate(
        taxable_short_term, taxable_short_term_reduced, financial, municipal_long_term_levy,
        city if designated_city else own,
    )  # fmt: skip


@rule("地方税法附則第33条の2第1項・第34条第1項・第35条第1項・第35条の2第1項・第35条の2の2第1項・第35条の4第1項")
def prefectural_separate_levy(
    taxable_short_term: Column, taxable_short_term_reduced: Column, taxable_listed_dividend: Column,
    taxable_unlisted_stock: Column, taxable_listed_stock: Column, taxable_futures: Column,
    prefectural_long_term_levy: Column, designated_city: int, prefectural_short_term_rate: Rate,
    prefectural_short_term_reduced_rate: Rate, prefectural_financial_rate: Rate,
    designated_prefectural_short_term_rate: Rate, designated_prefectural_short_term_reduced_rate: Rate,
    designated_prefectural_financial_rate: Rate,
) -> Any:  # fmt: skip
    """分離課税の所得割（道府県民税）: 短期譲渡 3.6%（軽減分 2%）・長期譲渡・配当と株式等と先物 2%（指定都市 1.8%・1%・1%）の合計（それぞれ1円未満切捨て）"""
    own = (prefectural_short_term_rate, prefectural_short_term_reduced_rate, prefectural_financial_rate)
    city = (
        designated_prefectural_short_term_rate, designated_prefectural_short_term_reduced_rate,
        designated_prefectural_financial_rate,
    )  # fmt: skip
    financial = taxable_listed_dividend + taxable_unlisted_stock + taxable_listed_stock + taxable_futures
    return _separate(
        taxable_short_term, taxable_short_term_reduced, financial, prefectural_long_term_levy,
        city if designated_city else own,
    )  # fmt: skip
