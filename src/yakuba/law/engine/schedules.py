"""速算表・区分表: tables of the law, looked up for whole columns."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from yakuba.law.tables import Table

from .exact import Column, Exact


class Schedule:
    """表: a table of the law, ready to be looked up by columns."""

    __slots__ = ("bounds", "denominators", "has_rates", "numerators", "plus", "side", "steps", "table")

    def __init__(self, table: Table) -> None:
        self.table, bands = table, table.bands
        self.side: Literal["left", "right"] = "left" if table.above else "right"
        # The first band reaches down without end, so its bound is never asked for.
        self.bounds = np.array([band.bound for band in bands[1:]], dtype=np.int64)
        self.numerators = np.array([band.rate.numerator for band in bands], dtype=np.int64)
        self.denominators = np.array([band.rate.denominator for band in bands], dtype=np.int64)
        self.plus = np.array([band.plus for band in bands], dtype=np.int64)
        self.steps = np.array([band.step for band in bands], dtype=np.int64)
        self.has_rates = bool(self.numerators.any())

    def __str__(self) -> str:
        return str(self.table)

    def row(self, amount: Column) -> Any:
        """Which band each amount falls in."""
        return np.searchsorted(self.bounds, amount, side=self.side)

    def __call__(self, amount: Column, column: Column | int = 0) -> Exact:
        """The table's value for each amount, in the given column of the table; whole where the table holds no rates."""
        row = self.row(amount)
        constant = self.plus[row, column]
        if not self.has_rates:
            return Exact(constant)
        steps, denominator = self.steps[row], self.denominators[row]
        return Exact(amount // steps * steps * self.numerators[row] + constant * denominator, denominator)

    def amount(self, amount: Column, column: Column | int = 0) -> Any:
        """The table's value where it holds no rates, as whole yen."""
        return self.plus[self.row(amount), column]

    def share(self, by: Column, of: Column) -> Exact:
        """`of` × the rate of the band that `by` falls in; each row over its own denominator."""
        row = self.row(by)
        return Exact(of * self.numerators[row], self.denominators[row])
