from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.findings import Severity
from yakuba.kernel.names import (
    display_name,
    former_family_name_findings,
    furigana_finding,
    join_name,
    name_findings,
    roman_name_finding,
    split_name,
)

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "samples" / "residents.csv"
PARTS = st.text(st.sampled_from("佐藤太郎辻\U000e0102"), min_size=1, max_size=5)


@given(PARTS, PARTS)
def test_a_name_splits_as_it_was_joined(family: str, given_name: str) -> None:
    assert split_name(join_name(family, given_name)) == (family, given_name)


@pytest.mark.parametrize("furigana", ["サトウ　タロウ", "ヴィオラ", "ヱビス　ヰチロー", "シヨウ", "ショウ"])
def test_good_furigana(furigana: str) -> None:
    assert furigana_finding(furigana) is None


@pytest.mark.parametrize(
    "furigana", ["さとう", "ｻﾄｳ", "サトウ タロウ", "サトウ　", "佐藤", "サトウ・タロウ", "SATO", "", "サト－"]
)
def test_furigana_is_full_width_katakana(furigana: str) -> None:
    finding = furigana_finding(furigana, where="3行目")
    assert finding is not None
    assert (finding.rule, finding.item, finding.where) == ("furigana-form", "name_furigana", "3行目")


def test_furigana_is_parted_as_the_name_is() -> None:
    assert furigana_finding("サトウ　タロウ", name="佐藤　太郎") is None
    finding = furigana_finding("サトウタロウ", name="佐藤　太郎")
    assert finding is not None
    assert finding.rule == "furigana-parts"


def test_names_in_two_parts_pass_and_others_ask() -> None:
    assert name_findings("辻\U000e0102　太郎") == []
    (asks,) = name_findings("佐藤太郎")
    assert asks.severity is Severity.ALERT
    (stops,) = name_findings("佐藤　太郎　")
    assert (stops.rule, stops.severity) == ("name-spacing", Severity.ERROR)


def test_a_former_family_name_is_a_family_name_alone() -> None:
    assert former_family_name_findings("齋藤") == []
    assert [finding.rule for finding in former_family_name_findings("齋藤　花子")] == ["former-family-name-spacing"]


@pytest.mark.parametrize(
    ("name", "good"), [("SILVA JOAO PEDRO", True), ("O'BRIEN-SMITH J.", True), ("Silva", False), ("LI  WEI", False)]
)
def test_roman_names_are_written_as_on_the_card(name: str, good: bool) -> None:
    assert (roman_name_finding(name) is None) == good


@pytest.mark.parametrize(
    ("priority", "shown"),
    [
        ("01", "李　伟"),
        ("02", "LI WEI"),
        ("03", "李　伟（LI WEI）"),
        ("04", "LI WEI（李　伟）"),
        ("08", "LI WEI（李　伟）（森　一）"),
        ("09", "森　一"),
        ("11", "森　一（LI WEI）"),
        ("", "LI WEI"),
    ],
)
def test_the_order_of_a_foreign_residents_names(priority: str, shown: str) -> None:
    assert display_name(priority, name="LI WEI", kanji_name="李　伟", roman_name="LI WEI", alias="森　一") == shown


def test_a_name_that_is_missing_is_left_out() -> None:
    assert display_name("12", name="LI WEI", roman_name="LI WEI") == "LI WEI"
    assert display_name("01", name="佐藤　太郎") == "佐藤　太郎"


def test_the_names_of_the_sample_town_pass() -> None:
    if not SAMPLE.exists():
        pytest.skip("the sample town is not beside the checkout")
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["住民種別"] == "1":
                assert name_findings(row["氏名"]) == []
                assert furigana_finding(row["氏名_フリガナ"], name=row["氏名"]) is None
            else:
                assert roman_name_finding(row["氏名_外国人ローマ字"]) is None
