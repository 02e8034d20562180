"""税の証明書の内容: 所得・課税証明書, 非課税証明書, 納税証明書 from a person's items and their TaxRecord."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from yakuba.kernel.wareki import calendar_year_name, fiscal_year_name
from yakuba.law.municipality import resident_tax_names
from yakuba.typesetting.sheets import Cell
from yakuba.typesetting.sheets import Kind as CellKind

from ..material import Material
from ..rendering.content import Issue, Item, Kind, TaxDocument
from ..requests import RequestKind
from ..taxes import InstalmentState, TaxRecord
from ..wording import wording
from .values import texts, wareki_day

_KINDS = {
    RequestKind.TAXATION: Kind.TAXATION_CERTIFICATE,
    RequestKind.NON_TAXATION: Kind.NON_TAXATION_CERTIFICATE,
    RequestKind.TAX_PAYMENT: Kind.TAX_PAYMENT_CERTIFICATE,
}
HALF = 18
Row = tuple[Cell, ...]


def tax_document(material: Material, issue: Issue) -> TaxDocument:
    """税の証明書 of the one person that it is about. Raises ValueError for material whose tax was not read."""
    kind, record = material.request.kind, material.tax
    if record is None:
        raise ValueError("a tax certificate needs a tax record")
    words = wording(material.asked.template)
    is_payment = kind is RequestKind.TAX_PAYMENT
    return TaxDocument(
        issue=issue,
        kind=_KINDS[kind],
        items=_header(material, record, words),
        rows=_payments(material, record, words) if is_payment else _figures(material, record, words),
        notes=_notes(material, record, words) if is_payment else (),
    )


def _header(material: Material, record: TaxRecord, words: Mapping[str, Any]) -> tuple[Item, ...]:
    own = texts(material.views[0].items, with_building=not material.request.omit_building)
    form = words["payment_year" if material.request.kind is RequestKind.TAX_PAYMENT else "fiscal_year"]
    year = form.format(
        year=fiscal_year_name(record.fiscal_year), income_year=calendar_year_name(record.fiscal_year - 1)
    )
    municipal, prefectural = _tax_names(material)
    name = words["tax_name"].format(municipal=municipal, prefectural=prefectural)
    found = {"fiscal_year": year, "tax_name": name}
    return tuple(
        Item(key, {**own, **found}[key]) for key in ("address", "name", "birth_date", "fiscal_year", "tax_name")
    )


def _tax_names(material: Material) -> tuple[str, str]:
    town = material.asked.town
    return resident_tax_names(town["prefecture"], town["city"])


def _figures(material: Material, record: TaxRecord, words: Mapping[str, Any]) -> tuple[Row, ...]:
    """所得と控除 on the left, 税額 and 扶養 on the right; a figure of 0 is shown, for it is certified too."""
    left = [*_incomes(record.figures, words), *_deductions(record.figures, words)]
    right = [*_levy(material, record.figures, words), *_people(record.figures, words)]
    blank = (Cell("", HALF),)
    return tuple((*one, *other) for one, other in zip_longest(left, right, fillvalue=blank))


def _row(*cells: tuple[str, int, CellKind]) -> Row:
    return tuple(Cell(text, columns, kind) for text, columns, kind in cells)


def _headed(heading: Iterable[str], widths: Iterable[int]) -> Row:
    return _row(*((word, width, "heading") for word, width in zip(heading, widths, strict=True)))


def _incomes(values: Mapping[str, int], words: Mapping[str, Any]) -> list[Row]:
    figures = words["figures"]
    rows = [_headed(figures["income_heading"], (6, 6, 6))]
    for label, revenue, income in figures["incomes"]:
        received = f"{values.get(revenue, 0):,}" if revenue else ""
        rows.append(_row((label, 6, "value"), (received, 6, "amount"), (f"{values.get(income, 0):,}", 6, "amount")))
    return rows + [_single(label, values.get(name, 0), "heading") for label, name in figures["income_totals"]]


def _deductions(values: Mapping[str, int], words: Mapping[str, Any]) -> list[Row]:
    figures = words["figures"]
    rows = [_single(label, values.get(name, 0)) for label, name in figures["deductions"]]
    return [_headed(figures["deduction_heading"], (12, 6)), *rows]


def _single(label: str, amount: int, kind: CellKind = "value") -> Row:
    return _row((label, 12, kind), (f"{amount:,}", 6, "amount"))


def _levy(material: Material, values: Mapping[str, int], words: Mapping[str, Any]) -> list[Row]:
    figures = words["figures"]
    municipal, prefectural = _tax_names(material)
    heading = [word.format(municipal=municipal, prefectural=prefectural) for word in figures["levy_heading"]]
    (base, base_name), (separate, separate_names) = figures["base"], figures["separate_base"]
    rows = [_single(base, values.get(base_name, 0), "heading")]
    if amount := sum(values.get(name, 0) for name in separate_names):
        rows.append(_single(separate, amount, "heading"))
    rows.append(_headed(heading, (8, 5, 5)))
    for label, parts, is_taken_off in figures["levy"]:
        sides = [sum(values.get(f"{side}_{part}", 0) for part in parts) for side in ("municipal", "prefectural")]
        shown = [f"{words['minus'] if is_taken_off and amount else ''}{amount:,}" for amount in sides]
        rows.append(_row((label, 8, "value"), (shown[0], 5, "amount"), (shown[1], 5, "amount")))
    totals = (figures["forest"], figures["annual"])
    return rows + [_single(label, values.get(name, 0), "heading") for label, name in totals]


def _people(values: Mapping[str, int], words: Mapping[str, Any]) -> list[Row]:
    figures = words["figures"]
    rows = [_headed(figures["people_heading"], (12, 6))]
    for label, name, counts in figures["people"]:
        number = values.get(name, 0)
        shown = f"{number}{words['people_unit']}" if counts else words["applies"]
        rows.append(_row((label, 12, "value"), (shown if number else words["none"], 6, "center")))
    return rows


def _payments(material: Material, record: TaxRecord, words: Mapping[str, Any]) -> tuple[Row, ...]:
    """納付すべき額 = 納付済額 + 未納額 + 納期未到来額, less what was paid too much or written off, which a note says."""
    own, day = words["payments"], material.asked.valid_on
    rows = [_headed(own["heading"], (8, 7, 7, 7, 7))]
    by_way = {way: [one for one in record.instalments if one.method == way] for way in own["ways"]}
    for way, label in own["ways"].items():
        rows.append(_payment_row(label, by_way[way], day, "value"))
    return (*rows, _payment_row(own["sum"], record.instalments, day, "heading"))


def _payment_row(label: str, instalments: Sequence[InstalmentState], day: date, kind: CellKind) -> Row:
    owed = [one for one in instalments if one.balance > 0]
    amounts = (
        sum(one.assessed for one in instalments),
        sum(one.paid for one in instalments),
        sum(one.balance for one in owed if one.due_on < day),
        sum(one.balance for one in owed if one.due_on >= day),
    )
    return _row((label, 8, kind), *((f"{amount:,}", 7, "amount") for amount in amounts))


def _notes(material: Material, record: TaxRecord, words: Mapping[str, Any]) -> tuple[str, ...]:
    own = words["payments"]
    notes = [words["as_of"].format(day=wareki_day(material.asked.valid_on))]
    overpaid = sum(-one.balance for one in record.instalments if one.balance < 0)
    written_off = sum(one.written_off for one in record.instalments)
    notes += [
        own[name].format(amount=f"{amount:,}")
        for name, amount in (("overpaid", overpaid), ("written_off", written_off))
        if amount
    ]
    return tuple(notes)
