"""Dates of the register: a day of the calendar, with the wording beside it when the day is unknown or does not exist."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from yakuba.kernel.findings import Finding, error
from yakuba.kernel.wareki import (
    CALENDAR_STARTS_ON,
    DATA,
    Era,
    WrittenDay,
    eras,
    plain_text,
    read_day,
    to_wareki,
    to_western,
)

WHOLLY_UNKNOWN_YEAR = 1900
_THIRDS = {"上": 1, "中": 11, "下": 21}
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
_ESTIMATED = "推定"


@dataclass(frozen=True, slots=True, order=True)
class RegisterDate:
    """年月日: value is the day to reckon with, note the wording that is printed in its place, "" for a plain day.

    note holds an unknown date (昭和14年頃), a day the calendar lacks (平成31年2月29日), or a day entered in an era that had
    just ended (明治45年7月30日). On the wire 不詳フラグ is 1 and 不詳表記 the note whenever a note is kept.
    """

    value: date
    note: str = ""

    @property
    def is_unknown(self) -> bool:
        """不詳: True when the wording is no whole day, so that value only stands for a span or a guess."""
        return self.note != "" and read_day(self.note) is None

    def display_wareki(self, *, among: Sequence[Era] | None = None) -> str:
        """和暦 as printed on certificates: the wording where there is one."""
        written = read_day(self.note, among=among) if self.note else None
        if written is not None:
            return written.wareki(among or eras())
        return self.note or to_wareki(self.value, among=among)

    def display_western(self) -> str:
        """西暦 as printed for foreign residents' birth dates: the wording where there is one."""
        written = read_day(self.note) if self.note else None
        if written is not None:
            return written.western()
        return self.note or to_western(self.value)


@dataclass(frozen=True, slots=True)
class UnknownWording:
    """One kind of unknown date: its pattern and the month and day that are stored when the wording gives none."""

    slug: str
    example: str
    pattern: re.Pattern[str]
    month: int
    day: int


@cache
def unknown_wordings() -> tuple[UnknownWording, ...]:
    """不詳表記 of 1.3.6 with the stored day of each, from data/unknown_dates.csv (the stored day is an assumption)."""
    names = "|".join(era.name for era in eras())
    parts = {
        "y": rf"(?:(?P<era>{names})(?P<year>元|\d{{1,2}})|(?P<western>\d{{4}}))年",
        "m": r"(?P<month>\d{1,2})月",
        "d": r"(?P<day>\d{1,2})日",
        "y2": rf"(?:(?:{names})(?:元|\d{{1,2}})|\d{{4}})年",
        "m2": r"\d{1,2}月",
        "d2": r"\d{1,2}日",
    }
    with (DATA / "unknown_dates.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            UnknownWording(
                row["slug"],
                row["example"],
                re.compile(re.sub(r"\{(\w+)\}", lambda match: parts[match[1]], row["pattern"])),
                int(row["month"] or 1),
                int(row["day"] or 1),
            )
            for row in csv.DictReader(lines)
        )


def _estimated_day(text: str, among: Sequence[Era]) -> RegisterDate | None:
    """推定令和○年○月○日 and 推定令和○年○月, the two wordings that are otherwise a plain day or month."""
    plain = plain_text(text)
    if not plain.startswith(_ESTIMATED):
        return None
    rest = plain.removeprefix(_ESTIMATED)
    for candidate in (rest, f"{rest}1日"):
        written = read_day(candidate, among=among)
        if written is not None and "年" in rest and written.fits_era(among):
            return RegisterDate(written.in_calendar() or written.substitute(), text.strip())
    return None


