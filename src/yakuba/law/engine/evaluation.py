"""計算: a rule set over columns, in blocks that fit the cache, on as many cores as wanted.

The answer does not depend on the size of the blocks, the number of workers or the order of rows: nobody is parted from
those whom they point at, and every quantity is a whole number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .exact import Exact, Rounding
from .families import pieces, taken, together, widest
from .machine_code import Kernel, compiled, is_there
from .ruleset import RuleSet
from .tracing import trace

BLOCK_ROWS = 16_384
COMPILED_ROWS = 1 << 15
"""From how many rows on a program is compiled: a tenth of a second, once for each program in a process."""
_KEPT_PLANS = 64
"""How many plans stay: a plan is the same for as long as the same is asked of the same rule set."""
_NEAR = 8
"""People who point farther than this part of a block are first brought together."""
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One quantity to be worked out, and which columns nobody needs after it."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    rounding: Rounding | None
    done_with: tuple[str, ...]

    def value(self, known: Mapping[str, Any]) -> Any:
        """The quantity from what is known. TypeError where fractions of yen are left."""
        value = self.function(*[known[name] for name in self.arguments])
        if self.rounding is not None:
            return self.rounding(value)
        if isinstance(value, Exact):
            if np.any(value.denominator != 1):
                raise TypeError(f"{self.name} gives fractions of yen and names no rounding")
            return value.numerator
        return value


@dataclass(frozen=True, eq=False)
class Plan:
    """計算の手順: the given columns that are needed and the steps in order; and what is the same for everybody."""

    inputs: tuple[str, ...]
    constants: Mapping[str, Any]
    steps: tuple[Step, ...]
    wanted: tuple[str, ...]
    positions: tuple[str, ...]
    flags: frozenset[str]
    """Which of the given and wanted columns hold yes or no."""


def plan(rules: RuleSet, wanted: Sequence[str], given: Iterable[str]) -> Plan:
    """What must be worked out, and nothing else. A column that is given takes the place of its rule.

    Raises KeyError for a quantity that the rule set does not know.
    """
    return _plan(rules, tuple(wanted), frozenset(given))


@lru_cache(_KEPT_PLANS)
def _plan(rules: RuleSet, wanted: tuple[str, ...], given: frozenset[str]) -> Plan:
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
        frozenset(name for name in {*given, *wanted} if name in rules.rules and rules.rules[name].unit == "flag"),
    )


def _folded(rules: RuleSet, steps: Sequence[Step], missing: Sequence[str]) -> tuple[dict[str, Any], tuple[Step, ...]]:
    """What follows from numbers of the law and from facts that were not given is worked out once, for everybody."""
    constants: dict[str, Any] = {name: each.value for name, each in rules.parameters.items()}
    constants |= {name: np.array([rules.inputs[name].default]) for name in missing}
    varying = []
    for step in steps:
        if all(name in constants for name in step.arguments):
            constants[step.name] = step.value(constants)
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
    dtypes = {name: np.bool_ if name in todo.flags else np.int64 for name in (*todo.inputs, *wanted)}
    given: dict[str, NDArray[Any]] = {name: np.ascontiguousarray(columns[name], dtypes[name]) for name in todo.inputs}
    positions = [name for name in todo.positions if name in given]
    if rows <= block_rows:
        return _block(todo, given, rows)
    span = widest([given[name] for name in positions], rows)
    order = together([given[name] for name in positions], rows) if span > block_rows // _NEAR else None
    if order is not None:
        given = taken(given, positions, order)
        span = widest([given[name] for name in positions], rows)
    results: dict[str, NDArray[Any]] = {name: np.empty(rows, dtypes[name]) for name in wanted}
    kernel = _kernel(todo) if rows >= COMPILED_ROWS else None

    def by_columns(start: int, end: int) -> None:
        part = {
            name: np.where(column[start:end] >= 0, column[start:end] - start, -1)
            if name in positions
            else column[start:end]
            for name, column in given.items()
        }
        for name, column in _block(todo, part, end - start).items():
            results[name][start:end] = column

    work = kernel.over(given, results) if kernel else by_columns
    blocks = pieces([given[name] for name in positions], rows, block_rows, span)
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, *zip(*blocks, strict=True)))
    else:
        for start, end in blocks:
            work(start, end)
    if order is not None:
        for name in wanted:
            back = np.empty_like(results[name])
            back[order] = results[name]
            results[name] = back
    return results


@lru_cache(_KEPT_PLANS)
def _kernel(todo: Plan) -> Kernel | None:
    """The plan as machine code; None where that cannot be had, and it is worked out by columns."""
    program = trace(todo) if is_there() else None
    return compiled(program) if program else None


def _block(todo: Plan, given: Mapping[str, NDArray[Any]], rows: int) -> dict[str, NDArray[Any]]:
    known: dict[str, Any] = dict(todo.constants)
    known.update(given)
    for step in todo.steps:
        known[step.name] = step.value(known)
        for name in step.done_with:
            known.pop(name, None)
    return {name: _column(known[name], rows) for name in todo.wanted}


def _column(value: Any, rows: int) -> NDArray[Any]:
    """What holds for everybody stands as one number until the end."""
    column = np.atleast_1d(np.asarray(value))
    return np.repeat(column, rows) if len(column) == 1 else column
