"""外国人住民の異動 (national specification 4.5.6–7, 法30条の48): status, card, 住居地, 続柄."""

from __future__ import annotations

from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.residents.fold import Items

from .base import FOREIGN, HEAD, Change, Context, EventKind, FieldSpec, Form, Person, Plan
from .checks import check_dates, check_resident_kind, check_residents, chosen, name_of, present, two_heads
from .names import Edit, nothing_changes, planner, subjects
from .people import (
    AUTHORITY_NOTIFIED,
    NATIONALITY_FIELDS,
    NOTICE,
    NOTICE_FIELDS,
    OCCURRED,
    RESIDENTS,
    STAY_CATEGORIES,
    STAY_FIELDS,
    check_stay,
    field_items,
)

_PERIOD_ITEMS = ("stay_years", "stay_months", "stay_days", "stay_expires_on")


def _only_foreign(form: Form, person: Person) -> list[Finding]:
    day = form.date("occurred_on")
    return check_resident_kind([person], day, FOREIGN) if day else []


def _change_status(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    """在留資格・在留期間等の変更: what the notice names; a new period replaces the former one as a whole."""
    new = field_items(form, (*STAY_FIELDS, *NATIONALITY_FIELDS))
    findings = _only_foreign(form, person)
    if all(items.get(name) == value for name, value in new.items()):
        findings.append(nothing_changes("residence_status"))
    stale: tuple[str, ...] = ()
    if any(name in new for name in _PERIOD_ITEMS):
        stale += tuple(name for name in _PERIOD_ITEMS if name not in new)
    if "article_30_45_category" in new and new["article_30_45_category"] not in STAY_CATEGORIES:
        stale += ("provisional_stay_period",) if "provisional_stay_period" not in new else ()
    cleared = tuple(name for name in stale if items.get(name) is not None)
    after = {name: value for name, value in {**items, **new}.items() if name not in cleared}
    return Change(person.resident_id, new, cleared), [*findings, *check_stay(after)]


def _change_card(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    number = form.text("residence_card_number")
    findings = _only_foreign(form, person)
    if items.get("residence_card_number") == number:
        findings.append(nothing_changes("residence_card_number"))
    return Change(person.resident_id, {"residence_card_number": number}), findings


def _notify_residence(form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    findings = _only_foreign(form, person)
    if items.get("residence_place_notified"):
        message = f"{name_of(person)} の住居地届出は済んでいます。"
        findings.append(error("residence-place-notified", message, "対象者から外してください。", item="residents"))
    return Change(person.resident_id, {"residence_place_notified": True}), findings


def _plan_relationship(kind: EventKind, form: Form, context: Context) -> Plan:
    """法30条の48: the 続柄 of a foreign resident to a foreign 世帯主 has changed."""
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    people, relation = present(context, ids), form.text("relationship")
    findings += check_resident_kind(people, day.value, FOREIGN)
    changes = []
    for person in people:
        items = person.at(day.value)
        if HEAD in (relation, items.get("relationship")):
            findings.append(
                two_heads("世帯主になる、または世帯主でなくなる変更は、世帯主変更で入力します。", "relationship")
            )
        if items.get("relationship") == relation:
            findings.append(nothing_changes("relationship"))
        household_id = items.get("household_id")
        head = context.head(household_id, day.value) if household_id is not None else None
        if head is not None and head.at(day.value).get("resident_kind") != FOREIGN:
            message, remedy = (
                "世帯主が外国人住民ではありません。",
                "続柄は戸籍の届出・通知による職権修正で入力するか確かめてください。",
            )
            findings.append(alert("head-not-foreign", message, remedy, item="residents"))
        changes.append(Change(person.resident_id, {"relationship": relation} if relation else {}))
    return Plan(findings, [kind.draft(form, day, changes)])


def _kind(slug: str, label: str, edit: Edit, *fields: FieldSpec) -> EventKind:
    return EventKind(
        slug,
        label,
        "foreign",
        "43",
        (OCCURRED, AUTHORITY_NOTIFIED, RESIDENTS, *fields, NOTICE),
        subjects,
        planner(edit),
    )


KINDS = (
    _kind("stay_change", "在留資格・在留期間等の変更", _change_status, *STAY_FIELDS, *NATIONALITY_FIELDS),
    _kind(
        "residence_card_change", "在留カード等の番号の変更", _change_card,
        FieldSpec("residence_card_number", "text", required=True),
    ),
    _kind("residence_place_notice", "住居地届出", _notify_residence),
    EventKind(
        "article_30_48", "法第30条の48の届出（続柄の変更）", "foreign", "43",
        (*NOTICE_FIELDS, RESIDENTS, FieldSpec("relationship", "relationship", required=True), NOTICE),
        subjects, _plan_relationship, notified=True, deadline="foreign_relationship_change_notification_period",
    ),
)  # fmt: skip
