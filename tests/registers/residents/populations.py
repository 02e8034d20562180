"""増減: what the flows say and what two populations say, each for Japanese and for foreign residents."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.queries import statistics


def _access(now: datetime) -> Access:
    return Access("S0003", Purpose.STATISTICS, now)


def balance(first: date, last: date, known_at: datetime) -> tuple[int, int]:
    """増減 by the flows of the days from `first` to `last`."""
    rows = statistics.flows(_access(known_at), first=first, last=last, known_at=known_at)
    signed = [(1 if row.reason < "20" else -1, row) for row in rows]
    return sum(sign * row.japanese for sign, row in signed), sum(sign * row.foreign for sign, row in signed)


def growth(first: date, last: date, known_at: datetime) -> tuple[int, int]:
    """増減 from the population of the day before `first` to that of `last`."""
    after, before = (
        statistics.population(_access(known_at), "sex", valid_on=day, known_at=known_at)
        for day in (last, first - timedelta(days=1))
    )
    return (
        sum(row.japanese for row in after) - sum(row.japanese for row in before),
        sum(row.foreign for row in after) - sum(row.foreign for row in before),
    )
