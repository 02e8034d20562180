"""支援措置 from receipt to the confirmed end, on the real database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registers.protections.conftest import NOON, RESPONSIBLE, acting, new_person

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access
from yakuba.registers.protections import commands, queries

pytestmark = pytest.mark.django_db

Apply = Callable[..., tuple[int, int]]


def test_everybody_on_an_application_is_locked_from_its_receipt(clerk: Access, apply: Apply) -> None:
    child = new_person()
    measure, mother = apply(clerk, together=[commands.Person(child, "子")])
    assert queries.locked([mother, child, new_person()], now=NOON) == {mother, child}
    assert {mother, child} <= set(queries.all_locked(now=NOON).to_list())
    detail = queries.measure(clerk, measure)
    assert detail.row.stage == "仮支援措置"
    assert [person.relation for person in detail.people] == ["本人", "子"]


def test_a_batch_that_began_before_the_lock_sees_it(clerk: Access, apply: Apply) -> None:
    _, person = apply(clerk)
    assert queries.locked([person], now=NOON - timedelta(hours=3)) == {person}


def test_sql_and_python_give_the_same_answer(clerk: Access, apply: Apply) -> None:
    _, person = apply(clerk)
    with connection.cursor() as cursor:
        condition = queries.lock_condition("person.id")
        cursor.execute(
            f"SELECT id, {condition} FROM unnest(%(ids)s) AS person(id) ORDER BY id",
            {"ids": [person, person + 500_000], "now": NOON},
        )
        assert cursor.fetchall() == [(person, True), (person + 500_000, False)]


def test_the_same_application_twice_is_one(clerk: Access) -> None:
    key, person = uuid4(), new_person()
    given = {"entry_key": key, "applicant_id": person, "category": "1", "received_on": clerk.today}
    assert commands.receive_application(clerk, **given) == commands.receive_application(clerk, **given)
    assert len(queries.measures_of(clerk, person)) == 1


def test_a_year_then_an_extension_then_the_end_by_two_accounts(
    clerk: Access, responsible: Access, apply: Apply
) -> None:
    measure, person = apply(clerk)
    assert commands.accept(responsible, measure, starts_on=date(2024, 4, 1)) == date(2025, 3, 31)
    early = acting("clerk", NOON + timedelta(days=300))
    with pytest.raises(RefusedError, match="2025-02-28 から受け付けます"):
        commands.extend(early, measure, applied_on=early.today)
    in_time = acting("clerk", NOON + timedelta(days=350))
    assert commands.extend(in_time, measure, applied_on=in_time.today) == date(2026, 3, 31)
    after = NOON + timedelta(days=800)
    assert queries.locked([person], now=after) == {person}
    with pytest.raises(RefusedError, match="新たな申出"):
        commands.extend(acting("clerk", after), measure, applied_on=after.date())
    commands.propose_end(acting("clerk", after), measure, reason="本人に確認")
    assert commands.confirm_end(acting("responsible", after, RESPONSIBLE), measure) == [person]
    assert queries.locked([person], now=after) == frozenset()


def test_the_end_is_never_one_accounts_work(responsible: Access, apply: Apply) -> None:
    measure, person = apply(responsible)
    with pytest.raises(RefusedError, match="一人で"):
        commands.reject(responsible, measure, reason="要件なし")
    with pytest.raises(RefusedError, match="起案がない"):
        commands.confirm_end(responsible, measure)
    commands.propose_end(responsible, measure, reason="本人の申出")
    with pytest.raises(RefusedError, match="自分で確認"):
        commands.confirm_end(responsible, measure)
    assert queries.locked([person], now=NOON) == {person}


def test_a_step_after_the_proposal_makes_it_void(clerk: Access, responsible: Access, apply: Apply) -> None:
    measure, _ = apply(clerk)
    commands.propose_end(clerk, measure, reason="本人の申出")
    commands.accept(responsible, measure, starts_on=date(2024, 4, 1))
    with pytest.raises(RefusedError, match="変更がありました"):
        commands.confirm_end(responsible, measure)


def test_a_clerk_without_the_right_ends_nothing(clerk: Access, apply: Apply) -> None:
    measure, person = apply(clerk)
    for attempt in (
        lambda: commands.reject(clerk, measure, reason="x"),
        lambda: commands.confirm_end(clerk, measure),
        lambda: commands.accept(clerk, measure, starts_on=clerk.today),
    ):
        with pytest.raises(RefusedError, match="支援措置責任者"):
            attempt()
    assert queries.locked([person], now=NOON) == {person}


def test_a_second_measure_keeps_the_lock_when_the_first_ends(clerk: Access, responsible: Access, apply: Apply) -> None:
    child = new_person()
    first, mother = apply(clerk, together=[commands.Person(child, "子")])
    apply(clerk, together=[commands.Person(child, "子")])
    commands.reject(responsible, first, reason="取下げ")
    assert queries.locked([mother, child], now=NOON + timedelta(days=1)) == {child}


def test_who_moves_out_stays_locked_as_former_resident(clerk: Access, responsible: Access, apply: Apply) -> None:
    child = new_person()
    measure, mother = apply(clerk, together=[commands.Person(child, "子")])
    commands.accept(responsible, measure, starts_on=date(2024, 4, 1))
    (left,) = commands.switch_on_move_out(clerk, [child], occurred_on=date(2024, 5, 1), destination="他市")
    assert queries.locked([mother, child], now=NOON + timedelta(days=60)) == {mother, child}
    row = queries.measure(clerk, left).row
    assert (row.stage, row.position, row.applicant_id) == ("仮支援措置", "前住所地", child)
    assert queries.measure(clerk, measure).row.stage == "支援措置"
    assert commands.switch_on_move_out(clerk, [mother], occurred_on=date(2024, 6, 1)) == [measure]
    assert queries.measure(clerk, measure).row.position == "前住所地"


STEPS = ("accept", "extend", "propose", "move-out", "add", "second", "early-end", "wait")


@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 200)), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_locked_at_every_instant_until_two_accounts_ended_it(steps: list[tuple[str, int]], apply: Apply) -> None:
    with transaction.atomic():
        now = NOON
        measure, person = apply(acting("clerk", now))
        for step, days in steps:
            now += timedelta(days=days)
            try_step(step, acting("clerk", now, RESPONSIBLE), measure, person)
            assert queries.locked([person], now=now) == {person}, step
            assert queries.locked([person], now=now + timedelta(days=4000)) == {person}, step
        for row in queries.measures_of(acting("clerk", now), person):
            if row.stage_code != "3":
                commands.propose_end(acting("clerk", now), row.protection_id, reason="本人の申出")
                commands.confirm_end(acting("responsible", now, RESPONSIBLE), row.protection_id)
        assert queries.locked([person], now=now) == frozenset()
        assert queries.locked([person], now=now - timedelta(microseconds=1)) == {person}
        transaction.set_rollback(True)


def try_step(step: str, access: Access, measure: int, person: int) -> None:
    """One step by one account that holds every right; a refusal is as good as a success."""
    together = [commands.Person(person, "本人")]
    attempts: dict[str, Callable[[], object]] = {
        "accept": lambda: commands.accept(access, measure, starts_on=access.today),
        "extend": lambda: commands.extend(access, measure, applied_on=access.today),
        "propose": lambda: commands.propose_end(access, measure, reason="x"),
        "move-out": lambda: commands.switch_on_move_out(access, [person], occurred_on=access.today),
        "add": lambda: commands.add_person(access, measure, together[0], reason="x"),
        "second": lambda: commands.receive_application(
            access,
            entry_key=uuid4(),
            applicant_id=new_person(),
            category="2",
            received_on=access.today,
            together=together,
        ),
        "early-end": lambda: (commands.propose_end(access, measure, reason="x"), commands.confirm_end(access, measure)),
        "wait": lambda: None,
    }
    with suppress(RefusedError):
        attempts[step]()
