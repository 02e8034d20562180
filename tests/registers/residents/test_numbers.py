"""個人番号 at the register: changed, taken back, and recognised when its holder comes again (4.1.1.2, 4.3, 4.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.registers.residents.counter import (
    HANAKO,
    NOON,
    RIGHTS,
    TARO,
    TODAY,
    clerk,
    do,
    household_of,
    japanese,
    move_in_form,
    move_out,
)

from yakuba.kernel.check_digits import individual_number
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault
from yakuba.registers.residents.commands import registration
from yakuba.registers.residents.commands.registration import Registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal")]
FIRST, SECOND, THIRD = (individual_number(10_000_000_000 + each) for each in (1, 2, 3))


def later(minutes: int) -> Access:
    """A clerk who may cancel events, so many minutes after noon."""
    return clerk(NOON + timedelta(minutes=minutes), rights=RIGHTS | {"cancel_events"})


def number_of(resident_id: int) -> str | None:
    return vault.read(later(99), resident_id, reason="照合")


def change(access: Access, resident_id: int, number: str) -> int:
    """個人番号の変更請求; returns the event."""
    people = [{"resident_id": str(resident_id), "individual_number": number}]
    done = do(access, "individual_number_change", occurred_on=TODAY, notified_on=TODAY, people=people)
    return done.event_ids[0]


def cancel(access: Access, resident_id: int, event_id: int) -> Registered:
    """異動の取消し."""
    return do(access, "cancellation", event_id=event_id, residents=[resident_id])


# --- 取消し ---


def test_a_cancelled_change_gives_the_former_number_back() -> None:
    (hanako,) = household_of(HANAKO | {"individual_number": FIRST})
    event = change(later(1), hanako, SECOND)
    assert number_of(hanako) == SECOND
    cancel(later(2), hanako, event)
    assert number_of(hanako) == FIRST
    then = {
        minute: vault.read_many(later(99), [hanako], reason="証明", known_at=later(minute).now) for minute in (1, 2)
    }
    assert then == {1: {hanako: SECOND}, 2: {hanako: FIRST}}


def test_a_change_with_another_after_it_leaves_the_number_in_force() -> None:
    (hanako,) = household_of(HANAKO | {"individual_number": FIRST})
    events = [change(later(1), hanako, SECOND), change(later(2), hanako, THIRD)]
    cancel(later(3), hanako, events[0])
    assert number_of(hanako) == THIRD
    cancel(later(4), hanako, events[1])
    assert number_of(hanako) == FIRST


def test_a_change_whose_day_was_corrected_is_still_the_one_that_is_cancelled() -> None:
    (hanako,) = household_of(HANAKO | {"individual_number": FIRST})
    event = change(later(1), hanako, SECOND)
    corrected = do(later(2), "error_correction", event_id=event, residents=[hanako], occurred_on="2026-03-25")
    assert number_of(hanako) == SECOND
    cancel(later(3), hanako, corrected.event_ids[0])
    assert number_of(hanako) == FIRST


def test_the_first_number_cannot_be_taken_back() -> None:
    (hanako,) = household_of(HANAKO)
    people = [{"resident_id": str(hanako), "individual_number": FIRST}]
    done = do(later(1), "individual_number_entry", occurred_on=TODAY, notified_on=TODAY, people=people)
    typed = {"event_id": str(done.event_ids[0]), "residents": [str(hanako)]}
    assert [f.rule for f in registration.check(later(2), "cancellation", typed).findings] == ["no-former-number"]


# --- 再転入の確認 ---


def _rules(kind: str, form: dict[str, Any]) -> list[str]:
    return [finding.rule for finding in registration.check(later(5), kind, form).findings]


def test_who_comes_again_is_known_by_the_individual_number() -> None:
    (hanako,) = household_of(HANAKO | {"individual_number": FIRST})
    move_out(later(1), [hanako], TODAY)
    again = japanese("田中　花子", "タナカ　ハナコ", "昭和61年1月1日", individual_number=FIRST)
    form = move_in_form(again, on=TODAY)
    assert _rules("domestic_move_in", form) == ["number-already-known"]
    assert registration.enter(later(5), "domestic_move_in", form, confirmed=True).entry_id is None
    again["resident_id"] = str(hanako)
    assert "number-already-known" not in _rules("domestic_move_in", form)


def test_a_match_by_number_is_told_once_and_one_by_another_number_not_at_all() -> None:
    household_of(HANAKO | {"individual_number": FIRST})
    typed = move_in_form(HANAKO | {"individual_number": FIRST}, TARO | {"individual_number": SECOND})
    assert _rules("domestic_move_in", typed) == ["number-already-known"]


def test_a_number_is_not_changed_to_that_of_another() -> None:
    hanako, taro = household_of(HANAKO | {"individual_number": FIRST}, TARO | {"individual_number": SECOND})
    people = [{"resident_id": str(taro), "individual_number": FIRST}]
    typed = {"occurred_on": TODAY.isoformat(), "notified_on": TODAY.isoformat(), "people": people}
    assert _rules("individual_number_change", typed) == ["individual-number-taken"]
    people[0]["resident_id"] = str(hanako)
    assert _rules("individual_number_change", typed) == []


def test_all_numbers_of_a_form_are_looked_up_at_once() -> None:
    """And a form without numbers asks the vault nothing."""
    numbers = (FIRST, SECOND, THIRD)
    rows = [HANAKO | {"individual_number": FIRST}] + [TARO | {"individual_number": each} for each in numbers[1:]]
    for people, asked in ((rows, 1), ([HANAKO, TARO], 1)):
        registration.check(later(5), "domestic_move_in", move_in_form(*people))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM access_accessrecord WHERE action = 'individual-number.find'")
            lookups = cursor.fetchone()
        assert lookups == (asked,)
