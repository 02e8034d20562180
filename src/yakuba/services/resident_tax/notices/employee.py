"""特別徴収税額の決定通知書（納税義務者用） (総務省令第3号様式): one sheet that the employer hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yakuba.kernel.wareki import to_wareki
from yakuba.typesetting.setter import Setter, Table
from yakuba.typesetting.sheets import Cell, Grid, Sheet

from .content import EmployeeNotice, Terms
from .employer import months
from .figures import levy_people, yen
from .letter import GAP_MM, SIDE, WIDTH, block, contact, sentence
from .terms import names, wording

ROW_MM = 6.0
HALF, GAP_COLUMNS = 17, 2


def employee_notice(setter: Setter, given: Terms, notice: EmployeeNotice) -> list[Sheet]:
    """納税義務者用: incomes and deductions, tax, the twelve months."""
    words = wording(given.template).words
    sheet = Sheet(setter)
    sheet.text(120, 10, 75, f"{words['reference']}　{notice.reference}", 8.5, item="reference", align="right")
    sheet.text(120, 15, 75, to_wareki(given.issued_on), 8.5, align="right")
    sheet.title(SIDE, 22, WIDTH, words["titles"]["employee"].format_map(names(given)), 13)
    foot = sheet.table(SIDE, 32, _addressee(setter, words, notice)) + GAP_MM
    foot = sentence(sheet, foot, words["sentences"]["employee"], given)
    issuer = f"{given.issuer.authority}　{given.issuer.name}"
    size = given.seal.size_mm if given.seal else 0.0
    sheet.text(95, foot + 4, 95 - size, issuer, 11, item="issuer", align="right")
    if given.seal:
        sheet.seal(SIDE + WIDTH - size - 2, foot - 4)
    foot += 20
    left = sheet.table(SIDE, foot, _incomes(setter, words["employee"], notice.quantities))
    right = sheet.table(SIDE + 5 * (HALF + GAP_COLUMNS), foot, _levy(setter, given, words["employee"], notice))
    foot = sheet.table(SIDE, max(left, right) + GAP_MM, _months(setter, given, notice)) + GAP_MM
    block(sheet, foot, "appeal", words["appeal"], given)
    contact(sheet, given)
    return [sheet]


def _addressee(setter: Setter, words: Mapping[str, Any], notice: EmployeeNotice) -> Table:
    own, one = words["employee"], notice.employee
    grid = Grid(setter, 36, row_mm=7, size_pt=9.5, where=notice.reference)
    numbers = (notice.designation, one.addressee_number, one.recipient_number)
    cells = [
        (Cell(word, 5, "heading", size_pt=8), Cell(number, 7))
        for word, number in zip(own["numbers"], numbers, strict=True)
    ]
    grid.add(*(cell for pair in cells for cell in pair))
    name, address, employer = own["addressee"]
    grid.add(Cell(name, 5, "heading"), Cell(f"{one.name}　{words['honorific']}", 31, item="name", size_pt=13), row_mm=9)
    grid.add(Cell(address, 5, "heading"), Cell(one.address or words["hidden_address"], 31, item="address"))
    grid.add(Cell(employer, 5, "heading", size_pt=8), Cell(notice.employer, 31, item="employer"))
    return grid.table


def _incomes(setter: Setter, own: Mapping[str, Any], values: Mapping[str, int]) -> Table:
    grid = Grid(setter, HALF, row_mm=ROW_MM, size_pt=9)
    grid.add(*(Cell(word, width, "heading") for word, width in zip(own["income_heading"], (11, 6), strict=True)))
    for label, quantities in own["incomes"]:
        grid.add(Cell(label, 11), Cell(yen(_sum(values, quantities)), 6, "amount"))
    marked = [f"{own['mark']}{label}" for label, quantities in own["combined_kinds"] if _sum(values, quantities)]
    grid.add(Cell(own["combined"], 7, size_pt=7), Cell("　".join(marked), 10, size_pt=8))
    grid.add(*(Cell(word, width, "heading") for word, width in zip(own["deduction_heading"], (11, 6), strict=True)))
    for label, quantities in own["deductions"]:
        grid.add(Cell(label, 11), Cell(yen(_sum(values, quantities)), 6, "amount"))
    return grid.table


def _levy(setter: Setter, given: Terms, own: Mapping[str, Any], notice: EmployeeNotice) -> Table:
    values = notice.quantities
    grid = Grid(setter, HALF, row_mm=ROW_MM, size_pt=9)
    heading, base = own["base"]
    grid.add(Cell(heading, HALF, "heading"))
    grid.add(Cell(base, 11), Cell(yen(values.get("taxable_total_income", 0)), 6, "amount"))
    if separate := _sum(values, own["separate_quantities"]):
        grid.add(Cell(own["separate_base"], 11, size_pt=7), Cell(yen(separate), 6, "amount"))
    titles = [word.format_map(names(given)) for word in own["levy_heading"]]
    grid.add(*(Cell(word, width, "heading") for word, width in zip(titles, (8, 5, 4), strict=True)))
    rows = (
        ("before_credits", ("income_levy_computed",)),
        ("credits", own["credit_quantities"]),
        ("income_levy", ("income_levy",)),
        ("per_capita", ("per_capita_levy",)),
    )
    for label, parts in rows:
        pair = [_sum(values, [f"{side}_{name}" for name in parts]) for side in ("municipal", "prefectural")]
        grid.add(Cell(own[label], 8), Cell(yen(pair[0]), 5, "amount"), Cell(yen(pair[1]), 4, "amount"))
    grid.add(Cell(own["forest"], 8), Cell(yen(values.get("forest_environment_tax", 0)), 9, "amount"))
    grid.add(Cell(own["annual"], 8, "heading"), Cell(yen(values.get("annual_tax", 0)), 9, "amount"))
    grid.add(Cell(own["withheld"], 8, "heading"), Cell(yen(notice.employee.total), 9, "amount", size_pt=12), row_mm=9)
    levy_people(grid, given, values)
    grid.add(Cell(own["remarks"], 5, "heading"), Cell(notice.remarks, 12, item="remarks", size_pt=8), row_mm=ROW_MM * 3)
    return grid.table


def _months(setter: Setter, given: Terms, notice: EmployeeNotice) -> Table:
    words = wording(given.template).words
    grid = Grid(setter, 36, row_mm=7, size_pt=9)
    grid.add(Cell(words["employee"]["monthly_heading"], 36, "heading"), row_mm=5.5)
    grid.add(*(Cell(words["words"]["month"].format(month=month), 3, "heading") for month in months(given)), row_mm=5.5)
    grid.add(*(Cell(yen(amount), 3, "amount") for amount in notice.employee.months))
    return grid.table


def _sum(values: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(values.get(name, 0) for name in names)
