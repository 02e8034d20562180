"""作られた入力: what no page of the desk would send is answered in Japanese, never with a fault of the server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle

from yakuba.registers.access.door import Access, Purpose

pytestmark = pytest.mark.django_db
HUGE = "9" * 30
HTMX = {"HTTP_HX_REQUEST": "true"}
ENTRY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def people(db: None) -> dict[str, int]:
    """The sample town: resident ids by name."""
    return settle(Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS)))


@pytest.fixture
def resident(people: dict[str, int]) -> int:
    """One of the sample town."""
    return people["青木\u3000太郎"]


ADDRESSES = [
    "/?text=あおき&after=x", "/?text=あおき&after=0%1f%1f" + HUGE, "/?text=%00", f"/?number={HUGE}", "/?birth_date=²",
    "/?text=あおき&after=-1%1f%1f0", f"/residents/{HUGE}/", "/residents/{id}/timeline/?known_at=2026-04-01T00:00",
    "/residents/{id}/timeline/?valid_on=²", f"/households/{HUGE}/", f"/documents/{HUGE}/", "/documents/?before=²",
    f"/documents/?before={HUGE}", "/entries/?after=x", f"/entries/?after=2026-01-01|{ENTRY}", "/access-records/?subject=²",
    f"/access-records/?subject={HUGE}", f"/access-records/?before=2026-01-01|a|{HUGE}", f"/events/birth/?resident={HUGE}",
    "/events/birth/?resident=²", "/events/cancellation/?resident={id}&event_id=x", "/events/birth/?draft=x",
    f"/events/cancellation/?resident={{id}}&event_id={HUGE}", "/events/fly/", "/residents/{id}/certificates/?kind=fly",
    "/statistics/?dimension=x&day=²", "/statistics/flows/?year=²", f"/statistics/flows/?year={HUGE}", "/staff/nobody/",
    f"/protections/{HUGE}/", f"/protections/?after={HUGE}", "/staff/?after=%00",
    f"/events/pick/household/?path=household_id&find.household_id={HUGE}",
]  # fmt: skip


def test_no_address_breaks_a_page(resident: int, sign_in: SignIn) -> None:
    client = sign_in()
    client.raise_request_exception = False
    asked = [(address.format(id=resident), headers) for address in ADDRESSES for headers in ({}, HTMX)]
    assert [address for address, headers in asked if client.get(address, **headers).status_code >= 500] == []


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("/residents/{id}/certificates/", {"kind": "household", "subjects": ["{id}"], "key": "x"}),
    ("/residents/{id}/certificates/", {"kind": "household", "subjects": ["²"]}),
    ("/residents/{id}/certificates/", {"kind": "household", "subjects": [HUGE]}),
    ("/residents/{id}/certificates/preview/", {"kind": "household", "subjects": ["²"], "key": "x"}),
    ("/documents/1/act/", {"what": "reissue", "key": "x", "reason": "汚損"}),
    ("/entries/register/", {"entry": ["x"]}),
    ("/entries/register/", {"entry": [ENTRY]}),
    ("/residents/{id}/protections/receive/", {"entry_key": "x", "category": "1", "received_on": "R8.11.1"}),
    ("/residents/{id}/protections/receive/", {"category": "1", "received_on": "R8.11.1"}),
    ("/residents/{id}/protections/receive/", {"entry_key": ENTRY, "category": "9", "received_on": "R8.11.1"}),
    (
        "/residents/{id}/protections/receive/",
        {"entry_key": ENTRY, "category": "1", "received_on": "R8.11.1", "together": ["²", HUGE]},
    ),
    (
        "/residents/{id}/restrictions/",
        {"whole": "1", "household_id": "x", "level": "x", "processes": ["event"], "reason": "確認"},
    ),
    ("/residents/{id}/memo/", {"text": "\x00"}),
    ("/events/move_within/?resident={id}", {"residents": ["²"], "occurred_on": "R8.11.1"}),
    ("/events/move_within/?resident={id}", {"residents": [HUGE], "household_id": HUGE}),
    ("/events/birth/?resident={id}", {"household_id": "²"}),
    ("/events/move_within/check/?resident={id}", {"household_id": "²"}),
    ("/events/move_within/draft/?draft=x", {"household_id": "²"}),
    ("/staff/nobody/", {"what": "rights"}),
    ("/staff/S0001/second-factor/", {"key": "\x00"}),
]


def test_no_form_breaks_a_page(resident: int, sign_in: SignIn) -> None:
    client = sign_in()
    client.raise_request_exception = False
    broken = []
    for address, form in FORMS:
        filled = {
            name: [each.format(id=resident) for each in value] if isinstance(value, list) else value
            for name, value in form.items()
        }
        if client.post(address.format(id=resident), filled).status_code >= 500:
            broken.append((address, form))
    assert broken == []


def test_a_release_is_asked_for_an_output_that_can_be_released(resident: int, sign_in: SignIn) -> None:
    answer = sign_in().post(f"/residents/{resident}/release/", {"output": "everything", "reason": "請求"})
    assert answer.status_code == 422
    assert "出力を選んでください" in answer.content.decode()


def test_an_entrys_page_names_nobody_else(people: dict[str, int], sign_in: SignIn) -> None:
    """/entries/…?resident=N: a clerk who may not look at residents reads no names by counting."""
    client = sign_in()
    resident, child = people["青木\u3000太郎"], people["青木\u3000一"]
    form = {"occurred_on": "R8.11.1", "residents": [str(child)], "confirmed": "1"}
    entered = client.post(f"/events/death/?resident={child}", form)
    assert entered.status_code == 302
    registered = client.post(f"{entered['Location']}register/", follow=True).content.decode()
    assert "青木\u3000一" in registered
    other = client.get(f"{entered['Location']}?resident={resident}").content.decode()
    assert "青木\u3000太郎" not in other
    assert "青木\u3000一" in other


def test_a_page_that_is_not_there_says_so_in_japanese(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "このページはありません" in answer.content.decode()


def test_a_fault_says_so_in_japanese(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from yakuba.desks.counter.views import login

    monkeypatch.setattr(login, "town_name", lambda: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/login/")
    assert answer.status_code == 500
    assert "処理できませんでした" in answer.content.decode()


def test_a_form_of_an_old_page_is_told_of_in_japanese() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "S0001"})
    assert answer.status_code == 403
    assert "ページを開き直して" in answer.content.decode()
