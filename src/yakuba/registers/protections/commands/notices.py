"""他市区町村との通知: received notices lock on receipt; sent ones are followed until answered.

A notice that arrived and was not entered is how an address was once sent to a husband (大網白里市, 2022-09): so receipt and
lock are one transaction, and a notice stays in the inbox until it is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections import terms
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.registers.protections.models import Forwarding, Protection, ReceivedNotice
from yakuba.registers.staff.rights import require

from .applications import Offender, Person, Unmatched, lock_people, open_protection
from .steps import add_step, locked_ids, running


@transaction.atomic
def receive_notice_from_other_municipality(
    access: Access,
    *,
    entry_key: UUID,
    sender: str,
    reference: str,
    received_on: date,
    position: str,
    category: str,
    people: Sequence[Person],
    unmatched: Sequence[Unmatched] = (),
    offender: Offender | None = None,
    answer_due_on: date | None = None,
) -> int:
    """転送通知の受付: locks everybody found at once and returns the notice's id; those not found yet stay on it.

    `sender` is the municipality 当初受付市区町村, `reference` its document number, `position` this town's part. The same
    `entry_key` again gives the same notice. Raises RefusedError (right `manage_protections`; received in the future).
    """
    require(access, "manage_protections")
    known = ReceivedNotice.objects.filter(entry_key=entry_key).values_list("id", flat=True).first()
    if known is not None:
        return known
    notice = ReceivedNotice(
        entry_key=entry_key,
        sender=sender,
        reference=reference,
        received_on=received_on,
        answer_due_on=answer_due_on or terms.answer_due_on(received_on),
        resident_ids=[person.resident_id for person in people],
        unmatched=[asdict(person) for person in unmatched],
        recorded_by=access.actor,
        recorded_at=access.now,
    )
    if people:
        notice.protection = open_protection(
            access,
            entry_key=entry_key,
            people=people,
            category=category,
            position=position,
            received_on=received_on,
            first_received_by=sender,
            offender=offender,
        )
        add_step(access, notice.protection, "notice-received", detail={"sender": sender, "reference": reference})
    notice.save(force_insert=True)
    access_commands.record(access, "protection.notice", notice.resident_ids, {"notice": notice.pk, "sender": sender})
    return notice.pk


@transaction.atomic
def match_notice(
    access: Access, notice_id: int, *, unmatched_index: int, person: Person, position: str, category: str
) -> int:
    """転送通知の突合: a person of the notice has been found in the register; locks them at once. Returns the measure's id."""
    require(access, "manage_protections")
    notice = _notice(notice_id)
    if not 0 <= unmatched_index < len(notice.unmatched):
        raise RefusedError(
            [error("not-on-notice", "この通知に、その未突合の人はいません。", "一覧を開き直してください。")]
        )
    notice.unmatched.pop(unmatched_index)
    # A measure that has ended in between takes nobody in any more; the person found late must be locked all the same.
    if notice.protection is None or notice.protection.stage == Protection.Stage.ENDED:
        notice.protection = open_protection(
            access,
            entry_key=uuid4() if notice.protection else notice.entry_key,
            people=[person],
            category=category,
            position=position,
            received_on=notice.received_on,
            first_received_by=notice.sender,
        )
    else:
        lock_people(access, running(notice.protection.pk), [person])
    add_step(access, notice.protection, "notice-matched", detail={"resident": person.resident_id})
    notice.resident_ids = [*notice.resident_ids, person.resident_id]
    notice.save(update_fields=["protection", "resident_ids", "unmatched"])
    access_commands.record(access, "protection.match", [person.resident_id], {"notice": notice_id})
    return notice.protection.pk


@transaction.atomic
def answer_notice(access: Access, notice_id: int, *, answer: str, answered_on: date) -> None:
    """転送通知への回答: `accepted` 受理 or `not-needed` 不要. It takes off no lock.

    Raises RefusedError when a notice is accepted while somebody on it has not been found.
    """
    require(access, "manage_protections")
    notice = _notice(notice_id)
    chosen = ReceivedNotice.Answer(answer)
    if chosen is ReceivedNotice.Answer.ACCEPTED and notice.unmatched:
        raise RefusedError(
            [
                error(
                    "notice-unmatched",
                    f"まだ住民と突合していない人が {len(notice.unmatched)} 人います。",
                    "突合するか、送付元に確認してください。",
                    item="unmatched",
                )
            ]
        )
    notice.answer, notice.answered_on, notice.answered_by = chosen, answered_on, access.actor
    notice.save(update_fields=["answer", "answered_on", "answered_by"])
    if notice.protection is not None:
        add_step(access, notice.protection, "notice-answered", detail={"notice": notice_id, "answer": answer})
    access_commands.record(access, "protection.answer", notice.resident_ids, {"notice": notice_id, "answer": answer})


@transaction.atomic
def record_forwarding(access: Access, protection_id: int, *, destination: str, forwarded_on: date) -> int:
    """転送の記録: this town has sent the application on to another municipality; returns the forwarding's id."""
    require(access, "manage_protections")
    protection = running(protection_id)
    forwarding, made = Forwarding.objects.get_or_create(
        protection=protection,
        destination=destination,
        forwarded_on=forwarded_on,
        defaults={"recorded_by": access.actor},
    )
    if made:
        add_step(access, protection, "forwarded", detail={"destination": destination})
    access_commands.record(access, "protection.forward", locked_ids(protection), {"protection": protection_id})
    return forwarding.pk


@transaction.atomic
def record_forwarding_answer(access: Access, forwarding_id: int, *, answered_on: date, accepted: bool) -> None:
    """転送への回答の記録: 受理 or 不要 by the other municipality."""
    require(access, "manage_protections")
    try:
        forwarding = Forwarding.objects.select_for_update(of=("self",)).get(pk=forwarding_id)
    except Forwarding.DoesNotExist as missing:
        raise UnknownProtectionError(str(forwarding_id)) from missing
    forwarding.acknowledged_on = answered_on if accepted else None
    forwarding.declined_on = None if accepted else answered_on
    forwarding.save(update_fields=["acknowledged_on", "declined_on"])
    protection = Protection.objects.get(pk=forwarding.protection_id)
    step = "forwarding-accepted" if accepted else "forwarding-declined"
    add_step(access, protection, step, detail={"destination": forwarding.destination})
    access_commands.record(access, "protection.forward-answer", locked_ids(protection), {"forwarding": forwarding_id})


def _notice(notice_id: int) -> ReceivedNotice:
    """The notice, its row taken. Raises UnknownProtectionError; RefusedError when it has been answered."""
    try:
        notice = ReceivedNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    except ReceivedNotice.DoesNotExist as missing:
        raise UnknownProtectionError(str(notice_id)) from missing
    if notice.answer is not None:
        raise RefusedError(
            [
                error(
                    "notice-answered",
                    "この通知には既に回答しています。",
                    "内容が変わった場合は改めて受け付けてください。",
                )
            ]
        )
    return notice
