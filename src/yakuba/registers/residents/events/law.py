"""届出期間: the periods of the law that the events ask for."""

from __future__ import annotations

from functools import cache

NOTICE_DAYS = {"move_in_notice_days": 14, "move_within_notice_days": 14, "household_notice_days": 14}


@cache
def notice_days(identifier: str) -> int | None:
    """届出期間の日数 (住民基本台帳法22–25条); None where the law sets none."""
    return NOTICE_DAYS.get(identifier)
