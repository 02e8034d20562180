"""支援措置の期間: how long a measure runs, and from when it may be extended. The law's numbers come from
`statutes/national/resident_register.yaml`, the town's own choices from the settings."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.conf import settings

from yakuba.law.statutes import statutes


def last_day(starts_on: date, *, applied_on: date) -> date:
    """支援措置の終了日: start + 1 year − 1 day; without a corresponding day, the last day of that month (民法143条2項).

    How many years, the law in force on 申出日 `applied_on` says (住民基本台帳事務処理要領 第5-10; specification 3.4).
    """
    year = starts_on.year + statutes()["resident_register.protection_period"].number(applied_on)
    month_length = calendar.monthrange(year, starts_on.month)[1]
    if starts_on.day > month_length:
        return date(year, starts_on.month, month_length)
    return starts_on.replace(year=year) - timedelta(days=1)


def extension_opens_on(ends_on: date) -> date:
    """延長の申出を受け付ける最初の日: the same day of the month before, or that month's last day where there is none."""
    months_before = statutes()["resident_register.protection_extension_acceptance"].number(ends_on)
    year, month = divmod(ends_on.year * 12 + ends_on.month - 1 - months_before, 12)
    return date(year, month + 1, min(ends_on.day, calendar.monthrange(year, month + 1)[1]))


def last_end_near(today: date) -> date:
    """The latest 終了日 of which the extension may be applied for today: what ends by then is told of."""
    ends_on = today
    while extension_opens_on(ends_on + timedelta(days=1)) <= today:
        ends_on += timedelta(days=1)
    return ends_on


def release_lifetime() -> timedelta:
    """交付の許可の有効時間: how long an approved release may be used (the town's choice; no source names a length)."""
    return timedelta(minutes=settings.PROTECTION_RELEASE_MINUTES)


def suspension_lifetime() -> timedelta:
    """一時解除の時間: after it a suspended restriction is back by itself (national specification 3.1: configurable)."""
    return timedelta(minutes=settings.RESTRICTION_SUSPENSION_MINUTES)


def answer_due_on(received_on: date) -> date:
    """回答期限: until when a notice from another municipality is to be answered (the town's choice)."""
    return received_on + timedelta(days=notice_days())


def notice_days() -> int:
    """回答までの日数, of a notice and of a 転送."""
    return int(settings.PROTECTION_NOTICE_DAYS)
