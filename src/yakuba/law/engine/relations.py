"""人と人: sums over the people who point at somebody, by positions and without a loop.

A position is the row of another person in the same table, −1 for nobody.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .exact import Column, Flags


def count_by(position: Column, counted: Flags) -> Column:
    """人数: for each person how many of those that point at them are counted."""
    chosen = position[counted & (position >= 0)]
    return (
        np.bincount(chosen, minlength=len(position)).astype(np.int64)
        if len(chosen)
        else np.zeros(len(position), np.int64)
    )


def sum_by(position: Column, amount: Column) -> Column:
    """合計: for each person the sum of the amounts of those that point at them; exact, since it never leaves integers."""
    total = np.zeros(len(position), np.int64)
    chosen = (position >= 0) & (amount != 0)
    np.add.at(total, position[chosen], amount[chosen])
    return total


def any_by(position: Column, flag: Flags) -> Flags:
    """有無: whether anybody who points at the person has the flag."""
    found = np.zeros(len(position), np.bool_)
    found[position[flag & (position >= 0)]] = True
    return found


def of_other(position: Column, values: Any, nobody: int = 0) -> Any:
    """The value of the person pointed at, `nobody` where there is none."""
    return np.where(position >= 0, values[position], nobody)
