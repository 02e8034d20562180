"""抑止 at the counter: what it refuses, and the way to lift it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(db: None) -> int:
    """Somebody of the sample town."""
    access = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))
    return settle(access)["青木\u3000一"]


def restrict(resident_id: int, process: str, level: str) -> None:
    access = Access("S0009", Purpose.PROTECTION, datetime.now(UTC), rights=frozenset({"set_restrictions"}))
    protections.set_restriction(
        access, resident_id=resident_id, processes=[process], level=level, reason="虚偽届のおそれ",
        starts_on=access.today - timedelta(days=1),
    )  # fmt: skip


def test_a_refused_page_leads_to_where_the_restriction_is_lifted(resident: int, sign_in: SignIn) -> None:
    client = sign_in()
    restrict(resident, "inquiry", "error")
    for page in ("", "timeline/"):
        answer = client.get(f"/residents/{resident}/{page}")
        assert answer.status_code == 422
        assert "虚偽届のおそれ" in answer.content.decode()
    refused = client.get(f"/residents/{resident}/").content.decode()
    assert f'href="/residents/{resident}/protections/"' in refused
    assert "虚偽届のおそれ" in client.get(f"/residents/{resident}/protections/").content.decode()
    assert client.get(f"/residents/{resident}/certificates/").status_code == 200


def test_an_alert_stands_above_the_page(resident: int, sign_in: SignIn) -> None:
    restrict(resident, "inquiry", "alert")
    answer = sign_in().get(f"/residents/{resident}/")
    assert answer.status_code == 200
    assert '<div class="banner alert" role="status">この住民には抑止が設定されています' in answer.content.decode()
