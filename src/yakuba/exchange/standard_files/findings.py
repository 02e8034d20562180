"""所見の置き場所: what the checks of a file say of one cell, and how a rule says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from yakuba.exchange.standard_files.layout import Column
from yakuba.exchange.standard_files.reading import place
from yakuba.kernel.findings import Finding, Severity

Say = Callable[[Column, str], Finding]


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


def says(rule: str, message: str, remedy: str, *, severity: Severity = Severity.ERROR) -> Say:
    """A `say` from a template: {name} is the 項目名, {value} the cell."""

    def say(column: Column, value: str) -> Finding:
        filled = message.format(name=column.name, value="" if column.secret else value)
        return Finding(rule, severity, filled, remedy.format(name=column.name, value=value))

    return say


def always(finding: Finding) -> Say:
    """A `say` that says the same of every value."""
    return lambda _, __: finding


def located(rule_column: Column, finding: Finding, line: int, value: str) -> CellFinding:
    """The finding with its place, item and value filled in. A 個人番号 is never repeated in a finding (番号法)."""
    shown = "" if rule_column.secret else value
    return CellFinding(line, rule_column.id, replace(finding, item=rule_column.id, where=place(line), value=shown))


def spoken(finding: Finding | None) -> Finding:
    """The kernel's finding on a value that was seen to break its rule. None would be two checks that disagree."""
    if finding is None:
        raise ValueError("the kernel accepts a value that the check of many refuses")
    return finding
