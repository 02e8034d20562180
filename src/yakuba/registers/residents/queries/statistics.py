"""統計 (national specification 6.1): population on any day and flows by month, counted in the database.

Counts only: no row names a person. Where a count is by district, people under protection are counted without one, and
small cells are for the page to withhold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections.queries import lock_condition

from ..sql import raw_cursor

Dimension = Literal["age", "sex", "nationality", "district"]
WITHHELD = "（地区を示さない）"
_AGE = "date_part('year', age(%(valid_on)s::date + 1, r.birth_date))::int"
"""年齢計算ニ関スル法律: an age is reached at the end of the day before the birthday."""
_DIMENSIONS = {
    "age": _AGE,
    "sex": "r.sex",
    "nationality": "CASE WHEN r.resident_kind = 1 THEN '日本' ELSE coalesce(r.nationality, '不明') END",
}


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """人口 1区分: value of the dimension, men, women, all, Japanese and foreign residents, and households."""

    value: str
    male: int
    female: int
    total: int
    japanese: int
    foreign: int
    households: int


@dataclass(frozen=True, slots=True)
class FlowRow:
    """人口動態 1月: people coming in and going out, by reason code."""

    month: date
    reason: str
    people: int
    japanese: int
    foreign: int


def population(access: Access, dimension: Dimension, *, valid_on: date, known_at: datetime) -> list[PopulationRow]:
    """人口: 住登者 on a day, as known at an instant, by age, sex, nationality or district. Planned leavers count."""
    district = f"CASE WHEN {lock_condition('r.resident_id')} THEN '{WITHHELD}' ELSE coalesce(r.town, '不明') END"
    value = _DIMENSIONS.get(dimension, district)
    query = f"""
        SELECT value, count(*) FILTER (WHERE sex = 1), count(*) FILTER (WHERE sex = 2), count(*),
               count(*) FILTER (WHERE resident_kind = 1), count(*) FILTER (WHERE resident_kind = 2),
               count(*) FILTER (WHERE relationship = '02')
        FROM (
            SELECT ({value})::text AS value, r.sex, r.resident_kind, r.relationship
            FROM residents_residentrecord r
            WHERE r.resident_status = 1
              AND r.valid_from <= %(valid_on)s AND (r.valid_to IS NULL OR r.valid_to > %(valid_on)s)
              AND r.known_from <= %(known_at)s AND (r.known_to IS NULL OR r.known_to > %(known_at)s)
        ) AS counted GROUP BY value
    """
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(query, {"valid_on": valid_on, "known_at": known_at, "now": access.now})
            rows = [PopulationRow(*row) for row in cursor.fetchall()]
        access_commands.record(access, "statistics.population", [], {"dimension": dimension, "valid_on": str(valid_on)})
    return sorted(rows, key=lambda row: (int(row.value), "") if dimension == "age" else (0, row.value))


def flows(access: Access, *, first: date, last: date, known_at: datetime) -> list[FlowRow]:
    """人口動態: 記載 and 消除 by month and 異動事由, for the days from `first` to `last`; voided events do not count."""
    query = """
        SELECT date_trunc('month', v.occurred_on)::date, v.reason, count(*),
               count(*) FILTER (WHERE r.resident_kind = 1), count(*) FILTER (WHERE r.resident_kind = 2)
        FROM residents_residentevent v
        JOIN residents_evententry e ON e.event_id = v.id
        JOIN LATERAL (
            SELECT k.resident_kind FROM residents_residentrecord k
            WHERE k.resident_id = e.resident_id AND k.known_from <= %(known_at)s
              AND (k.known_to IS NULL OR k.known_to > %(known_at)s)
            ORDER BY k.valid_from DESC LIMIT 1
        ) r ON true
        WHERE v.occurred_on BETWEEN %(first)s AND %(last)s AND v.recorded_at <= %(known_at)s
          AND v.reason < '40'
          AND NOT EXISTS (
              SELECT 1 FROM residents_evententry o JOIN residents_residentevent w ON w.id = o.event_id
              WHERE o.resident_id = e.resident_id AND o.voids_event_id = e.event_id AND w.recorded_at <= %(known_at)s
          )
        GROUP BY 1, 2 ORDER BY 1, 2
    """
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(query, {"first": first, "last": last, "known_at": known_at})
            rows = [FlowRow(*row) for row in cursor.fetchall()]
        access_commands.record(access, "statistics.flows", [], {"first": str(first), "last": str(last)})
    return rows
