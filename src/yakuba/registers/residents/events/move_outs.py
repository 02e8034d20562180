"""転出・転入通知の受理 (national specification 4.1.3).

A 転出 is one entry on the planned day: the person is struck by the passing of time. The plan stays beside what the
転入通知 confirms; only an earlier arrival changes the day of striking (1.1.5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, alert, error
from yakuba.kernel.wareki import to_wareki
from yakuba.registers.residents.fold import Entry, Items

from .base import MOVED_OUT, RESIDENT, Change, Context, EventDraft, EventKind, FieldSpec, Form, Person, Plan
from .checks import (
    STRUCK_STATUSES,
    check_dates,
    check_residents,
    chosen,
    later_statuses,
    name_of,
    present,
    unknown_resident,
)
from .departure import after_departure, check_household_since
from .law import days
from .moves import check_same_household, chosen_with_household, household_of
from .past_events import companions
from .people import AUTHORITY_NOTIFIED, NOTICE, NOTICE_FIELDS, OCCURRED, RESIDENTS, field_items, grouped

DESTINATION_FIELDS = grouped(
    "転出先",
    FieldSpec("destination_prefecture", "text"),
    FieldSpec("destination_city", "text", required=True, help="市区町村名だけでもよい"),
    FieldSpec("destination_town", "text"),
    FieldSpec("destination_block", "text"),
    FieldSpec("destination_building", "text"),
    FieldSpec("destination_postal_code", "text"),
)
ABROAD_FIELDS = grouped(
    "転出先",
    FieldSpec("destination_country_code", "text"),
    FieldSpec("destination_country", "text", required=True),
    FieldSpec("destination_foreign_address", "text"),
)
ARRIVAL_FIELDS = grouped(
    "転出先（確定）",
    FieldSpec("arrival_prefecture", "text"),
    FieldSpec("arrival_city", "text"),
    FieldSpec("arrival_town", "text"),
    FieldSpec("arrival_block", "text"),
    FieldSpec("arrival_building", "text"),
    FieldSpec("arrival_postal_code", "text"),
)
Planner = Callable[[EventKind, Form, Context], Plan]


def _planner(specs: tuple[FieldSpec, ...]) -> Planner:
    def plan(kind: EventKind, form: Form, context: Context) -> Plan:
        day, ids = form.noted("occurred_on"), form.ids("residents")
        findings = check_dates(kind, form, context)
        if day is None:
            return Plan(findings)
        findings += check_residents(chosen(context, ids), day.value)
        people = present(context, ids)
        household_id = household_of(people, day)
        findings += check_same_household(people, household_id, day)
        findings += check_household_since(context, [household_id], day.value, ids)
        findings += [finding for person in people for finding in _check_planned(person, day.value)]
        notified, late, notice = _notice(form, day.value)
        items: Items = {
            **field_items(form, specs), "move_out_planned_on": day.value, "resident_status": MOVED_OUT,
            "struck_reason": kind.reason, "struck_on": day.value,
        }  # fmt: skip
        if notified:
            items |= {"move_out_notified_on": notified, "struck_notified_on": notified}
        changes = [Change(person.resident_id, items, _former_plan(person, items, day)) for person in people]
        draft = kind.draft(form, day, changes, notice=notice)
        if late:
            draft = EventDraft(draft.kind, draft.reason, day, changes, None, draft.notice)
        left_findings, left = after_departure(context, household_id, ids, day)
        return Plan([*findings, *late, *left_findings], [draft, *left])

    return plan


def _former_plan(person: Person, items: Items, day: RegisterDate) -> tuple[str, ...]:
    """What an earlier, cancelled or confirmed move out has left behind."""
    names = [spec.name for spec in (*DESTINATION_FIELDS, *ABROAD_FIELDS, *ARRIVAL_FIELDS)]
    names += ["move_out_confirmed_on", "move_in_notice_on", "struck_on_note"]
    before = person.at(day.value)
    return tuple(name for name in names if name not in items and before.get(name) is not None)


def _check_planned(person: Person, day: date) -> list[Finding]:
    planned = [entry for entry in later_statuses(person, day) if entry.items["resident_status"] in STRUCK_STATUSES]
    if not planned:
        return []
    message = f"{name_of(person)} には {planned[0].occurred_on.isoformat()} の消除が既に入力されています。"
    return [error("already-planned", message, "先にその異動を取り消してから入力してください。", item="residents")]


def _notice(form: Form, day: date) -> tuple[date | None, list[Finding], str]:
    """転出届 filed too long after the move is recorded as 職権, without 届出日 (4.1.3.0.1)."""
    notified = None if form.values.get("by_authority") else form.date("notified_on")
    limit = days("late_move_out_period", day)
    if not notified or limit is None or notified <= day + timedelta(days=limit):
        return notified, [], ""
    finding = alert(
        "move-out-as-authority",
        f"異動日から{limit}日を過ぎた転出届です。職権による消除として扱います。",
        "転出証明書に代えて、準ずる証明書または除票の写しを交付してください。",
        item="notified_on",
    )
    return None, [finding], f"異動日から{limit}日経過後の届出（{to_wareki(notified)}）による職権の処理"


def _plan_move_in_notice(kind: EventKind, form: Form, context: Context) -> Plan:
    """転入通知の受理 (4.1.3.1): kept beside the plan; an earlier day of arrival strikes the person earlier (1.1.5)."""
    arrived, ids = form.noted("occurred_on"), form.ids("residents")
    findings = [
        *check_dates(kind, form, context),
        *(unknown_resident("residents") for p in chosen(context, ids) if p is None),
    ]
    if arrived is None:
        return Plan(findings)
    changes: dict[RegisterDate, list[Change]] = {}
    leaving: list[Person] = []
    departures: list[Entry] = []
    confirmation: Items = {
        **field_items(form, ARRIVAL_FIELDS), "move_out_confirmed_on": arrived.value,
        "move_in_notice_on": form.date("notified_on") or context.today,
    }  # fmt: skip
    for person in present(context, ids):
        departure = next((e for e in reversed(person.active) if "move_out_planned_on" in e.items), None)
        struck_on = person.latest.get("struck_on")
        if person.latest.get("resident_status") == RESIDENT:
            findings += _without_move_out(person, arrived)
            items = {**confirmation, "resident_status": MOVED_OUT, "struck_reason": "26", "struck_on": arrived.value}
            changes.setdefault(arrived, []).append(Change(person.resident_id, items))
            leaving.append(person)
        elif departure is not None and arrived.value < departure.items["move_out_planned_on"]:
            struck = _struck_earlier(person, departure, confirmation, arrived.value)
            changes.setdefault(arrived, []).append(struck)
            leaving.append(person)
            departures.append(departure)
        else:
            day = RegisterDate(struck_on or arrived.value)
            changes.setdefault(day, []).append(Change(person.resident_id, confirmation))
    household_id = household_of(leaving, arrived)
    findings += check_same_household(leaving, household_id, arrived)
    left_findings, left = after_departure(context, household_id, ids, arrived)
    drafts = [kind.draft(form, day, each) for day, each in changes.items()]
    return Plan([*findings, *left_findings], [*drafts, *(_instead(context, departures, draft) for draft in left)])


def _instead(context: Context, departures: Sequence[Entry], head_change: EventDraft) -> EventDraft:
    """世帯主変更 on the day of arrival, in place of the one that was planned with the 転出."""
    (change,) = head_change.changes
    planned = (
        along.event_id
        for departure in departures
        for person, along in companions(context, departure, {"head_change"})
        if person.resident_id == change.resident_id
    )
    return replace(head_change, changes=[replace(change, voids_event_id=next(planned, None))])


def _without_move_out(person: Person, arrived: RegisterDate) -> list[Finding]:
    if not person.is_resident(arrived.value):
        message = f"{name_of(person)} は転入をした日にまだ記載されていません。"
        return [error("before-first-record", message, "通知の日付と対象者を確かめてください。", item="residents")]
    message = f"{name_of(person)} は転出届のない人です。転入をした日に職権で消除します。"
    return [alert("no-move-out", message, "消除してよいか確かめてください。", item="residents")]


def _struck_earlier(person: Person, departure: Entry, confirmation: Items, arrived: date) -> Change:
    items = {**departure.items, **confirmation, "struck_on": arrived}
    return Change(person.resident_id, items, departure.cleared, departure.event_id)


def _move_out(slug: str, label: str, reason: str, specs: tuple[FieldSpec, ...]) -> EventKind:
    return EventKind(
        slug, label, "move_out", reason, (*NOTICE_FIELDS, RESIDENTS, *specs, NOTICE), chosen_with_household, _planner(specs),
        future=True, notified=True,
    )  # fmt: skip


DOMESTIC_MOVE_OUT = _move_out("domestic_move_out", "転出（国内）", "21", DESTINATION_FIELDS)
FOREIGN_MOVE_OUT = _move_out("foreign_move_out", "転出（国外へ）", "22", ABROAD_FIELDS)
MOVE_IN_NOTICE = EventKind(
    "move_in_notice", "転入通知の受理", "move_out", "43",
    (OCCURRED, AUTHORITY_NOTIFIED, RESIDENTS, *ARRIVAL_FIELDS, NOTICE), chosen_with_household, _plan_move_in_notice,
)  # fmt: skip

KINDS = (DOMESTIC_MOVE_OUT, FOREIGN_MOVE_OUT, MOVE_IN_NOTICE)
