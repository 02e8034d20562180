"""届書の入力: entered once however often it is sent, and never lost."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.test import Client
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle

from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.residents.models import Draft, EditLock, ProvisionalEntry

pytestmark = pytest.mark.django_db
MOVE_IN = {
    "occurred_on": "R8.11.1", "notified_on": "R8.11.2", "town": "緑町", "block": "3番4号", "postal_code": "9990002",
    "origin_prefecture": "東京都", "origin_city": "千代田区", "origin_town": "丸の内一丁目", "origin_block": "1番1号",
    "people.0.resident_kind": "1", "people.0.name": "森田\u3000健", "people.0.name_furigana": "モリタ\u3000ケン",
    "people.0.sex": "1", "people.0.birth_date": "H2.4.5", "people.0.relationship": "世帯主",
    "people.0.honseki_prefecture": "東京都", "people.0.honseki_city": "千代田区", "people.0.honseki_town": "丸の内一丁目",
    "people.0.honseki_lot": "1番地", "people.0.koseki_head": "森田\u3000健", "confirmed": "1",
}  # fmt: skip
"""転入届 of somebody who was never here."""


@pytest.fixture
def town(db: None) -> dict[str, int]:
    """見本の町."""
    return settle(Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS)))


def opened(client: Client, kind: str, query: str = "") -> str:
    """The form's address, as it stands in the browser when the form has opened."""
    answer = client.get(f"/events/{kind}/{query}", follow=True)
    assert answer.status_code == 200
    return str(answer.redirect_chain[-1][0]) if answer.redirect_chain else f"/events/{kind}/{query}"


def entered(answer: Any) -> str:
    """The address of the 仮登録 that a sent form became."""
    assert answer.status_code == 302, re.findall(r'class="finding.*?</div>', answer.content.decode())
    assert answer["Location"].startswith("/entries/")
    return str(answer["Location"])


def test_a_form_sent_twice_is_entered_once(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    form = opened(client, "domestic_move_in")
    first, second = (entered(client.post(form, MOVE_IN)) for _ in range(2))
    assert first == second
    assert ProvisionalEntry.objects.count() == 1
    client.post(f"{first}register/")
    assert entered(client.post(form, MOVE_IN)) == first, "registered meanwhile, and still the same"
    client.post(form.replace("/?", "/draft/?"), MOVE_IN)
    assert not Draft.objects.exists(), "what is entered is no draft, however late the browser sends it"
    assert entered(client.get(form)) == first, "the way back in the browser leads to what was entered"


def test_two_forms_of_one_kind_are_two_entries(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    forms = [opened(client, "domestic_move_in") for _ in range(2)]
    assert len({entered(client.post(form, MOVE_IN)) for form in forms}) == 2


def test_a_form_about_somebody_sent_twice_is_entered_once(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    resident_id = town["青木\u3000一"]
    form = opened(client, "death", f"?resident={resident_id}")
    typed = {"occurred_on": "R8.11.1", "residents": [str(resident_id)], "confirmed": "1"}
    assert entered(client.post(form, typed)) == entered(client.post(form, typed))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["domestic_move_in", "death"])
def test_two_clicks_at_the_same_moment_are_one_entry(kind: str, sign_in: SignIn) -> None:
    resident_id = settle(Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS)))[
        "青木\u3000一"
    ]
    client = sign_in()
    form = opened(client, kind, f"?resident={resident_id}" if kind == "death" else "")
    typed: Any = MOVE_IN
    if kind == "death":
        typed = {"occurred_on": "R8.11.1", "residents": [str(resident_id)], "confirmed": "1"}

    def click(_: int) -> str:
        try:
            return entered(client.post(form, typed))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as clicks:
        assert len(set(clicks.map(click, range(6)))) == 1
    assert ProvisionalEntry.objects.count() == 1


@pytest.mark.parametrize("what", ["", "draft/", "check/"])
def test_a_form_sent_after_the_session_ended_is_refused_not_led_away(what: str, client: Client) -> None:
    form = "/events/move_within/?resident=1&draft=5e0e2c1e-6c9e-4c53-9f0e-6d7f0b2c7a11"
    address = form.replace("/?", f"/{what}?")
    answer = client.post(address, MOVE_IN, headers={"hx-request": "true", "referer": f"http://testserver{form}"})
    assert answer.status_code == 401
    assert "Location" not in answer.headers
    assert "HX-Redirect" not in answer.headers
    told = answer.content.decode()
    assert "登録していません" in told
    assert f"/login/?{urlencode({'next': form})}" in unescape(told)


def lock(client: Client, resident_id: int) -> str:
    """Opens a form about the resident, and so takes the household; the form's address."""
    return opened(client, "move_within", f"?resident={resident_id}")


