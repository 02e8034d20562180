"""検索: whoever is looked for is found, however it is typed (national specification 1.13, 2.1); the protected not by address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unicodedata import normalize
from uuid import uuid4

import psycopg
import pytest
from tests.registers.residents.counter import (
    HANAKO,
    MOVED_IN,
    NOON,
    TARO,
    clerk,
    do,
    household_of,
    items,
    japanese,
    later,
    move_out,
    view,
)

from yakuba.exchange.made_up_town import parts
from yakuba.kernel.check_digits import individual_number
from yakuba.registers.access import queries as access_queries
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protection_commands
from yakuba.registers.protections.commands import Person
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.queries.search import Criteria, Hit, search
from yakuba.registers.residents.screen import HIDDEN

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("equal")]


def found(text: str = "", *, access: Access | None = None, **fields: Any) -> set[str]:
    """The names of those found."""
    return {hit.name for hit in search(access or clerk(), Criteria(text=text, **fields)).hits}


def alone(name: str, furigana: str, **more: Any) -> int:
    """A household of one."""
    place = {key: more.pop(key) for key in ("town", "block", "building") if key in more}
    return household_of(japanese(name, furigana, **more), **place)[0]


@pytest.mark.parametrize(
    ("furigana", "typed"),
    [
        ("サトウ　ジュンコ", "サトオ ジユンコ"),
        ("サトウ　ジュンコ", "さとう"),
        ("サトウ　ジュンコ", "サトー"),
        ("サトウ　ジュンコ", "ｻﾄｳ ｼﾞｭﾝｺ"),
        ("サトウ　ジュンコ", "ジュンコ"),
        ("ガッコウ　イチ", "カツコウイチ"),
        ("オオノ　カヅキ", "オーノカズキ"),
        ("イシカワ　カヲル", "イシカハカオル"),
        ("ヴァイオレット　アン", "バイオレットアン"),
        ("サトウ　ジュンコ", "サト"),
        ("コバヤシ　ケーイチ", "コバヤシ ケ－イチ"),
    ],
)
def test_a_reading_is_found_however_it_is_typed(furigana: str, typed: str) -> None:
    alone("見本　一", furigana)
    alone("別人　二", "ベツジン　ニ")
    assert found(typed) == {"見本　一"}


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("渡邉󠄐　一", "渡辺一"),
        ("渡辺　一", "渡邊"),
        ("渡邊　一", "渡邉󠄐　一"),
        ("髙橋　一", "高橋"),
        ("高橋　一", "髙橋一"),
        ("𠮷田　一", "吉田"),
        ("吉田　一", "𠮷田 一"),
        ("山田　花子", "花子"),
    ],
)
def test_a_written_name_is_found_by_any_of_its_forms(name: str, typed: str) -> None:
    alone(name, "ミホン　イチ")
    alone("別人　二", "ベツジン　ニ")
    assert found(typed) == {name}


def test_a_company_is_not_found_by_the_long_form_of_its_sign() -> None:
    alone("見本　一", "ミホン　イチ", building="（株）見本寮")
    assert found("（株）見本寮") == {"見本　一"}
    assert found("株式会社見本寮") == set()


def test_other_names_find_the_person_too() -> None:
    foreigner = {
        "resident_kind": "2", "name": "NGUYEN VAN ANH", "roman_name": "NGUYEN VAN ANH", "kanji_name": "阮文英", "alias": "安東　英",
        "alias_furigana": "アンドウ　エイ", "sex": "1", "birth_date": "1990-05-05", "relationship": "02", "nationality": "ベトナム",
        "article_30_45_category": "01", "residence_card_number": "AB12345678CD", "residence_status": "", "name_priority": "",
    }  # fmt: skip
    household_of({key: value for key, value in foreigner.items() if value})
    alone("山田　花子", "ヤマダ　ハナコ", former_family_name="鈴木", former_family_name_furigana="スズキ")
    alone("別人　二", "ベツジン　ニ")
    for typed in (
        "Nguyen",
        "nguyen van",
        "VAN ANH",
        "阮文英",
        "安東",
        "アンドー",
        "エイ",
        "AB12345678CD",
        "ab12345678cd",
    ):
        assert found(typed) == {"NGUYEN VAN ANH"}, typed
    for typed in ("鈴木", "スズキ", "鈴木花子", "スズキハナコ"):
        assert found(typed) == {"山田　花子"}, typed


def test_the_past_finds_the_person_as_the_register_stands_today() -> None:
    (hanako,) = household_of(HANAKO)
    do(later(minutes=1), "move_within", occurred_on=MOVED_IN + timedelta(days=2), notified_on=MOVED_IN + timedelta(days=2),
       residents=[hanako], town="港町", block="5番地")  # fmt: skip
    (hit,) = search(clerk(), Criteria(text="本町一丁目2番3号")).hits
    assert (hit.resident_id, hit.address) == (hanako, "港町5番地")
    move_out(later(minutes=2), [hanako], MOVED_IN + timedelta(days=5))
    (struck,) = search(later(minutes=3), Criteria(text="港町5")).hits
    assert (struck.marks.is_struck, struck.resident_status) == (True, 2)
    assert search(later(minutes=3), Criteria(text="港町5", include_struck=False)).hits == []
    staying = alone("山田　花子", "ヤマダ　ハナコ", birth="昭和61年4月1日", town="港町", block="5")
    for typed in ("ヤマダ", "花子", "港町5"):
        page = search(later(minutes=3), Criteria(text=typed, include_struck=False), limit=1)
        assert ([hit.resident_id for hit in page.hits], page.after) == ([staying], None), typed


def test_dates_numbers_and_words_together() -> None:
    number = individual_number(10_000_000_001)
    hanako, taro = household_of(HANAKO | {"individual_number": number}, TARO)
    alone("山田　花子", "ヤマダ　ハナコ", birth="昭和61年4月1日", town="港町", block="9")
    assert found("S60.4.1") == found("昭和60年4月1日") == found("ヤマダ S60.4.1") == {"山田　花子"}
    assert len(search(clerk(), Criteria(text="山田花子")).hits) == 2
    for typed in ("山田 本町1-2-3", "山田　花子 S60.4.1", "ヤマダハナコ 1985-04-01", "花子 本町"):
        assert [hit.resident_id for hit in search(clerk(), Criteria(text=typed)).hits if hit.sex == 2] == [hanako], (
            typed
        )
    assert found("山田", sex=1) == {"山田　太郎"}
    seen = view(taro)
    assert found(seen.addressee_number) >= {"山田　太郎"}
    assert found(str(seen.household_number)) >= {"山田　太郎", "山田　花子"}
    assert found(str(items(taro)["resident_code"])) == {"山田　太郎"}
    assert found(number) == {"山田　花子"}
    grouped = f"{number[:4]}-{number[4:8]}-{number[8:]}"
    assert found(grouped) == found(number=grouped) == found(grouped.replace("-", " ")) == {"山田　花子"}
    assert found(number, access=clerk(rights=frozenset({"view_residents"}))) == set()


def test_a_number_and_other_words_must_all_hold() -> None:
    """Criteria: "All must hold"."""
    number = individual_number(10_000_000_001)
    hanako, taro = household_of(HANAKO | {"individual_number": number}, TARO)
    seen = view(taro)
    household, own = str(seen.household_number), seen.addressee_number
    assert found(household) == {"山田　花子", "山田　太郎"}
    for typed in (
        f"太郎 {household}",
        f"{household} タロウ",
        f"ヤマダタロウ {own}",
        f"本町1-2-3 {own}",
        f"{own} H20.5.5",
    ):
        assert found(typed) == {"山田　太郎"}, typed
    for typed in (
        f"花子 {own}",
        f"ハナコ {own}",
        f"港町9 {own}",
        f"{own} H20.5.6",
        f"太郎 {number}",
        f"次郎 {household}",
    ):
        assert found(typed) == set(), typed
    assert found(household, sex=2) == found(f"花子 {number}") == {"山田　花子"}
    assert found(household, sex=1, name="太郎") == {"山田　太郎"}
    move_out(later(minutes=1), [hanako], NOON.date())
    assert found(household, access=later(days=1), include_struck=False) == {"山田　太郎"}


def test_an_individual_number_is_never_written_down_as_what_was_searched_for() -> None:
    number = individual_number(10_000_000_001)
    wide = number.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    grouped = [gap.join((text[:4], text[4:8], text[8:])) for text in (number, wide) for gap in "- \u3000－ー"]
    for typed in (number, f"山田 {number}", wide, *grouped, f"{grouped[0]} 山田", f"{number[:6]} {number[6:]}"):
        search(clerk(), Criteria(text=typed))
    for typed in (number, *grouped):
        search(clerk(), Criteria(number=typed))
    search(clerk(), Criteria(name=number))
    auditor = Access("auditor", Purpose.AUDIT, NOON)
    assert not [
        row
        for row in access_queries.access_records(auditor, actor="S0001")
        if any(part in normalize("NFKC", row.detail) for part in (number, number[:4], number[8:]))
    ]


def test_a_place_is_found_by_its_name_alone_and_after_people_of_that_name() -> None:
    alone("見本　一", "ミホン　イチ", town="大町", block="1番地")
    alone("大町　二", "オオマチ　ニ", town="港町", block="2番地")
    assert [hit.name for hit in search(clerk(), Criteria(text="大町")).hits] == ["大町　二", "見本　一"]
    assert found("本町一丁目") == set()
    alone("別人　三", "ベツジン　サン", town="本町", block="一丁目2番3号", building="コーポ緑101号")
    assert found("本町一丁目") == found("本町1-2-3") == found("コーポ") == found("コーポ緑101") == {"別人　三"}


def test_nothing_typed_finds_nobody() -> None:
    household_of(HANAKO)
    assert found("") == found("　") == found("ー") == set()
    assert found("%") == found("_") == set()


# --- pages ---


def pages(criteria: Criteria, limit: int = 50) -> list[list[Hit]]:
    """Every page, by the key of the one before."""
    made, after = [], None
    while True:
        page = search(clerk(), criteria, after=after, limit=limit)
        made.append(page.hits)
        after = page.after
        if after is None:
            return made


@contextmanager
def counted_statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that goes to the driver."""
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def listening(self: psycopg.Cursor, query: Any, params: Any = None, **more: Any) -> Any:
        seen.append(str(query))
        return execute(self, query, params, **more)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", listening)
        yield seen


