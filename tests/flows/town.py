"""見本の町: households that the flows start from, entered through the register's own commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from yakuba.kernel.check_digits import resident_codes, usable_resident_code_bodies
from yakuba.registers.access.door import Access
from yakuba.registers.residents.commands.registration import register_directly
from yakuba.registers.residents.commands.resident_codes import receive_resident_codes
from yakuba.services.certificates.commands import set_up_sample_certifier

FAMILIES = (
    ("青木", "アオキ", "本町一丁目", "1番1号"), ("石井", "イシイ", "本町一丁目", "2番3号"), ("上田", "ウエダ", "本町二丁目", "4番5号"),
    ("江口", "エグチ", "本町二丁目", "6番7号"), ("大野", "オオノ", "緑町", "8番9号"), ("加藤", "カトウ", "緑町", "10番11号"),
    ("木村", "キムラ", "緑町", "12番13号"), ("工藤", "クドウ", "港町", "14番15号"), ("小林", "コバヤシ", "港町", "16番17号"),
    ("佐野", "サノ", "港町", "18番19号"), ("柴田", "シバタ", "大字見本", "1851番地9"), ("鈴木", "スズキ", "大字見本", "2048番地"),
)  # fmt: skip
"""氏, フリガナ, 町字, 番地; each a couple with a child."""
CODES = np.arange(1_000_000_000, 1_000_000_400)


def settle(access: Access) -> dict[str, int]:
    """The families and one foreign resident move in; returns resident ids by name."""
    set_up_sample_certifier(access, starts_on=date(2000, 1, 1))
    codes = stock(access)
    people: dict[str, int] = {}
    for position, (family, kana, town, block) in enumerate(FAMILIES):
        typed = move_in(town, block, couple(family, kana, position, codes), day="2020-04-01")
        people |= _enter(access, f"family-{position}", typed)
    return people | _enter(access, "foreign", move_in("港町", "20番21号", [foreigner(next(codes))], day="2023-10-01"))


def resident_code_texts() -> list[str]:
    """住民票コード that check out, as many as the town will need."""
    return [str(code) for code in resident_codes(usable_resident_code_bodies(CODES))]


def stock(access: Access) -> Iterator[str]:
    """住民票コードの在庫: half of the codes lie in stock, the other half are given to those who settle."""
    every = resident_code_texts()
    receive_resident_codes(access, every[200:])
    return iter(every[:200])


def move_in(town: str, block: str, people: list[dict[str, str]], *, day: str) -> dict[str, Any]:
    """転入届."""
    return {
        "occurred_on": day, "notified_on": day, "town": town, "block": block, "postal_code": "9990001",
        "origin_prefecture": "東京都", "origin_city": "千代田区", "origin_town": "丸の内一丁目", "origin_block": "1番1号",
        "people": people,
    }  # fmt: skip


def couple(family: str, kana: str, position: int, codes: Iterator[str]) -> list[dict[str, str]]:
    """夫婦と子: the husband is the head."""
    year = 1970 + position
    members = (
        ("太郎", "タロウ", "1", f"{year}-05-0{position % 9 + 1}", "02"),
        ("花子", "ハナコ", "2", f"{year + 2}-08-1{position % 9}", "12"),
        ("一", "ハジメ", "1", f"{year + 30}-11-2{position % 9}", "20"),
    )
    return [
        {
            "resident_kind": "1", "name": f"{family}\u3000{given}", "name_furigana": f"{kana}\u3000{reading}", "sex": sex,
            "birth_date": birth, "relationship": relation, "resident_code": next(codes), "honseki_prefecture": "見本県",
            "honseki_city": "見本市", "honseki_town": "本町一丁目", "honseki_lot": f"{position + 1}番地",
            "koseki_head": f"{family}\u3000太郎",
        }
        for given, reading, sex, birth, relation in members
    ]  # fmt: skip


def foreigner(code: str) -> dict[str, str]:
    """中長期在留者, alone."""
    return {
        "resident_kind": "2", "name": "CHEN MEI", "roman_name": "CHEN MEI", "name_furigana": "チェン\u3000メイ", "sex": "2",
        "birth_date": "1994-03-03", "relationship": "02", "resident_code": code, "nationality": "中国",
        "nationality_code": "CHN", "article_30_45_category": "01", "residence_status": "T41", "stay_years": "02",
        "stay_expires_on": "2027-09-30", "residence_card_number": "AB12345678CD",
    }  # fmt: skip


def _enter(access: Access, key: str, typed: dict[str, Any]) -> dict[str, int]:
    entered = register_directly(access, "domestic_move_in", typed, uuid5(NAMESPACE_URL, key))
    assert entered.event_ids, [str(finding) for finding in entered.findings]
    names = [person["name"] for person in typed["people"]]
    return dict(zip(names, sorted(entered.resident_ids), strict=True))
