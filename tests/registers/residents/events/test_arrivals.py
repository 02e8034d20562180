"""転入・特例転入・未届転入・30条の46・47・職権記載・出生 (4.1.1, 4.2.1, 4.5.1–2, 1.4, 1.18)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.registers.residents.events.small_town import SmallTown, family, foreigner, japanese, moving_in

from yakuba.registers.residents.events.base import Match

DAY = date(2026, 4, 1)


def test_a_family_moves_in(town: SmallTown) -> None:
    father, mother, child = family(town)
    items = town.at(father)
    assert items["resident_status"] == 1
    assert items["entry_reason"] == "01"
    assert items["became_resident_on"] == items["address_since"] == items["entered_on"] == DAY
    assert (items["prefecture"], items["city"], items["town"], items["block"]) == (
        "みほん県",
        "さくら市",
        "本町一丁目",
        "1-1",
    )
    assert (items["origin_city"], items["family_name"], items["given_name"]) == ("うめ市", "佐藤", "太郎")
    assert town.at(child)["head_name"] == "佐藤　太郎"
    assert town.household(child) == [(father, "02"), (mother, "12"), (child, "20")]
    assert town.at(father, date(2026, 3, 31)) == {}


def test_a_new_household_is_listed_in_the_order_of_the_standard(town: SmallTown) -> None:
    """世帯主, 配偶者, 子 by birth (5.2), whatever the order of the form."""
    child, wife, head = town.enter(
        "domestic_move_in",
        **moving_in(japanese("山本　子", "子", birth_date="H20.1.1"), japanese("山本　妻", "妻"), japanese("山本　主")),
    )
    assert [each for each, _ in town.household(head)] == [head, wife, child]


def test_a_child_born_after_the_move_and_filed_with_it_is_a_move_in(town: SmallTown) -> None:
    """転入 + 出生 filed together: reason = 転入 (4.0)."""
    _, baby = town.enter(
        "domestic_move_in",
        **moving_in(
            japanese("高橋　母", sex="2"), japanese("高橋　新生児", "子", birth_date="R8.4.5"), notified_on="R8.4.10"
        ),
    )
    assert town.at(baby, DAY) == {}
    items = town.at(baby)
    assert (items["entry_reason"], items["became_resident_on"]) == ("01", date(2026, 4, 5))
    assert len(town.household(baby)) == 2


MOVE_IN_FAULTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"occurred_on": "R8.12.1"}, ["notified-before-occurred", "occurred-after-today"]),
    ({"notified_on": "R8.12.1"}, ["notice-late", "notified-after-today"]),
    ({"notified_on": "R8.4.16"}, ["notice-late"]),
    ({"notified_on": "R8.4.15"}, []),
    ({"notified_on": "R8.3.31"}, ["notified-before-occurred"]),
    ({"notified_on": ""}, ["required"]),
    ({"notified_on": "", "by_authority": "1"}, []),
    ({"occurred_on": "R8.2.29"}, ["date-not-in-calendar"]),
    ({"occurred_on": "令和8年4月頃"}, ["date-unknown-not-allowed"]),
    ({"origin_city": ""}, ["origin-blank"]),
    ({"origin_city": "不明"}, []),
    ({"block": ""}, ["required"]),
    ({"people": []}, ["required"]),
    ({"people": [japanese("森　一")] * 2}, ["two-heads"]),
    ({"people": [japanese("森　一", "妻")]}, ["no-head"]),
    ({"people": [japanese("森　一", "孫")]}, ["no-head", "relationship-not-permitted"]),
    ({"people": [japanese("森　一", honseki_city="")]}, ["required"]),
    ({"people": [japanese("森　一", koseki_head="")]}, ["required"]),
    ({"people": [japanese("森　一", honseki_city="なし", koseki_head="なし")]}, []),
    ({"people": [japanese("森　一", birth_date="")]}, ["required"]),
    ({"people": [japanese("森　一", birth_date="昭和14年頃")]}, []),
    ({"people": [japanese("森　一", birth_date="S60.2.29")]}, []),
    ({"people": [japanese("森　一", birth_date="R9.1.1")]}, ["birth-after-today"]),
    ({"people": [japanese("森一")]}, ["name-not-split"]),
    ({"people": [japanese("森　\ue000")]}, ["municipal-character", "required"]),
    ({"people": [japanese("森　一", name_furigana="もり")]}, ["furigana-form"]),
    ({"people": [japanese("森　一", name_furigana="モリハジメ")]}, ["furigana-parts"]),
    ({"people": [japanese("森　一", former_family_name="田　中")]}, ["former-family-name-spacing"]),
    ({"people": [japanese("森　一", alias="モリ")]}, ["item-not-for-kind"]),
    ({"people": [japanese("森　一", resident_code="12345678901")]}, ["check-digit"]),
    ({"people": [japanese("森　一", individual_number="123456789012")]}, ["check-digit"]),
    ({"people": [foreigner("NGUYEN AN")]}, []),
    ({"people": [foreigner("NGUYEN AN", nationality="")]}, []),
    ({"people": [foreigner("NGUYEN AN", article_30_45_category="")]}, ["required"]),
    ({"people": [foreigner("NGUYEN AN", residence_card_number="")]}, ["required"]),
    ({"people": [foreigner("NGUYEN AN", article_30_45_category="04", residence_card_number="")]}, ["required"]),
    ({"people": [foreigner("NGUYEN AN", roman_name="nguyen")]}, ["roman-name-form"]),
    ({"people": [foreigner("NGUYEN AN", stay_years="6")]}, ["stay-code"]),
    ({"people": [foreigner("NGUYEN AN", residence_status="ABC")]}, ["not-in-list"]),
    ({"people": [foreigner("NGUYEN AN", former_family_name="山田")]}, ["item-not-for-kind"]),
    ({"household_id": "999"}, ["empty-household"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "rules"), MOVE_IN_FAULTS, ids=lambda one: ",".join(map(str, one))[:60] if one else "none"
)
def test_what_a_move_in_is_told(town: SmallTown, typed: dict[str, Any], rules: list[str]) -> None:
    assert town.rules("domestic_move_in", **{**moving_in(japanese("森　一")), **typed}) == rules


def test_a_late_notice_names_the_article(town: SmallTown) -> None:
    finding = town.findings("domestic_move_in", **moving_in(japanese("森　一"), notified_on="R8.5.1"))[0]
    assert "14日" in finding.message
    assert "第22条" in finding.message


def test_who_joins_a_household_comes_last_and_has_its_address(town: SmallTown) -> None:
    father, *_ = family(town)
    household = town.at(father)["household_id"]
    typed = moving_in(
        japanese("佐藤　祖母", "母", sex="2", birth_date="S30.1.1"),
        day="R8.6.1",
        household_id=str(household),
        town="",
        block="",
    )
    (grandmother,) = town.enter("domestic_move_in", **typed)
    assert town.at(grandmother)["block"] == "1-1"
    assert town.household(father)[-1] == (grandmother, "52")
    assert town.at(grandmother)["head_name"] == "佐藤　太郎"
    other = {**typed, "town": "別の町", "block": "9"}
    assert "address-differs" in town.rules("domestic_move_in", **other)
    head = {**typed, "people": [japanese("佐藤　二郎")]}
    assert "two-heads" in town.rules("domestic_move_in", **head)


@pytest.mark.parametrize(
    ("match", "rule"),
    [
        (Match(0, 7, "森　一", "number", struck=True), "number-already-known"),
        (Match(0, 7, "森　一", "particulars", struck=True), "particulars-match-struck"),
        (Match(0, 7, "森　一", "particulars", struck=False), "particulars-match-resident"),
    ],
)
def test_somebody_already_known(town: SmallTown, match: Match, rule: str) -> None:
    """再転入者 (4.1.1.2): an equal number stops, equal particulars ask."""
    town.matches = [match]
    assert town.rules("domestic_move_in", **moving_in(japanese("森　一"))) == [rule]


def _gone_abroad(town: SmallTown) -> int:
    (person,) = town.enter(
        "domestic_move_in",
        **moving_in(
            japanese("岡　恵", former_family_name="旧川", name_furigana="オカ　メグミ"),
            building="コーポ101",
            day="R7.4.1",
        ),
    )
    town.enter(
        "foreign_move_out",
        occurred_on="R7.9.1",
        notified_on="R7.8.20",
        residents=[person],
        destination_country="フランス",
    )
    return person


def test_who_returns_keeps_the_number_and_nothing_else_of_the_former_stay(town: SmallTown) -> None:
    person = _gone_abroad(town)
    code = town.at(person)["resident_code"]
    typed = moving_in(japanese("岡　恵", resident_id=str(person)), origin_city="", origin_country="フランス")
    assert town.enter("foreign_move_in", **typed) == [person]
    items = town.at(person)
    assert (items["resident_status"], items["entry_reason"], items["resident_code"]) == (1, "02", code)
    assert items["former_family_name"] == "旧川"
    assert items["name_furigana"] == "オカ　メグミ"
    assert not {"building", "struck_reason", "struck_on", "destination_country", "move_out_planned_on"} & items.keys()
    assert town.at(person, date(2025, 9, 1))["resident_status"] == 2


def test_who_is_here_cannot_return(town: SmallTown) -> None:
    father, *_ = family(town)
    typed = moving_in(japanese("佐藤　太郎", resident_id=str(father)), day="R8.6.1")
    assert town.rules("domestic_move_in", **typed) == ["already-resident"]
    assert town.rules("domestic_move_in", **{**typed, "occurred_on": "R8.3.1"}) == [
        "before-first-record",
        "notice-late",
    ]
    assert "unknown-resident" in town.rules("domestic_move_in", **moving_in(japanese("佐藤　太郎", resident_id="99")))


def test_an_unregistered_move_is_marked(town: SmallTown) -> None:
    """未届転入 (4.1.1.4, 4.2.1.1)."""
    typed = moving_in(japanese("森　一"), origin_block="3-3", last_registered_address="たけ市西町5")
    (person,) = town.enter("unregistered_move_in", **typed)
    assert town.at(person)["origin_block"] == "3-3（未届）"
    assert town.at(person)["last_registered_address"] == "たけ市西町5"
    assert town.rules("unregistered_move_in", **{**typed, "origin_city": "", "origin_block": ""}) == ["required"]


@pytest.mark.parametrize(
    ("planned", "notified", "rules"),
    [
        ("R8.4.1", "R8.4.10", []),
        ("R8.3.1", "R8.4.1", ["special-period-passed"]),
        ("R8.4.1", "R8.4.20", ["notice-late", "special-period-passed"]),
    ],
)
def test_the_special_procedure_has_its_periods(town: SmallTown, planned: str, notified: str, rules: list[str]) -> None:
    """特例転入: 30 days after the planned day, 14 after the move (法24条の2)."""
    typed = moving_in(japanese("森　一"), move_out_planned_on=planned, notified_on=notified)
    assert town.rules("special_move_in", **typed) == rules


@pytest.mark.parametrize(("slug", "article"), [("article_30_46", "30条の46"), ("article_30_47", "30条の47")])
def test_foreign_arrivals(town: SmallTown, slug: str, article: str) -> None:
    typed = moving_in(foreigner("NGUYEN AN", residence_place_notified="1"), origin_city="", origin_prefecture="")
    (person,) = town.enter(slug, **typed)
    items = town.at(person)
    assert (items["entry_reason"], items["became_foreign_resident_on"]) == ("02", DAY)
    assert items["residence_place_notified"] is True
    assert "became_resident_on" not in items
    assert "origin_city" not in items
    late = town.findings(slug, **{**typed, "notified_on": "R8.5.1"})
    assert [finding.rule for finding in late] == ["notice-late"]
    assert article in late[0].message
    assert "not-for-kind" in town.rules(slug, **moving_in(japanese("森　一")))
    assert "category-not-for-event" in town.rules(
        slug, **moving_in(foreigner("NGUYEN AN", article_30_45_category="05"))
    )


def test_entry_by_authority_needs_no_notice(town: SmallTown) -> None:
    typed = {**moving_in(japanese("森　一"), notice="住所設定"), "notified_on": "", "origin_city": "不明"}
    (person,) = town.enter("authority_entry", **typed)
    assert town.at(person)["entry_reason"] == "06"


# --- 出生 ---


def _baby(**more: Any) -> dict[str, Any]:
    return {**japanese("佐藤　次郎", "子", honseki_city="", koseki_head=""), "birth_date": "", **more}


def test_a_birth_takes_household_and_koseki_from_the_parent(town: SmallTown) -> None:
    _, mother, child = family(town)
    (baby,) = town.enter("birth", occurred_on="R8.10.1", notified_on="R8.10.9", parent_id=str(mother), people=[_baby()])
    items = town.at(baby)
    assert (items["birth_date"], items["became_resident_on"], items["entry_reason"]) == (date(2026, 10, 1),) * 2 + (
        "03",
    )
    assert (items["honseki_city"], items["koseki_head"]) == ("さくら市", "佐藤　太郎")
    assert (items["block"], items["head_name"], items["listing_order"]) == ("1-1", "佐藤　太郎", 4)
    assert town.household(child)[-1] == (baby, "20")
    assert town.at(baby, date(2026, 9, 30)) == {}


def test_the_day_of_birth_may_be_unknown(town: SmallTown) -> None:
    _, mother, _ = family(town)
    (baby,) = town.enter("birth", occurred_on="令和8年10月頃", parent_id=str(mother), people=[_baby()])
    assert town.at(baby)["birth_date_note"] == "令和8年10月頃"
    assert town.at(baby)["became_resident_on_note"] == "令和8年10月頃"


def test_what_a_birth_is_told(town: SmallTown) -> None:
    father, mother, _ = family(town)
    good = {"occurred_on": "R8.10.1", "parent_id": str(mother), "people": [_baby()]}
    assert town.rules("birth", **good) == []
    assert town.rules("birth", **{**good, "occurred_on": "R8.12.1"}) == ["birth-after-today", "occurred-after-today"]
    assert town.rules("birth", **{**good, "parent_id": ""}) == ["required"]
    assert town.rules("birth", **{**good, "people": [_baby(relationship="世帯主")]}) == ["two-heads"]
    assert town.rules(
        "birth", **{**good, "parent_id": "", "household_id": "9", "people": [japanese("佐藤　次郎", "子")]}
    ) == ["empty-household"]
    household = str(town.at(father)["household_id"])
    alien = {"resident_kind": "2", "name": "SATO KEN", "sex": "1", "relationship": "子"}
    (baby,) = town.enter("birth", occurred_on="R8.10.1", household_id=household, people=[alien])
    assert town.at(baby)["article_30_45_category"] == "05"
