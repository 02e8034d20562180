"""納税通知書・税額変更通知書の用紙: the letter with the payments, and the 課税明細 behind it."""

from __future__ import annotations

from collections.abc import Mapping

from yakuba.kernel.wareki import to_wareki
from yakuba.typesetting.setter import Setter, Table
from yakuba.typesetting.sheets import Cell, Grid, Sheet

from . import figures
from .content import ORDINARY, PENSION, SALARY, ChangeNotice, Payment, TaxNotice, Terms, over_withheld
from .figures import yen
from .letter import GAP_MM, LATER_TOP, LIST_FOOT, SIDE, WIDTH, block, contact, head, sentence
from .terms import names, wording

RIGHT_HALF = SIDE + 95.0


def tax_notice(setter: Setter, given: Terms, notice: TaxNotice) -> list[Sheet]:
    """納税通知書: two sheets, the letter and the calculation."""
    words = wording(given.template).words
    letter = Sheet(setter)
    top = head(letter, given, notice.addressee, number=notice.addressee_number, reference=notice.reference, kind="tax")
    text = words["sentences"]["tax" if notice.of(ORDINARY) else "tax_none"]
    foot = sentence(letter, top, text, given)
    foot = letter.table(SIDE, foot, _annual(setter, given, notice)) + GAP_MM * 2
    feet = [foot]
    if notice.of(ORDINARY):
        feet.append(letter.table(SIDE, foot, _ordinary(setter, given, notice)))
    if notice.of(PENSION):
        feet.append(letter.table(RIGHT_HALF if notice.of(ORDINARY) else SIDE, foot, _pension(setter, given, notice)))
    foot = max(feet) + GAP_MM
    if notice.of(SALARY):
        foot = block(letter, foot, "", [words["words"]["salary_note"]], given)
    if over := over_withheld(notice.payments, notice.quantities):
        foot = block(letter, foot, "", [words["words"]["over_withheld"].replace("{amount}", yen(over))], given)
    if notice.of(ORDINARY):
        foot = block(letter, foot, "places", given.places, given)
        foot = block(letter, foot, "late", words["late"], given)
    foot = block(letter, foot, "grounds", words["grounds"], given)
    contact(letter, given)
    return [letter, _details(setter, given, notice.quantities, notice.reference)]


def change_notice(setter: Setter, given: Terms, notice: ChangeNotice) -> list[Sheet]:
    """税額変更通知書: before, after and difference of the tax and of every instalment; the calculation as it is now."""
    words = wording(given.template).words
    letter = Sheet(setter)
    top = head(
        letter, given, notice.addressee, number=notice.addressee_number, reference=notice.reference, kind="change"
    )
    foot = sentence(letter, top, words["sentences"]["change"], given)
    grid = Grid(setter, 36, row_mm=8, size_pt=9.5)
    grid.add(Cell(words["change"]["reason"], 7, "heading"), Cell(notice.reason, 29, item="reason"))
    grid.add(Cell(words["change"]["changed_on"], 7, "heading"), Cell(to_wareki(notice.changed_on), 29))
    foot = letter.table(SIDE, foot, grid.table) + GAP_MM
    foot = letter.table(SIDE, foot, _changed_figures(setter, given, notice)) + GAP_MM
    sheets, payments = [letter], _changed_payments(setter, given, notice)
    if foot + payments.height_mm > LIST_FOOT:
        sheets, foot = [letter, Sheet(setter)], LATER_TOP
    foot = sheets[-1].table(SIDE, foot, payments) + GAP_MM
    block(sheets[-1], foot, "", [words["change"]["overpaid"]], given)
    contact(sheets[-1], given)
    return [*sheets, _details(setter, given, notice.after, notice.reference)]


def _annual(setter: Setter, given: Terms, notice: TaxNotice) -> Table:
    """年税額, by tax and by way of collection."""
    values, words = notice.quantities, wording(given.template).words["words"]
    municipal = values.get("municipal_income_levy", 0) + values.get("municipal_per_capita_levy", 0)
    prefectural = values.get("prefectural_income_levy", 0) + values.get("prefectural_per_capita_levy", 0)
    grid = Grid(setter, 36, row_mm=7, size_pt=10)
    annual = words["yen"].format(amount=yen(values.get("annual_tax", 0)))
    grid.add(Cell(words["annual"], 10, "heading", size_pt=12), Cell(annual, 26, "center", size_pt=15), row_mm=10)
    parts = [
        (words["municipal_total"].format_map(names(given)), municipal),
        (words["prefectural_total"].format_map(names(given)), prefectural),
        (wording(given.template).figures["forest"]["label"], values.get("forest_environment_tax", 0)),
    ]
    ways = [(words["ways"][way], sum(one.amount for one in notice.of(way))) for way in (ORDINARY, SALARY, PENSION)]
    for row in (parts, ways):
        cells = [(Cell(label, 6, "heading", size_pt=7.5), Cell(yen(amount), 6, "amount")) for label, amount in row]
        grid.add(*(cell for pair in cells for cell in pair))
    return grid.table


