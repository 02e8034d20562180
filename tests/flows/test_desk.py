"""窓口の約束: two clerks on one household, drafts, both clocks, signing in by keyboard, and pages that everybody can use."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.desks.clerks import PASSWORD, code
from tests.flows.clerk import Clerk
from tests.flows.conftest import session_of, signed_in

from yakuba.registers.residents.models import EditLock

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "/", "/?text=あおき", "/residents/{resident}/", "/residents/{resident}/timeline/", "/residents/{resident}/protections/",
    "/residents/{resident}/certificates/", "/residents/{resident}/certificates/?kind=items", "/households/{household}/",
    "/events/", "/events/?resident={resident}", "/events/domestic_move_in/", "/events/birth/?resident={resident}",
    "/events/move_within/?resident={resident}", "/events/head_change/?resident={resident}",
    "/events/authority_correction/?resident={resident}", "/events/cancellation/?resident={resident}", "/entries/",
    "/documents/", "/protections/", "/statistics/", "/statistics/?dimension=district", "/statistics/flows/",
    "/access-records/", "/staff/", "/staff/new/", "/staff/S0002/", "/keys/",
)  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands."""
    found: Any = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]], ensure_ascii=False)}"
        for one in found.response["violations"]
    ]


def test_no_page_has_an_accessibility_violation(clerk: Clerk, town: dict[str, int]) -> None:
    resident = town["青木\u3000太郎"]
    clerk.open(f"/residents/{resident}/")
    link = clerk.page.locator('[data-key="h"]').get_attribute("href")
    assert link, "the page leads to the household"
    household = link.strip("/").rpartition("/")[2]
    for address in PAGES:
        clerk.open(address.format(resident=resident, household=household))
        assert violations(clerk.page) == [], address


def sign_in_by_keyboard(page: Page, path: str, username: str) -> None:
    """サインイン with both factors; neither page has a violation."""
    page.goto(path)
    assert violations(page) == []
    page.keyboard.insert_text(username)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("確認コード")
    assert violations(page) == []
    page.keyboard.insert_text(code())
    page.keyboard.press("Enter")


def test_signing_in_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="ja-JP")
    sign_in_by_keyboard(page, address + "/keys/", "S0002")
    expect(page.locator("h1")).to_have_text("キー操作")
    page.context.close()


def test_the_second_clerk_is_told_and_loses_nothing(browser: Browser, address: str, town: dict[str, int]) -> None:
    first, second = signed_in(browser, address, "S0001"), signed_in(browser, address, "S0002")
    form = f"/events/move_within/?resident={town['佐野　太郎']}"
    first.open(form)
    expect(first.page.locator("[data-lock]")).to_contain_text("この世帯を編集中です")
    second.open(form)
    expect(second.page.locator("[data-lock]")).to_contain_text("窓口　花子")
    expect(second.page.locator("[data-lock]")).to_contain_text("編集しています")
    assert second.page.locator("button.primary").first.is_disabled()
    first.open("/")
    second.open(form)
    expect(second.page.locator("[data-lock]")).to_contain_text("この世帯を編集中です")
    second.fill("town", "緑町")
    second.fill("block", "66番6号")
    # The second clerk's machine slept, the lock lapsed, and the first clerk took the household.
    EditLock.objects.all().delete()
    first.open(form)
    second.press("Control+Enter")
    expect(second.page.locator("[data-lock]")).to_contain_text("窓口　花子")
    assert second.value("block") == "66番6号"
    first.open("/")
    second.open(second.page.url.removeprefix(address))
    expect(second.page.locator("[data-lock]")).to_contain_text("この世帯を編集中です")
    assert second.value("block") == "66番6号"
    second.follow("下書きを破棄")
    first.page.context.close()
    second.page.context.close()


