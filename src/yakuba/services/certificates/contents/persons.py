"""一人分の記載: which items a form has a cell for, and which of them are omitted (national specification 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..material import Material
from ..rendering.content import Item, Person, ResidentKind
from ..rendering.forms import load_forms
from ..requests import MOVE_OUT_KINDS, RequestKind
from ..wording import wording
from .history import notified_on
from .values import SPECIAL_PERMANENT, grouped_number, is_foreign, texts, wareki, wareki_month

SWITCH_OF = {
    "head_name": "head_relationship",
    "relationship": "head_relationship",
    "honseki": "honseki",
    "koseki_head": "honseki",
} | {
    name: name
    for name in (
        "resident_code", "individual_number", "nationality", "article_30_45_category", "residence_status",
        "stay_period", "stay_expires_on", "residence_card_number",
    )
}  # fmt: skip
"""The switch that an item hangs on; items without one are always printed."""
OPTIONAL = frozenset({"previous_address", "alien_registration_on"})
"""Items whose row falls away when they are not asked for or blank."""


def is_shown(material: Material, key: str) -> bool:
    """印字するか: by the switches, on a 記載事項証明書 by the items that were chosen."""
    request = material.request
    if request.kind is RequestKind.ITEMS:
        return key in request.items or key in ("name", "remarks")
    switch = SWITCH_OF.get(key)
    return switch is None or switch in request.shown


@cache
def keys_of(template: str, form: str, block: str) -> tuple[str, ...]:
    """The keys of the items that a block of a form has cells for."""
    return tuple(cell.key for row in load_forms(template).rows[form, block] for cell in row.cells)


def person(material: Material, items: Mapping[str, Any], resident_id: int, form: str) -> Person:
    """一人分: the items of the form's block, omitted ones marked."""
    kind = ResidentKind.FOREIGN if is_foreign(items) else ResidentKind.JAPANESE
    shown = values(material, items, resident_id)
    keys = keys_of(material.asked.template, form, str(kind))
    return Person(tuple(printed(material, keys, shown)), kind)


def printed(material: Material, keys: tuple[str, ...], shown: Mapping[str, str]) -> list[Item]:
    """The items for these cells, with the omission mark where a switch is off."""
    request = material.request
    found = []
    for key in keys:
        if key == "previous_address" and request.kind is not RequestKind.ITEMS and key not in request.shown:
            continue
        if key in OPTIONAL and (not shown.get(key) or not is_shown(material, key)):
            continue
        label = shown.get(f"{key}_label", "")
        found.append(Item(key, shown.get(key, ""), omitted=not is_shown(material, key), label=label))
    return found


def values(material: Material, items: Mapping[str, Any], resident_id: int) -> dict[str, str]:
    """記載事項 as texts, with what the items alone do not say."""
    words = wording(material.asked.template)
    found = texts(items, with_building=not material.request.omit_building)
    number = material.numbers.get(resident_id)
    found["individual_number"] = grouped_number(number) if number else ""
    entries = material.entries.get(resident_id, ())
    found["notified_on"] = notified_on(entries, material.asked.valid_on, material.until)
    found["remarks"] = "　".join(remarks(material, items, resident_id))
    if is_foreign(items):
        special = items.get("article_30_45_category") == SPECIAL_PERMANENT
        found["residence_card_number_label"] = words["card_numbers"]["special_permanent" if special else "other"]
    if material.request.kind in MOVE_OUT_KINDS:
        found |= insurance(items, words["insurance"])
    return found


def remarks(material: Material, items: Mapping[str, Any], resident_id: int) -> list[str]:
    """備考 (C類型): the register's, the de-facto head, and what the clerk adds (beside the first person)."""
    words = wording(material.asked.template)
    found = [str(items["remarks"])] if items.get("remarks") else []
    if items.get("de_facto_head_name") and is_shown(material, "head_name"):
        found.append(words["de_facto_head"].format(name=items["de_facto_head_name"]))
    if material.views and material.views[0].resident_id == resident_id:
        found.extend(material.request.remarks)
    return found


def insurance(items: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """国保・後期高齢・介護・年金・児童手当 (施行令23条)."""
    found = {}
    for key in ("national_health", "late_elderly", "long_term_care", "pension"):
        if not items.get(f"{key}_insured"):
            continue
        parts = [words["insured"]]
        if key == "pension":
            parts += [str(items[name]) for name in ("pension_kind", "pension_number") if items.get(name)]
        if day := wareki(items, f"{key}_acquired_on"):
            parts.append(words["acquired"].format(day=day))
        found[key] = "　".join(parts)
    months = (("from_month", "child_allowance_from_month"), ("to_month", "child_allowance_to_month"))
    found["child_allowance"] = "".join(
        words[word].format(month=wareki_month(str(items[name]))) for word, name in months if items.get(name)
    )
    return found
