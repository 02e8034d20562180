"""式: conditions and amounts of a programme as text, such as `every(not levied(2025)) and age_on("2025-06-01") >= 18`.

The text is Python's own expression syntax, of which only what `_CALLS`, `_OPERATORS` and `FACTS` name is allowed. It becomes a
Polars expression over one row a person; `every`, `some`, `count` and `total` look at the person's whole household. What is
not known (null) stays unknown by three-valued logic, so that nobody is refused or paid on a gap in the data.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce

import polars as pl

FLAG, NUMBER, DAY = "flag", "number", "day"
HOUSEHOLD = "household_id"


@dataclass(frozen=True, slots=True)
class Fact:
    """事実: what a formula may ask of a person. `parameters` are the kinds of its arguments: day, year or name."""

    term: str
    kind: str
    parameters: tuple[str, ...] = ()


FACTS: Mapping[str, Fact] = {
    "age_on": Fact("年齢", NUMBER, ("day",)),
    "birth_date": Fact("生年月日", DAY),
    "became_resident_on": Fact("住民となった日", DAY),
    "is_head": Fact("世帯主", FLAG),
    "is_foreign": Fact("外国人住民", FLAG),
    "levied": Fact("住民税課税", FLAG, ("year",)),
    "income_levied": Fact("住民税所得割課税", FLAG, ("year",)),
    "claimed_by_taxpayer": Fact("課税者の扶養親族等", FLAG, ("year",)),
    "decided": Fact("住民税の決定の額", NUMBER, ("year", "name")),
    "received": Fact("他の給付の受給額", NUMBER, ("name",)),
    "reported": Fact("国から通知された額", NUMBER, ("name",)),
}
"""事実 by name. `decided` names a quantity of the tax decision, `received` a programme, `reported` a column of a file of amounts."""


@dataclass(frozen=True, slots=True, order=True)
class FactUse:
    """A fact as a formula asks for it; `column` is the name of its column in the frame."""

    name: str
    arguments: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        return f"{self.name}({','.join(self.arguments)})" if self.arguments else self.name


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula: its text, kind, Polars expression and the facts that it asks for."""

    text: str
    kind: str
    expression: pl.Expr
    facts: frozenset[FactUse]


class FormulaError(ValueError):
    """The text is no formula; the message says in Japanese what is wrong with which part."""


