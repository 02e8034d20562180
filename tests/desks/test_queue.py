"""仮登録の一覧: register many at once, type one anew, withdraw; a right that is missing is named."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.models import ResidentCodeStock

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> dict[str, int]:
    """見本の町."""
    return settle(Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS)))


def enter(client: Client, resident_id: int) -> str:
    """死亡 of somebody as 仮登録; the entry's address."""
    form = {"occurred_on": "R8.11.1", "residents": [str(resident_id)], "confirmed": "1"}
    answer = client.post(f"/events/death/?resident={resident_id}", form)
    assert answer.status_code == 302, re.findall(r'class="finding.*?</div>', answer.content.decode())
    return str(answer["Location"])


def test_several_are_registered_at_once(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    entries = [enter(client, town[name]) for name in ("青木\u3000一", "石井\u3000一")]
    listed = client.get("/entries/").content.decode()
    assert "青木" in listed
    assert "石井" in listed
    chosen = [address.strip("/").rpartition("/")[2] for address in entries]
    answer = client.post("/entries/register/", {"entry": chosen}, follow=True)
    assert "2件のうち2件を本登録しました" in answer.content.decode()
    assert "仮登録はありません" in client.get("/entries/").content.decode()


def test_an_alert_that_came_since_is_shown_before_it_is_registered(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    entry = enter(client, town["青木\u3000一"])
    access = Access("S0009", Purpose.PROTECTION, datetime.now(UTC), rights=frozenset({"set_restrictions"}))
    protections.set_restriction(
        access, resident_id=town["青木\u3000一"], processes=["event"], level="alert", reason="虚偽届のおそれ",
        starts_on=access.today,
    )  # fmt: skip
    many = client.post("/entries/register/", {"entry": [entry.strip("/").rpartition("/")[2]]}, follow=True)
    assert "1件のうち0件" in many.content.decode()
    assert "虚偽届のおそれ" in many.content.decode()
    shown = client.post(f"{entry}register/", follow=True).content.decode()
    assert "本登録する" in shown
    seen = re.findall(r'name="seen" value="(\w+)"', shown)
    assert "本登録しました" in client.post(f"{entry}register/", {"seen": seen}, follow=True).content.decode()


def test_one_that_is_refused_stops_no_other(town: dict[str, int], sign_in: SignIn) -> None:
    """A birth needs a 住民票コード and the stock is empty: 本登録 refuses it, the other two go through."""
    ResidentCodeStock.objects.all().delete()
    client = sign_in()
    child = {
        "resident_kind": "1",
        "name": "青木　育",
        "name_furigana": "アオキ　イク",
        "sex": "1",
        "relationship": "子",
    }
    form = {
        "occurred_on": "R8.11.1",
        "notified_on": "R8.11.2",
        "parent_id": str(town["青木\u3000一"]),
        "confirmed": "1",
    }
    form |= {f"people.0.{name}": value for name, value in child.items()}
    birth = client.post("/events/birth/", form)
    assert birth.status_code == 302, re.findall(r'class="finding.*?</div>', birth.content.decode())
    entries = [str(birth["Location"]), *(enter(client, town[name]) for name in ("青木\u3000一", "石井\u3000一"))]
    chosen = [address.strip("/").rpartition("/")[2] for address in entries]
    answer = client.post("/entries/register/", {"entry": chosen}, follow=True).content.decode()
    assert "3件のうち2件を本登録しました" in answer
    assert "住民票コードの在庫がありません" in answer


def test_what_the_event_hands_over_is_offered_after_registration(town: dict[str, int], sign_in: SignIn) -> None:
    """4.1.3 転出証明書, for all who move out; 4.0.5 世帯主変更通知書 for the one who is left."""
    client = sign_in()
    leaving = town["青木\u3000一"]
    form = {
        "occurred_on": "R8.11.10", "notified_on": "R8.11.10", "residents": [str(leaving)], "destination_city": "堺市",
        "confirmed": "1",
    }  # fmt: skip
    answer = client.post(f"/events/domestic_move_out/?resident={leaving}", form)
    assert answer.status_code == 302, re.findall(r'class="finding.*?</div>', answer.content.decode())
    entry = str(answer["Location"])
    assert "渡す帳票" not in client.get(entry).content.decode()
    registered = client.post(f"{entry}register/", follow=True).content.decode()
    assert "渡す帳票" in registered
    (address,) = re.findall(r'href="([^"]*kind=move_out[^"]*)"', registered)
    issuing = client.get(html.unescape(address)).content.decode()
    assert re.findall(r'name="subjects" value="(\d+)" checked', issuing) == [str(leaving)]
    other = sign_in("S0002", rights=["view_residents", "enter_events", "register_events"])
    assert "渡す帳票" not in other.get(entry).content.decode()


def test_a_low_stock_of_resident_codes_is_said_before_it_is_empty(
    town: dict[str, int], sign_in: SignIn, settings: Any
) -> None:
    """4.3.1: below the town's own number, where somebody registers."""
    client = sign_in()
    settings.RESIDENT_CODE_STOCK_LEAST = left = ResidentCodeStock.objects.count()
    entries = [enter(client, town[name]) for name in ("青木\u3000一", "石井\u3000一")]
    assert "在庫が残り" not in client.get(entries[0]).content.decode()
    settings.RESIDENT_CODE_STOCK_LEAST = left + 1
    said = f"住民票コードの在庫が残り{left}件です"
    assert said in client.get(entries[0]).content.decode()
    assert said in client.post(f"{entries[0]}register/", follow=True).content.decode()
    chosen = entries[1].strip("/").rpartition("/")[2]
    assert said in client.post("/entries/register/", {"entry": [chosen]}, follow=True).content.decode()


def test_the_second_registration_is_told_of_the_first(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    entry = enter(client, town["青木\u3000一"])
    client.post(f"{entry}register/")
    assert "既に本登録しています" in client.post(f"{entry}register/", follow=True).content.decode()


def test_typing_anew_gives_the_form_back_and_frees_the_person(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    resident_id = town["青木\u3000一"]
    entry = enter(client, resident_id)
    assert "仮登録中" in client.get(f"/residents/{resident_id}/").content.decode()
    again = client.post(f"{entry}edit/", follow=True).content.decode()
    assert 'value="R8.11.1"' in again
    assert "仮登録中です" not in client.get(f"/residents/{resident_id}/").content.decode()


def test_who_may_only_enter_cannot_register(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in("S0002", rights=["view_residents", "enter_events"])
    entry = enter(client, town["青木\u3000一"])
    assert f'action="{entry}register/"' not in client.get(entry).content.decode()
    refused = client.post(f"{entry}register/")
    assert refused.status_code == 403
    assert "異動の本登録" in refused.content.decode()


def test_an_unknown_entry_is_not_found(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    for what in ("", "register/", "withdraw/", "edit/"):
        address = f"/entries/00000000-0000-4000-8000-000000000000/{what}"
        assert (client.post if what else client.get)(address).status_code == 404
