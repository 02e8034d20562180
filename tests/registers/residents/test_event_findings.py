"""異動の検査: what its findings tell of people, who is told, and what they never tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from tests.registers.residents.counter import (
    HANAKO,
    TARO,
    TODAY,
    clerk,
    household_of,
    items,
    japanese,
    later,
    move_in_form,
)

from yakuba.registers.access.door import Purpose
from yakuba.registers.access.queries import access_records
from yakuba.registers.protections import commands as protections
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


# --- 支援措置: no finding says whether a guess at an address is right ---

DAYS = {"occurred_on": TODAY.isoformat(), "notified_on": TODAY.isoformat()}
RIGHT, WRONG = {"town": "本町", "block": "一丁目2番3号"}, {"town": "緑町", "block": "九丁目9番"}


def protect(resident_id: int) -> None:
    access = replace(later(minutes=1), purpose=Purpose.PROTECTION)
    protections.receive_application(
        access, entry_key=uuid4(), applicant_id=resident_id, category="1", received_on=TODAY
    )


def told(kind: str, form: dict[str, Any]) -> list[tuple[str, str]]:
    """What checking and entering the form say."""
    checked = registration.check(later(minutes=2), kind, form)
    entered = registration.enter(later(minutes=2), kind, form)
    if entered.entry_id:
        registration.withdraw(later(minutes=3), entered.entry_id)
    assert {str(each) for each in entered.findings} <= {str(each) for each in checked.findings}
    return [(each.rule, str(each)) for each in checked.findings]


@pytest.mark.parametrize("kind", ["authority_correction", "minor_correction", "move_within", "domestic_move_in"])
def test_a_guess_right_or_wrong_is_answered_alike(kind: str) -> None:
    hanako, taro = household_of(HANAKO, TARO)
    home = items(hanako)["household_id"]
    stranger = japanese("佐藤　五郎", "サトウ　ゴロウ", relationship="縁故者")

    def typed(guess: dict[str, str]) -> dict[str, Any]:
        if kind == "domestic_move_in":
            return {**move_in_form(stranger, on=TODAY, household_id=home), **guess}
        return {**DAYS, "residents": [hanako, taro], **guess}

    openly = [told(kind, typed(guess)) for guess in (RIGHT, WRONG)]
    assert openly[0] != openly[1], "without protection the clerk is helped"
    protect(hanako)
    right, wrong = (told(kind, typed(guess)) for guess in (RIGHT, WRONG))
    assert right == wrong
    if kind == "domestic_move_in":
        assert "address-not-compared" in dict(right)
        assert "address-not-compared" not in dict(told(kind, typed({})))


def test_what_has_nothing_to_do_with_addresses_is_still_said() -> None:
    (hanako,) = household_of(HANAKO)
    protect(hanako)
    form = {**DAYS, "residents": [hanako], "name": HANAKO["name"]}
    assert "nothing-changes" in dict(told("authority_correction", form))
