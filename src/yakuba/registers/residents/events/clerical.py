"""誤記修正 (national specification 4.2.3.3): an event is entered again as it should have been; the wrong one stays in the history.

The original entry is voided and stands anew with all its items, corrected, on its (possibly corrected) day. Dates that
came from the day of the event follow it, and so does what was recorded together with the event.
"""

from __future__ import annotations

from collections.abc import Collection

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.residents.columns import NOTED_DATES
from yakuba.registers.residents.fold import Entry, Items, overlay

from .base import HEAD, RESIDENT, Change, Context, EventDraft, EventKind, FieldSpec, Form, Person, Plan
from .checks import STRUCK_STATUSES, check_dates, chosen, name_of, unknown_resident
from .correctable import CLEARED, FIELDS, check_correction, cleared_items, corrected_items
from .names import nothing_changes, subjects
from .past_events import (
    WHOLE_EVENT,
    check_later_events,
    companions,
    find_entry,
    original_reason,
    partner,
    people_of_event,
    substitute_note,
)
from .people import AUTHORITY_NOTIFIED, NOTICE, RESIDENTS
from .placing import head_name_changes, own_head_name

FOLLOWING = (
    "entered_on", "became_resident_on", "became_foreign_resident_on", "address_since", "struck_on", "move_out_planned_on",
)  # fmt: skip
"""Items that bear the day of the event which set them."""
_PLANNABLE = frozenset({"21", "22"})


def _plan(kind: EventKind, form: Form, context: Context) -> Plan:
    cleared, findings = cleared_items(form)
    findings += [f for f in check_dates(kind, form, context) if f.rule != "occurred-after-today"]
    event_ids = form.ids("event_id")
    if not event_ids:
        return Plan(findings)
    changes: dict[RegisterDate, list[Change]] = {}
    first: list[EventDraft] = []
    more: list[EventDraft] = []
    ids = people_of_event(context, form, event_ids[0])
    for person in chosen(context, ids):
        if person is None:
            findings.append(unknown_resident("residents"))
            continue
        entry = find_entry(person, event_ids[0])
        if isinstance(entry, Finding):
            findings.append(entry)
            continue
        was = RegisterDate(entry.occurred_on, substitute_note(entry, entry.occurred_on))
        day = form.noted("occurred_on") or was
        change, wrong = _corrected(form, person, entry, day, cleared)
        findings += [
            *wrong,
            *_check_day(context, person, entry, day),
            *check_later_events(person, entry, _pair_ids(person, entry)),
        ]
        changes.setdefault(day, []).append(change)
        other = partner(person, entry)
        if other is not None and other.history_number < entry.history_number and day != was:
            first.append(_again(kind, person, other, day))
        elif other is not None and other.history_number > entry.history_number:
            more.append(_again(kind, person, other, day))
        if day != was:
            findings += _check_others(context, entry, ids)
            more += [draft for draft in _moved_along(kind, context, person, entry, day) if draft not in more]
        more += _renamed(context, person, entry, change, day)
    return Plan(findings, [*first, *(kind.draft(form, day, each) for day, each in changes.items()), *more])


def _pair_ids(person: Person, entry: Entry) -> list[int]:
    other = partner(person, entry)
    return [other.event_id] if other else []


def _corrected(
    form: Form, person: Person, entry: Entry, day: RegisterDate, cleared: tuple[str, ...]
) -> tuple[Change, list[Finding]]:
    others = person.without({entry.event_id})
    before = others.at(day.value) if others.entries else {}
    as_it_was = overlay(before, entry)
    new, notes = corrected_items(form, as_it_was)
    if "name" in new:
        new = {**own_head_name(as_it_was, str(new["name"])), **new}
    items = {**_shifted(entry, day), **new}
    blank = tuple(dict.fromkeys([*(n for n in entry.cleared if n not in items), *cleared, *notes]))
    change = Change(person.resident_id, {n: v for n, v in items.items() if n not in blank}, blank, entry.event_id)
    findings = check_correction(as_it_was, new, cleared)
    if change.items == entry.items and set(blank) == set(entry.cleared) and day.value == entry.occurred_on:
        findings.append(nothing_changes("event_id"))
    return change, findings


