"""過去の異動: which event of a person may be cancelled or corrected, and what was recorded together with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol, TypeVar

from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.residents.fold import Entry

from .base import HEAD, REENTERING, RESIDENT, Context, FieldSpec, Form, Person
from .checks import name_of

PARTNERS = {"24": "04", "04": "24", "25": "05", "05": "25", "27": "07", "07": "27"}
"""消除 and 記載 that are one change: a cancelled one takes the other along."""
CANCELLATIONS = frozenset({"09", "28", "59"})
NUMBER_REASONS = frozenset({"45", "46", "47"})
"""An event that changes the 個人番号 in the vault."""
HOUSEHOLD_REASONS = frozenset({"50", "51", "52", "53"})
"""An event on a household counts for all its people or for none."""
_UNDER_A_HEAD = frozenset({"household_id", "head_name"})
WHOLE_EVENT = FieldSpec("whole_event", "flag", help="同じ異動の異動者全員について取り消す、または直すとき")


class Said(Protocol):
    """異動履歴 1件, of the fold or of a query."""

    @property
    def reason(self) -> str:
        """異動事由."""

    @property
    def voids_event_id(self) -> int | None:
        """The event that it enters anew."""


Recorded = TypeVar("Recorded", bound=Said)


def first_recorded(entry: Recorded, by_event: Mapping[int, Recorded]) -> Recorded:
    """当初の異動: a 誤記修正, or an earlier striking by 転入通知, stands for what it voids."""
    while entry.reason in REENTERING and (voided := by_event.get(entry.voids_event_id or 0)):
        entry = voided
    return entry


def original(person: Person, entry: Entry) -> Entry:
    """当初の異動 of one person's entry."""
    return first_recorded(entry, {each.event_id: each for each in person.entries})


def original_reason(person: Person, entry: Entry) -> str:
    """異動事由 of the event as first recorded."""
    return original(person, entry).reason


def cancelled_numbers(person: Person, event_id: int | None) -> tuple[datetime | None, frozenset[datetime]]:
    """The instant at which the event stored a 個人番号, None where it stored none; and those of all such events cancelled."""
    entries = {each.event_id: each for each in person.entries}
    voided = [each.voids_event_id for each in person.entries if each.reason in CANCELLATIONS]
    firsts = {each: first_recorded(entries[each], entries) for each in (*voided, event_id) if each in entries}
    instants = {each: first.recorded_at for each, first in firsts.items() if first.reason in NUMBER_REASONS}
    return instants.get(event_id or 0), frozenset(instants.values())


def find_entry(person: Person, event_id: int) -> Entry | Finding:
    """The person's entry of an event, or why it can be neither cancelled nor corrected."""
    entry = next((each for each in person.entries if each.event_id == event_id), None)
    name = name_of(person)
    if entry is None:
        remedy = "異動と対象者を確かめてください。"
        return error("event-not-of-person", f"{name} はこの異動の異動者ではありません。", remedy, item="residents")
    if entry.reason in CANCELLATIONS:
        remedy = "必要な異動を改めて入力してください。"
        return error(
            "cancellation-not-cancellable",
            f"{name} のこの異動は取消しです。取消しは取り消せません。",
            remedy,
            item="event_id",
        )
    if entry not in person.active or _is_decreased(person, entry):
        remedy = "異動履歴で、有効な異動を選んでください。"
        return error(
            "already-voided", f"{name} のこの異動は、既に取り消されたか修正されています。", remedy, item="event_id"
        )
    return entry


def _is_decreased(person: Person, entry: Entry) -> bool:
    """Cancelled by 異動の取消し（減）, which leaves the entry and lays a striking over it."""
    return entry.items.get("resident_status") == RESIDENT and any(
        each.reason == "28" and each.occurred_on == entry.occurred_on and each.history_number > entry.history_number
        for each in person.active
        if each.voids_event_id is None
    )


def partner(person: Person, entry: Entry) -> Entry | None:
    """The other half of 帰化, 国籍喪失 or 改製."""
    wanted = PARTNERS.get(original_reason(person, entry))
    return next(
        (
            each
            for each in person.active
            if original_reason(person, each) == wanted
            and each.occurred_on == entry.occurred_on
            and abs(each.history_number - entry.history_number) == 1
        ),
        None,
    )


