"""退職所得の分離課税: published cases, a second calculation written from the articles, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yakuba.law.engine.checking import check
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.glossary import load_glossary
from yakuba.law.rules.retirement_levy import YEARS, retirement_levy

CASES = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "cases" / "retirement_levy" / "cases.yaml").read_text(encoding="utf-8")
)


def worked_out(year: int, inputs: dict[str, int], wanted: list[str]) -> dict[str, int]:
    rules = retirement_levy(year)
    columns = {name: np.array([value], np.int64) for name, value in inputs.items()}
    assert check(rules, columns) == []
    return {name: int(column[0]) for name, column in evaluate(rules, columns, wanted).items()}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_a_municipality_published_comes_out(case: dict[str, Any]) -> None:
    assert worked_out(case["year"], case["inputs"], list(case["expect"])) == case["expect"]


def by_the_articles(pay: int, years: int, disabled: int, kind: int) -> tuple[int, int]:
    """所得税法30条, 地方税法328条の3・50条の4: in plain whole numbers."""
    deduction = 400_000 * years if years <= 20 else 8_000_000 + 700_000 * (years - 20)
    deduction = max(deduction, 800_000) + 1_000_000 * disabled
    left = max(pay - deduction, 0)
    if kind == 1:
        income = left
    elif kind == 2 and left > 3_000_000:
        income = 1_500_000 + (pay - (3_000_000 + deduction))
    else:
        income = left // 2
    income = income // 1_000 * 1_000
    return income * 6 // 100 // 100 * 100, income * 4 // 100 // 100 * 100


@given(
    st.one_of(st.integers(0, 60_000_000), st.sampled_from((800_000, 3_800_000, 3_800_001, 5_000_000, 8_000_000))),
    st.integers(1, 60), st.integers(0, 1), st.integers(0, 2), st.sampled_from(YEARS),
)  # fmt: skip
def test_a_second_calculation_agrees(pay: int, years: int, disabled: int, kind: int, year: int) -> None:
    inputs = {
        "retirement_pay": pay, "service_years": years, "retired_by_disability": disabled, "retirement_pay_kind": kind,
    }  # fmt: skip
    found = worked_out(year, inputs, ["municipal_retirement_levy", "prefectural_retirement_levy"])
    assert tuple(found.values()) == by_the_articles(pay, years, disabled, kind)


def test_what_cannot_be_is_refused() -> None:
    rules = retirement_levy(2025)
    assert [each.rule for each in check(rules, {"service_years": np.array([0])})] == ["out-of-bounds"]
    with pytest.raises(ValueError, match="2023"):
        retirement_levy(2023)


def test_every_word_is_the_glossarys() -> None:
    glossary, _ = load_glossary()
    rules = retirement_levy(2026)
    words = {each.name: each.term for kind in (rules.inputs, rules.rules, rules.parameters) for each in kind.values()}
    assert {name: glossary[name].term if name in glossary else "" for name in words} == words
