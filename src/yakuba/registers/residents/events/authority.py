"""職権による修正・軽微な修正・備考・改製・再製 (national specification 4.2.3, 1.1.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.fold import Items
from yakuba.registers.residents.items import DepartureItems

from .base import Change, Context, EventKind, FieldSpec, Form, Person, Plan
from .checks import check_dates, check_later, check_residents, chosen, name_of, present, unknown_resident
from .correctable import CLEARED, FIELDS, check_correction, cleared_items, corrected_items, fields_for
from .names import nothing_changes, subjects
from .people import AUTHORITY_NOTIFIED, NOTICE, OCCURRED, RESIDENTS
from .placing import head_name_changes, own_head_name

MINOR = (
    "name", "name_furigana", "former_family_name", "alias", "head_name", "koseki_head", "honseki_prefecture", "honseki_city",
    "honseki_town", "honseki_lot", "municipality_code", "ward_code", "prefecture", "city", "town_code", "town", "block",
    "building_code", "building", "building_furigana", "postal_code", "district_code", "origin_prefecture", "origin_city",
    "origin_town", "origin_block", "origin_building", "origin_head_name", "previous_town", "previous_block", "previous_building",
)  # fmt: skip
"""軽微な修正 (4.2.3.2): 文字の同定・置換え, 行政区画・町字・地番・住居表示・建物名の変更 — what they can touch."""

_OF_DEPARTURE = frozenset({item.name for item in DepartureItems._meta.local_fields}) | {
    "struck_reason", "struck_on", "struck_on_note", "struck_notified_on",
}  # fmt: skip


def _corrector(specs: tuple[FieldSpec, ...]) -> Callable[[EventKind, Form, Context], Plan]:
    allowed = frozenset(spec.name for spec in specs)

    def plan(kind: EventKind, form: Form, context: Context) -> Plan:
        day, ids = form.noted("occurred_on"), form.ids("residents")
        cleared, findings = cleared_items(form, allowed)
        findings += check_dates(kind, form, context)
        if day is None:
            return Plan(findings)
        changes: dict[int, Change] = {}
        for person in chosen(context, ids):
            if person is None:
                findings.append(unknown_resident("residents"))
                continue
            before = person.at(day.value)
            change, wrong = _correct(form, person, before, cleared, specs)
            findings += [*wrong, *_check_departure(person, day.value, change), *check_later(person, day.value)]
            changes[person.resident_id] = change
        if changes and not any(change.items or change.cleared for change in changes.values()):
            findings.append(nothing_changes("residents"))
        followers = [
            follower
            for person in present(context, ids)
            if "name" in changes[person.resident_id].items
            for follower in head_name_changes(
                context, person, str(changes[person.resident_id].items["name"]), day.value
            )
            if follower.resident_id not in changes
        ]
        return Plan(findings, [kind.draft(form, day, [*changes.values(), *followers])])

    return plan


def _correct(
    form: Form, person: Person, before: Items, cleared: tuple[str, ...], specs: tuple[FieldSpec, ...]
) -> tuple[Change, list[Finding]]:
    if not before:
        message = f"{name_of(person)} は異動日にまだ記載されていません。"
        finding = error("before-first-record", message, "異動日を確かめてください。", item="residents")
        return Change(person.resident_id, {}), [finding]
    new, notes = corrected_items(form, before, specs)
    if "name" in new:
        new = {**own_head_name(before, str(new["name"])), **new}
    blank = tuple(name for name in cleared if before.get(name) is not None and name not in new)
    return Change(person.resident_id, new, (*blank, *notes)), check_correction(before, new, blank)


def _check_departure(person: Person, day: date, change: Change) -> list[Finding]:
    """転出先 and 消除 that a later entry, such as a planned 転出, says itself: laid before it, a correction would not last."""
    touched = {*change.items, *change.cleared} & _OF_DEPARTURE
    later = [each for each in person.active if each.occurred_on > day and touched & {*each.items, *each.cleared}]
    if not later:
        return []
    message = f"{name_of(person)} の転出・消除の項目は、後の異動（{later[0].occurred_on.isoformat()}）が定めています。"
    remedy = "その異動の誤記修正で入力してください。職権修正では異動日から元に戻ります。"
    return [error("said-by-later-event", message, remedy, item=min(touched))]


def _plan_remarks(kind: EventKind, form: Form, context: Context) -> Plan:
    """備考: free text (C類型); blank takes it away."""
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    changes = []
    for person in chosen(context, ids):
        if person is None:
            findings.append(unknown_resident("residents"))
            continue
        before, text = person.at(day.value), form.text("remarks")
        if (before.get("remarks") or "") == text:
            findings.append(nothing_changes("remarks"))
        changes.append(Change(person.resident_id, {"remarks": text} if text else {}, () if text else ("remarks",)))
    return Plan(findings, [kind.draft(form, day, changes)])


def _plan_remaking(kind: EventKind, form: Form, context: Context) -> Plan:
    """改製 (only by hand, 1.1.4): the old 住民票 is struck and rewritten with what it holds; nothing else changes."""
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    changes = [Change(person.resident_id, {}) for person in present(context, ids)]
    reasons = (*kind.also, kind.reason)
    return Plan(findings, [kind.draft(form, day, changes, reason=reason) for reason in reasons])


def _kind(
    slug: str, label: str, reason: str, planner: Callable[[EventKind, Form, Context], Plan], *fields: FieldSpec,
    also: tuple[str, ...] = (),
) -> EventKind:  # fmt: skip
    given = (OCCURRED, AUTHORITY_NOTIFIED, RESIDENTS, *fields, NOTICE)
    return EventKind(slug, label, "authority", reason, given, subjects, planner, also=also)


_MINOR_FIELDS = fields_for(MINOR)

KINDS = (
    _kind("authority_correction", "職権修正", "43", _corrector(FIELDS), *FIELDS, CLEARED),
    _kind("minor_correction", "軽微な修正", "42", _corrector(_MINOR_FIELDS), *_MINOR_FIELDS, CLEARED),
    _kind("remarks_correction", "備考の修正", "43", _plan_remarks, FieldSpec("remarks", "text", help="空欄で消えます")),
    _kind("remaking", "改製", "07", _plan_remaking, also=("27",)),
    _kind("reproduction", "再製", "08", _plan_remaking),
)
