"""異動の流れ: each family of events, from the search to the certificate, by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.flows.clerk import Clerk, day

from yakuba.registers.residents.events import KINDS

pytestmark = pytest.mark.browser


def test_move_in(clerk: Clerk) -> None:
    """転入: two people come from another municipality and found a household."""
    clerk.open()
    clerk.press("Escape")
    clerk.go("2")
    clerk.follow("転入（国内）")
    clerk.fill("occurred_on", day(-14))
    clerk.fill("town", "緑町")
    clerk.fill("block", "3番4号")
    clerk.fill("postal_code", "9990002")
    clerk.fill("origin_prefecture", "東京都")
    clerk.fill("origin_city", "千代田区")
    clerk.fill("origin_town", "丸の内一丁目")
    clerk.fill("origin_block", "1番1号")
    clerk.choose("people.0.resident_kind", "1")
    clerk.fill("people.0.name", "森田\u3000健")
    clerk.fill("people.0.name_furigana", "モリタ\u3000ケン")
    clerk.choose("people.0.sex", "1")
    clerk.fill("people.0.birth_date", "H2.4.5")
    clerk.fill("people.0.relationship", "世帯主")
    clerk.fill("people.0.honseki_prefecture", "東京都")
    clerk.fill("people.0.honseki_city", "千代田区")
    clerk.fill("people.0.honseki_town", "丸の内一丁目")
    clerk.fill("people.0.honseki_lot", "1番地")
    clerk.fill("people.0.koseki_head", "森田\u3000健")
    clerk.follow("人を追加")
    clerk.fill("people.1.name", "森田\u3000舞")
    clerk.fill("people.1.name_furigana", "モリタ\u3000マイ")
    clerk.choose("people.1.sex", "2")
    clerk.fill("people.1.birth_date", "H4.6.7")
    clerk.fill("people.1.relationship", "妻")
    assert clerk.value("people.1.honseki_city") == "千代田区", "copied from the person before"
    clerk.enter()
    expect(clerk.page.locator("main")).to_contain_text("新たに記載")
    clerk.register()
    clerk.certify()
    clerk.find("もりた", "森田")


def test_move_within(clerk: Clerk, town: dict[str, int]) -> None:
    """転居: a whole family."""
    clerk.find("あおき", "青木")
    clerk.begin("転居")
    clerk.fill("occurred_on", day(-23))
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
    clerk.certify()
    clerk.find("緑町30番1号", "青木")


def test_move_out(clerk: Clerk, town: dict[str, int]) -> None:
    """転出: one member, ahead of the day; then the 転出証明書."""
    clerk.find("いしい\u3000はじめ", "石井\u3000一")
    clerk.begin("転出（国内）")
    clerk.fill("occurred_on", day(17))
    clerk.fill("destination_prefecture", "大阪府")
    clerk.fill("destination_city", "堺市")
    clerk.fill("destination_town", "南瓦町")
    clerk.fill("destination_block", "3番1号")
    clerk.enter()
    clerk.register()
    clerk.certify("転出証明書")
    clerk.find("いしい\u3000はじめ", "石井\u3000一")
    expect(clerk.page.locator("main")).to_contain_text(f"{day(17)} に国内転出の予定です")


def test_birth(clerk: Clerk, town: dict[str, int]) -> None:
    """出生: a child joins the household."""
    clerk.find("うえだ\u3000たろう", "上田\u3000太郎")
    clerk.begin("出生")
    clerk.fill("occurred_on", day(-9))
    clerk.fill("people.0.name", "上田\u3000光")
    clerk.fill("people.0.name_furigana", "ウエダ\u3000ヒカリ")
    clerk.choose("people.0.sex", "2")
    clerk.fill("people.0.relationship", "子")
    clerk.enter()
    clerk.register()
    clerk.certify()
    clerk.find("うえだ\u3000ひかり", "上田\u3000光")


def test_death(clerk: Clerk, town: dict[str, int]) -> None:
    """死亡: a member who is not the head; then the 除票."""
    clerk.find("えぐち\u3000はなこ", "江口\u3000花子")
    clerk.begin("死亡")
    clerk.fill("occurred_on", day(-13))
    clerk.enter()
    clerk.register()
    clerk.certify("除票の写し")


def test_household_change(clerk: Clerk, town: dict[str, int]) -> None:
    """世帯: the head changes; the others' relationships follow."""
    clerk.find("おおの\u3000はなこ", "大野\u3000花子")
    clerk.begin("世帯主変更")
    clerk.fill("occurred_on", day(-19))
    clerk.choose("new_head_id", str(town["大野\u3000花子"]))
    clerk.press("Tab")
    expect(clerk.page.locator("#summary")).to_contain_text("世帯主")
    clerk.enter()
    clerk.register()
    clerk.certify()


