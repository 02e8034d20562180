"""名寄せの照会: people whom another file's 氏名, 生年月日 and 住所 could mean, for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.access.frames import Schema

from ..sql import raw_cursor

CANDIDATE_SCHEMA: Schema = {
    "position": pl.Int64,
    "resident_id": pl.Int64,
    "prefecture": pl.String,
    "city": pl.String,
    "address_keys": pl.List(pl.String),
}
_ASKED = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::date[]) AS a (position, kanji_key, kana_key, birth_date)
)
"""
_CANDIDATES = f"""
{_ASKED}, found AS (
    SELECT asked.position, k.resident_id FROM asked JOIN residents_namekey k
        ON k.kanji_key = asked.kanji_key AND k.birth_date = asked.birth_date WHERE asked.kanji_key <> ''
    UNION
    SELECT asked.position, k.resident_id FROM asked JOIN residents_namekey k
        ON k.kana_key = asked.kana_key AND k.birth_date = asked.birth_date WHERE asked.kana_key <> ''
)
SELECT found.position, found.resident_id, coalesce(r.prefecture, ''), coalesce(r.city, ''),
       ARRAY(SELECT a.address_key FROM residents_addresskey a WHERE a.resident_id = found.resident_id)
FROM found
LEFT JOIN residents_residentrecord r
    ON r.resident_id = found.resident_id AND r.known_to IS NULL AND r.valid_to IS NULL
ORDER BY 1, 2
"""
_AGREEING = """
SELECT DISTINCT asked.position
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::date[])
     AS asked (position, resident_id, kanji_key, kana_key, birth_date)
JOIN residents_namekey k ON k.resident_id = asked.resident_id
WHERE (k.kanji_key = asked.kanji_key AND asked.kanji_key <> '') OR (k.kana_key = asked.kana_key AND asked.kana_key <> '')
   OR k.birth_date = asked.birth_date
"""
_LIVING_WITH = """
SELECT DISTINCT asked.position, mate.resident_id
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS asked (position, resident_id, kanji_key, kana_key)
JOIN residents_residentrecord own ON own.resident_id = asked.resident_id AND own.known_to IS NULL AND own.valid_to IS NULL
JOIN residents_residentrecord mate
    ON mate.household_id = own.household_id AND mate.known_to IS NULL AND mate.valid_to IS NULL
    AND mate.resident_id <> own.resident_id
JOIN residents_namekey k ON k.resident_id = mate.resident_id
    AND ((k.kanji_key = asked.kanji_key AND asked.kanji_key <> '') OR (k.kana_key = asked.kana_key AND asked.kana_key <> ''))
ORDER BY 1, 2
"""


def find_identities(access: Access, asked: pl.DataFrame) -> pl.DataFrame:
    """同じ氏名（漢字かカナ）と生年月日の人: columns as CANDIDATE_SCHEMA, with every address key that each has or had.

    `asked`: position, kanji_key, kana_key, birth_date; a key that is "" asks nothing. One access record for all.
    The address keys are for telling people apart inside the register, never for an output.
    """
    names = ("position", "kanji_key", "kana_key", "birth_date")
    rows = _rows(access, "residents.find-identities", _CANDIDATES, asked.select(names), subject=1)
    return pl.DataFrame(rows, schema=CANDIDATE_SCHEMA, orient="row")


def agreeing(access: Access, asked: pl.DataFrame) -> set[int]:
    """氏名か生年月日が合う行: positions at which the resident named has that name or that birth date.

    `asked`: position, resident_id, kanji_key, kana_key, birth_date.
    """
    names = ("position", "resident_id", "kanji_key", "kana_key", "birth_date")
    rows = _rows(access, "residents.agreeing", _AGREEING, asked.select(names))
    return {position for (position,) in rows}


def namesakes_at_home(access: Access, asked: pl.DataFrame) -> pl.DataFrame:
    """同じ世帯の同じ氏名の人: for each position, who in the household of `resident_id` bears the name; position, resident_id.

    `asked`: position, resident_id, kanji_key, kana_key.
    """
    names = ("position", "resident_id", "kanji_key", "kana_key")
    rows = _rows(access, "residents.namesakes-at-home", _LIVING_WITH, asked.select(names), subject=1)
    return pl.DataFrame(rows, schema={"position": pl.Int64, "resident_id": pl.Int64}, orient="row")


def _rows(
    access: Access, action: str, query: str, asked: pl.DataFrame, *, subject: int | None = None
) -> list[tuple[Any, ...]]:
    if asked.is_empty():
        return []
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(query, [series.to_list() for series in asked], prepare=False)
            rows = cursor.fetchall()
        people: Iterable[int] = asked["resident_id"] if subject is None else (row[subject] for row in rows)
        access_commands.record(access, action, sorted(set(people)))
    return rows
