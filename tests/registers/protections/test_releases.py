"""交付の許可, the guard and the counting of stopped attempts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registers.protections.conftest import NOON, RESPONSIBLE, acting, new_person

from yakuba.kernel.findings import RefusedError, Severity
from yakuba.registers.access.door import Access
from yakuba.registers.protections import commands, guard, queries

pytestmark = pytest.mark.django_db

Apply = Callable[..., tuple[int, int]]
OUTPUT = "certificate:household"


def released(clerk: Access, responsible: Access, person: int, output: str = OUTPUT) -> int:
    """A release asked for by one and approved by the other."""
    release = commands.request_release(clerk, resident_id=person, output=output, reason="本人が来庁、本人確認済み")
    commands.approve_release(responsible, release)
    return release


def test_the_guard_stops_names_who_may_release_and_tells_no_address(clerk: Access, apply: Apply) -> None:
    from yakuba.registers.staff import commands as staff

    manager = acting("chief", NOON, frozenset({"manage_staff"}))
    staff.create_account(
        manager, username="r1", display_name="責任 花子", password="long-enough-9182", rights=["release_protections"]
    )
    offender = commands.Offender(name="加害者", address="秘密町1-2-3")
    _, person = apply(clerk, offender=offender, contact="秘密町4-5-6")
    (finding,) = guard.check_output(clerk, [person, new_person()], OUTPUT)
    assert finding.severity is Severity.ERROR
    assert finding.value == str(person)
    assert "責任 花子" in finding.remedy
    assert "秘密町" not in str(finding)
    assert [one.severity for one in guard.check_output(clerk, [person], "event:move_within")] == [Severity.ALERT]


@pytest.mark.parametrize("output", ["certificate", "certificate:", "mail:label", ""])
def test_an_output_without_a_known_process_is_a_bug(clerk: Access, output: str) -> None:
    with pytest.raises(ValueError, match="process:name"):
        guard.check_output(clerk, [1], output)


def test_a_release_serves_once_for_one_clerk_one_person_one_output(
    clerk: Access, responsible: Access, apply: Apply
) -> None:
    _, person = apply(clerk)
    release = released(clerk, responsible, person)
    another = acting("another", NOON)
    assert guard.check_output(another, [person], OUTPUT)
    assert guard.check_output(clerk, [person], "certificate:struck")
    assert guard.check_output(clerk, [person], OUTPUT) == []
    assert commands.use_releases(clerk, [person, new_person()], OUTPUT) == [release]
    assert guard.check_output(clerk, [person], OUTPUT)
    with pytest.raises(RefusedError, match="出力できません"):
        commands.use_releases(clerk, [person], OUTPUT)


def test_an_output_that_fails_gives_the_release_back(clerk: Access, responsible: Access, apply: Apply) -> None:
    _, person = apply(clerk)
    released(clerk, responsible, person)

    def fail_to_print() -> None:
        with transaction.atomic():
            commands.use_releases(clerk, [person], OUTPUT)
            raise OSError("no paper")

    with pytest.raises(OSError, match="no paper"):
        fail_to_print()
    assert guard.check_output(clerk, [person], OUTPUT) == []


def test_one_missing_release_uses_up_no_other(clerk: Access, responsible: Access, apply: Apply) -> None:
    _, first = apply(clerk)
    _, second = apply(clerk)
    released(clerk, responsible, first)
    with pytest.raises(RefusedError), transaction.atomic():
        commands.use_releases(clerk, [first, second], OUTPUT)
    assert guard.check_output(clerk, [first], OUTPUT) == []


def test_a_newer_lock_voids_a_release_given_before(clerk: Access, responsible: Access, apply: Apply) -> None:
    _, person = apply(clerk)
    released(clerk, responsible, person)
    later = acting("clerk", NOON + timedelta(minutes=5))
    apply(later, together=[commands.Person(person, "子")])
    assert guard.check_output(later, [person], OUTPUT)


def test_nobody_approves_their_own_request(responsible: Access, apply: Apply) -> None:
    _, person = apply(responsible)
    release = commands.request_release(responsible, resident_id=person, output=OUTPUT, reason="本人")
    with pytest.raises(RefusedError, match="自分の申請"):
        commands.approve_release(responsible, release)
    with pytest.raises(IntegrityError, match="release_by_another"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE protections_outputrelease SET decided_by = requested_by WHERE id = %s", [release])


def test_what_was_declined_stays_declined(clerk: Access, responsible: Access, apply: Apply) -> None:
    _, person = apply(clerk)
    release = commands.request_release(clerk, resident_id=person, output=OUTPUT, reason="代理人")
    assert [row.release_id for row in queries.pending_releases(responsible) if row.resident_id == person] == [release]
    commands.decline_release(responsible, release, reason="代理人には応じない")
    with pytest.raises(RefusedError, match="既に回答"):
        commands.approve_release(responsible, release)
    assert guard.check_output(clerk, [person], OUTPUT)


@given(minutes=st.integers(0, 90), uses=st.integers(1, 3), requested_by=st.sampled_from(["clerk", "responsible"]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_at_most_one_output_a_release_and_only_in_its_time(
    minutes: int, uses: int, requested_by: str, apply: Apply
) -> None:
    with transaction.atomic():
        asking, deciding = acting(requested_by, NOON), acting("responsible", NOON, RESPONSIBLE)
        _, person = apply(asking)
        release = commands.request_release(asking, resident_id=person, output=OUTPUT, reason="本人")
        approved = True
        try:
            commands.approve_release(deciding, release)
        except RefusedError:
            approved = False
        made = 0
        for _ in range(uses):
            using = acting(requested_by, NOON + timedelta(minutes=minutes))
            with suppress(RefusedError):
                made += len(commands.use_releases(using, [person], OUTPUT))
        assert approved == (requested_by != "responsible")
        assert made == (1 if approved and minutes < 30 else 0)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_outputs_at_once_share_one_release_once(clerk: Access, responsible: Access, apply: Apply) -> None:
    _, person = apply(clerk)
    released(clerk, responsible, person)
    barrier, outcomes = threading.Barrier(2), []

    def output() -> None:
        try:
            with transaction.atomic():
                barrier.wait(timeout=10)
                outcomes.append(len(commands.use_releases(clerk, [person], OUTPUT)))
        except RefusedError:
            outcomes.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=output) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == [0, 1]


def test_stopped_attempts_are_counted_by_month(clerk: Access, responsible: Access) -> None:
    before = queries.blocked_by_month(responsible, since=NOON).get("2024-04", 0)
    commands.record_blocked(clerk, [new_person()], OUTPUT)
    commands.record_blocked(clerk, [new_person()], OUTPUT)
    assert queries.blocked_by_month(responsible, since=NOON)["2024-04"] == before + 2
    with pytest.raises(RefusedError, match="権限がありません"):
        queries.blocked_by_month(clerk, since=NOON)
