"""キーの約束: a key presses what the page says it does, and never another form's button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from tests.flows.clerk import Clerk, day

from yakuba.registers.access.door import Access
from yakuba.registers.protections import commands as protections

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def measure(staff: Access, town: dict[str, int]) -> int:
    """仮支援措置 that waits for a decision."""
    return protections.receive_application(
        staff,
        entry_key=uuid4(),
        applicant_id=town["鈴木　花子"],
        category="1",
        received_on=staff.today - timedelta(days=1),
    )


def test_enter_in_a_reason_decides_nothing(clerk: Clerk, staff: Access, measure: int, town: dict[str, int]) -> None:
    other = replace(staff, actor="S0002")
    release = protections.request_release(
        other, resident_id=town["鈴木\u3000花子"], output="certificate:household", reason="本人からの請求"
    )
    clerk.open("/protections/")
    clerk.tab_to(f"#why-{release}")
    clerk.page.keyboard.insert_text("本人を確かめた")
    for key in ("Enter", "Control+Enter"):
        clerk.press(key)
        clerk.page.wait_for_timeout(500)
    clerk.open("/protections/")
    expect(clerk.page.locator(f"#why-{release}")).to_be_visible()
    clerk.tab_to(f"#why-{release}")
    clerk.page.keyboard.insert_text("本人と確かめられない")
    clerk.choose("decision", "decline")
    clerk.go("Enter")
    expect(clerk.page.locator("main")).to_contain_text("交付を許可しませんでした")


def test_the_key_of_withdrawal_goes_to_the_button_alone(clerk: Clerk, town: dict[str, int]) -> None:
    clerk.find("しばた\u3000はじめ", "柴田\u3000一")
    clerk.begin("死亡")
    clerk.fill("occurred_on", day(-2))
    clerk.enter()
    clerk.press("w")
    expect(clerk.page.locator("button.danger")).to_be_focused()
    expect(clerk.page.locator("h1")).to_contain_text("仮登録の確認")
    clerk.go("Enter")
    expect(clerk.page.locator("main")).to_contain_text("取り下げました")


def ctrl_enter_in(clerk: Clerk, path: str, field: str) -> None:
    """Types into a field and presses Ctrl+Enter; the page must stay."""
    clerk.open(path)
    clerk.tab_to(field)
    clerk.page.keyboard.insert_text("確認のため")
    stayed = clerk.page.url
    clerk.press("Control+Enter")
    clerk.page.wait_for_timeout(500)
    assert clerk.page.url == stayed
    expect(clerk.page.locator(field)).to_have_value("確認のため")


def test_ctrl_enter_never_presses_the_button_of_another_form(clerk: Clerk, measure: int, town: dict[str, int]) -> None:
    ctrl_enter_in(clerk, f"/protections/{measure}/", "#reject_reason")
    clerk.open(f"/protections/{measure}/")
    expect(clerk.page.locator("h1 + .mark")).to_have_text("仮支援措置")
    ctrl_enter_in(clerk, "/staff/S0002/", "#password")
    clerk.open(f"/protections/{measure}/")
    clerk.press("Control+Enter")
    clerk.page.wait_for_timeout(500)
    clerk.open(f"/protections/{measure}/")
    expect(clerk.page.locator("h1 + .mark")).to_have_text("仮支援措置")
