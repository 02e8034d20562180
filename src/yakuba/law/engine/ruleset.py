"""規則集: the rules and numbers of one law in one 年度 for one municipality."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType, ModuleType
from typing import Any, TypeAlias

from yakuba.law.statutes import DatedValue, statutes
from yakuba.law.tables import Table

from .exact import Rate
from .rule import Input, Rule, rules_of
from .schedules import Schedule

Value: TypeAlias = int | Rate | Schedule


@dataclass(frozen=True, slots=True)
class Parameter:
    """法令の数値 as a rule takes it, with the statute's own entry beside it."""

    name: str
    term: str
    unit: str
    value: Value
    origin: DatedValue


@dataclass(frozen=True, eq=False)
class RuleSet:
    """規則集: what may be asked for (rules), what must be given (inputs), and what the law fixes (parameters)."""

    name: str
    fiscal_year: int
    municipality: str
    rules: Mapping[str, Rule]
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]

    def arguments(self, wanted: str) -> tuple[str, ...]:
        """What a quantity is worked out from; nothing for an input."""
        found = self.rules.get(wanted)
        return found.arguments if found else ()

    def with_parameters(self, values: Mapping[str, int | Fraction | Table]) -> RuleSet:
        """What-if: the same with other numbers. Raises KeyError for a number that the law does not know."""
        changed = {
            name: replace(
                self.parameters[name], value=usable(value), origin=replace(self.parameters[name].origin, value=value)
            )
            for name, value in values.items()
        }
        return replace(self, parameters=MappingProxyType({**self.parameters, **changed}))

    def with_rules(self, functions: Mapping[str, Callable[..., Any]]) -> RuleSet:
        """What-if: the same with other rules; a function's arguments are its inputs as in the law's own."""
        changed = {
            name: replace(self.rules[name], function=function, arguments=_names(function))
            for name, function in functions.items()
        }
        return replace(self, rules=MappingProxyType({**self.rules, **changed}))

    def digest(self) -> str:
        """指紋: of all numbers and the rules' texts; a decision keeps it."""
        text = "\n".join(f"{each.name}={each.origin.value!r}" for _, each in sorted(self.parameters.items()))
        rules = "\n".join(
            f"{each.name}({','.join(each.arguments)})|{each.article}|{each.formula}|{each.rounding}|{code_digest(each.function)}"
            for _, each in sorted(self.rules.items())
        )
        return hashlib.sha256(f"{self.name}/{self.fiscal_year}\n{text}\n{rules}".encode()).hexdigest()


def code_digest(function: Callable[..., Any]) -> str:
    """指紋 of a function's code: what it does, not where it stands."""
    code = function.__code__
    constants = [each for each in code.co_consts if isinstance(each, (int, str, tuple, type(None)))]
    return hashlib.sha256(repr((code.co_code, constants, code.co_names)).encode()).hexdigest()


def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def usable(value: int | Fraction | Table) -> Value:
    """A number of the statutes in the form that rules reckon with."""
    if isinstance(value, Fraction):
        return Rate(value)
    return Schedule(value) if isinstance(value, Table) else value


def rule_set(
    name: str,
    modules: Iterable[ModuleType],
    inputs: Sequence[Input],
    fiscal_year: int,
    municipality: str | None = None,
) -> RuleSet:
    """規則集 of a 年度: the rules that hold then, with the numbers of every statutes file whose name begins with `name`.

    Raises ValueError where two rules hold for one quantity, a name means two things, or an argument means nothing.
    """
    day = date(fiscal_year, 4, 1)
    parameters: dict[str, Parameter] = {"fiscal_year": _year(fiscal_year)}
    for key, quantity in statutes(municipality).items():
        stem, _, identifier = key.partition(".")
        if stem == name or stem.startswith(f"{name}_"):
            if identifier in parameters:
                raise ValueError(f"{identifier} stands in two files of the statutes")
            if any(value.from_day <= day for value in quantity.values):
                found = quantity.at(day)
                parameters[identifier] = Parameter(identifier, quantity.term, quantity.unit, usable(found.value), found)
    rules: dict[str, Rule] = {}
    for each in rules_of(modules):
        if each.holds(fiscal_year):
            if each.name in rules:
                raise ValueError(f"two rules for {each.name} in {fiscal_year}")
            rules[each.name] = each
    facts = {each.name: each for each in inputs}
    _check(rules, facts, parameters)
    return RuleSet(
        name,
        fiscal_year,
        municipality or "",
        MappingProxyType(rules),
        MappingProxyType(facts),
        MappingProxyType(parameters),
    )


def _year(fiscal_year: int) -> Parameter:
    origin = DatedValue(date(fiscal_year, 4, 1), fiscal_year, "地方自治法第208条", None, "", confirmed=True)
    return Parameter("fiscal_year", "年度", "year", fiscal_year, origin)


def _check(rules: Mapping[str, Rule], facts: Mapping[str, Input], parameters: Mapping[str, Parameter]) -> None:
    known: dict[str, str] = {}
    for kind, names in (("rule", rules), ("input", facts), ("parameter", parameters)):
        for each in names:
            if each in known:
                raise ValueError(f"{each} is a {known[each]} and a {kind}")
            known[each] = kind
    unknown = {f"{each.name}({name})" for each in rules.values() for name in each.arguments if name not in known}
    if unknown:
        raise ValueError(f"no rule, input or number of the law: {', '.join(sorted(unknown))}")
