"""別紙: the aliases of foreign residents, on sheets after the household's or the person's own (spec 5.1)."""

from __future__ import annotations

from yakuba.typesetting.setter import Slot, Table

from .content import AliasRecord
from .typesetter import Typesetter

BAR_MM = 7.0
HEADING_MM = 6.0
ROW_MM = 9.0
CLOSING_MM = 8.0
# Item and columns of each field of an alias, in the order of the headings.
FIELDS = (("name", 8), ("alias", 8), ("entered_on", 5), ("entered_at", 5), ("deleted_on", 5), ("deleted_at", 5))


def alias_bodies(aliases: tuple[AliasRecord, ...], setter: Typesetter) -> list[list[Table]]:
    """別紙の各葉: as many sheets as the aliases need; none without aliases."""
    forms = setter.forms
    rows_per_sheet = int((forms.body_height_mm - BAR_MM - HEADING_MM - CLOSING_MM) / ROW_MM)
    bodies = []
    for start in range(0, len(aliases), rows_per_sheet):
        shown = aliases[start : start + rows_per_sheet]
        table = _opened(setter)
        for number, record in enumerate(shown, start + 1):
            _put_record(table, record, f"別紙{number}", setter)
        row = table.add_row(forms.body_height_mm - table.height_mm)
        ended = start + rows_per_sheet >= len(aliases)
        table.put(row, 0, table.columns, [forms.words["end"]] if ended else [], forms.text["size"], kind="end")
        bodies.append([table])
    return bodies


def _opened(setter: Typesetter) -> Table:
    table, words = setter.table(), setter.forms.words
    table.put(table.add_row(BAR_MM), 0, table.columns, [words["annex"]], setter.forms.text["size"], kind="heading")
    row, left = table.add_row(HEADING_MM), 0
    for (_item, columns), word in zip(FIELDS, words["annex_columns"], strict=True):
        lines, size = setter.heading(word, columns)
        table.put(row, left, columns, lines, size, kind="heading")
        left += columns
    return table


def _put_record(table: Table, record: AliasRecord, where: str, setter: Typesetter) -> None:
    row, left = table.add_row(ROW_MM), 0
    for item, columns in FIELDS:
        slot = Slot(item, columns, ROW_MM, setter.forms.text["size"])
        lines, size = setter.fitted(getattr(record, item) or setter.issue.marks.blank, slot, where=where)
        table.put(row, left, columns, lines, size)
        left += columns
