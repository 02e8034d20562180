"""表示の抑止: whose address is shut in an output, and what marks stand on whom."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from tests.registers.residents.counter import (
    HANAKO,
    TARO,
    TODAY,
    do,
    household_of,
    items,
    japanese,
    later,
    move_in_form,
    view,
)

from yakuba.kernel.findings import RefusedError, Severity
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.access.queries import access_records
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands import registration
from yakuba.registers.residents.queries import people as people_queries
from yakuba.registers.residents.queries.histories import all_histories
from yakuba.registers.residents.queries.search import Criteria, search
from yakuba.registers.residents.screen import HIDDEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stock")]
FATHER = japanese("田中　三郎", "タナカ　サブロウ", sex="1")
ELSEWHERE = {"town": "緑町", "block": "九丁目9番"}


def protect(resident_id: int) -> None:
    access = replace(later(minutes=5), purpose=Purpose.PROTECTION)
    protections.receive_application(
        access, entry_key=uuid4(), applicant_id=resident_id, category="1", received_on=TODAY
    )


def join(resident_id: int, household_id: int) -> None:
    """転居 into somebody else's household."""
    do(
        later(minutes=1), "move_within", occurred_on=TODAY, notified_on=TODAY, residents=[resident_id],
        household_id=household_id, relationship="子",
    )  # fmt: skip


def test_who_left_a_protected_household_does_not_show_its_address() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    (father,) = household_of(FATHER, **ELSEWHERE)
    join(taro, items(father)["household_id"])
    assert view(taro, access=later(minutes=2)).items["previous_town"] == "本町"
    protect(hanako)
    access = later(minutes=10)
    assert view(taro, access=access).items["previous_town"] == HIDDEN
    assert {row.items.get("town") for row in people_queries.history(access, taro)} == {HIDDEN}
    assert {piece.items["town"] for piece in people_queries.lanes(access, taro)} == {HIDDEN}
    assert view(father, access=access).items["town"] == "緑町"
    hidden: set[int] = set()
    (part,) = all_histories(access, individual_numbers=False, hidden=hidden, stopped=set())
    assert hidden == {hanako, taro}
    assert set(part.entries["previous_town"].drop_nulls()) == set()


def test_a_household_that_split_at_the_address_is_the_same_address() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    do(later(), "household_split", occurred_on=TODAY, notified_on=TODAY, residents=[hanako], relationships={})
    (father,) = household_of(FATHER, **ELSEWHERE)
    join(taro, items(father)["household_id"])
    protect(hanako)
    assert view(taro, access=later(minutes=10)).is_hidden


def test_whoever_moved_away_from_a_former_housemate_tells_nothing_by_staying() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    do(later(minutes=1), "move_within", occurred_on=TODAY, notified_on=TODAY, residents=[taro], **ELSEWHERE)
    protect(taro)
    access = later(minutes=10)
    assert view(taro, access=access).is_hidden
    assert not view(hanako, access=access).is_hidden


def release(output: str, resident_id: int, access: Access) -> int:
    """交付の許可, asked for by the clerk and approved by another."""
    asked = protections.request_release(access, resident_id=resident_id, output=output, reason="本人の請求")
    rights = frozenset({"release_protections"})
    protections.approve_release(replace(access, actor="S0009", purpose=Purpose.PROTECTION, rights=rights), asked)
    return asked


@pytest.mark.parametrize("output", ["inquiry:person", "inquiry:history", "inquiry:household", "listing:search"])
def test_a_release_opens_one_output_once_and_says_so(output: str) -> None:
    hanako, taro = household_of(HANAKO, TARO)
    protect(hanako)
    access = later(minutes=10)
    home = view(hanako, access=access).items["household_id"]
    shown = {
        "inquiry:person": lambda: [view(taro, access=access).items["town"]],
        "inquiry:history": lambda: [people_queries.history(access, hanako)[0].items["town"]],
        "inquiry:household": lambda: [
            each.items["town"] for each in people_queries.household(access, home, valid_on=TODAY, known_at=access.now)
        ],
        "listing:search": lambda: [hit.address for hit in search(access, Criteria(text="山田")).hits],
    }
    number = release(output, hanako, access)
    assert [name for name, show in shown.items() if HIDDEN not in show()] == [output]
    assert [name for name, show in shown.items() if HIDDEN not in show()] == []
    auditor = replace(access, rights=frozenset({"view_access_records"}))
    (used,) = [each for each in access_records(auditor, subject=hanako) if each.action == "protection.use-release"]
    assert json.loads(used.detail) == {"output": output, "releases": [number]}


def test_a_release_is_not_used_up_where_another_lock_keeps_the_address_shut() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    protect(hanako)
    protect(taro)
    access = later(minutes=10)
    release("inquiry:person", hanako, access)
    assert view(hanako, access=access).is_hidden
    release("inquiry:person", taro, access)
    assert not view(hanako, access=access).is_hidden
    assert view(hanako, access=access).is_hidden


