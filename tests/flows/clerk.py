"""キーボードだけの職員: drives the pages in Chromium as somebody without a mouse does."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from yakuba.desks.counter.templatetags.counter import short_wareki

CHROMIUM_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
MOST_TABS = 150
"""More presses of Tab than any page needs: whatever is further away cannot be reached."""


def day(offset: int) -> str:
    """今日から offset 日の日付, as a clerk types it: R8.11.23."""
    return short_wareki(timezone.localdate() + timedelta(days=offset))


class Clerk:
    """窓口の職員 at the keyboard. Everything goes through `page.keyboard`; nothing is clicked or focused from outside."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, path: str = "/") -> None:
        """Types an address into the browser."""
        self.page.goto(self.address + path)

    def press(self, *keys: str) -> None:
        """Presses keys one after the other, outside of any field or in the one that has the focus."""
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, key: str) -> None:
        """Presses one key that opens a page, and waits for the page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def tab_to(self, selector: str) -> None:
        """Presses Tab until the focus is on what is looked for."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached with the Tab key on {self.page.url}")

    def fill(self, path: str, text: str) -> None:
        """Goes to the field with that name and types."""
        self.tab_to(f'[name="{path}"]')
        kind = self.page.evaluate("document.activeElement.type || ''")
        if kind == "select-one":
            self.page.keyboard.type(text)
            return
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def value(self, path: str) -> str:
        """What stands in a field."""
        return str(self.page.locator(f'[name="{path}"]').input_value())

    def choose(self, path: str, value: str) -> None:
        """Goes to a group of radio buttons and moves to the one with that value."""
        self.tab_to(f'[name="{path}"]')
        for _ in range(20):
            if self.page.evaluate("document.activeElement.value") == value:
                if not self.page.evaluate("document.activeElement.checked"):
                    self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowRight")
        raise AssertionError(f"{path} has no choice {value}")

    def tick(self, path: str, value: str | None = None) -> None:
        """Goes to a check box and ticks it, unless it is ticked."""
        self.tab_to(f'[name="{path}"]' + (f'[value="{value}"]' if value else ""))
        if not self.page.evaluate("document.activeElement.checked"):
            self.page.keyboard.press("Space")

    def follow(self, words: str) -> None:
        """Goes to a link or button by its words and presses Enter."""
        for _ in range(MOST_TABS):
            text = self.page.evaluate("document.activeElement.innerText || ''")
            if words in str(text) and self.page.evaluate("document.activeElement.matches('a, button')"):
                self.go("Enter")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"「{words}」 cannot be reached with the Tab key on {self.page.url}")

    def find(self, words: str, name: str) -> None:
        """検索: from anywhere to a person's page."""
        self.open()
        self.press("/")
        self.page.keyboard.insert_text(words)
        expect(self.page.locator("#results")).to_contain_text(name)
        self.press("ArrowDown")
        self.go("Enter")
        expect(self.page.locator("h1")).to_contain_text(name)

    def begin(self, event: str) -> None:
        """異動入力: from a person's page to the form of one kind of event."""
        self.go("e")
        self.follow(event)
        expect(self.page.locator("h1")).to_contain_text(event)

    def enter(self) -> None:
        """仮登録する, confirming what asks to be confirmed."""
        self.confirm()
        self.go("Control+Enter")
        if "仮登録の確認" not in self.page.locator("h1").inner_text():
            self.confirm()
            self.go("Control+Enter")
        expect(self.page.locator("h1")).to_contain_text("仮登録の確認")

    def confirm(self) -> None:
        """Ticks 「確認事項を確かめました」 where the page asks."""
        self.page.wait_for_timeout(300)
        if self.page.locator('[name="confirmed"]').count():
            self.tick("confirmed")

    def register(self) -> None:
        """本登録する."""
        self.go("b")
        expect(self.page.locator("main")).to_contain_text("本登録しました")

    def certify(self, kind: str = "") -> None:
        """証明書: from the registered entry, or a person's page, to the copy in hand."""
        self.go("c")
        if kind:
            self.follow(kind)
        expect(self.page.locator("#preview img").first).to_be_visible(timeout=30_000)
        self.confirm()
        self.go("Control+Enter")
        expect(self.page.locator("h1")).to_contain_text("交付しました")
        expect(self.page.locator("main")).to_contain_text("見本市")
