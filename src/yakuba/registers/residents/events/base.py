"""異動の枠: what every kind of event is made of. Pure: a kind turns a form and what is known into findings and entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding
from yakuba.registers.residents.fold import Entry, Items, Slice, active, as_of, timeline

FieldKind = Literal[
    "date",
    "noted_date",
    "text",
    "kana",
    "choice",
    "flag",
    "residents",
    "resident",
    "household",
    "event",
    "people",
    "relationship",
]
RESIDENT, MOVED_OUT, DEAD, STRUCK = 1, 2, 3, 9
JAPANESE, FOREIGN = 1, 2
HEAD = "02"
NEW_HOUSEHOLD = -1
"""Stands for a household number that is given out at 本登録."""
NEW_CODE = "*" * 11
"""Stands for a 住民票コード that is drawn from the stock at 本登録."""


REENTERING = frozenset({"43", "44"})
"""A 転入通知 that strikes earlier, and a 誤記修正: with these an event is recorded once more, as it should have been."""


def enters_anew(entry: Entry, voided: Entry) -> bool:
    """Whether an entry says once more what it voids, rather than something else in its stead."""
    return entry.reason in REENTERING or entry.kind == voided.kind


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """入力項目: one field of an event's form. `name` is a glossary identifier; `choices` are (value, wording) pairs."""

    name: str
    kind: FieldKind
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    help: str = ""
    group: str = ""


@dataclass(frozen=True)
class Person:
    """住民 as the register knows them now: all entries, and the slices that they add up to."""

    resident_id: int
    addressee_number: str
    entries: Sequence[Entry]

    @cached_property
    def slices(self) -> list[Slice]:
        """The person's whole time line as known now."""
        return timeline(self.entries)

    @cached_property
    def active(self) -> list[Entry]:
        """有効な履歴: the entries that count, by the day on which they became true."""
        return active(self.entries)

    def without(self, event_ids: Collection[int]) -> Person:
        """The person as if these events had said nothing of them, neither when first recorded nor when entered anew.

        What they had put aside for something else counts again: a 転出 that was planned when the person died.
        """
        by_event = {each.event_id: each for each in self.entries}
        gone = set(event_ids)
        for each in event_ids:
            entry = by_event.get(each)
            while entry is not None:
                gone.add(entry.event_id)
                voided = by_event.get(entry.voids_event_id or 0)
                entry = voided if voided and enters_anew(entry, voided) else None
        return Person(self.resident_id, self.addressee_number, [e for e in self.entries if e.event_id not in gone])

    def at(self, day: date) -> Items:
        """The items on a day; empty before the first slice."""
        piece = as_of(self.slices, day)
        return piece.items if piece else {}

    @property
    def latest(self) -> Items:
        """The items of the last slice, planned changes included."""
        return self.slices[-1].items if self.slices else {}

    def is_resident(self, day: date) -> bool:
        """住登者 on that day."""
        return self.at(day).get("resident_status") == RESIDENT


@dataclass(frozen=True, slots=True)
class Match:
    """A person already known whose number or three particulars equal those of a new one."""

    row: int
    resident_id: int
    name: str
    by: Literal["number", "particulars"]
    struck: bool


@dataclass(frozen=True)
class Context:
    """What a kind may look at: the people concerned with all members of their households, and today."""

    today: date
    persons: Mapping[int, Person]
    matches: Sequence[Match] = ()
    municipality: Mapping[str, str] = field(default_factory=dict)

    def members(self, household_id: int, day: date) -> list[Person]:
        """世帯員 on a day, in the order of the 住民票."""
        inside = [
            person
            for person in self.persons.values()
            if (items := person.at(day)).get("household_id") == household_id
            and items.get("resident_status") == RESIDENT
        ]
        return sorted(inside, key=lambda person: (person.at(day).get("listing_order") or 999, person.resident_id))

    def head(self, household_id: int, day: date) -> Person | None:
        """世帯主 on a day."""
        for person in self.members(household_id, day):
            if person.at(day).get("relationship") == HEAD:
                return person
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """One person's part of an event. `resident_id` below zero is a new person, numbered at 本登録."""

    resident_id: int
    items: Items
    cleared: tuple[str, ...] = ()
    voids_event_id: int | None = None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """異動 about to be recorded."""

    kind: str
    reason: str
    occurred_on: RegisterDate
    changes: Sequence[Change]
    notified_on: date | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What entering the form would do, and what speaks against it."""

    findings: Sequence[Finding] = ()
    events: Sequence[EventDraft] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """届書 as read: values by field name, in the types of the register."""

    values: Mapping[str, Any]
    findings: Sequence[Finding] = ()

    def date(self, name: str) -> date | None:
        """The day of a date field, substitute day included; None when blank."""
        value = self.values.get(name)
        return value.value if isinstance(value, RegisterDate) else value

    def noted(self, name: str) -> RegisterDate | None:
        """The date with its wording."""
        value = self.values.get(name)
        return RegisterDate(value) if isinstance(value, date) else value

    def text(self, name: str) -> str:
        """The text of a field; "" when blank."""
        return self.values.get(name) or ""

    def ids(self, name: str) -> list[int]:
        """宛名 ids chosen in a field, one or several."""
        value = self.values.get(name)
        if value is None:
            return []
        return list(value) if isinstance(value, (list, tuple)) else [value]

    def people(self, name: str = "people") -> list[Mapping[str, Any]]:
        """The rows for new people."""
        return list(self.values.get(name) or [])


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whom a form is about: people, and households whose members all count."""

    resident_ids: Iterable[int] = ()
    household_ids: Iterable[int] = ()


@dataclass(frozen=True, slots=True)
class EventKind:
    """異動の種類. `label` is the wording on the page, `family` the page it stands on, `reason` the 異動事由 code."""

    slug: str
    label: str
    family: str
    reason: str
    fields: tuple[FieldSpec, ...]
    subjects: Callable[[Form], Subjects]
    planner: Callable[[EventKind, Form, Context], Plan]
    future: bool = False
    """Whether 異動日 may lie after today (転出 alone, national specification 4.0.3)."""
    noted: bool = False
    """Whether 異動日 may be unknown (出生・死亡・失踪, 1.1.8)."""
    notified: bool = False
    """Whether it is entered on a notice, so that 届出日 is wanted unless it is entered by authority (4.2)."""
    deadline: str = ""
    """The identifier in `statutes/national` of the period for the notice; "" where the law sets none."""
    new_people: bool = False
    also: tuple[str, ...] = ()
    """Further 異動事由 that its events bear, where one form makes several or the event decides."""
    right: str = ""
    """A task right that it needs besides that of entering events; "" for none."""

    def plan(self, form: Form, context: Context) -> Plan:
        """What entering the form would do, and what speaks against it. Pure."""
        return self.planner(self, form, context)

    def draft(
        self, form: Form, occurred_on: RegisterDate, changes: Sequence[Change], *, reason: str = "", notice: str = ""
    ) -> EventDraft:
        """The event that this kind records, with the 届出日 and the 留意事項 of the form."""
        notified_on = None if form.values.get("by_authority") else form.date("notified_on")
        words = form.text("notice") or notice
        return EventDraft(self.slug, reason or self.reason, occurred_on, changes, notified_on, words)
