from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.findings import Finding
from yakuba.kernel.relationships import (
    KIN,
    Relationship,
    from_text,
    link_terms,
    parse_compact,
    parse_links,
    relationship_choices,
)

CHAINS = st.lists(st.sampled_from(sorted(KIN)), min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("compact", "text"),
    [
        ("02", "世帯主"),
        ("14", "妻（未届）"),
        ("2012", "子の妻"),
        ("12517120", "妻の父の兄の子"),
        ("2X2011", "子（子の夫）"),
        ("99", "同居人"),
        ("9920", "同居人の子"),
    ],
)
def test_stored_and_printed_forms(compact: str, text: str) -> None:
    relationship = parse_compact(compact)
    assert isinstance(relationship, Relationship)
    assert (relationship.text, from_text(text)) == (text, relationship)


def test_four_columns() -> None:
    assert Relationship(("20", "12")).columns == ("20", "12", "", "")


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("孫", "子の子"),
        ("祖父", "父の父"),
        ("甥", "兄の子"),
        ("長男", "「子」"),
        ("家事使用人", "同居人"),
        ("準世帯主", "世帯主"),
        ("妻の祖母", "父の母"),
        ("子の子の子の子の子", "縁故者"),
        ("友人", "一覧"),
        ("世帯主の妻", "一覧"),
        ("", "一覧"),
    ],
)
def test_what_must_not_be_selectable_says_what_to_choose(text: str, remedy: str) -> None:
    finding = from_text(text, where="3行目")
    assert isinstance(finding, Finding)
    assert finding.rule == "relationship-not-permitted"
    assert remedy in finding.remedy
    assert finding.where == "3行目"


@pytest.mark.parametrize("compact", ["", "0", "0212", "2X", "2X20", "2X2020", "XX", "2099", "2020202020", "1 "])
def test_codes_outside_the_permitted_set(compact: str) -> None:
    assert isinstance(parse_compact(compact), Finding)


@given(CHAINS)
def test_every_chain_reads_back(links: tuple[str, ...]) -> None:
    relationship = Relationship(links)
    assert parse_compact(relationship.compact) == relationship
    assert parse_links(tuple(column for column in relationship.columns if column)) == relationship
    assert from_text(relationship.text) == relationship


def test_choices_are_permitted_distinct_and_begin_with_the_head() -> None:
    choices = relationship_choices()
    assert choices[0].is_head
    assert len(set(choices)) == len(choices)
    assert {choice.compact for choice in choices} >= set(link_terms())
    assert not {"孫", "祖父", "祖母"} & {choice.text for choice in choices}
