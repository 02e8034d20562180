from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.addresses import address_key, address_keys

with (Path(__file__).parent / "cases_addresses.csv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines))
PARTS = st.text(st.sampled_from("本町一二十丁目番地号の-－ー1２3 　緑ヶ丘Ｂ棟"), max_size=14)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['one']}={case['other']}" for case in CASES])
def test_addresses_that_are_searched_as_one(case: dict[str, str]) -> None:
    assert address_key(case["one"]) == address_key(case["other"]), case["source"]


def test_the_key_is_readable_and_keeps_the_building() -> None:
    assert address_key("本町一丁目2番3号　コーポ緑　Ｂ棟２０３") == "本町1-2-3コ-ポ緑B棟203"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("本町1-23", "本町12-3"),
        ("一番町1-2", "二番町1-2"),
        ("三の丸1番", "二の丸1番"),
        ("四番丁5番地", "五番丁5番地"),
        ("見本ハイツ203号", "見本ハイツ20-3"),
        ("本町1-2-3 203", "本町1-2-3203"),
    ],
)
def test_addresses_that_stay_apart(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_place_names_with_numerals_stay_whole() -> None:
    assert address_key("一番町二丁目") == "一番町2"
    assert address_key("三の丸四丁目") == "三の丸4"


@given(st.lists(PARTS))
def test_many_equal_one_by_one(addresses: list[str]) -> None:
    assert address_keys(addresses) == [address_key(address) for address in addresses]
