"""世帯の異動: 分離・合併・変更・世帯主変更 (national specification 4.1.4)."""

from __future__ import annotations

from collections.abc import Callable

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error

from ..fold import Items
from .base import HEAD, NEW_HOUSEHOLD, Change, Context, EventDraft, EventKind, FieldSpec, Form, Person, Plan, Subjects
from .checks import check_dates, check_residents, chosen, present
from .departure import after_departure, proposed_relationships
from .law import notice_days
from .moves import RESIDENTS, chosen_with_household, household_of
from .people import NOTICE, NOTIFIED, OCCURRED

RELATIONSHIPS = FieldSpec(
    "people", "people", fields=(FieldSpec("resident_id", "resident", required=True), FieldSpec("relationship", "relationship")),
    help="世帯主から見た続柄。空欄は案のとおり",
)  # fmt: skip


def typed_relationships(form: Form) -> dict[int, str]:
    """続柄 as the clerk typed it, by person."""
    return {
        int(row["resident_id"]): str(row["relationship"])
        for row in form.people()
        if row.get("resident_id") and row.get("relationship")
    }


def place_members(
    pairs: list[tuple[Person, Items]], head_id: int, household_id: int, typed: dict[int, str], first: int = 1
) -> tuple[list[Change], list[Finding]]:
    """世帯主・続柄・記載順位 for all people of a household that gets a new head; what cannot be derived must be typed."""
    proposals = proposed_relationships(pairs, head_id)
    head_name = next((str(items.get("name", "")) for person, items in pairs if person.resident_id == head_id), "")
    ordered = sorted(pairs, key=lambda pair: (pair[0].resident_id != head_id, pair[1].get("listing_order") or 999))
    changes: list[Change] = []
    findings: list[Finding] = []
    for position, (person, items) in enumerate(ordered):
        relation = HEAD if person.resident_id == head_id else typed.get(person.resident_id) or proposals.get(person.resident_id)
        if relation is None:
            name = items.get("name", "")
            findings.append(
                error("relationship-open", f"{name} の新しい続柄が決まりません。", "続柄を入力してください。", item="people")
            )
            continue
        wanted: Items = {
            "household_id": household_id, "relationship": relation, "head_name": head_name, "listing_order": first + position,
        }  # fmt: skip
        differing = {name: value for name, value in wanted.items() if items.get(name) != value}
        changes.append(Change(person.resident_id, differing))
    return changes, findings


def _plan_head_change(form: Form, context: Context) -> Plan:
    day, ids = form.noted("occurred_on"), form.ids("new_head_id")
    findings = check_dates(HEAD_CHANGE, form, context, notice_days=notice_days(HEAD_CHANGE.deadline, form.date("occurred_on")))
    if day is None or not ids:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value, "new_head_id")
    heads = present(context, ids)
    household_id = household_of(heads, form)
    if household_id is None:
        return Plan(findings)
    if heads[0].at(day.value).get("relationship") == HEAD:
        findings.append(error("already-head", "既に世帯主です。", "別の人を選んでください。", item="new_head_id"))
    pairs = [(person, person.at(day.value)) for person in context.members(household_id, day.value)]
    changes, more = place_members(pairs, ids[0], household_id, typed_relationships(form))
    draft = EventDraft("head_change", "53", day, changes, form.date("notified_on"), form.text("notice"))
    return Plan([*findings, *more], [draft])


def _plan_split(form: Form, context: Context) -> Plan:
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(HOUSEHOLD_SPLIT, form, context, notice_days=notice_days(HOUSEHOLD_SPLIT.deadline, form.date("occurred_on")))
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    people = present(context, ids)
    household_id = household_of(people, form)
    if household_id is None:
        return Plan(findings)
    if len(people) == len(context.members(household_id, day.value)):
        findings.append(
            error("whole-household", "世帯の全員を分離することはできません。", "分離する人だけを選んでください。", item="residents")
        )
    head_id = (form.ids("new_head_id") or ids)[0]
    pairs = [(person, person.at(day.value)) for person in people]
    changes, more = place_members(pairs, head_id, NEW_HOUSEHOLD, typed_relationships(form))
    left_findings, left = after_departure(context, household_id, ids, day)
    draft = EventDraft("household_split", "50", day, changes, form.date("notified_on"), form.text("notice"))
    return Plan([*findings, *more, *left_findings], [draft, *left])


