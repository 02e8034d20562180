from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.periods import Period

DAYS = st.dates(date(2000, 1, 1), date(2000, 3, 1))
PERIODS = st.builds(
    lambda start, length: Period(start, None if length is None else date.fromordinal(start.toordinal() + length)),
    DAYS,
    st.none() | st.integers(1, 30),
)


def test_through_counts_the_last_day() -> None:
    support = Period.through(date(2020, 4, 1), last=date(2021, 3, 31))
    assert support == Period(date(2020, 4, 1), date(2021, 4, 1))
    assert support.last == date(2021, 3, 31)
    assert support.contains(date(2021, 3, 31))
    assert not support.contains(date(2021, 4, 1))


def test_a_backward_period_is_a_bug() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2020, 4, 1), date(2020, 4, 1))


@given(PERIODS, PERIODS, DAYS)
def test_overlap_is_a_shared_day(one: Period, other: Period, day: date) -> None:
    shared = one.intersection(other)
    assert one.overlaps(other) == other.overlaps(one) == (shared is not None)
    assert (one.contains(day) and other.contains(day)) == (shared is not None and shared.contains(day))
