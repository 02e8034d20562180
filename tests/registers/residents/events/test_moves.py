"""転居・転出・転入通知・死亡・失踪・職権消除 (4.1.2, 4.1.3, 4.2.2, 4.0.4–5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.registers.residents.events.small_town import SmallTown, family, foreigner, japanese, moving_in

MOVE = {"occurred_on": "R8.6.1", "notified_on": "R8.6.5", "town": "西町", "block": "5-5", "building": "西ハイツ201"}
OUT = {"occurred_on": "R8.6.1", "notified_on": "R8.5.25", "destination_city": "うめ市"}
BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 1)


def _all(ids: Any) -> list[str]:
    return [str(each) for each in ids]


# --- 転居 ---


def test_a_household_moves_together(town: SmallTown) -> None:
    ids = family(town)
    before = town.at(ids[0], BEFORE)
    town.enter("move_within", **MOVE, residents=_all(ids))
    items = town.at(ids[0], AFTER)
    assert (items["town"], items["block"], items["building"]) == ("西町", "5-5", "西ハイツ201")
    assert (items["previous_town"], items["previous_block"]) == ("本町一丁目", "1-1")
    assert items["address_since"] == AFTER
    assert items["became_resident_on"] == date(2026, 4, 1)
    assert items["household_id"] == before["household_id"]
    assert town.at(ids[0], BEFORE) == before
    assert town.household(ids[0]) == [(ids[0], "02"), (ids[1], "12"), (ids[2], "20")]


def test_a_second_move_leaves_nothing_of_the_first(town: SmallTown) -> None:
    ids = family(town)
    town.enter("move_within", **MOVE, residents=_all(ids))
    town.enter("move_within", occurred_on="R8.7.1", notified_on="R8.7.1", town="東町", block="2", residents=_all(ids))
    items = town.at(ids[0])
    assert "building" not in items
    assert items["previous_building"] == "西ハイツ201"


def test_some_found_a_household_of_their_own(town: SmallTown) -> None:
    father, mother, child = family(town)
    town.enter("move_within", **MOVE, residents=_all([mother, child]), new_head_id=str(mother))
    assert town.household(mother) == [(mother, "02"), (child, "20")]
    assert town.at(child)["head_name"] == "佐藤　花子"
    assert town.household(father) == [(father, "02")]
    assert town.at(father)["block"] == "1-1"


def test_the_last_member_becomes_head_by_authority(town: SmallTown) -> None:
    """4.0.4: one member left."""
    father, mother, child = family(town)
    town.enter("move_within", **MOVE, residents=_all([father, child]))
    assert town.household(mother) == [(mother, "02")]
    assert town.at(mother)["head_name"] == "佐藤　花子"
    assert town.persons[mother].entries[-1].reason == "53"
    assert town.household(father) == [(father, "02"), (child, "20")]


def test_some_join_a_household(town: SmallTown) -> None:
    _, _, child = family(town)
    (aunt,) = town.enter("domestic_move_in", **moving_in(japanese("佐藤　桃", sex="2"), town="南町", block="8"))
    typed = {
        "occurred_on": "R8.6.1", "notified_on": "R8.6.1", "residents": _all([child]),
        "household_id": str(town.at(aunt)["household_id"]), "relationship": "弟の子",
    }  # fmt: skip
    town.enter("move_within", **typed)
    assert town.household(aunt) == [(aunt, "02"), (child, "7420")]
    assert (town.at(child)["town"], town.at(child)["head_name"]) == ("南町", "佐藤　桃")
    assert town.rules("move_within", **{**typed, "occurred_on": "R8.7.1", "relationship": ""}) == [
        "notified-before-occurred", "relationship-open", "same-address", "same-household",
    ]  # fmt: skip


def test_a_foreign_resident_says_whether_the_card_was_shown(town: SmallTown) -> None:
    (person,) = town.enter("foreign_move_in", **moving_in(foreigner("NGUYEN AN", residence_place_notified="1")))
    town.enter("move_within", **MOVE, residents=_all([person]))
    assert town.at(person)["residence_place_notified"] is False


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ({"block": ""}, ["required"]),
        ({"notified_on": "R8.6.16"}, ["notice-late"]),
        ({"occurred_on": "R8.12.1", "notified_on": "R8.11.1"}, ["notified-before-occurred", "occurred-after-today"]),
        ({"occurred_on": "R8.3.1", "notified_on": "R8.3.1"}, ["before-first-record"]),
        ({"town": "本町一丁目", "block": "1-1", "building": ""}, ["same-address"]),
        ({"residents": ["1", "99"], "new_head_id": "1"}, ["head-leaves", "unknown-resident"]),
        ({"residents": ["1", "2"], "new_head_id": "3"}, ["head-not-among"]),
        ({"residents": ["2", "3"]}, ["required"]),
        ({"residents": ["2", "4"]}, ["households-differ"]),
        ({"household_id": "999"}, ["empty-household"]),
    ],
)
def test_what_a_move_is_told(town: SmallTown, more: dict[str, Any], rules: list[str]) -> None:
    ids = family(town)
    town.enter("domestic_move_in", **moving_in(japanese("別の　世帯"), block="7"))
    found = town.rules("move_within", **{**MOVE, "residents": _all(ids), **more})
    assert [rule for rule in found if rule != "head-leaves" or "head-leaves" in rules] == rules


# --- 転出 ---


def test_a_planned_move_out_strikes_on_its_day(town: SmallTown) -> None:
    """1.1.5: until the planned day the person is 現存者."""
    ids = family(town)
    town.today = date(2026, 5, 25)
    town.enter("domestic_move_out", **OUT, residents=_all(ids))
    assert town.at(ids[0], BEFORE)["resident_status"] == 1
    items = town.at(ids[0], AFTER)
    assert (items["resident_status"], items["struck_reason"], items["struck_on"]) == (2, "21", AFTER)
    assert (items["move_out_planned_on"], items["move_out_notified_on"], items["destination_city"]) == (
        AFTER,
        date(2026, 5, 25),
        "うめ市",
    )
    assert town.rules("domestic_move_out", **{**OUT, "occurred_on": "R8.5.28"}, residents=_all(ids)) == [
        "already-planned",
        "later-event",
    ]


def test_a_move_abroad_names_the_country(town: SmallTown) -> None:
    ids = family(town)
    typed = {
        "occurred_on": "R8.12.1",
        "notified_on": "R8.11.1",
        "residents": _all(ids),
        "destination_country": "フランス",
    }
    town.enter("foreign_move_out", **typed)
    assert town.at(ids[0], date(2026, 12, 1))["struck_reason"] == "22"
    assert "required" in town.rules("foreign_move_out", **{**typed, "destination_country": ""})


def test_a_move_out_filed_too_late_is_recorded_as_authority(town: SmallTown) -> None:
    """4.1.3.0.1: more than 14 days after the move."""
    ids = family(town)
    _, plan = town.check("domestic_move_out", **{**OUT, "notified_on": "R8.6.16"}, residents=_all(ids))
    assert [finding.rule for finding in plan.findings] == ["move-out-as-authority"]
    assert plan.events[0].notified_on is None
    assert "職権" in plan.events[0].notice
    assert "move_out_notified_on" not in plan.events[0].changes[0].items
    assert town.rules("domestic_move_out", **{**OUT, "notified_on": "R8.6.15"}, residents=_all(ids)) == []


def test_the_head_leaves(town: SmallTown) -> None:
    """4.0.4–5: two left ask for 世帯主変更; one left becomes head."""
    father, mother, child = family(town)
    assert town.rules("domestic_move_out", **OUT, residents=_all([father])) == ["head-leaves"]
    assert town.rules("domestic_move_out", **OUT, residents=_all([mother])) == []
    town.enter("domestic_move_out", **OUT, residents=_all([father, child]))
    assert town.at(mother, BEFORE)["relationship"] == "12"
    assert town.household(mother, AFTER) == [(mother, "02")]


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ({"destination_city": ""}, ["required"]),
        ({"notified_on": ""}, ["required"]),
        ({"notified_on": "", "by_authority": "1"}, []),
        ({"occurred_on": "R9.1.1", "notified_on": "R8.11.20"}, []),
        ({"notified_on": "R8.12.1"}, ["move-out-as-authority", "notified-after-today"]),
        ({"residents": []}, ["required"]),
        ({"residents": ["99"]}, ["unknown-resident"]),
    ],
)
def test_what_a_move_out_is_told(town: SmallTown, more: dict[str, Any], rules: list[str]) -> None:
    ids = family(town)
    assert town.rules("domestic_move_out", **{**OUT, "residents": _all(ids), **more}) == rules


# --- 転入通知 ---


def test_an_arrival_is_kept_beside_the_plan(town: SmallTown) -> None:
    """4.1.3.1: confirmed beside planned, nothing overwritten."""
    ids = family(town)
    town.enter("domestic_move_out", **OUT, residents=_all(ids))
    typed = {
        "occurred_on": "R8.6.3",
        "notified_on": "R8.6.8",
        "residents": _all(ids),
        "arrival_city": "うめ市",
        "arrival_block": "3",
    }
    town.enter("move_in_notice", **typed)
    items = town.at(ids[0])
    assert (items["struck_on"], items["move_out_planned_on"], items["move_out_confirmed_on"]) == (
        AFTER,
        AFTER,
        date(2026, 6, 3),
    )
    assert (items["destination_city"], items["arrival_block"], items["move_in_notice_on"]) == (
        "うめ市",
        "3",
        date(2026, 6, 8),
    )
    assert items["struck_reason"] == "21"


def test_an_earlier_arrival_strikes_earlier(town: SmallTown) -> None:
    """1.1.5: the earlier of the planned day and the day of moving in."""
    ids = family(town)
    town.enter("domestic_move_out", **OUT, residents=_all(ids))
    town.enter("move_in_notice", occurred_on="R8.5.28", notified_on="R8.6.8", residents=_all(ids))
    assert town.at(ids[0], date(2026, 5, 27))["resident_status"] == 1
    items = town.at(ids[0], date(2026, 5, 28))
    assert (items["resident_status"], items["struck_reason"], items["struck_on"]) == (2, "21", date(2026, 5, 28))
    assert items["move_out_planned_on"] == AFTER


def test_an_earlier_arrival_of_the_head_makes_the_last_member_head_from_then(town: SmallTown) -> None:
    """1.1.5 with 4.0.4: from the day of arrival the household is without its former head."""
    father, mother, child = family(town)
    town.enter("domestic_move_out", **OUT, residents=_all([father, child]))
    assert town.household(mother, AFTER) == [(mother, "02")]
    town.enter("move_in_notice", occurred_on="R8.5.20", notified_on="R8.6.8", residents=_all([father, child]))
    for day in (date(2026, 5, 20), date(2026, 5, 31), AFTER):
        assert town.household(mother, day) == [(mother, "02")]
        assert town.at(mother, day)["head_name"] == "佐藤　花子"
    assert town.household(mother, date(2026, 5, 19))[0] == (father, "02")
    head_changes = [entry.occurred_on for entry in town.persons[mother].active if entry.kind == "head_change"]
    assert head_changes == [date(2026, 5, 20)]


def test_an_earlier_arrival_of_the_head_asks_where_two_are_left(town: SmallTown) -> None:
    father, *_ = family(town)
    town.enter("domestic_move_out", **OUT, residents=_all([father]))
    typed = {"occurred_on": "R8.5.20", "notified_on": "R8.6.8", "residents": _all([father])}
    assert "head-leaves" in town.rules("move_in_notice", **typed)


def test_an_arrival_of_the_head_who_filed_nothing_asks_for_a_head(town: SmallTown) -> None:
    father, mother, child = family(town)
    typed = {"occurred_on": "R8.6.3", "notified_on": "R8.6.8"}
    assert town.rules("move_in_notice", **typed, residents=_all([father])) == ["head-leaves", "no-move-out"]
    town.enter("move_in_notice", **typed, residents=_all([father, child]))
    assert town.household(mother) == [(mother, "02")]
    assert len([entry for entry in town.persons[mother].entries if entry.kind == "head_change"]) == 1


def test_people_of_one_move_in_notice_are_of_one_household(town: SmallTown) -> None:
    father, *_ = family(town)
    (other,) = town.enter("domestic_move_in", **moving_in(japanese("田中　実")))
    typed = {"occurred_on": "R8.6.3", "notified_on": "R8.6.8", "residents": _all([father, other])}
    assert "households-differ" in town.rules("move_in_notice", **typed)


def test_an_arrival_of_one_who_filed_nothing_strikes_by_authority(town: SmallTown) -> None:
    ids = family(town)
    assert town.rules("move_in_notice", occurred_on="R8.6.3", residents=_all(ids)) == ["no-move-out"]
    town.enter("move_in_notice", occurred_on="R8.6.3", residents=_all(ids))
    assert (town.at(ids[0])["resident_status"], town.at(ids[0])["struck_reason"]) == (2, "26")


def test_an_arrival_of_one_struck_by_authority_is_only_noted(town: SmallTown) -> None:
    ids = family(town)
    town.enter("authority_strike", occurred_on="R8.6.1", residents=_all(ids))
    town.enter("move_in_notice", occurred_on="R8.6.3", notified_on="R8.6.8", residents=_all(ids))
    items = town.at(ids[0])
    assert (items["resident_status"], items["struck_on"], items["move_out_confirmed_on"]) == (
        9,
        AFTER,
        date(2026, 6, 3),
    )
    assert town.rules("move_in_notice", occurred_on="R8.6.3", residents=["99"]) == ["unknown-resident"]


# --- 死亡・失踪・職権消除 ---


@pytest.mark.parametrize(
    ("slug", "status", "reason"), [("death", 3, "23"), ("disappearance", 9, "26"), ("authority_strike", 9, "26")]
)
def test_an_ending(town: SmallTown, slug: str, status: int, reason: str) -> None:
    father, mother, child = family(town)
    town.enter(slug, occurred_on="R8.6.1", notified_on="R8.6.4", residents=[str(mother)])
    items = town.at(mother)
    assert (items["resident_status"], items["struck_reason"], items["struck_on"]) == (status, reason, AFTER)
    assert items["struck_notified_on"] == date(2026, 6, 4)
    assert town.household(father) == [(father, "02"), (child, "20")]
    assert town.rules(slug, occurred_on="R8.7.1", residents=[str(mother)]) == ["already-struck"]
    assert town.rules(slug, occurred_on="R8.7.1", residents=[str(father)]) == []
    assert town.rules(slug, occurred_on="R8.12.1", residents=[str(child)]) == ["occurred-after-today"]


def test_the_day_of_death_may_be_unknown(town: SmallTown) -> None:
    ids = family(town)
    town.enter("death", occurred_on="令和8年6月頃", residents=[str(ids[1])])
    assert town.at(ids[1])["struck_on_note"] == "令和8年6月頃"
    assert town.rules("authority_strike", occurred_on="令和8年6月頃", residents=[str(ids[2])]) == [
        "date-unknown-not-allowed"
    ]


def test_who_dies_before_the_planned_day_does_not_move_out(town: SmallTown) -> None:
    ids = family(town)
    town.enter(
        "domestic_move_out", occurred_on="R9.1.1", notified_on="R8.11.1", destination_city="うめ市", residents=_all(ids)
    )
    assert town.rules("death", occurred_on="R8.11.10", residents=[str(ids[2])]) == ["later-event"]
    town.enter("death", occurred_on="R8.11.10", residents=[str(ids[2])])
    assert town.at(ids[2], date(2027, 2, 1))["resident_status"] == 3
    assert town.at(ids[1], date(2027, 2, 1))["resident_status"] == 2


def test_nobody_is_struck_before_a_return(town: SmallTown) -> None:
    ids = family(town)
    town.enter("domestic_move_out", **OUT, residents=_all(ids))
    typed = moving_in(japanese("佐藤　太郎", resident_id=str(ids[0])), day="R8.9.1")
    town.enter("domestic_move_in", **typed)
    assert "status-changed-since" in town.rules("death", occurred_on="R8.5.1", residents=[str(ids[0])])
