"""新たに記載する人: the rows of a 転入届 or 出生 and the items that a first entry holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yakuba.kernel.dates import RegisterDate

from ..columns import ITEM_SET
from ..fold import Items
from .base import FOREIGN, JAPANESE, RESIDENT, FieldSpec

SEX = (("1", "男"), ("2", "女"), ("0", "不明"))
KIND = (("1", "日本人住民"), ("2", "外国人住民"))
STATUS_CATEGORY = (
    ("01", "中長期在留者"),
    ("02", "特別永住者"),
    ("03", "一時庇護許可者"),
    ("04", "仮滞在許可者"),
    ("05", "出生による経過滞在者"),
    ("06", "国籍喪失による経過滞在者"),
)

OCCURRED = FieldSpec("occurred_on", "date", required=True)
OCCURRED_NOTED = FieldSpec("occurred_on", "noted_date", required=True)
NOTIFIED = FieldSpec("notified_on", "date", required=True)
NOTICE = FieldSpec("notice", "text", help="留意事項（証明書の異動履歴には載りません）")

ADDRESS_FIELDS = (
    FieldSpec("town_code", "text"),
    FieldSpec("town", "text", required=True),
    FieldSpec("block", "text", required=True),
    FieldSpec("building", "text"),
    FieldSpec("postal_code", "text"),
)
ORIGIN_FIELDS = (
    FieldSpec("origin_prefecture", "text"),
    FieldSpec("origin_city", "text"),
    FieldSpec("origin_town", "text"),
    FieldSpec("origin_block", "text"),
    FieldSpec("origin_building", "text"),
    FieldSpec("origin_country", "text"),
    FieldSpec("origin_foreign_address", "text"),
    FieldSpec("origin_head_name", "text"),
)
NAME_FIELDS = (
    FieldSpec("name", "text", required=True),
    FieldSpec("name_furigana", "kana"),
    FieldSpec("former_family_name", "text"),
    FieldSpec("former_family_name_furigana", "kana"),
)
HONSEKI_FIELDS = (
    FieldSpec("honseki_prefecture", "text"),
    FieldSpec("honseki_city", "text"),
    FieldSpec("honseki_town", "text"),
    FieldSpec("honseki_lot", "text"),
    FieldSpec("koseki_head", "text"),
)
FOREIGN_FIELDS = (
    FieldSpec("roman_name", "text"),
    FieldSpec("kanji_name", "text"),
    FieldSpec("alias", "text"),
    FieldSpec("alias_furigana", "kana"),
    FieldSpec("nationality_code", "text"),
    FieldSpec("nationality", "text"),
    FieldSpec("article_30_45_category", "choice", choices=STATUS_CATEGORY),
    FieldSpec("residence_status", "text"),
    FieldSpec("stay_years", "text"),
    FieldSpec("stay_months", "text"),
    FieldSpec("stay_days", "text"),
    FieldSpec("stay_expires_on", "date"),
    FieldSpec("residence_card_number", "text"),
)
PERSON_FIELDS = (
    FieldSpec("resident_id", "resident", help="再転入者・既に宛名番号のある人"),
    FieldSpec("resident_kind", "choice", required=True, choices=KIND),
    *NAME_FIELDS,
    FieldSpec("sex", "choice", required=True, choices=SEX),
    FieldSpec("birth_date", "noted_date", required=True),
    FieldSpec("relationship", "relationship", required=True),
    FieldSpec("resident_code", "text"),
    FieldSpec("individual_number", "text"),
    *HONSEKI_FIELDS,
    *FOREIGN_FIELDS,
)

_CODES = frozenset({"resident_kind", "sex"})
_NOT_ITEMS = frozenset({"resident_id", "individual_number"})


def plain_items(values: Mapping[str, Any]) -> Items:
    """Items from read values: dates unfolded into day and wording, codes as numbers, what is no item left out."""
    items: Items = {}
    for name, value in values.items():
        if name in _NOT_ITEMS or name not in ITEM_SET:
            continue
        if isinstance(value, RegisterDate):
            items[name] = value.value
            if value.note:
                items[f"{name}_note"] = value.note
        elif name in _CODES:
            items[name] = int(value)
        else:
            items[name] = value
    return items


def with_split_name(items: Items) -> Items:
    """氏・名 from 氏名 (Japanese residents: parted by a full-width space)."""
    if items.get("resident_kind") == JAPANESE and "name" in items:
        family, _, given = str(items["name"]).partition("\u3000")
        return {**items, "family_name": family, "given_name": given}
    return items


def first_items(
    row: Mapping[str, Any], day: RegisterDate, reason: str, household: Items, address: Items
) -> Items:
    """記載: the complete first entry of one person (1.1, 1.2): identity, place in the household, address and its dates."""
    items = with_split_name(plain_items(row))
    dated: dict[str, date | str] = {"entered_on": day.value, "address_since": day.value}
    became = "became_foreign_resident_on" if items.get("resident_kind") == FOREIGN else "became_resident_on"
    dated[became] = day.value
    if day.note:
        dated |= {"entered_on_note": day.note, f"{became}_note": day.note, "address_since_note": day.note}
    return {**items, **address, **household, **dated, "resident_status": RESIDENT, "entry_reason": reason}
