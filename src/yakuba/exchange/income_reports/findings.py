"""所見の置き場所: a rule on a column, how it says what it found, and the findings that a set of rules gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import polars as pl

from yakuba.exchange.income_reports.layout import Column
from yakuba.exchange.income_reports.reading import LINE, place
from yakuba.kernel.findings import Finding, Severity

Say = Callable[[Column, str], Finding]
HIDDEN = "（表示しません）"
_TWELVE_DIGITS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


@dataclass(frozen=True, slots=True)
class CellFinding:
    """A finding and the cell it is on: the line, and the identifier of the column."""

    line: int
    id: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on one column: `mask` is true for the rows whose cell breaks it; `say` words it for a value."""

    column: Column
    mask: pl.Expr
    say: Say


def shown(column: Column, value: str) -> str:
    """The cell as a finding may repeat it: never an address, and no twelve digits, which are somebody's in any column."""
    return HIDDEN if column.secret and value else _TWELVE_DIGITS.sub(HIDDEN, value)


def says(rule: str, message: str, remedy: str) -> Say:
    """A `say` from a template: {name} is the 項目名, {value} the cell, which a secret column keeps to itself."""

    def say(column: Column, value: str) -> Finding:
        filled = {"name": column.name, "value": shown(column, value)}
        message_said, remedy_said = (each.format(**filled) for each in (message, remedy))
        return Finding(rule, Severity.ERROR, message_said, remedy_said)

    return say


def located(column: Column, finding: Finding, line: int, value: str) -> CellFinding:
    """The finding with its place, item and value."""
    told = replace(finding, item=column.id, where=place(line), value=shown(column, value))
    return CellFinding(line, column.id, told)


def apply_rules(frame: pl.DataFrame, rules: Iterable[Rule]) -> list[CellFinding]:
    """One finding for each cell that breaks a rule: the first rule on it speaks."""
    listed = list(rules)
    if frame.is_empty() or not listed:
        return []
    masks = frame.select(rule.mask.fill_null(value=False).alias(str(at)) for at, rule in enumerate(listed))
    found: dict[tuple[int, str], CellFinding] = {}
    for at, rule in enumerate(listed):
        mask = masks[str(at)]
        if not mask.any():
            continue
        for line, value in frame.filter(mask).select(LINE, rule.column.id).iter_rows():
            said = located(rule.column, rule.say(rule.column, value or ""), line, value or "")
            found.setdefault((line, rule.column.id), said)
    return list(found.values())
