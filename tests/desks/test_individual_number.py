"""個人番号: shown to those with the right, for a reason, on record; never on the person's page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.desks.test_event_form import MOVE_IN
from tests.flows.town import couple, move_in, resident_code_texts, stock

from yakuba.kernel.check_digits import individual_number
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.individual_numbers.queries import find_by_number
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


def _inputs(page: str) -> dict[str, str]:
    """The text and hidden fields of a page, as a browser would send them back."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="text"' in tag or 'type="hidden"' in tag]
    named = [(re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: unescape(value[1]) for name, value in named if name and value}


def test_a_restored_draft_and_a_returned_entry_show_dots_and_keep_the_number(db: None, sign_in: SignIn) -> None:
    """下書き, 仮登録 and typing it anew: the page has no seal to be seen, and the number arrives in the vault."""
    access = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))
    stock(access)
    client = sign_in()
    form = client.get("/events/domestic_move_in/", follow=True).redirect_chain[-1][0]
    number = individual_number("12345678902")
    field = "people.0.individual_number"
    client.post(form.replace("/?", "/draft/?"), {**MOVE_IN, field: number})
    shown = _inputs(client.get(form).content.decode())
    assert (shown[field], shown[f"kept.{field}"][:3]) == ("●" * 12, "封緘:")
    typed = {**MOVE_IN, field: shown[field], f"kept.{field}": shown[f"kept.{field}"]}
    client.post(form.replace("/?", "/draft/?"), typed)
    entry = client.post(form, typed)["Location"]
    again = client.post(f"{entry}edit/")["Location"]
    page = client.get(again).content.decode()
    assert (number in page, _inputs(page)[field]) == (False, "●" * 12)
    kept = {field: "●" * 12, f"kept.{field}": _inputs(page)[f"kept.{field}"]}
    entry = client.post(again, {**MOVE_IN, **kept})["Location"]
    client.post(f"{entry}register/")
    assert find_by_number(access, number) is not None


def test_dots_without_a_seal_are_no_number(db: None, sign_in: SignIn) -> None:
    client = sign_in()
    form = client.get("/events/domestic_move_in/", follow=True).redirect_chain[-1][0]
    field = "people.0.individual_number"
    client.post(form.replace("/?", "/draft/?"), {**MOVE_IN, field: "●" * 12, f"kept.{field}": "x"})
    assert _inputs(client.get(form).content.decode())[field] == ""
