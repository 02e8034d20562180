"""ファイルの様式: the columns of a residents' file, read from layout.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from yakuba.kernel.codes import ListName, StayUnit

_FILE = Path(__file__).with_name("layout.yaml")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; layout.yaml says what each field means. `id` is the identifier that a finding carries as item."""

    name: str
    id: str
    bears: str = "item"
    kind: str = "text"
    script: str = "mixed"
    length: int = 0
    shorter: bool = False
    check: str = ""
    list: ListName | Literal["relationships", ""] = ""
    values: tuple[str, ...] = ()
    pattern: str = ""
    unit: StayUnit | Literal[""] = ""
    of: str = ""
    group: str = ""
    required: str = ""
    only: str = ""
    future: str = ""
    expected: str = ""
    secret: bool = False
    base: bool = True


@cache
def columns() -> tuple[Column, ...]:
    """全項目: every column that a file may have, in the order in which they are written."""
    rows: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["columns"]
    return tuple(Column(**{**row, "values": tuple(row.get("values", ()))}) for row in rows)


@cache
def base_columns() -> tuple[Column, ...]:
    """基本の項目: the columns that every file must have, and that an export writes."""
    return tuple(column for column in columns() if column.base)


@cache
def by_name() -> dict[str, Column]:
    """項目名 → column."""
    return {column.name: column for column in columns()}


@cache
def by_id() -> dict[str, Column]:
    """Identifier → column."""
    return {column.id: column for column in columns()}
