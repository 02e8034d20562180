"""説明: why a quantity is what it is: the tree of quantities with values, formulas, articles and the law's numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .evaluation import evaluate
from .families import family_of, taken
from .ruleset import Parameter, RuleSet
from .schedules import Schedule

_UNITS = {"yen": "円", "person": "人", "year": "歳", "count": "", "code": "", "row": "行目", "rate": "", "table": ""}


@dataclass(frozen=True, slots=True)
class Node:
    """説明の一段: one quantity with its value and what it is worked out from. Where it stood before, `parts` is empty."""

    name: str
    term: str
    value: int | str
    unit: str
    kind: str
    formula: str
    article: str
    rounding: str
    source: str
    parts: tuple[Node, ...]

    def shown(self) -> str:
        """値 as people write it: 59,500円, 2人, はい."""
        if self.unit == "flag":
            return "はい" if self.value else "いいえ"
        if self.unit == "row" and self.value == -1:
            return "なし"
        if isinstance(self.value, int):
            return f"{self.value:,}{_UNITS.get(self.unit, '')}"
        return self.value

    def as_data(self) -> dict[str, Any]:
        """The tree as plain data, for JSON."""
        own = {
            "name": self.name, "term": self.term, "value": self.value, "unit": self.unit, "kind": self.kind,
            "formula": self.formula, "article": self.article, "rounding": self.rounding, "source": self.source,
        }  # fmt: skip
        kept = {key: value for key, value in own.items() if value != ""}
        return {**kept, "parts": [part.as_data() for part in self.parts]} if self.parts else kept

    def as_json(self) -> str:
        """The tree as JSON text."""
        return json.dumps(self.as_data(), ensure_ascii=False, indent=1)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented text, a line a quantity."""
        basis = "、".join(each for each in (self.formula, self.article, self.rounding, self.source) if each)
        yield f"{'　' * depth}{self.term or self.name}　{self.shown()}" + (f"　［{basis}］" if basis else "")
        for part in self.parts:
            yield from part.lines(depth + 1)


def explain(rules: RuleSet, columns: Mapping[str, NDArray[Any]], row: int, wanted: str) -> Node:
    """説明 of a quantity of one person: a tree down to inputs and the law's numbers; what repeats is told once.

    Inputs that are zero and quantities that need them alone stay in the tree: what was not claimed is a reason too.
    """
    needed = _needed(rules, columns, wanted)
    links = [name for name in columns if name in rules.inputs and rules.inputs[name].unit == "row"]
    family = family_of([columns[name] for name in links], row, len(next(iter(columns.values()))))
    values = evaluate(rules, taken(columns, links, family), needed)
    at = int(np.searchsorted(family, row))
    own = {name: values[name][at] for name in needed}
    for name in links:
        own[name] = columns[name][row]
    return _node(rules, own, wanted, columns, set())


def _needed(rules: RuleSet, columns: Mapping[str, NDArray[Any]], wanted: str) -> list[str]:
    found: dict[str, None] = {}
    stack = [wanted]
    while stack:
        name = stack.pop()
        if name in found or name in rules.parameters:
            continue
        found[name] = None
        stack += () if name in columns else rules.arguments(name)
    return list(found)


def _node(rules: RuleSet, values: Mapping[str, Any], name: str, given: Mapping[str, Any], told: set[str]) -> Node:
    if name in rules.parameters:
        return _parameter(rules.parameters[name])
    value = int(values[name])
    fact, found = rules.inputs.get(name), rules.rules.get(name)
    if fact is not None:
        return Node(name, fact.term, value, fact.unit, "input", "", "", "", "" if name in given else "入力なし", ())
    if found is None:
        raise KeyError(name)
    if name in given:
        return Node(name, found.term, value, found.unit, "given", "", found.article, "", "与えられた値", ())
    if name in told:
        return Node(name, found.term, value, found.unit, "told", "", "", "", "上に同じ", ())
    told.add(name)
    parts = tuple(_node(rules, values, each, given, told) for each in found.arguments)
    rounding = str(found.rounding) if found.rounding else ""
    return Node(name, found.term, value, found.unit, "rule", found.formula, found.article, rounding, "", parts)


def _parameter(found: Parameter) -> Node:
    value: int | str = found.value if isinstance(found.value, int) else str(found.value)
    if isinstance(found.value, Schedule):
        value = "表"
    sure = "" if found.origin.confirmed else "（未確認）"
    source = f"{found.origin.source}{sure}"
    return Node(found.name, found.term, value, found.unit, "number", "", found.origin.article, "", source, ())


def row_of(values: Mapping[str, int]) -> dict[str, NDArray[np.int64]]:
    """One person's facts as columns of length one."""
    return {name: np.array([value], dtype=np.int64) for name, value in values.items()}
