"""サインイン: both factors, lock-out, period, rights that act at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.desks.clerks import PASSWORD, SignIn, code

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.access.queries import access_records
from yakuba.registers.staff import commands

pytestmark = pytest.mark.django_db


def enter_password(client: Client, password: str = PASSWORD, target: str = "") -> Any:
    return client.post("/login/", {"username": "S0001", "password": password, "next": target})


def test_password_and_code_open_the_page_that_was_asked_for(client: Client, make_clerk: Callable[..., Any]) -> None:
    make_clerk()
    asked = client.get("/keys/")
    assert asked["Location"] == "/login/?next=%2Fkeys%2F"
    assert enter_password(client, target="/keys/")["Location"] == "/login/code/"
    assert client.get("/keys/").status_code == 302, "the password alone opens nothing"
    assert client.post("/login/code/", {"code": code()})["Location"] == "/keys/"
    assert client.get("/keys/").status_code == 200


def test_a_code_is_good_once(client: Client, make_clerk: Callable[..., Any]) -> None:
    make_clerk()
    good = code()
    enter_password(client)
    client.post("/login/code/", {"code": good})
    second = Client()
    enter_password(second)
    answer = second.post("/login/code/", {"code": good})
    assert "既に使われています" in answer.content.decode()
    assert second.get("/keys/").status_code == 302


def test_a_foreign_address_is_not_followed(client: Client, make_clerk: Callable[..., Any]) -> None:
    make_clerk()
    enter_password(client, target="https://example.com/")
    assert client.post("/login/code/", {"code": code()})["Location"] == "/"


def test_five_wrong_passwords_lock_the_account(client: Client, make_clerk: Callable[..., Any]) -> None:
    make_clerk()
    answers = [enter_password(client, password="ちがう") for _ in range(5)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "一時停止" in answers[-1].content.decode()
    assert enter_password(client).status_code == 429, "the right password does not help while locked"


def test_an_account_outside_its_period_cannot_sign_in_or_go_on(
    sign_in: SignIn, client: Client, system_access: Access
) -> None:
    inside = sign_in()
    yesterday = timezone.localdate() - timedelta(days=1)
    commands.set_period(system_access, "S0001", starts_on=None, ends_on=yesterday, is_active=True)
    assert "利用期間の外" in enter_password(client).content.decode()
    assert inside.get("/keys/").status_code == 302


def test_a_right_taken_away_is_gone_at_the_next_request(sign_in: SignIn, system_access: Access) -> None:
    client = sign_in()
    assert client.get("/staff/").status_code == 200
    commands.set_rights(system_access, "S0001", ["view_residents"])
    refused = client.get("/staff/")
    assert refused.status_code == 403
    assert "職員・権限の管理" in refused.content.decode()


def test_nobody_changes_their_own_rights(sign_in: SignIn) -> None:
    answer = sign_in().post("/staff/S0001/", {"what": "rights", "rights": ["manage_staff"]})
    assert answer.status_code == 422
    assert "自分の権限は変更できません" in answer.content.decode()


def views() -> Iterator[tuple[str, Any]]:
    """Every address of the counter with its view, arguments filled in."""
    samples = {"username": "S0001", "entry_id": "00000000-0000-4000-8000-000000000000"}
    for entry in get_resolver().url_patterns:
        patterns = entry.url_patterns if isinstance(entry, URLResolver) else [entry]
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            names = pattern.pattern.converters
            arguments = {name: samples.get(name, "birth" if name == "kind" else 1) for name in names}
            yield reverse(f"counter:{pattern.name}", kwargs=arguments), pattern.callback


@pytest.mark.parametrize(("address", "view"), list(views()))
def test_every_page_demands_a_sign_in_and_a_right(address: str, view: Any, client: Client, sign_in: SignIn) -> None:
    if getattr(view, "public", False):
        assert address in ("/login/", "/login/code/", "/logout/")
        return
    rights = view.required_rights
    assert rights or address == "/keys/", f"{address} demands no right"
    for method in (client.get, client.post):
        answer = method(address)
        assert answer.status_code in ((302, 405) if method == client.get else (401, 405))
        if answer.status_code == 302:
            assert answer["Location"].startswith("/login/")
        assert answer.status_code == 405 or "no-store" in answer.get("Cache-Control", ""), "a browser may keep it"
    if rights:
        stranger = sign_in("S0002", rights=())
        for method in (stranger.get, stranger.post):
            assert method(address).status_code in (403, 405)


def test_no_personal_page_stays_in_the_browser(sign_in: SignIn) -> None:
    client = sign_in()
    for answer in (client.get("/"), client.get("/keys/"), client.post("/logout/")):
        assert "no-store" in answer["Cache-Control"]


def test_a_failed_sign_in_says_whose_it_was(client: Client, make_clerk: Callable[..., Any]) -> None:
    """認証の失敗 (10.2): the typed 職員番号, at the password and at the second factor."""
    make_clerk()
    client.post("/login/", {"username": "S0099", "password": "ちがう"})
    enter_password(client)
    client.post("/login/code/", {"code": "1234567"})
    auditor = Access("auditor", Purpose.AUDIT, timezone.now())
    refused = [row.detail for row in access_records(auditor) if row.action == "staff.refused"]
    assert [json.loads(detail)["username"] for detail in refused] == ["S0001", "S0099"]
