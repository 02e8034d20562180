"""入力欄と、新たに記載する人: the fields that forms share, and the items that a first entry holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from yakuba.kernel.check_digits import individual_number_finding, resident_code_finding
from yakuba.kernel.codes import ListName, codes, is_stay_code
from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error
from yakuba.kernel.names import former_family_name_findings, furigana_finding, name_findings, roman_name_finding
from yakuba.registers.residents.columns import ITEM_KINDS
from yakuba.registers.residents.fold import Items

from .base import FOREIGN, JAPANESE, RESIDENT, Context, FieldSpec, Form
from .checks import required


def choices(list_name: ListName) -> tuple[tuple[str, str], ...]:
    """選択肢: a code list as (code, term) pairs."""
    return tuple((entry.code, entry.term) for entry in codes(list_name).values())


def grouped(title: str, *specs: FieldSpec) -> tuple[FieldSpec, ...]:
    """The fields under one heading of the form."""
    return tuple(replace(spec, group=title) for spec in specs)


SEX = (("1", "男"), ("2", "女"), ("0", "不明"))
STATUS_CATEGORIES = choices("article_30_45_categories")
CARD_CATEGORIES = frozenset({"01", "02"})
"""中長期在留者・特別永住者: those who hold a card with a number."""
STAY_CATEGORIES = frozenset({"03", "04"})
"""一時庇護許可者・仮滞在許可者: those whose period must be kept."""

OCCURRED = FieldSpec("occurred_on", "date", required=True, help="空欄から入力します")
OCCURRED_NOTED = FieldSpec(
    "occurred_on", "noted_date", required=True, help="不詳のときは「令和8年11月頃」のように入力します"
)
NOTIFIED = FieldSpec("notified_on", "date", help="届出のあった日")
AUTHORITY_NOTIFIED = FieldSpec("notified_on", "date", help="戸籍届出・通知・申出・請求のあった日。なければ空欄")
BY_AUTHORITY = FieldSpec("by_authority", "flag", help="届出がなく、職権で処理するとき")
NOTICE = FieldSpec("notice", "text", help="異動に付けて残す文言（住民票の写しの統合記載欄に載ることがあります）")
RESIDENTS = FieldSpec("residents", "residents", required=True)
NOTICE_FIELDS = (OCCURRED, NOTIFIED, BY_AUTHORITY)
JOINED = FieldSpec(
    "household_id", "household", help="既にある世帯に入るとき。住所はその世帯の住所になります", group="世帯"
)

ADDRESS_FIELDS = grouped(
    "住所",
    FieldSpec("town_code", "text", help="町字ID"),
    FieldSpec("town", "text", help="世帯に入るときは空欄"),
    FieldSpec("block", "text", help="世帯に入るときは空欄"),
    FieldSpec("building", "text"),
    FieldSpec("postal_code", "text"),
)
ORIGIN_FIELDS = grouped(
    "転入前住所",
    FieldSpec("origin_prefecture", "text"),
    FieldSpec("origin_city", "text", help="確定できないときは「不明」、国外のときは空欄"),
    FieldSpec("origin_town", "text"),
    FieldSpec("origin_block", "text"),
    FieldSpec("origin_building", "text"),
    FieldSpec("origin_postal_code", "text"),
    FieldSpec("origin_country", "text"),
    FieldSpec("origin_foreign_address", "text"),
    FieldSpec("origin_head_name", "text"),
)
HONSEKI_FIELDS = grouped(
    "本籍",
    FieldSpec("honseki_prefecture", "text"),
    FieldSpec("honseki_city", "text", help="「なし」「不明」も入力できます"),
    FieldSpec("honseki_town", "text"),
    FieldSpec("honseki_lot", "text"),
    FieldSpec("koseki_head", "text", help="「なし」「不明」も入力できます"),
)
HONSEKI = tuple(spec.name for spec in HONSEKI_FIELDS)
STAY_FIELDS = grouped(
    "在留",
    FieldSpec("article_30_45_category", "choice", choices=STATUS_CATEGORIES),
    FieldSpec("residence_status", "choice", choices=choices("residence_statuses")),
    FieldSpec("stay_years", "text", help="2桁（00–05）"),
    FieldSpec("stay_months", "text", help="2桁（00–11）"),
    FieldSpec("stay_days", "text", help="3桁（000–365）"),
    FieldSpec("stay_expires_on", "date"),
    FieldSpec("provisional_stay_period", "text", help="一時庇護許可者の上陸期間、仮滞在許可者の仮滞在期間"),
    FieldSpec("residence_card_number", "text", help="中長期在留者・特別永住者は必須"),
)
NATIONALITY_FIELDS = grouped("国籍・地域", FieldSpec("nationality_code", "text"), FieldSpec("nationality", "text"))
FOREIGN_FIELDS = (
    *grouped(
        "外国人住民",
        FieldSpec("roman_name", "text", help="半角の大文字"),
        FieldSpec("kanji_name", "text"),
        FieldSpec("alias", "text"),
        FieldSpec("alias_furigana", "kana"),
        FieldSpec("name_priority", "choice", choices=choices("name_priorities")),
        FieldSpec(
            "residence_place_notified", "flag", help="在留カード等を添えた届出（入管法19条の9により住居地届出とみなす）"
        ),
        FieldSpec("landing_permit_move_in", "flag"),
    ),
    *NATIONALITY_FIELDS,
    *STAY_FIELDS,
)
PERSON_FIELDS = (
    FieldSpec("resident_id", "resident", help="再転入者など、既に宛名番号のある人"),
    FieldSpec("resident_kind", "choice", required=True, choices=choices("resident_kinds")),
    FieldSpec("name", "text", required=True, help="日本人住民は氏と名の間に全角の空白"),
    FieldSpec("name_furigana", "kana"),
    FieldSpec("former_family_name", "text"),
    FieldSpec("former_family_name_furigana", "kana"),
    FieldSpec("sex", "choice", required=True, choices=SEX),
    FieldSpec("birth_date", "noted_date", required=True),
    FieldSpec("relationship", "relationship", required=True, help="世帯主から見た続柄"),
    FieldSpec("resident_code", "text", help="空欄なら在庫から付番します"),
    FieldSpec("individual_number", "text"),
    *HONSEKI_FIELDS,
    *FOREIGN_FIELDS,
)

_CODES = frozenset(name for name, kind in ITEM_KINDS.items() if kind == "code")
_FLAGS = frozenset(name for name, kind in ITEM_KINDS.items() if kind == "flag")


def plain_items(values: Mapping[str, Any]) -> Items:
    """Items from read values: dates unfolded into day and wording, codes as numbers, what is no item left out."""
    items: Items = {}
    for name, value in values.items():
        if name not in ITEM_KINDS:
            continue
        if isinstance(value, RegisterDate):
            items[name] = value.value
            if value.note and f"{name}_note" in ITEM_KINDS:
                items[f"{name}_note"] = value.note
        elif name in _CODES:
            items[name] = int(value)
        elif name in _FLAGS:
            items[name] = value is True or value == "1"
        else:
            items[name] = value
    return items


def field_items(form: Form, specs: tuple[FieldSpec, ...]) -> Items:
    """The items that these fields of the form fill."""
    return plain_items({spec.name: form.values[spec.name] for spec in specs if spec.name in form.values})


def with_split_name(items: Items, kind: int | None = None) -> Items:
    """氏・名 from 氏名 (Japanese residents: parted by a full-width space)."""
    if (kind or items.get("resident_kind")) == JAPANESE and "name" in items:
        family, _, given = str(items["name"]).partition("\u3000")
        return {**items, "family_name": family, "given_name": given}
    return items


def first_items(row: Mapping[str, Any], day: RegisterDate, reason: str, household: Items, address: Items) -> Items:
    """記載: the complete first entry of one person (1.1, 1.2): identity, place in the household, address and its dates.

    住所を定めた日 is stored equal to 住民となった日 until a 転居 (4.1.1.1).
    """
    items = with_split_name(plain_items(row))
    dated: dict[str, date | str] = {"entered_on": day.value, "address_since": day.value}
    became = "became_foreign_resident_on" if items.get("resident_kind") == FOREIGN else "became_resident_on"
    dated[became] = day.value
    if day.note:
        dated |= {"entered_on_note": day.note, f"{became}_note": day.note, "address_since_note": day.note}
    return {**items, **address, **household, **dated, "resident_status": RESIDENT, "entry_reason": reason}


def check_people(form: Form, context: Context) -> list[Finding]:
    """新たに記載する人の検査: required items (1.1.6), names, numbers; what may not be blank depends on 住民種別."""
    findings: list[Finding] = []
    for position, row in enumerate(form.people()):
        path = f"people.{position}."
        kind = int(row.get("resident_kind", 0))
        if kind == JAPANESE:
            remedy = "届書・転出証明書を見て入力してください。「なし」「不明」とも入力できます。"
            findings += [
                required(path + name, remedy=remedy) for name in ("honseki_city", "koseki_head") if not row.get(name)
            ]
        elif kind == FOREIGN:
            if not row.get("article_30_45_category"):
                findings.append(
                    required(path + "article_30_45_category", remedy="在留カード等を見て入力してください。")
                )
            findings += check_stay(row, path)
        findings += _check_names(row, kind, path)
        findings += _check_numbers(row, path)
        birth = row.get("birth_date")
        if birth and birth.value > context.today:
            message = "生年月日が処理日より後です。"
            findings.append(
                error("birth-after-today", message, "生年月日を確かめてください。", item=f"{path}birth_date")
            )
    return findings


def check_stay(row: Mapping[str, Any], path: str = "") -> list[Finding]:
    """30条の45の区分ごとの必須項目 (1.1.6), and the codes of 在留期間."""
    findings: list[Finding] = []
    category = row.get("article_30_45_category")
    if category in CARD_CATEGORIES and not row.get("residence_card_number"):
        remedy = "在留カードまたは特別永住者証明書を見て入力してください。"
        findings.append(required(f"{path}residence_card_number", "在留カード等の番号が空欄です。", remedy))
    if category in STAY_CATEGORIES and not row.get("provisional_stay_period"):
        remedy = "許可書を見て入力してください。"
        findings.append(required(f"{path}provisional_stay_period", "上陸期間または仮滞在期間が空欄です。", remedy))
    for unit in ("years", "months", "days"):
        text = row.get(f"stay_{unit}")
        if text and not is_stay_code(unit, str(text)):
            message, remedy = (
                f"在留期間「{text}」が一覧にありません。",
                "年 00–05、月 00–11、日 000–365 で入力してください。",
            )
            findings.append(error("stay-code", message, remedy, item=f"{path}stay_{unit}", value=str(text)))
    return findings


def _check_names(row: Mapping[str, Any], kind: int, path: str) -> list[Finding]:
    findings: list[Finding] = []
    name = str(row.get("name") or "")
    if name and kind == JAPANESE:
        findings += name_findings(name, item=f"{path}name")
        findings += check_furigana(row.get("name_furigana"), name, f"{path}name_furigana")
    if row.get("former_family_name"):
        findings += former_family_name_findings(str(row["former_family_name"]), item=f"{path}former_family_name")
    if row.get("roman_name"):
        finding = roman_name_finding(str(row["roman_name"]), item=f"{path}roman_name")
        findings += [finding] if finding else []
    for item, wrong in (("former_family_name", FOREIGN), ("alias", JAPANESE)):
        if row.get(item) and kind == wrong:
            message = (
                "旧氏は日本人住民だけが記載できます。" if wrong == FOREIGN else "通称は外国人住民だけが記載できます。"
            )
            findings.append(error("item-not-for-kind", message, "空欄にしてください。", item=path + item))
    return findings


def check_furigana(furigana: object, name: str, item: str = "name_furigana") -> list[Finding]:
    """氏名の振り仮名: parted where the name is."""
    finding = furigana_finding(str(furigana), name=name, item=item) if furigana else None
    return [finding] if finding else []


def _check_numbers(row: Mapping[str, Any], path: str) -> list[Finding]:
    code, number = row.get("resident_code"), row.get("individual_number")
    found = [
        resident_code_finding(str(code), item=f"{path}resident_code") if code else None,
        individual_number_finding(str(number), item=f"{path}individual_number") if number else None,
    ]
    return [finding for finding in found if finding]
