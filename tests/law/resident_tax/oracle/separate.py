"""分離課税: land and buildings, listed dividends, stocks and futures (附則33条の2, 34条から35条の4の2まで).

One list of incomes in the order in which deductions are taken from them; what is left of a deduction goes to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor

from .town import Town

Row = dict[str, int]

SHORT = ("short_term", "short_term_reduced")
LONG = ("long_term", "long_term_housing_land", "long_term_residence")
LAND = (*SHORT, *LONG)
FINANCIAL = ("listed_dividend", "unlisted_stock", "listed_stock", "futures")
FLAT = ("forestry", "declared_retirement")
# 通達31・32共－4: of what comes after 短期 the higher rate first, so that 特定分 and 軽課分 stand behind shares and futures.
LIGHT = ("long_term_housing_land", "long_term_residence")
ORDER = (*(name for name in LAND if name not in LIGHT), *FINANCIAL, *LIGHT, *FLAT)
# Of both levies together, in per mille: up to the boundary, and above it.
RATES = {
    "short_term": (90, 90, 0),
    "short_term_reduced": (50, 50, 0),
    "long_term": (50, 50, 0),
    "long_term_housing_land": (40, 50, 20_000_000),
    "long_term_residence": (40, 50, 60_000_000),
} | dict.fromkeys(FINANCIAL, (50, 50, 0))


def separate_incomes(person: Row) -> Row:
    """所得 by kind, before 特別控除 and before 繰越控除: what 合計所得金額 counts."""
    found = {name: person[f"{name}_gain"] for name in LAND}
    found["listed_dividend"], found["unlisted_stock"] = person["listed_dividend_income"], person["unlisted_stock_gain"]
    found["listed_stock"], found["futures"] = person["listed_stock_gain"], person["futures_income"]
    found["forestry"], found["declared_retirement"] = person["forestry_income"], person["retirement_income"]
    return found


def carried_losses(person: Row) -> tuple[int, int]:
    """繰越控除 of stocks and of futures, no more than there is to take them from."""
    stocks = person["listed_stock_gain"] + person["listed_dividend_income"]
    return min(person["listed_stock_loss_carried"], stocks), min(
        person["futures_loss_carried"], person["futures_income"]
    )


def _net_incomes(person: Row) -> Row:
    """所得 by kind, less 特別控除 and less the losses of its own kind."""
    stock_loss, futures_loss = carried_losses(person)
    net = separate_incomes(person)
    for name in LAND:
        net[name] = max(0, net[name] - person[f"{name}_special_deduction"])
    from_gain = min(stock_loss, net["listed_stock"])
    net["listed_stock"] -= from_gain
    net["listed_dividend"] -= stock_loss - from_gain
    net["futures"] -= futures_loss
    return net


def general_losses(person: Row, aggregate: int) -> tuple[int, Row]:
    """総所得金額 after 純損失 and 雑損失, and what of them is taken from each income apart (所得税法施行令201条・204条).

    純損失 goes to 山林所得 and 退職所得 alone, then a loss on a residence to 長期, 短期, 総所得, 山林, 退職 (通達41の5－1の2), 雑損失 to
    everything in the order of the deductions.
    """
    net = _net_incomes(person)
    used = dict.fromkeys((*LAND, *FINANCIAL, *FLAT), 0)
    left = person["loss_carried_forward"]
    after = max(0, aggregate - left)
    left -= aggregate - after
    for name in FLAT:
        used[name] = min(left, net[name])
        left -= used[name]
    few = aggregate + sum(separate_incomes(person).values()) <= 30_000_000
    residence = person["residence_loss_carried"] if few else 0
    for name in (*LONG, *SHORT):
        used[name] = min(residence, net[name])
        residence -= used[name]
    residence -= (from_aggregate := min(residence, after))
    after -= from_aggregate
    for name in FLAT:
        more = min(residence, net[name] - used[name])
        used[name] += more
        residence -= more
    casualty = person["casualty_loss_carried"]
    casualty -= (taken := min(casualty, after))
    for name in ORDER:
        more = min(casualty, net[name] - used[name])
        used[name] += more
        casualty -= more
    return after - taken, used


def taxable_separate_incomes(person: Row, aggregate: int, deduction_total: int) -> Row:
    """課税所得金額 by kind（千円未満切捨て）. `aggregate`: 総所得金額 before losses; the deductions go there first."""
    after, losses = general_losses(person, aggregate)
    deductions_left = max(0, deduction_total - after)
    net = _net_incomes(person)
    taxable = {}
    for name in ORDER:
        income = net[name] - losses[name]
        used = min(deductions_left, income)
        deductions_left -= used
        taxable[name] = (income - used) // 1_000 * 1_000
    return taxable


def separate_levies(taxable: Row, town: Town) -> tuple[int, int]:
    """所得割 of both levies. The municipality has three fifths of each rate, a designated city four."""
    share = Fraction(town.municipal_fifths, 5)
    both = Fraction(0), Fraction(0)
    for name, (low, high, boundary) in RATES.items():
        amount = taxable[name]
        below = min(amount, boundary) if boundary else amount
        total = Fraction(below * low + (amount - below) * high, 1_000)
        both = (both[0] + total * share, both[1] + total * (1 - share))
    return floor(both[0]), floor(both[1])


def special_donation_rate(taxable: Row, by_income: Callable[[int | Fraction], Fraction]) -> Fraction:
    """特例控除額の割合 where 課税総所得金額 is none or below the differences（37条の2第11項2号・3号, 附則5条の5）.

    90 % less income tax of 30 % or 15 %, times 1.021; 山林所得 by a fifth, 退職所得 by itself; the lowest of them.
    """
    rates = []
    if taxable["short_term"] or taxable["short_term_reduced"]:
        rates.append(Fraction(90, 100) - Fraction(30, 100) * Fraction(1_021, 1_000))
    if any(taxable[name] for name in RATES):
        rates.append(Fraction(90, 100) - Fraction(15, 100) * Fraction(1_021, 1_000))
    if taxable["forestry"]:
        rates.append(by_income(Fraction(taxable["forestry"], 5)))
    if taxable["declared_retirement"]:
        rates.append(by_income(taxable["declared_retirement"]))
    return min(rates, default=Fraction(90, 100))
