"""組版: turns items into the cells of ruled tables and gathers what could not be printed as written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from yakuba.kernel.findings import Finding, alert

from .content import Issue, Item, OverflowMode
from .fitting import LEADING, POINTS_PER_MM, break_lines, fit, text_width
from .fonts import Coverage, clusters, is_selector
from .forms import Cell, Forms, Row

GLYPH_MISSING = "glyph_missing"
TEXT_OVERFLOW = "text_overflow"
INSET_MM = 1.0
VERTICAL_INSET_MM = 0.25
HEADING_INSET_MM = 0.7
FLOW_SLACK_EM = 0.05
SPACING = str.maketrans("", "", " 　\n")


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
        """Puts lines into a cell; kind is heading, value, number, top (at the cell's top) or end (以下余白)."""
        self.cells.append(
            {"x": column, "y": row, "w": columns, "h": rows, "k": kind, "t": list(lines), "s": round(size_pt, 2)}
        )

    def data(self) -> dict[str, Any]:
        """The table as the template reads it."""
        return {"columns": self.columns, "heights": self.heights, "cells": self.cells}


@dataclass(frozen=True, slots=True)
class Slot:
    """枠: where a text must fit: its item, the columns and height it has, and its largest size."""

    item: str
    columns: float
    height_mm: float
    size_pt: float


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

    def printable(self, text: str, item: str, *, where: str = "", label: str = "") -> str:
        """描ける文字列: the text with the mark 〓 for each character that no font draws, each of them reported."""
        missing = self.coverage.missing(text)
        if not missing:
            return text
        label = label or self.label(item)
        for cluster in missing:
            self.findings.append(_glyph_missing(cluster, item=item, label=label, where=where, value=text))
        gone = frozenset(missing)
        return "".join(self.issue.marks.glyph_missing if c in gone else c for c in clusters(text))

    def fitted(self, text: str, slot: Slot, *, where: str = "", label: str = "") -> tuple[tuple[str, ...], float]:
        """割付け: the lines and size of a text in its slot; reports and lists an overflow."""
        printed = self.printable(text, slot.item, where=where, label=label)
        fitted = fit(
            printed,
            width_pt=(slot.columns * self.forms.column_mm - 2 * INSET_MM) * POINTS_PER_MM,
            height_pt=(slot.height_mm - 2 * VERTICAL_INSET_MM) * POINTS_PER_MM,
            size_pt=slot.size_pt,
            smallest_pt=self.forms.text["smallest"],
            coverage=self.coverage,
        )
        if not fitted.overflowed:
            return fitted.lines, fitted.size_pt
        lines = fitted.lines if self.issue.overflow is OverflowMode.PRINT_TO_LIMIT else ()
        label = label or self.label(slot.item)
        self.overflows.append(Overflow(where, slot.item, label, text, "".join(lines)))
        self.findings.append(text_overflow(slot.item, label=label, where=where, value=text, printed=bool(lines)))
        return lines, fitted.size_pt

    def part(self, text: str, slot: Slot) -> dict[str, Any]:
        """表の外の文: lines and size of a text that stands outside the tables, as the template reads them."""
        lines, size = self.fitted(text, slot)
        return {"lines": lines, "size": size}

    def flowed(self, text: str, item: str, *, columns: float, size_pt: float, where: str = "") -> tuple[str, ...]:
        """行分割: the lines of a text in a field that may run over several sheets."""
        width_em = (columns * self.forms.column_mm - 2 * INSET_MM) * POINTS_PER_MM / size_pt
        return break_lines(self.printable(text, item, where=where), width_em - FLOW_SLACK_EM, self.coverage)

    @contextmanager
    def repeated(self) -> Iterator[None]:
        """繰返し: what is set inside stands on an earlier sheet too and was reported there."""
        findings, overflows = len(self.findings), len(self.overflows)
        yield
        del self.findings[findings:], self.overflows[overflows:]

    def heading(self, text: str, columns: int) -> tuple[tuple[str, ...], float]:
        """見出し: a fixed word of the form on its own lines, shrunk where the cell is narrow."""
        room = (columns * self.forms.column_mm - 2 * HEADING_INSET_MM) * POINTS_PER_MM
        lines = text.split("\n")
        widest = max(text_width(line, self.coverage) for line in lines)
        usual = self.forms.text["heading"] if len(lines) == 1 else self.forms.text["heading_two_lines"]
        return tuple(lines), min(usual, room / widest)

    def shown(self, item: Item | None) -> str:
        """印字する値: the item's value, or the mark of omission or of a blank."""
        if item is None:
            return self.issue.marks.blank
        return self.issue.marks.omitted if item.omitted else item.value or self.issue.marks.blank

    def label(self, key: str) -> str:
        """項目名 as it stands in messages: without the form's spacing."""
        return self.forms.labels[key].translate(SPACING)

    def heading_of(self, item: Item | None, key: str) -> str:
        """見出し of an item: its own where the law words it by case, else the form's."""
        if item is None or not item.label:
            return self.forms.labels[key]
        return self.printable(item.label, key)

    def add_rows(
        self, table: Table, rows: Iterable[Row], items: Mapping[str, Item], *, where: str, column: int = 0
    ) -> None:
        """様式の行: puts the form's rows into the table, each cell with its heading and value."""
        for row in rows:
            number = table.add_row(row.height_mm)
            left = column
            for cell in row.cells:
                self.add_item(table, (number, left), cell, items.get(cell.key), where=where)
                left += cell.heading_columns + cell.value_columns

    def add_item(self, table: Table, place: tuple[int, int], cell: Cell, item: Item | None, *, where: str) -> None:
        """項目: heading and value into the cells that start at (row, column)."""
        row, left = place
        heading = self.heading_of(item, cell.key)
        lines, size = self.heading(heading, cell.heading_columns)
        table.put(row, left, cell.heading_columns, lines, size, kind="heading")
        slot = Slot(cell.key, cell.value_columns, table.heights[row], cell.size_pt)
        lines, size = self.fitted(self.shown(item), slot, where=where, label=heading.translate(SPACING))
        table.put(row, left + cell.heading_columns, cell.value_columns, lines, size)


def line_height_mm(size_pt: float) -> float:
    """行送り: the height of one line of text."""
    return size_pt * LEADING / POINTS_PER_MM


def by_key(items: Iterable[Item], allowed: Iterable[Row]) -> dict[str, Item]:
    """項目を欄ごとに: the items by their cell.

    Raises `ValueError` for an item the form has no cell for, or one given twice.
    """
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


def text_overflow(item: str, *, label: str, where: str, value: str, printed: bool) -> Finding:
    """文字溢れのアラート (spec 5.8)."""
    done = "入る限度まで印字しました" if printed else "空白で印字しました"
    return alert(
        TEXT_OVERFLOW,
        f"「{label}」が欄に収まらないため、{done}（{len(value)}文字）。",
        "文字超過リストで全文を確認し、必要なら備考欄に記載してください。",
        item=item,
        where=where,
        value=value,
    )
