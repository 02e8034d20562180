"""検索 (national specification 2.1): by kana, name, address, date, number; past names and addresses and 除票 in one.

Matches come in three tiers, each paged by key: a name or address that begins with the words, a given name that begins
with them, and one that holds them anywhere. A tier is only asked when those before it did not fill the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from yakuba.kernel.addresses import address_key
from yakuba.kernel.characters import bigrams, is_kana_query, kanji_key
from yakuba.kernel.dates import RegisterDate, parse_date
from yakuba.kernel.kana import kana_key
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault

from ..screen import HIDDEN, screened
from ..sql import raw_cursor
from .people import Marks, person_marks

LAST = "\U0010ffff"
_NUMBER_WIDTHS = (10, 11, 12, 15)


@dataclass(frozen=True, slots=True)
class Criteria:
    """検索条件. `text` is what was typed into the one box; the others are fields of their own. All must hold."""

    text: str = ""
    kana: str = ""
    name: str = ""
    address: str = ""
    birth_date: date | None = None
    sex: int | None = None
    number: str = ""
    include_struck: bool = True

    @property
    def is_empty(self) -> bool:
        """Nothing to search by."""
        return not any((self.text, self.kana, self.name, self.address, self.birth_date, self.number))


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


Tier = Callable[[Any, str, int, int], list[tuple[int, str]]]
"""(cursor, after key, after id, limit) → (resident_id, key), in the order of (key, id)."""


def search(access: Access, criteria: Criteria, *, after: str | None = None, limit: int = 50) -> SearchPage:
    """検索: at most `limit` people, best tier first. One access record names those who were shown."""
    wanted = understood(criteria)
    if wanted.is_empty:
        return SearchPage([], None)
    with transaction.atomic():
        found, following = _matches(access, wanted, after, limit)
        hits = _hits(access, found)
        if not criteria.include_struck:
            hits = [hit for hit in hits if hit.resident_status == 1]
        access_commands.record(
            access, "residents.search", [hit.resident_id for hit in hits], {"criteria": _said(criteria)}
        )
    return SearchPage(hits, following)


def _said(criteria: Criteria) -> str:
    """The words searched for, for the record; never a 個人番号."""
    number = "" if len(criteria.number) == 12 else criteria.number
    text = "" if criteria.text.strip().isdigit() and len(criteria.text.strip()) == 12 else criteria.text
    parts = (text, criteria.kana, criteria.name, criteria.address, str(criteria.birth_date or ""), number)
    return " ".join(part for part in parts if part)


def understood(criteria: Criteria) -> Criteria:
    """The words of the one box, sorted into the fields that they fit: numbers, dates, kana, addresses, names."""
    wanted = replace(criteria, text="")
    for word in criteria.text.replace("\u3000", " ").split():
        read = parse_date(word) if any(sign.isdigit() for sign in word) else None
        if word.isdigit() and len(word) in _NUMBER_WIDTHS:
            wanted = replace(wanted, number=word)
        elif isinstance(read, RegisterDate):
            wanted = replace(wanted, birth_date=read.value)
        elif any(sign.isdigit() for sign in word) or word[-1] in "町丁番字":
            wanted = replace(wanted, address=wanted.address + word)
        elif is_kana_query(word) or word.isascii():
            wanted = replace(wanted, kana=wanted.kana + word)
        else:
            wanted = replace(wanted, name=wanted.name + word)
    return wanted


def _matches(
    access: Access, wanted: Criteria, after: str | None, limit: int
) -> tuple[list[tuple[int, str]], str | None]:
    tier_number, key, resident_id = _place(after)
    tiers = list(_tiers(access, wanted))
    found: dict[int, str] = {}
    with raw_cursor() as cursor:
        while tier_number < len(tiers) and len(found) <= limit:
            rows = tiers[tier_number](cursor, key, resident_id, limit + 1)
            for each, matched in rows:
                if each not in found and len(found) == limit:
                    return list(found.items()), f"{tier_number}\x1f{key}\x1f{resident_id}"
                found.setdefault(each, matched)
                key, resident_id = matched, each
            if len(rows) <= limit:
                tier_number, key, resident_id = tier_number + 1, "", 0
    return list(found.items()), None


def _place(after: str | None) -> tuple[int, str, int]:
    if not after:
        return 0, "", 0
    tier, key, resident_id = after.split("\x1f")
    return int(tier), key, int(resident_id)


def _tiers(access: Access, wanted: Criteria) -> Iterator[Tier]:
    if wanted.number:
        yield _numbers(access, wanted.number)
        return
    conditions, values = _conditions(wanted)
    if wanted.kana or wanted.name:
        column, key = ("kana_key", kana_key(wanted.kana)) if wanted.kana else ("kanji_key", kanji_key(wanted.name))
        if not key:
            return
        begins = f"k.{column} >= %(begins)s AND k.{column} < %(ends)s"
        values |= {"begins": key, "ends": key + LAST, "grams": bigrams(key), "inside": f"%{_like(key)}%"}
        yield _names(column, f"{begins} AND {conditions}", values)
        if wanted.kana:
            given = begins.replace("kana_key", "given_kana_key")
            yield _names("given_kana_key", f"{given} AND NOT ({begins}) AND {conditions}", values)
        if len(key) > 1:
            inside = f"k.grams @> %(grams)s AND k.{column} LIKE %(inside)s AND NOT ({begins})"
            yield _by_resident(column, f"{inside} AND {conditions}", values)
        if wanted.kana and not wanted.address:
            # A word in kana may be part of a building's name; it is asked for last.
            yield from _addresses(replace(wanted, kana="", name="", address=wanted.kana))
    elif wanted.address:
        yield from _addresses(wanted)
    elif wanted.birth_date:
        yield _names("kana_key", conditions, values)


def _like(key: str) -> str:
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _conditions(wanted: Criteria) -> tuple[str, dict[str, Any]]:
    """What else must hold of the same person, whichever index leads."""
    conditions, values = ["TRUE"], {}  # type: list[str], dict[str, Any]
    if wanted.birth_date:
        conditions.append("k.birth_date = %(birth_date)s")
        values["birth_date"] = wanted.birth_date
    if wanted.sex is not None:
        conditions.append("k.sex = %(sex)s")
        values["sex"] = wanted.sex
    if wanted.kana and wanted.name:
        conditions.append("k.kanji_key LIKE %(also_name)s")
        values["also_name"] = f"%{_like(kanji_key(wanted.name))}%"
    if wanted.address and (wanted.kana or wanted.name):
        conditions.append(
            "EXISTS (SELECT 1 FROM residents_addresskey a WHERE a.resident_id = k.resident_id"
            " AND a.address_key LIKE %(also_address)s)"
        )
        values["also_address"] = f"%{_like(address_key(wanted.address))}%"
    return " AND ".join(conditions), values


def _names(column: str, condition: str, values: dict[str, Any]) -> Tier:
    def tier(cursor: Any, key: str, resident_id: int, limit: int) -> list[tuple[int, str]]:
        query = (
            f"SELECT k.resident_id, k.{column} FROM residents_namekey k"
            f" WHERE {condition} AND (k.{column}, k.resident_id) > (%(key)s, %(resident_id)s)"
            f" ORDER BY k.{column}, k.resident_id LIMIT %(limit)s"
        )
        cursor.execute(query, {**values, "key": key, "resident_id": resident_id, "limit": limit}, prepare=False)
        return list(cursor.fetchall())

    return tier


def _by_resident(column: str, condition: str, values: dict[str, Any]) -> Tier:
    def tier(cursor: Any, _key: str, resident_id: int, limit: int) -> list[tuple[int, str]]:
        query = (
            f"SELECT k.resident_id, k.{column} FROM residents_namekey k"
            f" WHERE {condition} AND k.resident_id > %(resident_id)s ORDER BY k.resident_id LIMIT %(limit)s"
        )
        cursor.execute(query, {**values, "resident_id": resident_id, "limit": limit}, prepare=False)
        return list(cursor.fetchall())

    return tier


def _addresses(wanted: Criteria) -> Iterator[Tier]:
    key = address_key(wanted.address)
    if not key:
        return
    others = []
    values: dict[str, Any] = {"begins": key, "ends": key + LAST, "grams": bigrams(key), "inside": f"%{_like(key)}%"}
    if wanted.birth_date or wanted.sex is not None:
        conditions, more = _conditions(replace(wanted, kana="", name="", address=""))
        others = [f"EXISTS (SELECT 1 FROM residents_namekey k WHERE k.resident_id = a.resident_id AND {conditions})"]
        values |= more
    begins = "a.address_key >= %(begins)s AND a.address_key < %(ends)s"

    def beginning(cursor: Any, after_key: str, resident_id: int, limit: int) -> list[tuple[int, str]]:
        condition = " AND ".join([begins, *others])
        query = (
            f"SELECT a.resident_id, a.address_key FROM residents_addresskey a WHERE {condition}"
            " AND (a.address_key, a.resident_id) > (%(key)s, %(resident_id)s)"
            " ORDER BY a.address_key, a.resident_id LIMIT %(limit)s"
        )
        asked = {**values, "key": after_key, "resident_id": resident_id, "limit": limit}
        cursor.execute(query, asked, prepare=False)
        return list(cursor.fetchall())

    def inside(cursor: Any, _key: str, resident_id: int, limit: int) -> list[tuple[int, str]]:
        condition = " AND ".join(["a.grams @> %(grams)s", "a.address_key LIKE %(inside)s", f"NOT ({begins})", *others])
        query = (
            f"SELECT a.resident_id, a.address_key FROM residents_addresskey a WHERE {condition}"
            " AND a.resident_id > %(resident_id)s ORDER BY a.resident_id LIMIT %(limit)s"
        )
        cursor.execute(query, {**values, "resident_id": resident_id, "limit": limit}, prepare=False)
        return list(cursor.fetchall())

    yield beginning
    if len(key) > 1:
        yield inside


def _numbers(access: Access, number: str) -> Tier:
    """宛名番号, 世帯番号, 住民票コード, 在留カード等番号; twelve digits ask the vault where the right is there."""

    def tier(cursor: Any, _key: str, resident_id: int, limit: int) -> list[tuple[int, str]]:
        cursor.execute(
            """
            SELECT id, addressee_number FROM residents_resident WHERE addressee_number = %(n)s AND id > %(after)s
            UNION SELECT resident_id, number FROM residents_numberkey WHERE number = %(n)s AND resident_id > %(after)s
            UNION SELECT r.resident_id, h.household_number FROM residents_household h
                  JOIN residents_residentrecord r ON r.household_id = h.id AND r.known_to IS NULL
                  WHERE h.household_number = %(n)s AND r.resident_id > %(after)s
            ORDER BY 1 LIMIT %(limit)s
            """,
            {"n": number, "after": resident_id, "limit": limit},
        )
        rows: list[tuple[int, str]] = list(cursor.fetchall())
        if not rows and len(number) == 12 and resident_id == 0 and access.may("view_individual_numbers"):
            found = vault.find_by_number(access, number)
            rows = [(found, "")] if found is not None else []
        return rows

    return tier


_TODAY = """
SELECT DISTINCT ON (r.resident_id) r.resident_id, p.addressee_number, r.household_id, coalesce(r.name, ''),
       coalesce(r.name_furigana, ''), r.birth_date, r.birth_date_note, r.sex,
       concat(r.town, r.block, ' ' || r.building), r.resident_status, r.resident_kind
FROM residents_residentrecord r JOIN residents_resident p ON p.id = r.resident_id
WHERE r.resident_id = ANY(%(ids)s) AND r.known_to IS NULL
ORDER BY r.resident_id, (r.valid_from <= %(today)s) DESC, CASE WHEN r.valid_from <= %(today)s THEN r.valid_from END DESC
"""


def _hits(access: Access, found: list[tuple[int, str]]) -> list[Hit]:
    ids = [resident_id for resident_id, _ in found]
    if not ids:
        return []
    with raw_cursor() as cursor:
        cursor.execute(_TODAY, {"ids": ids, "today": access.today})
        rows = {row[0]: row for row in cursor.fetchall()}
    shut = screened(access, {each: row[2] for each, row in rows.items()}, "listing:search")
    marks = person_marks(access, ids)
    hits = []
    for resident_id, matched in found:
        if (row := rows.get(resident_id)) is None:
            continue
        own = marks.get(resident_id, Marks())
        mark = Marks(own.is_protected, own.is_restricted, own.is_provisional, row[9] != 1)
        hidden = resident_id in shut
        address = HIDDEN if hidden else row[8]
        hits.append(Hit(*(*row[:8], address, *row[9:], "" if hidden else matched, mark)))
    return hits
