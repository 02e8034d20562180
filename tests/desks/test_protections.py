"""支援措置・抑止の窓口: a refusal gives the form back as it was typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands

pytestmark = pytest.mark.django_db
ACCESS = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))


@pytest.fixture
def town(db: None) -> dict[str, int]:
    """見本の町."""
    return settle(ACCESS)


def receive(resident: int) -> int:
    """申出の受付."""
    return commands.receive_application(
        ACCESS, entry_key=uuid4(), applicant_id=resident, category="1", received_on=ACCESS.today
    )


def checked(page: str, name: str) -> set[str]:
    """The values of the boxes of this name that are ticked."""
    return set(re.findall(rf'name="{name}" value="([^"]*)" checked', page))


def test_a_refused_application_keeps_every_field(town: dict[str, int], sign_in: SignIn) -> None:
    resident, wife = town["青木\u3000太郎"], town["青木\u3000花子"]
    key = str(uuid4())
    typed = {
        "entry_key": key, "category": "2", "position": "1", "received_on": "R8.2.30", "together": [str(wife)],
        "offender_name": "某", "offender_address": "某県某市", "offender_note": "元配偶者", "contact": "090-0000-0000",
        "protected_scope": ["閲覧（現住所）"],
    }  # fmt: skip
    answer = sign_in().post(f"/residents/{resident}/protections/receive/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "存在しない日付" in page
    for value in ("R8.2.30", "某", "某県某市", "元配偶者", "090-0000-0000", key):
        assert f'value="{value}"' in page
    assert '<option value="2" selected>' in page
    assert checked(page, "together") == {str(wife)}
    assert checked(page, "protected_scope") == {"閲覧（現住所）"}


def test_a_refused_restriction_keeps_every_field(town: dict[str, int], sign_in: SignIn) -> None:
    typed = {
        "whole": "1", "household_id": "x", "processes": ["event", "certificate"], "level": "alert", "reason": "届出の予定",
        "starts_on": "R8.2.30", "ends_on": "R9.1.1",
    }  # fmt: skip
    answer = sign_in().post(f"/residents/{town['青木　太郎']}/restrictions/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    for value in ("届出の予定", "R8.2.30", "R9.1.1"):
        assert f'value="{value}"' in page
    assert checked(page, "processes") == {"event", "certificate"}
    assert checked(page, "level") == {"alert"}
    assert checked(page, "whole") == {"1"}


def test_a_refused_request_for_a_release_keeps_the_output(town: dict[str, int], sign_in: SignIn) -> None:
    typed = {"output": "certificate:struck", "reason": " "}
    answer = sign_in().post(f"/residents/{town['青木　太郎']}/release/", typed)
    assert answer.status_code == 422
    assert '<option value="certificate:struck" selected>' in answer.content.decode()


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("accept", {"starts_on": "R8.2.30", "ends_on": "R9.4.1"}),
        ("forward", {"destination": "隣市", "forwarded_on": "R8.2.30"}),
        ("extend", {"applied_on": "R8.2.30"}),
        ("confirm-end", {}),
    ],
)
def test_a_refused_step_keeps_every_field(
    town: dict[str, int], sign_in: SignIn, step: str, typed: dict[str, str]
) -> None:
    measure = receive(town["青木\u3000太郎"])
    if step != "accept":
        commands.accept(ACCESS, measure, starts_on=ACCESS.today)
    answer: Any = sign_in().post(f"/protections/{measure}/{step}/", typed)
    assert answer.status_code == 422
    for value in typed.values():
        assert f'value="{value}"' in answer.content.decode()
    assert 'class="message error"' in answer.content.decode()


def test_a_refused_review_keeps_its_reason(town: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    resident = town["青木\u3000太郎"]
    client.post(f"/residents/{resident}/release/", {"output": "certificate:household", "reason": "本人の請求"})
    found = re.search(r"/protections/releases/(\d+)/decide/", client.get("/protections/").content.decode())
    assert found
    answer = client.post(found[0], {"decision": "approve", "reason": "本人確認済み"})
    assert answer.status_code == 422
    assert 'value="本人確認済み"' in answer.content.decode()


def test_a_refused_lifting_keeps_its_reason(town: dict[str, int], sign_in: SignIn) -> None:
    resident = town["青木\u3000太郎"]
    restriction = commands.set_restriction(
        ACCESS, resident_id=resident, household_id=None, processes=["event"], level="error", reason="届出の予定",
        starts_on=ACCESS.today, ends_on=None,
    )  # fmt: skip
    client = sign_in("S0002", rights=["suspend_restrictions", "set_restrictions"])
    address = f"/residents/{resident}/restrictions/{restriction}/"
    answer = client.post(address, {"what": "release", "reason": "届出が済んだ"})
    assert answer.status_code == 422
    assert 'value="届出が済んだ"' in answer.content.decode()


def test_the_lists_go_on_where_a_page_ends(db: None, sign_in: SignIn) -> None:
    client = sign_in()
    for resident in range(1, 121):
        receive(resident)
        commands.request_release(
            ACCESS, resident_id=resident, output="certificate:household", reason=f"請求{resident}番"
        )
    seen: list[str] = []
    address: str | None = "/protections/"
    while address:
        page = client.get(address).content.decode()
        alerts = re.findall(r'href="(/protections/\d+/)"', page)
        assert len(alerts) <= 50
        seen += alerts
        onward = re.search(r'href="(\?alerts=[^"]+)"', page)
        address = "/protections/" + onward[1].replace("&amp;", "&") if onward else None
    assert len(seen) == len(set(seen)) == 120
    first = client.get("/protections/").content.decode()
    onward = re.search(r'href="(\?waiting=[^"]+)"', first)
    assert "50以上" in first
    assert onward
    assert "請求51番" in client.get("/protections/" + onward[1].replace("&amp;", "&")).content.decode()
