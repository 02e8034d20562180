"""個人番号: shown to those with the right, for a reason, on record; never on the person's page."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import couple, move_in, resident_code_texts

from yakuba.kernel.check_digits import individual_number
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.commands.registration import register_directly

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> tuple[int, str]:
    """A resident with a number."""
    access = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))
    number = individual_number("12345678901")
    alone = couple("青木", "アオキ", 0, iter(resident_code_texts()))[:1]
    typed = move_in("本町一丁目", "1番1号", [{**alone[0], "individual_number": number}], day="2020-04-01")
    entered = register_directly(access, "domestic_move_in", typed, uuid4())
    assert entered.event_ids, entered.findings
    return entered.resident_ids[0], number


def test_a_reason_opens_it_and_is_recorded(person: tuple[int, str], sign_in: SignIn) -> None:
    resident_id, number = person
    client = sign_in()
    assert number not in client.get(f"/residents/{resident_id}/").content.decode()
    address = f"/residents/{resident_id}/individual-number/"
    assert number not in client.post(address, {"reason": " "}).content.decode()
    assert number in client.post(address, {"reason": "本人の申請による確認"}).content.decode()
    assert "本人の申請による確認" in client.get("/access-records/").content.decode()


def test_without_the_right_there_is_no_way(person: tuple[int, str], sign_in: SignIn) -> None:
    client = sign_in("S0002", rights=["view_residents", "view_access_records"])
    assert client.post(f"/residents/{person[0]}/individual-number/", {"reason": "確認"}).status_code == 403
