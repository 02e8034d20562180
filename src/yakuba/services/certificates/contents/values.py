"""項目の表示: a person's items as they are printed, by the keys of the form. 和暦, but the birth date and the end of stay
of a foreign resident in the western calendar (national specification 1.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yakuba.kernel.codes import codes
from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding
from yakuba.kernel.names import display_name
from yakuba.kernel.relationships import parse_compact

FOREIGN = 2
SPECIAL_PERMANENT = "02"
_NAME_ONLY = {"09": "", "10": "01", "11": "02", "12": "03", "13": "04", "05": "01", "06": "02", "07": "03", "08": "04"}
"""氏名優先区分 without the alias, which has a cell of its own."""
_YEAR_MONTH = 7

Items = Mapping[str, Any]


def is_foreign(items: Items) -> bool:
    """外国人住民."""
    return items.get("resident_kind") == FOREIGN


def wareki(items: Items, name: str) -> str:
    """A date item with its wording, in 和暦; "" when blank."""
    day = items.get(name)
    return RegisterDate(day, items.get(f"{name}_note") or "").display_wareki() if day else ""


def wareki_day(day: date | None, note: str | None = None) -> str:
    """A day in 和暦, or its wording; "" when blank."""
    return RegisterDate(day, note or "").display_wareki() if day else ""


def wareki_month(text: str) -> str:
    """令和6年4月 of 2024-04; other text as it is."""
    if len(text) != _YEAR_MONTH:
        return text
    return wareki_day(date.fromisoformat(f"{text}-01")).removesuffix("1日")


def address(items: Items, prefix: str = "", *, with_building: bool = True) -> str:
    """住所 of one kind (`origin_`, `destination_`, `arrival_`, `previous_`), abroad with the country first."""
    parts = [str(items.get(f"{prefix}{name}") or "") for name in ("prefecture", "city", "town", "block")]
    if prefix == "previous_" and any(parts):
        parts[:2] = [str(items.get(name) or "") for name in ("prefecture", "city")]
    place = "".join(parts)
    building = str(items.get(f"{prefix}building") or "") if with_building else ""
    if not place and prefix in ("origin_", "destination_"):
        names = (f"{prefix}country", f"{prefix}foreign_address")
        place = "　".join(str(items[name]) for name in names if items.get(name))
    return "　".join(part for part in (place, building) if part)


def full_name(items: Items) -> str:
    """氏名; of a foreign resident in the order of 氏名優先区分, without the alias."""
    name = str(items.get("name") or "")
    if not is_foreign(items):
        return name
    priority = str(items.get("name_priority") or "")
    kanji, roman = str(items.get("kanji_name") or ""), str(items.get("roman_name") or "")
    return display_name(_NAME_ONLY.get(priority, priority), name=name, kanji_name=kanji, roman_name=roman)


def relationship(items: Items) -> str:
    """続柄表記."""
    compact = items.get("relationship")
    read = parse_compact(str(compact)) if compact else ""
    return "" if isinstance(read, str | Finding) else read.text


def stay_period(items: Items) -> str:
    """在留期間: 3年, 1年6月, 90日."""
    units = (("stay_years", "年"), ("stay_months", "月"), ("stay_days", "日"))
    counted = ((int(items.get(name) or 0), unit) for name, unit in units)
    return "".join(f"{count}{unit}" for count, unit in counted if count) or str(
        items.get("provisional_stay_period") or ""
    )


def _term(list_name: Any, code: Any) -> str:
    found = codes(list_name).get(str(code)) if code is not None else None
    return found.term if found else str(code or "")


def _furigana(items: Items, name: str) -> str:
    """振り仮名 as an item of the 住民票: of Japanese residents, once it is confirmed (in force since 2025-05-26)."""
    confirmed = items.get(f"{name}_confirmed")
    return str(items.get(name) or "") if confirmed and not is_foreign(items) else ""


def texts(items: Items, *, with_building: bool = True) -> dict[str, str]:
    """記載事項: every item that a form may print, by the form's key; "" when blank."""
    own = _foreign(items) if is_foreign(items) else _japanese(items)
    return own | {
        "name": full_name(items),
        "name_furigana": _furigana(items, "name_furigana"),
        "sex": _term("sexes", items.get("sex")) if items.get("sex") else "",
        "address": address(items, with_building=with_building),
        "head_name": str(items.get("head_name") or ""),
        "relationship": relationship(items),
        "address_since": wareki(items, "address_since"),
        "resident_code": str(items.get("resident_code") or ""),
        "origin_address": address(items, "origin_"),
        "previous_address": address(items, "previous_"),
    }


def _japanese(items: Items) -> dict[str, str]:
    honseki = "".join(str(items.get(f"honseki_{name}") or "") for name in ("prefecture", "city", "town", "lot"))
    return {
        "birth_date": wareki(items, "birth_date"),
        "former_family_name": str(items.get("former_family_name") or ""),
        "former_family_name_furigana": _furigana(items, "former_family_name_furigana"),
        "became_resident_on": wareki(items, "became_resident_on"),
        "honseki": honseki,
        "koseki_head": str(items.get("koseki_head") or ""),
    }


def _foreign(items: Items) -> dict[str, str]:
    born, expires = items.get("birth_date"), items.get("stay_expires_on")
    return {
        "birth_date": RegisterDate(born, items.get("birth_date_note") or "").display_western() if born else "",
        "alias": str(items.get("alias") or ""),
        "became_foreign_resident_on": wareki(items, "became_foreign_resident_on"),
        "nationality": str(items.get("nationality") or ""),
        "article_30_45_category": _term("article_30_45_categories", items.get("article_30_45_category")),
        "residence_status": _term("residence_statuses", items.get("residence_status")),
        "stay_period": stay_period(items),
        "stay_expires_on": RegisterDate(expires).display_western() if expires else "",
        "residence_card_number": str(items.get("residence_card_number") or ""),
        "alien_registration_on": wareki(items, "alien_registration_on"),
    }


def grouped_number(number: str) -> str:
    """個人番号 in groups of four."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
