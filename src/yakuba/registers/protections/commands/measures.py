"""支援措置の決定・延長・終了: from the decision to the end, which a second person confirms (national specification 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from django.db import transaction

from yakuba.kernel.findings import Finding, Refusal, RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections import terms
from yakuba.registers.protections.models import ProtectedPerson, Protection, ProtectionStep
from yakuba.registers.staff.rights import require, require_second_person

from .steps import add_step, end, locked_ids, running

ARTICLE = "住民記録システム標準仕様書 3.4"
END_PROPOSED = "end-proposed"
MOVED_OUT = "moved-out"


@transaction.atomic
def accept(
    access: Access, protection_id: int, *, starts_on: date, ends_on: date | None = None, reason: str = ""
) -> date:
    """支援措置の決定: turns 仮支援措置 into 支援措置 and returns its last day, start + 1 year − 1 day unless given.

    Raises RefusedError (right `release_protections`; not provisional; a period that runs backwards).
    """
    require(access, "release_protections")
    protection = _provisional(protection_id)
    last = _set_period(protection, starts_on, ends_on)
    protection.stage = Protection.Stage.MEASURE
    protection.save(update_fields=["stage", "starts_on", "ends_on"])
    add_step(access, protection, "accepted", reason=reason, detail=_period(protection))
    access_commands.record(access, "protection.accept", locked_ids(protection), {"protection": protection_id})
    return last


@transaction.atomic
def reject(access: Access, protection_id: int, *, reason: str) -> None:
    """支援措置をしない決定: ends 仮支援措置 and its locks. Whoever received the application cannot reject it alone.

    Raises RefusedError (right `release_protections`; the same account received it; not provisional).
    """
    require(access, "release_protections")
    protection = _provisional(protection_id)
    if protection.recorded_by == access.actor:
        raise _needs_another("申出を受け付けた職員は、一人で支援措置をしない決定はできません。")
    people = end(access, protection)
    add_step(access, protection, "rejected", reason=reason)
    access_commands.record(access, "protection.reject", people, {"protection": protection_id, "reason": reason})


@transaction.atomic
def extend(access: Access, protection_id: int, *, applied_on: date, ends_on: date | None = None) -> date:
    """支援措置の延長: a further year from the day after the end; returns the new last day.

    `applied_on` 延長の申出日 lies between one month before the end and the end. Later, the lock still stands, and the
    way is a new application. Raises RefusedError (right `manage_protections`; outside that time; not a measure).
    """
    require(access, "manage_protections")
    protection = running(protection_id)
    if protection.stage != Protection.Stage.MEASURE or protection.ends_on is None:
        raise RefusedError(
            [error("not-a-measure", "仮支援措置は延長できません。", "先に支援措置の決定をしてください。")]
        )
    findings = _extension_findings(access, protection.ends_on, applied_on)
    if findings:
        raise RefusedError(findings)
    first = protection.ends_on + timedelta(days=1)
    last = _checked_last(first, ends_on, applied_on)
    protection.ends_on = last
    protection.save(update_fields=["ends_on"])
    detail = {"applied_on": applied_on.isoformat(), "from": first.isoformat(), "ends_on": last.isoformat()}
    add_step(access, protection, "extended", detail=detail)
    access_commands.record(access, "protection.extend", locked_ids(protection), {"protection": protection_id})
    return last


@transaction.atomic
def correct_period(access: Access, protection_id: int, *, starts_on: date, ends_on: date, reason: str) -> None:
    """支援措置期間の修正: the automatic end may be edited (3.4); the former period stays in the steps."""
    require(access, "release_protections")
    protection = running(protection_id)
    before = _period(protection)
    _set_period(protection, starts_on, ends_on)
    protection.save(update_fields=["starts_on", "ends_on"])
    add_step(access, protection, "period-corrected", reason=reason, detail={"before": before, **_period(protection)})
    access_commands.record(access, "protection.period", locked_ids(protection), {"protection": protection_id})


@transaction.atomic
def propose_end(access: Access, protection_id: int, *, reason: str) -> None:
    """支援措置の終了の起案: asks a responsible person to confirm the end; the lock stands until then.

    Any later step on the measure makes the proposal void. Raises RefusedError (right `manage_protections` or
    `release_protections`).
    """
    require(access, "manage_protections", "release_protections")
    protection = running(protection_id)
    add_step(access, protection, END_PROPOSED, reason=reason)
    access_commands.record(access, "protection.propose-end", locked_ids(protection), {"protection": protection_id})


@transaction.atomic
def confirm_end(access: Access, protection_id: int, *, reason: str = "") -> list[int]:
    """支援措置の終了の確認: ends the measure that another account has proposed to end; returns whose lock it took off.

    Whoever is in another measure too stays locked. Raises RefusedError (right `release_protections`; nothing
    proposed; proposed by the same account).
    """
    require(access, "release_protections")
    protection = running(protection_id)
    last = ProtectionStep.objects.filter(protection=protection).order_by("-id").first()
    if last is None or last.step != END_PROPOSED:
        raise RefusedError(
            [
                error(
                    "end-not-proposed", "終了の起案がないか、起案の後に変更がありました。", "もう一度起案してください。"
                )
            ]
        )
    if last.actor == access.actor:
        raise _needs_another("終了を起案した職員は、自分で確認することはできません。")
    require_second_person(access, last.actor)
    people = end(access, protection)
    add_step(access, protection, "ended", reason=reason)
    access_commands.record(access, "protection.end", people, {"protection": protection_id})
    return people


@transaction.atomic
def switch_on_move_out(
    access: Access, resident_ids: Sequence[int], *, occurred_on: date | None = None, destination: str = ""
) -> list[int]:
    """転出による仮支援措置: those who move out stay locked, provisionally, this town now being 前住所地.

    Called by the move-out in its own transaction, so it asks for no right of its own. A measure of which all locked
    people move is switched; of which only some move, those go over to a new one. Returns the ids of the provisional
    measures. `destination` is a municipality, never an address.
    """
    movers = set(resident_ids)
    concerned = ProtectedPerson.objects.filter(resident_id__in=movers, released_at__isnull=True).values("protection_id")
    moved_on = occurred_on.isoformat() if occurred_on else None
    switched: list[int] = []
    for protection in (
        Protection.objects.select_for_update(of=("self",))
        .filter(pk__in=concerned, ended_at__isnull=True, position=Protection.Position.RESIDENCE)
        .order_by("id")
    ):
        people = locked_ids(protection)
        moving = [person for person in people if person in movers]
        target = protection if moving == people else _split(access, protection, moving)
        former_stage, target.stage = target.stage, Protection.Stage.PROVISIONAL
        target.position = Protection.Position.FORMER_RESIDENCE
        target.save(update_fields=["stage", "position"])
        detail = {
            "occurred_on": moved_on, "destination": destination, "residents": moving, "former_stage": former_stage
        }  # fmt: skip
        add_step(access, target, MOVED_OUT, detail=detail)
        switched.append(target.pk)
    if switched:
        access_commands.record(access, "protection.move-out", sorted(movers), {"protections": switched})
    return switched


@transaction.atomic
def restore_after_move_out(access: Access, resident_ids: Sequence[int]) -> list[int]:
    """転出の取消しによる支援措置の復元: this town is 住所地 again, and a measure that the 転出 had made provisional is one.

    Called by the cancellation in its own transaction, so it asks for no right of its own. What a responsible person has
    decided since stands; people whom the 転出 had parted keep measures of their own. Returns the measures restored.
    """
    staying = set(resident_ids)
    concerned = ProtectedPerson.objects.filter(resident_id__in=staying, released_at__isnull=True).values(
        "protection_id"
    )
    restored: list[int] = []
    for protection in (
        Protection.objects.select_for_update(of=("self",))
        .filter(pk__in=concerned, ended_at__isnull=True, position=Protection.Position.FORMER_RESIDENCE)
        .order_by("id")
    ):
        switch = ProtectionStep.objects.filter(protection=protection, step=MOVED_OUT).order_by("-id").first()
        if switch is None:
            continue  # 前住所地 from the first
        people = locked_ids(protection)
        back = [person for person in people if person in staying]
        target = protection if back == people else _split(access, protection, back)
        if target.stage == Protection.Stage.PROVISIONAL:
            target.stage = switch.detail["former_stage"]
        target.position = Protection.Position.RESIDENCE
        target.save(update_fields=["stage", "position"])
        add_step(access, target, "move-out-cancelled", detail={"residents": back})
        restored.append(target.pk)
    if restored:
        access_commands.record(access, "protection.move-out-cancelled", sorted(staying), {"protections": restored})
    return restored


def _split(access: Access, protection: Protection, moving: list[int]) -> Protection:
    """A copy of the measure for some of its people. Their new lock is on before the old one is off."""
    locks = ProtectedPerson.objects.filter(protection=protection, resident_id__in=moving, released_at__isnull=True)
    relations = dict(locks.values_list("resident_id", "relation"))
    copy = Protection.objects.get(pk=protection.pk)
    copy.pk = None
    copy.entry_key = uuid4()
    copy.applicant_id = protection.applicant_id if protection.applicant_id in moving else moving[0]
    copy.recorded_by, copy.recorded_at = access.actor, access.now
    copy.save(force_insert=True)
    ProtectedPerson.objects.bulk_create(
        ProtectedPerson(resident_id=person, protection=copy, relation=relation, locked_at=access.now)
        for person, relation in relations.items()
    )
    locks.update(released_at=access.now, released_by=access.actor)
    add_step(access, protection, "people-left", detail={"residents": moving, "protection": copy.pk})
    return copy


def _provisional(protection_id: int) -> Protection:
    protection = running(protection_id)
    if protection.stage != Protection.Stage.PROVISIONAL:
        raise RefusedError(
            [
                error(
                    "already-decided",
                    "この申出は既に決定されています。",
                    "期間を改める場合は期間の修正を使ってください。",
                )
            ]
        )
    return protection


def _set_period(protection: Protection, starts_on: date, ends_on: date | None) -> date:
    protection.starts_on = starts_on
    protection.ends_on = _checked_last(starts_on, ends_on, protection.received_on)
    return protection.ends_on


def _checked_last(starts_on: date, ends_on: date | None, applied_on: date) -> date:
    last = ends_on or terms.last_day(starts_on, applied_on=applied_on)
    if last < starts_on:
        raise RefusedError(
            [
                error(
                    "period-backwards",
                    "終了日が開始日より前です。",
                    "日付を確認してください。",
                    item="ends_on",
                    value=last.isoformat(),
                )
            ]
        )
    return last


def _extension_findings(access: Access, ends_on: date, applied_on: date) -> list[Finding]:
    opens_on = terms.extension_opens_on(ends_on)
    value = applied_on.isoformat()
    if applied_on > access.today:
        message, remedy = "申出日が今日より後の日付です。", "申出日を確認してください。"
    elif applied_on < opens_on:
        message, remedy = f"延長の申出は {opens_on.isoformat()} から受け付けます。", "その日以後に受け付けてください。"
    elif applied_on > ends_on:
        message = f"支援措置の期間は {ends_on.isoformat()} に終わっています（抑止は続いています）。"
        remedy = "新たな申出として受け付けてください。"
    else:
        return []
    return [error("extension-out-of-time", message, remedy, item="applied_on", value=value)]


def _period(protection: Protection) -> dict[str, str | None]:
    return {
        "starts_on": protection.starts_on.isoformat() if protection.starts_on else None,
        "ends_on": protection.ends_on.isoformat() if protection.ends_on else None,
    }


def _needs_another(ground: str) -> RefusedError:
    return RefusedError(refusal=Refusal(ground, ARTICLE, "別の支援措置責任者に依頼してください。"))
