"""表示: dates in 和暦, instants in Japan's clock, code values in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.utils import timezone

from yakuba.desks.counter.labels import PROCESSES, RELEASED_OUTPUTS
from yakuba.kernel.wareki import CALENDAR_STARTS_ON, era_year, fiscal_year_name, to_wareki
from yakuba.registers.decision_runs.queries import LargeChange
from yakuba.services.certificates.requests import choices

register = template.Library()


@register.filter
def wareki(day: date | None) -> str:
    """和暦: 令和8年11月23日; blank for none."""
    if day is None:
        return ""
    return to_wareki(day) if day >= CALENDAR_STARTS_ON else day.isoformat()


@register.filter
def short_wareki(day: date | None) -> str:
    """略記の和暦: R8.11.23, as it may be typed."""
    if not isinstance(day, date):
        return ""
    if day < CALENDAR_STARTS_ON:
        return day.isoformat()
    era, year = era_year(day)
    return f"{era.letter}{year}.{day.month}.{day.day}"


@register.filter
def fiscal_year(year: int) -> str:
    """年度: 令和8年度 of 2026."""
    return fiscal_year_name(year)


@register.filter
def instant(moment: datetime | None) -> str:
    """処理日時: R8.11.23 10:15, in Japan's clock."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{short_wareki(local.date())} {local:%H:%M}"


@register.filter
def looked_up(table: dict[object, object], key: object) -> object:
    """The value of a key in a table, or nothing."""
    return table.get(key, "")


@register.filter
def output_name(output: str) -> str:
    """出力の名称; the output's own name where none is known."""
    return dict(RELEASED_OUTPUTS).get(output, output)


@register.filter
def process_name(process: str) -> str:
    """抑止の処理の名称."""
    return dict(PROCESSES).get(process, process)


@register.filter
def thousands(number: object) -> str:
    """1234 as 1,234; a withheld cell as it is."""
    return f"{number:,}" if isinstance(number, int) else str(number)


@register.filter
def certificate_name(kind: str) -> str:
    """証明書の種類の名称."""
    return str(choices()["kinds"].get(kind, {}).get("label", kind))


@register.filter
def signed(number: int) -> str:
    """増減: +1,200, −3,000, 0."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{abs(number):,}"


@register.filter
def paired(values: Sequence[int], names: Sequence[str]) -> list[tuple[str, int]]:
    """Names and values side by side."""
    return list(zip(names, values, strict=True))


@register.filter
def change(one: LargeChange) -> int:
    """増減 of the annual tax."""
    return one.after - one.before


@register.filter
def change_of_pair(pair: Sequence[int]) -> int:
    """増減 of a sum before and after."""
    return pair[1] - pair[0]
