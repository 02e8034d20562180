"""特別徴収税額の決定通知書（特別徴収義務者用）: the employer's list, month by month, with its sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yakuba.typesetting.setter import Setter
from yakuba.typesetting.sheets import Cell, Grid, Sheet

from .content import MONTHS, SALARY, Employee, EmployerNotice, Payment, Terms
from .figures import yen
from .letter import GAP_MM, LATER_TOP, LIST_FOOT, SIDE, WIDTH, block, contact, head, sentence
from .terms import names, wording

ROW_MM = 5.5
HEADING_WIDTHS = (9, 14, 4, 4, 5)
"""氏名, 住所, 受給者番号, 宛名番号, 特別徴収税額; the months stand below them, three columns each."""


def employer_notice(setter: Setter, given: Terms, notice: EmployerNotice) -> list[Sheet]:
    """特別徴収義務者用: the letter with the first employees, then as many sheets as it takes; sums on the last."""
    words = wording(given.template).words
    letter = Sheet(setter)
    top = head(
        letter, given, notice.addressee, number=notice.designation, reference=notice.reference, kind="employer",
        number_word="designation",
    )  # fmt: skip
    top = sentence(letter, top, words["sentences"]["employer"], given)
    top = letter.table(SIDE, top, _sums(setter, given, notice).table) + GAP_MM
    sheets = []
    for sheet, start, employees in _sheets(setter, letter, top, notice.employees):
        grid = _headed(setter, given, notice.reference)
        for one in employees:
            _add(grid, one, words["hidden_address"])
        foot = sheet.table(SIDE, start, grid.table) + GAP_MM
        sheets.append(sheet)
    block(sheets[-1], foot, "", words["employer"]["notes"], given)
    contact(sheets[-1], given)
    for number, sheet in enumerate(sheets, 1):
        page = words["words"]["page"].format(number=number, count=len(sheets))
        title = words["titles"]["employer"].format_map(names(given)) if number > 1 else ""
        if title:
            sheet.text(SIDE, 14, 140, title, 9)
        sheet.text(
            SIDE, 20 if number > 1 else 284, WIDTH, f"{notice.reference}　{page}", 8, item="reference", align="right"
        )
    return sheets


def _sheets(
    setter: Setter, letter: Sheet, top: float, employees: Sequence[Employee]
) -> Iterator[tuple[Sheet, float, Sequence[Employee]]]:
    """The employees by sheets: as many as there is room for on each."""
    sheet, at = letter, 0
    while at < len(employees):
        room = int((LIST_FOOT - top - 2 * ROW_MM) / (2 * ROW_MM))
        yield sheet, top, employees[at : at + room]
        at, sheet, top = at + room, Sheet(setter), LATER_TOP


def _headed(setter: Setter, given: Terms, where: str) -> Grid:
    words = wording(given.template).words
    grid = Grid(setter, 36, row_mm=ROW_MM, size_pt=9, where=where)
    grid.add(
        *(
            Cell(word, width, "heading", size_pt=8)
            for word, width in zip(words["employer"]["heading"], HEADING_WIDTHS, strict=True)
        )
    )
    grid.add(*(Cell(words["words"]["month"].format(month=month), 3, "heading", size_pt=8) for month in months(given)))
    return grid


def months(given: Terms) -> list[int]:
    """徴収の月 of a 年度, from June."""
    return [Payment(SALARY, at, given.issued_on, 0).month for at in range(1, MONTHS + 1)]


def _add(grid: Grid, one: Employee, hidden: str) -> None:
    name, address, recipient, number, annual = HEADING_WIDTHS
    grid.add(
        Cell(one.name, name, item="name", size_pt=10), Cell(one.address or hidden, address, item="address", size_pt=8),
        Cell(one.recipient_number, recipient, "center", item="recipient", size_pt=8),
        Cell(one.addressee_number, number, "center", size_pt=8), Cell(yen(one.total), annual, "amount", size_pt=10),
    )  # fmt: skip
    grid.add(*(Cell(yen(amount), 3, "amount", size_pt=8.5) for amount in one.months))


def _sums(setter: Setter, given: Terms, notice: EmployerNotice) -> Grid:
    """納税義務者数と月割額の合計."""
    words = wording(given.template).words
    own, people = words["employer"], notice.employees
    grid = Grid(setter, 36, row_mm=ROW_MM, size_pt=9)
    count, total = (
        own["people"].format(count=len(people)),
        words["words"]["yen"].format(amount=yen(sum(one.total for one in people))),
    )
    grid.add(
        Cell(own["count"], 6, "heading"), Cell(count, 12, "amount", size_pt=11), Cell(own["sum"], 6, "heading"),
        Cell(total, 12, "amount", size_pt=11), row_mm=8,
    )  # fmt: skip
    grid.add(Cell(own["monthly_sum"], 36, "heading", size_pt=8))
    grid.add(*(Cell(words["words"]["month"].format(month=month), 3, "heading", size_pt=8) for month in months(given)))
    sums = [sum(one.months[at] for one in people) for at in range(MONTHS)]
    grid.add(*(Cell(yen(amount), 3, "amount", size_pt=8.5) for amount in sums))
    return grid
