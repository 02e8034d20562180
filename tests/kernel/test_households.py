from __future__ import annotations

import random
from datetime import date

import pytest

from yakuba.kernel.findings import Finding
from yakuba.kernel.households import FEMALE, MALE, Member, member_order, recompute_for_new_head
from yakuba.kernel.relationships import Relationship, from_text


def person(number: int, text: str, born: int, sex: int = 0, koseki: str = "", *, koseki_head: bool = False) -> Member:
    relationship = from_text(text)
    assert not isinstance(relationship, Finding), text
    return Member(number, relationship, date(born, 1, 1), f"{number:015d}", sex, koseki_head, koseki)


# A household in the order of 住民記録 5.2: each rank of its table has its members here.
THREE_GENERATIONS = [
    person(1, "世帯主", 1955, MALE),
    person(2, "妻", 1957, FEMALE),
    person(3, "子", 1990, FEMALE),
    person(4, "子", 1982, MALE, "a"),
    person(5, "子の妻", 1984, FEMALE, "a"),
    person(6, "子の子", 2010, MALE, "a"),
    person(7, "子の子", 2012, FEMALE, "a"),
    person(8, "子", 1985, FEMALE, "b"),
    person(9, "子の夫", 1980, MALE, "b"),
    person(10, "子の子", 2009, MALE, "b"),
    person(11, "母", 1930, FEMALE, koseki_head=True),
    person(12, "父", 1928, MALE),
    person(13, "兄", 1950, MALE),
    person(14, "妹", 1960, FEMALE),
    person(15, "父の母", 1905, FEMALE),
    person(16, "妻の父", 1932, MALE),
    person(17, "妻の妹", 1961, FEMALE),
    person(18, "兄の子", 1978, MALE),
    person(19, "縁故者", 1940),
    person(20, "同居人", 1939),
    person(21, "同居人の子", 1990),
]


@pytest.mark.parametrize("seed", range(5))
def test_order_of_a_large_household(seed: int) -> None:
    shuffled = THREE_GENERATIONS[:]
    random.Random(seed).shuffle(shuffled)
    assert [member.id for member in member_order(shuffled)] == list(range(1, 22))


def test_ties_go_by_birth_date_then_addressee_number() -> None:
    twins = [person(3, "子", 1990), person(2, "子", 1990), person(4, "子", 1989), person(1, "世帯主", 1960)]
    assert [member.id for member in member_order(twins)] == [1, 4, 2, 3]


def test_a_grandchild_follows_the_only_child_without_any_koseki() -> None:
    home = [person(3, "子の子", 2015), person(2, "子", 1990), person(1, "世帯主", 1960)]
    assert [member.id for member in member_order(home)] == [1, 2, 3]


def proposals(members: list[Member], new_head: int) -> dict[int, str | None]:
    return {
        number: relationship.text if relationship else None
        for number, relationship in recompute_for_new_head(members, new_head).items()
    }


def test_the_wife_becomes_head() -> None:
    home = [
        person(1, "世帯主", 1955, MALE),
        person(2, "妻", 1957, FEMALE),
        person(3, "子", 1982, MALE),
        person(4, "子の妻", 1984, FEMALE),
        person(5, "母", 1930, FEMALE),
        person(6, "妻の父", 1932, MALE),
        person(7, "妻の子", 1979, FEMALE),
        person(8, "同居人", 1990),
    ]
    assert proposals(home, 2) == {
        1: "夫", 2: "世帯主", 3: "子", 4: "子の妻", 5: "夫の母", 6: "父", 7: "子", 8: None,
    }  # fmt: skip


def test_a_child_becomes_head() -> None:
    home = [
        person(1, "世帯主", 1955, MALE),
        person(2, "妻", 1957, FEMALE),
        person(3, "子", 1982, MALE, "a"),
        person(4, "子の妻", 1984, FEMALE, "a"),
        person(5, "子の子", 2010, FEMALE, "a"),
        person(6, "子", 1990, FEMALE),
        person(7, "母", 1930, FEMALE),
        person(8, "妻の子", 1979, FEMALE),
        person(9, "妻の母", 1931, FEMALE),
    ]
    assert proposals(home, 3) == {
        1: "父", 2: "母", 3: "世帯主", 4: "妻", 5: "子", 6: "妹", 7: "父の母", 8: None, 9: "母の母",
    }  # fmt: skip


def test_a_parent_and_a_brother_become_head() -> None:
    home = [
        person(1, "世帯主", 1980, FEMALE),
        person(2, "夫", 1979, MALE),
        person(3, "子", 2010, MALE),
        person(4, "父", 1950, MALE),
        person(5, "母", 1952, FEMALE),
        person(6, "弟", 1985, MALE),
    ]
    assert proposals(home, 4) == {1: "子", 2: "子の夫", 3: "子の子", 4: "世帯主", 5: "妻", 6: "子"}
    assert proposals(home, 6) == {1: "姉", 2: "姉の夫", 3: "姉の子", 4: "父", 5: "母", 6: "世帯主"}


def test_an_unregistered_partner_is_no_parent_of_the_child() -> None:
    home = [person(1, "世帯主", 1980, MALE), person(2, "妻（未届）", 1981, FEMALE), person(3, "子", 2010, MALE)]
    assert proposals(home, 2) == {1: "夫（未届）", 2: "世帯主", 3: "夫（未届）の子"}


def test_the_clerk_chooses_when_sex_or_kinship_does_not_tell() -> None:
    home = [person(1, "世帯主", 1955), person(2, "子", 1980, MALE), person(3, "同居人", 1990)]
    assert proposals(home, 2) == {1: None, 2: "世帯主", 3: None}
    assert proposals(home, 3) == {1: None, 2: None, 3: "世帯主"}


def test_one_head_whoever_is_chosen() -> None:
    for member in THREE_GENERATIONS[1:]:
        heads = [
            number
            for number, found in recompute_for_new_head(THREE_GENERATIONS, member.id).items()
            if found == Relationship(("02",))
        ]
        assert heads == [member.id]
