"""検索の段: which index is asked, in which order. Each person comes once: in the first tier, under the first key, that fits.

Where an address leads, or must hold too, the tier says so: to be found by it would tell it, so that the search leaves out of
what such a tier finds the people whose address is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from yakuba.kernel.addresses import address_key
from yakuba.kernel.characters import bigrams, kanji_key
from yakuba.kernel.kana import kana_key
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault

LAST = "\U0010ffff"
ANY_ROW = "TRUE"
OUTPUT = "listing:search"
Find = Callable[[Any, str, int, int], list[tuple[int, str]]]
"""(cursor, after key, after id, limit) → (resident_id, key), in the order of (key, id)."""

_BY_NUMBER = """
SELECT k.resident_id, k.found_by FROM (
SELECT id, addressee_number FROM residents_resident WHERE addressee_number = %(n)s AND id > %(after)s
UNION SELECT resident_id, number FROM residents_numberkey WHERE number = %(n)s AND resident_id > %(after)s
UNION SELECT r.resident_id, h.household_number FROM residents_household h
      JOIN residents_residentrecord r ON r.household_id = h.id AND r.known_to IS NULL
      WHERE h.household_number = %(n)s AND r.resident_id > %(after)s
) k (resident_id, found_by) WHERE {also} ORDER BY 1 LIMIT %(limit)s
"""
_IN_VAULT = "SELECT k.resident_id, '' FROM unnest(ARRAY[%(found)s]::bigint[]) k (resident_id) WHERE {also}"

_HERE = """
EXISTS (
    SELECT 1 FROM residents_residentrecord r WHERE r.resident_id = {k}.resident_id AND r.known_to IS NULL
    AND r.valid_from <= %(today)s AND (r.valid_to IS NULL OR r.valid_to > %(today)s) AND r.resident_status = 1
)
"""


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
class Lead:
    """索引の引き方: rows of `table` for which `fits` holds, in the order of `column` (of the id alone where not `by_key`).

    In every condition `{k}` stands for the row's name in the query. `starts_at` names the value that no key precedes: the
    index is entered there, since a comparison of (key, id) would else enter it at its beginning.
    """

    table: str
    column: str
    fits: str
    by_key: bool = True
    starts_at: str = ""


class Tier(NamedTuple):
    """One tier; `tells_address` where whoever it finds is known by that to live or have lived at the address asked for."""

    find: Find
    tells_address: bool = False


def tiers(access: Access, wanted: Criteria) -> Iterator[Tier]:
    """検索の段 for the criteria, best first."""
    values: dict[str, Any] = {"today": access.today}
    row = _particulars(wanted, values)
    here = [] if wanted.include_struck else [_HERE]
    if wanted.number:
        also = [*_also_named(wanted, row, values), *_also_address(wanted, values), *here]
        yield Tier(
            _by_number(access, wanted.number, [each.format(k="k") for each in also], values), bool(wanted.address)
        )
        return
    if wanted.kana or wanted.name:
        names = _name_leads(wanted, values)
        also = _also_address(wanted, values)
        yield from (Tier(find, bool(also)) for find in _in_order(names, row, also + here, values))
        if names and not wanted.address and not (wanted.kana and wanted.name):
            # The word may be a place or a part of a building's name; it is asked for last.
            place = replace(wanted, kana="", name="", address=wanted.kana or wanted.name)
            yield from _addresses(place, _not_found_by(names) + here, values)
    elif wanted.address:
        yield from _addresses(wanted, here, values)
    elif wanted.birth_date:
        yield from map(Tier, _in_order([Lead("residents_namekey", "kana_key", ANY_ROW)], row, here, values))


def _not_found_by(leads: list[Lead]) -> list[str]:
    found = " OR ".join(f"({lead.fits})" for lead in leads)
    return [f"NOT {_some('residents_namekey', found, of='{k}')}"]


def _some(table: str, condition: str, *, of: str) -> str:
    """Whether the condition holds for one of the person's rows of a table.

    A scalar, so that it stays one look at the person's few rows and never becomes a join with the whole table.
    """
    rows = condition.format(k="o")
    return f"(SELECT coalesce(bool_or({rows}), FALSE) FROM {table} o WHERE o.resident_id = {of}.resident_id)"


def _name_leads(wanted: Criteria, values: dict[str, Any]) -> list[Lead]:
    """頭から, 名の頭から, 中に: a name that begins with the words, a given name that does, one that holds them."""
    column, key = ("kana_key", kana_key(wanted.kana)) if wanted.kana else ("kanji_key", kanji_key(wanted.name))
    if not key:
        return []
    values |= {"begins": key, "ends": key + LAST, "grams": bigrams(key), "inside": f"%{_like(key)}%"}
    leads = [Lead("residents_namekey", each, _begins(each), starts_at="begins") for each in (column, f"given_{column}")]
    if len(key) > 1:
        inside = f"{{k}}.grams @> %(grams)s AND {{k}}.{column} LIKE %(inside)s"
        leads.append(Lead("residents_namekey", column, inside, by_key=False))
    return leads


def _addresses(wanted: Criteria, besides: list[str], values: dict[str, Any]) -> Iterator[Tier]:
    key = address_key(wanted.address)
    if not key:
        return
    values = {
        **values, "at": key, "at_end": key + LAST, "at_grams": bigrams(key), "at_inside": f"%{_like(key)}%",
    }  # fmt: skip
    also = [*besides]
    particulars = _particulars(wanted, values)
    if particulars != ANY_ROW:
        also.append(_some("residents_namekey", particulars, of="{k}"))
    begins = "{k}.address_key >= %(at)s AND {k}.address_key < %(at_end)s"
    leads = [Lead("residents_addresskey", "address_key", begins, starts_at="at")]
    if len(key) > 1:
        inside = "{k}.grams @> %(at_grams)s AND {k}.address_key LIKE %(at_inside)s"
        leads.append(Lead("residents_addresskey", "address_key", inside, by_key=False))
    yield from (Tier(find, tells_address=True) for find in _in_order(leads, ANY_ROW, also, values))


def _begins(column: str) -> str:
    return f"{{k}}.{column} >= %(begins)s AND {{k}}.{column} < %(ends)s"


def _like(key: str) -> str:
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _particulars(wanted: Criteria, values: dict[str, Any]) -> str:
    """生年月日, 性別 and, where the kana leads, the written name: of the same row."""
    conditions = []
    if wanted.birth_date:
        conditions.append("{k}.birth_date = %(birth_date)s")
        values["birth_date"] = wanted.birth_date
    if wanted.sex is not None:
        conditions.append("{k}.sex = %(sex)s")
        values["sex"] = wanted.sex
    if wanted.kana and wanted.name:
        conditions.append("{k}.kanji_key LIKE %(also_name)s")
        values["also_name"] = f"%{_like(kanji_key(wanted.name))}%"
    return " AND ".join(conditions) or ANY_ROW


def _also_named(wanted: Criteria, row: str, values: dict[str, Any]) -> list[str]:
    """One name of the person's that is as wanted, with the particulars, where something else leads."""
    leads = _name_leads(wanted, values) if wanted.kana or wanted.name else []
    fits = f"({' OR '.join(f'({lead.fits})' for lead in leads)}) AND {row}" if leads else row
    return [] if fits == ANY_ROW else [_some("residents_namekey", fits, of="{k}")]


