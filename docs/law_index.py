"""Writes docs/law-index.md: article → rule → numbers of the law → published cases. `PYTHONPATH=src python docs/law_index.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from yakuba.law import resident_tax
from yakuba.law.engine.ruleset import RuleSet
from yakuba.law.rules.resident_tax import FISCAL_YEARS

FOLDER = Path(__file__).resolve().parent
CASES = FOLDER.parent / "tests" / "cases" / "resident_tax"
_SHOWN = 3


def cases() -> list[dict[str, Any]]:
    """Every case of the case files."""
    return [case for path in sorted(CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


def worked_out(rules: RuleSet, case: dict[str, Any]) -> set[str]:
    """The rules that a case's expected quantities go through; what it gives takes its rule's place."""
    given = {name for person in case["people"] for name in person}
    expect = case.get("expect", [])
    rows = expect if isinstance(expect, list) else [expect]
    stack = [name for row in rows for name in row if name != "person"]
    stack += [name for each in case.get("expect_sums", []) for name in each["of"]]
    found: set[str] = set()
    while stack:
        name = stack.pop()
        if name in rules.rules and name not in found and name not in given:
            found.add(name)
            stack += rules.arguments(name)
    return found


def cases_by_rule() -> dict[tuple[str, int], list[dict[str, Any]]]:
    """By rule (its name and the first 年度 of this variant) the cases that go through it."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for case in cases():
        rules = resident_tax(case["fiscal_year"])
        for name in worked_out(rules, case):
            found.setdefault((name, rules.rules[name].first_year), []).append(case)
    return found


def lines() -> Iterator[str]:
    """The page."""
    yield "# 個人住民税の索引\n\n条文、規則、法令の数値、計算例。`PYTHONPATH=src python docs/law_index.py` で作ります。\n"
    yield "| 条文 | 規則 | 識別子 | 法令の数値 | 計算例 |\n| --- | --- | --- | --- | --- |"
    by_rule, seen = cases_by_rule(), set()
    for year in FISCAL_YEARS:
        rules = resident_tax(year)
        for rule in rules.rules.values():
            key = (rule.name, rule.first_year)
            if key in seen:
                continue
            seen.add(key)
            numbers = "、".join(rules.parameters[name].term for name in rule.arguments if name in rules.parameters)
            own = by_rule.get(key, [])
            links = "、".join(f"[{case['id']}]({case['source']['url']})" for case in own[:_SHOWN])
            more = f" ほか{len(own) - _SHOWN}例" if len(own) > _SHOWN else ""
            yield f"| {rule.article} | {rule.term} | {rule.name} | {numbers} | {links}{more} |"


if __name__ == "__main__":
    (FOLDER / "law-index.md").write_text("\n".join(lines()) + "\n", encoding="utf-8")
