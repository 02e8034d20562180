"""税の証明書の葉: the person's items, the rows of figures, the notes, 以下余白; on one sheet."""

from __future__ import annotations

from yakuba.typesetting.setter import Table, line_height_mm
from yakuba.typesetting.sheets import Grid

from .content import TaxDocument
from .typesetter import Typesetter, by_key

ROW_MM = 5.4
SIZE_PT = 8.8
NOTE_PT = 9.0


def tax_bodies(content: TaxDocument, setter: Typesetter) -> list[list[Table]]:
    """税の証明書の各葉: one; its last table takes what room is left."""
    forms = setter.forms
    rows = forms.rows["tax", "header"]
    head = setter.table()
    setter.add_rows(head, rows, by_key(content.items, rows), where="本人")
    grid = Grid(setter, forms.columns, row_mm=ROW_MM, size_pt=SIZE_PT)
    for cells in content.rows:
        grid.add(*cells)
    tables = [head, grid.table]
    if content.notes:
        lines = [
            line
            for text in content.notes
            for line in setter.flowed(text, "remarks", columns=forms.columns, size_pt=NOTE_PT)
        ]
        notes = setter.table()
        notes.put(notes.add_row(len(lines) * line_height_mm(NOTE_PT) + 2), 0, notes.columns, lines, NOTE_PT, kind="top")
        tables.append(notes)
    room = forms.body_height_mm - sum(table.height_mm + forms.gap_mm for table in tables)
    end = setter.table()
    end.put(end.add_row(room), 0, end.columns, [forms.words["end"]], forms.text["size"], kind="end")
    return [[*tables, end]]
