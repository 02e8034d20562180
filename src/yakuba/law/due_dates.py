"""納期: the days by which the instalments of resident tax are paid, as a municipality's law says. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import holidays

from yakuba.law.statutes import Statutes, statutes

ORDINARY, SALARY, PENSION = "ordinary", "salary", "pension"
_FILE = "tax_calendar"
_APRIL = 4
_YEAR_END, _YEAR_START = (12, 29), (1, 3)


@cache
def resident_tax_due_dates(fiscal_year: int, municipality: str | None = None) -> Mapping[tuple[str, int], date]:
    """納期限 of each instalment of a 年度, by way of collection ("ordinary", "salary", "pension") and number from 1.

    普通徴収 ends with its month (地方税法320条); what is withheld is paid in by a day of the month after the payment
    (321条の5, 321条の7の6). Raises LookupError for a 年度 that the statutes do not know.
    """
    law = statutes(municipality)
    count = law["resident_tax_levy.ordinary_instalment_count"].number(date(fiscal_year, _APRIL, 1))
    ordinary = [
        _last_day(fiscal_year, _number(law, f"ordinary_due_month_{at}", fiscal_year)) for at in range(1, count + 1)
    ]
    first, day = _number(law, "salary_first_month", fiscal_year), _number(law, "salary_payment_day", fiscal_year)
    salary = [_day_after(fiscal_year, first + at, day) for at in range(12)]
    first, day = _number(law, "pension_first_month", fiscal_year), _number(law, "pension_payment_day", fiscal_year)
    step = _number(law, "pension_month_step", fiscal_year)
    pension = [_day_after(fiscal_year, first + at, day) for at in range(0, 12, step)]
    ways = {ORDINARY: ordinary, SALARY: salary, PENSION: pension}
    return MappingProxyType(
        {(way, at): next_open_day(day) for way, days in ways.items() for at, day in enumerate(days, 1)}
    )


def next_open_day(day: date) -> date:
    """期限の特例 (地方税法20条の5第2項): the day, or the next that is no Saturday, Sunday, holiday or turn of the year."""
    while day.weekday() >= calendar.SATURDAY or day in _national(day.year) or _turn_of_the_year(day):
        day += timedelta(days=1)
    return day


def end_of_month(day: date) -> date:
    """月末 of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _turn_of_the_year(day: date) -> bool:
    return (day.month, day.day) >= _YEAR_END or (day.month, day.day) <= _YEAR_START


@cache
def _national(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("JP", years=year))


def _number(law: Statutes, name: str, fiscal_year: int) -> int:
    return law[f"{_FILE}.{name}"].number(date(fiscal_year, _APRIL, 1))


def _last_day(fiscal_year: int, month: int) -> date:
    year = fiscal_year if month >= _APRIL else fiscal_year + 1
    return end_of_month(date(year, month, 1))


def _day_after(fiscal_year: int, month: int, day: int) -> date:
    """The day of the month after `month`, which counts on past December."""
    return date(fiscal_year + month // 12, month % 12 + 1, day)
