"""計算例: what municipalities publish, to the yen. The cases are data in tests/cases/resident_tax."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from yakuba.law.engine.checking import check
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.engine.ruleset import RuleSet
from yakuba.law.rules.resident_tax import resident_tax

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "resident_tax"
CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


def _rules(case: dict[str, Any]) -> RuleSet:
    own = case.get("municipality") or {}
    return resident_tax(case["fiscal_year"]).with_parameters(
        {name: Fraction(value) if isinstance(value, str) else int(value) for name, value in own.items()}
    )


def _columns(rules: RuleSet, people: list[dict[str, int]]) -> dict[str, Any]:
    names = {name for person in people for name in person}
    facts = {name: rules.inputs[name].default if name in rules.inputs else 0 for name in names}
    return {name: np.array([int(each.get(name, facts[name])) for each in people], np.int64) for name in sorted(names)}


def _expected(case: dict[str, Any]) -> list[tuple[int, tuple[str, ...], int]]:
    """Person, the quantities whose sum is printed (mostly one), and what is printed."""
    wanted = case.get("expect", [])
    rows = wanted if isinstance(wanted, list) else [wanted]
    single = [
        (each.get("person", 0), (name,), int(value))
        for each in rows
        for name, value in each.items()
        if name != "person"
    ]
    return single + [(each["person"], tuple(each["of"]), int(each["equals"])) for each in case.get("expect_sums", [])]


def test_there_are_enough_cases_and_each_says_where_it_is_from() -> None:
    assert len(CASES) >= 60
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert [case["id"] for case in CASES if not case["source"]["url"].startswith("http")] == []
    assert [case["id"] for case in CASES if not _expected(case)] == []


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_a_municipality_published_comes_out(case: dict[str, Any]) -> None:
    rules = _rules(case)
    columns = _columns(rules, case["people"])
    assert check(rules, columns) == []
    expected = _expected(case)
    flags = {
        name: columns[name].astype(np.bool_)
        for name in columns
        if name in rules.rules and rules.rules[name].unit == "flag"
    }
    found = evaluate(rules, {**columns, **flags}, sorted({name for _, names, _ in expected for name in names}))
    came = [(person, names, sum(int(found[name][person]) for name in names)) for person, names, _ in expected]
    assert came == expected
