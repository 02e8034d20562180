"""計算: a rule set over columns, in blocks that fit the cache, on as many cores as wanted.

The answer does not depend on the size of the blocks, the number of workers or the order of rows: nobody is parted from
those whom they point at, and every quantity is a whole number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .exact import Column, Exact, Rounding
from .relations import family_ends
from .ruleset import RuleSet

BLOCK_ROWS = 16_384
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One quantity to be worked out, and which columns nobody needs after it."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    rounding: Rounding | None
    done_with: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """計算の手順: the given columns that are needed and the steps in order; and what is the same for everybody."""

    inputs: tuple[str, ...]
    constants: Mapping[str, Any]
    steps: tuple[Step, ...]
    wanted: tuple[str, ...]
    positions: tuple[str, ...]


def plan(rules: RuleSet, wanted: Sequence[str], given: Iterable[str]) -> Plan:
    """What must be worked out, and nothing else. A column that is given takes the place of its rule.

    Raises KeyError for a quantity that the rule set does not know.
    """
    given = set(given)
    order: dict[str, None] = {}
    stack = [(each, False) for each in reversed(wanted)]
    while stack:
        name, entered = stack.pop()
        if name in order or name in rules.parameters:
            continue
        arguments = () if name in given else rules.arguments(name)
        if entered or not arguments:
            if name not in given and name not in rules.rules and name not in rules.inputs:
                raise KeyError(name)
            order[name] = None
            continue
        stack.append((name, True))
        stack += [(each, False) for each in reversed(arguments) if each not in order]
    computed = [name for name in order if name not in given and name in rules.rules]
    inputs = [name for name in order if name in given or name in rules.inputs]
    last = {each: name for name in computed for each in rules.arguments(name)}
    steps = tuple(
        Step(
            name,
            rules.rules[name].function,
            rules.rules[name].arguments,
            rules.rules[name].rounding,
            tuple(each for each in computed if last.get(each) == name and each not in wanted),
        )
        for name in computed
    )
    constants, varying = _folded(rules, steps, [name for name in inputs if name not in given])
    return Plan(
        tuple(name for name in inputs if name in given),
        constants,
        varying,
        tuple(wanted),
        tuple(name for name in inputs if name in rules.inputs and rules.inputs[name].unit == "row"),
    )


def _folded(rules: RuleSet, steps: Sequence[Step], missing: Sequence[str]) -> tuple[dict[str, Any], tuple[Step, ...]]:
    """What follows from numbers of the law and from facts that were not given is worked out once, for everybody."""
    constants: dict[str, Any] = {name: each.value for name, each in rules.parameters.items()}
    constants |= {name: np.array([rules.inputs[name].default]) for name in missing}
    varying = []
    for step in steps:
        if all(name in constants for name in step.arguments):
            constants[step.name] = _value(step, constants)
        else:
            varying.append(step)
    return constants, tuple(varying)


def evaluate(
    rules: RuleSet, columns: Columns, wanted: Sequence[str], *, block_rows: int = BLOCK_ROWS, workers: int = 1
) -> dict[str, NDArray[Any]]:
    """計算: the wanted quantities for everybody, int64 (bool for flags), in the rows' own order.

    `columns` hold int64 of one length; an input that is missing has its default, a quantity that is given takes its
    rule's place. What they hold is not checked here: `inputs.check` does that.
    """
    rows = len(next(iter(columns.values()))) if columns else 0
    todo = plan(rules, wanted, columns)
    given: dict[str, NDArray[Any]] = {name: np.asarray(columns[name], _dtype(rules, name)) for name in todo.inputs}
    positions = [name for name in todo.positions if name in given]
    if rows <= block_rows:
        return _block(todo, given, rows)
    order = _together(given, positions, rows)
    if order is not None:
        given = taken(given, positions, order)
    results = {name: np.empty(rows, _dtype(rules, name)) for name in wanted}

    def work(bounds: tuple[int, int]) -> None:
        start, end = bounds
        part = {
            name: np.where(column[start:end] >= 0, column[start:end] - start, -1)
            if name in positions
            else column[start:end]
            for name, column in given.items()
        }
        for name, column in _block(todo, part, end - start).items():
            results[name][start:end] = column

    pieces = _pieces(given, positions, rows, block_rows)
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, pieces))
    else:
        for piece in pieces:
            work(piece)
    for name in wanted:
        if order is not None:
            back = np.empty_like(results[name])
            back[order] = results[name]
            results[name] = back
    return results


def _dtype(rules: RuleSet, name: str) -> type[np.bool_] | type[np.int64]:
    """What a column holds: yes or no where a rule says so, else whole numbers."""
    return np.bool_ if name in rules.rules and rules.rules[name].unit == "flag" else np.int64


def _block(todo: Plan, given: Mapping[str, NDArray[Any]], rows: int) -> dict[str, NDArray[Any]]:
    known: dict[str, Any] = dict(todo.constants)
    known.update(given)
    for step in todo.steps:
        known[step.name] = _value(step, known)
        for name in step.done_with:
            known.pop(name, None)
    return {name: _column(known[name], rows) for name in todo.wanted}


def _value(step: Step, known: Mapping[str, Any]) -> Any:
    value = step.function(*[known[name] for name in step.arguments])
    if step.rounding is not None:
        return step.rounding(value)
    if isinstance(value, Exact):
        if np.any(value.denominator != 1):
            raise TypeError(f"{step.name} gives fractions of yen and names no rounding")
        return value.numerator
    return value


def _column(value: Any, rows: int) -> NDArray[Any]:
    """What holds for everybody stands as one number until the end."""
    column = np.atleast_1d(np.asarray(value))
    return np.repeat(column, rows) if len(column) != rows else column


def _together(given: Columns, positions: Sequence[str], rows: int) -> Column | None:
    """The order in which those who point at each other stand side by side; None where they do already."""
    if not positions:
        return None
    group = np.arange(rows)
    own = np.arange(rows)
    links = [(own[given[name] >= 0], given[name][given[name] >= 0]) for name in positions]
    while True:
        before = group.copy()
        for one, other in links:
            least = np.minimum(group[one], group[other])
            np.minimum.at(group, one, least)
            np.minimum.at(group, other, least)
        if np.array_equal(before, group):
            break
    order = np.argsort(group, kind="stable")
    return None if np.array_equal(order, own) else order


def taken(given: Columns, positions: Sequence[str], rows: Column) -> dict[str, NDArray[Any]]:
    """The given rows alone, in that order, with positions that count among them; nobody may point at another row."""
    place = np.empty(len(next(iter(given.values()))), np.int64)
    place[rows] = np.arange(len(rows))
    found = {name: column[rows] for name, column in given.items()}
    for name in positions:
        found[name] = np.where(found[name] >= 0, place[found[name]], -1)
    return found


def _pieces(given: Columns, positions: Sequence[str], rows: int, block_rows: int) -> list[tuple[int, int]]:
    """Blocks of about the wanted size that cut nobody off from those whom they point at."""
    ends = family_ends([given[name] for name in positions], 0, rows)
    cuts, start = [], 0
    while start < rows:
        at = np.searchsorted(ends, start + block_rows, side="right") - 1
        end = int(ends[at]) if at >= 0 and ends[at] > start else int(ends[np.searchsorted(ends, start, side="right")])
        cuts.append((start, end))
        start = end
    return cuts
