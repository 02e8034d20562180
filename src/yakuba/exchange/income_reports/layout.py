"""ファイルの様式: the columns of each kind of report, read from layouts/. layouts/common.yaml says what the fields mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yakuba.registers.income_reports.columns import Kind, Role

_FOLDER = Path(__file__).with_name("layouts")
_RELATIVE_ITEMS: dict[str, dict[str, Any]] = {
    "name": {"name": "氏名", "kind": "text", "length": 100},
    "name_kana": {"name": "フリガナ", "kind": "kana", "length": 100},
    "individual_number": {"name": "個人番号", "kind": "individual_number", "secret": True},
    "birth_date": {"name": "生年月日", "kind": "date"},
    "abroad": {"name": "非居住者", "kind": "flag"},
    "disability": {"name": "障害者", "kind": "code", "values": ["0", "1", "2"]},
    "living_together": {"name": "同居", "kind": "flag"},
    "lineal_ascendant": {"name": "直系尊属", "kind": "flag"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `id` is what a finding carries as item; `relative` the relative's column that it belongs to."""

    name: str
    id: str
    kind: str = "text"
    length: int = 0
    values: tuple[str, ...] = ()
    required: bool = False
    secret: bool = False
    loss: bool = False
    stored: bool = True
    part_of: str = ""
    sums_into: str = ""
    counts: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RelativeBlock:
    """The columns of one relative: `position` in the report, `role`, and for each item of a relative the column's id."""

    position: int
    role: Role
    columns: tuple[tuple[str, str], ...]

    def id_of(self, item: str) -> str | None:
        """The id of the column that holds the item; None where the form does not ask for it."""
        return dict(self.columns).get(item)


@dataclass(frozen=True, slots=True)
class Layout:
    """様式: the columns in their order, and the relatives among them."""

    kind: Kind
    columns: tuple[Column, ...]
    relatives: tuple[RelativeBlock, ...]

    def by_name(self) -> dict[str, Column]:
        """項目名 → column."""
        return {column.name: column for column in self.columns}

    def by_id(self) -> dict[str, Column]:
        """Identifier → column."""
        return {column.id: column for column in self.columns}


@cache
def layout(kind: Kind) -> Layout:
    """資料の種類の様式."""
    common = _read("common")["columns"]
    own = _read(kind)
    shared = [row for row in common if kind in row.get("kinds", list(Kind))]
    columns = [_column(row) for row in (*shared, *own["columns"])]
    blocks: list[RelativeBlock] = []
    for group in own["relatives"]:
        for number in range(1, group["count"] + 1):
            several = str(number) if group["count"] > 1 else ""
            ids = tuple((item, f"{group['role']}_{number}_{item}") for item in group["items"])
            columns += [_of_relative(item, name_id, f"{group['name']}{several}") for item, name_id in ids]
            blocks.append(RelativeBlock(len(blocks) + 1, Role(group["role"]), ids))
    return Layout(kind, tuple(columns), tuple(blocks))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def _column(row: dict[str, Any]) -> Column:
    fields = {name: value for name, value in row.items() if name != "kinds"}
    return Column(**{**fields, "values": tuple(row.get("values", ()))})


def _of_relative(item: str, name_id: str, before: str) -> Column:
    form = _RELATIVE_ITEMS[item]
    return _column({**form, "id": name_id, "name": f"{before}_{form['name']}", "stored": False})
