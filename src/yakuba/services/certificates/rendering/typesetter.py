"""組版: turns items into the cells of ruled tables and gathers what could not be printed as written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yakuba.kernel.findings import Finding, alert

from .content import Issue, Item, OverflowMode
from .fitting import LEADING, POINTS_PER_MM, break_lines, fit
from .fonts import Coverage, clusters, is_selector
from .forms import Cell, Forms, Row

GLYPH_MISSING = "glyph_missing"
TEXT_OVERFLOW = "text_overflow"
INSET_MM = 1.0
VERTICAL_INSET_MM = 0.25


@dataclass(frozen=True, slots=True)
class Overflow:
    """文字超過リストの一行 (spec 5.8): the whole value, and what of it stands on the page."""

    where: str
    item: str
    label: str
    value: str
    printed: str


class Table:
    """罫線表: rows of cells on the form's columns, as the template draws them."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.heights: list[float] = []
        self.cells: list[dict[str, Any]] = []

    @property
    def height_mm(self) -> float:
        """The height of all rows."""
        return sum(self.heights)

    def add_row(self, height_mm: float) -> int:
        """Opens a row and returns its number."""
        self.heights.append(round(height_mm, 3))
        return len(self.heights) - 1

    def put(
        self,
        row: int,
        column: int,
        columns: int,
        lines: Iterable[str],
        size_pt: float,
        *,
        kind: str = "value",
        rows: int = 1,
    ) -> None:
        """Puts lines into a cell; kind is heading, value, number, top (value at the cell's top) or free (no rule)."""
        self.cells.append(
            {"x": column, "y": row, "w": columns, "h": rows, "k": kind, "t": list(lines), "s": round(size_pt, 2)}
        )

    def data(self) -> dict[str, Any]:
        """The table as the template reads it."""
        return {"columns": self.columns, "heights": self.heights, "cells": self.cells}


class Typesetter:
    """組版: one document's way from items to cells. Keeps findings and the 文字超過リスト."""

    def __init__(self, issue: Issue, forms: Forms, coverage: Coverage) -> None:
        self.issue = issue
        self.forms = forms
        self.coverage = coverage
        self.findings: list[Finding] = []
        self.overflows: list[Overflow] = []

    def table(self) -> Table:
        """An empty table over the whole width."""
        return Table(self.forms.columns)

    def printable(self, text: str, *, item: str, label: str, where: str) -> str:
        """描ける文字列: the text with the mark 〓 for each character that no font draws, each of them reported."""
        missing = self.coverage.missing(text)
        if not missing:
            return text
        for cluster in missing:
            self.findings.append(_glyph_missing(cluster, item=item, label=label, where=where, value=text))
        gone = frozenset(missing)
        return "".join(self.issue.marks.glyph_missing if c in gone else c for c in clusters(text))

    def fitted(
        self, text: str, *, item: str, label: str, where: str, columns: float, height_mm: float, size_pt: float
    ) -> tuple[tuple[str, ...], float]:
        """割付け: the lines and size of a value in a cell of so many columns; reports and lists an overflow."""
        text = self.printable(text, item=item, label=label, where=where)
        fitted = fit(
            text,
            width_pt=(columns * self.forms.column_mm - 2 * INSET_MM) * POINTS_PER_MM,
            height_pt=(height_mm - 2 * VERTICAL_INSET_MM) * POINTS_PER_MM,
            size_pt=size_pt,
            smallest_pt=self.forms.text["smallest"],
            coverage=self.coverage,
        )
        if not fitted.overflowed:
            return fitted.lines, fitted.size_pt
        lines = fitted.lines if self.issue.overflow is OverflowMode.PRINT_TO_LIMIT else ()
        self.overflows.append(Overflow(where, item, label, text, "".join(lines)))
        self.findings.append(_text_overflow(item=item, label=label, where=where, value=text, printed=bool(lines)))
        return lines, fitted.size_pt

    def flowed(self, text: str, *, item: str, label: str, where: str, columns: float, size_pt: float) -> tuple[str, ...]:
        """行分割: the lines of a text in a field that may run over several sheets."""
        text = self.printable(text, item=item, label=label, where=where)
        width_em = (columns * self.forms.column_mm - 2 * INSET_MM) * POINTS_PER_MM / size_pt
        return break_lines(text, width_em - 0.05, self.coverage)

    def heading(self, text: str, columns: int, height_mm: float) -> tuple[tuple[str, ...], float]:
        """見出し: a fixed word of the form, shrunk where the cell is narrow."""
        fitted = fit(
            text,
            width_pt=(columns * self.forms.column_mm - INSET_MM) * POINTS_PER_MM,
            height_pt=height_mm * POINTS_PER_MM,
            size_pt=self.forms.text["heading"],
            smallest_pt=self.forms.text["heading_smallest"],
            coverage=self.coverage,
        )
        return fitted.lines, fitted.size_pt

    def shown(self, item: Item) -> str:
        """印字する値: the item's value, or the mark of omission or of a blank."""
        if item.omitted:
            return self.issue.marks.omitted
        return item.value or self.issue.marks.blank

    def label_of(self, item: Item) -> str:
        """見出し of an item: its own where the law words it by case, else the form's."""
        return item.label or self.forms.labels[item.key]

    def add_rows(
        self, table: Table, rows: Iterable[Row], items: Mapping[str, Item], *, where: str, column: int = 0
    ) -> None:
        """様式の行: puts the form's rows into the table, each cell with its heading and value."""
        for row in rows:
            number = table.add_row(row.height_mm)
            left = column
            for cell in row.cells:
                self._put_cell(table, number, left, cell, row.height_mm, items.get(cell.key), where)
                left += cell.heading_columns + cell.value_columns

    def _put_cell(
        self, table: Table, row: int, left: int, cell: Cell, height_mm: float, item: Item | None, where: str
    ) -> None:
        label = self.label_of(item) if item else self.forms.labels[cell.key]
        lines, size = self.heading(label, cell.heading_columns, height_mm)
        table.put(row, left, cell.heading_columns, lines, size, kind="heading")
        lines, size = self.fitted(
            self.shown(item) if item else self.issue.marks.blank,
            item=cell.key,
            label=_flat(label),
            where=where,
            columns=cell.value_columns,
            height_mm=height_mm,
            size_pt=cell.size_pt,
        )
        table.put(row, left + cell.heading_columns, cell.value_columns, lines, size)


