"""もしも: the same people under another law: totals, winners and losers, the distribution. Nothing real is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .evaluation import evaluate
from .ruleset import RuleSet

Columns = Mapping[str, NDArray[Any]]


def compare(before: RuleSet, after: RuleSet, columns: Columns, quantity: str, *, workers: int = 1) -> pl.DataFrame:
    """比較 of a quantity a person: `before`, `after` and `change`, a row a person in the rows' own order."""
    old = evaluate(before, columns, [quantity], workers=workers)[quantity].astype(np.int64)
    new = evaluate(after, columns, [quantity], workers=workers)[quantity].astype(np.int64)
    return pl.DataFrame({"before": old, "after": new, "change": new - old})


def totals(compared: pl.DataFrame) -> pl.DataFrame:
    """合計: sums before and after, and how many people gain, lose and stay as they are (one row; yen and people)."""
    change = pl.col("change")
    return compared.select(
        pl.col("before").sum(),
        pl.col("after").sum(),
        change.sum(),
        (change < 0).sum().alias("lower"),
        (change > 0).sum().alias("higher"),
        (change == 0).sum().alias("same"),
    )


def distribution(compared: pl.DataFrame, by: NDArray[Any], edges: list[int]) -> pl.DataFrame:
    """分布: people, sums and changes for each band of `by` (income, age); a band begins at its edge."""
    band = np.searchsorted(np.array(edges), by, side="right") - 1
    lower = np.array([np.iinfo(np.int64).min, *edges])[band + 1]
    change = pl.col("change")
    return (
        compared.with_columns(pl.Series("from", lower))
        .group_by("from")
        .agg(
            pl.len().alias("people"),
            pl.col("before").sum(),
            pl.col("after").sum(),
            change.sum(),
            (change < 0).sum().alias("lower"),
            (change > 0).sum().alias("higher"),
        )
        .sort("from")
    )
