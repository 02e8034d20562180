"""資料の版: what is in already under a key, and who each report is taken to be about; for the commands, on ids alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from yakuba.registers.access.driver import raw_cursor

_KNOWN = """
SELECT r.kind, r.fiscal_year, r.payer_number, r.report_number, r.id, r.digest, r.cancelled
FROM (SELECT DISTINCT * FROM unnest(%s::text[], %s::smallint[], %s::text[], %s::text[])
      AS a (kind, fiscal_year, payer_number, report_number)) asked
JOIN income_reports_incomereport r USING (kind, fiscal_year, payer_number, report_number)
ORDER BY r.version
"""
_LAST = """
SELECT DISTINCT ON (report_id, position) report_id, position, resident_id, basis, candidates
FROM income_reports_match WHERE report_id = ANY(%s) ORDER BY report_id, position, id DESC
"""


class Known(NamedTuple):
    """A version that is in."""

    id: int
    digest: str
    cancelled: bool


class Last(NamedTuple):
    """The match that counts: `basis` is "hand" where a clerk decided, be it that it is open."""

    resident_id: int | None
    basis: str
    candidates: list[int]


def known_versions(keys: pl.DataFrame) -> dict[tuple[Any, ...], tuple[Known, ...]]:
    """既受領の版 by key (KEY_SCHEMA), oldest first."""
    found: dict[tuple[Any, ...], tuple[Known, ...]] = {}
    with raw_cursor() as cursor:
        cursor.execute(_KNOWN, [series.to_list() for series in keys], prepare=False)
        for row in cursor.fetchall():
            found[row[:4]] = (*found.get(row[:4], ()), Known(*row[4:]))
    return found


def last_matches(report_ids: Iterable[int]) -> dict[tuple[int, int], Last]:
    """名寄せの現況 by report and position."""
    with raw_cursor() as cursor:
        cursor.execute(_LAST, [list(report_ids)], prepare=False)
        return {(report, position): Last(*rest) for report, position, *rest in cursor.fetchall()}
