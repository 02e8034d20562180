"""再転入者の照合 (national specification 4.1.1.2): is a person to be entered already known?"""

from __future__ import annotations

import psycopg

from yakuba.kernel.characters import kanji_key
from yakuba.kernel.check_digits import individual_number_finding
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault

from ..events.base import Form, Match
from ..keys import NUMBER_ITEMS
from ..sql import one_trip, raw_cursor

_BY_NUMBER = """
SELECT n.number, r.resident_id, r.name, r.resident_status <> 1
FROM residents_numberkey n
JOIN residents_residentrecord r ON r.resident_id = n.resident_id AND r.known_to IS NULL AND r.valid_to IS NULL
WHERE n.number = ANY(%s)
"""
_NAMED = """
SELECT resident_id, name, resident_status <> 1 FROM residents_residentrecord
WHERE resident_id = ANY(%s) AND known_to IS NULL AND valid_to IS NULL
"""
_BY_PARTICULARS = """
SELECT asked.position, r.resident_id, r.name, r.resident_status <> 1
FROM unnest(%s::int[], %s::text[], %s::date[], %s::smallint[]) AS asked (position, kanji_key, birth_date, sex)
JOIN residents_namekey k
    ON k.kanji_key = asked.kanji_key AND k.birth_date = asked.birth_date AND k.sex = asked.sex AND k.current
JOIN residents_residentrecord r ON r.resident_id = k.resident_id AND r.known_to IS NULL AND r.valid_to IS NULL
ORDER BY asked.position, r.resident_id
"""


def matches(form: Form) -> list[Match]:
    """People known by an equal number, or by equal 氏名・性別・生年月日; those whom the row names itself left out."""
    rows = {position: row for position, row in enumerate(form.people()) if not row.get("resident_id")}
    typed = [(str(row[name]), position) for position, row in rows.items() for name in NUMBER_ITEMS if row.get(name)]
    particulars = [
        (position, kanji_key(row["name"]), row["birth_date"].value, int(row["sex"]))
        for position, row in rows.items()
        if row.get("birth_date") and row.get("name") and row.get("sex")
    ]
    found: list[Match] = []
    with one_trip(), raw_cursor() as cursor:
        by_particulars = psycopg.Cursor(cursor.connection)
        if typed:
            cursor.execute(_BY_NUMBER, [[number for number, _ in typed]])
        if particulars:
            by_particulars.execute(_BY_PARTICULARS, [list(column) for column in zip(*particulars, strict=True)])
        if typed:
            holders = cursor.fetchall()
            for number, position in typed:
                found += [
                    Match(position, each, name, "number", struck)
                    for held, each, name, struck in holders
                    if held == number
                ]
        if particulars:
            known = {(match.row, match.resident_id) for match in found}
            found += [
                Match(position, each, name, "particulars", struck)
                for position, each, name, struck in by_particulars.fetchall()
                if (position, each) not in known
            ]
    return found


def number_matches(access: Access, form: Form) -> list[Match]:
    """People who have or last had a 個人番号 that a row gives to somebody else (再転入の確認). The vault is asked once, on record."""
    typed = {
        position: str(row["individual_number"])
        for position, row in enumerate(form.people())
        if row.get("individual_number") and individual_number_finding(str(row["individual_number"])) is None
    }
    holders = vault.find_many(access, typed.values()) if typed else {}
    if not holders:
        return []
    with raw_cursor() as cursor:
        cursor.execute(_NAMED, [list(holders.values())])
        named = {each: (name, struck) for each, name, struck in cursor.fetchall()}
    return [
        Match(position, holders[number], named[holders[number]][0], "number", named[holders[number]][1])
        for position, number in typed.items()
        if holders.get(number) in named and holders[number] != form.people()[position].get("resident_id")
    ]