def test_a_form_that_is_refused_is_kept(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    form = lock(client, town["青木\u3000太郎"])
    refused = client.post(form, {"occurred_on": "R8.2.30", "town": "緑町", "block": "77番7号"})
    assert refused.status_code == 422
    again = client.get(form).content.decode()
    assert 'value="77番7号"' in again
    assert "復元しました" in again


def test_a_form_sent_after_the_lock_was_lost_is_kept_and_says_who_has_it(town: dict[str, int], sign_in: SignIn) -> None:
    first, second = sign_in("S0001"), sign_in("S0002")
    form = lock(first, town["青木\u3000太郎"])
    EditLock.objects.all().delete()
    lock(second, town["青木\u3000花子"])
    answer = first.post(form, {"occurred_on": "R8.11.1", "town": "緑町", "block": "77番7号", "confirmed": "1"})
    assert (answer.status_code, answer["Location"]) == (302, form)
    again = first.get(form).content.decode()
    assert "窓口　S0002" in again
    assert 'value="77番7号"' in again
    assert not ProvisionalEntry.objects.exists()


def test_two_families_in_two_tabs_have_a_draft_each(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    forms = [opened(client, "domestic_move_in") for _ in range(2)]
    for form, name in zip(forms, ("森田\u3000健", "林田\u3000学"), strict=True):
        client.post(form.replace("/?", "/draft/?"), {"people.0.name": name})
    for form, own, other in ((forms[0], "森田", "林田"), (forms[1], "林田", "森田")):
        page = client.get(form).content.decode()
        assert f'value="{own}' in page
        assert f'value="{other}' not in page
        assert other in page, "the other draft is offered"
    third = client.get("/events/domestic_move_in/", follow=True).content.decode()
    assert all(name in third for name in ("森田", "林田"))
    client.post(forms[0].replace("/?", "/discard/?"))
    assert "森田" not in client.get(forms[1]).content.decode()


def test_the_draft_about_somebody_comes_back_by_itself(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    form = lock(client, town["青木\u3000太郎"])
    client.post(form.replace("/?", "/draft/?"), {"block": "77番7号"})
    assert lock(client, town["青木\u3000太郎"]) == form
    fresh = client.post(form.replace("/?", "/discard/?"))["Location"]
    assert "復元しました" not in client.get(fresh).content.decode()


def test_typing_anew_leaves_the_draft_that_was_there(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    typed, begun = ({**MOVE_IN, "block": block} for block in ("3番4号", "55番5号"))
    entry = entered(client.post(opened(client, "domestic_move_in"), typed))
    other = opened(client, "domestic_move_in")
    client.post(other.replace("/?", "/draft/?"), begun)
    again = client.post(f"{entry}edit/", follow=True).content.decode()
    assert 'value="3番4号"' in again
    assert 'value="55番5号"' in client.get(other).content.decode()


def test_what_is_registered_is_not_typed_anew(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    entry = entered(client.post(opened(client, "domestic_move_in"), MOVE_IN))
    client.post(f"{entry}register/")
    answer = client.post(f"{entry}edit/")
    assert answer["Location"] == entry
    assert "既に本登録しています" in client.get(entry).content.decode()
    assert not Draft.objects.exists()


def household_of(client: Client, resident_id: int) -> str:
    """世帯 of somebody, as the person's page links to it."""
    return re.findall(r"/households/(\d+)/", client.get(f"/residents/{resident_id}/").content.decode())[0]


def test_the_second_clerk_is_told_of_the_first_in_a_household_chosen_in_the_form(
    town: dict[str, int], sign_in: SignIn
) -> None:
    first, second = sign_in("S0001"), sign_in("S0002")
    joining = {**MOVE_IN, "household_id": household_of(first, town["青木\u3000太郎"])}
    own, form = (opened(client, "domestic_move_in") for client in (first, second))
    assert "この世帯を編集中です" in first.post(own.replace("/?", "/check/?"), joining).content.decode()
    told = second.post(form.replace("/?", "/check/?"), joining).content.decode()
    assert "窓口　太郎</strong>が" in told
    stopped = second.post(form, joining)
    assert (stopped.status_code, stopped["Location"]) == (302, form)
    again = second.get(form).content.decode()
    assert "窓口　太郎</strong>が" in again
    assert 'value="3番4号"' in again
    assert "<fieldset disabled" not in again, "another household can still be chosen"
    assert not ProvisionalEntry.objects.exists()
    first.post(own, {**joining, "town": "", "block": "", "postal_code": "", "people.0.relationship": "同居人"})
    assert "この世帯を編集中です" in second.get(form).content.decode(), "given back with the 仮登録"


def test_who_is_held_is_held_by_somebody_since_a_moment(town: dict[str, int], sign_in: SignIn) -> None:
    first, second = sign_in("S0001"), sign_in("S0002")
    resident_id = town["青木\u3000一"]
    typed = {"occurred_on": "R8.11.1", "residents": [str(resident_id)], "confirmed": "1"}
    entry = entered(first.post(opened(first, "death", f"?resident={resident_id}"), typed))
    told = second.post(opened(second, "death", f"?resident={resident_id}"), typed).content.decode()
    entry_row = ProvisionalEntry.objects.get()
    at = f"{entry_row.entered_at.astimezone(TOKYO):%H時%M分}"
    assert re.search(rf"青木\u3000一 は仮登録中です（S0001 が令和\d+年\d+月\d+日 {at}に入力）", told)
    assert f'href="{entry}"' in told


def test_who_comes_again_is_shown_by_name(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    form = opened(client, "domestic_move_in")
    known, household = town["青木\u3000一"], household_of(client, town["石井\u3000太郎"])
    chosen = {"people.0.resident_id": str(known), "people.0.name": "青木\u3000一", "household_id": household}
    client.post(form.replace("/?", "/draft/?"), chosen)
    page = client.get(form).content.decode()
    assert re.search(rf'name="people.0.resident_id" value="{known}" checked>青木\u3000一</label>', page)
    assert re.search(
        rf'name="household_id" value="{household}" checked>石井\u3000太郎 の世帯 本町一丁目2番3号</label>', page
    )
