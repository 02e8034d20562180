"""異動の取消し（増・減・修正）と誤記修正 (4.6.0.1, 4.2.3.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.registers.residents.events.small_town import SmallTown, family, foreigner, japanese, moving_in

from yakuba.registers.residents.events.base import Person

OUT = {"occurred_on": "R8.6.1", "notified_on": "R8.5.25", "destination_city": "うめ市"}
AFTER = date(2026, 6, 1)
HEADED_BY_MOTHER = [{"resident_id": "1", "relationship": "夫"}, {"resident_id": "3", "relationship": "子"}]


def _cancel(town: SmallTown, event_id: int, ids: Any, **more: Any) -> None:
    town.enter("cancellation", event_id=str(event_id), residents=[str(each) for each in ids], **more)


def _reasons(town: SmallTown, resident_id: int) -> list[str]:
    return [entry.reason for entry in town.persons[resident_id].entries]


def _states(town: SmallTown) -> dict[int, list[Any]]:
    """The items of everybody over time, without regard to which event said so."""
    days = [date(2026, month, 1) for month in range(3, 12)]
    return {each: [person.at(day) for day in days] for each, person in town.persons.items()}


EVENTS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("domestic_move_out", {**OUT, "residents": ["1", "2", "3"]}, ["09"]),
    ("domestic_move_out", {**OUT, "residents": ["3"]}, ["09"]),
    ("domestic_move_out", {**OUT, "residents": ["1", "3"]}, ["09"]),
    (
        "foreign_move_out",
        {"occurred_on": "R8.12.1", "notified_on": "R8.11.1", "destination_country": "フランス", "residents": ["1"]},
        ["09"],
    ),
    ("death", {"occurred_on": "R8.6.1", "residents": ["1"]}, ["09"]),
    ("authority_strike", {"occurred_on": "R8.6.1", "residents": ["2"]}, ["09"]),
    (
        "move_within",
        {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "town": "西町", "block": "5", "residents": ["1", "2", "3"]},
        ["59"],
    ),
    (
        "move_within",
        {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "town": "西町", "block": "5", "residents": ["1", "3"]},
        ["59"],
    ),
    (
        "household_split",
        {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "residents": ["2", "3"], "new_head_id": "2"},
        ["59"],
    ),
    ("household_split", {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "residents": ["1", "3"]}, ["59"]),
    ("head_change", {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "new_head_id": "2"}, ["59"]),
    (
        "former_name_set",
        {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "residents": ["1"], "former_family_name": "田中"},
        ["59"],
    ),
    ("name_change", {"occurred_on": "R8.6.1", "residents": ["1"], "name": "鈴木　太郎"}, ["59"]),
    ("authority_correction", {"occurred_on": "R8.6.1", "residents": ["1"], "remarks": "備考"}, ["59"]),
    ("resident_code_change", {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "residents": ["1"]}, ["59"]),
    ("nationality_loss", {"occurred_on": "R8.6.1", "residents": ["1"], "name": "SATO TARO"}, ["28", "09"]),
    ("nationality_loss", {"occurred_on": "R8.6.1", "residents": ["2"], "name": "SATO HANAKO"}, ["28", "09"]),
    ("remaking", {"occurred_on": "R8.6.1", "residents": ["1"]}, ["28", "09"]),
    ("reproduction", {"occurred_on": "R8.6.1", "residents": ["1"]}, ["28"]),
]


@pytest.mark.parametrize(("slug", "typed", "reasons"), EVENTS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_cancelled_event_leaves_everything_as_it_was(
    town: SmallTown, slug: str, typed: dict[str, Any], reasons: list[str]
) -> None:
    family(town)
    before = _states(town)
    who = town.enter(slug, **typed)[0]
    event_id = next(entry.event_id for entry in town.persons[who].entries[1:] if entry.kind == slug)
    count = {each: len(person.entries) for each, person in town.persons.items()}
    _cancel(town, event_id, [who], whole_event="1")
    assert _states(town) == before
    assert _reasons(town, who)[-len(reasons) :] == reasons
    assert all(len(person.entries) >= count[each] for each, person in town.persons.items())


def test_a_cancelled_naturalization_gives_the_foreign_record_back(town: SmallTown) -> None:
    head, _ = town.enter("foreign_move_in", **moving_in(foreigner("NGUYEN AN"), foreigner("NGUYEN BAO", "子")))
    before = _states(town)
    town.enter(
        "naturalization",
        occurred_on="R8.6.1",
        residents=[str(head)],
        name="安田　安",
        honseki_city="さくら市",
        koseki_head="安田　安",
    )
    for event_id in (town.last_event(head), town.last_event(head) - 1):
        assert town.rules("cancellation", event_id=str(event_id), residents=[str(head)]) == []
    _cancel(town, town.last_event(head), [head])
    assert _states(town) == before


# --- 減 ---


def test_who_never_came_is_struck_from_the_first_day(town: SmallTown) -> None:
    ids = family(town)
    _cancel(town, town.last_event(ids[0]), ids, notified_on="R8.6.10")
    items = town.at(ids[0], date(2026, 4, 1))
    assert (items["resident_status"], items["struck_reason"], items["struck_on"]) == (9, "28", date(2026, 4, 1))
    assert (items["name"], items["struck_notified_on"]) == ("佐藤　太郎", date(2026, 6, 10))
    assert not any(town.persons[ids[0]].is_resident(piece.valid_from) for piece in town.persons[ids[0]].slices)
    assert _reasons(town, ids[0]) == ["01", "28"]
    assert town.rules("cancellation", event_id="1", residents=[str(ids[0])]) == ["already-voided"]


def test_a_cancelled_birth_leaves_the_family(town: SmallTown) -> None:
    father, mother, child = family(town)
    baby = {"resident_kind": "1", "name": "佐藤　次郎", "sex": "1", "relationship": "子"}
    (born,) = town.enter("birth", occurred_on="R8.10.1", parent_id=str(mother), people=[baby])
    _cancel(town, town.last_event(born), [born])
    assert [each for each, _ in town.household(father)] == [father, mother, child]
    assert town.at(born)["resident_status"] == 9


def test_a_child_born_since_is_not_forgotten(town: SmallTown) -> None:
    ids = family(town)
    baby = {"resident_kind": "1", "name": "佐藤　次郎", "sex": "1", "relationship": "子"}
    town.enter("birth", occurred_on="R8.10.1", parent_id=str(ids[1]), people=[baby])
    assert town.rules("cancellation", event_id="1", residents=[str(each) for each in ids]) == [
        "head-leaves",
        "later-event",
    ]


def test_the_head_who_never_came(town: SmallTown) -> None:
    father, mother, child = family(town)
    assert town.rules("cancellation", event_id="1", residents=[str(father)]) == ["head-leaves"]
    _cancel(town, 1, [father, mother])
    assert town.household(child) == [(child, "02")]


# --- 増・修正: where they come back to ---


def test_back_to_the_former_household_under_its_new_head(town: SmallTown) -> None:
    father, mother, child = family(town)
    town.enter("domestic_move_out", **OUT, residents=[str(child)])
    event_id = town.last_event(child)
    town.enter("head_change", occurred_on="R8.7.1", notified_on="R8.7.1", new_head_id=str(mother))
    typed = {"event_id": str(event_id), "residents": [str(child)]}
    assert town.rules("cancellation", **typed) == ["relationship-open"]
    _cancel(town, event_id, [child], people=[{"resident_id": str(child), "relationship": "子"}])
    assert town.household(child) == [(mother, "02"), (father, "11"), (child, "20")]
    assert town.at(child)["head_name"] == "佐藤　花子"


@pytest.mark.parametrize("left", ["domestic_move_out", "move_within"])
def test_a_household_of_their_own_where_the_former_has_left(town: SmallTown, left: str) -> None:
    """4.6: if that household left entirely, to a new household at the old address."""
    father, mother, child = family(town)
    household = town.at(child)["household_id"]
    town.enter("domestic_move_out", **OUT, residents=[str(child)])
    event_id = town.last_event(child)
    more = {"destination_city": "うめ市"} if left == "domestic_move_out" else {"town": "西町", "block": "5"}
    town.enter(left, occurred_on="R8.7.1", notified_on="R8.7.1", residents=[str(father), str(mother)], **more)
    _cancel(town, event_id, [child])
    assert town.at(child)["household_id"] != household
    assert (town.at(child)["relationship"], town.at(child)["head_name"]) == ("02", "佐藤　一郎")
    assert (town.at(child)["town"], town.at(child)["block"]) == ("本町一丁目", "1-1")
    assert town.household(child) == [(child, "02")]


def test_a_planned_move_out_is_in_force_again_when_the_death_is_cancelled(town: SmallTown) -> None:
    ids = [str(each) for each in family(town)]
    town.enter(
        "domestic_move_out", occurred_on="R9.1.1", notified_on="R8.11.1", destination_city="うめ市", residents=ids
    )
    before = _states(town), town.at(3, date(2027, 2, 1))
    town.enter("death", occurred_on="R8.11.10", residents=["3"])
    _cancel(town, town.last_event(3), [3])
    assert (_states(town), town.at(3, date(2027, 2, 1))) == before


def test_a_planned_move_out_is_in_force_again_when_the_death_was_corrected_before(town: SmallTown) -> None:
    """4.2.3.3: the correction voids the death, and the death the 転出."""
    ids = [str(each) for each in family(town)]
    town.enter(
        "domestic_move_out", occurred_on="R9.1.1", notified_on="R8.11.1", destination_city="うめ市", residents=ids
    )
    before = _states(town), town.at(3, date(2027, 2, 1))
    town.enter("death", occurred_on="R8.11.10", residents=["3"])
    for day in ("R8.11.11", "R8.11.12"):
        town.enter("error_correction", event_id=str(town.last_event(3)), residents=["3"], occurred_on=day)
    _cancel(town, town.last_event(3), [3])
    assert (_states(town), town.at(3, date(2027, 2, 1))) == before


@pytest.mark.parametrize("leaving", [["1"], ["1", "3"], ["1", "2", "3"]])
def test_a_move_out_is_cancelled_whole_after_an_earlier_arrival(town: SmallTown, leaving: list[str]) -> None:
    """The 世帯主変更 that was entered anew for the day of arrival goes with it."""
    family(town)
    before = _states(town)
    town.enter("domestic_move_out", **OUT, residents=leaving)
    town.enter("move_in_notice", occurred_on="R8.5.20", notified_on="R8.6.8", residents=leaving)
    _cancel(town, town.last_event(1), leaving)
    assert _states(town) == before


def test_a_move_is_corrected_twice_and_then_cancelled(town: SmallTown) -> None:
    family(town)
    before = _states(town)
    move = {"occurred_on": "R8.6.1", "notified_on": "R8.6.1", "town": "西町", "block": "5"}
    town.enter("move_within", **move, residents=["2", "3"], new_head_id="2")
    for block in ("6", "7"):
        town.enter("error_correction", event_id=str(town.last_event(2)), residents=["2", "3"], block=block)
    assert (town.at(3)["block"], town.at(3)["previous_block"]) == ("7", "1-1")
    _cancel(town, town.last_event(2), ["2", "3"])
    assert _states(town) == before


def test_a_new_head_who_was_corrected_along_falls_with_the_departure(town: SmallTown) -> None:
    family(town)
    before = _states(town)
    town.enter("domestic_move_out", **OUT, residents=["1", "3"])
    town.enter("error_correction", event_id=str(town.last_event(1)), residents=["1", "3"], occurred_on="R8.6.3")
    assert town.household(2, date(2026, 6, 3)) == [(2, "02")]
    typed = {"event_id": str(town.last_event(2)), "residents": ["2"]}
    assert town.rules("cancellation", **typed) == ["follows-another"]
    _cancel(town, town.last_event(1), ["1", "3"])
    assert _states(town) == before


def test_the_last_member_stays_head_while_the_former_head_is_away(town: SmallTown) -> None:
    father, mother, child = family(town)
    town.enter("domestic_move_out", **OUT, residents=[str(father), str(child)])
    _cancel(
        town,
        town.persons[child].entries[-1].event_id,
        [child],
        people=[{"resident_id": str(child), "relationship": "子"}],
    )
    assert town.household(child) == [(mother, "02"), (child, "20")]


def test_a_household_without_a_head_is_as_it_was(town: SmallTown) -> None:
    """The head had left before, the second one follows, the last becomes head by authority: all of it is undone."""
    father, mother, _ = family(town)
    town.enter("domestic_move_out", **OUT, residents=[str(father)])
    before = _states(town)
    town.enter("death", occurred_on="R8.7.1", residents=[str(mother)])
    _cancel(town, town.last_event(mother), [mother])
    assert _states(town) == before


def test_what_followed_falls_only_with_what_it_followed(town: SmallTown) -> None:
    father, mother, child = family(town)
    town.enter("domestic_move_out", **OUT, residents=[str(father), str(child)])
    followed = {"event_id": str(town.last_event(mother)), "residents": [str(mother)]}
    assert town.rules("cancellation", **followed) == ["follows-another"]


def test_a_move_in_notice_is_no_reason_to_ask(town: SmallTown) -> None:
    """1.18: an alert on cancelling after 転入通知 must not be built."""
    ids = [str(each) for each in family(town)]
    town.enter("domestic_move_out", **OUT, residents=ids)
    event_id = str(town.last_event(1))
    town.enter("move_in_notice", occurred_on="R8.6.3", notified_on="R8.6.8", residents=ids)
    assert town.rules("cancellation", event_id=event_id, residents=ids) == []


def test_what_a_cancellation_is_told(town: SmallTown) -> None:
    family(town)
    town.enter("domestic_move_in", **moving_in(japanese("別の　世帯"), block="7"))
    assert town.rules("cancellation", event_id="1", residents=["99"]) == ["unknown-resident"]
    assert town.rules("cancellation", event_id="1", residents=["4"]) == ["event-not-of-person"]
    assert town.rules("cancellation", residents=["1"]) == ["required"]
    town.enter("remarks_correction", occurred_on="R8.5.1", residents=["1"], remarks="備考")
    remarks = str(town.last_event(1))
    assert "later-event" in town.rules("cancellation", event_id="1", residents=["1", "2", "3"])
    town.enter("domestic_move_out", **OUT, residents=["1", "2", "3"])
    assert town.rules("cancellation", event_id="1", residents=["1", "2", "3"]) == ["status-changed-since"]
    assert town.rules("cancellation", event_id=remarks, residents=["1"]) == ["later-event"]
    assert town.rules("cancellation", event_id=remarks, residents=["1"], notified_on="R8.12.1") == [
        "later-event",
        "notified-after-today",
    ]
    out = town.last_event(1)
    _cancel(town, out, ["1"], whole_event="1")
    assert town.rules("cancellation", event_id=str(out), residents=["1"]) == ["already-voided"]
    assert town.rules("cancellation", event_id=str(town.last_event(1)), residents=["1"]) == [
        "cancellation-not-cancellable"
    ]
    assert town.rules("error_correction", event_id=str(out), residents=["1"]) == ["already-voided"]


# --- 誤記修正 ---


def test_a_wrong_day_is_corrected_with_the_dates_that_follow_it(town: SmallTown) -> None:
    ids = [str(each) for each in family(town)]
    town.enter("error_correction", event_id="1", residents=ids, occurred_on="R8.4.3")
    person = town.persons[1]
    assert person.at(date(2026, 4, 2)) == {}
    items = person.at(date(2026, 4, 3))
    assert items["became_resident_on"] == items["address_since"] == items["entered_on"] == date(2026, 4, 3)
    assert (items["entry_reason"], items["resident_status"], items["name"]) == ("01", 1, "佐藤　太郎")
    assert _reasons(town, 1) == ["01", "44"]
    as_known_before = Person(1, person.addressee_number, person.entries[:1])
    assert as_known_before.at(date(2026, 4, 2))["became_resident_on"] == date(2026, 4, 1)


def test_a_wrong_item_is_corrected_from_the_first_day(town: SmallTown) -> None:
    family(town)
    town.enter("error_correction", event_id="1", residents=["1"], name="佐藤　太朗", koseki_head="佐藤　太朗")
    first = town.at(1, date(2026, 4, 1))
    assert (first["name"], first["given_name"]) == ("佐藤　太朗", "太朗")
    assert town.at(2)["head_name"] == "佐藤　太朗"
    assert town.rules("error_correction", event_id="1", residents=["2"]) == ["later-event", "nothing-changes"]


def test_an_item_that_should_have_been_blank(town: SmallTown) -> None:
    (person,) = town.enter("domestic_move_in", **moving_in(japanese("森　一"), building="誤りの棟"))
    town.enter("error_correction", event_id="1", residents=[str(person)], cleared_items="住所_方書")
    assert "building" not in town.at(person)


def test_a_moved_day_takes_the_new_head_along(town: SmallTown) -> None:
    _, mother, _ = family(town)
    town.enter("domestic_move_out", **OUT, residents=["1", "3"])
    town.enter("error_correction", event_id="2", residents=["1", "3"], occurred_on="R8.6.10")
    assert town.household(mother, date(2026, 6, 9)) == [(1, "02"), (2, "12"), (3, "20")]
    assert town.household(mother, date(2026, 6, 10)) == [(2, "02")]
    assert town.at(1)["move_out_planned_on"] == town.at(1)["struck_on"] == date(2026, 6, 10)


@pytest.mark.parametrize("half", [0, 1])
def test_both_halves_of_a_naturalization_move(town: SmallTown, half: int) -> None:
    (person,) = town.enter("foreign_move_in", **moving_in(foreigner("NGUYEN AN")))
    town.enter(
        "naturalization",
        occurred_on="R8.6.1",
        residents=[str(person)],
        name="安田　安",
        honseki_city="さくら市",
        koseki_head="安田　安",
    )
    town.enter(
        "error_correction", event_id=str(town.last_event(person) - half), residents=[str(person)], occurred_on="R8.6.9"
    )
    assert town.at(person, date(2026, 6, 8))["resident_kind"] == 2
    items = town.at(person, date(2026, 6, 9))
    assert (items["resident_kind"], items["resident_status"]) == (1, 1)
    assert "struck_reason" not in items


def test_a_corrected_event_can_be_cancelled_as_what_it_was(town: SmallTown) -> None:
    ids = family(town)
    before = _states(town)
    town.enter("domestic_move_out", **OUT, residents=["1", "2", "3"])
    town.enter("error_correction", event_id="2", residents=["1", "2", "3"], destination_city="たけ市")
    assert town.at(1)["destination_city"] == "たけ市"
    _cancel(town, town.last_event(1), ids)
    assert _reasons(town, 1)[-1] == "09"
    assert _states(town) == before


@pytest.mark.parametrize(
    ("event", "more", "rules"),
    [
        ("1", {"occurred_on": "R8.12.1"}, ["occurred-after-today", "only-some-corrected", "status-changed-since"]),
        ("2", {"occurred_on": "R8.3.1"}, ["before-first-record"]),
        ("2", {"occurred_on": "R9.3.1"}, []),
        ("1", {"occurred_on": "R8.4.3"}, ["only-some-corrected", "status-changed-since"]),
        ("2", {}, ["nothing-changes"]),
        ("2", {"nationality": "ベトナム"}, ["item-not-for-kind"]),
        ("2", {"notified_on": "R8.12.1", "destination_city": "たけ市"}, ["notified-after-today"]),
        ("3", {"remarks": "備考"}, ["event-not-of-person"]),
    ],
)
def test_what_an_error_correction_is_told(town: SmallTown, event: str, more: dict[str, Any], rules: list[str]) -> None:
    family(town)
    town.enter("domestic_move_out", **OUT, residents=["2"])
    assert town.rules("error_correction", event_id=event, residents=["2"], **more) == rules


@pytest.mark.parametrize(
    ("slug", "typed"),
    [
        ("name_change", {"residents": ["1"], "name": "佐藤　改"}),
        ("head_change", {"residents": ["1"], "new_head_id": "2", "people": HEADED_BY_MOTHER}),
        ("death", {"residents": ["1"]}),
    ],
)
def test_undoing_what_made_the_head_asks_about_who_came_later(slug: str, typed: dict[str, Any]) -> None:
    """A child born meanwhile has the head's name of then, which no cancellation changes by itself."""
    town = SmallTown()
    family(town)
    town.enter(slug, occurred_on="R8.5.1", notified_on="R8.5.1", **typed)
    event = str(town.last_event(1))
    asked = {"event_id": event, "residents": ["1"], "whole_event": "1"}
    assert "later-event" not in town.rules("cancellation", **asked)
    baby = {
        "resident_kind": "1", "name": "佐藤　新", "sex": "1", "relationship": "子", "honseki_city": "なし", "koseki_head": "なし",
    }  # fmt: skip
    town.enter("birth", occurred_on="R8.6.1", notified_on="R8.6.5", parent_id="2", people=[baby])
    assert "later-event" in town.rules("cancellation", **asked)