def test_a_draft_survives_a_closed_browser(browser: Browser, address: str, town: dict[str, int]) -> None:
    form = f"/events/move_within/?resident={town['柴田　太郎']}"
    clerk = signed_in(browser, address)
    clerk.open(form)
    clerk.fill("town", "緑町")
    clerk.fill("block", "77番7号")
    expect(clerk.page.locator("#draft-status")).to_contain_text("下書きを保存しました")
    clerk.page.context.close()
    later = signed_in(browser, address)
    later.open(form)
    expect(later.page.locator("main")).to_contain_text("下書きを復元しました")
    assert later.value("block") == "77番7号"
    later.follow("下書きを破棄")
    assert later.value("block") == ""
    later.page.context.close()


def test_what_is_typed_outlives_the_session(browser: Browser, address: str, town: dict[str, int]) -> None:
    clerk = signed_in(browser, address)
    clerk.open(f"/events/move_within/?resident={town['柴田　花子']}")
    clerk.page.context.clear_cookies(name="sessionid")
    clerk.fill("town", "緑町")
    expect(clerk.page.locator("#draft-status")).to_contain_text("保存していません")
    expect(clerk.page.locator("main")).to_contain_text("別のタブでサインインする")
    clerk.fill("block", "88番8号")
    clerk.press("Tab")
    clerk.page.wait_for_timeout(1000)
    assert clerk.value("block") == "88番8号", "the page stays"
    other = clerk.page.context.new_page()
    sign_in_by_keyboard(other, address + "/login/", "S0001")
    expect(other.locator("h1")).to_have_text("住民の検索")
    other.close()
    clerk.page.bring_to_front()
    clerk.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(clerk.page.locator("#draft-status")).to_contain_text("下書きを保存しました")
    expect(clerk.page.locator("main")).not_to_contain_text("別のタブでサインインする")
    clerk.open(clerk.page.url.removeprefix(address))
    assert clerk.value("block") == "88番8号"
    clerk.page.context.clear_cookies(name="sessionid")
    clerk.fill("block", "99番9号")
    clerk.go("Control+Enter")
    expect(clerk.page.locator("main")).to_contain_text("登録していません")
    clerk.page.context.add_cookies([{"name": "sessionid", "value": session_of("S0001"), "url": address}])
    clerk.page.goto(
        address + parse_qs(urlsplit(str(clerk.page.locator("a.primary").get_attribute("href"))).query)["next"][0]
    )
    expect(clerk.page.locator("#draft-status")).to_contain_text("下書き")
    expect(clerk.page.locator('[name="block"]')).to_have_value("99番9号")
    clerk.follow("下書きを破棄")
    clerk.page.context.close()


def test_findings_stand_beside_their_fields_while_typing(clerk: Clerk, town: dict[str, int]) -> None:
    clerk.open(f"/events/move_within/?resident={town['柴田　太郎']}")
    clerk.fill("occurred_on", "R8.2.30")
    clerk.press("Tab")
    expect(clerk.page.locator("#found-occurred_on")).to_contain_text("存在しない日付")
    expect(clerk.page.locator("#found-occurred_on")).to_contain_text("対処")
    clerk.page.keyboard.press("Shift+Tab")
    clerk.fill("occurred_on", "R8.2.20")
    clerk.press("Tab")
    expect(clerk.page.locator("#found-occurred_on")).not_to_contain_text("存在しない日付")


def test_both_clocks(clerk: Clerk, town: dict[str, int]) -> None:
    """時間軸: on a day before the town knew anything, nothing is known of it."""
    clerk.open(f"/residents/{town['鈴木　太郎']}/")
    clerk.go("t")
    clerk.fill("valid_on", "R6.5.1")
    clerk.fill("known_at", "R6.6.15")
    clerk.press("Tab")
    clerk.go("Enter")
    expect(clerk.page.locator("main")).to_contain_text("この日の記録はありません")
    clerk.tab_to("svg a")
    clerk.go("Enter")
    expect(clerk.page.locator("main")).to_contain_text("令和2年4月1日の状態")
    expect(clerk.page.locator("main")).to_contain_text("鈴木")
