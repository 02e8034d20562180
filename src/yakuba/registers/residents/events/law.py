"""届出期間: the periods of the law that the events ask for."""

from __future__ import annotations

from datetime import date

from yakuba.law.statutes import DatedValue, statutes


def period(identifier: str, day: date | None) -> DatedValue | None:
    """届出期間などの日数とその根拠 for an event of that day; None where the law sets none (yet)."""
    if not identifier or day is None:
        return None
    try:
        return statutes()[f"resident_register.{identifier}"].at(day)
    except LookupError:
        return None


def days(identifier: str, day: date | None) -> int | None:
    """The days of a period; None where the law sets none."""
    found = period(identifier, day)
    return found.whole() if found else None
