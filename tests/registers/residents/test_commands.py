"""仮登録と本登録: what is entered is asked about, held, recorded once, and read as of both clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests.registers.residents.counter import (
    HANAKO,
    JIRO,
    MOVED_IN,
    NOON,
    TARO,
    TODAY,
    clerk,
    do,
    household_of,
    items,
    japanese,
    later,
    move_in_form,
    move_out,
    view,
    void,
)

from yakuba.kernel.check_digits import individual_number, is_addressee_number, is_resident_code
from yakuba.kernel.findings import Finding, RefusedError
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault
from yakuba.registers.protections import commands as protections
from yakuba.registers.protections.models import Protection
from yakuba.registers.residents.commands import desk, registration
from yakuba.registers.residents.models import ProvisionalHold, Resident, ResidentCodeStock, ResidentEvent
from yakuba.registers.residents.queries import desk as desk_queries
from yakuba.registers.residents.queries import people as people_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal")]
DEATH = {"occurred_on": "2026-03-30", "notified_on": "2026-03-31"}


def rules(findings: Iterable[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


# --- 仮登録 ---


def test_entered_then_registered() -> None:
    entered = registration.enter(clerk(), "domestic_move_in", move_in_form(HANAKO, TARO))
    assert entered.entry_id is not None
    assert Resident.objects.count() == 0
    assert [row.kind for row in desk_queries.waiting(clerk())] == ["domestic_move_in"]
    done = registration.register(clerk(actor="S0002"), entered.entry_id)
    hanako, taro = done.resident_ids
    assert items(hanako)["name"] == "山田　花子"
    assert items(taro)["head_name"] == "山田　花子"
    assert items(hanako)["household_id"] == items(taro)["household_id"]
    assert desk_queries.waiting(clerk()) == []
    (row,) = people_queries.history(clerk(), hanako)
    assert (row.kind, row.reason, row.actor, row.place) == ("domestic_move_in", "01", "S0002", "本庁1")


def test_errors_stop_even_when_confirmed() -> None:
    nobody = move_in_form(HANAKO | {"relationship": "20"})
    entered = registration.enter(clerk(), "domestic_move_in", nobody, confirmed=True)
    assert (entered.entry_id, rules(entered.findings)) == (None, ["no-head"])
    assert desk_queries.waiting(clerk()) == []


def test_alerts_ask_until_confirmed() -> None:
    late = move_in_form(HANAKO, on=MOVED_IN - timedelta(days=90), notified_on=TODAY.isoformat())
    asked = registration.enter(clerk(), "domestic_move_in", late)
    assert (asked.entry_id, rules(asked.findings)) == (None, ["notice-late"])
    assert registration.enter(clerk(), "domestic_move_in", late, confirmed=True).entry_id is not None


def test_whoever_is_entered_provisionally_is_held_until_withdrawn() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    death = {**DEATH, "residents": [taro]}
    entered = registration.enter(clerk(), "death", death)
    assert entered.entry_id
    assert view(taro).marks.is_provisional
    assert not view(hanako).marks.is_provisional
    again = registration.enter(clerk(), "death", death, confirmed=True)
    assert "held-provisionally" in rules(again.findings)
    directly = registration.register_directly(clerk(), "death", death, uuid4())
    assert (list(directly.event_ids), "held-provisionally" in rules(directly.findings)) == ([], True)
    registration.withdraw(clerk(), entered.entry_id)
    assert not ProvisionalHold.objects.exists()
    assert registration.enter(clerk(), "death", death, confirmed=True).entry_id
    assert rules(registration.register(clerk(), entered.entry_id).findings) == ["already-withdrawn"]


def test_registered_once() -> None:
    entered = registration.enter(clerk(), "domestic_move_in", move_in_form(HANAKO))
    assert entered.entry_id
    assert registration.register(clerk(), entered.entry_id).event_ids
    again = registration.register(clerk(actor="S0002"), entered.entry_id)
    assert (list(again.event_ids), rules(again.findings)) == ([], ["already-registered"])
    assert rules(registration.withdraw(clerk(), entered.entry_id).findings) == ["already-registered"]
    assert Resident.objects.count() == 1


def test_the_same_entry_key_is_refused_by_the_database() -> None:
    key = uuid4()
    registration.register_directly(clerk(), "domestic_move_in", move_in_form(HANAKO), key)
    with pytest.raises(IntegrityError, match="entry_key"), transaction.atomic():
        registration.register_directly(clerk(), "domestic_move_in", move_in_form(TARO | {"relationship": "02"}), key)
    assert (ResidentEvent.objects.count(), Resident.objects.count()) == (1, 1)


def test_what_became_wrong_since_it_was_entered_stops_it() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    joined = move_in_form(JIRO, household_id=items(hanako)["household_id"])
    entered = registration.enter(clerk(), "domestic_move_in", joined)
    assert entered.entry_id
    move_out(later(minutes=1), [hanako, taro], MOVED_IN)
    done = registration.register(later(minutes=2), entered.entry_id)
    assert (list(done.event_ids), "empty-household" in rules(done.findings)) == ([], True)
    assert len(desk_queries.waiting(clerk())) == 1


def test_whom_another_entry_holds_by_now_is_not_touched_by_this_one() -> None:
    hanako, taro, jiro = household_of(HANAKO, TARO, JIRO)
    first = registration.enter(clerk(), "death", {**DEATH, "residents": [hanako]}, confirmed=True)
    assert first.entry_id, "two are left, so that this touches nobody but the head"
    do(clerk(), "death", residents=[jiro], **DEATH)
    second = registration.enter(clerk(), "authority_strike", {**DEATH, "residents": [taro]}, confirmed=True)
    assert second.entry_id
    stopped = registration.register(later(minutes=1), first.entry_id)
    assert "held-provisionally" in rules(stopped.findings), "by now it would make the one who is left the head"
    assert not stopped.event_ids
    assert registration.register(later(minutes=2), second.entry_id).event_ids
    assert registration.register(later(minutes=3), first.entry_id).event_ids


@pytest.mark.parametrize(
    ("right", "attempt"),
    [
        ("enter_events", lambda access: registration.enter(access, "domestic_move_in", move_in_form(HANAKO))),
        ("register_events", lambda access: registration.register(access, uuid4())),
        ("register_events", lambda access: registration.register_directly(access, "death", {}, uuid4())),
        ("enter_events", lambda access: registration.withdraw(access, uuid4())),
    ],
)
def test_without_the_right_nothing_is_done(right: str, attempt: Callable[[Access], object]) -> None:
    others = frozenset({"view_residents", "enter_events", "register_events"}) - {right}
    with pytest.raises(RefusedError) as refused:
        attempt(clerk(rights=others))
    assert refused.value.findings[0].value == right


# --- numbers ---


@pytest.mark.parametrize("number", [individual_number(10_000_000_001)])
def test_an_individual_number_waits_under_seal_and_goes_to_the_vault(number: str) -> None:
    form = move_in_form(HANAKO | {"individual_number": number})
    entered = registration.enter(clerk(), "domestic_move_in", form)
    assert entered.entry_id
    desk.save_draft(clerk(), "domestic_move_in", uuid4(), form)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT form::text FROM residents_provisionalentry UNION ALL SELECT form::text FROM residents_draft"
        )
        kept = [text for (text,) in cursor.fetchall()]
    assert len(kept) == 2
    assert not [text for text in kept if number in text]
    (row,) = desk_queries.waiting(clerk())
    assert number not in str(row.form)
    assert not registration.check(clerk(), row.kind, row.form).findings, "the kept form can be looked at again"
    (draft,) = desk.drafts(clerk(), "domestic_move_in")
    assert not registration.check(clerk(), row.kind, draft.form).has_errors
    (hanako,) = registration.register(clerk(), entered.entry_id).resident_ids
    assert vault.read(clerk(), hanako, reason="照合") == number


def test_half_a_number_is_not_kept_in_a_draft() -> None:
    desk.save_draft(clerk(), "page", uuid4(), {"people": [{"individual_number": "1234567", "name": "山田"}]})
    (draft,) = desk.drafts(clerk(), "page")
    assert draft.form == {"people": [{"individual_number": "", "name": "山田"}]}


def test_numbers_have_check_digits_and_pass_over_bodies_that_have_none() -> None:
    people = [
        japanese(f"見本　{kana}", f"ミホン　{kana}", relationship="02" if kana == "ア" else "20")
        for kana in "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
    ]
    ids = household_of(*people)
    numbers = [view(each).addressee_number for each in ids]
    assert all(is_addressee_number(number) for number in numbers)
    assert [int(number[:14]) for number in numbers] == ids
    skipped = set(range(ids[0], ids[-1] + 1)) - set(ids)
    assert skipped, "of thirty bodies in a row two full decades are, and one at least holds remainder one"
    assert {view(each).household_number for each in ids} == {view(ids[0]).household_number}


def test_resident_codes_come_from_the_stock_each_once(stock: list[str]) -> None:
    hanako, taro = household_of(HANAKO, TARO)
    given = {items(hanako)["resident_code"], items(taro)["resident_code"]}
    assert len(given) == 2
    assert given <= set(stock)
    assert all(is_resident_code(code) for code in given)
    assert ResidentCodeStock.objects.count() == len(stock) - 2


def test_without_codes_in_stock_nobody_is_recorded() -> None:
    ResidentCodeStock.objects.all().delete()
    with pytest.raises(RefusedError) as refused, transaction.atomic():
        household_of(HANAKO)
    assert refused.value.findings[0].rule == "resident-code-stock-empty"
    assert Resident.objects.count() == 0


def test_who_comes_back_keeps_the_number_and_the_code() -> None:
    (hanako,) = household_of(HANAKO)
    before = view(hanako)
    move_out(clerk(), [hanako], MOVED_IN + timedelta(days=3))
    (again,) = household_of(HANAKO | {"resident_id": hanako}, access=later(days=10), on=TODAY + timedelta(days=8))
    after = view(again, valid_on=TODAY + timedelta(days=9))
    assert after.addressee_number == before.addressee_number
    assert after.items["resident_code"] == before.items["resident_code"]
    assert after.items["resident_status"] == 1
    assert not {"struck_on", "struck_reason", "destination_city", "move_out_planned_on"} & set(after.items)
    assert after.items["household_id"] != before.items["household_id"]
    assert items(hanako)["resident_status"] == 2, "between the stays the person was struck"


def test_a_code_that_somebody_has_is_not_given_to_another() -> None:
    (hanako,) = household_of(HANAKO)
    double = move_in_form(TARO | {"relationship": "02", "resident_code": items(hanako)["resident_code"]})
    done = registration.register_directly(clerk(), "domestic_move_in", double, uuid4())
    assert (list(done.event_ids), "number-already-known" in rules(done.findings)) == ([], True)


# --- leaving ---


def test_a_planned_leaver_is_resident_until_the_day_and_struck_on_it() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    day = TODAY + timedelta(days=10)
    move_out(clerk(), [hanako, taro], day)
    eve = view(taro, valid_on=day - timedelta(days=1))
    assert (eve.items["resident_status"], eve.marks.is_struck, eve.marks.has_plan, eve.valid_to) == (
        1,
        False,
        True,
        day,
    )
    there = view(taro, valid_on=day)
    assert (there.items["resident_status"], there.items["struck_on"], there.marks.is_struck) == (2, day, True)
    household = eve.items["household_id"]
    known_at = NOON + timedelta(days=1)
    before = people_queries.household(clerk(), household, valid_on=day - timedelta(days=1), known_at=known_at)
    assert [one.resident_id for one in before] == [hanako, taro]
    assert people_queries.household(clerk(), household, valid_on=day, known_at=known_at) == []
    with_the_struck = people_queries.household_of(clerk(), taro, valid_on=day, known_at=known_at)
    assert [one.resident_id for one in with_the_struck] == [taro]


def test_one_who_arrived_earlier_is_struck_earlier() -> None:
    (hanako,) = household_of(HANAKO)
    planned, arrived = TODAY + timedelta(days=10), TODAY + timedelta(days=4)
    move_out(clerk(), [hanako], planned)
    do(
        later(days=20), "move_in_notice", occurred_on=arrived, notified_on=arrived, residents=[hanako],
        arrival_prefecture="他県", arrival_city="他市", arrival_town="中央",
    )  # fmt: skip
    struck = items(hanako, valid_on=arrived)
    assert (struck["resident_status"], struck["struck_on"], struck["move_out_planned_on"]) == (2, arrived, planned)
    assert items(hanako, valid_on=arrived - timedelta(days=1))["resident_status"] == 1
    assert items(hanako, valid_on=arrived, known_at=NOON + timedelta(days=1))["resident_status"] == 1, (
        "nobody knew it then"
    )


def test_who_moved_out_without_a_word_stays_locked_as_one_who_filed_it() -> None:
    """転入通知 without a 転出届 (4.1.3.1): the 支援措置 goes over to this town as 前住所地."""
    hanako, taro = household_of(HANAKO, TARO)
    protections.receive_application(
        clerk(), entry_key=uuid4(), applicant_id=hanako, category="1", received_on=TODAY,
        together=[protections.Person(taro, "子")],
    )  # fmt: skip
    do(later(1), "move_in_notice", occurred_on=TODAY, residents=[hanako, taro], arrival_city="他市")
    (measure,) = Protection.objects.all()
    assert (measure.stage, measure.position) == (Protection.Stage.PROVISIONAL, Protection.Position.FORMER_RESIDENCE)


def test_the_last_but_one_becomes_head_when_the_head_dies() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    do(clerk(), "death", residents=[hanako], **DEATH)
    left = items(taro)
    assert (left["relationship"], left["head_name"], left["listing_order"]) == ("02", "山田　太郎", 1)
    assert items(taro, valid_on=date(2026, 3, 29))["relationship"] == "20"
    assert items(hanako)["resident_status"] == 3


def test_with_two_left_the_clerk_is_asked_for_the_new_head_first() -> None:
    hanako, taro, jiro = household_of(HANAKO, TARO, JIRO)
    asked = registration.enter(clerk(), "death", {**DEATH, "residents": [hanako]})
    assert (asked.entry_id, rules(asked.findings)) == (None, ["head-leaves"])
    do(
        clerk(), "head_change", occurred_on="2026-03-29", notified_on="2026-03-29", new_head_id=taro,
        people=[{"resident_id": hanako, "relationship": "母"}, {"resident_id": jiro, "relationship": "弟"}],
    )  # fmt: skip
    assert [items(each)["head_name"] for each in (hanako, taro, jiro)] == ["山田　太郎"] * 3
    do(later(minutes=1), "death", residents=[hanako], **DEATH)
    assert items(taro)["relationship"] == "02"


def test_the_death_of_the_last_member_leaves_an_empty_household() -> None:
    (hanako,) = household_of(HANAKO)
    household = items(hanako)["household_id"]
    do(clerk(), "death", residents=[hanako], **DEATH)
    assert people_queries.household(clerk(), household, valid_on=TODAY, known_at=NOON + timedelta(minutes=1)) == []
    assert view(hanako).marks.is_struck


# --- both clocks ---


def test_before_and_after_a_correction() -> None:
    (hanako,) = household_of(HANAKO)
    moved = do(
        later(days=1), "move_within", occurred_on=TODAY, notified_on=TODAY, residents=[hanako], town="港町", block="5番地"
    )  # fmt: skip
    void(later(days=2), hanako, moved.event_ids[0])
    on = TODAY + timedelta(days=5)
    assert [items(hanako, valid_on=on, known_at=NOON + timedelta(days=n, hours=1))["town"] for n in (0, 1, 2)] == [
        "本町", "港町", "本町",
    ]  # fmt: skip
    marks = {row.kind: row.is_voided for row in people_queries.history(clerk(), hanako)}
    assert marks["move_within"] is True
    assert len(people_queries.lanes(clerk(), hanako)) >= 3


def test_nothing_is_known_before_it_was_recorded() -> None:
    (hanako,) = household_of(HANAKO)
    assert people_queries.person(clerk(), hanako, valid_on=TODAY, known_at=NOON - timedelta(seconds=1)) is None
    assert people_queries.person(clerk(), hanako, valid_on=MOVED_IN - timedelta(days=1), known_at=NOON) is None
    assert items(hanako, known_at=NOON)["town"] == "本町"
