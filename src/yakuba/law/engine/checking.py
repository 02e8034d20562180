"""入力の検査: what a table of people lacks or cannot be, one finding a cell; nothing is worked out from a wrong row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yakuba.kernel.findings import Finding, error

from .rule import Input
from .ruleset import RuleSet

_SHOWN = 100
"""How many rows of one fault are told one by one; the rest is told as a number."""


def check(rules: RuleSet, columns: Mapping[str, NDArray[Any]], *, first_row: int = 0) -> list[Finding]:
    """入力の検査: an unknown column, one of another length, a value that is no whole number or out of its bounds.

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
    return findings


def _bounds(fact: Input, column: NDArray[Any], rows: int, first_row: int) -> list[Finding]:
    greatest = rows - 1 if fact.unit == "row" else fact.greatest
    wrong = (column < fact.least) | (column > greatest)
    if fact.unit == "row":
        wrong |= column == np.arange(rows)
    at = np.flatnonzero(wrong)
    unsupported = fact.least == fact.greatest
    found = [
        error(
            "unsupported" if unsupported else "out-of-bounds",
            f"{fact.term}がある人は、まだ計算できません。"
            if unsupported
            else f"{fact.term}は{fact.least:,}から{greatest:,}までです。",
            "この人は別に計算してください。" if unsupported else "値を確かめて直してください。",
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