def _ordinary(setter: Setter, given: Terms, notice: TaxNotice) -> Table:
    words = wording(given.template).words["words"]
    grid = Grid(setter, 17, row_mm=7, size_pt=10)
    grid.add(Cell(words["ways"][ORDINARY], 17, "heading"))
    grid.add(*(Cell(word, width, "heading") for word, width in zip(words["ordinary_heading"], (4, 7, 6), strict=True)))
    for one in notice.of(ORDINARY):
        number = period(one, given)
        grid.add(
            Cell(number, 4, "center"),
            Cell(to_wareki(one.due_on), 7, "center"),
            Cell(yen(one.amount), 6, "amount", size_pt=11),
        )
    _add_sum(grid, words["sum"], notice.of(ORDINARY), 11)
    return grid.table


def _pension(setter: Setter, given: Terms, notice: TaxNotice) -> Table:
    words = wording(given.template).words["words"]
    grid = Grid(setter, 17, row_mm=7, size_pt=10)
    grid.add(Cell(words["ways"][PENSION], 17, "heading"))
    if notice.pension_payer:
        grid.add(
            Cell(words["pension_payer"], 7, "heading", size_pt=8),
            Cell(notice.pension_payer, 10, item="payer", size_pt=9),
        )
    grid.add(*(Cell(word, width, "heading") for word, width in zip(words["pension_heading"], (4, 7, 6), strict=True)))
    for one in notice.of(PENSION):
        stage = words["provisional" if one.number <= words["provisional_payments"] else "final"]
        month = words["month"].format(month=one.month)
        grid.add(Cell(stage, 4, "center"), Cell(month, 7, "center"), Cell(yen(one.amount), 6, "amount", size_pt=11))
    _add_sum(grid, words["sum"], notice.of(PENSION), 11)
    return grid.table


def _add_sum(grid: Grid, word: str, payments: tuple[Payment, ...], columns: int) -> None:
    grid.add(Cell(word, columns, "heading"), Cell(yen(sum(one.amount for one in payments)), 6, "total", size_pt=11))


def _details(setter: Setter, given: Terms, values: Mapping[str, int], reference: str) -> Sheet:
    """課税明細: incomes and deductions on the left, the levy on the right, what may be done against it below."""
    words = wording(given.template).words
    sheet = Sheet(setter)
    sheet.title(SIDE, 14, WIDTH, words["details"].format_map(names(given)), 13)
    sheet.text(
        SIDE, 22, WIDTH, f"{words['reference']}　{reference}", 8.5, item="reference", align="right", where=reference
    )
    left = sheet.table(SIDE, 28, figures.incomes(setter, given, values))
    right = sheet.table(RIGHT_HALF, 28, figures.levy(setter, given, values))
    block(sheet, max(left, right) + GAP_MM * 2, "appeal", words["appeal"], given)
    return sheet


def _changed_figures(setter: Setter, given: Terms, notice: ChangeNotice) -> Table:
    change = wording(given.template).words["change"]
    grid = Grid(setter, 36, row_mm=6.2, size_pt=9.5)
    grid.add(*(Cell(word, width, "heading") for word, width in zip(change["heading"], (15, 7, 7, 7), strict=True)))
    for name in change["rows"]:
        before, after = notice.before.get(name, 0), notice.after.get(name, 0)
        if before or after:
            label = change["labels"][name].format_map(names(given))
            grid.add(Cell(label, 15), *_three(before, after))
    before, after = notice.before.get("annual_tax", 0), notice.after.get("annual_tax", 0)
    grid.add(Cell(change["annual"], 15, "heading"), *_three(before, after, size_pt=11), row_mm=8)
    return grid.table


def _changed_payments(setter: Setter, given: Terms, notice: ChangeNotice) -> Table:
    words = wording(given.template).words
    change = words["change"]
    grid = Grid(setter, 36, row_mm=5.4, size_pt=9)
    widths = (6, 4, 8, 6, 6, 6)
    grid.add(*(Cell(word, width, "heading") for word, width in zip(change["payments"], widths, strict=True)))
    before = {(one.method, one.number): one for one in notice.payments_before}
    after = {(one.method, one.number): one for one in notice.payments_after}
    order = {method: at for at, method in enumerate((ORDINARY, SALARY, PENSION))}
    for key in sorted(before.keys() | after.keys(), key=lambda key: (order[key[0]], key[1])):
        one = after.get(key) or before[key]
        old, new = (each[key].amount if key in each else 0 for each in (before, after))
        if old or new:
            grid.add(
                Cell(change["ways"][one.method], 6), Cell(period(one, given), 4, "center"), Cell(to_wareki(one.due_on), 8, "center"),
                *_three(old, new, columns=6),
            )  # fmt: skip
    return grid.table


def period(one: Payment, given: Terms) -> str:
    """期別: 第1期, 随時 beyond the ordinary ones, or the month of what is withheld."""
    words = wording(given.template).words["words"]
    if one.method != ORDINARY:
        return str(words["month"]).format(month=one.month)
    return str(words["period"]).format(number=one.number) if one.number <= given.ordinary_count else str(words["extra"])


def _three(before: int, after: int, *, columns: int = 7, size_pt: float = 0.0) -> list[Cell]:
    return [Cell(yen(amount), columns, "amount", size_pt=size_pt) for amount in (before, after, after - before)]
