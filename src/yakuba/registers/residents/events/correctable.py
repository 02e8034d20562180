"""修正できる項目: every item of the 住民票 but the keys, as fields of a form, and what a form says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from yakuba.kernel.codes import EntryClass, ListName, Reason
from yakuba.kernel.findings import Finding, error
from yakuba.kernel.names import name_findings
from yakuba.law.glossary import glossary, identifier
from yakuba.registers.residents.columns import ITEM_KINDS, NOTED_DATES
from yakuba.registers.residents.fold import Items
from yakuba.registers.residents.items import (
    AddressItems,
    DepartureItems,
    ForeignItems,
    IdentityItems,
    ParticularItems,
    StateItems,
)

from .base import FOREIGN, HEAD, JAPANESE, FieldKind, FieldSpec, Form
from .checks import required, two_heads
from .people import CARD_CATEGORIES, SEX, check_furigana, choices, field_items, with_split_name

KEYS = frozenset({"household_id", "resident_code", "resident_kind", "resident_status", "family_name", "given_name"})
"""Keys and states, which other events change, and 氏・名, which follow 氏名."""
_GROUPS = (
    ("氏名・本籍", IdentityItems), ("世帯・記載・消除", StateItems), ("住所", AddressItems), ("転出", DepartureItems),
    ("外国人住民", ForeignItems), ("個別事項", ParticularItems),
)  # fmt: skip
_LISTS: dict[str, ListName] = {
    "article_30_45_category": "article_30_45_categories",
    "residence_status": "residence_statuses",
    "name_priority": "name_priorities",
}
YES_NO = (("1", "有"), ("0", "無"))
_SEPARATORS = re.compile("[、,，\\s]+")
REQUIRED = {
    JAPANESE: frozenset({"became_resident_on", "honseki_city", "koseki_head"}),
    FOREIGN: frozenset({"became_foreign_resident_on", "article_30_45_category"}),
}
ALWAYS_REQUIRED = frozenset(
    {"name", "sex", "birth_date", "relationship", "town", "block", "entry_reason", "entered_on"}
)
"""必須項目 (1.1.6), which a correction may not blank."""
FOREIGN_ONLY = frozenset(
    {item.name for item in ForeignItems._meta.local_fields}
    | {"roman_name", "kanji_name", "alias", "alias_furigana", "alias_furigana_confirmed", "name_priority"}
)
"""Items that only a 外国人住民 has (1.1.2)."""
JAPANESE_ONLY = frozenset(
    {name for name in ITEM_KINDS if name.startswith(("honseki_", "former_family_name"))}
    | {"koseki_head", "became_resident_on", "became_resident_on_note", "electoral_registered"}
)
"""Items that only a 日本人住民 has (1.1.2)."""
CLEARED = FieldSpec(
    "cleared_items",
    "text",
    help="空欄にする項目の名前。二つ以上は「、」で区切ります（例 住所_方書、備考）",
    group="空欄にする項目",
)


def _reasons(*classes: EntryClass) -> tuple[tuple[str, str], ...]:
    return tuple((code, term) for code, term in choices("event_reasons") if Reason(code).entry_class in classes)


def _spec(name: str, group: str) -> FieldSpec:
    kind: FieldKind = "text"
    options: tuple[tuple[str, str], ...] = ()
    match ITEM_KINDS[name]:
        case "date":
            kind = "noted_date" if name in NOTED_DATES else "date"
        case "flag":
            kind, options = "choice", YES_NO
        case _:
            kind = "kana" if name.endswith("_furigana") else "text"
    if name == "relationship":
        kind = "relationship"
    elif name == "sex":
        kind, options = "choice", SEX
    elif name == "entry_reason":
        kind, options = "choice", _reasons(EntryClass.ENTRY)
    elif name == "struck_reason":
        kind, options = "choice", _reasons(EntryClass.STRIKING)
    elif name in _LISTS:
        kind, options = "choice", choices(_LISTS[name])
    return FieldSpec(name, kind, choices=options, group=group)


FIELDS = tuple(
    _spec(item.name, group)
    for group, mixin in _GROUPS
    for item in mixin._meta.local_fields
    if item.name not in KEYS and not item.name.endswith("_note")
)
"""項目 that 職権修正 and 誤記修正 may correct, grouped."""
CORRECTABLE = frozenset(spec.name for spec in FIELDS)


def fields_for(names: Iterable[str]) -> tuple[FieldSpec, ...]:
    """The fields of some of the items."""
    wanted = frozenset(names)
    return tuple(spec for spec in FIELDS if spec.name in wanted)


def cleared_items(form: Form, allowed: frozenset[str] = CORRECTABLE) -> tuple[tuple[str, ...], list[Finding]]:
    """空欄にする項目, named by their terms; a finding for each word that names none."""
    names: list[str] = []
    findings: list[Finding] = []
    for word in filter(None, _SEPARATORS.split(form.text("cleared_items"))):
        name = _item(word)
        if name in allowed:
            names.append(name)
        else:
            message = f"「{word}」は空欄にできる項目ではありません。"
            remedy = "入力欄の見出しにある項目名で入力してください。"
            findings.append(error("unknown-item", message, remedy, item="cleared_items", value=word))
    return tuple(names), findings


def _item(word: str) -> str:
    if word in glossary():
        return word
    try:
        return identifier(word)
    except KeyError:
        return ""


def corrected_items(form: Form, before: Items, specs: tuple[FieldSpec, ...] = FIELDS) -> tuple[Items, tuple[str, ...]]:
    """The items that differ from before, and the wordings of dates that a corrected date leaves behind."""
    typed = with_split_name(field_items(form, specs), before.get("resident_kind"))
    new = {name: value for name, value in typed.items() if before.get(name) != value}
    notes = [NOTED_DATES[name] for name in typed if name in NOTED_DATES and NOTED_DATES[name] not in typed]
    return new, tuple(note for note in notes if before.get(note) is not None)


def check_correction(before: Items, new: Items, cleared: Iterable[str]) -> list[Finding]:
    """修正の検査: items of the other 住民種別, required blanks, 世帯主 (only by 世帯主変更), names and readings."""
    kind = before.get("resident_kind")
    wrong = FOREIGN_ONLY if kind == JAPANESE else JAPANESE_ONLY
    findings = [
        error("item-not-for-kind", "この人の住民種別にはない項目です。", "空欄にしてください。", item=name)
        for name in new
        if name in wrong
    ]
    needed = ALWAYS_REQUIRED | REQUIRED.get(int(kind or 0), frozenset())
    if before.get("article_30_45_category") in CARD_CATEGORIES and before.get("resident_status") == 1:
        needed |= {"residence_card_number"}
    blanked = [name for name in cleared if name in needed]
    findings += [required("cleared_items", "空欄にできない項目です。", "正しい値を入力してください。") for _ in blanked]
    if "relationship" in new and HEAD in (new["relationship"], before.get("relationship")):
        findings.append(
            two_heads("世帯主になる、または世帯主でなくなる修正は、世帯主変更で入力します。", "relationship")
        )
    return findings + _check_texts(before, new)


def _check_texts(before: Items, new: Items) -> list[Finding]:
    findings: list[Finding] = []
    if before.get("resident_kind") == JAPANESE and ("name" in new or "name_furigana" in new):
        name: Any = new.get("name") or before.get("name") or ""
        findings += name_findings(str(name)) if "name" in new else []
        findings += check_furigana(new.get("name_furigana") or before.get("name_furigana"), str(name))
    return findings
