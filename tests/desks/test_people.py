"""住民のページ・アクセス記録: what is said of a day that is not today, and by which number people are named."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.commands.registration import register_directly
from yakuba.registers.residents.queries import people

pytestmark = pytest.mark.django_db
ACCESS = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))


@pytest.fixture
def town(db: None) -> dict[str, int]:
    """見本の町."""
    return settle(ACCESS)


def addressee_number(resident: int) -> str:
    """宛名番号, as pages print it."""
    view = people.person(ACCESS, resident, valid_on=ACCESS.today, known_at=ACCESS.now)
    assert view is not None
    return view.addressee_number


def test_who_was_struck_has_the_age_of_that_day(town: dict[str, int], sign_in: SignIn) -> None:
    """青木 一, born in November 2000 and dead in May 2021, stays twenty years old."""
    resident = town["青木\u3000一"]
    form = {"occurred_on": "2021-05-01", "residents": [resident]}
    assert register_directly(ACCESS, "death", form, uuid4()).event_ids
    page = sign_in().get(f"/residents/{resident}/").content.decode()
    assert "（消除時20歳）" in page


def test_an_instant_that_cannot_be_read_is_told_of(town: dict[str, int], sign_in: SignIn) -> None:
    page = sign_in().get(f"/residents/{town['青木　一']}/timeline/?known_at=2026-13-01T99").content.decode()
    assert "把握の日時を読み取れません" in page


def test_access_records_are_asked_for_and_shown_by_addressee_number(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    looked_at, other = town["青木\u3000一"], town["石井\u3000一"]
    for resident in (looked_at, other):
        client.get(f"/residents/{resident}/")
    page = client.get(f"/access-records/?actor=S0001&subject={addressee_number(looked_at)}").content.decode()
    assert f">{addressee_number(looked_at)}</a>" in page
    assert f">{addressee_number(other)}</a>" not in page


def test_a_number_of_nobody_finds_no_access_record(town: dict[str, int], sign_in: SignIn) -> None:
    page = sign_in().get("/access-records/?subject=999999999999999").content.decode()
    assert "この宛名番号の住民はいません" in page
    assert "該当する記録はありません" in page
