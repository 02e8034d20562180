"""Notices, alerts, reconciliation, and the end of many measures at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from tests.registers.protections.conftest import NOON, RESPONSIBLE, acting, new_person

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access
from yakuba.registers.protections import commands, queries

pytestmark = pytest.mark.django_db

Apply = Callable[..., tuple[int, int]]
OVER = NOON + timedelta(days=400)


def notice(access: Access, people: list[int], unmatched: list[str] | None = None) -> int:
    """A notice from another municipality."""
    return commands.receive_notice_from_other_municipality(
        access,
        entry_key=uuid4(),
        sender="他市",
        reference="他市第12号",
        received_on=access.today,
        position="3",
        category="1",
        people=[commands.Person(person, "本人") for person in people],
        unmatched=[commands.Unmatched(name) for name in unmatched or []],
    )


def rules(access: Access, person: int) -> list[str]:
    """The alerts about a person, the list being read a few at a time."""
    found = read = queries.alerts(access, limit=3)
    while read:
        read = queries.alerts(access, after=read[-1].place, limit=3)
        found = [*found, *read]
    assert [one.place for one in found] == sorted({one.place for one in found})
    return [one.finding.rule for one in found if one.resident_id == person]


def test_a_notice_locks_on_receipt_and_stays_until_answered(clerk: Access) -> None:
    # 大網白里市 2022-09: the notice had come, the restriction was not entered.
    person = new_person()
    received = notice(clerk, [person], ["名簿にない人"])
    assert queries.locked([person], now=NOON) == {person}
    assert "notice-unanswered" in rules(clerk, person)
    with pytest.raises(RefusedError, match="突合していない人が 1 人"):
        commands.answer_notice(clerk, received, answer="accepted", answered_on=clerk.today)
    found = new_person()
    commands.match_notice(
        clerk, received, unmatched_index=0, person=commands.Person(found, "子"), position="3", category="1"
    )
    assert queries.locked([found], now=NOON) == {found}
    commands.answer_notice(clerk, received, answer="accepted", answered_on=clerk.today)
    assert "notice-unanswered" not in rules(clerk, person)


def test_a_notice_about_nobody_found_yet_locks_when_somebody_is(clerk: Access) -> None:
    person = new_person()
    received = notice(clerk, [], ["転籍した人"])
    commands.match_notice(
        clerk, received, unmatched_index=0, person=commands.Person(person, "本人"), position="3", category="1"
    )
    assert queries.locked([person], now=NOON) == {person}


def test_the_monthly_check_finds_a_notice_without_its_lock(clerk: Access) -> None:
    well, ill = new_person(), new_person()
    fine, broken = notice(clerk, [well]), notice(clerk, [ill])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE protections_protectedperson SET released_at = %s, released_by = '?' WHERE resident_id = %s",
            [NOON, ill],
        )
    lines = {line.notice_id: line for line in queries.reconciliation(clerk, date(2024, 4, 30))}
    assert [finding.rule for finding in lines[fine].findings] == ["notice-unanswered"]
    assert lines[broken].unlocked_ids == [ill]
    assert lines[broken].findings[0].rule == "notice-without-lock"
    # Still unanswered a year later, it is still on the list.
    assert broken in {line.notice_id for line in queries.reconciliation(clerk, date(2025, 4, 1))}


def test_alerts_before_and_after_the_end(clerk: Access, responsible: Access, apply: Apply) -> None:
    measure, person = apply(clerk)
    assert rules(clerk, person) == ["provisional-undecided"]
    commands.accept(responsible, measure, starts_on=date(2024, 4, 1))
    assert rules(clerk, person) == []
    for day, rule in [(332, []), (333, ["measure-ending"]), (364, ["measure-ending"]), (365, ["measure-ended"])]:
        assert rules(acting("clerk", NOON + timedelta(days=day)), person) == rule, day
    letter = queries.end_notice(clerk, measure)
    assert (letter.resident_id, letter.ends_on, letter.extension_from) == (person, date(2025, 3, 31), date(2025, 2, 28))


def test_a_forwarding_without_answer_is_told(clerk: Access, responsible: Access, apply: Apply) -> None:
    measure, person = apply(clerk)
    commands.accept(responsible, measure, starts_on=date(2024, 4, 1))
    sent = commands.record_forwarding(clerk, measure, destination="本籍地の市", forwarded_on=clerk.today)
    late = acting("clerk", NOON + timedelta(days=30))
    assert rules(late, person) == ["forwarding-unanswered"]
    commands.record_forwarding_answer(late, sent, answered_on=late.today, accepted=True)
    assert rules(late, person) == []


def test_a_bulk_end_looks_at_each_again_when_it_runs(clerk: Access, responsible: Access, apply: Apply) -> None:
    # 目黒区 2025-05: a list drawn on 8 May was worked off on 14 May, over a second application made in between.
    plain, again, extended = (apply(clerk) for _ in range(3))
    for measure, _ in (plain, again, extended):
        commands.accept(responsible, measure, starts_on=date(2024, 4, 1))
    proposing = acting("clerk", OVER)
    bulk = commands.propose_bulk_end(proposing, reason="期間経過、本人に確認済み")
    assert {line.protection_id for line in queries.bulk_end_lines(proposing, bulk) if line.ends} >= {plain[0], again[0]}
    apply(proposing, together=[commands.Person(again[1], "子")])
    commands.correct_period(
        acting("responsible", OVER, RESPONSIBLE),
        extended[0],
        starts_on=date(2024, 4, 1),
        ends_on=date(2026, 3, 31),
        reason="延長の申出の入力もれ",
    )
    with pytest.raises(RefusedError, match="自分で確認"):
        commands.confirm_bulk_end(acting("clerk", OVER, RESPONSIBLE), bulk)
    outcome = {
        line.protection_id: line for line in commands.confirm_bulk_end(acting("responsible", OVER, RESPONSIBLE), bulk)
    }
    assert outcome[plain[0]].ends
    assert "別の支援措置" in outcome[again[0]].kept_because
    assert "延びています" in outcome[extended[0]].kept_because
    people = [plain[1], again[1], extended[1]]
    assert queries.locked(people, now=OVER + timedelta(days=1)) == {again[1], extended[1]}
    with pytest.raises(RefusedError, match="既に確認"):
        commands.confirm_bulk_end(acting("third", OVER, RESPONSIBLE), bulk)


@pytest.mark.django_db(transaction=True)
def test_a_change_under_way_is_waited_for_and_kept(clerk: Access, responsible: Access, apply: Apply) -> None:
    measure, person = apply(clerk)
    commands.accept(responsible, measure, starts_on=date(2024, 4, 1))
    bulk = commands.propose_bulk_end(acting("clerk", OVER), reason="期間経過")
    changed, outcome = threading.Event(), []

    def confirm() -> None:
        changed.wait(timeout=10)
        outcome.extend(commands.confirm_bulk_end(acting("responsible", OVER, RESPONSIBLE), bulk))
        connection.close()

    confirming = threading.Thread(target=confirm)
    confirming.start()
    with transaction.atomic():
        commands.correct_period(
            acting("third", OVER, RESPONSIBLE),
            measure,
            starts_on=date(2024, 4, 1),
            ends_on=date(2026, 3, 31),
            reason="延長の申出の入力もれ",
        )
        changed.set()
        confirming.join(timeout=0.5)
        assert confirming.is_alive()
    confirming.join(timeout=30)
    assert [line.ends for line in outcome] == [False]
    assert queries.locked([person], now=OVER) == {person}
