"""何が起きても: whatever clerks enter in whatever order, the record stays what the events add up to, and so do the chains."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.registers.residents.counter import HANAKO, JIRO, NOON, TARO, clerk, japanese, move_in_form, void
from tests.registers.residents.populations import balance, growth

from yakuba.registers.access import queries as access_queries
from yakuba.registers.access.door import Access
from yakuba.registers.residents.commands import refold, registration
from yakuba.registers.residents.commands.registration import Registered
from yakuba.registers.residents.events import KINDS
from yakuba.registers.residents.queries import people as people_queries

SOMEBODY = st.integers(0, 30)
DAYS = st.integers(-25, 3)
EXAMPLES = 12
RELATIONS = st.sampled_from(["20", "12", "51", "弟", "02"])


class Town(RuleBasedStateMachine):
    """A handful of people, two families at first."""

    @initialize()
    def two_families(self) -> None:
        self.savepoint = transaction.savepoint()
        self.now: datetime = NOON
        self.people: list[int] = []
        self.comes_in([HANAKO, TARO, JIRO])
        self.comes_in(
            [japanese("渡邉󠄐　一", "ワタナベ　ハジメ"), japanese("渡邉󠄐　二", "ワタナベ　ツギ", relationship="12")]
        )

    def access(self) -> Access:
        self.now += timedelta(minutes=7)
        return clerk(self.now, actor=f"S000{1 + len(self.people) % 2}")

    def day(self, days: int) -> str:
        return (NOON.date() + timedelta(days=days)).isoformat()

    def happens(self, kind: str, days: int, **form: Any) -> Registered:
        """The event if the register takes it; a finding is as good an answer."""
        dated = {"occurred_on": self.day(days), "notified_on": self.day(min(days, 0)), **form}
        done = registration.register_directly(self.access(), kind, dated, uuid4())
        assert done.event_ids or done.findings
        self.people += [each for each in done.resident_ids if each not in self.people]
        return done

    def comes_in(self, rows: list[dict[str, Any]], days: int = -30, **more: Any) -> None:
        form = move_in_form(*rows, **more)
        self.happens("domestic_move_in", days, **{key: form[key] for key in form if not key.endswith("ed_on")})

    def somebody(self, pick: int) -> int:
        return self.people[pick % len(self.people)]

    def household(self, pick: int) -> int | None:
        seen = people_queries.person(self.access(), self.somebody(pick), valid_on=NOON.date(), known_at=self.now)
        return seen.items.get("household_id") if seen else None

    @rule(pick=SOMEBODY, relation=RELATIONS, days=DAYS, joins=st.booleans())
    def somebody_comes(self, pick: int, relation: str, days: int, joins: bool) -> None:
        row = japanese("新井　三", "アライ　サン", relationship=relation if joins else "02")
        household = self.household(pick) if joins else None
        self.comes_in([row], days, **({"household_id": household} if household else {}))

    @rule(pick=SOMEBODY, days=DAYS)
    def somebody_comes_back(self, pick: int, days: int) -> None:
        self.comes_in([HANAKO | {"resident_id": self.somebody(pick)}], days)

    @rule(pick=SOMEBODY, days=st.integers(-25, 20), more=st.booleans())
    def moves_out(self, pick: int, days: int, more: bool) -> None:
        residents = [self.somebody(pick), *([self.somebody(pick + 1)] if more else [])]
        self.happens("domestic_move_out", days, residents=residents, destination_city="他市")

    @rule(pick=SOMEBODY, days=DAYS)
    def arrived_elsewhere(self, pick: int, days: int) -> None:
        self.happens("move_in_notice", days, residents=[self.somebody(pick)], arrival_city="他市")

    @rule(pick=SOMEBODY, days=DAYS, joined=st.none() | SOMEBODY, relation=RELATIONS, more=st.booleans())
    def moves_within(self, pick: int, days: int, joined: int | None, relation: str, more: bool) -> None:
        place: dict[str, Any] = {"town": "港町", "block": f"{pick}番地"}
        if joined is not None:
            place = {"household_id": self.household(joined), "relationship": relation}
        residents = [self.somebody(pick), *([self.somebody(pick + 1)] if more else [])]
        self.happens("move_within", days, residents=residents, **place)

    @rule(pick=SOMEBODY, days=DAYS, kind=st.sampled_from(["death", "authority_strike"]))
    def ends(self, pick: int, days: int, kind: str) -> None:
        self.happens(kind, days, residents=[self.somebody(pick)])

    @rule(pick=SOMEBODY, days=DAYS)
    def becomes_head(self, pick: int, days: int) -> None:
        self.happens("head_change", days, new_head_id=self.somebody(pick))

    @rule(pick=SOMEBODY, days=DAYS)
    def founds_a_household(self, pick: int, days: int) -> None:
        self.happens("household_split", days, residents=[self.somebody(pick)])

    @rule(pick=SOMEBODY, which=SOMEBODY, name=st.sampled_from([None, "山田　華子"]))
    def was_mistaken(self, pick: int, which: int, name: str | None) -> None:
        person = self.somebody(pick)
        wrong = [
            row for row in people_queries.history(self.access(), person) if not row.is_voided and row.history_number > 1
        ]
        if wrong:
            void(self.access(), person, wrong[which % len(wrong)].event_id, **({"name": name} if name else {}))

    def teardown(self) -> None:
        assert refold.verify().findings == []
        for known_at in (self.now, NOON + timedelta(minutes=30)):
            for first in (NOON.date() - timedelta(days=40), NOON.date() - timedelta(days=10)):
                months = (first, NOON.date() + timedelta(days=5), known_at)
                assert balance(*months) == growth(*months)
        slices: dict[int, list[Any]] = defaultdict(list)
        for person in self.people:
            for seen in people_queries.lanes(self.access(), person):
                if seen.known_to is None:
                    slices[person].append((seen.valid_from, seen.valid_to or date.max))
        for own in slices.values():
            assert max(own)[1] == date.max
            assert all(one[1] == other[0] for one, other in pairwise(sorted(own)))
        assert [finding for _, found in access_queries.verify_chains() for finding in found] == []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(DISTINCT number) FROM residents_numberkey WHERE kind = 'resident_code'"
            )
            assert len(set(cursor.fetchone())) == 1
        transaction.savepoint_rollback(self.savepoint)


@pytest.mark.django_db
def test_random_events(stock: list[str]) -> None:
    assert {"move_in_notice", "household_split", "death"} <= KINDS.keys()
    run_state_machine_as_test(
        Town,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=14, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip
