"""再転入者の照合 (national specification 4.1.1.2): is a person to be entered already known?"""

from __future__ import annotations

from yakuba.kernel.characters import kanji_key
from yakuba.kernel.check_digits import individual_number_finding
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault

from ..events.base import Form, Match
from ..sql import raw_cursor

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
