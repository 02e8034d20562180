"""索引: the page is the rules' own, and every rule is worked out by a published case."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from yakuba.law.rules.resident_tax import FISCAL_YEARS, resident_tax

DOCS = Path(__file__).resolve().parents[3] / "docs"
UNPUBLISHED = {"is_salary_credit_way", "withheld_refund"}
"""Rules for which no municipality was found to print an example; the second calculation holds them (test_against_oracle)."""


@pytest.fixture(scope="module")
def index() -> ModuleType:
    spec = importlib.util.spec_from_file_location("law_index", DOCS / "law_index.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_rules_and_cases_say(index: ModuleType) -> None:
    assert (DOCS / "law-index.md").read_text(encoding="utf-8") == "\n".join(index.lines()) + "\n"


def test_every_rule_has_a_published_case(index: ModuleType) -> None:
    covered = index.cases_by_rule()
    rules = {(each.name, each.first_year) for year in FISCAL_YEARS for each in resident_tax(year).rules.values()}
    assert {name for name, first_year in rules if (name, first_year) not in covered} == UNPUBLISHED