def read_unknown(text: str, *, among: Sequence[Era] | None = None) -> RegisterDate | None:
    """The date that an unknown wording (不詳表記) stands for, note = the wording, or None when it is no such wording."""
    table = tuple(among or eras())
    plain = plain_text(text)
    estimated = _estimated_day(text, table)
    if estimated is not None:
        return estimated
    wording_text = plain.removeprefix(_ESTIMATED)
    for wording in unknown_wordings():
        match = wording.pattern.fullmatch(wording_text)
        if match is None:
            continue
        named = match.groupdict()
        month = int(named.get("month") or _SEASONS.get(named.get("season") or "", wording.month))
        day = int(named.get("day") or _THIRDS.get(named.get("third") or "", wording.day))
        era = next((era for era in table if era.name == named.get("era")), None)
        year_text = named.get("year") or named.get("western") or str(WHOLLY_UNKNOWN_YEAR)
        year = 1 if year_text == "元" else int(year_text)
        written = WrittenDay(era, year, month, day)
        return RegisterDate(_inside_era(written), text.strip()) if written.is_plausible else None
    return None


def _inside_era(written: WrittenDay) -> date:
    """The substitute day, moved to the era's first day where the span begins before it (昭和元年頃 is 1926-12-25)."""
    day = written.in_calendar() or written.substitute()
    if written.era is not None and day < written.era.first_day:
        return max(written.era.first_day, CALENDAR_STARTS_ON)
    return day


def _iso_day(text: str) -> date | None:
    """The form that files carry, read without the patterns: a town's load reads tens of millions of them."""
    if len(text) != len("2026-11-23") or text[4] != "-" or text[7] != "-":
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= CALENDAR_STARTS_ON else None


def parse_date(
    text: str,
    *,
    may_be_unknown: bool = False,
    among: Sequence[Era] | None = None,
    item: str = "",
    where: str = "",
) -> RegisterDate | Finding:
    """A date as a clerk types it or a file carries it.

    Read are R8.11.23, R081123, 令和8年11月23日, 令和元年…, 2026-11-23, 20261123, 2026/11/23 in half or full width. With
    may_be_unknown (the items named in 1.1.8) also the unknown wordings and days that the calendar lacks.
    """
    day = _iso_day(text)
    if day is not None:
        return RegisterDate(day)
    table = tuple(among or eras())
    written = read_day(text, among=table)
    if written is None:
        unknown = read_unknown(text, among=table)
        if unknown is None:
            return error(
                "date-form", f"「{text}」は日付として読めません。", "例: R8.11.23、令和8年11月23日、2026-11-23 の形で入力してください。",
                item=item, where=where, value=text,
            )  # fmt: skip
        if may_be_unknown:
            return unknown
        return error(
            "date-unknown-not-allowed", f"この項目に不詳日「{text}」は入力できません。", "暦にある日付を入力してください。",
            item=item, where=where, value=text,
        )  # fmt: skip
    fault = _fault_of_day(written, table, may_be_unknown=may_be_unknown)
    if fault is not None:
        rule, message, remedy = fault
        return error(rule, f"「{text}」は{message}", remedy, item=item, where=where, value=text)
    return _as_entered(written, table)


def _fault_of_day(written: WrittenDay, among: Sequence[Era], *, may_be_unknown: bool) -> tuple[str, str, str] | None:
    """Rule, message and remedy of what is wrong with a whole day, or None."""
    day = written.in_calendar()
    value = day or written.substitute()
    if value < CALENDAR_STARTS_ON:
        return "date-before-calendar", "明治6年1月1日（太陽暦の施行）より前の日付です。", "日付を確認してください。"
    if not written.fits_era(among):
        return "date-outside-era", "その元号の期間にありません。", f"{to_wareki(value, among=among)}ではありませんか。"
    if day is None and not may_be_unknown:
        return "date-not-in-calendar", "存在しない日付です。", "届書で確認し、正しい日付を入力してください。"
    return None


def _as_entered(written: WrittenDay, among: Sequence[Era]) -> RegisterDate:
    """The day, with a note only where the day alone would not print as it was entered."""
    day = written.in_calendar()
    if day is None:
        note = written.western() if written.era is None else written.wareki(among)
        return RegisterDate(written.substitute(), note)
    entered = written.wareki(among)
    return RegisterDate(day, "" if entered == to_wareki(day, among=among) else entered)
