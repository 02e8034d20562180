"""画面の写し: takes the pictures of the counter's main pages from a desk that is open, and makes them small.

    python docs/screenshots/make.py http://127.0.0.1:8000 --user demo --password … --key HEX

The account needs every task right; `--key` is the second factor's key in hexadecimal. Made-up towns only: the pictures
are public. Needs the test group's playwright, /usr/bin/chromium, and pngquant for the size.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django_otp.oath import TOTP
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZE = {"width": 1440, "height": 900}
MOST_BYTES = 200_000
PATIENCE = 120_000
TOKYO = ZoneInfo("Asia/Tokyo")


def main() -> None:
    """Signs in, takes every picture, and says how large each is."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("address")
    options.add_argument("--user", required=True)
    options.add_argument("--password", required=True)
    options.add_argument("--key", required=True)
    options.add_argument(
        "--second", required=True, help="the account that approves an assessment; same password and key"
    )
    options.add_argument("--find", default="さとう", help="what the pictured clerk searches for")
    chosen = options.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        context = browser.new_context(viewport=SIZE, locale="ja-JP", timezone_id="Asia/Tokyo", base_url=chosen.address)
        page = context.new_page()
        sign_in(page, chosen.user, chosen.password, chosen.key)
        take_all(page, chosen.find)
        second = browser.new_context(viewport=SIZE, locale="ja-JP", timezone_id="Asia/Tokyo", base_url=chosen.address)
        approver = second.new_page()
        sign_in(approver, chosen.second, chosen.password, chosen.key)
        take_tax(page, approver, chosen.find)
        browser.close()


def sign_in(page: Page, user: str, password: str, key: str) -> None:
    """Both factors."""
    page.goto("/login/")
    page.fill("#username", user)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    page.wait_for_selector("#code")
    page.fill("#code", f"{totp.token():06d}")
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.menu")


def take_all(page: Page, words: str) -> None:
    """The ten main pages."""
    page.goto("/")
    page.fill("#find", words)
    page.wait_for_selector("#results table")
    take(page, "01-search")
    person = page.locator("#results tr:not(.struck) [data-row]").first.get_attribute("href") or ""
    number = person.strip("/").rpartition("/")[2]
    picture(page, "02-person", person)
    picture(page, "03-time-line", f"{person}timeline/")
    page.goto(person)
    household = page.locator('[data-key="h"]').get_attribute("href") or ""
    picture(page, "04-household", household)
    picture(page, "05-event", f"/events/move_within/?resident={number}", lambda: fill_move(page))
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    if page.locator('[name="confirmed"]').count():
        page.locator('[name="confirmed"]').check()
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    take(page, "06-confirmation")
    with page.expect_navigation():
        page.locator('[data-key="w"]').click()
    picture(page, "07-certificate", f"{person}certificates/", lambda: page.wait_for_selector("#preview img"))
    page.goto("/protections/")
    measure = page.locator("[data-row]")
    picture(
        page, "08-protections", (measure.first.get_attribute("href") if measure.count() else None) or "/protections/"
    )
    picture(page, "09-statistics", "/statistics/")
    picture(page, "10-access-records", "/access-records/")


def take_tax(page: Page, approver: Page, words: str) -> None:
    """A run of the resident tax from its proposal to the books, a taxpayer with "why", and another ordinance value tried."""
    page.goto("/tax/")
    page.keyboard.press("x")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    run = page.url
    with page.expect_navigation():
        page.keyboard.press("x")
    page.wait_for_selector("text=計算の結果", timeout=PATIENCE)
    take(page, "11-tax-run")
    approver.goto(run)
    with approver.expect_navigation():
        approver.keyboard.press("x")
    page.goto(run)
    page.fill("#decided_on", f"{datetime.now(TOKYO).year}-06-10")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=決定・調定済", timeout=PATIENCE)
    page.goto("/tax/taxpayers/")
    page.fill("#text", words)
    page.wait_for_selector("#results table")
    for address in [row.get_attribute("href") or "" for row in page.locator("#results [data-row]").all()]:
        page.goto(address)
        if page.locator('a[href*="quantity=annual_tax"]').count() and page.locator('a[href*="_instalment_"]').count():
            break
    take(page, "12-taxpayer")
    with page.expect_navigation():
        page.locator('a[href*="quantity=annual_tax"]').first.click()
    take(page, "13-why")
    page.goto("/tax/what-if/")
    page.fill('[name="number.municipal_per_capita_amount"]', "3500")
    page.fill('[name="number.municipal_income_rate"]', "5.9%")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=影響の大きい人", timeout=PATIENCE)
    take(page, "14-what-if")


def fill_move(page: Page) -> None:
    """A move within the town, with a day that asks for confirmation."""
    # More than fourteen days ago: the notice is late, and the page asks.
    page.fill('[name="occurred_on"]', (datetime.now(TOKYO).date() - timedelta(days=23)).isoformat())
    page.fill('[name="town"]', "緑町")
    page.fill('[name="block"]', "30番1号")
    for box in page.locator('[name="residents"]').all():
        box.check()
    page.locator('[name="building"]').press("Tab")
    page.wait_for_selector("#summary table")


def picture(page: Page, name: str, address: str, prepare: Callable[[], object] | None = None) -> None:
    """One page, as it stands after what `prepare` does to it."""
    page.goto(address)
    if prepare is not None:
        prepare()
    take(page, name)


def take(page: Page, name: str) -> None:
    """The picture of what the screen shows, with at most 128 colours."""
    path = FOLDER / f"{name}.png"
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    subprocess.run(["pngquant", "--force", "--skip-if-larger", "--output", str(path), "128", str(path)], check=False)
    size = path.stat().st_size
    print(f"{path.name}: {size:,} bytes{'' if size <= MOST_BYTES else '  大きすぎます'}")


if __name__ == "__main__":
    main()