def test_a_release_opens_the_preview_of_an_event_before_and_after() -> None:
    (hanako,) = household_of(HANAKO)
    protect(hanako)
    access = later(minutes=10)
    release(registration.CHECK_OUTPUT, hanako, access)
    form = {
        "occurred_on": TODAY.isoformat(), "notified_on": TODAY.isoformat(), "residents": [hanako], **ELSEWHERE,
    }  # fmt: skip
    (change,) = registration.check(access, "move_within", form).changes
    assert (change.before["town"], change.after["previous_town"]) == ("本町", "本町")
    (change,) = registration.check(access, "move_within", form).changes
    assert (change.before["town"], change.after["previous_town"]) == (HIDDEN, HIDDEN)


# --- 抑止 (national specification 3.1) ---


def restrict(process: str, level: str, *, days: int = -1, **subject: int) -> int:
    access = replace(later(minutes=5), rights=frozenset({"set_restrictions"}), purpose=Purpose.PROTECTION)
    return protections.set_restriction(
        access,
        processes=[process],
        level=level,
        reason="虚偽届のおそれ",
        starts_on=TODAY + timedelta(days=days),
        **subject,
    )


def test_a_restriction_on_inquiries_refuses_the_page_and_hides_in_the_household() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    restrict("inquiry", "error", resident_id=hanako)
    access = later(minutes=10)
    for ask in (partial(view, hanako, access=access), partial(people_queries.lanes, access, hanako)):
        with pytest.raises(RefusedError) as refused:
            ask()
        assert [each.rule for each in refused.value.findings] == ["restricted"]
    kept = access_records(replace(access, rights=frozenset({"view_access_records"})), subject=hanako)
    assert {"residents.person", "residents.lanes"} <= {record.action for record in kept}
    together = people_queries.household(
        access, items(taro, access=access)["household_id"], valid_on=TODAY, known_at=access.now
    )
    assert [(each.is_hidden, each.marks.is_restricted) for each in together] == [(True, True), (False, False)]
    assert people_queries.history(access, hanako)[0].items["town"] == HIDDEN
    named = people_queries.subject(access, hanako)
    assert named is not None
    assert named.items["town"] == HIDDEN


def test_an_alert_on_inquiries_is_shown() -> None:
    (hanako,) = household_of(HANAKO)
    restrict("inquiry", "alert", resident_id=hanako)
    seen = view(hanako, access=later(minutes=10))
    assert (seen.items["town"], [each.severity for each in seen.findings]) == ("本町", [Severity.ALERT])


def test_a_restriction_on_lists_hides_and_on_exports_leaves_out() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    restrict("listing", "error", resident_id=hanako)
    restrict("export", "error", resident_id=taro)
    access = later(minutes=10)
    found = {hit.resident_id: hit for hit in search(access, Criteria(text="山田")).hits}
    assert {each: hit.address == HIDDEN for each, hit in found.items()} == {hanako: True, taro: False}
    assert {hit.resident_id for hit in search(access, Criteria(address="本町")).hits} == {taro}
    stopped: set[int] = set()
    (part,) = all_histories(access, individual_numbers=False, hidden=set(), stopped=stopped)
    assert (stopped, set(part.residents["id"]), set(part.entries["resident_id"])) == ({taro}, {hanako}, {hanako})


@pytest.mark.parametrize("level", ["error", "alert"])
def test_nobody_enters_a_restricted_household_unasked(level: str) -> None:
    (hanako,) = household_of(HANAKO)
    (father,) = household_of(FATHER, **ELSEWHERE)
    home = items(father)["household_id"]
    restrict("event", level, household_id=home)
    stranger = japanese("佐藤　五郎", "サトウ　ゴロウ", relationship="縁故者")
    days = {"occurred_on": TODAY.isoformat(), "notified_on": TODAY.isoformat()}
    for kind, form in (
        ("domestic_move_in", move_in_form(stranger, on=TODAY, household_id=home)),
        ("move_within", {**days, "residents": [hanako], "household_id": home, "relationship": "子"}),
    ):
        found = registration.check(later(minutes=10), kind, form).findings
        assert [str(each.severity) for each in found if each.rule == "restricted"] == [level], kind
        assert registration.enter(later(minutes=10), kind, form).entry_id is None


def test_the_mark_stands_for_what_is_in_force_on_person_or_household() -> None:
    hanako, taro = household_of(HANAKO, TARO)
    access = later(minutes=10)
    restrict("event", "error", resident_id=hanako, days=30)
    assert not view(hanako, access=access).marks.is_restricted
    kept = restrict("event", "error", household_id=items(hanako)["household_id"])
    assert {hit.marks.is_restricted for hit in search(access, Criteria(text="山田")).hits} == {True}
    assert view(taro, access=access).marks.is_restricted
    suspending = replace(later(minutes=9), rights=frozenset({"suspend_restrictions"}), purpose=Purpose.PROTECTION)
    protections.suspend_restriction(suspending, kept, reason="本人の請求")
    assert not view(taro, access=access).marks.is_restricted