@cache
def compiled(text: str, kind: str) -> Formula:
    """式を読む. Raises FormulaError when the text is no formula of the kind (flag or number)."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as reason:
        raise FormulaError(f"式「{text}」を読めません。") from reason
    compiler = _Compiler()
    found, expression = compiler.visit(tree)
    if found != kind:
        raise FormulaError(f"式「{text}」は{_KINDS[found]}ですが、ここには{_KINDS[kind]}が要ります。")
    return Formula(text, kind, expression, frozenset(compiler.facts))


_Typed = tuple[str, pl.Expr]
_KINDS = {FLAG: "はい・いいえ", NUMBER: "数", DAY: "日"}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Lt: pl.Expr.lt,
    ast.LtE: pl.Expr.le,
    ast.Gt: pl.Expr.gt,
    ast.GtE: pl.Expr.ge,
    ast.Eq: pl.Expr.eq,
    ast.NotEq: pl.Expr.ne,
}
_OPERATORS: Mapping[type[ast.operator], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Add: pl.Expr.add,
    ast.Sub: pl.Expr.sub,
    ast.Mult: pl.Expr.mul,
}


def _households(found: pl.Expr) -> pl.Expr:
    """Over the members of the household."""
    return found.over(HOUSEHOLD)


def _every(value: pl.Expr) -> pl.Expr:
    return _households(value.all(ignore_nulls=False))


def _some(value: pl.Expr) -> pl.Expr:
    return _households(value.any(ignore_nulls=False))


def _count(value: pl.Expr) -> pl.Expr:
    known = value.is_not_null().all()
    return _households(pl.when(known).then(value.cast(pl.Int64).sum()))


def _total(value: pl.Expr) -> pl.Expr:
    known = value.is_not_null().all()
    return _households(pl.when(known).then(value.sum()))


def _least(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    return pl.when(first.is_not_null() & second.is_not_null()).then(pl.min_horizontal(first, second))


def _greatest(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    return pl.when(first.is_not_null() & second.is_not_null()).then(pl.max_horizontal(first, second))


def _ceil_to(value: pl.Expr, step: pl.Expr) -> pl.Expr:
    return -(-value // step) * step


def _floor_to(value: pl.Expr, step: pl.Expr) -> pl.Expr:
    return value // step * step


def _either(condition: pl.Expr, first: pl.Expr, second: pl.Expr) -> pl.Expr:
    return pl.when(condition.is_not_null()).then(pl.when(condition).then(first).otherwise(second))


_CALLS: Mapping[str, tuple[tuple[str, ...], str, Callable[..., pl.Expr]]] = {
    "every": ((FLAG,), FLAG, _every),
    "some": ((FLAG,), FLAG, _some),
    "count": ((FLAG,), NUMBER, _count),
    "total": ((NUMBER,), NUMBER, _total),
    "least": ((NUMBER, NUMBER), NUMBER, _least),
    "greatest": ((NUMBER, NUMBER), NUMBER, _greatest),
    "ceil_to": ((NUMBER, NUMBER), NUMBER, _ceil_to),
    "floor_to": ((NUMBER, NUMBER), NUMBER, _floor_to),
    "either": ((FLAG, NUMBER, NUMBER), NUMBER, _either),
}


class _Compiler(ast.NodeVisitor):
    """From the syntax tree to a Polars expression with its kind; whatever is not named here is refused."""

    def __init__(self) -> None:
        self.facts: set[FactUse] = set()

    def visit_BoolOp(self, node: ast.BoolOp) -> _Typed:
        join = operator.and_ if isinstance(node.op, ast.And) else operator.or_
        return FLAG, reduce(join, [self.expect(part, FLAG) for part in node.values])

    def visit_UnaryOp(self, node: ast.UnaryOp) -> _Typed:
        if isinstance(node.op, ast.Not):
            return FLAG, ~self.expect(node.operand, FLAG)
        if isinstance(node.op, ast.USub):
            return NUMBER, -self.expect(node.operand, NUMBER)
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> _Typed:
        act = _OPERATORS.get(type(node.op))
        if act is None:
            return self.generic_visit(node)
        return NUMBER, act(self.expect(node.left, NUMBER), self.expect(node.right, NUMBER))

    def visit_Compare(self, node: ast.Compare) -> _Typed:
        act = _COMPARISONS.get(type(node.ops[0]))
        if act is None or len(node.ops) > 1:
            return self.generic_visit(node)
        kind, first = self.visit(node.left)
        if kind == FLAG:
            raise FormulaError(f"「{ast.unparse(node.left)}」は数でも日でもないので比べられません。")
        return FLAG, act(first, self.expect(node.comparators[0], kind))

    def visit_Constant(self, node: ast.Constant) -> _Typed:
        if isinstance(node.value, bool):
            return FLAG, pl.lit(node.value)
        if isinstance(node.value, int):
            return NUMBER, pl.lit(node.value, dtype=pl.Int64)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> _Typed:
        return self.fact(node.id, ())

    def visit_Call(self, node: ast.Call) -> _Typed:
        if not isinstance(node.func, ast.Name) or node.keywords:
            return self.generic_visit(node)
        return self.call(node.func.id, node.args)

    def generic_visit(self, node: ast.AST) -> _Typed:
        raise FormulaError(f"「{ast.unparse(node)}」は式に使えません。")

    def expect(self, node: ast.expr, kind: str) -> pl.Expr:
        typed: _Typed = self.visit(node)
        found, expression = typed
        if found != kind:
            raise FormulaError(f"「{ast.unparse(node)}」は{_KINDS[found]}ですが、{_KINDS[kind]}が要ります。")
        return expression

    def call(self, name: str, arguments: list[ast.expr]) -> _Typed:
        if name == "day":
            return DAY, pl.lit(_day(arguments))
        if name not in _CALLS:
            return self.fact(name, tuple(map(_argument, arguments)))
        kinds, kind, act = _CALLS[name]
        if len(kinds) != len(arguments):
            raise FormulaError(f"{name} には{len(kinds)}個の値が要ります。")
        return kind, act(*(self.expect(part, wanted) for part, wanted in zip(arguments, kinds, strict=True)))

    def fact(self, name: str, arguments: tuple[str, ...]) -> _Typed:
        fact = FACTS.get(name)
        if fact is None:
            raise FormulaError(f"「{name}」という事実はありません。使えるもの: {'、'.join(sorted(FACTS))}")
        if len(arguments) != len(fact.parameters):
            raise FormulaError(f"{name} には{len(fact.parameters)}個の値が要ります。")
        for given, wanted in zip(arguments, fact.parameters, strict=True):
            _check(name, given, wanted)
        use = FactUse(name, arguments)
        self.facts.add(use)
        return fact.kind, pl.col(use.column)


def _argument(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | str):
        return str(node.value)
    raise FormulaError(f"「{ast.unparse(node)}」の所には値を直接書いてください。")


def _check(name: str, given: str, wanted: str) -> None:
    if wanted == "day":
        _read_day(given)
    elif wanted == "year" and not (given.isdigit() and len(given) == 4):
        raise FormulaError(f"{name} の年度「{given}」は4桁の西暦で書いてください。")
    elif wanted == "name" and not given.isidentifier():
        raise FormulaError(f"{name} の「{given}」は識別子ではありません。")


def _day(arguments: list[ast.expr]) -> date:
    if len(arguments) != 1:
        raise FormulaError('day には日を一つ書いてください（day("2025-06-01")）。')
    return _read_day(_argument(arguments[0]))


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as reason:
        raise FormulaError(f"「{text}」は暦にある日ではありません。") from reason