def _plan_join(kind: str, reason: str, whole: bool) -> Callable[[Form, Context], Plan]:
    def plan(form: Form, context: Context) -> Plan:
        day, ids, target = form.noted("occurred_on"), form.ids("residents"), form.ids("household_id")
        findings = check_dates(HOUSEHOLD_MERGE, form, context, notice_days=notice_days(HOUSEHOLD_MERGE.deadline, form.date("occurred_on")))
        if day is None or not target:
            return Plan(findings)
        findings += check_residents(chosen(context, ids), day.value)
        people = present(context, ids)
        source = household_of(people, form)
        if source is None:
            return Plan(findings)
        if whole:
            people = context.members(source, day.value)
        findings += _check_target(context, target[0], source, day)
        changes, more = _join(form, context, day, people, target[0])
        left_findings, left = after_departure(context, source, [person.resident_id for person in people], day)
        draft = EventDraft(kind, reason, day, changes, form.date("notified_on"), form.text("notice"))
        return Plan([*findings, *more, *left_findings], [draft, *left])

    return plan


def _check_target(context: Context, target: int, source: int, day: RegisterDate) -> list[Finding]:
    if target == source:
        return [error("same-household", "同じ世帯です。", "入る先の世帯を選んでください。", item="household_id")]
    if not context.members(target, day.value):
        return [error("empty-household", "入る先の世帯に住民がいません。", "世帯を確かめてください。", item="household_id")]
    return []


def _join(
    form: Form, context: Context, day: RegisterDate, people: list[Person], target: int
) -> tuple[list[Change], list[Finding]]:
    head = context.head(target, day.value)
    listed = max((person.at(day.value).get("listing_order") or 0 for person in context.members(target, day.value)), default=0)
    typed, findings, changes = typed_relationships(form), [], []
    for position, person in enumerate(people):
        relation = typed.get(person.resident_id)
        if not relation:
            name = person.at(day.value).get("name", "")
            findings.append(
                error("relationship-open", f"{name} の新しい続柄が決まりません。", "続柄を入力してください。", item="people")
            )
            continue
        items: Items = {
            "household_id": target, "relationship": relation, "listing_order": listed + position + 1,
            "head_name": head.at(day.value).get("name", "") if head else "",
        }  # fmt: skip
        changes.append(Change(person.resident_id, items))
    return changes, findings


def _head_subjects(form: Form) -> Subjects:
    return Subjects(form.ids("new_head_id"))


HEAD_CHANGE = EventKind(
    "head_change", "世帯主変更", "household", "53",
    (OCCURRED, NOTIFIED, FieldSpec("new_head_id", "resident", required=True), RELATIONSHIPS, NOTICE),
    _head_subjects, _plan_head_change, deadline="household_change_notification_period",
)  # fmt: skip
HOUSEHOLD_SPLIT = EventKind(
    "household_split", "世帯分離", "household", "50",
    (OCCURRED, NOTIFIED, RESIDENTS, FieldSpec("new_head_id", "resident"), RELATIONSHIPS, NOTICE),
    chosen_with_household, _plan_split, deadline="household_change_notification_period",
)  # fmt: skip
_JOIN_FIELDS = (
    OCCURRED, NOTIFIED, RESIDENTS, FieldSpec("household_id", "household", required=True), RELATIONSHIPS, NOTICE,
)  # fmt: skip
HOUSEHOLD_MERGE = EventKind(
    "household_merge", "世帯合併", "household", "51", _JOIN_FIELDS,
    chosen_with_household, _plan_join("household_merge", "51", True), deadline="household_change_notification_period",
)  # fmt: skip
HOUSEHOLD_CHANGE = EventKind(
    "household_change", "世帯変更", "household", "52", _JOIN_FIELDS,
    chosen_with_household, _plan_join("household_change", "52", False), deadline="household_change_notification_period",
)  # fmt: skip

KINDS = (HEAD_CHANGE, HOUSEHOLD_SPLIT, HOUSEHOLD_MERGE, HOUSEHOLD_CHANGE)
