"""統計 (national specification 6.1): population on any day and flows by month, counted in the database.

Counts only: no row names a person. Where a count is by district, people under protection and whoever lives or lived in
a household with them are counted without one, and small cells are for the page to withhold.
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
    district = f"""
        CASE WHEN {lock_condition("r.resident_id")} OR r.household_id IN (
            SELECT k.household_id FROM residents_residentrecord k
            WHERE k.household_id IS NOT NULL AND {lock_condition("k.resident_id")}
        ) THEN '{WITHHELD}' ELSE coalesce(r.town, '不明') END
    """
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


_FIRST_REASON = """
WITH RECURSIVE said AS (
    SELECT e.voids_event_id, v.reason FROM residents_evententry e JOIN residents_residentevent v ON v.id = e.event_id
    WHERE e.resident_id = {record}.resident_id AND e.event_id = {record}.event_id
    UNION ALL
    SELECT e.voids_event_id, v.reason FROM said
    JOIN residents_evententry e ON e.resident_id = {record}.resident_id AND e.event_id = said.voids_event_id
    JOIN residents_residentevent v ON v.id = e.event_id
) SELECT reason FROM said WHERE reason BETWEEN {class_} LIMIT 1
"""
"""The reason of the event itself, or of the one that it corrects (誤記修正, 転入通知)."""
_COMING = _FIRST_REASON.format(record="r", class_="'01' AND '08'")
_GOING = _FIRST_REASON.format(record="r", class_="'21' AND '27'")
_FLOWS = f"""
WITH turned AS (
    SELECT r.*, r.resident_status = 1 AS is_in, b.resident_id IS NOT NULL AS was_in, b.resident_kind AS former_kind
    FROM residents_residentrecord r
    LEFT JOIN residents_residentrecord b ON b.resident_id = r.resident_id AND b.valid_to = r.valid_from
        AND b.resident_status = 1
        AND b.known_from <= %(known_at)s AND (b.known_to IS NULL OR b.known_to > %(known_at)s)
    WHERE r.valid_from BETWEEN %(first)s AND %(last)s
      AND r.known_from <= %(known_at)s AND (r.known_to IS NULL OR r.known_to > %(known_at)s)
), flow AS (
    SELECT r.valid_from, r.resident_kind AS kind,
           CASE WHEN was_in THEN (ARRAY['04', '05'])[r.resident_kind]
                ELSE coalesce(({_COMING}), r.entry_reason, '06') END AS reason
    FROM turned r WHERE is_in AND (NOT was_in OR former_kind <> r.resident_kind)
    UNION ALL
    SELECT r.valid_from, former_kind,
           CASE WHEN is_in THEN (ARRAY['25', '24'])[former_kind]
                ELSE coalesce(r.struck_reason, ({_GOING}), '26') END
    FROM turned r WHERE was_in AND (NOT is_in OR former_kind <> r.resident_kind)
)
SELECT date_trunc('month', valid_from)::date, reason, count(*),
       count(*) FILTER (WHERE kind = 1), count(*) FILTER (WHERE kind = 2)
FROM flow GROUP BY 1, 2 ORDER BY 1, 2
"""


def flows(access: Access, *, first: date, last: date, known_at: datetime) -> list[FlowRow]:
    """人口動態: 記載 and 消除 by month and 異動事由, for the days from `first` to `last`, as known at an instant.

    Counted where the record begins or ends to be that of a 住登者, so that the flows are the difference of two
    populations whatever was corrected or cancelled; a new 住民種別 is one 消除 and one 記載 (4.5.3–5).
    """
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(_FLOWS, {"first": first, "last": last, "known_at": known_at})
            rows = [FlowRow(*row) for row in cursor.fetchall()]
        access_commands.record(access, "statistics.flows", [], {"first": str(first), "last": str(last)})
    return rows
