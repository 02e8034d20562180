"""和暦: eras as data, dates written in them, and what a clerk may type for a date (1.1.8, 1.1.9, 1.3.6).

The Gregorian calendar is law in Japan from 明治6年1月1日 (1873-01-01); earlier days are not handled.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
CALENDAR_STARTS_ON = date(1873, 1, 1)
MONTHS = range(1, 13)
DAYS = range(1, 32)
DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class Era:
    """元号: first_day is its first day; shares_first_day when that day may be written in the era before as well."""

    slug: str
    letter: str
    name: str
    first_day: date
    shares_first_day: bool


@cache
def eras() -> tuple[Era, ...]:
    """The known eras, oldest first, from data/eras.csv."""
    with (DATA / "eras.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Era(
                row["slug"], row["letter"], row["name"], date.fromisoformat(row["first_day"]), row["shares_first_day"] != ""
            )
            for row in csv.DictReader(lines)
        )  # fmt: skip


def era_of(day: date, *, among: Sequence[Era] | None = None) -> Era:
    """The era of a day. Raises ValueError before 1873-01-01."""
    if day < CALENDAR_STARTS_ON:
        raise ValueError(f"{day} is before the Gregorian calendar was law")
    return next(era for era in reversed(among or eras()) if era.first_day <= day)


def era_year(day: date, *, among: Sequence[Era] | None = None) -> tuple[Era, int]:
    """The era and the year in it: 2019-05-01 is (令和, 1)."""
    era = era_of(day, among=among)
    return era, day.year - era.first_day.year + 1


def fiscal_year_name(year: int) -> str:
    """年度: 令和6年度 of 2024, in the era of its first day; the first is 元年度 of that era."""
    return f"{calendar_year_name(year)}度"


def calendar_year_name(year: int) -> str:
    """年: 令和6年 of 2024, in the era of its 1 April, as papers on a 年度 name the year of the income."""
    era, number = era_year(date(year, 4, 1))
    return f"{era.name}{'元' if number == 1 else number}年"


def to_wareki(day: date, *, among: Sequence[Era] | None = None) -> str:
    """和暦: 2026-11-23 is 令和8年11月23日; the first year is 元年. Raises ValueError before 1873-01-01."""
    era, year = era_year(day, among=among)
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def to_western(day: date) -> str:
    """西暦: 2026-11-23 is 2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


@cache
def _era_names(among: tuple[Era, ...]) -> str:
    return "|".join(era.name for era in among)


@cache
def _plain_patterns(among: tuple[Era, ...]) -> tuple[re.Pattern[str], ...]:
    """The ways to write one whole day: 令和8年11月23日, R8.11.23, R081123, 2026-11-23, 20261123, 2026年11月23日."""
    names, letters = _era_names(among), "".join(era.letter for era in among)
    return (
        re.compile(rf"(?P<era>{names})(?P<year>元|\d{{1,2}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日"),
        re.compile(rf"(?P<era>[{letters}])(?P<year>元|\d{{1,2}})[./-](?P<month>\d{{1,2}})[./-](?P<day>\d{{1,2}})"),
        re.compile(rf"(?P<era>[{letters}])(?P<year>\d{{2}})(?P<month>\d{{2}})(?P<day>\d{{2}})"),
        re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
        re.compile(r"(?P<year>\d{4})[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})"),
        re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    )


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A whole day as written; era is None when the year is western. The day need not exist in the calendar."""

    era: Era | None
    year: int
    month: int
    day: int

    @property
    def western_year(self) -> int:
        """The Gregorian year."""
        return self.year if self.era is None else self.era.first_day.year + self.year - 1

    @property
    def is_plausible(self) -> bool:
        """True for months 1 to 12 and days 1 to 31: what may stand on paper even where the calendar has no such day."""
        return MINYEAR <= min(self.year, self.western_year) <= MAXYEAR and self.month in MONTHS and self.day in DAYS

    def in_calendar(self) -> date | None:
        """The day, or None when the calendar has no such day."""
        try:
            return date(self.western_year, self.month, self.day)
        except ValueError:
            return None

    def substitute(self) -> date:
        """The last existing day of the month not after the written one: 平成31年2月29日 is kept as 2019-02-28."""
        first = date(self.western_year, self.month, 1)
        return max(day for day in (first + timedelta(days=n) for n in range(self.day)) if day.month == self.month)

    def fits_era(self, among: Sequence[Era]) -> bool:
        """True when the day lies in the era it is written in, or on a first day that the next era shares with it."""
        if self.era is None:
            return True
        day = self.in_calendar() or self.substitute()
        following = next((era for era in among if era.first_day > self.era.first_day), None)
        if day < self.era.first_day:
            return False
        if following is None or day < following.first_day:
            return True
        return day == following.first_day and following.shares_first_day

    def wareki(self, among: Sequence[Era]) -> str:
        """和暦 of the day as written; a western year is turned by the era at the substitute day."""
        era, year = (
            (self.era, self.year) if self.era else era_year(self.in_calendar() or self.substitute(), among=among)
        )
        return f"{era.name}{'元' if year == 1 else year}年{self.month}月{self.day}日"

    def western(self) -> str:
        """西暦 of the day as written."""
        return f"{self.western_year}年{self.month}月{self.day}日"


def plain_text(text: str) -> str:
    """Half-width digits, upper-case letters, half-width separators, no spaces: how dates are compared."""
    return re.sub(r"\s", "", text.translate(DIGITS)).upper().translate(_FULL_WIDTH)


_FULL_WIDTH = str.maketrans("ＭＴＳＨＲ．／－−‐―・", "MTSHR./-----")


def read_day(text: str, *, among: Sequence[Era] | None = None) -> WrittenDay | None:
    """The whole day that a text writes, or None when it is no whole day. Months and days are only checked to be 1-12, 1-31."""
    table = tuple(among or eras())
    plain = plain_text(text)
    for pattern in _plain_patterns(table):
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        named = match.groupdict()
        era = next((era for era in table if named.get("era") in (era.name, era.letter)), None)
        year = 1 if named["year"] == "元" else int(named["year"])
        written = WrittenDay(era, year, int(named["month"]), int(named["day"]))
        return written if written.is_plausible else None
    return None
