"""端数: exact fractions of yen over columns, and the named roundings that make yen of them again.

A rate is never a float and a product with a rate is not yet money: it is an `Exact`, which only a `Rounding` of the law
turns back into whole yen.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Column: TypeAlias = NDArray[np.int64]
"""Whole numbers (yen, people, years), one a person."""
Flags: TypeAlias = NDArray[np.bool_]
"""Yes or no, one a person."""
LARGEST = 10**12
"""The largest amount that is taken in, so that amount × numerator of a rate stays within 64 bits."""


class Rate:
    """率: an exact fraction of the law. Times a column it gives an `Exact`."""

    __slots__ = ("denominator", "numerator")
    # NumPy leaves the product to this class; its own would be a column of Python objects.
    __array_ufunc__ = None

    def __init__(self, fraction: Fraction) -> None:
        self.numerator, self.denominator = fraction.numerator, fraction.denominator

    def __mul__(self, other: Column | int) -> Exact:
        return Exact(other * self.numerator, self.denominator)

    __rmul__ = __mul__

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    __repr__ = __str__


class Exact:
    """端数処理前の額: a column of numerators over a denominator (one for all, or a column), fractions of yen exactly."""

    __slots__ = ("denominator", "numerator")
    __array_ufunc__ = None

    def __init__(self, numerator: Column | int, denominator: Any = 1) -> None:
        self.numerator, self.denominator = numerator, denominator

    def __mul__(self, other: Rate) -> Exact:
        return Exact(self.numerator * other.numerator, self.denominator * other.denominator)

    def floor(self, unit: int = 1) -> Column | Any:
        """切捨て to a multiple of the unit; of amounts that are not negative."""
        whole = self.numerator // (self.denominator * unit)
        return whole if unit == 1 else whole * unit

    def ceiling(self, unit: int = 1) -> Column | Any:
        """切上げ to a multiple of the unit."""
        return -((-self.numerator) // (self.denominator * unit)) * unit


@dataclass(frozen=True, slots=True)
class Rounding:
    """端数処理: which way, to which multiple of yen, and the article that says so."""

    way: Literal["floor", "ceiling"]
    unit: int
    article: str

    def __call__(self, amount: Exact | Column | Any) -> Any:
        """Whole yen of an exact amount, or of a column that is whole already but to be cut to a coarser unit."""
        exact = amount if isinstance(amount, Exact) else Exact(amount)
        return exact.floor(self.unit) if self.way == "floor" else exact.ceiling(self.unit)

    def __str__(self) -> str:
        """In the law's words."""
        return f"{self.unit:,}円未満{'切捨て' if self.way == 'floor' else '切上げ'}（{self.article}）"


def floor_to(unit: int, article: str) -> Rounding:
    """切捨て: amounts below the unit are dropped, as the article says."""
    return Rounding("floor", unit, article)


def ceiling_to(unit: int, article: str) -> Rounding:
    """切上げ: amounts below the unit count as a whole one, as the article says."""
    return Rounding("ceiling", unit, article)
