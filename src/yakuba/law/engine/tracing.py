"""写し取り: what the rules do with columns, written down once as a list of operations on one person's numbers.

The rules stay plain functions. Given a `Symbol` in the place of a column they do to it what they would do to the column,
and each operation is noted. What cannot be noted (a branch on what a column holds, another NumPy function) is a
TypeError, and the rules are then worked out by columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .evaluation import Plan

LEAST, GREATEST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its kind, the operations it takes (by number), its constants, and whether it gives yes or no."""

    kind: str
    takes: tuple[int, ...]
    values: tuple[int | str, ...]
    is_flag: bool


@dataclass(frozen=True, slots=True)
class Program:
    """写し取った計算: the operations in order, and which of them is each wanted quantity."""

    operations: tuple[Operation, ...]
    wanted: tuple[tuple[str, int], ...]


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """A column of which only is known how it is worked out. `bounds` are the least and greatest that it can hold."""

    __slots__ = ("bounds", "is_flag", "notes", "number")

    def __init__(self, notes: dict[Operation, int], operation: Operation, bounds: tuple[int, int]) -> None:
        # The same operation on the same numbers is noted once.
        self.notes, self.is_flag, self.number = notes, operation.is_flag, notes.setdefault(operation, len(notes))
        self.bounds = bounds if bounds[0] >= LEAST and bounds[1] <= GREATEST else (LEAST, GREATEST)

    def note(
        self, kind: str, takes: Sequence[Symbol], bounds: tuple[int, int], *values: int, flag: bool = False
    ) -> Symbol:
        """A further operation on columns of the same table."""
        operation = Operation(kind, tuple(each.number for each in takes), values, flag)
        return Symbol(self.notes, operation, (0, 1) if flag else bounds)

    def symbol(self, value: Any) -> Symbol:
        """A number that holds for everybody, or a column of the same table. TypeError for anything else."""
        if isinstance(value, Symbol):
            return value
        number = np.asarray(value)
        if number.size != 1 or number.dtype.kind not in "iub":
            raise TypeError(f"neither a column nor one whole number: {value!r}")
        held = int(number.reshape(())[()])
        return self.note("constant", (), (held, held), held, flag=number.dtype.kind == "b")

    def whole(self) -> Symbol:
        """Yes and no as 1 and 0."""
        return self.note("whole", [self], self.bounds) if self.is_flag else self

    def any(self) -> bool:
        """Yes. A rule asks this only to spare work: it gives the same answer when nobody has what it asks for."""
        return True

    def astype(self, dtype: type[np.int64]) -> Symbol:
        """The column as whole numbers, the only other form that rules ask for."""
        if dtype is not np.int64:
            raise TypeError(f"no column of {dtype}")
        return self.whole()

    def __bool__(self) -> bool:
        raise TypeError("what a column holds is not known while the rules are written down")

    def __array__(self, *_how: object, **_more: object) -> Any:
        raise TypeError("a symbol holds no numbers")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc not in _UFUNCS:
            raise TypeError(f"{ufunc.__name__} cannot be written down")
        return _UFUNCS[ufunc](*[self.symbol(each) for each in inputs])

    def __array_function__(
        self, function: Callable[..., Any], types: object, inputs: tuple[Any, ...], options: Mapping[str, Any]
    ) -> Any:
        if function not in _FUNCTIONS:
            raise TypeError(f"{function.__name__} cannot be written down")
        return _FUNCTIONS[function](self, *inputs, **options)

    def of_other(self, values: Any, nobody: int) -> Any:
        """This column being positions: the value of the person pointed at."""
        held = self.symbol(values)
        otherwise = self.note("constant", (), (nobody, nobody), nobody, flag=held.is_flag)
        return self.note("other", [self, held, otherwise], _joined(held, otherwise), flag=held.is_flag)

    def sum_of(self, amount: Any) -> Any:
        """This column being positions: for each person the sum over those who point at them."""
        return self.note("sum", [self, self.symbol(amount).whole()], (LEAST, GREATEST))


def symbol_in(*values: object) -> Symbol | None:
    """The first of the values that is a symbol."""
    return next((each for each in values if isinstance(each, Symbol)), None)


def pick(table: Any, row: Any, column: Any) -> Any:
    """`table[row, column]` of a table of the law, where row or column is a symbol. TypeError where it may lie outside."""
    one: Symbol = row if isinstance(row, Symbol) else column
    height, width = table.shape
    row, column = one.symbol(row), one.symbol(column)
    if row.bounds[0] < 0 or row.bounds[1] >= height or column.bounds[0] < 0 or column.bounds[1] >= width:
        raise TypeError("may lie outside of the table")
    numbers = [int(each) for each in table.ravel()]
    return one.note("pick", [row * width + column], (min(numbers), max(numbers)), *numbers)


