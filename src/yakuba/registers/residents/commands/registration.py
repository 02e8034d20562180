"""仮登録と本登録: how a notice becomes an event (national specification 4.0.8).

仮登録 keeps the form and holds the people concerned; 本登録 plans it anew against what is known by then and records it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import transaction

from yakuba.kernel.findings import Finding, RefusedError, Severity, error, has_errors
from yakuba.law.municipality import municipality
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import commands as vault
from yakuba.registers.protections import commands as protection_commands
from yakuba.registers.protections import queries as protections

from ..events import KINDS
from ..events.base import MOVED_OUT, NEW_CODE, Context, EventDraft, EventKind, Form, Plan
from ..events.past_events import CANCELLATIONS, cancelled_numbers
from ..events.reading import read_form
from ..fold import Items
from ..models import ProvisionalEntry, ProvisionalHold
from ..queries import entries as entry_queries
from ..queries.matches import matches, number_matches
from ..screen import hide, screened
from ..sql import one_trip, raw_cursor
from .forms import opened, sealed
from .objections import standing, touched, untelling
from .writing import Recorded, draw_resident_codes, record_events

CHECK_OUTPUT = "inquiry:event"
"""The name by which a release opens the addresses in a preview of an event."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """異動前・異動後: one person's items that would change, side by side."""

    resident_id: int
    name: str
    before: Items
    after: Items


@dataclass(frozen=True, slots=True)
class Preview:
    """確認: findings, and what would change for whom."""

    findings: Sequence[Finding]
    changes: Sequence[PersonChange] = ()

    @property
    def has_errors(self) -> bool:
        """エラーあり: cannot be entered."""
        return has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Entered:
    """仮登録の結果: the entry, or None with the findings that stop or ask."""

    entry_id: UUID | None
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """本登録の結果: the events and the people, new ones included; empty with the findings that stop."""

    event_ids: Sequence[int] = ()
    resident_ids: Sequence[int] = ()
    findings: Sequence[Finding] = field(default_factory=tuple)


def require(access: Access, right: str) -> None:
    """権限の確認: raises RefusedError without the task right."""
    if not access.may(right):
        finding = error("no-right", "この操作の権限がありません。", "権限の管理者に申し出てください。", value=right)
        raise RefusedError([finding])


def _require_for_kind(access: Access, kind: str) -> None:
    """Some kinds need a right of their own (取消し・誤記修正)."""
    if own := KINDS[kind].right:
        require(access, own)


def check(access: Access, kind: str, typed: Mapping[str, Any]) -> Preview:
    """入力中の検査: findings and before/after for a form as typed so far; nothing is kept but the access record."""
    with transaction.atomic():
        form, context, plan, findings = _plan(access, KINDS[kind], typed, locking=False)
        changes = _screened(access, _changes(plan, context), typed)
        _record_check(access, kind, context)
    return Preview([*form.findings, *findings, *plan.findings], changes)


def enter(
    access: Access, kind: str, typed: Mapping[str, Any], *, confirmed: bool = False, entry_id: UUID | None = None
) -> Entered:
    """仮登録. Errors stop; alerts stop until `confirmed`. The people concerned are held until 本登録 or withdrawal.

    With an `entry_id` that is there already nothing is entered anew: it is the same form, sent twice.
    """
    require(access, "enter_events")
    _require_for_kind(access, kind)
    with transaction.atomic():
        if entry_id is not None and ProvisionalEntry.objects.filter(id=entry_id).exists():
            return Entered(entry_id)
        form, context, plan, findings = _plan(access, KINDS[kind], typed, locking=True, own_entry=entry_id)
        found = [*form.findings, *findings, *plan.findings]
        if has_errors(found) or (found and not confirmed):
            _record_check(access, kind, context)
            return Entered(None, found)
        subjects = sorted(touched(plan))
        entry, is_first = ProvisionalEntry.objects.get_or_create(
            id=entry_id or uuid4(),
            defaults={
                "kind": kind,
                "form": sealed(typed),
                "subjects": subjects,
                "entered_by": access.actor,
                "entered_at": access.now,
                "confirmed_alerts": sorted({alert_digest(finding) for finding in found}),
            },
        )
        if not is_first:
            return Entered(entry.id)
        ProvisionalHold.objects.bulk_create(ProvisionalHold(resident_id=each, entry=entry) for each in subjects)
        seen = sorted({*subjects, *_matched(context)})
        access_commands.record(access, "event.enter", seen, {"kind": kind, "entry": str(entry.id)})
    return Entered(entry.id, found)


def _matched(context: Context) -> set[int]:
    """The people whose names the findings on new people tell (再転入者の照合)."""
    return {match.resident_id for match in context.matches}


