"""割付け: content -> sheets. Pure: no engine, no file, no clock; decides every line, size and page break.

What it returns is all that the template of that version needs; the template only draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno

from yakuba.kernel.findings import Finding

from .combined import individual_bodies
from .content import (
    MEMBERS_PER_SHEET,
    Document,
    HouseholdDocument,
    IndividualDocument,
    MoveOutDocument,
    NoticeDocument,
    Person,
)
from .fonts import FontSet, coverage
from .forms import Forms, load_forms
from .notices import notice_data
from .typesetter import Overflow, Table, Typesetter, by_key, kept_rows


@dataclass(frozen=True, slots=True)
class Composition:
    """割付けの結果: the data the template draws, and what it could not print as written."""

    data: dict[str, Any]
    page_count: int
    findings: tuple[Finding, ...]
    overflows: tuple[Overflow, ...]
    forms: Forms


def compose(content: Document, fonts: FontSet) -> Composition:
    """割付け of a document. Raises `LookupError` for an unknown template version or font, `ValueError` for an item
    that the form has no cell for."""
    forms = load_forms(content.issue.template)
    setter = Typesetter(content.issue, forms, coverage(fonts))
    if isinstance(content, NoticeDocument):
        data, pages = notice_data(content, setter), 1
    else:
        bodies = _bodies(content, setter)
        data, pages = _sheets(content, bodies, setter), len(bodies)
    data |= {"families": list(fonts.families), "page": dict(forms.page), "column": forms.column_mm} | _marks(content, forms)
    return Composition(data, pages, tuple(setter.findings), tuple(setter.overflows), forms)


def _bodies(content: HouseholdDocument | IndividualDocument | MoveOutDocument, setter: Typesetter) -> list[list[Table]]:
    if isinstance(content, IndividualDocument):
        return individual_bodies(content, setter)
    form = "household" if isinstance(content, HouseholdDocument) else "move_out"
    return _member_bodies(content, form, setter)


def _member_bodies(content: HouseholdDocument | MoveOutDocument, form: str, setter: Typesetter) -> list[list[Table]]:
    """世帯連記式の各葉: the household's items on every sheet, then up to four members in blocks of one height."""
    forms = setter.forms
    head_rows = forms.rows[form, "header"]
    shared = by_key(content.items, head_rows)
    block_mm = max(
        sum(row.height_mm for row in rows) for (name, block), rows in forms.rows.items() if name == form and block != "header"
    )
    bodies = []
    for start in range(0, len(content.members), MEMBERS_PER_SHEET):
        head = setter.table()
        # The household's items repeat on each sheet; what is wrong with them is reported once.
        reported = (len(setter.findings), len(setter.overflows))
        setter.add_rows(head, head_rows, shared, where="世帯")
        if start:
            del setter.findings[reported[0] :], setter.overflows[reported[1] :]
        tables = [head]
        members = content.members[start : start + MEMBERS_PER_SHEET]
        for number, person in enumerate(members, start + 1):
            tables.append(_member_table(person, number, form, block_mm, setter))
        if len(members) < MEMBERS_PER_SHEET:
            tables.append(_end_table(setter))
        bodies.append(tables)
    return bodies


def _member_table(person: Person, number: int, form: str, block_mm: float, setter: Typesetter) -> Table:
    rows = setter.forms.rows[form, str(person.kind)]
    items = by_key(person.items, rows)
    kept = kept_rows(rows, items)
    table = setter.table()
    setter.add_rows(table, _filled(kept, block_mm), items, where=f"{number}人目", column=1)
    table.put(0, 0, 1, [str(number)], setter.forms.text["size"], kind="number", rows=len(kept))
    return table


def _filled(rows: tuple[Any, ...], block_mm: float) -> tuple[Any, ...]:
    """The rows with the last one grown so that every block has the same height."""
    *others, last = rows
    spare = block_mm - sum(row.height_mm for row in rows)
    return (*others, type(last)(last.height_mm + spare, last.cells, last.optional))


def _end_table(setter: Typesetter) -> Table:
    table = setter.table()
    row = table.add_row(7)
    table.put(row, 0, setter.forms.columns, [setter.forms.words["end"]], setter.forms.text["size"], kind="end")
    return table


def _sheets(content: HouseholdDocument | IndividualDocument | MoveOutDocument, bodies: Sequence[list[Table]], setter: Typesetter) -> dict[str, Any]:
    issue, total = content.issue, len(bodies)
    number = setter.printable(issue.issue_number, item="issue_number", label="発行番号", where="")
    return {
        "layout": "sheets",
        "title": setter.forms.titles[content.kind],
        "reissued": isinstance(content, MoveOutDocument) and content.reissued,
        "footer": _footer(content, setter),
        "sheets": [
            {"tables": [table.data() for table in tables], "number": f"{number} {page}/{total}".lstrip(), "last": page == total}
            for page, tables in enumerate(bodies, 1)
        ],
    }


def _footer(content: HouseholdDocument | IndividualDocument | MoveOutDocument, setter: Typesetter) -> dict[str, Any]:
    """認証文・交付年月日・認証者: printed on the last sheet only (spec 5.1)."""
    issue, issuer = content.issue, content.issue.issuer
    lines = setter.flowed(
        issue.certification, item="certification", label="認証文", where="", columns=setter.forms.columns, size_pt=10.5
    )
    authority = f"{issuer.prefecture}{issuer.municipality}{issuer.title}"
    return {
        "certification": list(lines) if issue.certification else [],
        "date": setter.printable(issue.issued_on, item="issued_on", label="交付年月日", where=""),
        "authority": setter.printable(authority, item="issuer", label="職名", where=""),
        "name": setter.printable(issuer.name, item="issuer", label="認証者氏名", where=""),
    }


def _marks(content: Document, forms: Forms) -> dict[str, Any]:
    """The words and pictures around the text: seal, 公用, 見本, QR code."""
    issue = content.issue
    seal = None if issue.preview or issue.seal is None else {
        "png": issue.seal.is_png,
        "data": list(issue.seal.image) if issue.seal.is_png else issue.seal.image.decode(),
        "size": issue.seal.size_mm,
    }
    return {
        "words": dict(forms.words),
        "gap": forms.gap_mm,
        "footer_height": forms.footer_mm,
        "seal": seal,
        "seal_note": issue.seal_note,
        "official_use": issue.official_use,
        "preview": issue.preview,
        "verification": _qr_code(issue.verification),
        "author": f"{issue.issuer.prefecture}{issue.issuer.municipality}",
    }


def _qr_code(text: str) -> str:
    """二次元コード as SVG, only where there is something to verify."""
    if not text:
        return ""
    # A fixed mask saves the search over all eight, which costs four fifths of the time.
    code = segno.make(text, micro=False, error="m", mask=2)
    return code.svg_inline(border=2, omitsize=True)