def test_former_family_name(clerk: Clerk, town: dict[str, int]) -> None:
    """氏名: a former family name is added on request."""
    clerk.find("かとう\u3000はなこ", "加藤\u3000花子")
    clerk.begin("旧氏の記載")
    clerk.fill("occurred_on", day(-4))
    clerk.fill("former_family_name", "今井")
    clerk.fill("former_family_name_furigana", "イマイ")
    clerk.enter()
    clerk.register()
    clerk.certify()
    clerk.find("今井花子", "加藤\u3000花子")


def test_stay_change(clerk: Clerk, town: dict[str, int]) -> None:
    """外国人: the status and the period of stay change."""
    clerk.find("CHEN", "CHEN MEI")
    clerk.begin("在留資格・在留期間等の変更")
    clerk.fill("occurred_on", day(-6))
    clerk.fill("stay_expires_on", "2029-11-18")
    clerk.enter()
    clerk.register()
    clerk.certify()


def test_naturalization(clerk: Clerk, town: dict[str, int]) -> None:
    """国籍: a foreign resident becomes Japanese; the 住民票 is made anew under the new name, and both names are found."""
    clerk.find("CHEN", "CHEN MEI")
    clerk.begin("帰化・国籍取得")
    clerk.fill("occurred_on", day(-3))
    clerk.fill("name", "陳\u3000芽衣")
    clerk.fill("name_furigana", "チン\u3000メイ")
    clerk.fill("honseki_prefecture", "見本県")
    clerk.fill("honseki_city", "見本市")
    clerk.fill("honseki_town", "港町")
    clerk.fill("honseki_lot", "20番地")
    clerk.fill("koseki_head", "陳\u3000芽衣")
    clerk.enter()
    clerk.register()
    clerk.certify()
    clerk.find("ちん\u3000めい", "陳\u3000芽衣")
    clerk.find("CHEN", "陳\u3000芽衣")


def test_loss_of_nationality(clerk: Clerk, town: dict[str, int]) -> None:
    """国籍: somebody loses Japanese nationality and stays on, as a foreign resident who passes through."""
    clerk.find("さの\u3000はじめ", "佐野\u3000一")
    clerk.begin("国籍喪失")
    clerk.fill("occurred_on", day(-5))
    clerk.fill("name", "SANO HAJIME")
    clerk.fill("roman_name", "SANO HAJIME")
    clerk.fill("name_furigana", "サノ\u3000ハジメ")
    clerk.fill("nationality_code", "USA")
    clerk.fill("nationality", "米国")
    clerk.enter()
    clerk.register()
    clerk.certify()
    clerk.find("SANO", "SANO HAJIME")


def test_every_family_has_its_flow() -> None:
    """流れの網羅: of each family the desk offers, a kind is begun above."""
    begun = Path(__file__).read_text(encoding="utf-8")
    offered = {kind.family for kind in KINDS.values()}
    driven = {kind.family for kind in KINDS.values() if re.search(rf'(begin|follow)\("{kind.label}', begun)}
    cancelled = {"cancellation"} if 'follow("取消し")' in begun else set()
    assert offered - driven - cancelled == set()


def test_correction_by_authority(clerk: Clerk, town: dict[str, int]) -> None:
    """職権修正: the reading of a building's name and the like; here the lot of the 本籍."""
    clerk.find("きむら\u3000たろう", "木村\u3000太郎")
    clerk.begin("職権修正")
    clerk.fill("occurred_on", day(-22))
    clerk.fill("honseki_lot", "99番地")
    clerk.enter()
    expect(clerk.page.locator("main")).to_contain_text("99番地")
    clerk.register()
    clerk.certify("住民票の写し（個人票）")


def test_resident_code_change(clerk: Clerk, town: dict[str, int]) -> None:
    """番号: a new 住民票コード from the stock; then the notice of it."""
    clerk.find("くどう\u3000たろう", "工藤\u3000太郎")
    clerk.begin("住民票コードの変更請求")
    clerk.fill("occurred_on", day(-4))
    clerk.enter()
    clerk.register()
    clerk.certify("住民票コード通知票")


def test_cancellation(clerk: Clerk, town: dict[str, int]) -> None:
    """取消し: a death entered for the wrong person is taken back; the history keeps both."""
    clerk.find("こばやし\u3000はじめ", "小林\u3000一")
    clerk.begin("死亡")
    clerk.fill("occurred_on", day(-21))
    clerk.enter()
    clerk.register()
    clerk.find("こばやし\u3000はじめ", "小林\u3000一")
    clerk.follow("取消し")
    clerk.enter()
    clerk.register()
    clerk.certify()
    clerk.find("こばやし\u3000はじめ", "小林\u3000一")
    expect(clerk.page.locator("main")).to_contain_text("取消済")
