"""部品として: the page of ten lines runs where Django cannot be imported, and the table of columns is the rules' own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import yakuba.law
from yakuba.law.glossary import load_glossary
from yakuba.law.rules.resident_tax import FISCAL_YEARS, resident_tax

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = """
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "psycopg", "procrastinate"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Nothing())
"""


def test_the_ten_lines_run_without_django() -> None:
    page = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found
    lines = [line for line in found[1].splitlines() if line.strip()]
    assert len(lines) <= 10
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run([sys.executable, "-c", WITHOUT + found[1]], env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "年税額" in ran.stdout


def test_every_name_of_the_library_is_there() -> None:
    assert all(callable(getattr(yakuba.law, name)) for name in yakuba.law.__all__)


def test_every_word_of_the_rules_is_the_glossarys() -> None:
    glossary, _ = load_glossary()
    for year in FISCAL_YEARS:
        rules = resident_tax(year)
        words = {
            each.name: each.term for kind in (rules.inputs, rules.rules, rules.parameters) for each in kind.values()
        }
        assert {name: glossary[name].term if name in glossary else "" for name in words} == words


def test_the_page_of_columns_is_the_rules_own() -> None:
    page = (ROOT / "docs" / "law-columns.md").read_text(encoding="utf-8")
    rules = resident_tax(2026)
    listed = re.findall(r"^\| ([a-z_0-9]+) \|", page, re.MULTILINE)
    assert sorted(listed) == sorted([*rules.inputs, *rules.rules, *rules.parameters])


def test_every_rule_names_its_article_and_its_formula() -> None:
    for year in FISCAL_YEARS:
        assert [each.name for each in resident_tax(year).rules.values() if not (each.article and each.formula)] == []
