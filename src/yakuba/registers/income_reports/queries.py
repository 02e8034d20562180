"""所得資料の照会: what counts for a person or for the whole town, and the work lists. No reported address leaves here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import transaction

from yakuba.kernel.findings import Finding
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor
from yakuba.registers.access.frames import Schema
from yakuba.registers.residents.queries.names import addressee_numbers

from .columns import AMOUNTS, MARKS, RELATIVE_SCHEMA
from .contradictions import contradicting
from .matching import REASONS

EFFECTIVE_SCHEMA: Schema = {
    "id": pl.Int64,
    "resident_id": pl.Int64,
    "kind": pl.String,
    "fiscal_year": pl.Int16,
    "payer_number": pl.String,
    "payer_name": pl.String,
    **dict.fromkeys(AMOUNTS, pl.Int64),
    **dict.fromkeys(MARKS, pl.Int16),
    "received_on": pl.Date,
}
EFFECTIVE_RELATIVE_SCHEMA: Schema = {"report_id": pl.Int64, **RELATIVE_SCHEMA, "relative_id": pl.Int64}
_COUNTING = """
NOT r.cancelled AND r.recorded_at <= %(known_at)s AND NOT EXISTS (
    SELECT 1 FROM income_reports_incomereport later
    WHERE (later.kind, later.fiscal_year, later.payer_number, later.report_number)
        = (r.kind, r.fiscal_year, r.payer_number, r.report_number) AND later.version > r.version
        AND later.recorded_at <= %(known_at)s
)
"""
"""SQL: the report `r` is the last version under its key as known at an instant, and no 取消."""
_LAST_MATCH = """
LATERAL (
    SELECT m.id, m.resident_id, m.basis, m.candidates, m.reason FROM income_reports_match m
    WHERE m.report_id = {report} AND m.position = {position} AND m.recorded_at <= %(known_at)s ORDER BY m.id DESC LIMIT 1
) last
"""
_OWN = _LAST_MATCH.format(report="r.id", position="0")
_REPORTS = f"""
SELECT {", ".join("last.resident_id" if name == "resident_id" else f"r.{name}" for name in EFFECTIVE_SCHEMA)}
FROM income_reports_incomereport r CROSS JOIN {_OWN}
WHERE r.fiscal_year = %(year)s AND last.resident_id IS NOT NULL AND {_COUNTING}
"""
_RELATIVES = f"""
SELECT {", ".join("last.resident_id AS relative_id" if name == "relative_id" else f"f.{name}" for name in EFFECTIVE_RELATIVE_SCHEMA)}
FROM income_reports_claimedrelative f
JOIN income_reports_incomereport r ON r.id = f.report_id
CROSS JOIN {_LAST_MATCH.format(report="f.report_id", position="f.position")}
WHERE r.fiscal_year = %(year)s AND {_COUNTING}
"""
_NAMED_TOGETHER = """
SELECT DISTINCT o.resident_id FROM income_reports_match m JOIN income_reports_incomereport r ON r.id = m.report_id
JOIN income_reports_match o ON o.report_id = m.report_id
WHERE m.resident_id = ANY(%s) AND r.fiscal_year = %s AND o.resident_id IS NOT NULL
"""
_OPEN = f"""
SELECT r.id, 0, r.kind, r.name, r.name_kana, r.birth_date, r.payer_name, last.candidates, last.reason
FROM income_reports_incomereport r CROSS JOIN {_OWN}
WHERE r.fiscal_year = %(year)s AND last.resident_id IS NULL AND r.id > %(after)s AND {_COUNTING}
ORDER BY r.id LIMIT %(limit)s
"""
_OPEN_RELATIVES = f"""
SELECT r.id, f.position, r.kind, f.name, f.name_kana, f.birth_date, r.payer_name, last.candidates, last.reason
FROM income_reports_claimedrelative f
JOIN income_reports_incomereport r ON r.id = f.report_id
CROSS JOIN {_LAST_MATCH.format(report="f.report_id", position="f.position")}
WHERE r.fiscal_year = %(year)s AND last.resident_id IS NULL AND r.id > %(after)s AND {_COUNTING}
ORDER BY r.id, f.position LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class OpenMatch:
    """名寄せ未確定 1件. `position` 0 is the person of the report, others relatives named in it; `why` in Japanese."""

    report_id: int
    position: int
    kind: str
    name: str
    name_kana: str
    birth_date: date | None
    payer_name: str
    candidates: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class TownReports:
    """町の所得資料: frames of EFFECTIVE_SCHEMA and EFFECTIVE_RELATIVE_SCHEMA; `relative_id` null where nobody is known."""

    reports: pl.DataFrame
    relatives: pl.DataFrame


