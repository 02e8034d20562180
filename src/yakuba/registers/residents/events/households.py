"""世帯の異動: 分離・合併・変更・世帯主変更・並び順 (national specification 4.1.4, 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error

from .base import HEAD, NEW_HOUSEHOLD, Change, Context, EventKind, FieldSpec, Form, Person, Plan, Subjects
from .checks import check_dates, check_residents, chosen, present
from .departure import after_departure, check_household_since
from .moves import check_same_household, chosen_with_household, household_of
from .people import AUTHORITY_NOTIFIED, NOTICE, NOTICE_FIELDS, OCCURRED, RESIDENTS
from .placing import (
    RELATIONSHIPS,
    choose_head,
    join_household,
    order_of_rule,
    pairs_on,
    place_members,
    typed_relationships,
)


def _plan_head_change(kind: EventKind, form: Form, context: Context) -> Plan:
    day, ids = form.noted("occurred_on"), form.ids("new_head_id")
    findings = check_dates(kind, form, context)
    if day is None or not ids:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value, "new_head_id")
    heads = present(context, ids)
    household_id = household_of(heads, day)
    if household_id is None:
        return Plan(findings)
    if heads[0].at(day.value).get("relationship") == HEAD:
        findings.append(error("already-head", "既に世帯主です。", "別の人を選んでください。", item="new_head_id"))
    findings += check_household_since(context, [household_id], day.value, ids, "new_head_id")
    pairs = pairs_on(context.members(household_id, day.value), day.value)
    changes, more = place_members(pairs, pairs, ids[0], household_id, typed_relationships(form))
    return Plan([*findings, *more], [kind.draft(form, day, changes)])


def _plan_split(kind: EventKind, form: Form, context: Context) -> Plan:
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    people = present(context, ids)
    household_id = household_of(people, day)
    if household_id is None:
        return Plan(findings)
    findings += check_same_household(people, household_id, day)
    findings += check_household_since(context, [household_id], day.value, ids)
    everyone = pairs_on(context.members(household_id, day.value), day.value)
    if len(people) == len(everyone):
        message = "世帯の全員を分離することはできません。"
        findings.append(error("whole-household", message, "分離する人だけを選んでください。", item="residents"))
    pairs = pairs_on(people, day.value)
    head_id, wrong = choose_head(form, pairs)
    changes, more = (
        ([], wrong) if wrong else place_members(pairs, everyone, head_id, NEW_HOUSEHOLD, typed_relationships(form))
    )
    left_findings, left = after_departure(context, household_id, ids, day)
    return Plan([*findings, *more, *left_findings], [kind.draft(form, day, changes), *left])


def _join_planner(*, whole: bool) -> Callable[[EventKind, Form, Context], Plan]:
    def plan(kind: EventKind, form: Form, context: Context) -> Plan:
        day, ids, target = form.noted("occurred_on"), form.ids("residents"), form.ids("household_id")
        findings = check_dates(kind, form, context)
        if day is None or not target:
            return Plan(findings)
        findings += check_residents(chosen(context, ids), day.value)
        people = present(context, ids)
        source = household_of(people, day)
        if source is None:
            return Plan(findings)
        findings += check_same_household(people, source, day)
        if whole:
            people = context.members(source, day.value)
        movers = [person.resident_id for person in people]
        findings += check_household_since(context, [source, target[0]], day.value, movers)
        findings += _check_target(context, target[0], source, day)
        findings += _check_address(context, people, target[0], day)
        placed, more = join_household(context, day.value, people, target[0], typed_relationships(form))
        changes = [Change(each, items) for each, items in placed.items()]
        left_findings, left = after_departure(context, source, movers, day)
        return Plan([*findings, *more, *left_findings], [kind.draft(form, day, changes), *left])

    return plan


def _check_target(context: Context, target: int, source: int, day: RegisterDate) -> list[Finding]:
    if target == source:
        return [error("same-household", "同じ世帯です。", "入る先の世帯を選んでください。", item="household_id")]
    if not context.members(target, day.value):
        return [
            error("empty-household", "入る先の世帯に住民がいません。", "世帯を確かめてください。", item="household_id")
        ]
    return []


def _check_address(context: Context, people: Sequence[Person], target: int, day: RegisterDate) -> list[Finding]:
    """住所の同時変更はできない (4.1.4.1): 町字 and 番地 are equal; 方書 is not compared."""
    there = [person.at(day.value) for person in context.members(target, day.value)][:1]
    differing = [
        p for p in people for items in there if any(p.at(day.value).get(n) != items.get(n) for n in ("town", "block"))
    ]
    if not differing:
        return []
    message, remedy = "入る先の世帯の住所が異なります。", "住所も変わるときは転居で入力してください。"
    return [error("address-differs", message, remedy, item="household_id")]


def _plan_order(kind: EventKind, form: Form, context: Context) -> Plan:
    """世帯員の並び順 (5.2): as typed, the others behind them; that of 5.2 where nothing is typed."""
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    household_id = household_of(present(context, ids), day)
    if household_id is None:
        return Plan(findings)
    members = context.members(household_id, day.value)
    rows = [(person.resident_id, person.addressee_number, person.at(day.value)) for person in members]
    rule = {each: position for position, each in enumerate(order_of_rule(rows))}
    typed = {int(row["resident_id"]): str(row["listing_order"]) for row in form.people() if row.get("listing_order")}
    for position, row in enumerate(form.people()):
        text = str(row.get("listing_order") or "1")
        if not (text.isascii() and text.isdigit()):
            message, remedy = f"「{text}」は順位ではありません。", "1から始まる数字で入力してください。"
            findings.append(error("order-form", message, remedy, item=f"people.{position}.listing_order", value=text))
            return Plan(findings)
    ordered = sorted(members, key=lambda p: (int(typed.get(p.resident_id, 999)), rule[p.resident_id]))
    if ordered and ordered[0].at(day.value).get("relationship") != HEAD and context.head(household_id, day.value):
        findings.append(
            error("head-not-first", "世帯主が先頭ではありません。", "世帯主を1番にしてください。", item="people")
        )
    changes = [
        Change(person.resident_id, {"listing_order": position + 1})
        for position, person in enumerate(ordered)
        if person.at(day.value).get("listing_order") != position + 1
    ]
    if not changes:
        findings.append(error("nothing-changes", "並び順は今のままです。", "順位を確かめてください。", item="people"))
    return Plan(findings, [kind.draft(form, day, changes)])


def _head_subjects(form: Form) -> Subjects:
    return Subjects(form.ids("new_head_id"))


_PERIOD = "household_change_notification_period"
_JOIN_FIELDS = (
    *NOTICE_FIELDS, RESIDENTS, FieldSpec("household_id", "household", required=True, group="世帯"), RELATIONSHIPS, NOTICE,
)  # fmt: skip
HEAD_CHANGE = EventKind(
    "head_change", "世帯主変更", "household", "53",
    (*NOTICE_FIELDS, FieldSpec("new_head_id", "resident", required=True), RELATIONSHIPS, NOTICE),
    _head_subjects, _plan_head_change, notified=True, deadline=_PERIOD,
)  # fmt: skip
HOUSEHOLD_SPLIT = EventKind(
    "household_split", "世帯分離", "household", "50",
    (*NOTICE_FIELDS, RESIDENTS, FieldSpec("new_head_id", "resident", help="新しい世帯の世帯主"), RELATIONSHIPS, NOTICE),
    chosen_with_household, _plan_split, notified=True, deadline=_PERIOD,
)  # fmt: skip
HOUSEHOLD_MERGE = EventKind(
    "household_merge", "世帯合併", "household", "51", _JOIN_FIELDS,
    chosen_with_household, _join_planner(whole=True), notified=True, deadline=_PERIOD,
)  # fmt: skip
HOUSEHOLD_CHANGE = EventKind(
    "household_change", "世帯変更", "household", "52", _JOIN_FIELDS,
    chosen_with_household, _join_planner(whole=False), notified=True, deadline=_PERIOD,
)  # fmt: skip
MEMBER_ORDER = EventKind(
    "member_order", "世帯員の並び順の変更", "household", "43",
    (
        OCCURRED, AUTHORITY_NOTIFIED, RESIDENTS,
        FieldSpec(
            "people", "people", help="空欄は標準の順", group="並び順",
            fields=(FieldSpec("resident_id", "resident", required=True), FieldSpec("listing_order", "text")),
        ),
        NOTICE,
    ),
    chosen_with_household, _plan_order,
)  # fmt: skip

KINDS = (HEAD_CHANGE, HOUSEHOLD_SPLIT, HOUSEHOLD_MERGE, HOUSEHOLD_CHANGE, MEMBER_ORDER)
