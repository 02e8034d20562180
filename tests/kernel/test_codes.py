from __future__ import annotations

from typing import get_args

import pytest

from yakuba.kernel.codes import (
    Article3045Category,
    EntryClass,
    ListName,
    ProtectionKind,
    Reason,
    ResidentKind,
    ResidentStatus,
    Sex,
    code_finding,
    codes,
    is_stay_code,
    reason_for_kind_finding,
    residence_statuses,
)


@pytest.mark.parametrize(
    ("list_name", "enum"),
    [
        ("sexes", Sex),
        ("resident_kinds", ResidentKind),
        ("resident_statuses", ResidentStatus),
        ("article_30_45_categories", Article3045Category),
        ("protection_kinds", ProtectionKind),
        ("event_reasons", Reason),
    ],
)
def test_enums_and_lists_say_the_same(list_name: ListName, enum: type[Sex]) -> None:
    assert [(entry.code, entry.slug) for entry in codes(list_name).values()] == [
        (str(member.value), member.name.lower()) for member in enum
    ]


@pytest.mark.parametrize("list_name", get_args(ListName))
def test_terms_and_slugs_are_unique(list_name: ListName) -> None:
    """改製 is the one term that stands twice, once as 記載 and once as 消除."""
    table = codes(list_name).values()
    assert len({entry.slug for entry in table}) == len(table)
    assert len({(entry.term, entry.traits.get("entry_class")) for entry in table}) == len(table)


def test_reasons_know_their_class_and_kind() -> None:
    assert Reason("01").term == "国内転入"
    assert Reason.DEATH.entry_class is EntryClass.STRIKING
    assert Reason.DEATH.entry_class.term == "消除"
    assert Reason.MOVE_WITHIN.entry_class is EntryClass.CORRECTION
    assert reason_for_kind_finding(Reason.DEATH, ResidentKind.FOREIGN) is None
    finding = reason_for_kind_finding(Reason.STRIKING_BY_NATURALIZATION, ResidentKind.JAPANESE, where="3行目")
    assert finding is not None
    assert "日本人住民" in finding.message


def test_the_unconfirmed_pair_is_a_setting() -> None:
    assert [entry.code for entry in residence_statuses().values() if not entry.confirmed] == ["T60", "X14"]
    assert residence_statuses(swapped=True)["T60"].term == "永住者"
    assert residence_statuses(swapped=True)["X14"].term == "特別永住者"


def test_an_unknown_code_is_told_with_the_choices() -> None:
    assert code_finding("sexes", "1", label="性別") is None
    finding = code_finding("sexes", "3", label="性別", item="sex", where="3行目")
    assert finding is not None
    assert finding.rule == "code-unknown"
    assert "1 男" in finding.remedy


def test_stay_codes() -> None:
    assert is_stay_code("years", "05")
    assert not is_stay_code("years", "06")
    assert is_stay_code("days", "365")
    assert not is_stay_code("days", "30")
    assert not is_stay_code("months", "１１")
