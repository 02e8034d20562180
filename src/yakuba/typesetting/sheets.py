"""用紙: a sheet on which every text and ruled table has its place; the template only draws what stands where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .setter import Setter, Slot, Table, line_height_mm

Kind = Literal["heading", "value", "amount", "center", "total", "note"]
"""How a cell is drawn: 見出し tinted, a text, an amount at the right edge, a text in the middle, 合計, small print."""


@dataclass(frozen=True, slots=True)
class Cell:
    """欄: a text over `columns` columns and `rows` rows; `item` names it in messages."""

    text: str
    columns: int
    kind: Kind = "value"
    item: str = "text"
    size_pt: float = 0.0
    rows: int = 1


class Grid:
    """罫線表 row by row, in columns of the setter's width."""

    def __init__(self, setter: Setter, columns: int, *, row_mm: float, size_pt: float, where: str = "") -> None:
        self._setter = setter
        self._row_mm = row_mm
        self._size_pt = size_pt
        self._where = where
        self.table = Table(columns)

    def add(self, *cells: Cell, row_mm: float = 0.0, first_column: int = 0) -> None:
        """A row of cells from the left; a cell of several rows reaches into the rows added after it."""
        height = row_mm or self._row_mm
        row, left = self.table.add_row(height), first_column
        for cell in cells:
            size = cell.size_pt or self._size_pt
            slot = Slot(cell.item, cell.columns, height * cell.rows, size)
            lines, fitted = self._setter.fitted(cell.text, slot, where=self._where)
            self.table.put(row, left, cell.columns, lines, fitted, kind=cell.kind, rows=cell.rows)
            left += cell.columns


class Sheet:
    """用紙 1枚. Places are millimetres from the upper left corner."""

    def __init__(self, setter: Setter) -> None:
        self.setter = setter
        self._parts: list[dict[str, Any]] = []

    def title(self, x: float, y: float, width: float, text: str, size_pt: float) -> None:
        """表題, in the middle of the width; a heading to a reader program."""
        columns = width / self.setter.column_mm
        lines, size = self.setter.fitted(text, Slot("title", columns, line_height_mm(size_pt), size_pt))
        self._parts.append({"k": "title", "x": x, "y": y, "w": width, "t": list(lines), "s": size})

    def text(
        self, x: float, y: float, width: float, text: str, size_pt: float,
        *, item: str = "text", height_mm: float = 6.0, align: Literal["left", "right", "center"] = "left", where: str = "",
    ) -> None:  # fmt: skip
        """文 that must fit its place: shrunk and broken as a cell's is."""
        slot = Slot(item, width / self.setter.column_mm, height_mm, size_pt)
        lines, size = self.setter.fitted(text, slot, where=where)
        self.lines(x, y, width, lines, size, align=align)

    def lines(
        self, x: float, y: float, width: float, lines: Iterable[str], size_pt: float, *, align: str = "left"
    ) -> None:
        """行: lines that were broken before."""
        self._parts.append({"k": "text", "x": x, "y": y, "w": width, "t": list(lines), "s": size_pt, "a": align})

    def table(self, x: float, y: float, table: Table) -> float:
        """罫線表; returns the place of its foot."""
        self._parts.append({"k": "table", "x": x, "y": y, **table.data()})
        return y + table.height_mm

    def seal(self, x: float, y: float) -> None:
        """公印, its upper left corner."""
        self._parts.append({"k": "seal", "x": x, "y": y})

    def data(self) -> list[dict[str, Any]]:
        """The sheet as the template reads it."""
        return self._parts


def paragraphs(setter: Setter, texts: Sequence[str], *, width_mm: float, size_pt: float, indent: str = "") -> list[str]:
    """段落: the lines of several texts, each beginning with the indent."""
    columns = width_mm / setter.column_mm
    return [
        line for text in texts for line in setter.flowed(f"{indent}{text}", "text", columns=columns, size_pt=size_pt)
    ]
