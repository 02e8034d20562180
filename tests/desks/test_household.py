"""世帯の頁: the struck stay visible below the members (3.3), and screened like everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands.registration import register_directly
from yakuba.registers.residents.queries import people

pytestmark = pytest.mark.django_db


def test_struck_members_stand_below_and_are_screened(db: None, sign_in: SignIn) -> None:
    access = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))
    town = settle(access)
    child, mother = town["青木\u3000一"], town["青木\u3000花子"]
    died = {"occurred_on": "2026-11-02", "notified_on": "2026-11-03", "residents": [str(child)]}
    assert register_directly(access, "death", died, uuid4()).event_ids
    seen = people.person(access, mother, valid_on=access.today, known_at=access.now)
    assert seen is not None
    household_id = seen.items["household_id"]
    client = sign_in()
    page = client.get(f"/households/{household_id}/").content.decode()
    members, struck = page.split("<details")
    assert "青木\u3000一" not in members
    assert "<summary>消除された人（1人）</summary>" in struck
    assert f'href="/residents/{child}/"' in struck
    assert "死亡" in struck
    assert "本町一丁目" in struck
    before = client.get(f"/households/{household_id}/?valid_on=R8.11.1").content.decode()
    assert "<details" not in before
    assert "青木\u3000一" in before
    protections.receive_application(
        access, entry_key=uuid4(), applicant_id=mother, category="1", received_on=access.today
    )
    assert "本町一丁目" not in client.get(f"/households/{household_id}/").content.decode()
