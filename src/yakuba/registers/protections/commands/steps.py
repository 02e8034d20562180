"""経過: what every command on a measure does: take its row, write down the step."""

from __future__ import annotations

from typing import Any

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access.door import Access
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.registers.protections.models import ProtectedPerson, Protection, ProtectionStep


def running(protection_id: int) -> Protection:
    """The measure, its row taken until the transaction ends. Raises UnknownProtectionError; RefusedError when ended."""
    try:
        protection = Protection.objects.select_for_update(of=("self",)).get(pk=protection_id)
    except Protection.DoesNotExist as missing:
        raise UnknownProtectionError(str(protection_id)) from missing
    if protection.stage == Protection.Stage.ENDED:
        raise RefusedError(
            [
                error(
                    "protection-ended",
                    "この支援措置は終了しています。",
                    "続ける場合は新たな申出として受け付けてください。",
                )
            ]
        )
    return protection


def add_step(
    access: Access, protection: Protection, step: str, *, reason: str = "", detail: dict[str, Any] | None = None
) -> None:
    """Appends one step; `detail` never holds an address."""
    ProtectionStep.objects.create(
        protection=protection, step=step, actor=access.actor, reason=reason, taken_at=access.now, detail=detail or {}
    )


def locked_ids(protection: Protection) -> list[int]:
    """The people whom this measure locks now."""
    locks = ProtectedPerson.objects.filter(protection=protection, released_at__isnull=True)
    return list(locks.order_by("resident_id").values_list("resident_id", flat=True))


def end(access: Access, protection: Protection) -> list[int]:
    """Ends the measure and takes its locks off, in the caller's transaction; returns the people concerned.

    Locks that another measure has on the same people stay.
    """
    people = locked_ids(protection)
    ProtectedPerson.objects.filter(protection=protection, released_at__isnull=True).update(
        released_at=access.now, released_by=access.actor
    )
    protection.stage = Protection.Stage.ENDED
    protection.ended_at = access.now
    protection.save(update_fields=["stage", "ended_at"])
    return people
