"""死亡・失踪・職権消除 (national specification 4.2.2). There is no presumed death, and no cause of death is kept."""

from __future__ import annotations

from collections.abc import Callable

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.fold import Items

from .base import DEAD, STRUCK, Change, Context, EventKind, FieldSpec, Form, Person, Plan
from .checks import STRUCK_STATUSES, check_dates, check_residents, chosen, later_statuses, name_of, present
from .departure import after_departure, check_household_since
from .moves import check_same_household, chosen_with_household, household_of
from .people import AUTHORITY_NOTIFIED, NOTICE, OCCURRED, OCCURRED_NOTED, RESIDENTS


def _planner(status: int) -> Callable[[EventKind, Form, Context], Plan]:
    def plan(kind: EventKind, form: Form, context: Context) -> Plan:
        day, ids = form.noted("occurred_on"), form.ids("residents")
        findings = check_dates(kind, form, context)
        if day is None:
            return Plan(findings)
        findings += check_residents(chosen(context, ids), day.value)
        people = present(context, ids)
        household_id = household_of(people, day)
        findings += check_same_household(people, household_id, day)
        head = context.head(household_id, day.value) if household_id is not None else None
        if head is None or head.resident_id in ids:
            findings += check_household_since(context, [household_id], day.value, ids)
        items: Items = {"resident_status": status, "struck_reason": kind.reason, "struck_on": day.value}
        if day.note:
            items["struck_on_note"] = day.note
        notified_on = form.date("notified_on")
        if notified_on:
            items["struck_notified_on"] = notified_on
        changes = []
        for person in people:
            planned, wrong = _planned_departure(person, day)
            findings += wrong
            changes.append(Change(person.resident_id, items, voids_event_id=planned))
        left_findings, left = after_departure(context, household_id, ids, day)
        return Plan([*findings, *left_findings], [kind.draft(form, day, changes), *left])

    return plan


def _planned_departure(person: Person, day: RegisterDate) -> tuple[int | None, list[Finding]]:
    """A 転出 that was to come after the person was struck does not count any more."""
    later = later_statuses(person, day.value)
    if not later:
        return None, []
    if len(later) == 1 and later[0].items["resident_status"] in STRUCK_STATUSES:
        return later[0].event_id, []
    message = f"{name_of(person)} には異動日より後の記載・消除があります。"
    return None, [error("status-changed-since", message, "先に後の異動を取り消してください。", item="residents")]


def _ending(slug: str, label: str, family: str, reason: str, *, status: int, occurred: FieldSpec) -> EventKind:
    return EventKind(
        slug, label, family, reason, (occurred, AUTHORITY_NOTIFIED, RESIDENTS, NOTICE), chosen_with_household,
        _planner(status), noted=occurred.kind == "noted_date",
    )  # fmt: skip


KINDS = (
    _ending("death", "死亡", "death", "23", status=DEAD, occurred=OCCURRED_NOTED),
    _ending("disappearance", "失踪（職権消除）", "death", "26", status=STRUCK, occurred=OCCURRED_NOTED),
    _ending("authority_strike", "職権消除", "authority", "26", status=STRUCK, occurred=OCCURRED),
)
