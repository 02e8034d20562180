"""支払者: made-up employers and pension bodies with numbers, from one-man shops to thousands of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from yakuba.kernel.check_digits import corporate_check_digit

from .tables import Integers, draw, names, read

PEOPLE_A_PAYER = 14
SMALLEST = 5
STEEPNESS = 0.9
"""The payer of rank r is drawn with the weight 1 / r ** STEEPNESS: in a large town the first has thousands of people."""
SALARY_NUMBERS_FROM, PENSION_NUMBERS_FROM = 90_000_001, 80_000_001
CORPORATE_BODIES_FROM = 700_000_000_000
_STRIDE = 37


@dataclass(frozen=True)
class Payers:
    """支払者: `frame` has payer_number, payer_name, corporate_number ("" for one who is no corporation)."""

    frame: pl.DataFrame
    bounds: np.ndarray

    def some(self, rng: np.random.Generator, count: int) -> Integers:
        """Rows of the frame, the large ones more often."""
        return draw(rng, self.bounds, count)

    def columns(self, rows: Integers) -> pl.DataFrame:
        """The payers' columns for each of the rows."""
        return self.frame[rows.astype(np.uint32)]


def employers(residents: int, seed: int) -> Payers:
    """給与の支払者 of a town of so many people."""
    count = max(SMALLEST, residents // PEOPLE_A_PAYER)
    rng = np.random.default_rng([seed, 1, count])
    kinds, families = read("payers"), names().families["text"]
    chosen = rng.integers(0, len(kinds), count).tolist()
    surnames = families[names().surnames(rng, count).astype(np.uint32)].to_list()
    rows = [
        (
            f"{SALARY_NUMBERS_FROM + at}", f"{kinds[kind]['before']}{surname}{kinds[kind]['after']}",
            _corporate_number(at) if kinds[kind]["corporate"] == "1" else "",
        )
        for at, (kind, surname) in enumerate(zip(chosen, surnames, strict=True))
    ]  # fmt: skip
    return _payers(rows)


def pension_bodies() -> Payers:
    """公的年金等の支払者: one for nearly everybody, and two small ones."""
    names_of = [row["text"] for row in read("words") if row["key"].startswith("pension_body_")]
    return _payers(
        [(f"{PENSION_NUMBERS_FROM + at}", name, _corporate_number(-1 - at)) for at, name in enumerate(names_of)]
    )


def _payers(rows: list[tuple[str, str, str]]) -> Payers:
    frame = pl.DataFrame(rows, schema=["payer_number", "payer_name", "corporate_number"], orient="row")
    weights = 1 / np.arange(1, frame.height + 1) ** STEEPNESS
    return Payers(frame, np.cumsum(weights) / weights.sum())


def _corporate_number(position: int) -> str:
    base = f"{CORPORATE_BODIES_FROM + position * _STRIDE:012d}"
    return f"{corporate_check_digit(base)}{base}"
