"""Accounts that act in the flows: clerks, and two responsible persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from uuid import uuid4

import pytest

from yakuba.registers.access.door import TOKYO, Access, Purpose

NOON = datetime(2024, 4, 1, 12, tzinfo=TOKYO)
CLERK = frozenset({"view_residents", "issue_certificates", "manage_protections"})
RESPONSIBLE = CLERK | {"release_protections"}
_people = count(1_000_000)


@pytest.fixture
def clerk() -> Access:
    """窓口の職員."""
    return acting("clerk", NOON)


@pytest.fixture
def responsible() -> Access:
    """支援措置責任者."""
    return acting("responsible", NOON, RESPONSIBLE)


@pytest.fixture
def apply(db: None) -> Callable[..., tuple[int, int]]:
    """申出: a new person's application as received by a clerk; gives (measure, person)."""
    from yakuba.registers.protections import commands

    def receive(access: Access, **particulars: object) -> tuple[int, int]:
        person = next(_people)
        given = {"category": "1", "received_on": access.today, **particulars}
        return commands.receive_application(access, entry_key=uuid4(), applicant_id=person, **given), person

    return receive


def acting(actor: str, now: datetime, rights: frozenset[str] = CLERK) -> Access:
    """An account at an instant."""
    return Access(actor, Purpose.PROTECTION, now, "本庁1", rights)


def new_person() -> int:
    """A resident id that no other test has."""
    return next(_people)
