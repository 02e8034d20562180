"""速算表・区分表: tables of the law, looked up for whole columns."""

from __future__ import annotations

from math import lcm
from typing import Any, Literal

import numpy as np

from yakuba.law.tables import Table

from .exact import Column, Exact, Flags
from .tracing import pick, symbol_in

_NOTHING = np.zeros(1, np.int64)
_SMALL = 100_000


class Schedule:
    """表: a table of the law, ready to be looked up by columns."""

    __slots__ = (
        "bounds", "common", "common_numerators", "denominators", "has_rates", "numerators", "plus", "side", "step",
        "stepped", "table",
    )  # fmt: skip

    def __init__(self, table: Table) -> None:
        self.table, bands = table, table.bands
        self.side: Literal["left", "right"] = "left" if table.above else "right"
        # The first band reaches down without end, so its bound is never asked for.
        self.bounds = np.array([band.bound for band in bands[1:]], dtype=np.int64)
        self.numerators = np.array([band.rate.numerator for band in bands], dtype=np.int64)
        self.denominators = np.array([band.rate.denominator for band in bands], dtype=np.int64)
        self.plus = np.array([band.plus for band in bands], dtype=np.int64)
        # To divide by one number is quicker than by a column, and the law's tables have one step each.
        steps = {band.step for band in bands} - {1}
        if len(steps) > 1:
            raise ValueError(f"a table of several steps: {sorted(steps)}")
        self.step = steps.pop() if steps else 1
        self.stepped = np.array([band.step for band in bands], dtype=np.int64)
        self.has_rates = bool(self.numerators.any())
        # The same for rates; but the rows of some tables have no small common denominator.
        common = lcm(*(band.rate.denominator for band in bands))
        self.common = common if common <= _SMALL else 0
        self.common_numerators = self.numerators * (self.common // self.denominators)

    def __str__(self) -> str:
        return str(self.table)

    def row(self, amount: Column) -> Any:
        """Which band each amount falls in."""
        return np.searchsorted(self.bounds, amount, side=self.side)

    def __call__(self, amount: Column, column: Column | int = 0) -> Exact:
        """The table's value for each amount, in the given column of the table; whole where the table holds no rates."""
        row = self.row(amount)
        constant = _at(self.plus, row, column)
        if not self.has_rates:
            return Exact(constant)
        stepped = amount
        if self.step > 1:
            stepped = np.where(_at(self.stepped, row) > 1, amount // self.step * self.step, amount)
        if self.common:
            return Exact(stepped * _at(self.common_numerators, row) + constant * self.common, self.common)
        denominator = _at(self.denominators, row)
        return Exact(stepped * _at(self.numerators, row) + constant * denominator, denominator)

    def amount(self, amount: Column, column: Column | int = 0) -> Any:
        """The table's value where it holds no rates, as whole yen."""
        return _at(self.plus, self.row(amount), column)

    def amount_where(self, flags: Flags, amount: Column, column: Column | int = 0) -> Column:
        """The same for those who have the flag, 0 for the others, who are not looked up."""
        if symbol_in(flags) is not None:
            return np.where(flags, self.amount(amount, column), 0)
        rows = np.flatnonzero(flags)
        if not len(rows) or len(flags) == 1:
            return np.where(flags, self.amount(amount, column), 0) if len(rows) else _NOTHING
        found = np.zeros(len(flags), np.int64)
        chosen = column[rows] if isinstance(column, np.ndarray) and len(column) > 1 else column
        found[rows] = self.amount(amount[rows] if len(amount) > 1 else amount, chosen)
        return found

    def share(self, by: Column, of: Column) -> Exact:
        """`of` × the rate of the band that `by` falls in; each row over its own denominator."""
        if not of.any():
            return Exact(_NOTHING)
        row = self.row(by)
        if self.common:
            return Exact(of * _at(self.common_numerators, row), self.common)
        return Exact(of * _at(self.numerators, row), _at(self.denominators, row))


def _at(numbers: Column, row: Any, column: Any = None) -> Any:
    """The table's numbers in the given rows (and columns)."""
    if symbol_in(row, column) is not None:
        return pick(numbers.reshape(len(numbers), -1), row, 0 if column is None else column)
    return numbers[row] if column is None else numbers[row, column]
