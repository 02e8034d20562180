"""人の表示: what pages say of a person in a line: name, address, place in the household."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404

from yakuba.registers.access.door import Access
from yakuba.registers.residents.queries import names, people
from yakuba.registers.residents.queries.people import PersonView
from yakuba.registers.residents.screen import HIDDEN

from .items import address_text, relationship_text, shown


@dataclass(frozen=True, slots=True)
class Subject:
    """対象者 1人 in a line. `note` is 続柄 and 生年月日."""

    resident_id: int
    name: str
    address: str
    household_id: int | None
    relation: str
    note: str
    is_resident: bool


def subject_line(person: PersonView) -> Subject:
    """対象者 of a person as read."""
    items = person.items
    relation = relationship_text(str(items["relationship"])) if items.get("relationship") else ""
    return Subject(
        person.resident_id,
        str(items.get("name") or ""),
        HIDDEN if person.is_hidden else address_text(items),
        items.get("household_id"),
        relation,
        " ".join(part for part in (relation, shown(items, "birth_date")) if part),
        not person.marks.is_struck,
    )


def subject_of(access: Access, resident_id: int) -> Subject:
    """対象者 as of today, as known now. Raises Http404."""
    person = people.subject(access, resident_id)
    if person is None:
        raise Http404
    return subject_line(person)


def members_of(access: Access, subject: Subject) -> list[Subject]:
    """世帯員 of the person's household today, in 記載順位; the person alone where there is no household."""
    if subject.household_id is None:
        return [subject]
    members = people.household(access, subject.household_id, valid_on=access.today, known_at=access.now)
    lines = [subject_line(person) for person in members]
    return lines if any(one.resident_id == subject.resident_id for one in lines) else [*lines, subject]


def named(access: Access, resident_ids: Iterable[int]) -> dict[int, str]:
    """氏名 by resident."""
    return names.names(access, resident_ids)
