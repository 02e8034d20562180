"""賦課の流れ: reports in, a run worked out by a worker and approved by a second person, "why", a correction, its notice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from tests.desks.clerks import ALL_RIGHTS, PASSWORD, TOTP_KEY
from tests.exchange.income_reports.made import as_bytes
from tests.flows.clerk import Clerk
from tests.flows.conftest import signed_in
from tests.flows.test_desk import violations
from tests.flows.town import settle
from tests.services.resident_tax.reported import father, mother

from yakuba.law.rules.resident_tax import FISCAL_YEARS
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.income_reports.columns import Kind
from yakuba.registers.staff import commands
from yakuba.settings import worker
from yakuba.settings.paths import ROOT

pytestmark = pytest.mark.browser
YEAR = min(timezone.localdate().year, FISCAL_YEARS[-1])
PATIENCE = 60_000


@pytest.fixture(scope="module")
def town(staff: Access) -> dict[str, int]:
    """The sample town, and two officers of whom neither has given the other anything."""
    access = Access("system", Purpose.SYSTEM, staff.now, rights=frozenset(ALL_RIGHTS))
    for username, name in (("T0001", "税務　花子"), ("T0002", "税務　次郎")):
        commands.create_account(
            access, username=username, display_name=name, password=PASSWORD, place="本庁2階", rights=ALL_RIGHTS
        )
        commands.add_totp_device(access, username, key=TOTP_KEY)
    return settle(staff)


@pytest.fixture(scope="module")
def at_work(town: dict[str, int]) -> Iterator[None]:
    """処理係: the product's own worker, a process beside the pages."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "yakuba.settings.django"}
    command = [sys.executable, *worker.command("work", os.getpid())[1:]]
    running = subprocess.Popen(command, env=environment, cwd=ROOT)
    yield
    running.terminate()
    assert running.wait(PATIENCE / 1000) == 0


