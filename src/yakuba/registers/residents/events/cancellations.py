"""異動の取消し（増・減・修正） (national specification 4.6.0.1): it adds to the history and restores, it deletes nothing.

増 and 修正 void the entry and put the person back where they were; where the household they left has left that address
entirely, into a household of their own there. 減 leaves the entry and lays a striking over it from the same day. The day
of all of them is that of the event cancelled; the day of the cancelling is its 処理日, and the 申出日 where it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from yakuba.kernel.codes import EntryClass, Reason
from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.fold import Entry, Items

from .addresses import same_address
from .base import (
    HEAD,
    NEW_HOUSEHOLD,
    RESIDENT,
    STRUCK,
    Change,
    Context,
    EventDraft,
    EventKind,
    FieldSpec,
    Form,
    Person,
    Plan,
)
from .checks import check_dates, chosen, name_of, unknown_resident
from .departure import after_undoing
from .names import subjects
from .past_events import (
    WHOLE_EVENT,
    check_household_since,
    check_later_events,
    check_leader,
    companions,
    find_entry,
    original,
    original_reason,
    partner,
    people_of_event,
    substitute_note,
)
from .people import AUTHORITY_NOTIFIED, NOTICE, RESIDENTS
from .placing import (
    RELATIONSHIPS,
    choose_head,
    last_place,
    pairs_on,
    place_members,
    relationship_open,
    typed_relationships,
)

INCREASE, DECREASE, CORRECTION = "09", "28", "59"
REASONS = {EntryClass.STRIKING: INCREASE, EntryClass.ENTRY: DECREASE, EntryClass.CORRECTION: CORRECTION}
"""What is cancelled decides which of the three it is."""
SLUGS = {INCREASE: "cancel_increase", DECREASE: "cancel_decrease", CORRECTION: "cancel_correction"}
FIRST_NUMBER = "47"
_PLACING = frozenset({"resident_status", "household_id", "town", "block", "building"})


@dataclass(frozen=True, slots=True)
class Target:
    """取り消す異動 of one person, with the other half where it is one of a pair."""

    person: Person
    entry: Entry
    other: Entry | None

    @property
    def event_ids(self) -> frozenset[int]:
        """The events whose entries stop counting for the person."""
        return frozenset({self.entry.event_id, *([self.other.event_id] if self.other else [])})

    @property
    def reason(self) -> str:
        """増, 減 or 修正."""
        return REASONS[Reason(original_reason(self.person, self.entry)).entry_class]

    @property
    def is_overlaid(self) -> bool:
        """減 of a 転入, 出生 or 職権記載; a 再製 or one half of a pair is voided instead."""
        return self.reason == DECREASE and self.other is None and self.entry.items.get("resident_status") == RESIDENT


def _plan(kind: EventKind, form: Form, context: Context) -> Plan:
    findings = check_dates(kind, form, context)
    event_ids = form.ids("event_id")
    if not event_ids:
        return Plan(findings)
    targets: list[Target] = []
    for person in chosen(context, people_of_event(context, form, event_ids[0])):
        if person is None:
            findings.append(unknown_resident("residents"))
            continue
        entry = find_entry(person, event_ids[0])
        if isinstance(entry, Finding):
            findings.append(entry)
            continue
        target = Target(person, entry, partner(person, entry))
        findings += _check_first_number(target)
        findings += [*check_leader(context, person, entry), *check_later_events(person, entry, target.event_ids)]
        findings += check_household_since(context, person, entry)
        targets.append(target)
    if not targets:
        return Plan(findings)
    day = RegisterDate(targets[0].entry.occurred_on, substitute_note(targets[0].entry, targets[0].entry.occurred_on))
    found, drafts = (_struck_again if targets[0].is_overlaid else _restored)(form, context, day, targets)
    return Plan([*findings, *found], drafts)


def _check_first_number(target: Target) -> list[Finding]:
    """個人番号の職権記載 gave a person the first number: there is no former one to go back to."""
    if original_reason(target.person, target.entry) != FIRST_NUMBER:
        return []
    message = f"{name_of(target.person)} には元の個人番号がないため、個人番号の職権記載は取り消せません。"
    return [error("no-former-number", message, "個人番号の職権修正で正しい番号を入力してください。", item="event_id")]


def _draft(form: Form, day: RegisterDate, changes: Sequence[Change], reason: str) -> EventDraft:
    return EventDraft(SLUGS[reason], reason, day, changes, form.date("notified_on"), form.text("notice"))


Drafts = tuple[list[Finding], list[EventDraft]]


def _struck_again(form: Form, context: Context, day: RegisterDate, targets: Sequence[Target]) -> Drafts:
    """減: from the first day on never a resident."""
    items: Items = {"resident_status": STRUCK, "struck_reason": DECREASE, "struck_on": day.value}
    if form.date("notified_on"):
        items["struck_notified_on"] = form.date("notified_on")
    changes = [Change(target.person.resident_id, items) for target in targets]
    ids = [target.person.resident_id for target in targets]
    findings, left = after_undoing(context, targets[0].person.at(day.value).get("household_id"), ids, day)
    return findings, [_draft(form, day, changes, DECREASE), *left]


def _restored(form: Form, context: Context, day: RegisterDate, targets: Sequence[Target]) -> Drafts:
    """増・修正: the entries count no more; everybody is back where they were, or in a household of their own there."""
    together = _together(context, day, targets)
    gone: dict[int, set[int]] = {}
    for person, entry in [*((t.person, e) for t in targets for e in (t.entry, t.other) if e), *together]:
        gone.setdefault(person.resident_id, set()).add(entry.event_id)
    earlier = replace(context, persons={each: p.without(gone.get(each, ())) for each, p in context.persons.items()})
    placed, findings = _places(form, earlier, day, targets)
    drafts: list[EventDraft] = []
    if any(target.other for target in targets):
        drafts += _pair_drafts(form, day, targets, placed)
    else:
        voids = [
            Change(t.person.resident_id, placed.get(t.person.resident_id, {}), (), t.entry.event_id) for t in targets
        ]
        drafts.append(_draft(form, day, voids, targets[0].reason))
    if together:
        changes = [Change(person.resident_id, {}, (), entry.event_id) for person, entry in together]
        drafts.append(_draft(form, day, changes, CORRECTION))
    drafts += [revived for target in targets for revived in _revived(target)]
    left_findings, left = _left_behind(context, earlier, day, targets)
    return [*findings, *left_findings], [*drafts, *left]


def _pair_drafts(
    form: Form, day: RegisterDate, targets: Sequence[Target], placed: dict[int, Items]
) -> list[EventDraft]:
    """One event for the 消除 and one for the 記載 that are cancelled together."""
    drafts = []
    for entry_class, reason in ((EntryClass.ENTRY, DECREASE), (EntryClass.STRIKING, INCREASE)):
        changes = [
            Change(
                target.person.resident_id,
                placed.get(target.person.resident_id, {}) if reason == INCREASE else {},
                (),
                each.event_id,
            )
            for target in targets
            for each in (target.entry, target.other)
            if each and Reason(original_reason(target.person, each)).entry_class is entry_class
        ]
        drafts.append(_draft(form, day, changes, reason))
    return drafts


def _together(context: Context, day: RegisterDate, targets: Sequence[Target]) -> list[tuple[Person, Entry]]:
    """What falls with the event: 世帯主変更 by authority where the head or everybody comes back, 世帯主氏名 where the name does."""
    ids = {target.person.resident_id for target in targets}
    event_id = targets[0].entry.event_id
    everybody = all(p.resident_id in ids for p in context.persons.values() for e in p.active if e.event_id == event_id)
    found: list[tuple[Person, Entry]] = []
    for target in targets:
        before = target.person.without(target.event_ids).at(day.value)
        head_back = everybody or before.get("relationship") == HEAD
        kinds = {"name_change"} if target.other else {"head_change"} if head_back else set()
        # An event that is itself a 世帯主変更 or a change of name holds all its people already.
        kinds -= {target.entry.kind}
        former = before.get("household_id")
        for person, entry in companions(context, target.entry, kinds):
            inside = person.without({entry.event_id}).at(day.value).get("household_id") == former
            if inside and person.resident_id not in ids and (person, entry) not in found:
                found.append((person, entry))
    return found


def _revived(target: Target) -> list[EventDraft]:
    """A 転出 that a cancelled 死亡 or 消除 had put aside is in force again, whether or not that was corrected since."""
    first = original(target.person, target.entry)
    if first.voids_event_id is None:
        return []
    planned = next(each for each in target.person.entries if each.event_id == first.voids_event_id)
    change = Change(target.person.resident_id, planned.items, planned.cleared)
    return [
        EventDraft(
            planned.kind, planned.reason, RegisterDate(planned.occurred_on), [change], None, "異動の取消しにより復活"
        )
    ]


# --- where they go back to ---


def _places(
    form: Form, earlier: Context, day: RegisterDate, targets: Sequence[Target]
) -> tuple[dict[int, Items], list[Finding]]:
    """The items that the place needs on top of the former ones, by person; none where nothing has changed since."""
    moved = [earlier.persons[t.person.resident_id] for t in targets if _PLACING & t.entry.items.keys()]
    by_household: dict[int, list[Person]] = {}
    for person in moved:
        household_id = person.at(day.value).get("household_id")
        if household_id is not None and person.is_resident(day.value):
            by_household.setdefault(household_id, []).append(person)
    placed: dict[int, Items] = {}
    findings: list[Finding] = []
    for household_id, people in by_household.items():
        items, wrong = _place(form, earlier, day, household_id, people)
        placed |= items
        findings += wrong
    return placed, findings


def _place(
    form: Form, earlier: Context, day: RegisterDate, household_id: int, people: Sequence[Person]
) -> tuple[dict[int, Items], list[Finding]]:
    ids = {person.resident_id for person in people}
    others = [p for p in earlier.members(household_id, day.value - timedelta(days=1)) if p.resident_id not in ids]
    if not others:
        return {}, []
    now = max(day.value, earlier.today)
    home = people[0].at(day.value)
    still_there = [
        person
        for person in earlier.members(household_id, now)
        if person.resident_id not in ids and same_address(person.at(now), home)
    ]
    if still_there:
        return _back_among(form, earlier, day, people, still_there)
    pairs = pairs_on(people, day.value)
    head_id, findings = choose_head(form, pairs)
    if findings:
        return {}, findings
    changes, findings = place_members(pairs, pairs, head_id, NEW_HOUSEHOLD, typed_relationships(form))
    return {change.resident_id: change.items for change in changes}, findings


def _back_among(
    form: Form, earlier: Context, day: RegisterDate, people: Sequence[Person], still_there: Sequence[Person]
) -> tuple[dict[int, Items], list[Finding]]:
    """Back in the former household: as before, unless it has another head by now."""
    now = max(day.value, earlier.today)
    head = next((person for person in still_there if person.at(now).get("relationship") == HEAD), None)
    if head is None:
        return {}, []
    head_name, typed = str(head.at(now).get("name", "")), typed_relationships(form)
    listed = last_place(earlier, int(people[0].at(day.value)["household_id"]), now)
    placed: dict[int, Items] = {}
    findings: list[Finding] = []
    for person in people:
        before, relation = person.at(day.value), typed.get(person.resident_id)
        if before.get("relationship") != HEAD and before.get("head_name") == head_name and relation is None:
            continue
        if relation is None:
            findings.append(relationship_open(before.get("name", "")))
            continue
        placed[person.resident_id] = {
            "relationship": relation,
            "head_name": head_name,
            "listing_order": listed + len(placed) + 1,
        }
    return placed, findings


def _left_behind(context: Context, earlier: Context, day: RegisterDate, targets: Iterable[Target]) -> Drafts:
    """The household that they leave by going back."""
    leaving: dict[int, list[int]] = {}
    for target in targets:
        own = target.person.resident_id
        present = target.person.at(day.value).get("household_id") if target.person.is_resident(day.value) else None
        if present is not None and earlier.persons[own].at(day.value).get("household_id") != present:
            leaving.setdefault(present, []).append(own)
    findings: list[Finding] = []
    drafts: list[EventDraft] = []
    for household_id, ids in leaving.items():
        found, left = after_undoing(context, household_id, ids, day)
        findings += found
        drafts += left
    return findings, drafts


KINDS = (
    EventKind(
        "cancellation", "異動の取消し", "cancellation", INCREASE,
        (
            FieldSpec("event_id", "event", required=True), AUTHORITY_NOTIFIED, RESIDENTS,
            WHOLE_EVENT,
            FieldSpec("new_head_id", "resident", help="元の世帯がなくなり、新しい世帯になるときの世帯主", group="世帯"),
            RELATIONSHIPS, NOTICE,
        ),
        subjects, _plan, also=(DECREASE, CORRECTION), right="cancel_events",
    ),
)  # fmt: skip