def companions(context: Context, entry: Entry, among: Collection[str]) -> list[tuple[Person, Entry]]:
    """What was recorded in the same breath for others: a new 世帯主 by authority, the members' 世帯主氏名."""
    return [
        (person, each)
        for person in context.persons.values()
        for each in person.active
        if original(person, each).kind in among
        and each.event_id != entry.event_id
        and each.recorded_at == entry.recorded_at
        and each.occurred_on == entry.occurred_on
    ]


def check_leader(context: Context, person: Person, entry: Entry) -> list[Finding]:
    """What followed from another event, recorded in the same breath, falls only together with that event."""
    kind = original(person, entry).kind
    if kind not in ("head_change", "name_change"):
        return []
    former = person.without({entry.event_id}).at(entry.occurred_on).get("household_id")
    for other in context.persons.values():
        for each in other.active:
            leads = each.event_id < entry.event_id and original(other, each).kind != kind and other is not person
            if leads and (each.recorded_at, each.occurred_on) == (entry.recorded_at, entry.occurred_on):
                before = other.without({each.event_id}).at(entry.occurred_on)
                if before.get("household_id") == former:
                    message = f"{name_of(person)} のこの異動は、{name_of(other)} の異動に伴う職権の異動です。"
                    return [
                        error("follows-another", message, "元の異動を取り消すか修正してください。", item="event_id")
                    ]
    return []


def people_of_event(context: Context, form: Form, event_id: int) -> list[int]:
    """異動者: those chosen; all of the event where it is one on a household, or where the clerk says so."""
    chosen = form.ids("residents")
    having = {p.resident_id: e for p in context.persons.values() for e in p.active if e.event_id == event_id}
    whole = bool(form.values.get("whole_event")) or any(entry.reason in HOUSEHOLD_REASONS for entry in having.values())
    return [*chosen, *(each for each in sorted(having) if each not in chosen)] if whole else chosen


def check_later_events(person: Person, entry: Entry, besides: Collection[int] = ()) -> list[Finding]:
    """後の異動: one that decides whether the person is in the register must go first; others ask for a look.

    A 転入通知 that has come in meanwhile is no reason to ask (national specification 4.6, 4.1.3.1).
    """
    later = [
        each
        for each in person.active
        if (each.occurred_on, each.history_number) > (entry.occurred_on, entry.history_number)
        and each.event_id not in besides
        and each.kind != "move_in_notice"
    ]
    if not later:
        return []
    name, day = name_of(person), later[0].occurred_on.isoformat()
    if "resident_status" in entry.items and any("resident_status" in each.items for each in later):
        message = f"{name} には、この異動の後に記載・消除（{day}）があります。"
        return [error("status-changed-since", message, "先に後の異動を取り消してください。", item="event_id")]
    message = f"{name} には、この異動の後の異動（{day}）があります。"
    return [alert("later-event", message, "後の異動の内容も見直してください。", item="event_id")]


def check_household_since(context: Context, person: Person, entry: Entry) -> list[Finding]:
    """世帯のその後: who came under a head later has the head's name of then; undoing what made or unmade the head asks for a look."""
    day = entry.occurred_on
    places = [person.at(day), person.without({entry.event_id}).at(day)]
    if all(place.get("relationship") != HEAD for place in places):
        return []
    homes = {place["household_id"] for place in places if place.get("household_id") is not None}
    findings = []
    for other in context.persons.values():
        later = [
            each
            for each in other.active
            if each.recorded_at > entry.recorded_at
            and each.occurred_on >= day
            and _UNDER_A_HEAD.intersection(each.items)
            and other.at(each.occurred_on).get("household_id") in homes
        ]
        if later and other is not person:
            message = (
                f"{name_of(other)} には、この異動の後に世帯の異動（{later[0].occurred_on.isoformat()}）があります。"
            )
            remedy = "その人の世帯主の氏名と続柄も見直してください。"
            findings.append(alert("later-event", message, remedy, item="event_id"))
    return findings


def substitute_note(entry: Entry, day: date) -> str:
    """不詳表記 of the day of an event, as its items keep it."""
    for name in ("entered_on", "struck_on"):
        if entry.items.get(name) == day and entry.items.get(f"{name}_note"):
            return str(entry.items[f"{name}_note"])
    return ""
