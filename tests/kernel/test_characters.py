from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.characters import (
    bigrams,
    characters_findings,
    is_kana_query,
    kanji_key,
    kanji_keys,
    known_sequences,
)
from yakuba.kernel.findings import Severity

NAMES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=10)


@pytest.mark.parametrize(
    "variants",
    [
        "辺邊邉",
        "浜濱濵",
        "藤籐",
        "高髙",
        "崎﨑嵜",
        "斎齋斉齊",
        "吉𠮷",
        "桜櫻",
        "国國",
        "沢澤",
        "広廣",
        "島嶋嶌",
        "真眞",
        "恵惠",
        "柳栁",
        "神\ufa19",
    ],
)
def test_variants_are_searched_as_one(variants: str) -> None:
    assert len({kanji_key(character) for character in variants}) == 1


@pytest.mark.parametrize("different", ["秦奏", "堆雁", "雨爾", "佐左", "伊尹", "辻込", "岡丘"])
def test_different_characters_stay_apart(different: str) -> None:
    assert len({kanji_key(character) for character in different}) == len(different)


def test_selectors_spaces_and_width_do_not_matter() -> None:
    assert kanji_key("渡邉\U000e0110　髙﨑") == kanji_key("渡辺 高崎")
    assert kanji_key("ｓｉｌｖａ　Ｊｏａｏ") == "SILVAJOAO"


def test_company_symbols_are_not_searched_as_words() -> None:
    assert len({kanji_key("㈱"), kanji_key("（株）"), kanji_key("㈲"), kanji_key("（有）")}) == 4


@given(st.lists(NAMES))
def test_many_equal_one_by_one(names: list[str]) -> None:
    assert kanji_keys(names) == [kanji_key(name) for name in names]


@given(NAMES)
def test_a_key_is_its_own_key(name: str) -> None:
    assert kanji_key(kanji_key(name)) == kanji_key(name)


@given(NAMES, st.integers(0, 9), st.integers(2, 10))
def test_every_part_of_two_or_more_is_found_by_its_bigrams(name: str, start: int, length: int) -> None:
    key = kanji_key(name)
    part = key[start : start + length]
    if len(part) > 1:
        assert set(bigrams(part)) <= set(bigrams(key))


def test_bigrams_of_short_keys() -> None:
    assert (bigrams(""), bigrams("林"), bigrams("林林林")) == ([], ["林"], ["林林"])


def test_what_was_typed_is_a_reading_or_kanji() -> None:
    assert is_kana_query("さとう")
    assert is_kana_query("silva")
    assert not is_kana_query("佐藤")
    assert not is_kana_query("ー")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("佐藤\x00", "control-character"),
        ("佐\u200b藤", "control-character"),
        ("佐\n藤", "control-character"),
        ("佐\ud842藤", "unpaired-surrogate"),
        ("佐\ue000", "municipal-character"),
        ("辻\U000e0100", "variation-sequence-not-moji-joho"),
        ("あ\U000e0100", "variation-sequence-unknown"),
        ("\U000e0102", "variation-sequence-unknown"),
    ],
)
def test_characters_that_may_not_be_stored(text: str, rule: str) -> None:
    (finding,) = characters_findings(text, item="name", where="3行目")
    assert (finding.rule, finding.severity, finding.item, finding.where) == (rule, Severity.ERROR, "name", "3行目")
    str(finding).encode("utf-8")
    finding.value.encode("utf-8")


def test_a_foreign_collection_is_answered_with_the_sequences_to_choose_from() -> None:
    (finding,) = characters_findings("辻\U000e0100")
    assert all(sequence in finding.remedy for sequence in known_sequences("辻"))
    assert characters_findings(known_sequences("辻")[0]) == []


def test_mj_plus_asks_and_does_not_stop() -> None:
    (finding,) = characters_findings("\U0010de92田")
    assert (finding.rule, finding.severity) == ("mj-plus-character", Severity.ALERT)


@pytest.mark.parametrize(
    "name", ["神田", "𠮷野家", "辻\U000e0102", "か\u3099", "O'BRIEN-SMITH", "李　伟", "\ufa10\ufa19"]
)
def test_good_names_pass_as_they_are(name: str) -> None:
    assert characters_findings(name) == []


def test_a_compatibility_ideograph_is_not_the_unified_one() -> None:
    """Stored text is never normalised; a normalised copy would be another name, found by the same key."""
    name = "\ufa19"
    assert unicodedata.normalize("NFC", name) != name
    assert characters_findings(name) == []
    assert kanji_key(name) == kanji_key("神")


@given(st.text(max_size=10))
def test_any_text_is_judged_without_a_fault(text: str) -> None:
    for finding in characters_findings(text):
        finding.value.encode("utf-8")
