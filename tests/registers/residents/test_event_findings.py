"""異動の検査: what its findings tell of people, who is told, and what they never tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.registers.residents.counter import (
    HANAKO,
    clerk,
    household_of,
    later,
    move_in_form,
)

from yakuba.registers.access.queries import access_records
from yakuba.registers.residents.commands import registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal")]


def records_of(resident_id: int) -> list[str]:
    """The actions recorded of the person, the newest first."""
    auditor = replace(clerk(), rights=frozenset({"view_access_records"}))
    return [record.action for record in access_records(auditor, subject=resident_id)]


def test_whose_name_a_finding_tells_has_it_on_record() -> None:
    (hanako,) = household_of(HANAKO)
    form = move_in_form(HANAKO)
    (finding,) = registration.check(later(minutes=1), "domestic_move_in", form).findings
    assert "山田　花子" in finding.message
    assert registration.enter(later(minutes=2), "domestic_move_in", form).entry_id is None
    entered = registration.enter(later(minutes=3), "domestic_move_in", form, confirmed=True)
    assert entered.entry_id
    assert records_of(hanako).count("event.check") == 2
    assert records_of(hanako).count("event.enter") == 1
    registration.withdraw(later(minutes=4), entered.entry_id)


def test_a_stopped_registration_is_on_record_too() -> None:
    entered = registration.enter(clerk(), "domestic_move_in", move_in_form(HANAKO))
    assert entered.entry_id
    (hanako,) = household_of(HANAKO)
    assert not registration.register(later(minutes=1), entered.entry_id).event_ids
    assert "event.check" in records_of(hanako)
