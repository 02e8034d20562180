"""徴収: how the annual tax is split, 普通徴収 and 給与特別徴収, and how 定額減税 comes off it."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Flags, floor_to
from yakuba.law.engine.rule import rule

_FINAL = floor_to(100, "地方税法第20条の4の2第3項")
_ORDINARY = "地方税法第320条・第20条の4の2第6項"
_FIXED = "地方税法附則第5条の8・第5条の9"
_SALARY = "地方税法第321条の5第1項・第20条の4の2第6項・第8項"


@rule(_FIXED, rounding=_FINAL)
def municipal_levy_without_fixed_credit(
    municipal_levy_before_fixed_credit: Column, municipal_withheld_credit: Column
) -> Column:
    """定額減税前の所得割額（市町村民税）: 調整措置後の所得割 − 配当割額等の控除"""
    return np.maximum(municipal_levy_before_fixed_credit - municipal_withheld_credit, 0)


@rule(_FIXED, rounding=_FINAL)
def prefectural_levy_without_fixed_credit(
    prefectural_levy_before_fixed_credit: Column, prefectural_withheld_credit: Column
) -> Column:
    """定額減税前の所得割額（道府県民税）: 調整措置後の所得割 − 配当割額等の控除"""
    return np.maximum(prefectural_levy_before_fixed_credit - prefectural_withheld_credit, 0)


@rule(_FIXED)
def fixed_credit_taken(
    municipal_levy_without_fixed_credit: Column, prefectural_levy_without_fixed_credit: Column,
    municipal_income_levy: Column, prefectural_income_levy: Column,
) -> Column:  # fmt: skip
    """期別から減ずる定額減税の額: 定額減税前の所得割額 − 所得割額"""
    without = municipal_levy_without_fixed_credit + prefectural_levy_without_fixed_credit
    return without - municipal_income_levy - prefectural_income_levy


@rule(_ORDINARY, unit="flag")
def is_collected_at_once(municipal_income_levy: Column, prefectural_income_levy: Column) -> Flags:
    """第1期に全額を徴収する: 所得割がなく、均等割と森林環境税だけである"""
    return municipal_income_levy + prefectural_income_levy == 0


@rule(_ORDINARY)
def ordinary_instalment_before_credit(
    annual_tax: Column, fixed_credit_taken: Column, ordinary_instalment_count: int, ordinary_instalment_unit: int
) -> Any:
    """定額減税前の第2期以降の額: 年税額を納期の数で割り、端数の単位で切り捨てた額"""
    return Exact(annual_tax + fixed_credit_taken, ordinary_instalment_count).floor(ordinary_instalment_unit)


def _after_credit(first: Column, later: Column, credit: Column, number: int) -> Column:
    """An instalment after what is left of the credit when the ones before it have used their part."""
    if number == 1:
        return np.maximum(first - credit, 0)
    left = np.maximum(credit - first - later * (number - 2), 0)
    return np.maximum(later - left, 0)


@rule(_ORDINARY)
def ordinary_instalment_1(
    annual_tax: Column, fixed_credit_taken: Column, ordinary_instalment_before_credit: Column,
    is_collected_at_once: Flags, ordinary_instalment_count: int,
) -> Column:  # fmt: skip
    """普通徴収の第1期: 年税額 −（第2期以降の合計）。定額減税は第1期から順に減ずる"""
    later = ordinary_instalment_before_credit
    first = annual_tax + fixed_credit_taken - later * (ordinary_instalment_count - 1)
    return np.where(is_collected_at_once, annual_tax, _after_credit(first, later, fixed_credit_taken, 1))


def _later(annual: Column, credit: Column, later: Column, at_once: Flags, count: int, number: int) -> Column:
    if number > count:
        return np.zeros(1, np.int64)
    first = annual + credit - later * (count - 1)
    return np.where(at_once, 0, _after_credit(first, later, credit, number))


@rule(_ORDINARY)
def ordinary_instalment_2(
    annual_tax: Column, fixed_credit_taken: Column, ordinary_instalment_before_credit: Column,
    is_collected_at_once: Flags, ordinary_instalment_count: int,
) -> Column:  # fmt: skip
    """普通徴収の第2期: 定額減税前の額 − 第1期で減じきれない定額減税"""
    return _later(
        annual_tax, fixed_credit_taken, ordinary_instalment_before_credit, is_collected_at_once,
        ordinary_instalment_count, 2,
    )  # fmt: skip


@rule(_ORDINARY)
def ordinary_instalment_3(
    annual_tax: Column, fixed_credit_taken: Column, ordinary_instalment_before_credit: Column,
    is_collected_at_once: Flags, ordinary_instalment_count: int,
) -> Column:  # fmt: skip
    """普通徴収の第3期: 定額減税前の額 − 第2期までに減じきれない定額減税"""
    return _later(
        annual_tax, fixed_credit_taken, ordinary_instalment_before_credit, is_collected_at_once,
        ordinary_instalment_count, 3,
    )  # fmt: skip


@rule(_ORDINARY)
def ordinary_instalment_4(
    annual_tax: Column, fixed_credit_taken: Column, ordinary_instalment_before_credit: Column,
    is_collected_at_once: Flags, ordinary_instalment_count: int,
) -> Column:  # fmt: skip
    """普通徴収の第4期: 定額減税前の額 − 第3期までに減じきれない定額減税"""
    return _later(
        annual_tax, fixed_credit_taken, ordinary_instalment_before_credit, is_collected_at_once,
        ordinary_instalment_count, 4,
    )  # fmt: skip


@rule("地方税法附則第5条の10・第321条の5第1項", unit="flag", first_year=2024, last_year=2024)
def is_salary_credit_way(fixed_credit: Column) -> Flags:
    """6月に徴収せず11回に分ける: 定額減税を受けた"""
    return fixed_credit > 0


@rule("地方税法第321条の5第1項", name="is_salary_credit_way", unit="flag", first_year=2025)
def no_salary_credit_way() -> Flags:
    """6月に徴収せず11回に分ける: この年度にはない"""
    return np.zeros(1, np.bool_)


@rule(_SALARY, unit="flag")
def is_salary_collected_at_once(is_collected_at_once: Flags, is_salary_credit_way: Flags) -> Flags:
    """給与特別徴収の全額を6月に徴収する: 均等割と森林環境税だけで、定額減税を受けていない"""
    return is_collected_at_once & ~is_salary_credit_way


@rule(_SALARY)
def salary_instalment_later(
    annual_tax: Column, is_salary_credit_way: Flags, is_salary_collected_at_once: Flags, salary_instalment_count: int,
    salary_instalment_unit: int,
) -> Column:  # fmt: skip
    """給与特別徴収の8月以降の月割額: 年税額 ÷ 12（定額減税のときは11）を100円未満切捨て"""
    months = np.where(is_salary_credit_way, salary_instalment_count - 1, salary_instalment_count)
    monthly = annual_tax // (months * salary_instalment_unit) * salary_instalment_unit
    return np.where(is_salary_collected_at_once, 0, monthly)


@rule(_SALARY)
def salary_instalment_june(
    annual_tax: Column, is_salary_credit_way: Flags, salary_instalment_later: Column, salary_instalment_count: int
) -> Column:
    """給与特別徴収の6月の月割額: 年税額 −（7月以降の合計）。定額減税を受けたときは0円"""
    rest = annual_tax - salary_instalment_later * (salary_instalment_count - 1)
    return np.where(is_salary_credit_way, 0, rest)


@rule(_SALARY)
def salary_instalment_july(
    annual_tax: Column, is_salary_credit_way: Flags, salary_instalment_later: Column, salary_instalment_count: int
) -> Column:
    """給与特別徴収の7月の月割額: 8月以降と同じ額（定額減税を受けたときは端数を含む）"""
    rest = annual_tax - salary_instalment_later * (salary_instalment_count - 2)
    return np.where(is_salary_credit_way, rest, salary_instalment_later)
