"""支援措置の申出の受付: the lock is on from this moment, before anybody has decided anything (national specification 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections.models import ProtectedPerson, Protection
from yakuba.registers.staff.rights import require

from .steps import add_step, locked_ids, running

OWN_TOWN = ""
APPLICANT = "本人"


@dataclass(frozen=True, slots=True)
class Person:
    """併せて支援を求める者: a person of the register, and what they are to the applicant (申出者との関係)."""

    resident_id: int
    relation: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A person named in a notice whom the register has not been found to hold; `note` is whatever helps to find them."""

    name: str
    birth_date: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Offender:
    """加害者, as the applicant names them; addressee_number where they are in the register."""

    name: str = ""
    addressee_number: str = ""
    birth_date: str = ""
    sex: str = ""
    address: str = ""
    note: str = ""


@transaction.atomic
def receive_application(
    access: Access,
    *,
    entry_key: UUID,
    applicant_id: int,
    category: str,
    received_on: date,
    together: Sequence[Person] = (),
    offender: Offender | None = None,
    contact: str = "",
    protected_scope: Sequence[str] = (),
    position: str = Protection.Position.RESIDENCE,
) -> int:
    """申出の受付: locks the applicant and those named with them at once, as 仮支援措置, and returns the measure's id.

    `category` and `position` are codes of `Protection`. The same `entry_key` again gives the same measure and writes
    nothing. Raises RefusedError (right `manage_protections`; received in the future; a person named twice).
    """
    require(access, "manage_protections")
    known = Protection.objects.filter(entry_key=entry_key).values_list("id", flat=True).first()
    if known is not None:
        return known
    protection = open_protection(
        access,
        entry_key=entry_key,
        people=[Person(applicant_id, APPLICANT), *together],
        category=category,
        position=position,
        received_on=received_on,
        first_received_by=OWN_TOWN,
        offender=offender,
        contact=contact,
        protected_scope=protected_scope,
    )
    add_step(access, protection, "received", detail={"received_on": received_on.isoformat()})
    people = [applicant_id, *(person.resident_id for person in together)]
    access_commands.record(access, "protection.receive", people, {"protection": protection.pk})
    return protection.pk


@transaction.atomic
def add_person(access: Access, protection_id: int, person: Person, *, reason: str) -> None:
    """併せて支援を求める者の追加: locks one more person under a running measure, at once; twice changes nothing."""
    require(access, "manage_protections")
    protection = running(protection_id)
    if person.resident_id not in locked_ids(protection):
        lock_people(access, protection, [person])
        add_step(access, protection, "person-added", reason=reason, detail={"resident": person.resident_id})
    access_commands.record(access, "protection.add-person", [person.resident_id], {"protection": protection_id})


def open_protection(
    access: Access,
    *,
    entry_key: UUID,
    people: Sequence[Person],
    category: str,
    position: str,
    received_on: date,
    first_received_by: str,
    offender: Offender | None = None,
    contact: str = "",
    protected_scope: Sequence[str] = (),
) -> Protection:
    """仮支援措置: a new provisional measure with its locks, in the caller's transaction; the first of `people` applies."""
    findings = _receipt_findings(access, people, received_on)
    if findings:
        raise RefusedError(findings)
    protection = Protection.objects.create(
        entry_key=entry_key,
        applicant_id=people[0].resident_id,
        stage=Protection.Stage.PROVISIONAL,
        position=Protection.Position(position),
        category=Protection.Category(category),
        received_on=received_on,
        first_received_by=first_received_by,
        offender=asdict(offender) if offender else {},
        contact=contact,
        protected_scope=list(protected_scope),
        recorded_by=access.actor,
        recorded_at=access.now,
    )
    lock_people(access, protection, people)
    return protection


def lock_people(access: Access, protection: Protection, people: Sequence[Person]) -> None:
    """Puts the lock on each; a person whose lock under this same measure was released is locked anew."""
    for person in people:
        ProtectedPerson.objects.update_or_create(
            resident_id=person.resident_id,
            protection=protection,
            defaults={
                "relation": person.relation,
                "locked_at": access.now,
                "released_at": None,
                "released_by": None,
            },
        )


def _receipt_findings(access: Access, people: Sequence[Person], received_on: date) -> list[Finding]:
    findings: list[Finding] = []
    if received_on > access.today:
        findings.append(
            error(
                "received-in-future",
                "受付日が今日より後の日付です。",
                "受付日を確認してください。",
                item="received_on",
                value=received_on.isoformat(),
            )
        )
    if len({person.resident_id for person in people}) < len(people):
        findings.append(
            error(
                "person-named-twice",
                "同じ人が二度挙げられています。",
                "申出者と併せて支援を求める者を確認してください。",
                item="together",
            )
        )
    return findings
