"""項目の表示: the items of the 住民票 in groups with short labels, and each value in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yakuba.kernel.codes import ListName, codes
from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.relationships import Relationship, parse_compact
from yakuba.kernel.wareki import CALENDAR_STARTS_ON
from yakuba.law.glossary import glossary
from yakuba.registers.residents.events.base import NEW_CODE, NEW_HOUSEHOLD
from yakuba.registers.residents.screen import HIDDEN

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("氏名・本人", (
        ("name", "氏名"), ("name_furigana", "振り仮名"), ("name_furigana_confirmed", "振り仮名の確認"), ("family_name", "氏"), ("given_name", "名"),
        ("roman_name", "ローマ字氏名"), ("kanji_name", "漢字氏名"), ("former_family_name", "旧氏"), ("former_family_name_furigana", "旧氏の振り仮名"),
        ("former_family_name_furigana_confirmed", "旧氏の振り仮名の確認"), ("alias", "通称"), ("alias_furigana", "通称の振り仮名"),
        ("alias_furigana_confirmed", "通称の振り仮名の確認"), ("name_priority", "氏名優先区分"), ("sex", "性別"), ("birth_date", "生年月日"),
        ("resident_kind", "住民種別"), ("resident_code", "住民票コード"), ("individual_number", "個人番号"),
    )),
    ("世帯", (
        ("relationship", "続柄"), ("head_name", "世帯主氏名"), ("de_facto_head_name", "事実上の世帯主"), ("listing_order", "記載順位"),
        ("household_id", "世帯番号"),
    )),
    ("住所", (
        ("prefecture", "都道府県"), ("city", "市区町村"), ("town", "町字"), ("block", "番地"), ("building", "方書"), ("building_furigana", "方書の振り仮名"),
        ("building_code", "方書コード"), ("postal_code", "郵便番号"), ("municipality_code", "市区町村コード"), ("town_code", "町字コード"), ("ward_code", "行政区コード"),
        ("district_code", "地区コード"), ("address_since", "住所を定めた日"), ("previous_town", "転居前の町字"), ("previous_block", "転居前の番地"),
        ("previous_building", "転居前の方書"),
    )),
    ("記載・消除", (
        ("resident_status", "住民状態"), ("entry_reason", "記載の事由"), ("entered_on", "記載の異動日"), ("became_resident_on", "住民となった日"),
        ("struck_reason", "消除の事由"), ("struck_on", "消除の異動日"), ("struck_notified_on", "消除の届出日"),
        ("last_registered_address", "最終登録住所地"), ("remarks", "備考"),
    )),
    ("本籍", (
        ("honseki_prefecture", "本籍の都道府県"), ("honseki_city", "本籍の市区町村"), ("honseki_town", "本籍の町字"), ("honseki_lot", "本籍の地番"), ("koseki_head", "筆頭者"),
    )),
    ("転入前住所", (
        ("origin_prefecture", "都道府県"), ("origin_city", "市区町村"), ("origin_town", "町字"), ("origin_block", "番地"), ("origin_building", "方書"),
        ("origin_postal_code", "郵便番号"), ("origin_municipality_code", "市区町村コード"), ("origin_country", "国名"), ("origin_country_code", "国名コード"),
        ("origin_foreign_address", "国外住所"), ("origin_head_name", "前住所の世帯主"),
    )),
    ("転出先", (
        ("move_out_notified_on", "転出届出日"), ("move_out_planned_on", "転出予定日"), ("destination_prefecture", "転出先（予定）の都道府県"),
        ("destination_city", "転出先（予定）の市区町村"), ("destination_town", "転出先（予定）の町字"), ("destination_block", "転出先（予定）の番地"),
        ("destination_building", "転出先（予定）の方書"), ("destination_postal_code", "転出先（予定）の郵便番号"), ("destination_municipality_code", "転出先（予定）の市区町村コード"),
        ("destination_country", "転出先（予定）の国名"), ("destination_country_code", "転出先の国名コード"),
        ("destination_foreign_address", "転出先の国外住所"), ("move_out_confirmed_on", "転出日（確定）"), ("move_in_notice_on", "転入通知日"),
        ("arrival_prefecture", "転出先（確定）の都道府県"), ("arrival_city", "転出先（確定）の市区町村"), ("arrival_town", "転出先（確定）の町字"),
        ("arrival_block", "転出先（確定）の番地"), ("arrival_building", "転出先（確定）の方書"), ("arrival_postal_code", "転出先（確定）の郵便番号"),
    )),
    ("外国人住民", (
        ("nationality", "国籍・地域"), ("nationality_code", "国籍コード"), ("article_30_45_category", "法30条の45の区分"), ("residence_status", "在留資格"),
        ("stay_years", "在留期間（年）"), ("stay_months", "在留期間（月）"), ("stay_days", "在留期間（日）"), ("stay_expires_on", "在留期間の満了の日"),
        ("residence_card_number", "在留カード等の番号"), ("residence_card_kind", "カードの区分"), ("became_foreign_resident_on", "外国人住民となった日"),
        ("alien_registration_on", "旧外登法の登録日"), ("provisional_stay_period", "上陸・仮滞在期間"), ("residence_place_notified", "住居地の届出"),
        ("landing_permit_move_in", "上陸許可証による転入"),
    )),
    ("個別事項", (
        ("electoral_registered", "選挙人名簿"), ("national_health_insured", "国民健康保険"), ("national_health_acquired_on", "国保の取得日"),
        ("national_health_lost_on", "国保の喪失日"), ("late_elderly_insured", "後期高齢者医療"), ("late_elderly_acquired_on", "後期の取得日"),
        ("late_elderly_lost_on", "後期の喪失日"), ("long_term_care_insured", "介護保険"), ("long_term_care_acquired_on", "介護の取得日"),
        ("long_term_care_lost_on", "介護の喪失日"), ("pension_insured", "国民年金"), ("pension_kind", "年金の種別"), ("pension_kind_changed_on", "種別の変更日"),
        ("pension_number", "基礎年金番号"), ("pension_acquired_on", "年金の取得日"), ("pension_lost_on", "年金の喪失日"),
        ("child_allowance_from_month", "児童手当の開始年月"), ("child_allowance_to_month", "児童手当の終了年月"), ("adult_guardianship", "成年被後見人"),
        ("individual_number_card_status", "個人番号カード"), ("signature_certificate_serial", "署名用証明書の番号"), ("user_certificate_serial", "利用者証明用証明書の番号"),
    )),
)  # fmt: skip
"""区分 → (項目の識別子, 画面の見出し), in the order of the person's page."""