def trace(todo: Plan) -> Program | None:
    """写し取り of a plan; None where a rule does what cannot be noted."""
    notes: dict[Operation, int] = {}
    known: dict[str, Any] = dict(todo.constants)
    for name in todo.inputs:
        operation = Operation("input", (), (name,), name in todo.flags)
        known[name] = Symbol(notes, operation, (0, 1) if name in todo.flags else (LEAST, GREATEST))
    if not todo.inputs:
        return None
    any_of = known[todo.inputs[0]]
    try:
        for step in todo.steps:
            known[step.name] = step.value(known)
        found = {name: any_of.symbol(known[name]) for name in todo.wanted}
        wanted = tuple((name, (each if name in todo.flags else each.whole()).number) for name, each in found.items())
    except (AttributeError, TypeError):
        return None
    if any(name in todo.flags and not each.is_flag for name, each in found.items()):
        return None
    return Program(tuple(notes), wanted)


def _joined(*those: Symbol) -> tuple[int, int]:
    return min(each.bounds[0] for each in those), max(each.bounds[1] for each in those)


def _arithmetic(kind: str) -> Callable[[Symbol, Symbol], Symbol]:
    def apply(one: Symbol, other: Symbol) -> Symbol:
        if one.is_flag and other.is_flag:
            raise TypeError("NumPy would give yes or no")
        one, other = one.whole(), other.whole()
        (a, b), (c, d) = one.bounds, other.bounds
        corners = {"add": (a + c, b + d), "sub": (a - d, b - c), "mul": (a * c, a * d, b * c, b * d)}[kind]
        return one.note(kind, [one, other], (min(corners), max(corners)))

    return apply


def _extreme(kind: str, choose: Callable[[int, int], int]) -> Callable[[Symbol, Symbol], Symbol]:
    def apply(one: Symbol, other: Symbol) -> Symbol:
        if one.is_flag and other.is_flag:
            raise TypeError("NumPy would give yes or no")
        one, other = one.whole(), other.whole()
        (a, b), (c, d) = one.bounds, other.bounds
        return one.note(kind, [one, other], (choose(a, c), choose(b, d)))

    return apply


def _comparison(kind: str) -> Callable[[Symbol, Symbol], Symbol]:
    def apply(one: Symbol, other: Symbol) -> Symbol:
        one, other = one.whole(), other.whole()
        return one.note(kind, [one, other], (0, 1), flag=True)

    return apply


def _logic(kind: str) -> Callable[[Symbol, Symbol], Symbol]:
    def apply(one: Symbol, other: Symbol) -> Symbol:
        if not (one.is_flag and other.is_flag):
            raise TypeError("and, or, not are for yes and no")
        return one.note(kind, [one, other], (0, 1), flag=True)

    return apply


def _divided(one: Symbol, other: Symbol) -> Symbol:
    if other.bounds[0] < 1:
        raise TypeError("what divides must be known to be positive")
    one, other = one.whole(), other.whole()
    a, b = one.bounds
    return one.note("floor", [one, other], (min(a, 0), max(b, 0)))


def _negative(one: Symbol) -> Symbol:
    return _UFUNCS[np.subtract](one.symbol(0), one.whole())


def _not(one: Symbol) -> Symbol:
    return _UFUNCS[np.bitwise_xor](one, one.symbol(np.True_))


def _where(this: Symbol, flags: Any, yes: Any, no: Any) -> Symbol:
    flags, yes, no = this.symbol(flags), this.symbol(yes), this.symbol(no)
    if not flags.is_flag:
        raise TypeError("a choice needs yes or no")
    if not (yes.is_flag and no.is_flag):
        yes, no = yes.whole(), no.whole()
    return this.note("select", [flags, yes, no], _joined(yes, no), flag=yes.is_flag)


def _clip(this: Symbol, value: Any, least: Any, greatest: Any) -> Any:
    return np.minimum(np.maximum(this.symbol(value), least), greatest)


def _band(this: Symbol, bounds: Any, amount: Symbol, side: str = "left") -> Any:
    """Which band: how many bounds lie at or below the amount (right), or below it (left)."""
    row: Any = this.symbol(0)
    for bound in bounds:
        row = row + (amount >= bound if side == "right" else amount > bound)
    row.bounds = (0, len(bounds))
    return row


_UFUNCS: dict[np.ufunc, Callable[..., Symbol]] = {
    np.add: _arithmetic("add"), np.subtract: _arithmetic("sub"), np.multiply: _arithmetic("mul"),
    np.floor_divide: _divided, np.negative: _negative, np.invert: _not,
    np.maximum: _extreme("smax", max), np.minimum: _extreme("smin", min),
    np.bitwise_and: _logic("and"), np.bitwise_or: _logic("or"), np.bitwise_xor: _logic("xor"),
    np.equal: _comparison("eq"), np.not_equal: _comparison("ne"), np.less: _comparison("slt"),
    np.less_equal: _comparison("sle"), np.greater: _comparison("sgt"), np.greater_equal: _comparison("sge"),
}  # fmt: skip
_FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {np.where: _where, np.clip: _clip, np.searchsorted: _band}
