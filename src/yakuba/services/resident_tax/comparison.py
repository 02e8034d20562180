"""前年度との比較: what the calculation comes to, and against last year; counts, sums and the largest changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from .calculation import PARTS, Calculation
from .snapshot import Snapshot

BANDS = (-100_000, -50_000, -10_000, 0, 10_000, 50_000, 100_000)
"""Upper bounds of the bands in which changes of the annual tax are counted, yen; the last band has none."""
LARGEST = 200
"""How many of the largest changes are kept for the officer to look at."""


def summary_of(calculation: Calculation, snapshot: Snapshot) -> dict[str, Any]:
    """計算結果の要約, for JSON: people, sums in yen, findings by rule, bands of change, and the largest changes as
    [resident id, before, after]."""
    outcome = calculation.outcome
    annual = outcome["annual_tax"]
    both = _both_years(calculation, snapshot)
    findings = Counter(one.rule for one in calculation.findings)
    return {
        "people": calculation.people.height,
        "undeclared": calculation.undeclared,
        "taxpayers": int((annual > 0).sum()),
        "per_capita_only": int(((annual > 0) & (outcome["municipal_income_levy"] == 0)).sum()),
        "annual_tax": int(annual.sum()),
        **{name: int(outcome[name].sum()) for name in ("municipal_income_levy", "prefectural_income_levy", *PARTS)},
        "forest_environment_tax": int(outcome["forest_environment_tax"].sum()),
        "instalments": calculation.instalments.height,
        "instalment_sum": int(calculation.instalments["amount"].sum()),
        "findings": dict(sorted(findings.items())),
        "last_year": _against_last_year(both),
        "large_changes": _largest(both),
    }


def _both_years(calculation: Calculation, snapshot: Snapshot) -> pl.DataFrame:
    now = pl.DataFrame(
        {"resident_id": calculation.people["resident_id"], "after": calculation.outcome["annual_tax"]},
        schema={"resident_id": pl.Int64, "after": pl.Int64},
    )
    before = snapshot.last_year.select("resident_id", before="last_annual_tax")
    joined = now.join(before, on="resident_id", how="left", maintain_order="left")
    return joined.with_columns(change=pl.col("after") - pl.col("before"))


def _against_last_year(both: pl.DataFrame) -> dict[str, Any]:
    """Of those who were decided last year too."""
    known = both.filter(pl.col("before").is_not_null())
    changes = known["change"].to_numpy()
    places = np.searchsorted(np.array(BANDS), changes, side="right")
    return {
        "people": known.height,
        "before": int(known["before"].sum()),
        "after": int(known["after"].sum()),
        "newly_taxed": int(((known["before"] == 0) & (known["after"] > 0)).sum()),
        "no_longer_taxed": int(((known["before"] > 0) & (known["after"] == 0)).sum()),
        "unchanged": int((changes == 0).sum()),
        "bands": np.bincount(places[changes != 0], minlength=len(BANDS) + 1).tolist(),
    }


def _largest(both: pl.DataFrame) -> list[list[int]]:
    changed = both.filter(pl.col("change").fill_null(0) != 0)
    order = changed.sort(pl.col("change").abs(), "resident_id", descending=[True, False]).head(LARGEST)
    return [list(row) for row in order.select("resident_id", "before", "after").iter_rows()]
