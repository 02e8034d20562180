"""通知書: a letter with addressee, text, a ruled table of items and the mayor's name, on one sheet."""

from __future__ import annotations

from typing import Any

from yakuba.typesetting.fitting import LEADING, POINTS_PER_MM
from yakuba.typesetting.setter import Slot, Table, text_overflow

from .content import NoticeDocument
from .typesetter import Typesetter

COLUMN_COUNT = 34
HEADING_COLUMNS = 10
NOTE_INDENT_COLUMNS = 2
ROW_MM = 9.0
ITEM_SIZE_PT = 11.0
BODY_SIZE_PT = 10.5
NOTE_SIZE_PT = 9.0
HEADING_SIZE_PT = 9.5
AUTHORITY = Slot("issuer", 18, 6, 11)
ISSUER_NAME = Slot("issuer_name", 7, 6, 12.5)
ADDRESS = Slot("address", 18, 14, 10.5)
ADDRESSEE = Slot("name", 18, 12, 13)
# From the title down to the box of 問合せ先; the parts' spacing is that of the template.
BODY_ROOM_MM = 297 - 94 - 50
TITLE_MM = 15.0
PARAGRAPH_GAP_MM = 2.6
TABLE_GAP_MM = 9.0
NOTE_GAP_MM = 1.8
NOTES_HEADING_MM = 6.0


def notice_data(content: NoticeDocument, setter: Typesetter) -> dict[str, Any]:
    """割付け of a notice. A text too long for the sheet is an overflow of its 本文."""
    issue, issuer, addressee, plain = content.issue, content.issue.issuer, content.addressee, setter.printable
    note_columns = COLUMN_COUNT - NOTE_INDENT_COLUMNS
    paragraphs = [
        setter.flowed(f"　{text}", "text", columns=COLUMN_COUNT, size_pt=BODY_SIZE_PT) for text in content.paragraphs
    ]
    notes = [setter.flowed(text, "notes", columns=note_columns, size_pt=NOTE_SIZE_PT) for text in content.notes]
    table = _items_table(content, setter)
    if _height_mm(paragraphs, table, notes) > BODY_ROOM_MM:
        whole = "\n".join((*content.paragraphs, *content.notes))
        setter.findings.append(text_overflow("text", label=setter.label("text"), where="", value=whole, printed=True))
    return {
        "layout": "notice",
        "title": setter.forms.titles[content.kind],
        "reference": plain(content.reference, "reference"),
        "date": plain(issue.issued_on, "issued_on"),
        "authority": setter.part(issuer.authority, AUTHORITY),
        "name": setter.part(issuer.name, ISSUER_NAME),
        "postal_code": plain(addressee.postal_code, "postal_code"),
        "address": setter.part(addressee.address, ADDRESS),
        "addressee": setter.part(f"{addressee.name}　{addressee.honorific}", ADDRESSEE),
        "paragraphs": paragraphs,
        "table": table.data(),
        "notes": notes,
        "contact": [plain(line, "contact") for line in content.contact],
        "number": plain(f"{issue.issue_number} 1/1" if issue.issue_number else "", "issue_number"),
    }


def _items_table(content: NoticeDocument, setter: Typesetter) -> Table:
    table = Table(COLUMN_COUNT)
    columns = COLUMN_COUNT - HEADING_COLUMNS
    for item in content.items:
        row = table.add_row(ROW_MM)
        heading = setter.heading_of(item, item.key).replace("\n", "")
        table.put(row, 0, HEADING_COLUMNS, [heading], HEADING_SIZE_PT, kind="heading")
        lines, size = setter.fitted(setter.shown(item), Slot(item.key, columns, ROW_MM, ITEM_SIZE_PT), label=heading)
        table.put(row, HEADING_COLUMNS, columns, lines, size)
    return table


def _height_mm(paragraphs: list[tuple[str, ...]], table: Table, notes: list[tuple[str, ...]]) -> float:
    """The height of title, text, table and notes as the template stacks them."""

    def stacked(texts: list[tuple[str, ...]], size_pt: float, gap_mm: float) -> float:
        return sum(len(lines) * size_pt * LEADING / POINTS_PER_MM + gap_mm for lines in texts)

    height = TITLE_MM + stacked(paragraphs, BODY_SIZE_PT, PARAGRAPH_GAP_MM)
    if table.heights:
        height += table.height_mm + TABLE_GAP_MM
    return height + (NOTES_HEADING_MM + stacked(notes, NOTE_SIZE_PT, NOTE_GAP_MM) if notes else 0)
