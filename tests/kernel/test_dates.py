from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.dates import RegisterDate, parse_date, read_unknown
from yakuba.kernel.findings import Finding
from yakuba.kernel.wareki import Era, eras, to_wareki

with (Path(__file__).parent / "cases_dates.csv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines))
DAYS = st.dates(date(1873, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_dates_as_written(case: dict[str, str]) -> None:
    expected = RegisterDate(date.fromisoformat(case["value"]), case["note"])
    assert parse_date(case["text"], may_be_unknown=True) == expected, case["source"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("平成31年2月29日", "date-not-in-calendar"),
        ("2019-02-29", "date-not-in-calendar"),
        ("令和7年頃", "date-unknown-not-allowed"),
        ("平成31年5月1日", "date-outside-era"),
        ("昭和64年1月8日", "date-outside-era"),
        ("令和元年4月30日", "date-outside-era"),
        ("明治5年12月1日", "date-before-calendar"),
        ("1850-01-01", "date-before-calendar"),
        ("2026-13-01", "date-form"),
        ("2026-00-10", "date-form"),
        ("R8.11", "date-form"),
        ("きのう", "date-form"),
        ("", "date-form"),
        ("0000-00-00", "date-form"),
    ],
)
def test_what_is_refused_and_why(text: str, rule: str) -> None:
    finding = parse_date(text, item="birth_date", where="3行目")
    assert isinstance(finding, Finding)
    assert (finding.rule, finding.item, finding.where, finding.value) == (rule, "birth_date", "3行目", text)
    assert finding.remedy


def test_a_shared_first_day_prints_as_entered() -> None:
    entered = parse_date("明治45年7月30日")
    assert isinstance(entered, RegisterDate)
    assert entered.display_wareki() == "明治45年7月30日"
    assert not entered.is_unknown
    assert RegisterDate(date(1912, 7, 30)).display_wareki() == "大正元年7月30日"


def test_both_calendars_of_a_day_the_calendar_lacks() -> None:
    kept = RegisterDate(date(2019, 2, 28), "平成31年2月29日")
    assert not kept.is_unknown
    assert kept.display_western() == "2019年2月29日"
    assert RegisterDate(date(2019, 2, 28), "2019年2月29日").display_wareki() == "平成31年2月29日"


def test_unknown_wordings_print_as_they_are() -> None:
    about = RegisterDate(date(1939, 1, 1), "昭和14年頃")
    assert about.is_unknown
    assert about.display_wareki() == about.display_western() == "昭和14年頃"
    assert read_unknown("昭和14年") is None


def test_a_new_era_is_data() -> None:
    table = (*eras(), Era("next", "X", "新元", date(2030, 4, 1), False))
    assert parse_date("X1.4.1", among=table) == RegisterDate(date(2030, 4, 1))
    assert to_wareki(date(2030, 4, 1), among=table) == "新元元年4月1日"
    assert isinstance(parse_date("令和12年4月1日", among=table), Finding)


@given(DAYS)
def test_every_day_reads_back(day: date) -> None:
    written = RegisterDate(day)
    assert parse_date(written.display_wareki()) == written
    assert parse_date(written.display_western()) == written
    assert parse_date(day.isoformat()) == written


@given(DAYS, DAYS)
def test_order_of_eras_is_order_of_days(one: date, other: date) -> None:
    assert (RegisterDate(one) < RegisterDate(other)) == (one < other)


@given(st.text(max_size=20))
def test_any_text_gives_a_date_or_a_finding(text: str) -> None:
    assert isinstance(parse_date(text, may_be_unknown=True), RegisterDate | Finding)