def test_paging_a_town_visits_everybody_once_with_a_fixed_number_of_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    household_of(HANAKO)
    access = Access("S0001", Purpose.MIGRATION, NOON, rights=clerk().rights)
    load(parts(2_000, 5), access=access, source="made-up town 5")
    counts = set()
    for criteria in (
        Criteria(text="サ"),
        Criteria(text="ヤマ"),
        Criteria(text="花子"),
        Criteria(text="大"),
        Criteria(text="1"),
        Criteria(kana="コ", sex=2),
    ):
        at_once = [hit.resident_id for hit in search(clerk(), criteria, limit=100_000).hits]
        assert len(at_once) == len(set(at_once))
        in_pages = [hit.resident_id for page in pages(criteria, 37) for hit in page]
        assert in_pages == at_once, criteria
        with counted_statements(monkeypatch) as seen:
            search(clerk(), criteria, limit=20)
        counts.add(len(seen))
    assert max(counts) <= 24, counts


# --- the protected ---


def protect(applicant: int, *together: int) -> int:
    """支援措置の申出: locked from now on."""
    return protection_commands.receive_application(
        clerk(), entry_key=uuid4(), applicant_id=applicant, category="1", received_on=NOON.date(),
        together=[Person(each, "子") for each in together],
    )  # fmt: skip


def test_an_address_never_finds_the_protected_nor_those_who_live_with_them() -> None:
    hanako, taro = household_of(HANAKO, TARO, building="コーポ緑")
    alone("隣人　一", "リンジン　イチ", block="一丁目2番4号")
    assert found("本町1-2-3") == {"山田　花子", "山田　太郎"}
    protect(hanako)
    for typed in ("本町1-2-3", "本町", "コーポ緑", "コーポ"):
        assert not found(typed) & {"山田　花子", "山田　太郎"}, typed
    assert found("本町1-2-4") == {"隣人　一"}
    assert found("山田 本町1-2-3") == found("ヤマダ 本町") == set(), "that it matches would tell the address"
    hits = search(clerk(), Criteria(text="山田")).hits
    assert {hit.resident_id for hit in hits} == {hanako, taro}
    assert {hit.address for hit in hits} == {HIDDEN}
    assert [hit.marks.is_protected for hit in sorted(hits, key=lambda hit: hit.resident_id)] == [True, False]