def _also_address(wanted: Criteria, values: dict[str, Any]) -> list[str]:
    if not wanted.address or not (wanted.kana or wanted.name or wanted.number):
        return []
    values["also_address"] = f"%{_like(address_key(wanted.address))}%"
    return [_some("residents_addresskey", "{k}.address_key LIKE %(also_address)s", of="{k}")]


def _in_order(leads: list[Lead], row: str, also: list[str], values: dict[str, Any]) -> Iterator[Find]:
    """One tier for each lead; whoever an earlier lead, or an earlier key of the same lead, finds is left to it.

    `row` must hold of the row that is found, `also` of the person. What is asked of the person stands outside the ordered
    rows, so that it is asked only until the page is full.
    """
    for position, lead in enumerate(leads):
        before = [f"({other.fits})" for other in leads[:position]]
        same_row = [f"NOT {each}" for each in before]
        if lead.by_key:
            before.append(f"({lead.fits} AND {{k}}.{lead.column} < k.found_by)")
        rows = " AND ".join([lead.fits, row, *same_row]).format(k="k")
        people = [each.format(k="k") for each in also]
        if before:
            taken = f"({' OR '.join(before)}) AND {row}"
            people.append(f"NOT {_some(lead.table, taken, of='k')}")
        yield _tier(rows, " AND ".join(people) or ANY_ROW, lead, values)


def _tier(rows: str, people: str, lead: Lead, values: dict[str, Any]) -> Find:
    place, order = "k.resident_id > %(resident_id)s", ["resident_id"]
    if lead.by_key:
        place = f"(k.{lead.column}, k.resident_id) > (%(key)s, %(resident_id)s)"
        order = [lead.column, "resident_id"]
    ordered = ", ".join(f"k.{each}" for each in order)
    found = ", ".join("found_by" if each == lead.column else each for each in order)
    paged = (
        f"SELECT resident_id, found_by FROM ("
        f"SELECT k.resident_id, k.{lead.column} AS found_by FROM {lead.table} k WHERE {rows} AND {place} ORDER BY {ordered}"
        f") k WHERE {people} ORDER BY {found} LIMIT %(limit)s"
    )

    def tier(cursor: Any, key: str, resident_id: int, limit: int) -> list[tuple[int, str]]:
        entered_at = max(key, values.get(lead.starts_at, ""))
        asked = {**values, "key": entered_at, "resident_id": resident_id, "limit": limit}
        cursor.execute(paged, asked, prepare=False)
        return list(cursor.fetchall())

    return tier


def _by_number(access: Access, number: str, also: list[str], values: dict[str, Any]) -> Find:
    """宛名番号, 世帯番号, 住民票コード, 在留カード等番号; twelve digits ask the vault where the right is there."""

    def tier(cursor: Any, _key: str, resident_id: int, limit: int) -> list[tuple[int, str]]:
        condition = " AND ".join(also) or ANY_ROW
        asked = {**values, "n": number, "after": resident_id, "limit": limit}
        cursor.execute(_BY_NUMBER.format(also=condition), asked)
        rows: list[tuple[int, str]] = list(cursor.fetchall())
        if not rows and _is_individual_number(number) and resident_id == 0 and access.may("view_individual_numbers"):
            found = vault.find_by_number(access, number)
            if found is not None:
                cursor.execute(_IN_VAULT.format(also=condition), {**values, "found": found})
                rows = list(cursor.fetchall())
        return rows

    return tier


def _is_individual_number(number: str) -> bool:
    return len(number) == 12 and number.isascii() and number.isdigit()