FORM_LABELS = {
    "occurred_on": "異動日", "notified_on": "届出日", "notice": "留意事項", "residents": "異動者", "household_id": "入る世帯", "people": "人",
    "resident_id": "宛名番号のある人", "parent_id": "引用する親", "new_head_id": "新しい世帯主", "event_id": "取り消す異動",
    "resident_code": "住民票コード", "individual_number": "個人番号", "reason": "事由", "by_authority": "職権による処理", "ground": "理由",
}  # fmt: skip
"""入力欄の見出し of what is no item of the 住民票, or is called otherwise in a form."""

LABELS: dict[str, str] = {name: label for _, items in GROUPS for name, label in items} | {
    f"{name}_note": f"{label}（不詳の表記）" for _, items in GROUPS for name, label in items
}
CODE_LISTS: dict[str, ListName] = {
    "sex": "sexes", "resident_kind": "resident_kinds", "resident_status": "resident_statuses", "entry_reason": "event_reasons",
    "struck_reason": "event_reasons", "article_30_45_category": "article_30_45_categories", "name_priority": "name_priorities",
    "residence_status": "residence_statuses",
}  # fmt: skip
FOREIGN = 2
UNSETTLED: dict[tuple[str, object], str] = {
    ("household_id", NEW_HOUSEHOLD): "新しい世帯（本登録のときに付番）",
    ("resident_code", NEW_CODE): "（本登録のときに在庫から付番）",
}
"""What stands for a number that is given out at 本登録."""


def label(name: str) -> str:
    """項目の見出し in a form: the page's own short word, else the glossary's."""
    return FORM_LABELS.get(name) or LABELS.get(name) or _term(name)


def item_label(name: str) -> str:
    """項目の見出し on a page that shows the register, not a form."""
    return LABELS.get(name) or FORM_LABELS.get(name) or _term(name)


def _term(name: str) -> str:
    entry = glossary().get(name)
    return entry.term if entry else name


def coded(list_name: ListName, code: object) -> str:
    """コードの名称; the code itself where the list lacks it."""
    entry = codes(list_name).get(str(code))
    return entry.term if entry else str(code)


def relationship_text(compact: str) -> str:
    """続柄表記 of the stored form."""
    read = parse_compact(compact)
    return read.text if isinstance(read, Relationship) else compact


def shown_date(items: Mapping[str, Any], name: str) -> str:
    """日付: the wording where one is kept; a foreign resident's birth and 満了の日 in western years (1.1.2)."""
    value, note = items.get(name), items.get(f"{name}_note") or ""
    if value is None:
        return str(note)
    if not isinstance(value, date):
        return str(value)
    if value < CALENDAR_STARTS_ON:
        return value.isoformat()
    written = RegisterDate(value, note)
    western = name == "stay_expires_on" or (name == "birth_date" and items.get("resident_kind") == FOREIGN)
    return written.display_western() if western else written.display_wareki()


def shown(items: Mapping[str, Any], name: str) -> str:
    """項目の値 in words, as pages show it; "" when blank."""
    value = items.get(name)
    if value is None or value == "":
        return ""
    value = UNSETTLED.get((name, value), value)
    if isinstance(value, bool):
        return "有" if value else "無"
    if isinstance(value, date) and not isinstance(value, datetime):
        return shown_date(items, name)
    if name in CODE_LISTS:
        return coded(CODE_LISTS[name], value)
    return relationship_text(str(value)) if name == "relationship" else str(value)


def address_text(items: Mapping[str, Any], prefix: str = "", *, whole: bool = False) -> str:
    """住所: 町字 番地 方書 of the town's own residents; with `whole`, or a prefix such as `origin_`, from the prefecture on."""
    names = ("town", "block") if not (whole or prefix) else ("prefecture", "city", "town", "block")
    if HIDDEN in (items.get(f"{prefix}{name}") for name in (*names, "building")):
        return HIDDEN
    text = "".join(str(items.get(f"{prefix}{name}") or "") for name in names)
    building = items.get(f"{prefix}building") or ""
    abroad = f"{items.get(f'{prefix}country') or ''}{items.get(f'{prefix}foreign_address') or ''}" if prefix else ""
    return " ".join(part for part in (text, building, abroad) if part)
