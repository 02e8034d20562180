"""届出期間: the periods of the law that the events ask for."""

from __future__ import annotations

from datetime import date

from yakuba.law.statutes import statutes


def notice_days(identifier: str, occurred_on: date | None) -> int | None:
    """届出期間の日数 (住民基本台帳法22–25条, 30条の46–48) for an event of that day; None where the law sets none."""
    if not identifier or occurred_on is None:
        return None
    try:
        return statutes()[f"resident_register.{identifier}"].number(occurred_on)
    except LookupError:
        return None
