"""本登録のアラート: what was not there at 仮登録 is shown before anything is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.registers.residents.counter import HANAKO, MOVED_IN, NOON, TODAY, clerk, household_of, later, move_in_form

from yakuba.kernel.findings import Severity
from yakuba.registers.access.door import Purpose
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands import registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal")]
DEATH = {"occurred_on": "2026-03-30", "notified_on": "2026-03-31"}


def restrict(resident_id: int) -> None:
    access = replace(later(minutes=1), purpose=Purpose.PROTECTION, rights=frozenset({"set_restrictions"}))
    protections.set_restriction(
        access, resident_id=resident_id, processes=["event"], level="alert", reason="虚偽届のおそれ",
        starts_on=TODAY - timedelta(days=1),
    )  # fmt: skip


def test_an_alert_that_came_since_stops_until_it_was_seen() -> None:
    (hanako,) = household_of(HANAKO)
    entered = registration.enter(clerk(), "death", {**DEATH, "residents": [hanako]}, confirmed=True)
    assert entered.entry_id
    restrict(hanako)
    stopped = registration.register(later(minutes=2), entered.entry_id)
    assert (list(stopped.event_ids), [each.rule for each in stopped.findings]) == ([], ["restricted"])
    seen = [registration.alert_digest(finding) for finding in stopped.findings]
    assert registration.register(later(minutes=3), entered.entry_id, seen=seen).event_ids


def test_somebody_like_the_new_person_who_came_since_stops_it() -> None:
    entered = registration.enter(clerk(), "domestic_move_in", move_in_form(HANAKO))
    assert entered.entry_id
    household_of(HANAKO)
    stopped = registration.register(later(minutes=2), entered.entry_id)
    assert [each.rule for each in stopped.findings] == ["particulars-match-resident"]


def test_what_was_confirmed_at_first_is_not_asked_again() -> None:
    late = move_in_form(HANAKO, on=MOVED_IN - timedelta(days=90), notified_on=TODAY.isoformat())
    entered = registration.enter(clerk(), "domestic_move_in", late, confirmed=True)
    assert entered.entry_id
    assert {each.severity for each in entered.findings} == {Severity.ALERT}
    assert registration.register(clerk(NOON + timedelta(days=3), "S0002"), entered.entry_id).event_ids
