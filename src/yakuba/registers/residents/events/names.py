"""旧氏・通称・振り仮名・氏名 (national specification 1.1.7, 4.2.3; 氏名の振り仮名 since 2025-05-26)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error
from yakuba.kernel.names import former_family_name_findings, name_findings, roman_name_finding
from yakuba.registers.residents.fold import Items

from .base import JAPANESE, Change, Context, EventKind, FieldSpec, Form, Person, Plan, Subjects
from .checks import check_dates, check_kind, check_resident_kind, check_residents, chosen, name_of, present, required
from .law import period
from .people import (
    AUTHORITY_NOTIFIED,
    HONSEKI_FIELDS,
    NOTICE,
    OCCURRED,
    RESIDENTS,
    check_furigana,
    field_items,
    with_split_name,
)
from .placing import head_name_changes, own_head_name

Edit = Callable[[Form, Person, Items], tuple[Change, list[Finding]]]


def subjects(form: Form) -> Subjects:
    """The people chosen."""
    return Subjects(form.ids("residents"))


def planner(edit: Edit) -> Callable[[EventKind, Form, Context], Plan]:
    """A plan that edits each person chosen on the day by itself."""

    def plan(kind: EventKind, form: Form, context: Context) -> Plan:
        day, ids = form.noted("occurred_on"), form.ids("residents")
        findings = check_dates(kind, form, context)
        if day is None:
            return Plan(findings)
        findings += check_residents(chosen(context, ids), day.value)
        changes = []
        for person in present(context, ids):
            items = person.at(day.value)
            findings += check_kind(kind.reason, items)
            change, wrong = edit(form, person, items)
            findings += wrong
            changes.append(change)
        return Plan(findings, [kind.draft(form, day, changes)])

    return plan


# --- 旧氏・通称 ---


def _set_former_name(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    name, held = form.text("former_family_name"), items.get("former_family_name")
    findings = former_family_name_findings(name) if name else []
    if held:
        message = f"{name_of(person)} には既に旧氏「{held}」が記載されています。"
        findings.append(error("former-name-held", message, "旧氏の変更で入力してください。", item="former_family_name"))
    findings += _check_same_family_name(name, items)
    return _former_name(form, person, items), findings


def _change_former_name(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    name, held = form.text("former_family_name"), items.get("former_family_name")
    findings = former_family_name_findings(name) if name else []
    if not held:
        findings.append(_no_former_name(person))
    elif (held, items.get("former_family_name_furigana") or "") == (name, form.text("former_family_name_furigana")):
        findings.append(nothing_changes("former_family_name"))
    findings += _check_same_family_name(name, items)
    return _former_name(form, person, items), findings


def _former_name(form: Form, person: Person, items: Items) -> Change:
    names = ("former_family_name", "former_family_name_furigana")
    new: Items = {name: form.text(name) for name in names if form.text(name)}
    if "former_family_name_furigana" in new:
        new["former_family_name_furigana_confirmed"] = bool(form.values.get("former_family_name_furigana_confirmed"))
    return Change(person.resident_id, new, _blanked(items, new, "former_family_name"))


def _check_same_family_name(name: str, items: Items) -> list[Finding]:
    if not name or name != items.get("family_name"):
        return []
    message = f"旧氏「{name}」は今の氏と同じです。"
    return [error("former-name-same", message, "戸籍謄本等で旧氏を確かめてください。", item="former_family_name")]


def _no_former_name(person: Person) -> Finding:
    message = f"{name_of(person)} には旧氏が記載されていません。"
    return error("former-name-missing", message, "旧氏の記載で入力してください。", item="residents")


def nothing_changes(item: str) -> Finding:
    """変更なし: what was entered is what is recorded."""
    return error("nothing-changes", "記載されている内容と同じです。", "変更する内容を入力してください。", item=item)


def _blanked(items: Items, new: Items, name: str) -> tuple[str, ...]:
    group = (name, f"{name}_furigana", f"{name}_furigana_confirmed")
    return tuple(each for each in group if each not in new and items.get(each) is not None)


def _delete_former_name(_form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    findings = [] if items.get("former_family_name") else [_no_former_name(person)]
    return Change(person.resident_id, {}, _blanked(items, {}, "former_family_name")), findings


def _set_alias(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    new: Items = {name: form.text(name) for name in ("alias", "alias_furigana") if form.text(name)}
    findings: list[Finding] = []
    if items.get("alias"):
        message = f"{name_of(person)} には既に通称「{items['alias']}」が記載されています。"
        findings.append(error("alias-held", message, "先に通称の削除を入力してください。", item="alias"))
    return Change(person.resident_id, new, _blanked(items, new, "alias")), findings


def _delete_alias(_form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    findings: list[Finding] = []
    if not items.get("alias"):
        message = f"{name_of(person)} には通称が記載されていません。"
        findings.append(error("alias-missing", message, "対象者を確かめてください。", item="residents"))
    return Change(person.resident_id, {}, _blanked(items, {}, "alias")), findings


# --- 氏名の振り仮名 ---


def _check_in_force(day: date | None) -> list[Finding]:
    if day is None or period("name_furigana", day) is not None:
        return []
    message = "氏名の振り仮名を記載できるのは令和7年5月26日からです。"
    return [error("furigana-before-law", message, "異動日を確かめてください。", item="occurred_on")]


def _set_furigana(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    furigana = form.text("name_furigana")
    day = form.date("occurred_on")
    findings = [*_check_in_force(day), *check_furigana(furigana, str(items.get("name") or ""))]
    if day:
        findings += check_resident_kind([person], day, JAPANESE)
    if items.get("name_furigana") == furigana and items.get("name_furigana_confirmed"):
        findings.append(nothing_changes("name_furigana"))
    return Change(person.resident_id, {"name_furigana": furigana, "name_furigana_confirmed": True}), findings


def _confirm_furigana(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    day = form.date("occurred_on")
    findings = _check_in_force(day)
    if day:
        findings += check_resident_kind([person], day, JAPANESE)
        if not form.date("notified_on") and not findings and period("name_furigana_automatic", day) is None:
            remedy = "通知日を入力してください。通知のない職権の記載は令和8年5月26日からです。"
            findings.append(required("notified_on", "戸籍の通知日が空欄です。", remedy))
    if not items.get("name_furigana"):
        message = f"{name_of(person)} の振り仮名は空欄です。"
        findings.append(error("furigana-missing", message, "振り仮名の記載で入力してください。", item="residents"))
    elif items.get("name_furigana_confirmed"):
        message = f"{name_of(person)} の振り仮名は確認済みです。"
        findings.append(error("furigana-confirmed", message, "対象者から外してください。", item="residents"))
    return Change(person.resident_id, {"name_furigana_confirmed": True}), findings


# --- 氏名の変更 ---


def _plan_name_change(kind: EventKind, form: Form, context: Context) -> Plan:
    """氏名の変更 from the 戸籍 notice, or the residence card: the members' 世帯主氏名 follows."""
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    people = present(context, ids)
    if len(ids) > 1:
        message = "氏名の変更は一人ずつ入力します。"
        findings.append(error("one-person", message, "一人を選んでください。", item="residents"))
    if not people or not form.text("name"):
        return Plan(findings)
    person = people[0]
    change, wrong = _renamed(form, person, day)
    changes = [change, *head_name_changes(context, person, form.text("name"), day.value)]
    return Plan([*findings, *wrong], [kind.draft(form, day, changes)])


