"""規則: one function for one quantity that a statute names. Its arguments are its inputs, so the graph is the code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, TypeVar

from .exact import Rounding

Unit = Literal["yen", "person", "flag", "row", "year", "count", "code"]
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule:
    """A quantity's rule: its function, the names it takes, article, rounding, and the 年度 from and to which it holds."""

    name: str
    term: str
    formula: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    article: str
    unit: Unit
    rounding: Rounding | None
    first_year: int
    last_year: int

    def holds(self, fiscal_year: int) -> bool:
        """Whether it is the law of that 年度."""
        return self.first_year <= fiscal_year <= self.last_year


@dataclass(frozen=True, slots=True)
class Input:
    """入力: a fact about a person: term, unit, what stands for it where nothing is said, and its least and greatest value.

    `never_with` are inputs beside which it cannot be worked out.
    """

    name: str
    term: str
    unit: Unit
    default: int
    least: int
    greatest: int
    meaning: str = ""
    never_with: tuple[str, ...] = ()


_RULES: dict[Callable[..., Any], Rule] = {}


def rule(
    article: str,
    *,
    unit: Unit = "yen",
    rounding: Rounding | None = None,
    name: str = "",
    first_year: int = 0,
    last_year: int = 9999,
) -> Callable[[Function], Function]:
    """Declares a rule. The docstring's first line is 「用語: 算式」; `name` is given where a year's variant has a name of its own."""

    def declare(function: Function) -> Function:
        term, _, formula = (inspect.getdoc(function) or "").partition("\n")[0].partition(": ")
        _RULES[function] = Rule(
            name or function.__name__, term, formula, function, tuple(inspect.signature(function).parameters),
            article, unit, rounding, first_year, last_year,
        )  # fmt: skip
        return function

    return declare


def rules_of(modules: Iterable[ModuleType]) -> list[Rule]:
    """The rules that stand in the modules, in the order of the text."""
    return [
        _RULES[value]
        for module in modules
        for value in vars(module).values()
        if callable(value) and value in _RULES and value.__module__ == module.__name__
    ]
