"""転居・転出・転入通知・死亡・失踪 (national specification 4.1.2, 4.1.3, 4.2.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, alert, error

from ..fold import Items
from .arrivals import INHERITED_ADDRESS, address_in_town
from .base import (
    DEAD,
    HEAD,
    MOVED_OUT,
    NEW_HOUSEHOLD,
    STRUCK,
    Change,
    Context,
    EventDraft,
    EventKind,
    FieldSpec,
    Form,
    Person,
    Plan,
    Subjects,
)
from .checks import check_dates, check_one_head, check_residents, chosen, present
from .departure import after_departure, proposed_relationships
from .law import notice_days
from .people import ADDRESS_FIELDS, NOTICE, NOTIFIED, OCCURRED, OCCURRED_NOTED

DESTINATION_FIELDS = (
    FieldSpec("destination_prefecture", "text"),
    FieldSpec("destination_city", "text"),
    FieldSpec("destination_town", "text"),
    FieldSpec("destination_block", "text"),
    FieldSpec("destination_building", "text"),
    FieldSpec("destination_postal_code", "text"),
)
ABROAD_FIELDS = (
    FieldSpec("destination_country_code", "text"),
    FieldSpec("destination_country", "text", required=True),
    FieldSpec("destination_foreign_address", "text"),
)
RESIDENTS = FieldSpec("residents", "residents", required=True)


def chosen_with_household(form: Form) -> Subjects:
    """The people chosen; the commands add the members of their households."""
    return Subjects(form.ids("residents"), form.ids("household_id"))


def household_of(people: list[Person], form: Form) -> int | None:
    """The household that the people chosen are in on the day."""
    day = form.date("occurred_on")
    if day is None or not people:
        return None
    return people[0].at(day).get("household_id")


def check_same_household(people: list[Person], household_id: int | None, form: Form) -> list[Finding]:
    """The people of one notice are of one household."""
    day = form.date("occurred_on")
    if day and any(person.at(day).get("household_id") not in (household_id, None) for person in people):
        return [error("households-differ", "選んだ人の世帯が異なります。", "世帯ごとに入力してください。", item="residents")]
    return []


def _plan_move_within(form: Form, context: Context) -> Plan:
    day, ids = form.noted("occurred_on"), form.ids("residents")
    findings = check_dates(MOVE_WITHIN, form, context, notice_days=notice_days(MOVE_WITHIN.deadline, form.date("occurred_on")))
    if day is None:
        return Plan(findings)
    findings += check_residents(chosen(context, ids), day.value)
    people = present(context, ids)
    household_id = household_of(people, form)
    findings += check_same_household(people, household_id, form)
    if not people or household_id is None:
        return Plan(findings)
    address = address_in_town(form, context)
    findings += [
        alert("same-address", "転居の前後の住所が同じです。", "同一の地番の別の建物への転居か確かめてください。", item="block")
        for person in people[:1]
        if all(person.at(day.value).get(n) == address.get(n) for n in ("town", "block", "building"))
    ]
    whole = len(people) == len(context.members(household_id, day.value)) and not form.ids("household_id")
    changes = [
        Change(person.resident_id, {**address, **_moved(person.at(day.value), day)}, _blanked(address, person, day))
        for person in people
    ]
    if whole:
        draft = EventDraft("move_within", "41", day, changes, form.date("notified_on"), form.text("notice"))
        return Plan(findings, [draft])
    changes, more = _into_household(form, context, day, people, changes)
    left_findings, left = after_departure(context, household_id, ids, day)
    draft = EventDraft("move_within", "41", day, changes, form.date("notified_on"), form.text("notice"))
    return Plan([*findings, *more, *left_findings], [draft, *left])


def _moved(before: Items, day: RegisterDate) -> Items:
    items: Items = {"address_since": day.value}
    for name in ("town", "block", "building"):
        if before.get(name) is not None:
            items[f"previous_{name}"] = before[name]
    return items


def _blanked(address: Items, person: Person, day: RegisterDate) -> tuple[str, ...]:
    before = person.at(day.value)
    blank = [n for n in INHERITED_ADDRESS if n not in address and before.get(n) is not None]
    if before.get("building") is None and before.get("previous_building") is not None:
        blank.append("previous_building")
    if before.get("address_since_note") is not None:
        blank.append("address_since_note")
    return tuple(blank)


def _into_household(
    form: Form, context: Context, day: RegisterDate, people: list[Person], changes: list[Change]
) -> tuple[list[Change], list[Finding]]:
    """一部転居: those who move found a household of their own, or join one that is at the new address."""
    joined = form.ids("household_id")
    if joined:
        members = context.members(joined[0], day.value)
        head = context.head(joined[0], day.value)
        listed = max((person.at(day.value).get("listing_order") or 0 for person in members), default=0)
        name = str(head.at(day.value).get("name", "")) if head else ""
        relation = form.text("relationship")
        missing = [] if relation else [
            error("required", "入る世帯の世帯主との続柄が空欄です。", "続柄を入力してください。", item="relationship")
        ]  # fmt: skip
        place = {"household_id": joined[0], "head_name": name, "relationship": relation}
        moved = [
            Change(c.resident_id, {**c.items, **place, "listing_order": listed + i + 1}, c.cleared)
            for i, c in enumerate(changes)
        ]
        return moved, missing
    new_head_id = (form.ids("new_head_id") or [people[0].resident_id])[0]
    pairs = [(person, person.at(day.value)) for person in people]
    relations = proposed_relationships(pairs, new_head_id)
    ordered = sorted(people, key=lambda person: person.resident_id != new_head_id)
    head_name = str(next((i.get("name", "") for p, i in pairs if p.resident_id == new_head_id), ""))
    by_id = {change.resident_id: change for change in changes}
    moved = []
    for position, person in enumerate(ordered):
        relation = HEAD if person.resident_id == new_head_id else (relations.get(person.resident_id) or "96")
        place = {
            "household_id": NEW_HOUSEHOLD, "head_name": head_name, "relationship": relation,
            "listing_order": position + 1,
        }  # fmt: skip
        change = by_id[person.resident_id]
        moved.append(Change(change.resident_id, {**change.items, **place}, change.cleared))
    return moved, check_one_head([str(change.items["relationship"]) for change in moved], "new_head_id")


def _plan_move_out(kind: str, reason: str) -> Callable[[Form, Context], Plan]:
    def plan(form: Form, context: Context) -> Plan:
        day, ids = form.noted("occurred_on"), form.ids("residents")
        findings = check_dates(DOMESTIC_MOVE_OUT, form, context)
        if day is None:
            return Plan(findings)
        findings += check_residents(chosen(context, ids), day.value)
        people, notified = present(context, ids), form.date("notified_on")
        household_id = household_of(people, form)
        findings += check_same_household(people, household_id, form)
        late = notice_days("move_in_notification_period", day.value)
        if notified and late is not None and notified > day.value + timedelta(days=late):
            findings.append(
                alert(
                    "move-out-as-authority",
                    f"異動日から{late}日を過ぎた転出届です。職権による消除として扱います。",
                    "転出証明書に代えて、準ずる証明書または除票の写しを交付してください。",
                    item="notified_on",
                )
            )
        destination = {
            spec.name: form.text(spec.name) for spec in (*DESTINATION_FIELDS, *ABROAD_FIELDS) if form.text(spec.name)
        }
        if not destination:
            findings.append(
                error("required", "転出先が空欄です。", "市区町村名だけでも入力してください。", item="destination_city")
            )
        planned: Items = {
            **destination, "move_out_planned_on": day.value, "move_out_notified_on": notified,
            "resident_status": MOVED_OUT, "struck_reason": reason, "struck_on": day.value,
        }  # fmt: skip
        items = {name: value for name, value in planned.items() if value is not None}
        changes = [Change(person.resident_id, items) for person in people]
        left_findings, left = after_departure(context, household_id, ids, day)
        draft = EventDraft(kind, reason, day, changes, notified, form.text("notice"))
        return Plan([*findings, *left_findings], [draft, *left])

    return plan


def _plan_ending(kind: str, reason: str, status: int) -> Callable[[Form, Context], Plan]:
    def plan(form: Form, context: Context) -> Plan:
        day, ids = form.noted("occurred_on"), form.ids("residents")
        findings = check_dates(DEATH, form, context)
        if day is None:
            return Plan(findings)
        findings += check_residents(chosen(context, ids), day.value)
        people = present(context, ids)
        household_id = household_of(people, form)
        items: Items = {"resident_status": status, "struck_reason": reason, "struck_on": day.value}
        if day.note:
            items["struck_on_note"] = day.note
        if form.date("notified_on"):
            items["struck_notified_on"] = form.date("notified_on")
        changes = [Change(person.resident_id, items) for person in people]
        left_findings, left = after_departure(context, household_id, ids, day)
        draft = EventDraft(kind, reason, day, changes, form.date("notified_on"), form.text("notice"))
        return Plan([*findings, *left_findings], [draft, *left])

    return plan


def _plan_move_in_notice(form: Form, context: Context) -> Plan:
    """転入通知の受理 (4.1.3.1): kept beside the plan; an earlier day of arrival strikes the person earlier (1.1.5)."""
    arrived, ids = form.noted("occurred_on"), form.ids("residents")
    if arrived is None:
        return Plan(form.findings)
    findings: list[Finding] = []
    drafts: list[EventDraft] = []
    confirmed = {spec.name: form.text(spec.name) for spec in ARRIVAL_FIELDS if form.text(spec.name)}
    for person in present(context, ids):
        planned = person.latest.get("move_out_planned_on")
        confirmation: Items = {
            **confirmed, "move_out_confirmed_on": arrived.value,
            "move_in_notice_on": form.date("notified_on") or context.today,
        }  # fmt: skip
        departure = next((e for e in reversed(person.entries) if e.kind.endswith("move_out")), None)
        if planned is None or departure is None:
            findings.append(
                alert("no-move-out", "転出届のない人への転入通知です。", "職権による消除が必要か確かめてください。", item="residents")
            )
            struck: Items = {"resident_status": MOVED_OUT, "struck_reason": "26", "struck_on": arrived.value}
            drafts.append(EventDraft("move_in_notice", "43", arrived, [Change(person.resident_id, {**confirmation, **struck})]))
        elif arrived.value < planned:
            items = {**departure.items, **confirmation, "struck_on": arrived.value}
            change = Change(person.resident_id, items, departure.cleared, departure.event_id)
            drafts.append(EventDraft("move_in_notice", "43", arrived, [change]))
        else:
            struck_on = RegisterDate(person.latest.get("struck_on") or planned)
            drafts.append(EventDraft("move_in_notice", "43", struck_on, [Change(person.resident_id, confirmation)]))
    return Plan(findings, drafts)


ARRIVAL_FIELDS = (
    FieldSpec("arrival_prefecture", "text"),
    FieldSpec("arrival_city", "text"),
    FieldSpec("arrival_town", "text"),
    FieldSpec("arrival_block", "text"),
    FieldSpec("arrival_building", "text"),
    FieldSpec("arrival_postal_code", "text"),
)

MOVE_WITHIN = EventKind(
    "move_within", "転居", "move_within", "41",
    (
        OCCURRED, NOTIFIED, RESIDENTS, *ADDRESS_FIELDS,
        FieldSpec("household_id", "household", help="既にある世帯に入るとき"),
        FieldSpec("relationship", "relationship", help="入る世帯の世帯主から見た続柄"),
        FieldSpec("new_head_id", "resident", help="一部転居で新しい世帯主になる人"),
        NOTICE,
    ),
    chosen_with_household, _plan_move_within, deadline="move_within_notification_period",
)  # fmt: skip
DOMESTIC_MOVE_OUT = EventKind(
    "domestic_move_out", "転出（国内）", "move_out", "21",
    (OCCURRED, NOTIFIED, RESIDENTS, *DESTINATION_FIELDS, NOTICE),
    chosen_with_household, _plan_move_out("domestic_move_out", "21"), future=True,
)  # fmt: skip
FOREIGN_MOVE_OUT = EventKind(
    "foreign_move_out", "転出（国外へ）", "move_out", "22",
    (OCCURRED, NOTIFIED, RESIDENTS, *ABROAD_FIELDS, NOTICE),
    chosen_with_household, _plan_move_out("foreign_move_out", "22"), future=True,
)  # fmt: skip
DEATH = EventKind(
    "death", "死亡", "death", "23",
    (OCCURRED_NOTED, FieldSpec("notified_on", "date"), RESIDENTS, NOTICE),
    chosen_with_household, _plan_ending("death", "23", DEAD), noted=True,
)  # fmt: skip
DISAPPEARANCE = EventKind(
    "disappearance", "失踪（職権消除）", "death", "26",
    (OCCURRED_NOTED, FieldSpec("notified_on", "date"), RESIDENTS, NOTICE),
    chosen_with_household, _plan_ending("disappearance", "26", STRUCK), noted=True,
)  # fmt: skip
MOVE_IN_NOTICE = EventKind(
    "move_in_notice", "転入通知の受理", "move_out", "43",
    (OCCURRED, FieldSpec("notified_on", "date"), RESIDENTS, *ARRIVAL_FIELDS),
    chosen_with_household, _plan_move_in_notice,
)  # fmt: skip

KINDS = (MOVE_WITHIN, DOMESTIC_MOVE_OUT, FOREIGN_MOVE_OUT, DEATH, DISAPPEARANCE, MOVE_IN_NOTICE)
