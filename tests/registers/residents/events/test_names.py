"""旧氏・通称・振り仮名・氏名・在留・番号・国籍 (1.1.7, 4.2.3, 4.3, 4.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.registers.residents.events.small_town import SmallTown, family, foreigner, japanese, moving_in

from yakuba.kernel.check_digits import individual_number
from yakuba.registers.residents.events.base import NEW_CODE

DAY = {"occurred_on": "R8.6.1"}
ASKED = {**DAY, "notified_on": "R8.6.1"}


@pytest.fixture
def resident(town: SmallTown) -> int:
    """佐藤太郎, 世帯主 of three."""
    return family(town)[0]


@pytest.fixture
def alien(town: SmallTown) -> int:
    """A 中長期在留者, alone."""
    return town.enter("foreign_move_in", **moving_in(foreigner("NGUYEN AN"), block="9"))[0]


# --- 旧氏・通称 ---


def test_a_former_family_name_comes_changes_and_goes(town: SmallTown, resident: int) -> None:
    who = {"residents": [str(resident)]}
    before = town.at(resident)
    town.enter("former_name_set", **ASKED, **who, former_family_name="田中", former_family_name_furigana="タナカ")
    assert (town.at(resident)["former_family_name"], town.at(resident)["former_family_name_furigana_confirmed"]) == (
        "田中",
        False,
    )
    town.enter("former_name_change", occurred_on="R8.6.2", notified_on="R8.6.2", **who, former_family_name="鈴木")
    assert town.at(resident)["former_family_name"] == "鈴木"
    assert "former_family_name_furigana" not in town.at(resident)
    town.enter("former_name_delete", occurred_on="R8.6.3", notified_on="R8.6.3", **who)
    assert town.at(resident) == before
    assert [entry.reason for entry in town.persons[resident].entries] == ["01", "54", "55", "56"]


@pytest.mark.parametrize(
    ("slug", "name", "rules"),
    [
        ("former_name_change", "田中", ["former-name-missing"]),
        ("former_name_delete", "", ["former-name-missing"]),
        ("former_name_set", "佐藤", ["former-name-same"]),
        ("former_name_set", "田 中", ["former-family-name-spacing"]),
        ("former_name_set", "", ["required"]),
    ],
)
def test_what_a_former_family_name_is_told(
    town: SmallTown, resident: int, slug: str, name: str, rules: list[str]
) -> None:
    assert town.rules(slug, **ASKED, residents=[str(resident)], former_family_name=name) == rules


def test_former_names_held(town: SmallTown, resident: int, alien: int) -> None:
    typed = {**ASKED, "former_family_name": "田中"}
    town.enter("former_name_set", **typed, residents=[str(resident)])
    assert town.rules("former_name_set", **typed, residents=[str(resident)]) == ["former-name-held"]
    assert town.rules("former_name_change", **typed, residents=[str(resident)]) == ["nothing-changes"]
    assert "reason-not-for-kind" in town.rules("former_name_set", **typed, residents=[str(alien)])
    assert town.rules("former_name_set", **DAY, residents=[str(resident)], former_family_name="林") == [
        "former-name-held",
        "required",
    ]


def test_an_alias_comes_and_goes(town: SmallTown, resident: int, alien: int) -> None:
    before = town.at(alien)
    assert town.rules("alias_delete", **ASKED, residents=[str(alien)]) == ["alias-missing"]
    town.enter("alias_set", **ASKED, residents=[str(alien)], alias="安田　安", alias_furigana="ヤスダ　アン")
    assert town.at(alien)["alias"] == "安田　安"
    assert town.rules("alias_set", **ASKED, residents=[str(alien)], alias="別名") == ["alias-held"]
    assert "reason-not-for-kind" in town.rules("alias_set", **ASKED, residents=[str(resident)], alias="別名")
    town.enter("alias_delete", occurred_on="R8.7.1", notified_on="R8.7.1", residents=[str(alien)])
    assert town.at(alien) == before


# --- 振り仮名・氏名 ---


def test_furigana_is_entered_and_confirmed(town: SmallTown, resident: int, alien: int) -> None:
    who = {"residents": [str(resident)]}
    assert town.rules("furigana_confirm", **ASKED, **who) == ["furigana-missing"]
    assert town.rules("furigana_set", **ASKED, **who, name_furigana="サトウタロウ") == ["furigana-parts"]
    town.enter("furigana_set", **ASKED, **who, name_furigana="サトウ　タロウ")
    assert (town.at(resident)["name_furigana"], town.at(resident)["name_furigana_confirmed"]) == (
        "サトウ　タロウ",
        True,
    )
    assert town.rules("furigana_set", **ASKED, **who, name_furigana="サトウ　タロウ") == ["nothing-changes"]
    assert town.rules("furigana_confirm", **ASKED, **who) == ["furigana-confirmed"]
    assert "not-for-kind" in town.rules("furigana_set", **ASKED, residents=[str(alien)], name_furigana="グエン　アン")


def test_furigana_has_its_days(town: SmallTown) -> None:
    """In force on 2025-05-26; by authority without a notice from 2026-05-26."""
    (person,) = town.enter(
        "domestic_move_in", **moving_in(japanese("森　一", name_furigana="モリ　ハジメ"), day="R7.4.1")
    )
    who = {"residents": [str(person)]}
    assert town.rules("furigana_confirm", occurred_on="R7.5.25", **who) == ["furigana-before-law"]
    assert town.rules("furigana_confirm", occurred_on="R7.5.26", **who) == ["required"]
    assert town.rules("furigana_confirm", occurred_on="R7.5.26", notified_on="R7.5.26", **who) == []
    assert town.rules("furigana_confirm", occurred_on="R8.5.26", **who) == []
    town.enter("furigana_confirm", occurred_on="R8.5.26", **who)
    assert town.at(person)["name_furigana_confirmed"] is True


def test_a_new_name_of_the_head_is_that_of_the_members(town: SmallTown, resident: int) -> None:
    town.enter("furigana_set", **ASKED, residents=[str(resident)], name_furigana="サトウ　タロウ")
    typed = {"occurred_on": "R8.6.5", "residents": [str(resident)], "name": "鈴木　太郎"}
    town.enter("name_change", **typed, koseki_head="鈴木　太郎")
    items = town.at(resident)
    assert (items["name"], items["family_name"], items["koseki_head"]) == ("鈴木　太郎", "鈴木", "鈴木　太郎")
    assert "name_furigana" not in items
    assert "name_furigana_confirmed" not in items
    assert {town.at(each)["head_name"] for each, _ in town.household(resident) if each != resident} == {"鈴木　太郎"}
    assert town.rules("name_change", **{**typed, "occurred_on": "R8.6.6"}) == ["nothing-changes"]
    assert "item-not-for-kind" in town.rules("name_change", **typed, roman_name="SUZUKI")
    assert "one-person" in town.rules("name_change", **{**typed, "residents": [str(resident), "2"]})


def test_a_new_name_on_the_card(town: SmallTown, alien: int) -> None:
    town.enter("name_change", **DAY, residents=[str(alien)], name="TRAN AN", roman_name="TRAN AN")
    assert town.at(alien)["roman_name"] == "TRAN AN"
    assert "roman-name-form" in town.rules("name_change", **DAY, residents=[str(alien)], name="X", roman_name="x")
    assert "item-not-for-kind" in town.rules("name_change", **DAY, residents=[str(alien)], name="X", koseki_head="X")


# --- 外国人住民 ---


def test_a_new_stay_replaces_the_former_as_a_whole(town: SmallTown, alien: int, resident: int) -> None:
    typed = {
        **ASKED,
        "residents": [str(alien)],
        "residence_status": "T26",
        "stay_years": "03",
        "stay_expires_on": "2029-06-01",
    }
    town.enter("stay_change", **typed)
    items = town.at(alien)
    assert (items["residence_status"], items["stay_years"], items["stay_expires_on"]) == ("T26", "03", date(2029, 6, 1))
    assert "stay_months" not in items
    assert town.rules("stay_change", **typed) == ["nothing-changes"]
    assert town.rules("stay_change", **{**typed, "stay_years": "3"}) == ["stay-code"]
    assert "not-for-kind" in town.rules("stay_change", **{**typed, "residents": [str(resident)]})
    assert "required" in town.rules("stay_change", **{**typed, "article_30_45_category": "03"})


def test_card_and_place_of_residence(town: SmallTown, alien: int, resident: int) -> None:
    card = {**ASKED, "residents": [str(alien)], "residence_card_number": "ZZ12345678YY"}
    town.enter("residence_card_change", **card)
    assert town.at(alien)["residence_card_number"] == "ZZ12345678YY"
    assert town.rules("residence_card_change", **card) == ["nothing-changes"]
    assert "not-for-kind" in town.rules("residence_card_change", **{**card, "residents": [str(resident)]})
    town.enter("residence_place_notice", **ASKED, residents=[str(alien)])
    assert town.at(alien)["residence_place_notified"] is True
    assert town.rules("residence_place_notice", **ASKED, residents=[str(alien)]) == ["residence-place-notified"]
    assert "not-for-kind" in town.rules("residence_place_notice", **ASKED, residents=[str(resident)])


def test_article_30_48(town: SmallTown, resident: int) -> None:
    head, wife = town.enter(
        "foreign_move_in", **moving_in(foreigner("TRAN BINH", sex="1"), foreigner("LE CHI", "同居人"), block="9")
    )
    typed = {**ASKED, "residents": [str(wife)], "relationship": "妻"}
    late = town.findings("article_30_48", **{**typed, "notified_on": "R8.6.16"})
    assert ([finding.rule for finding in late], "30条の48" in late[0].message) == (["notice-late"], True)
    town.enter("article_30_48", **typed)
    assert town.household(head) == [(head, "02"), (wife, "12")]
    assert town.rules("article_30_48", **typed) == ["nothing-changes"]
    assert "two-heads" in town.rules("article_30_48", **{**typed, "relationship": "世帯主"})
    assert "not-for-kind" in town.rules("article_30_48", **{**typed, "residents": [str(resident)]})
    (lodger,) = town.enter(
        "foreign_move_in",
        **moving_in(
            foreigner("KIM DO", "同居人"), household_id=str(town.at(resident)["household_id"]), town="", block=""
        ),
    )
    assert town.rules("article_30_48", **{**typed, "residents": [str(lodger)]}) == ["head-not-foreign"]


# --- 国籍 ---


def _naturalization(alien: int, **more: Any) -> dict[str, Any]:
    return {
        **ASKED, "residents": [str(alien)], "name": "安田　安", "name_furigana": "ヤスダ　アン", "honseki_city": "さくら市",
        "koseki_head": "安田　安", **more,
    }  # fmt: skip


def test_naturalization_makes_a_new_record_for_the_same_person(town: SmallTown, alien: int, resident: int) -> None:
    """4.5.3–4."""
    before = town.at(alien)
    town.enter("naturalization", **_naturalization(alien))
    items = town.at(alien)
    assert [entry.reason for entry in town.persons[alien].entries] == ["02", "24", "04"]
    assert (items["resident_kind"], items["resident_status"], items["entry_reason"]) == (1, 1, "04")
    assert items["became_resident_on"] == before["became_foreign_resident_on"]
    carried = (
        "town",
        "block",
        "address_since",
        "birth_date",
        "sex",
        "relationship",
        "resident_code",
        "origin_city",
        "household_id",
    )
    assert {name: items.get(name) for name in carried} == {name: before.get(name) for name in carried}
    gone = {
        "nationality",
        "residence_card_number",
        "article_30_45_category",
        "became_foreign_resident_on",
        "roman_name",
        "struck_reason",
    }
    assert not gone & items.keys()
    assert (items["family_name"], items["name_furigana_confirmed"]) == ("安田", True)
    assert "reason-not-for-kind" in town.rules("naturalization", **_naturalization(resident))
    assert "one-person" in town.rules("naturalization", **_naturalization(alien, residents=[str(alien), str(resident)]))
    assert town.rules("naturalization", **_naturalization(alien, occurred_on="R8.5.1", honseki_city="")) == [
        "later-event",
        "required",
    ]


def test_members_follow_the_new_name_of_a_naturalized_head(town: SmallTown) -> None:
    head, child = town.enter("foreign_move_in", **moving_in(foreigner("NGUYEN AN"), foreigner("NGUYEN BAO", "子")))
    town.enter("naturalization", **_naturalization(head))
    assert town.at(child)["head_name"] == "安田　安"


@pytest.mark.parametrize(("lost", "became"), [("R8.6.1", date(2026, 6, 1)), ("R2.1.1", date(2026, 4, 1))])
def test_loss_of_nationality(town: SmallTown, resident: int, lost: str, became: date) -> None:
    """4.5.5: 外国人住民となった年月日 is the later of the loss and 住民となった年月日; never a 旧外登法 date."""
    typed = {
        "occurred_on": lost,
        "residents": [str(resident)],
        "name": "SATO TARO",
        "roman_name": "SATO TARO",
        "nationality": "米国",
    }
    town.enter(
        "authority_correction", occurred_on="R8.4.1", residents=[str(resident)], electoral_registered="1",
        pension_insured="1",
    )  # fmt: skip
    town.enter("nationality_loss", **typed)
    items = town.at(resident)
    assert (items["resident_kind"], items["entry_reason"], items["became_foreign_resident_on"]) == (2, "05", became)
    assert items["article_30_45_category"] == "06"
    assert (
        not {"honseki_city", "koseki_head", "became_resident_on", "alien_registration_on", "struck_reason"}
        & items.keys()
    )
    assert items["pension_insured"], "what other departments keep is carried over"
    assert "electoral_registered" not in items, "the roll of voters is for Japanese residents (1.1.2)"
    assert town.at(2)["head_name"] == "SATO TARO"
    assert "reason-not-for-kind" in town.rules("nationality_loss", **{**typed, "occurred_on": "R8.7.1"})


# --- 番号 ---


@pytest.mark.parametrize(
    "slug", ["individual_number_change", "individual_number_correction", "individual_number_entry"]
)
def test_an_individual_number_is_no_item(town: SmallTown, resident: int, slug: str) -> None:
    before = town.at(resident)
    number = individual_number(12345678901)
    town.enter(slug, **ASKED, people=[{"resident_id": str(resident), "individual_number": number}])
    assert town.at(resident) == before
    assert number not in str(town.persons[resident].entries)
    wrong = str((int(number) + 1) % 10**12).zfill(12)
    assert town.rules(slug, **ASKED, people=[{"resident_id": str(resident), "individual_number": wrong}]) == [
        "check-digit"
    ]
    assert town.rules(slug, **ASKED, people=[{"resident_id": str(resident)}]) == ["required"]
    assert "unknown-resident" in town.rules(slug, **ASKED, people=[{"resident_id": "99", "individual_number": number}])


def test_a_resident_code_is_drawn_at_registration(town: SmallTown, resident: int) -> None:
    _, plan = town.check("resident_code_change", **ASKED, residents=[str(resident)])
    assert plan.events[0].changes[0].items == {"resident_code": NEW_CODE}
    before = town.at(resident)["resident_code"]
    town.enter("resident_code_change", **ASKED, residents=[str(resident)])
    assert town.at(resident)["resident_code"] != before
    assert town.rules("resident_code_entry", **ASKED, residents=[str(resident)]) == ["code-held"]


def test_a_resident_code_for_one_without(town: SmallTown, resident: int) -> None:
    entry = town.persons[resident].entries[0]
    del entry.items["resident_code"]
    assert town.rules("resident_code_change", **ASKED, residents=[str(resident)]) == ["code-missing"]
    assert town.rules("resident_code_entry", **DAY, residents=[str(resident)]) == []


# --- 職権修正 ---
