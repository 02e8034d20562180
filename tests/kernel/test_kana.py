from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.kana import given_kana_key, kana_key, kana_keys

with (Path(__file__).parent / "cases_kana.csv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines))
READINGS = st.text(st.characters(min_codepoint=ord("ァ"), max_codepoint=ord("ン")), max_size=12)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['one']}={case['other']}" for case in CASES])
def test_readings_that_are_searched_as_one(case: dict[str, str]) -> None:
    assert kana_key(case["one"]) == kana_key(case["other"]), case["source"]


@pytest.mark.parametrize(
    ("one", "other"), [("サトウ", "カトウ"), ("イノウエ", "イノイ"), ("ミウラ", "ミラ"), ("LI", "RI")]
)
def test_readings_that_stay_apart(one: str, other: str) -> None:
    assert kana_key(one) != kana_key(other)


@given(READINGS)
def test_a_key_is_its_own_key(reading: str) -> None:
    assert kana_key(kana_key(reading)) == kana_key(reading)


@given(READINGS, READINGS)
def test_typing_on_only_narrows(typed: str, rest: str) -> None:
    """What has been typed so far is the beginning of the key of the whole."""
    assert kana_key(typed + rest).startswith(kana_key(typed))


@given(st.lists(READINGS | st.text(st.characters(exclude_characters="\n"), max_size=8)))
def test_many_equal_one_by_one(readings: list[str]) -> None:
    assert kana_keys(readings) == [kana_key(reading) for reading in readings]


def test_the_given_name_has_a_key_of_its_own() -> None:
    assert given_kana_key("サトウ　オサム") == kana_key("オサム")
    assert given_kana_key("サトウ") == ""
