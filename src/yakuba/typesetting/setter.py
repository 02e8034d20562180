"""組版: texts into slots and the cells of ruled tables; gathers what could not be printed as written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from yakuba.kernel.findings import Finding, alert

from .fitting import LEADING, POINTS_PER_MM, break_lines, fit
from .fonts import Coverage, clusters, is_selector
from .parts import Marks, OverflowMode

GLYPH_MISSING = "glyph_missing"
TEXT_OVERFLOW = "text_overflow"
INSET_MM = 1.0
VERTICAL_INSET_MM = 0.25
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
        """Puts lines into a cell; `kind` is a way of drawing that the template knows (heading, value, amount …)."""
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


class Setter:
    """組版: one document's way from texts to lines and sizes. Keeps findings and the 文字超過リスト.

    `labels` names each item in messages; a column of the form is `column_mm` wide, no text smaller than `smallest_pt`.
    """

    def __init__(
        self,
        coverage: Coverage,
        labels: Mapping[str, str],
        *,
        column_mm: float,
        smallest_pt: float,
        marks: Marks | None = None,
        overflow: OverflowMode = OverflowMode.PRINT_TO_LIMIT,
    ) -> None:
        self.coverage = coverage
        self.labels = labels
        self.column_mm = column_mm
        self.smallest_pt = smallest_pt
        self.marks = marks or Marks()
        self.overflow = overflow
        self.findings: list[Finding] = []
        self.overflows: list[Overflow] = []

    def printable(self, text: str, item: str, *, where: str = "", label: str = "") -> str:
        """描ける文字列: the text with the mark 〓 for each character that no font draws, each of them reported."""
        missing = self.coverage.missing(text)
        if not missing:
            return text
        label = label or self.label(item)
        for cluster in missing:
            self.findings.append(_glyph_missing(cluster, item=item, label=label, where=where, value=text))
        gone = frozenset(missing)
        return "".join(self.marks.glyph_missing if c in gone else c for c in clusters(text))

    def fitted(self, text: str, slot: Slot, *, where: str = "", label: str = "") -> tuple[tuple[str, ...], float]:
        """割付け: the lines and size of a text in its slot; reports and lists an overflow."""
        printed = self.printable(text, slot.item, where=where, label=label)
        fitted = fit(
            printed,
            width_pt=(slot.columns * self.column_mm - 2 * INSET_MM) * POINTS_PER_MM,
            height_pt=(slot.height_mm - 2 * VERTICAL_INSET_MM) * POINTS_PER_MM,
            size_pt=slot.size_pt,
            smallest_pt=self.smallest_pt,
            coverage=self.coverage,
        )
        if not fitted.overflowed:
            return fitted.lines, fitted.size_pt
        lines = fitted.lines if self.overflow is OverflowMode.PRINT_TO_LIMIT else ()
        label = label or self.label(slot.item)
        self.overflows.append(Overflow(where, slot.item, label, text, "".join(lines)))
        self.findings.append(text_overflow(slot.item, label=label, where=where, value=text, printed=bool(lines)))
        return lines, fitted.size_pt

    def part(self, text: str, slot: Slot, *, where: str = "") -> dict[str, Any]:
        """表の外の文: lines and size of a text that stands outside the tables, as the template reads them."""
        lines, size = self.fitted(text, slot, where=where)
        return {"lines": lines, "size": size}

    def flowed(self, text: str, item: str, *, columns: float, size_pt: float, where: str = "") -> tuple[str, ...]:
        """行分割: the lines of a text in a field that may run over several sheets."""
        width_em = (columns * self.column_mm - 2 * INSET_MM) * POINTS_PER_MM / size_pt
        return break_lines(self.printable(text, item, where=where), width_em - FLOW_SLACK_EM, self.coverage)

    @contextmanager
    def repeated(self) -> Iterator[None]:
        """繰返し: what is set inside stands on an earlier sheet too and was reported there."""
        findings, overflows = len(self.findings), len(self.overflows)
        yield
        del self.findings[findings:], self.overflows[overflows:]

    def label(self, key: str) -> str:
        """項目名 as it stands in messages: without the form's spacing."""
        return self.labels[key].translate(SPACING)


def line_height_mm(size_pt: float) -> float:
    """行送り: the height of one line of text."""
    return size_pt * LEADING / POINTS_PER_MM


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
