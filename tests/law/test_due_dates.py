"""納期: of a 年度, moved past Saturdays, Sundays, holidays and the turn of the year."""

from __future__ import annotations

from datetime import date

import pytest

from yakuba.law.due_dates import next_open_day, resident_tax_due_dates


@pytest.mark.parametrize(
    ("fiscal_year", "days"),
    [
        (2024, ["2024-07-01", "2024-09-02", "2024-10-31", "2025-01-31"]),
        (2025, ["2025-06-30", "2025-09-01", "2025-10-31", "2026-02-02"]),
        # 朝日町 publishes 11/2 and 2/1 for a month that ends on a Saturday or Sunday (令和8年度).
        (2026, ["2026-06-30", "2026-08-31", "2026-11-02", "2027-02-01"]),
    ],
)
def test_ordinary_collection_ends_with_its_month_or_the_next_open_day(fiscal_year: int, days: list[str]) -> None:
    found = resident_tax_due_dates(fiscal_year)
    assert [found["ordinary", at].isoformat() for at in range(1, 5)] == days


def test_withheld_tax_is_paid_in_by_the_tenth_of_the_next_month() -> None:
    found = resident_tax_due_dates(2026)
    assert [found["salary", at].isoformat() for at in (1, 2, 6, 7, 8, 12)] == [
        "2026-07-10", "2026-08-10", "2026-12-10", "2027-01-12", "2027-02-10", "2027-06-10",
    ]  # fmt: skip
    assert [found["pension", at].isoformat() for at in range(1, 7)] == [
        "2026-05-11", "2026-07-10", "2026-09-10", "2026-11-10", "2027-01-12", "2027-03-10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        ("2026-12-29", "2027-01-04"), ("2026-05-03", "2026-05-07"), ("2026-11-23", "2026-11-24"), ("2026-11-24", "2026-11-24"),
        ("2027-01-02", "2027-01-04"),
    ],
)  # fmt: skip
def test_closed_days_move_on(day: str, opens: str) -> None:
    assert next_open_day(date.fromisoformat(day)).isoformat() == opens