def _record_check(access: Access, kind: str, context: Context) -> None:
    access_commands.record(access, "event.check", sorted({*context.persons, *_matched(context)}), {"kind": kind})


def alert_digest(finding: Finding) -> str:
    """確認したアラートの控え: tells one alert from another; nothing of the alert's words can be read from it."""
    words = f"{finding.rule}\n{finding.item}\n{finding.value}\n{finding.message}"
    return hashlib.sha256(words.encode()).hexdigest()


def register(access: Access, entry_id: UUID, *, seen: Collection[str] = ()) -> Registered:
    """本登録: records a 仮登録. It is planned anew; whatever has become wrong since then stops it. Never twice.

    An alert stops it too unless it was confirmed at 仮登録 or is among those `seen` now (`alert_digest`).
    """
    require(access, "register_events")
    with transaction.atomic():
        entry = ProvisionalEntry.objects.select_for_update().get(id=entry_id)
        if entry.state != ProvisionalEntry.State.WAITING:
            return Registered(findings=[_settled(entry)])
        confirmed = {*entry.confirmed_alerts, *seen}
        result = _record(access, entry.kind, entry.form, entry_id, own_entry=entry_id, confirmed=confirmed)
        if not result.event_ids:
            return result
        ProvisionalHold.objects.filter(entry=entry).delete()
        entry.state = ProvisionalEntry.State.REGISTERED
        entry.settled_by, entry.settled_at, entry.event_ids = access.actor, access.now, list(result.event_ids)
        entry.save(update_fields=["state", "settled_by", "settled_at", "event_ids"])
    return result


def register_directly(access: Access, kind: str, typed: Mapping[str, Any], entry_key: UUID) -> Registered:
    """仮登録 and 本登録 in one: for what arrives by machine and for towns that let one clerk do both.

    Alerts pass, errors stop. The same `entry_key` a second time is refused by the database.
    """
    require(access, "register_events")
    _require_for_kind(access, kind)
    with transaction.atomic():
        return _record(access, kind, typed, entry_key)


def withdraw(access: Access, entry_id: UUID) -> Registered:
    """仮登録の取下げ: the people concerned are free again; the form is kept."""
    require(access, "enter_events")
    with transaction.atomic():
        entry = ProvisionalEntry.objects.select_for_update().get(id=entry_id)
        if entry.state != ProvisionalEntry.State.WAITING:
            return Registered(findings=[_settled(entry)])
        ProvisionalHold.objects.filter(entry=entry).delete()
        entry.state = ProvisionalEntry.State.WITHDRAWN
        entry.settled_by, entry.settled_at = access.actor, access.now
        entry.save(update_fields=["state", "settled_by", "settled_at"])
        access_commands.record(access, "event.withdraw", entry.subjects, {"entry": str(entry.id)})
    return Registered()


def _settled(entry: ProvisionalEntry) -> Finding:
    by = entry.settled_by or ""
    if entry.state == ProvisionalEntry.State.REGISTERED:
        return error("already-registered", f"{by} が既に本登録しています。", "異動履歴を確かめてください。")
    return error("already-withdrawn", f"{by} が既に取り下げています。", "必要なら入力し直してください。")


def _plan(
    access: Access, kind: EventKind, typed: Mapping[str, Any], *, locking: bool, own_entry: UUID | None = None
) -> tuple[Form, Context, Plan, list[Finding]]:
    form = read_form(kind, opened(typed))
    subjects = kind.subjects(form)
    known = entry_queries.concerned(subjects.resident_ids, subjects.household_ids, locking=locking)
    held = number_matches(access, form)
    known_by_number = {(match.row, match.resident_id) for match in held}
    found = matches(form) if kind.new_people else []
    found = held + [match for match in found if (match.row, match.resident_id) not in known_by_number]
    context = Context(access.today, known.people, found, municipality(settings.MUNICIPALITY_CODE))
    plan = kind.plan(form, context)
    plan = Plan(untelling(access, form, context, plan.findings), plan.events)
    others = {each: entry for each, entry in known.holds.items() if entry != own_entry}
    entered = {each for each in subjects.household_ids if each > 0}
    return form, context, plan, standing(access, plan, context, others, entered)


def _changes(plan: Plan, context: Context) -> list[PersonChange]:
    changes: list[PersonChange] = []
    for draft in plan.events:
        for change in draft.changes:
            person = context.persons.get(change.resident_id)
            before = dict(person.at(draft.occurred_on.value) or person.latest) if person else {}
            after = {**before, **change.items}
            for name in change.cleared:
                after.pop(name, None)
            name = str(before.get("name") or change.items.get("name") or "")
            changes.append(PersonChange(change.resident_id, name, before, after))
    return changes


