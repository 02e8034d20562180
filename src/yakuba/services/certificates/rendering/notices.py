"""通知書: a letter with addressee, text, a ruled table of items and the mayor's name."""

from __future__ import annotations

from typing import Any

from .content import NoticeDocument
from .typesetter import Typesetter

HEADING_COLUMNS = 9
ROW_MM = 9.0
ITEM_SIZE_PT = 11.0
BODY_SIZE_PT = 10.5
NOTE_SIZE_PT = 9.0


def notice_data(content: NoticeDocument, setter: Typesetter) -> dict[str, Any]:
    """割付け of a notice: one sheet."""
    issue, issuer, addressee = content.issue, content.issue.issuer, content.addressee

    def plain(text: str, item: str, label: str) -> str:
        return setter.printable(text, item=item, label=label, where="")

    def flowed(text: str, label: str, columns: int, size_pt: float) -> list[str]:
        return list(setter.flowed(text, item="text", label=label, where="", columns=columns, size_pt=size_pt))

    return {
        "layout": "notice",
        "title": setter.forms.titles[content.kind],
        "reference": plain(content.reference, "reference", "文書番号"),
        "date": plain(issue.issued_on, "issued_on", "発行年月日"),
        "authority": plain(f"{issuer.prefecture}{issuer.municipality}{issuer.title}", "issuer", "職名"),
        "name": plain(issuer.name, "issuer", "市区町村長氏名"),
        "postal_code": plain(addressee.postal_code, "postal_code", "郵便番号"),
        "address": flowed(addressee.address, "宛先住所", 18, BODY_SIZE_PT),
        "addressee": f"{plain(addressee.name, 'name', '宛名')}　{addressee.honorific}",
        "paragraphs": [flowed(f"　{text}", "本文", setter.forms.columns, BODY_SIZE_PT) for text in content.paragraphs],
        "table": _items_table(content, setter),
        "notes": [flowed(text, "注意事項", setter.forms.columns - 2, NOTE_SIZE_PT) for text in content.notes],
        "contact": [plain(line, "contact", "問合せ先") for line in content.contact],
        "number": plain(f"{issue.issue_number} 1/1" if issue.issue_number else "", "issue_number", "発行番号"),
    }


def _items_table(content: NoticeDocument, setter: Typesetter) -> dict[str, Any]:
    table = setter.table()
    for item in content.items:
        label = setter.label_of(item)
        row = table.add_row(ROW_MM)
        table.put(row, 0, HEADING_COLUMNS, [label.replace("\n", "")], BODY_SIZE_PT - 1, kind="heading")
        columns = setter.forms.columns - HEADING_COLUMNS
        lines, size = setter.fitted(
            setter.shown(item),
            item=item.key,
            label=label,
            where="",
            columns=columns,
            height_mm=ROW_MM,
            size_pt=ITEM_SIZE_PT,
        )
        table.put(row, HEADING_COLUMNS, columns, lines, size)
    return table.data()
