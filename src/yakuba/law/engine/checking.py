"""入力の検査: what a table of people lacks or cannot be, one finding a cell; nothing is worked out from a wrong row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yakuba.kernel.findings import Finding, error

from .rule import Input
from .ruleset import RuleSet

_SHOWN = 100
"""How many rows of one fault are told one by one; the rest is told as a number."""


def check(rules: RuleSet, columns: Mapping[str, NDArray[Any]], *, first_row: int = 0) -> list[Finding]:
    """入力の検査: an unknown column, one of another length, a value that is no whole number or out of its bounds, two that clash.

    `first_row` is the number of the first row in the source, for the findings' places.
    """
    findings: list[Finding] = []
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        return [error("column-length", "列の行数がそろっていません。", "すべての列を同じ行数にしてください。")]
    rows = lengths.pop() if lengths else 0
    for name, column in columns.items():
        fact = rules.inputs.get(name)
        if fact is None and name not in rules.rules:
            message = f"「{name}」という列は{rules.fiscal_year}年度の計算にありません。"
            findings.append(error("unknown-column", message, "列名の一覧にある名前に直してください。", item=name))
        elif column.dtype.kind not in "iub":
            message = f"「{name}」に整数でない値があります。"
            findings.append(error("not-whole", message, "円・人・年は整数で書いてください。", item=name))
        elif fact is not None:
            findings += _bounds(fact, column, rows, first_row)
    return findings or _clashes(rules, columns, first_row)


def clashes(
    rules: RuleSet, columns: Mapping[str, NDArray[Any]]
) -> Iterator[tuple[Input, Input, NDArray[np.signedinteger[Any]]]]:
    """計算できない組合せ: two inputs and the rows in which both differ from 0, of those that cannot be worked out together."""
    for fact in rules.inputs.values():
        column = columns.get(fact.name) if fact.never_with else None
        if column is not None and column.any():
            for other in fact.never_with:
                at = np.flatnonzero((column != 0) & (columns[other] != 0)) if other in columns else np.arange(0)
                if at.size:
                    yield fact, rules.inputs[other], at


def _clashes(rules: RuleSet, columns: Mapping[str, NDArray[Any]], first_row: int) -> list[Finding]:
    return [
        error(
            "unsupported", f"{fact.term}と{other.term}の両方がある人は、まだ計算できません。",
            "この人は別に計算してください。", item=fact.name, where=f"{first_row + int(row)}行目",
            value=str(columns[fact.name][row]),
        )
        for fact, other, at in clashes(rules, columns)
        for row in at[:_SHOWN]
    ]  # fmt: skip


def _bounds(fact: Input, column: NDArray[Any], rows: int, first_row: int) -> list[Finding]:
    greatest = rows - 1 if fact.unit == "row" else fact.greatest
    wrong = (column < fact.least) | (column > greatest)
    if fact.unit == "row":
        wrong |= column == np.arange(rows)
    at = np.flatnonzero(wrong)
    found = [
        error(
            "out-of-bounds",
            f"{fact.term}は{fact.least:,}から{greatest:,}までです。",
            "値を確かめて直してください。",
            item=fact.name,
            where=f"{first_row + int(row)}行目",
            value=str(column[row]),
        )
        for row in at[:_SHOWN]
    ]
    if len(at) > _SHOWN:
        more = f"{fact.term}の同じ誤りがほかに{len(at) - _SHOWN:,}行あります。"
        found.append(error("out-of-bounds-more", more, "上の行と同じように直してください。", item=fact.name))
    return found
