"""世帯の異動 (4.1.4, 5.2)."""

from __future__ import annotations

import pytest
from tests.registers.residents.events.small_town import SmallTown, family, japanese, moving_in

NOTICE = {"occurred_on": "R8.6.1", "notified_on": "R8.6.5"}


def _other_household(town: SmallTown) -> int:
    (aunt,) = town.enter("domestic_move_in", **moving_in(japanese("佐藤　桃", sex="2")))
    return aunt


def test_another_head(town: SmallTown) -> None:
    father, mother, child = family(town)
    town.enter("head_change", **NOTICE, new_head_id=str(mother))
    assert town.household(mother) == [(mother, "02"), (father, "11"), (child, "20")]
    assert {town.at(each)["head_name"] for each in (father, mother, child)} == {"佐藤　花子"}
    assert town.rules("head_change", **NOTICE, new_head_id=str(mother)) == ["already-head"]


def test_what_cannot_be_derived_must_be_typed(town: SmallTown) -> None:
    """4.1.4.2 gives no algorithm: the proposals are an aid."""
    people = [japanese("林　主"), japanese("林　縁", "縁故者"), japanese("林　同", "同居人", sex="2")]
    head, kin, lodger = town.enter("domestic_move_in", **moving_in(*people))
    assert town.rules("head_change", **NOTICE, new_head_id=str(kin)) == ["relationship-open"]
    rows = [
        {"resident_id": str(head), "relationship": "縁故者"},
        {"resident_id": str(lodger), "relationship": "同居人"},
    ]
    town.enter("head_change", **NOTICE, new_head_id=str(kin), people=rows)
    assert town.household(head) == [(kin, "02"), (head, "96"), (lodger, "99")]
    twice = [{"resident_id": str(head), "relationship": "世帯主"}, rows[1]]
    assert "two-heads" in town.rules(
        "head_change", **{**NOTICE, "occurred_on": "R8.6.2"}, new_head_id=str(lodger), people=twice
    )


def test_a_split_keeps_the_address(town: SmallTown) -> None:
    father, mother, child = family(town)
    town.enter("household_split", **NOTICE, residents=[str(mother), str(child)], new_head_id=str(mother))
    assert town.household(mother) == [(mother, "02"), (child, "20")]
    assert town.household(father) == [(father, "02")]
    assert town.at(mother)["block"] == town.at(father)["block"]
    assert town.at(mother)["address_since"] == town.at(father)["address_since"]


def test_what_a_split_is_told(town: SmallTown) -> None:
    father, mother, child = map(str, family(town))
    assert town.rules("household_split", **NOTICE, residents=[father, mother, child]) == ["whole-household"]
    assert town.rules("household_split", **NOTICE, residents=[mother, child]) == ["required"]
    assert town.rules("household_split", **NOTICE, residents=[mother], new_head_id=child) == ["head-not-among"]
    assert town.rules("household_split", **NOTICE, residents=[father]) == ["head-leaves"]
    late = {**NOTICE, "notified_on": "R8.6.16"}
    assert town.rules("household_split", **late, residents=[mother]) == ["notice-late"]


def test_a_merge_brings_everybody(town: SmallTown) -> None:
    ids = family(town)
    aunt = _other_household(town)
    target = str(town.at(aunt)["household_id"])
    relations = ["弟", "弟の妻", "弟の子"]
    rows = [{"resident_id": str(each), "relationship": relation} for each, relation in zip(ids, relations, strict=True)]
    town.enter("household_merge", **NOTICE, residents=[str(ids[0])], household_id=target, people=rows)
    assert {each for each, _ in town.household(aunt)} == {aunt, *ids}
    assert town.household(aunt)[0] == (aunt, "02")
    assert town.at(ids[2])["head_name"] == "佐藤　桃"


@pytest.mark.parametrize("slug", ["household_merge", "household_change"])
def test_what_joining_is_told(town: SmallTown, slug: str) -> None:
    father, mother, _ = map(str, family(town))
    aunt = _other_household(town)
    here, there = str(town.at(int(father))["household_id"]), str(town.at(aunt)["household_id"])
    typed = {**NOTICE, "residents": [mother], "household_id": there}
    assert "relationship-open" in town.rules(slug, **typed)
    assert "same-household" in town.rules(slug, **{**typed, "household_id": here})
    assert "empty-household" in town.rules(slug, **{**typed, "household_id": "999"})
    town.enter("move_within", **NOTICE, town="西町", block="5", residents=[str(aunt)])
    assert "address-differs" in town.rules(slug, **typed)
    assert "two-heads" in town.rules(slug, **typed, people=[{"resident_id": mother, "relationship": "世帯主"}])


def test_one_changes_household(town: SmallTown) -> None:
    father, _, child = family(town)
    aunt = _other_household(town)
    rows = [{"resident_id": str(child), "relationship": "弟の子"}]
    town.enter(
        "household_change",
        **NOTICE,
        residents=[str(child)],
        household_id=str(town.at(aunt)["household_id"]),
        people=rows,
    )
    assert town.household(aunt) == [(aunt, "02"), (child, "7420")]
    assert child not in dict(town.household(father))


def test_the_order_of_members(town: SmallTown) -> None:
    """5.2: by hand, or back to that of the standard; a new head leaves an order made by hand as it is."""
    father, mother, child = family(town)
    rows = [{"resident_id": str(child), "listing_order": "2"}, {"resident_id": str(father), "listing_order": "1"}]
    typed = {"occurred_on": "R8.6.1", "residents": [str(father)]}
    assert town.rules("member_order", **typed) == ["nothing-changes"]
    town.enter("member_order", **typed, people=rows)
    assert [each for each, _ in town.household(father)] == [father, child, mother]
    town.enter("head_change", occurred_on="R8.6.2", notified_on="R8.6.2", new_head_id=str(mother))
    assert [each for each, _ in town.household(father)] == [mother, father, child]
    town.enter("head_change", occurred_on="R8.6.3", notified_on="R8.6.3", new_head_id=str(father))
    town.enter("member_order", occurred_on="R8.6.4", residents=[str(father)], people=rows)
    town.enter("head_change", occurred_on="R8.6.5", notified_on="R8.6.5", new_head_id=str(mother))
    assert [each for each, _ in town.household(father)] == [mother, father, child]
    assert "order-form" in town.rules(
        "member_order", **typed, people=[{"resident_id": str(child), "listing_order": "二"}]
    )
    first = [{"resident_id": str(child), "listing_order": "1"}]
    assert "head-not-first" in town.rules("member_order", **typed, people=first)
