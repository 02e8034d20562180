"""支援措置: who of the made-up town asked for protection, as plain values for the register's commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl

from yakuba.registers.residents.frames import TownPart

from .parts import UNTIL, part, part_sizes
from .tables import words

SHARE = 0.001
CATEGORIES, CATEGORY_SHARES = ("1", "2", "3", "4"), (0.62, 0.2, 0.1, 0.08)
PROVISIONAL, ABOUT_TO_END, OVERDUE = 0.12, 0.15, 0.04
RESIDENT, CHILD = 1, "20"


def protections(residents: int, seed: int, until: date = UNTIL) -> Iterator[dict[str, Any]]:
    """支援措置 of the whole town, part by part; see `protections_in`. Makes each part again."""
    for index in range(len(part_sizes(residents))):
        yield from protections_in(part(index, residents, seed, until), index, seed, until)


def protections_in(made: TownPart, index: int, seed: int, until: date = UNTIL) -> list[dict[str, Any]]:
    """支援措置 of about one in a thousand residents of a part.

    Each has: entry_key, resident_code (of the applicant), category (code of 支援措置), received_on, starts_on (None while
    provisional), together: (resident_code, 申出者との関係) of the children in the household who are to be protected too.
    """
    rng = np.random.default_rng([seed, index, 3_4])
    living = _living(made, until)
    grown = living.filter(pl.col("birth_date") < until - timedelta(days=7_000))
    expected = living.height * SHARE
    count = min(grown.height, int(expected + rng.random()))
    weights = np.where(grown["sex"].to_numpy() == 2, 4.0, 1.0)
    chosen = (
        rng.choice(grown.height, count, replace=False, p=weights / weights.sum()) if count else np.empty(0, dtype=int)
    )
    result = []
    for applicant in grown[np.sort(chosen)].iter_rows(named=True):
        received, starts = _dates(rng, until)
        children = living.filter(
            pl.col("household_id") == applicant["household_id"],
            pl.col("relationship") == CHILD,
            pl.col("birth_date") > until - timedelta(days=6_570),
            pl.col("resident_id") != applicant["resident_id"],
        )
        result.append(
            {
                "entry_key": UUID(bytes=rng.bytes(16), version=4),
                "resident_code": applicant["resident_code"],
                "category": str(rng.choice(CATEGORIES, p=CATEGORY_SHARES)),
                "received_on": received,
                "starts_on": starts,
                "together": [(code, words()["child_of_applicant"]) for code in children["resident_code"]],
            }
        )
    return result


def _dates(rng: np.random.Generator, until: date) -> tuple[date, date | None]:
    """申出の受付日 and 開始日: running, about to end, past the end, or not yet decided."""
    kind = rng.random()
    if kind < PROVISIONAL:
        return until - timedelta(days=int(rng.integers(0, 15))), None
    if kind < PROVISIONAL + ABOUT_TO_END:
        days = int(rng.integers(338, 364))
    elif kind < PROVISIONAL + ABOUT_TO_END + OVERDUE:
        days = int(rng.integers(366, 400))
    else:
        days = int(rng.integers(5, 335))
    starts = until - timedelta(days=days)
    return starts - timedelta(days=int(rng.integers(0, 12))), starts


def _living(made: TownPart, until: date) -> pl.DataFrame:
    """Residents on the day: the last value of each item by day, then by history number, of entries that count."""
    entries = made.entries.join(made.events.select("occurred_on", event_id="id"), on="event_id")
    voided = entries.filter(pl.col("voids_event_id").is_not_null()).select("resident_id", event_id="voids_event_id")
    active = entries.join(voided, on=["resident_id", "event_id"], how="anti").filter(pl.col("occurred_on") <= until)
    items = ("resident_status", "household_id", "relationship", "birth_date", "sex", "resident_code")
    last = (
        active.sort("resident_id", "occurred_on", "history_number")
        .group_by("resident_id", maintain_order=True)
        .agg(pl.col(name).drop_nulls().last() for name in items)
    )
    return last.filter(pl.col("resident_status") == RESIDENT)
