from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

from yakuba.law.glossary import glossary, identifier, load_glossary, term

ROOT = Path(__file__).resolve().parents[2]
ITEMS = ROOT / "src" / "yakuba" / "registers" / "residents" / "items.py"
SAMPLE = ROOT.parent / "shared" / "data" / "samples" / "residents.csv"
STRUCTURE = {
    "市区町村コード",
    "個人履歴番号_枝番号",
    "最新フラグ",
    "続柄コード1",
    "続柄コード2",
    "続柄コード3",
    "続柄コード4",
    "続柄表記",
    "操作年月日",
    "操作時刻",
}
"""Columns of the data list that are parts of an item, or of the file, and no item of their own; so is every 不詳フラグ."""


def test_every_item_of_the_register_has_its_term() -> None:
    tree = ast.parse(ITEMS.read_text(encoding="utf-8"))
    items = [
        target.id
        for body in tree.body
        if isinstance(body, ast.ClassDef)
        for line in body.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    ]
    assert len(items) > 90
    assert [item for item in items if item not in glossary()] == []


def test_every_column_of_the_data_list_has_its_identifier() -> None:
    if not SAMPLE.exists():
        pytest.skip("the sample town is not beside the checkout")
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        columns = [column for column in next(csv.reader(lines)) if not column.endswith("_不詳フラグ")]
    assert {term(identifier(column)) for column in columns if column not in STRUCTURE} == set(columns) - STRUCTURE


def test_romaji_identifiers_say_why() -> None:
    for entry in glossary().values():
        if {"koseki", "honseki", "furigana"} & set(entry.identifier.split("_")):
            assert entry.romaji, entry.identifier


def test_one_term_one_identifier() -> None:
    assert (term("addressee_number"), identifier("宛名番号")) == ("宛名番号", "addressee_number")
    with pytest.raises(KeyError):
        term("atena")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("orc: {term: オーク, source: own}\ngoblin: {term: オーク, source: own}", "glossary-term-twice"),
        ("orc: {term: オーク, source: own}\norc: {term: 鬼, source: own}", "glossary-yaml"),
        ("elf: {term: 精霊, source: own}", "glossary-identifier-twice"),
        ("Orc: {term: オーク, source: own}", "glossary-identifier"),
        ("orc: {term: オーク, source: tolkien}", "glossary-form"),
        ("orc: オーク", "glossary-form"),
        ("orc: {term: オーク, source: own, colour: green}", "glossary-form"),
    ],
)
def test_what_a_glossary_may_not_hold(tmp_path: Path, text: str, rule: str) -> None:
    (tmp_path / "glossary").mkdir()
    (tmp_path / "glossary" / "a.yaml").write_text("elf: {term: 妖精, source: own}", encoding="utf-8")
    (tmp_path / "glossary" / "b.yaml").write_text(text, encoding="utf-8")
    entries, findings = load_glossary(tmp_path)
    assert [finding.rule for finding in findings] == [rule]
    assert entries["elf"].term == "妖精"
