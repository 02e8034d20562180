"""割付け: content -> sheets. Pure: no engine, no file, no clock; decides every line, size and page break.

What it returns is all that the template of that version needs; the template only draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from yakuba.kernel.findings import Finding
from yakuba.typesetting.fonts import FontSet, coverage
from yakuba.typesetting.parts import qr_code
from yakuba.typesetting.setter import Overflow, Slot, Table

from .annex import alias_bodies
from .combined import individual_bodies
from .content import (
    MEMBERS_PER_SHEET,
    Document,
    HouseholdDocument,
    IndividualDocument,
    MoveOutDocument,
    NoticeDocument,
    Person,
    TaxDocument,
)
from .forms import Forms, Row, load_forms
from .notices import notice_data
from .taxes import tax_bodies
from .typesetter import Typesetter, by_key, kept_rows

CERTIFICATION = Slot("certification", 36, 10, 10.5)
ISSUED_ON = Slot("issued_on", 15, 6, 10.5)
AUTHORITY = Slot("issuer", 17, 6, 12)
ISSUER_NAME = Slot("issuer_name", 7, 6, 12)

SheetDocument = HouseholdDocument | IndividualDocument | MoveOutDocument | TaxDocument


@dataclass(frozen=True, slots=True)
class Composition:
    """割付けの結果: the data the template draws, and what it could not print as written."""

    data: dict[str, Any]
    page_count: int
    findings: tuple[Finding, ...]
    overflows: tuple[Overflow, ...]
    forms: Forms


def compose(content: Document, fonts: FontSet) -> Composition:
    """割付け of a document.

    Raises `LookupError` for an unknown template version or font, `ValueError` for an item the form has no cell for.
    """
    forms = load_forms(content.issue.template)
    setter = Typesetter(content.issue, forms, coverage(fonts))
    if isinstance(content, NoticeDocument):
        data, page_count = notice_data(content, setter), 1
    else:
        bodies = _bodies(content, setter)
        data, page_count = _sheets(content, bodies, setter), len(bodies)
    data |= _surroundings(content, setter) | {"families": fonts.families}
    return Composition(data, page_count, tuple(setter.findings), tuple(setter.overflows), forms)


def _bodies(content: SheetDocument, setter: Typesetter) -> list[list[Table]]:
    if isinstance(content, TaxDocument):
        return tax_bodies(content, setter)
    if isinstance(content, MoveOutDocument):
        return _member_bodies(content, "move_out", setter)
    if isinstance(content, IndividualDocument):
        bodies = individual_bodies(content, setter)
    else:
        bodies = _member_bodies(content, "household", setter)
    return bodies + alias_bodies(content.aliases, setter)


def _member_bodies(content: HouseholdDocument | MoveOutDocument, form: str, setter: Typesetter) -> list[list[Table]]:
    """世帯連記式の各葉: the household's items on every sheet, then up to four members in blocks of one height."""
    header = setter.forms.rows[form, "header"]
    shared = by_key(content.items, header)
    block_mm = max(_height_mm(setter.forms.rows[form, block]) for block in ("japanese", "foreign"))
    bodies = []
    for start in range(0, len(content.members), MEMBERS_PER_SHEET):
        head = setter.table()
        if start:
            with setter.repeated():
                setter.add_rows(head, header, shared, where="世帯")
        else:
            setter.add_rows(head, header, shared, where="世帯")
        members = content.members[start : start + MEMBERS_PER_SHEET]
        blocks = [
            _member_table(person, form, number, block_mm, setter) for number, person in enumerate(members, start + 1)
        ]
        if unused := MEMBERS_PER_SHEET - len(members):
            blocks.append(_end_table(unused * block_mm + (unused - 1) * setter.forms.gap_mm, setter))
        bodies.append([head, *blocks])
    return bodies


def _member_table(person: Person, form: str, number: int, block_mm: float, setter: Typesetter) -> Table:
    rows = setter.forms.rows[form, person.kind]
    items = by_key(person.items, rows)
    *others, last = kept_rows(rows, items)
    # The last row takes the room of a row that fell away, so that every block has the same height.
    last = replace(last, height_mm=block_mm - _height_mm(others))
    table = setter.table()
    setter.add_rows(table, (*others, last), items, where=f"{number}人目", column=1)
    table.put(0, 0, 1, [str(number)], setter.forms.text["size"], kind="number", rows=len(others) + 1)
    return table


def _height_mm(rows: Sequence[Row]) -> float:
    return sum(row.height_mm for row in rows)


def _end_table(height_mm: float, setter: Typesetter) -> Table:
    """以下余白: closes the places of the sheet that nobody takes."""
    table = setter.table()
    row = table.add_row(height_mm)
    table.put(row, 0, table.columns, [setter.forms.words["end"]], setter.forms.text["size"], kind="end")
    return table


def _sheets(content: SheetDocument, bodies: Sequence[list[Table]], setter: Typesetter) -> dict[str, Any]:
    total = len(bodies)
    number = setter.printable(content.issue.issue_number, "issue_number")
    return {
        "layout": "sheets",
        "title": setter.forms.titles[content.kind],
        "reissued": isinstance(content, MoveOutDocument) and content.reissued,
        "footer": _footer(content, setter),
        "sheets": [
            {
                "tables": [table.data() for table in tables],
                "number": f"{number} {page}/{total}".lstrip(),
                "last": page == total,
            }
            for page, tables in enumerate(bodies, 1)
        ],
    }


def _footer(content: SheetDocument, setter: Typesetter) -> dict[str, Any]:
    """認証文・交付年月日・認証者: printed on the last sheet only (spec 5.1)."""
    issue, issuer = content.issue, content.issue.issuer
    return {
        "certification": setter.part(issue.certification, CERTIFICATION),
        "date": setter.part(issue.issued_on, ISSUED_ON),
        "authority": setter.part(issuer.authority, AUTHORITY),
        "name": setter.part(issuer.name, ISSUER_NAME),
    }


def _surroundings(content: Document, setter: Typesetter) -> dict[str, Any]:
    """What stands around the text: measures, fixed words, seal, 公用, 見本, QR code."""
    issue, forms = content.issue, setter.forms
    return {
        "page": forms.page,
        "column": forms.column_mm,
        "gap": forms.gap_mm,
        "footer_height": forms.footer_mm,
        "words": forms.words,
        "seal": None if issue.preview or issue.seal is None else issue.seal.data(),
        "seal_note": "" if issue.preview else issue.seal_note,
        "official_use": issue.official_use,
        "preview": issue.preview,
        "verification": "" if issue.preview else qr_code(issue.verification),
        "author": f"{issue.issuer.prefecture}{issue.issuer.municipality}",
    }
