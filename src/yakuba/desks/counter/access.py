"""照会者: the one place where a request becomes an `Access`, and where the desk reads the clock."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.staff import queries as staff

SYSTEM_ACTOR = "(窓口)"
"""Stands for the desk itself where nobody is signed in yet."""


def access_of(request: HttpRequest, purpose: Purpose) -> Access:
    """Who is signed in, for which purpose, from where and now, with the task rights as they stand at this moment."""
    account = request.user
    return Access(
        actor=account.get_username(),
        purpose=purpose,
        now=timezone.now(),
        place=getattr(account, "place", ""),
        rights=staff.rights_of(int(account.pk or 0)),
    )


def desk_access(actor: str = SYSTEM_ACTOR) -> Access:
    """The desk's own access, for the record of signing in."""
    return Access(actor=actor, purpose=Purpose.SYSTEM, now=timezone.now())
