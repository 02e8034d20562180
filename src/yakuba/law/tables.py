"""区分表: a table of the law as data: bands by an amount, each with a rate and constants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

FRACTION = re.compile(r"-?\d+/[1-9]\d*")


@dataclass(frozen=True, slots=True)
class Band:
    """One row: from the bound on, the amount (cut to the step) × rate + constant; a constant for each column."""

    bound: int
    rate: Fraction
    plus: tuple[int, ...]
    step: int


@dataclass(frozen=True, slots=True)
class Table:
    """表: bands in ascending order. `above`: a band begins above its bound (超), else at it (以上)."""

    bands: tuple[Band, ...]
    above: bool

    def __str__(self) -> str:
        """How many rows it has; the rows stand in the statutes' file."""
        return f"表（{len(self.bands)}行）"


def read_table(raw: object) -> Table | None:
    """The table of ``{above: …, bands: [[bound, rate, plus, step], …]}``; None where the form is not that.

    rate is a quoted fraction or 0, plus an integer or a list of them (one a column), step an integer; trailing ones
    that are 0 (step: 1) may be left out.
    """
    if not isinstance(raw, dict) or set(raw) - {"above", "bands"} or not isinstance(raw.get("bands"), list):
        return None
    bands = [_band(each) for each in raw["bands"]]
    read = tuple(band for band in bands if band is not None)
    widths, bounds = {len(band.plus) for band in read}, [band.bound for band in read]
    if len(read) < len(bands) or len(widths) != 1 or bounds != sorted(set(bounds)):
        return None
    return Table(read, raw.get("above", False) is True)


def _band(raw: Any) -> Band | None:
    if not isinstance(raw, list) or not 1 < len(raw) <= 4:
        return None
    bound, rate = raw[:2]
    plus = raw[2] if len(raw) > 2 else 0
    step = raw[3] if len(raw) > 3 else 1
    constants = plus if isinstance(plus, list) else [plus]
    if not all(type(each) is int for each in (bound, step, *constants)) or step < 1:
        return None
    if isinstance(rate, str) and FRACTION.fullmatch(rate):
        return Band(bound, Fraction(rate), tuple(constants), step)
    return Band(bound, Fraction(0), tuple(constants), step) if rate == 0 and type(rate) is int else None
