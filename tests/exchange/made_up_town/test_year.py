"""A year of the made-up town: planned from the register alone, taken by the register without a refusal, lived once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from yakuba.exchange.made_up_town import part
from yakuba.exchange.made_up_town.year import Stage, access_of, live, plan_year, stock_codes
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.commands.refold import verify
from yakuba.registers.residents.events import KINDS

RESIDENTS, SEED = 1_500, 3
FIRST, TODAY = date(2025, 11, 23), date(2026, 11, 23)
EVE = access_of("S0001", datetime(2025, 11, 22, 14, tzinfo=UTC), Purpose.MIGRATION)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def town() -> Access:
    """A town that lived until the day before the year, with 住民票コード in stock."""
    load([part(0, RESIDENTS, SEED, date(2025, 11, 22))], access=EVE, source="test")
    stock_codes(EVE, seed=SEED, count=100)
    return EVE


def test_a_year_is_taken_without_a_refusal_and_only_once(town: Access) -> None:
    plan = plan_year(town, first=FIRST, today=TODAY, seed=SEED)
    lived = live(plan.notices)
    assert [(notice.kind, [str(f) for f in findings]) for notice, findings in lived.refused] == []
    planned = Counter(notice.kind for notice in plan.notices if notice.stage is not Stage.WAITS)
    assert lived.kinds == planned
    assert lived.waiting == len(plan.notices) - planned.total() > 0
    assert verify(workers=1).findings == []
    again = plan_year(town, first=FIRST, today=TODAY, seed=SEED)
    assert again.notices == plan.notices, "the plan reads the town as it was known before the year"
    repeated = live(again.notices)
    assert (repeated.kinds, repeated.waiting, repeated.refused) == (lived.kinds, lived.waiting, [])


def test_the_year_has_the_rates_of_a_town_and_every_family_of_events(town: Access) -> None:
    notices = plan_year(town, first=FIRST, today=TODAY, seed=SEED).notices
    people: Counter[str] = Counter()
    for notice in notices:
        people[KINDS[notice.kind].family] += len(notice.form.get("residents") or notice.form.get("people") or [1])
    shares = {family: count / RESIDENTS for family, count in people.items()}
    assert 0.03 < shares["move_in"] < 0.065
    assert 0.02 < shares["move_within"] < 0.05
    assert 0.003 < shares["birth"] < 0.011
    assert 0.007 < shares["death"] < 0.018
    assert {"move_out", "household", "name", "authority", "cancellation"} <= people.keys()
    assert all(FIRST <= notice.at.date() < TODAY and notice.at.weekday() < 5 for notice in notices)
    assert any(notice.form["occurred_on"] > TODAY.isoformat() for notice in notices), "somebody plans to leave"
