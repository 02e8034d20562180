"""再転入者の照合 (national specification 4.1.1.2): is a person to be entered already known?"""

from __future__ import annotations

from yakuba.kernel.characters import kanji_key

from ..events.base import Form, Match
from ..sql import raw_cursor

_BY_NUMBER = """
SELECT n.number, r.resident_id, r.name, r.resident_status <> 1
FROM residents_numberkey n
JOIN residents_residentrecord r ON r.resident_id = n.resident_id AND r.known_to IS NULL AND r.valid_to IS NULL
WHERE n.number = ANY(%s)
"""
_BY_PARTICULARS = """
SELECT r.resident_id, r.name, r.resident_status <> 1
FROM residents_namekey k
JOIN residents_residentrecord r ON r.resident_id = k.resident_id AND r.known_to IS NULL AND r.valid_to IS NULL
WHERE k.kanji_key = %s AND k.birth_date = %s AND k.sex = %s AND k.current
"""


def matches(form: Form) -> list[Match]:
    """People known by an equal number, or by equal 氏名・性別・生年月日; those whom the row names itself left out."""
    found: list[Match] = []
    with raw_cursor() as cursor:
        for position, row in enumerate(form.people()):
            if row.get("resident_id"):
                continue
            numbers = [row[name] for name in ("resident_code", "residence_card_number") if row.get(name)]
            if numbers:
                cursor.execute(_BY_NUMBER, [numbers])
                found += [Match(position, each, name, "number", struck) for _, each, name, struck in cursor.fetchall()]
            birth = row.get("birth_date")
            if birth and row.get("name") and row.get("sex"):
                cursor.execute(_BY_PARTICULARS, [kanji_key(row["name"]), birth.value, int(row["sex"])])
                known = {match.resident_id for match in found if match.row == position}
                found += [
                    Match(position, each, name, "particulars", struck)
                    for each, name, struck in cursor.fetchall()
                    if each not in known
                ]
    return found
