"""The period of a measure: the standard's example, and days that the year after does not have."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.registers.protections import terms


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2020, 4, 1), date(2021, 3, 31)),  # 標準仕様書 3.4
        (date(2023, 3, 1), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2025, 2, 28)),  # 民法143条2項ただし書
        (date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_measure_runs_one_year_less_one_day(starts_on: date, ends_on: date) -> None:
    assert terms.last_day(starts_on, applied_on=starts_on) == ends_on


@pytest.mark.parametrize(
    ("ends_on", "opens_on"),
    [
        (date(2021, 3, 31), date(2021, 2, 28)),
        (date(2021, 1, 15), date(2020, 12, 15)),
        (date(2024, 3, 31), date(2024, 2, 29)),
    ],
)
def test_an_extension_is_taken_from_one_month_before(ends_on: date, opens_on: date) -> None:
    assert terms.extension_opens_on(ends_on) == opens_on


@given(st.dates(date(2004, 7, 1), date(2100, 1, 1)))
def test_of_the_ends_that_are_near_the_last_is_known(today: date) -> None:
    last = terms.last_end_near(today)
    assert terms.extension_opens_on(last) <= today < terms.extension_opens_on(last + timedelta(days=1))


@given(st.dates(date(2004, 7, 1), date(2100, 1, 1)))
def test_years_follow_on_without_gap_or_overlap(starts_on: date) -> None:
    ends_on = terms.last_day(starts_on, applied_on=starts_on)
    assert 364 <= (ends_on - starts_on).days <= 365
    assert (terms.last_day(ends_on + timedelta(days=1), applied_on=ends_on) - ends_on).days >= 364
    assert starts_on < terms.extension_opens_on(ends_on) < ends_on
