"""通知書の印字: many notices in one file, or a town's in parts of so many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from yakuba.kernel.findings import Finding
from yakuba.typesetting.fonts import FontSet, coverage
from yakuba.typesetting.press import press
from yakuba.typesetting.setter import Overflow, Setter
from yakuba.typesetting.sheets import Sheet
from yakuba.typesetting.workers import printing_workers

from .content import Batch, ChangeNotice, EmployeeNotice, EmployerNotice, Notice, TaxNotice, Terms
from .employee import employee_notice
from .employer import employer_notice
from .taxpayer import change_notice, tax_notice
from .terms import TEMPLATE_FOLDER, names, wording

PART_SIZE = 200


@dataclass(frozen=True, slots=True)
class Printed:
    """印字結果: the file, the pages on which each notice begins (from 0), and what could not be printed as written."""

    pdf: bytes
    first_pages: tuple[int, ...]
    page_count: int
    findings: tuple[Finding, ...]
    overflows: tuple[Overflow, ...]


def render(batch: Batch, fonts: FontSet) -> Printed:
    """通知書の作成: the notices of a batch, one after the other, as one PDF/A-2a; the same batch gives the same bytes.

    Raises ValueError for a batch without a notice, LookupError for an unknown template version or font.
    """
    given = batch.terms
    words = wording(given.template).words
    if not batch.notices:
        raise ValueError("通知書がありません。")
    setter = Setter(coverage(fonts), words["labels"], column_mm=words["column"], smallest_pt=words["smallest"])
    sheets: list[Sheet] = []
    first_pages = []
    for notice in batch.notices:
        first_pages.append(len(sheets))
        sheets += _sheets(setter, given, notice)
    issuer = given.issuer
    data = {
        "paper": words["paper"],
        "column": words["column"],
        "title": _title(batch.notices[0], given),
        "author": f"{issuer.prefecture}{issuer.municipality}",
        "families": fonts.families,
        "seal": given.seal.data() if given.seal else None,
        "seal_name": words["seal"],
        "sheets": [sheet.data() for sheet in sheets],
    }
    template = TEMPLATE_FOLDER / given.template / "notices.typ"
    pdf = press(fonts, template).pdf(data, made_at=int(given.made_at.timestamp()))
    return Printed(pdf, tuple(first_pages), len(sheets), tuple(setter.findings), tuple(setter.overflows))


def render_parts(
    given: Terms, notices: Iterable[Notice], fonts: FontSet, *, size: int = PART_SIZE, workers: int = 1
) -> Iterator[Printed]:
    """一括作成: files of `size` notices each, in order; takes from `notices` only a little ahead of what is read."""
    with printing_workers(fonts, count=workers) as placed:
        yield from placed.map(render, _batches(given, notices, size), batch=1)


def _batches(given: Terms, notices: Iterable[Notice], size: int) -> Iterator[Batch]:
    source = iter(notices)
    while taken := tuple(islice(source, size)):
        yield Batch(given, taken)


def _sheets(setter: Setter, given: Terms, notice: Notice) -> list[Sheet]:
    if isinstance(notice, TaxNotice):
        return tax_notice(setter, given, notice)
    if isinstance(notice, ChangeNotice):
        return change_notice(setter, given, notice)
    if isinstance(notice, EmployerNotice):
        return employer_notice(setter, given, notice)
    return employee_notice(setter, given, notice)


_TITLES = {TaxNotice: "tax", ChangeNotice: "change", EmployerNotice: "employer", EmployeeNotice: "employee"}


def _title(notice: Notice, given: Terms) -> str:
    title: str = wording(given.template).words["titles"][_TITLES[type(notice)]]
    return title.format_map(names(given))