def line_height_mm(size_pt: float) -> float:
    """行送り: the height of one line of text."""
    return size_pt * LEADING / POINTS_PER_MM


def by_key(items: Iterable[Item], allowed: Iterable[Row]) -> dict[str, Item]:
    """項目を欄ごとに: the items by their cell. Raises `ValueError` for an item the form has no cell for, or one given twice."""
    cells = {cell.key for row in allowed for cell in row.cells}
    placed: dict[str, Item] = {}
    for item in items:
        if item.key not in cells:
            raise ValueError(f"様式に欄のない項目です: {item.key}")
        if item.key in placed:
            raise ValueError(f"同じ項目が二度あります: {item.key}")
        placed[item.key] = item
    return placed


def kept_rows(rows: Iterable[Row], items: Mapping[str, Item]) -> tuple[Row, ...]:
    """印字する行: the rows without the optional ones for which there is no item."""
    return tuple(row for row in rows if not row.optional or any(cell.key in items for cell in row.cells))


def _flat(label: str) -> str:
    return label.replace("\n", "").replace("　", "").replace(" ", "")


def _code_points(cluster: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in cluster)


def _glyph_missing(cluster: str, *, item: str, label: str, where: str, value: str) -> Finding:
    what = "異体字" if is_selector(cluster[-1]) else "文字"
    return alert(
        GLYPH_MISSING,
        f"「{label}」の{what}「{cluster}」（{_code_points(cluster)}）は登録された字体にないため印字できません。",
        "字体を追加登録するか、文字コードを確認してください。",
        item=item,
        where=where,
        value=value,
    )


def _text_overflow(*, item: str, label: str, where: str, value: str, printed: bool) -> Finding:
    done = "入る限度まで印字しました" if printed else "空白で印字しました"
    return alert(
        TEXT_OVERFLOW,
        f"「{label}」が欄に収まらないため、{done}（{len(value)}文字）。",
        "文字超過リストで全文を確認し、必要なら備考欄に記載してください。",
        item=item,
        where=where,
        value=value,
    )
