"""転居 (national specification 4.1.2): moves inside the municipality, of a household or of some of its members."""

from __future__ import annotations

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.residents.fold import Items

from .addresses import ADDRESS, WRITTEN, destination, same_address
from .base import FOREIGN, NEW_HOUSEHOLD, Change, Context, EventKind, FieldSpec, Form, Person, Plan, Subjects
from .checks import check_dates, check_residents, chosen, present
from .departure import after_departure, check_household_since
from .people import ADDRESS_FIELDS, JOINED, NOTICE, NOTICE_FIELDS, RESIDENTS
from .placing import (
    RELATIONSHIPS,
    check_new_head,
    choose_head,
    join_household,
    pairs_on,
    place_members,
    typed_relationships,
)


def chosen_with_household(form: Form) -> Subjects:
    """The people chosen; the commands add the members of their households."""
    return Subjects(form.ids("residents"), form.ids("household_id"))


def household_of(people: list[Person], day: RegisterDate) -> int | None:
    """The household that the people chosen are in on the day."""
    return people[0].at(day.value).get("household_id") if people else None


def check_same_household(people: list[Person], household_id: int | None, day: RegisterDate) -> list[Finding]:
    """The people of one notice are of one household."""
    if any(person.at(day.value).get("household_id") not in (household_id, None) for person in people):
        return [
            error("households-differ", "選んだ人の世帯が異なります。", "世帯ごとに入力してください。", item="residents")
        ]
    return []


def _plan_move_within(kind: EventKind, form: Form, context: Context) -> Plan:
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    people = present(context, ids)
    household_id = household_of(people, day)
    findings += check_same_household(people, household_id, day)
    findings += check_household_since(context, [household_id, *form.ids("household_id")], day.value, ids)
    address, wrong = destination(form, context, day.value)
    findings += wrong
    if not people or household_id is None or not address:
        return Plan(findings)
    findings += _check_addresses(form, people, address, day)
    placed, more = _placed(form, context, day, people, household_id)
    notified = bool(form.values.get("residence_place_notified"))
    changes = []
    for person in people:
        before = person.at(day.value)
        items = {**address, **_moved(before, day), **placed.get(person.resident_id, {})}
        if before.get("resident_kind") == FOREIGN:
            items["residence_place_notified"] = notified
        changes.append(Change(person.resident_id, items, _blanked(items, before)))
    left_findings, left = after_departure(context, household_id, ids, day) if placed else ([], [])
    return Plan([*findings, *more, *left_findings], [kind.draft(form, day, changes), *left])


def _check_addresses(form: Form, people: list[Person], address: Items, day: RegisterDate) -> list[Finding]:
    findings: list[Finding] = []
    if same_address(people[0].at(day.value), address):
        message, remedy = "転居の前後の住所が同じです。", "同一の地番の別の建物への転居か確かめてください。"
        findings.append(alert("same-address", message, remedy, item="block"))
    joined = form.ids("household_id")
    if joined and people[0].at(day.value).get("household_id") == joined[0]:
        message = "今の世帯と同じ世帯です。"
        findings.append(error("same-household", message, "入る先の世帯を選んでください。", item="household_id"))
    return findings


def _moved(before: Items, day: RegisterDate) -> Items:
    """住所を定めた日 and 転居前住所."""
    return {"address_since": day.value, **{f"previous_{name}": before[name] for name in WRITTEN if before.get(name)}}


def _blanked(items: Items, before: Items) -> tuple[str, ...]:
    names = (*ADDRESS, *(f"previous_{name}" for name in WRITTEN), "address_since_note")
    return tuple(name for name in names if name not in items and before.get(name) is not None)


def _placed(
    form: Form, context: Context, day: RegisterDate, people: list[Person], household_id: int
) -> tuple[dict[int, Items], list[Finding]]:
    """世帯の中の位置: unchanged where all move together; else a household of their own, or the one they join."""
    joined, typed = form.ids("household_id"), typed_relationships(form)
    if joined:
        if form.text("relationship"):
            typed = {**{person.resident_id: form.text("relationship") for person in people}, **typed}
        return join_household(context, day.value, people, joined[0], typed)
    everyone = context.members(household_id, day.value)
    if len(people) == len(everyone):
        return {}, check_new_head(form, [person.resident_id for person in people])
    pairs = pairs_on(people, day.value)
    head_id, findings = choose_head(form, pairs)
    if findings:
        return {}, findings
    changes, findings = place_members(pairs, pairs_on(everyone, day.value), head_id, NEW_HOUSEHOLD, typed)
    return {change.resident_id: change.items for change in changes}, findings


MOVE_WITHIN = EventKind(
    "move_within", "転居", "move_within", "41",
    (
        *NOTICE_FIELDS, RESIDENTS, *ADDRESS_FIELDS, JOINED,
        FieldSpec("relationship", "relationship", help="入る世帯の世帯主から見た続柄（全員に共通のとき）", group="世帯"),
        FieldSpec("new_head_id", "resident", help="一部転居で新しい世帯主になる人", group="世帯"),
        RELATIONSHIPS,
        FieldSpec("residence_place_notified", "flag", help="外国人住民が在留カード等を添えたとき（入管法19条の9）", group="外国人住民"),
        NOTICE,
    ),
    chosen_with_household, _plan_move_within, notified=True, deadline="move_within_notification_period",
)  # fmt: skip

KINDS = (MOVE_WITHIN,)
