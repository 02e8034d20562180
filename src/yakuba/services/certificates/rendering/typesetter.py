"""組版: turns items into the cells of the forms' ruled tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yakuba.typesetting.fitting import POINTS_PER_MM, text_width
from yakuba.typesetting.fonts import Coverage
from yakuba.typesetting.setter import SPACING, Setter, Slot, Table

from .content import Issue, Item
from .forms import Cell, Forms, Row

HEADING_INSET_MM = 0.7


class Typesetter(Setter):
    """組版: one document's way from items to cells."""

    def __init__(self, issue: Issue, forms: Forms, coverage: Coverage) -> None:
        super().__init__(
            coverage, forms.labels, column_mm=forms.column_mm, smallest_pt=forms.text["smallest"],
            marks=issue.marks, overflow=issue.overflow,
        )  # fmt: skip
        self.issue = issue
        self.forms = forms

    def table(self) -> Table:
        """An empty table over the whole width."""
        return Table(self.forms.columns)

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
