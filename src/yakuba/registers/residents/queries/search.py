"""検索 (national specification 2.1): by kana, name, address, date, number; past names and addresses and 除票 in one.

Matches come in tiers (`tiers.py`), each paged by key: a name or address that begins with the words, a given name that
begins with them, and one that holds them anywhere. A tier is only asked when those before it did not fill the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import normalize

from django.db import transaction

from yakuba.kernel.characters import is_kana_query
from yakuba.kernel.dates import RegisterDate, parse_date
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from ..screen import HIDDEN, look
from ..sql import raw_cursor
from .people import Marks, marks_of
from .tiers import OUTPUT, Criteria, tiers

__all__ = ["Criteria", "Hit", "SearchPage", "search", "understood"]
_NUMBER = re.compile(r"\d{10,12}|\d{15}|[A-Z]{2}\d{8}[A-Z]{2}", re.ASCII)
_GAP = r"[\s\-\u2010-\u2015\u2212\uff0dー]"
_INDIVIDUAL_NUMBER = re.compile(rf"(?<!\d)\d(?:{_GAP}?\d){{11}}(?!\d)")
"""Twelve digits, with a space or a hyphen between any two."""
_GROUPED = re.compile(rf"(?<!\d)(\d{{4}}){_GAP}(\d{{4}}){_GAP}(\d{{4}})(?!\d)")
"""個人番号 as cards and letters print it."""
_PLACE = re.compile(r".*(町|丁目?|番地?|字|号室?)")


@dataclass(frozen=True, slots=True)
class Hit:
    """検索結果 1件, as the register stands today."""

    resident_id: int
    addressee_number: str
    household_id: int | None
    name: str
    name_furigana: str
    birth_date: date
    birth_date_note: str | None
    sex: int
    address: str
    resident_status: int
    resident_kind: int
    matched: str
    marks: Marks


@dataclass(frozen=True, slots=True)
class SearchPage:
    """検索結果. `after` is the key of the next page, None at the end."""

    hits: list[Hit]
    after: str | None


def search(access: Access, criteria: Criteria, *, after: str | None = None, limit: int = 50) -> SearchPage:
    """検索: at most `limit` people, best tier first. One access record names those who were shown."""
    wanted = understood(criteria)
    if wanted.is_empty:
        return SearchPage([], None)
    with transaction.atomic():
        found, told, following = _matches(access, wanted, after, limit)
        hits = _hits(access, found, told)
        if not criteria.include_struck:
            hits = [hit for hit in hits if hit.resident_status == 1]
        access_commands.record(
            access, "residents.search", [hit.resident_id for hit in hits], {"criteria": _said(criteria)}
        )
    return SearchPage(hits, following)


def _said(criteria: Criteria) -> str:
    """The words searched for, for the record; never a 個人番号."""
    words = (criteria.text, criteria.kana, criteria.name, criteria.address, criteria.number)
    said = _INDIVIDUAL_NUMBER.sub(" ", " ".join(words)).split()
    return " ".join([*said, *([str(criteria.birth_date)] if criteria.birth_date else [])])


def understood(criteria: Criteria) -> Criteria:
    """The words of the one box, sorted into the fields that they fit: numbers, dates, kana, addresses, names.

    A word alone that could be a name or a place is taken for a name; places are asked for after it.
    """
    wanted = replace(criteria, text="", number=_GROUPED.sub(r"\1\2\3", normalize("NFKC", criteria.number).strip()))
    words = _GROUPED.sub(r" \1\2\3 ", criteria.text).split()
    for word in words:
        has_digits = any(sign.isdigit() for sign in word)
        read = parse_date(word) if has_digits else None
        plain = normalize("NFKC", word).upper()
        if _NUMBER.fullmatch(plain):
            wanted = replace(wanted, number=plain)
        elif isinstance(read, RegisterDate):
            wanted = replace(wanted, birth_date=read.value)
        elif has_digits or (len(words) > 1 and _PLACE.fullmatch(word)):
            wanted = replace(wanted, address=wanted.address + word)
        elif is_kana_query(word) and not word.isascii():
            wanted = replace(wanted, kana=wanted.kana + word)
        else:
            wanted = replace(wanted, name=wanted.name + word)
    return wanted


def _matches(
    access: Access, wanted: Criteria, after: str | None, limit: int
) -> tuple[list[tuple[int, str]], set[int], str | None]:
    """The people found with the key that fits, those whom an address has found, and the place of the next page."""
    tier_number, key, resident_id = _place(after)
    asked = list(tiers(access, wanted))
    found: dict[int, str] = {}
    told: set[int] = set()
    with raw_cursor() as cursor:
        while tier_number < len(asked) and len(found) <= limit:
            rows = asked[tier_number].find(cursor, key, resident_id, limit + 1)
            for each, matched in rows:
                if each not in found and len(found) == limit:
                    return list(found.items()), told, f"{tier_number}\x1f{key}\x1f{resident_id}"
                found.setdefault(each, matched)
                if asked[tier_number].tells_address:
                    told.add(each)
                key, resident_id = matched, each
            if len(rows) <= limit:
                tier_number, key, resident_id = tier_number + 1, "", 0
    return list(found.items()), told, None


_PAGE_KEY = re.compile(r"([0-9]{1,2})\x1f([^\x1f]*)\x1f([0-9]{1,18})")


def _place(after: str | None) -> tuple[int, str, int]:
    if not after:
        return 0, "", 0
    place = _PAGE_KEY.fullmatch(after)
    return (int(place[1]), place[2], int(place[3])) if place else (0, "", 0)


_TODAY = """
SELECT DISTINCT ON (r.resident_id) r.resident_id, p.addressee_number, r.household_id, coalesce(r.name, ''),
       coalesce(r.name_furigana, ''), r.birth_date, r.birth_date_note, r.sex,
       concat(r.town, r.block, ' ' || r.building), r.resident_status, r.resident_kind
FROM residents_residentrecord r JOIN residents_resident p ON p.id = r.resident_id
WHERE r.resident_id = ANY(%(ids)s) AND r.known_to IS NULL
ORDER BY r.resident_id, (r.valid_from <= %(today)s) DESC, CASE WHEN r.valid_from <= %(today)s THEN r.valid_from END DESC
"""


def _hits(access: Access, found: list[tuple[int, str]], told: set[int]) -> list[Hit]:
    ids = [resident_id for resident_id, _ in found]
    if not ids:
        return []
    with raw_cursor() as cursor:
        cursor.execute(_TODAY, {"ids": ids, "today": access.today})
        rows = {row[0]: row for row in cursor.fetchall()}
    looked = look(access, {each: row[2] for each, row in rows.items()}, OUTPUT)
    hits = []
    for resident_id, matched in found:
        row = rows.get(resident_id)
        if row is None or (resident_id in told and resident_id in looked.shut):
            continue
        mark = marks_of(looked, resident_id, is_struck=row[9] != 1)
        hidden = resident_id in looked.shut
        address = HIDDEN if hidden else row[8]
        hits.append(Hit(*(*row[:8], address, *row[9:], "" if hidden else matched, mark)))
    return hits
