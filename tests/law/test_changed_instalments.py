"""更正後の期別: the sum is the new tax, what is due gives way from the last, what is left is split as at first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.law.changed_instalments import changed_instalments

yen = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("total", "due", "left", "found"),
    [
        (194_500, [], 4, ([], [50_500, 48_000, 48_000, 48_000], 0)),  # 新潟市's example of a first split
        (100_000, [50_500, 48_000], 2, ([50_500, 48_000], [1_500, 0], 0)),
        (60_000, [50_500, 48_000], 2, ([50_500, 9_500], [0, 0], 0)),
        (0, [50_500, 48_000], 2, ([0, 0], [0, 0], 0)),
        (200_000, [50_500, 48_000], 0, ([50_500, 48_000], [], 101_500)),
        (90_000, [50_500, 48_000], 0, ([50_500, 39_500], [], 0)),
    ],
)
def test_examples(total: int, due: list[int], left: int, found: tuple[list[int], list[int], int]) -> None:
    assert changed_instalments(total, due, left, 1_000) == found


@given(yen, st.lists(yen, max_size=12), st.integers(0, 12), st.sampled_from([1, 100, 1_000]))
def test_nothing_is_lost_and_nothing_due_grows(total: int, due: list[int], left: int, unit: int) -> None:
    kept, later, rest = changed_instalments(total, due, left, unit)
    assert sum(kept) + sum(later) + rest == total
    assert all(0 <= now <= was for now, was in zip(kept, due, strict=True))
    assert all(each >= 0 for each in (*later, rest))
    assert len(later) == left
    assert all(each % unit == 0 for each in later[1:])
    assert rest == 0 or not left
    if total >= sum(due):
        assert kept == due


@pytest.mark.parametrize(
    ("total", "due", "left", "unit"), [(-1, [], 1, 1), (1, [-1], 1, 1), (1, [], -1, 1), (1, [], 1, 0)]
)
def test_impossible_amounts(total: int, due: list[int], left: int, unit: int) -> None:
    with pytest.raises(ValueError, match="or more"):
        changed_instalments(total, due, left, unit)