def _renamed(form: Form, person: Person, day: RegisterDate) -> tuple[Change, list[Finding]]:
    items = person.at(day.value)
    name, furigana = form.text("name"), form.text("name_furigana")
    findings: list[Finding] = []
    japanese = items.get("resident_kind") == JAPANESE
    new = with_split_name(
        {**field_items(form, _NAME_FIELDS), **field_items(form, HONSEKI_FIELDS)}, items.get("resident_kind")
    )
    if japanese:
        findings += [*name_findings(name), *check_furigana(furigana, name)]
        wrong = [spec.name for spec in _NAME_FIELDS if spec.name in new and spec.name in ("roman_name", "kanji_name")]
    else:
        finding = roman_name_finding(form.text("roman_name")) if form.text("roman_name") else None
        findings += [finding] if finding else []
        wrong = [spec.name for spec in HONSEKI_FIELDS if spec.name in new]
    findings += [
        error("item-not-for-kind", "この人の住民種別にはない項目です。", "空欄にしてください。", item=each)
        for each in wrong
    ]
    if all(items.get(each) == value for each, value in new.items()):
        findings.append(nothing_changes("name"))
    new |= own_head_name(items, name)
    if furigana:
        new["name_furigana_confirmed"] = japanese
    stale = () if furigana or name == items.get("name") else ("name_furigana", "name_furigana_confirmed")
    return Change(person.resident_id, new, tuple(each for each in stale if items.get(each) is not None)), findings


_NAME_FIELDS = (
    FieldSpec("name", "text", required=True, help="氏と名の間に全角の空白（日本人住民）"),
    FieldSpec("name_furigana", "kana", help="空欄なら前の振り仮名は消えます"),
    FieldSpec("roman_name", "text", help="外国人住民"),
    FieldSpec("kanji_name", "text", help="外国人住民"),
)
_FORMER_NAME = (
    FieldSpec("former_family_name", "text", required=True),
    FieldSpec("former_family_name_furigana", "kana"),
    FieldSpec("former_family_name_furigana_confirmed", "flag"),
)
_REQUESTED = FieldSpec("notified_on", "date", required=True, help="請求のあった日")
_OFFERED = FieldSpec("notified_on", "date", required=True, help="申出のあった日")


def _kind(slug: str, label: str, reason: str, edit: Edit, *fields: FieldSpec) -> EventKind:
    return EventKind(slug, label, "name", reason, (OCCURRED, *fields, NOTICE), subjects, planner(edit))


KINDS = (
    _kind("former_name_set", "旧氏の記載", "54", _set_former_name, _REQUESTED, RESIDENTS, *_FORMER_NAME),
    _kind("former_name_change", "旧氏の変更", "55", _change_former_name, _REQUESTED, RESIDENTS, *_FORMER_NAME),
    _kind("former_name_delete", "旧氏の削除", "56", _delete_former_name, _REQUESTED, RESIDENTS),
    _kind(
        "alias_set", "通称の記載", "57", _set_alias, _OFFERED, RESIDENTS,
        FieldSpec("alias", "text", required=True), FieldSpec("alias_furigana", "kana"),
    ),
    _kind("alias_delete", "通称の削除", "58", _delete_alias, _OFFERED, RESIDENTS),
    _kind(
        "furigana_set", "氏名の振り仮名の記載", "43", _set_furigana, AUTHORITY_NOTIFIED, RESIDENTS,
        FieldSpec("name_furigana", "kana", required=True),
    ),
    _kind("furigana_confirm", "氏名の振り仮名の確認", "43", _confirm_furigana, AUTHORITY_NOTIFIED, RESIDENTS),
    EventKind(
        "name_change", "氏名の変更", "name", "43",
        (OCCURRED, AUTHORITY_NOTIFIED, RESIDENTS, *_NAME_FIELDS, *HONSEKI_FIELDS, NOTICE), subjects, _plan_name_change,
    ),
)  # fmt: skip