def reports(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "salary.csv"
    path.write_bytes(as_bytes(Kind.SALARY, list(rows)))
    return path


def slip(person: dict[str, Any], number: int, revenue: int, **more: str) -> dict[str, str]:
    return {
        "訂正表示": "0", "年分": f"{YEAR - 2019:02d}", "整理番号": str(number), "受領年月日": f"{YEAR}-01-28",
        "氏名": person["name"], "フリガナ": person["name_kana"], "生年月日": person["birth_date"].isoformat(),
        "住所": person["address"], "支払者_指定番号": "9001", "支払者_氏名又は名称": "架空商事株式会社",
        "支払金額": str(revenue), "源泉徴収税額": "0", "社会保険料等の金額": str(revenue * 15 // 100), **more,
    }  # fmt: skip


def goes_in(clerk: Clerk, path: Path) -> None:
    """課税資料の取込み by keyboard."""
    clerk.press("g")
    clerk.go("r")
    clerk.press("f")
    clerk.tab_to('[name="file"]')
    with clerk.page.expect_file_chooser() as chosen:
        clerk.press("Space")
    chosen.value.set_files(path)
    clerk.go("Control+Enter")


def accessible(clerk: Clerk) -> None:
    assert violations(clerk.page) == []


def says(clerk: Clerk, *words: str) -> None:
    for each in words:
        expect(clerk.page.locator("main")).to_contain_text(each)


def here(clerk: Clerk) -> str:
    return clerk.page.url.removeprefix(clerk.address)


def works_out(clerk: Clerk) -> str:
    """起案 and 試算, to the address of the run."""
    clerk.press("g")
    clerk.go("r")
    clerk.press("x")
    clerk.go("Control+Enter")
    expect(clerk.page.locator("h1")).to_contain_text("賦課の一括決定")
    clerk.go("x")
    says(clerk, "計算の結果", "別の職員")
    accessible(clerk)
    return here(clerk)


def posts(clerk: Clerk, run: str) -> None:
    """決定・調定 of what the second officer has approved."""
    clerk.open(run)
    clerk.press("x")
    clerk.go("Control+Enter")
    expect(clerk.page.locator(".title .mark")).to_have_text("決定・調定済")


def finds(clerk: Clerk, name: str) -> str:
    """納税義務者の検索 while typing, to the address of the taxpayer's page."""
    clerk.press("g")
    clerk.go("t")
    clerk.page.keyboard.insert_text(name)
    expect(clerk.page.locator("#results")).to_contain_text(name)
    accessible(clerk)
    clerk.press("ArrowDown")
    clerk.go("Enter")
    expect(clerk.page.locator("h1")).to_have_text(name)
    accessible(clerk)
    return here(clerk)


def asks_why(clerk: Clerk) -> str:
    """決定の理由 of 年税額, opened down to what was reported; the amount as it was shown."""
    clerk.tab_to('a[href*="quantity=annual_tax"]')
    amount = str(clerk.page.evaluate("document.activeElement.innerText"))
    clerk.go("Enter")
    expect(clerk.page.locator("h1")).to_contain_text(f"年税額 {amount}円")
    clerk.press("l")
    expect(clerk.page.locator(".why")).to_contain_text("地方税法第314条の3")
    expect(clerk.page.get_by_text("給与収入", exact=True).first).to_be_visible()
    accessible(clerk)
    return amount


def corrects(clerk: Clerk, taxpayer: str, was: str) -> None:
    """更正: what would change is seen first, then it is decided with its ground."""
    clerk.open(taxpayer)
    clerk.go("z")
    expect(clerk.page.locator("table.changes").first).to_contain_text(was)
    accessible(clerk)
    clerk.page.keyboard.insert_text("給与支払報告書の訂正")
    clerk.go("Control+Enter")
    says(clerk, "決定しました")
    expect(clerk.page.get_by_role("region", name="決定の履歴")).to_contain_text("−")
    accessible(clerk)


def tries_another_value(clerk: Clerk) -> None:
    """もしもの計算: an ordinance's value is changed on the page; what it would come to is seen, nothing has changed."""
    clerk.press("g")
    clerk.go("i")
    accessible(clerk)
    clerk.fill("number.municipal_per_capita_amount", "3500")
    clerk.go("Control+Enter")
    says(clerk, "影響の大きい人", "青木\u3000太郎", "+500", "条例で定めるとき")
    accessible(clerk)


def prints(clerk: Clerk, key: str, name: str) -> None:
    with clerk.page.context.expect_event("response", lambda answer: "/notice/" in answer.url) as printed:
        clerk.press(key)
    assert printed.value.header_value("content-type") == "application/pdf"
    assert name in str(printed.value.header_value("content-disposition"))


def test_a_year_of_tax(browser: Browser, address: str, at_work: None, town: dict[str, int], tmp_path: Path) -> None:
    first, second = (signed_in(browser, address, username) for username in ("T0001", "T0002"))
    first.open()
    first.press("Escape")
    first.go("8")
    goes_in(
        first, reports(tmp_path, slip(father(0), 1, 6_000_000), slip(mother(1), 2, 3_000_000), slip(father(2), 3, -1))
    )
    says(first, "取り込んだ資料2件", "保留した資料1件")
    accessible(first)

    run = works_out(first)
    second.open(run)
    second.go("x")
    says(second, "承認しました")
    posts(first, run)

    taxpayer = finds(first, "青木\u3000太郎")
    says(first, "4,360,000")
    was = asks_why(first)

    goes_in(first, reports(tmp_path, slip(father(0), 1, 5_000_000, 訂正表示="1")))
    says(first, "取り込んだ資料1件")
    corrects(first, taxpayer, was)
    prints(first, "d", "tax-notice")
    prints(first, "v", "change-notice")
    tries_another_value(first)
    for clerk in (first, second):
        clerk.page.context.close()
