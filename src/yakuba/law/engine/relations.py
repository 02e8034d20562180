"""人と人: sums over the people who point at somebody, by positions and without a loop.

A position is the row of another person in the same table, −1 for nobody. A column of length one holds for everybody: a
fact that was not given, or what follows from such facts alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .exact import Column, Flags
from .tracing import symbol_in

_NOBODY = np.zeros(1, np.int64)


def _pointed_at(position: Column, flags: Flags) -> Column:
    """Where those who have the flag point, once for each of them."""
    if len(position) == 1 and position[0] < 0:
        return position[:0]
    return position[(position >= 0) & flags]


def count_by(position: Column, counted: Flags) -> Column:
    """人数: for each person how many of those that point at them are counted."""
    if (symbol := symbol_in(position)) is not None:
        return symbol.sum_of(counted)
    chosen = _pointed_at(position, counted)
    return np.bincount(chosen, minlength=len(position)) if len(chosen) else _NOBODY


def sum_by(position: Column, amount: Column) -> Column:
    """合計: for each person the sum of the amounts of those that point at them; exact, since it never leaves integers."""
    if (symbol := symbol_in(position)) is not None:
        return symbol.sum_of(amount)
    flags = amount != 0
    chosen = _pointed_at(position, flags)
    if not len(chosen):
        return _NOBODY
    total = np.zeros(len(position), np.int64)
    np.add.at(total, chosen, amount[(position >= 0) & flags] if len(amount) > 1 else amount[0])
    return total


def any_by(position: Column, flag: Flags) -> Flags:
    """有無: whether anybody who points at the person has the flag."""
    if (symbol := symbol_in(position)) is not None:
        return symbol.sum_of(flag) > 0
    found = np.zeros(len(position), np.bool_)
    found[_pointed_at(position, flag)] = True
    return found


def of_other(position: Column, values: Any, nobody: int = 0) -> Any:
    """The value of the person pointed at, `nobody` where there is none."""
    if (symbol := symbol_in(position)) is not None:
        return symbol.of_other(values, nobody)
    if symbol_in(values) is not None:
        return np.array([nobody])
    if len(values) == 1 or len(position) == 1:
        return np.where(position >= 0, values[0], nobody)
    return np.where(position >= 0, values[position], nobody)


def whether_other(position: Column, flags: Flags) -> Flags:
    """Whether the person pointed at has the flag; no where there is none."""
    if (symbol := symbol_in(position)) is not None:
        return symbol.of_other(flags, 0)
    if symbol_in(flags) is not None:
        return np.zeros(1, np.bool_)
    if len(flags) == 1 or len(position) == 1:
        return (position >= 0) & flags[0]
    return (position >= 0) & flags[position]