def open_matches(
    access: Access, *, fiscal_year: int, relatives: bool = False, after: int = 0, limit: int = 100
) -> list[OpenMatch]:
    """名寄せの作業一覧: reports (or, with `relatives`, people named in them) about nobody known, from report `after` on.

    The address that a report gives is not among what is shown: it may be the one that a protected person hides.
    """
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(
                _OPEN_RELATIVES if relatives else _OPEN,
                {"year": fiscal_year, "after": after, "limit": limit, "known_at": access.now},
            )
            rows = cursor.fetchall()
        found = [_open_match(row) for row in rows]
        seen = sorted({candidate for one in found for candidate in one.candidates})
        access_commands.record(access, "income-reports.open-matches", seen, {"fiscal_year": fiscal_year})
    return found


def _open_match(row: Sequence[Any]) -> OpenMatch:
    report_id, position, kind, name, name_kana, birth_date, payer_name, candidates, why = row
    said = REASONS.get(why, why)
    return OpenMatch(report_id, position, kind, name, name_kana, birth_date, payer_name, tuple(candidates), said)


def reports_of(access: Access, resident_id: int, *, fiscal_year: int) -> TownReports:
    """ある人の所得資料 that count for a 年度: frames as of the whole town, with this person's rows alone."""
    return _read(access, fiscal_year, "income-reports.of", [resident_id], access.now)


def family_reports(
    access: Access, resident_id: int, *, fiscal_year: int, known_at: datetime
) -> tuple[list[int], TownReports]:
    """ある人と、資料でつながる人の所得資料: whoever a report names together with them, and so on, until nobody is new.

    What is worked out for the person from these is what the whole town would give. Returns the residents and frames as
    of the whole town, as known at an instant.
    """
    family, new = {resident_id}, {resident_id}
    with raw_cursor() as cursor:
        while new:
            cursor.execute(_NAMED_TOGETHER, [sorted(new), fiscal_year])
            new = {each for (each,) in cursor.fetchall()} - family
            family |= new
    return sorted(family), _read(access, fiscal_year, "income-reports.of", sorted(family), known_at)


def town_reports(access: Access, *, fiscal_year: int, known_at: datetime) -> TownReports:
    """町全体の所得資料 that count for a 年度 and are about somebody known, as known at an instant; one access record."""
    return _read(access, fiscal_year, "income-reports.town", None, known_at)


def _read(access: Access, fiscal_year: int, action: str, only: list[int] | None, known_at: datetime) -> TownReports:
    own, theirs = _REPORTS, _RELATIVES
    asked: dict[str, Any] = {"year": fiscal_year, "known_at": known_at}
    if only is not None:
        own += " AND r.id IN (SELECT report_id FROM income_reports_match WHERE resident_id = ANY(%(people)s) AND position = 0)"
        own += " AND last.resident_id = ANY(%(people)s)"
        asked["people"] = only
    with transaction.atomic():
        with raw_cursor() as cursor:
            reports = copy_out(cursor, own, EFFECTIVE_SCHEMA, asked)
            if only is not None:
                theirs, asked = f"{theirs} AND r.id = ANY(%(reports)s)", {**asked, "reports": reports["id"].to_list()}
            relatives = copy_out(cursor, theirs, EFFECTIVE_RELATIVE_SCHEMA, asked)
        access_commands.record(access, action, only or [], {"fiscal_year": fiscal_year, "rows": reports.height})
    known = relatives.join(reports.select(report_id="id"), on="report_id", how="semi")
    return TownReports(reports.sort("resident_id", "id"), known.sort("report_id", "position"))


def contradictions(access: Access, *, fiscal_year: int) -> list[Finding]:
    """食い違いの作業一覧: findings on reports of one person, or of two, that cannot both be right. No address in them."""
    town = town_reports(access, fiscal_year=fiscal_year, known_at=access.now)
    found = contradicting(town.reports, town.relatives)
    numbers = addressee_numbers(each for each, _ in found)
    return [finding(numbers[each]) for each, finding in found]