def _screened(access: Access, changes: list[PersonChange], typed: Mapping[str, Any]) -> list[PersonChange]:
    """表示の抑止: of protected people and their households, before and after, an address shows only what was typed here."""
    before, after = (
        {change.resident_id: getattr(change, side).get("household_id") for change in changes}
        for side in ("before", "after")
    )
    shut = screened(access, before, CHECK_OUTPUT, households_to=after)
    return [
        PersonChange(each.resident_id, each.name, hide(each.before), _hide_untyped(each.after, typed))
        if each.resident_id in shut
        else each
        for each in changes
    ]


def _hide_untyped(items: Items, typed: Mapping[str, Any]) -> Items:
    return {
        name: value if value == typed.get(name) else hidden
        for (name, value), hidden in zip(items.items(), hide(items).values(), strict=True)
    }


def _record(
    access: Access,
    kind: str,
    typed: Mapping[str, Any],
    key: UUID,
    *,
    own_entry: UUID | None = None,
    confirmed: Collection[str] | None = None,
) -> Registered:
    form, context, plan, findings = _plan(access, KINDS[kind], typed, locking=True, own_entry=own_entry)
    found = [*form.findings, *findings, *plan.findings]
    stopping = [finding for finding in found if finding.severity is Severity.ERROR]
    if stopping or not plan.events:
        _record_check(access, kind, context)
        return Registered(findings=found)
    if confirmed is not None and (asking := [each for each in found if alert_digest(each) not in confirmed]):
        _record_check(access, kind, context)
        return Registered(findings=asking)
    drafts = _with_resident_codes(plan)
    keys = [key, *(uuid5(key, str(position)) for position in range(1, len(drafts)))]
    _switch_measures(access, drafts, context)
    with one_trip():
        recorded = record_events(access, drafts, context.persons, keys)
        _store_individual_numbers(access, form, recorded)
        _restore_individual_numbers(access, drafts, context)
        access_commands.record(
            access, "event.register", recorded.resident_ids, {"kind": kind, "events": recorded.event_ids}
        )
    return Registered(recorded.event_ids, recorded.resident_ids, found)


def _switch_measures(access: Access, drafts: Sequence[EventDraft], context: Context) -> None:
    """転出による仮支援措置 for whoever moves out, by a 転出届 or by a 転入通知 alone; back again where that is cancelled."""
    moves: dict[tuple[date, str], list[int]] = {}
    staying: list[int] = []
    for draft in drafts:
        for change in draft.changes:
            if draft.reason in CANCELLATIONS and change.voids_event_id is not None:
                entries = context.persons[change.resident_id].entries
                voided = next(each for each in entries if each.event_id == change.voids_event_id)
                staying += [change.resident_id] * (voided.items.get("resident_status") == MOVED_OUT)
            if change.items.get("resident_status") == MOVED_OUT:
                city = change.items.get("destination_city") or change.items.get("arrival_city")
                moves.setdefault((draft.occurred_on.value, str(city or "")), []).append(change.resident_id)
    if staying and protections.locked(staying, now=access.now):
        protection_commands.restore_after_move_out(access, staying)
    for (day, city), movers in moves.items():
        if protections.locked(movers, now=access.now):
            protection_commands.switch_on_move_out(access, movers, occurred_on=day, destination=city)


def _with_resident_codes(plan: Plan) -> list[Any]:
    """New people without a 住民票コード, and those to whom a new one is due, get one from the stock (4.3)."""
    without = [
        change
        for draft in plan.events
        for change in draft.changes
        if (change.resident_id < 0 and not change.items.get("resident_code"))
        or change.items.get("resident_code") == NEW_CODE
    ]
    if not without:
        return list(plan.events)
    with raw_cursor() as cursor:
        codes = draw_resident_codes(cursor, len(without))
    for change, code in zip(without, codes, strict=True):
        change.items["resident_code"] = code
    return list(plan.events)


def _store_individual_numbers(access: Access, form: Form, recorded: Recorded) -> None:
    numbers: dict[int, str] = {}
    for position, row in enumerate(form.people()):
        number = row.get("individual_number")
        resident_id = recorded.new_ids.get(-(position + 1)) or row.get("resident_id")
        if number and resident_id:
            numbers[int(resident_id)] = str(number)
    if numbers:
        vault.store_each(access, numbers)


def _restore_individual_numbers(access: Access, drafts: Sequence[EventDraft], context: Context) -> None:
    """A cancelled change of 個人番号: the event holds no number, so the vault goes back to the former one."""
    for draft in drafts:
        for change in draft.changes if draft.reason in CANCELLATIONS else ():
            undone, cancelled = cancelled_numbers(context.persons[change.resident_id], change.voids_event_id)
            if undone is not None:
                vault.restore(access, change.resident_id, undone, cancelled)
