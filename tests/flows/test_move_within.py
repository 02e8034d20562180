"""転居, from the search to the certificate, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.flows.clerk import Clerk

pytestmark = pytest.mark.browser


def test_a_family_moves_within_the_town(clerk: Clerk, town: dict[str, int]) -> None:
    clerk.find("あおき", "青木")
    clerk.begin("転居")
    clerk.fill("occurred_on", "R8.11.1")
    for name in ("青木\u3000太郎", "青木\u3000花子", "青木\u3000一"):
        clerk.tick("residents", str(town[name]))
    clerk.fill("town", "緑町")
    clerk.fill("block", "30番1号")
    clerk.fill("postal_code", "9990002")
    clerk.press("Tab")
    expect(clerk.page.locator("#summary")).to_contain_text("緑町")
    clerk.enter()
    expect(clerk.page.locator("main")).to_contain_text("本町一丁目")
    clerk.register()
    clerk.find("緑町30番1号", "青木")
    expect(clerk.page.locator("main")).to_contain_text("転居")
