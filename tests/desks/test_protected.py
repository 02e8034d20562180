"""支援措置対象者: no page of the counter shows where a protected person or a housemate lives, lived or goes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import move_in, settle

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands.registration import register_directly
from yakuba.registers.residents.queries import people

TOWN, BLOCK, FORMER = "潮見坂三丁目", "987番65号", "旧居が丘五丁目"

PAGES = (
    "/?text=ひごの", "/residents/{id}/", "/residents/{mate}/", "/residents/{id}/timeline/",
    "/residents/{id}/timeline/?valid_on=2020-05-01&known_at=2030-01-01", "/residents/{id}/protections/",
    "/residents/{id}/certificates/", "/residents/{id}/certificates/?kind=move_out", "/households/{household}/",
    "/events/?resident={id}", "/events/move_within/?resident={id}", "/events/domestic_move_out/?resident={mate}",
    "/events/birth/?resident={id}", "/events/cancellation/?resident={id}", "/events/authority_correction/?resident={id}",
    "/events/pick/household/?path=household_id&find.household_id=ひごの",
    "/events/pick/resident/?path=people.0.resident_id&find.people.0.resident_id=ひごの", "/protections/", "/entries/",
    "/documents/", "/access-records/", "/statistics/?dimension=district", "/statistics/?dimension=district&format=csv",
)  # fmt: skip


pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(db: None) -> dict[str, int]:
    """A protected person and a housemate at an address that nobody else has."""
    access = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))
    settle(access)
    pair = [
        {
            "resident_kind": "1", "name": f"肥後野\u3000{given}", "name_furigana": f"ヒゴノ\u3000{reading}", "sex": "2",
            "birth_date": birth, "relationship": relation, "honseki_city": "見本市", "koseki_head": "肥後野\u3000操",
        }
        for given, reading, birth, relation in (("操", "ミサオ", "1980-01-02", "02"), ("咲", "サキ", "2010-03-04", "20"))
    ]  # fmt: skip
    typed = {**move_in(TOWN, BLOCK, pair, day="2020-04-01"), "origin_town": FORMER}
    entered = register_directly(access, "domestic_move_in", typed, uuid4())
    assert entered.event_ids, entered.findings
    person, mate = sorted(entered.resident_ids)
    protections.receive_application(
        access, entry_key=uuid4(), applicant_id=person, category="1", received_on=access.today
    )
    view = people.person(access, person, valid_on=access.today, known_at=access.now)
    assert view is not None
    return {"id": person, "mate": mate, "household": view.items["household_id"]}


def leaks(answer: Any) -> list[str]:
    """Which of the secret words the answer holds."""
    text = answer.content.decode()
    return [word for word in (TOWN, BLOCK, FORMER) if word in text]


def test_no_page_shows_where_a_protected_person_lives(hidden: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    for address in PAGES:
        path = address.format(**hidden)
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        found = leaks(answer)
        assert found == [], path
    # A search repeats what the clerk typed; that nobody is found must not depend on guessing the address right.
    assert "肥後野" not in client.get(f"/?text={TOWN}").content.decode()


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("move_within", {"occurred_on": "R8.11.1", "town": "緑町", "block": "1番"}),
        ("domestic_move_out", {"occurred_on": "R8.12.1", "destination_city": "堺市"}),
        ("death", {"occurred_on": "R8.11.1"}),
    ],
)
def test_typing_an_event_shows_no_former_address(
    kind: str, typed: dict[str, str], hidden: dict[str, int], sign_in: SignIn
) -> None:
    client = sign_in()
    form = {**typed, "notified_on": "R8.11.20", "residents": [str(hidden["id"])], "confirmed": "1"}
    address = f"/events/{kind}/?resident={hidden['id']}"
    assert leaks(client.post(f"/events/{kind}/check/?resident={hidden['id']}", form)) == []
    entered = client.post(address, form)
    assert entered.status_code == 302, re.findall(r'class="finding.*?</div>', entered.content.decode())
    assert leaks(client.get(entered["Location"])) == []
    assert leaks(client.get("/entries/")) == []


def test_a_preview_of_a_certificate_is_refused(hidden: dict[str, int], sign_in: SignIn) -> None:
    answer = sign_in().post(
        f"/residents/{hidden['id']}/certificates/preview/",
        {"kind": "household", "subjects": [str(hidden["id"])], "key": str(uuid4())},
    )
    assert "支援措置の対象者のため、出力できません" in answer.content.decode()
    assert "<img" not in answer.content.decode()
    assert leaks(answer) == []