def _shifted(entry: Entry, day: RegisterDate) -> Items:
    """The entry's items with the dates that follow the day of the event."""
    items = dict(entry.items)
    names = (*FOLLOWING, "birth_date") if entry.items.get("entry_reason") == "03" else FOLLOWING
    for name in names:
        if entry.items.get(name) == entry.occurred_on:
            items[name] = day.value
            note = NOTED_DATES.get(name)
            if note:
                items.pop(note, None)
                items |= {note: day.note} if day.note else {}
    return items


def _check_day(context: Context, person: Person, entry: Entry, day: RegisterDate) -> list[Finding]:
    """The corrected day: not after today (転出 excepted), and such that the event could happen on it."""
    reason = original_reason(person, entry)
    if day.value > context.today and reason not in _PLANNABLE:
        message = "異動日が処理日より後です。"
        return [error("occurred-after-today", message, "正しい異動日を確かめてください。", item="occurred_on")]
    if day.value == entry.occurred_on:
        return []
    others = person.without({entry.event_id, *_pair_ids(person, entry)})
    status = others.at(day.value).get("resident_status")
    enters = entry.items.get("resident_status") == RESIDENT and reason not in ("04", "05")
    name = name_of(person)
    if enters and status == RESIDENT:
        message = f"{name} はその日に既に住登者です。"
        return [error("already-resident", message, "正しい異動日を確かめてください。", item="occurred_on")]
    if not enters and status is None:
        message = f"{name} はその日にまだ記載されていません。"
        return [error("before-first-record", message, "正しい異動日を確かめてください。", item="occurred_on")]
    if not enters and status in STRUCK_STATUSES and "resident_status" in entry.items:
        message = f"{name} はその日に既に消除されています。"
        return [error("already-struck", message, "正しい異動日を確かめてください。", item="occurred_on")]
    return []


def _check_others(context: Context, entry: Entry, ids: Collection[int]) -> list[Finding]:
    """An alert where the day of an event changes for some of its people only."""
    events = ((person, each.event_id) for person in context.persons.values() for each in person.active)
    others = [
        name_of(person) for person, event_id in events if event_id == entry.event_id and person.resident_id not in ids
    ]
    if not others:
        return []
    message = f"同じ異動の {'、'.join(others)} の異動日は変わりません。"
    remedy = "全員について直すときは、異動者の全員を対象にしてください。"
    return [alert("only-some-corrected", message, remedy, item="residents")]


def _again(kind: EventKind, person: Person, entry: Entry, day: RegisterDate) -> EventDraft:
    """An entry that goes with the corrected one, entered anew on its day: of a pair the 消除 stays before the 記載."""
    change = Change(person.resident_id, _shifted(entry, day), entry.cleared, entry.event_id)
    return EventDraft(kind.slug, kind.reason, day, [change])


def _moved_along(
    kind: EventKind, context: Context, person: Person, entry: Entry, day: RegisterDate
) -> list[EventDraft]:
    """世帯主変更・世帯主氏名 recorded with the event, on the corrected day too."""
    return [
        _again(kind, each, along, day)
        for each, along in companions(context, entry, {"head_change", "name_change"} - {entry.kind})
        if _of_one_household(each, person, entry)
    ]


def _of_one_household(companion: Person, person: Person, entry: Entry) -> bool:
    former = person.without({entry.event_id}).at(entry.occurred_on).get("household_id")
    return former is not None and companion.at(entry.occurred_on).get("household_id") == former


def _renamed(context: Context, person: Person, entry: Entry, change: Change, day: RegisterDate) -> list[EventDraft]:
    """世帯主氏名 of the members where the head's name was wrong."""
    name = change.items.get("name")
    if name is None or name == entry.items.get("name") or person.at(entry.occurred_on).get("relationship") != HEAD:
        return []
    members = head_name_changes(context, person, str(name), max(day.value, entry.occurred_on))
    return [EventDraft("name_change", "43", day, members)] if members else []


KINDS = (
    EventKind(
        "error_correction", "誤記修正", "cancellation", "44",
        (
            FieldSpec("event_id", "event", required=True), AUTHORITY_NOTIFIED, RESIDENTS, WHOLE_EVENT,
            FieldSpec("occurred_on", "noted_date", help="正しい異動日。空欄なら元のまま"), *FIELDS, CLEARED, NOTICE,
        ),
        subjects, _plan, noted=True, right="cancel_events",
    ),
)  # fmt: skip
