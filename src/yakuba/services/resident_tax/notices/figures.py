"""課税明細: the calculation of a decision as rows of a table, without what is 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yakuba.typesetting.setter import Setter, Table
from yakuba.typesetting.sheets import Cell, Grid, Kind

from .content import Terms
from .terms import names, percent, wording

ROW_MM = 5.6
SIZE_PT = 8.5
LEFT_COLUMNS = 17
"""課税明細 stands in two halves of this many columns."""


def quantities(version: str = "v1") -> frozenset[str]:
    """明細に要る数量: the inputs and quantities that notices of a version read, by the rules' names."""
    return frozenset(_named(wording(version).figures)) | frozenset(
        [*wording(version).words["change"]["rows"], *wording(version).words["words"]["exemptions"]]
    )


def _named(figures: Mapping[str, Any]) -> Iterator[str]:
    for entry in figures.values():
        for row in entry if isinstance(entry, list) else [entry]:
            if isinstance(row, list):
                yield from (name for name in row[1:] if name)
            else:
                yield from (row[key] for key in ("quantity", "municipal", "prefectural") if key in row)


def yen(amount: int, *, minus: bool = False) -> str:
    """金額 with separators; a figure that is taken off bears the mark △."""
    return f"△{abs(amount):,}" if (minus and amount) or amount < 0 else f"{amount:,}"


def incomes(setter: Setter, given: Terms, values: Mapping[str, int]) -> Table:
    """所得の内訳と所得控除, with the 課税総所得金額 that is left."""
    figures, words = wording(given.template).figures, wording(given.template).words["words"]
    grid = Grid(setter, LEFT_COLUMNS, row_mm=ROW_MM, size_pt=SIZE_PT)
    kind, revenue_heading, income_heading = words["incomes_heading"]
    grid.add(Cell(kind, 7, "heading"), Cell(revenue_heading, 5, "heading"), Cell(income_heading, 5, "heading"))
    for label, revenue, income in figures["incomes"]:
        received, earned = values.get(revenue, 0) if revenue else 0, values.get(income, 0)
        if received or earned:
            amounts = (yen(received) if revenue else "", yen(earned))
            grid.add(Cell(label, 7), *(Cell(amount, 5, "amount") for amount in amounts))
    for row in figures["income_totals"]:
        _add(grid, row, values)
    grid.add(*(Cell(word, width, "heading") for word, width in zip(words["deductions_heading"], (12, 5), strict=True)))
    for row in (*figures["deductions"], figures["deduction_total"], figures["taxable"], *figures["separate"]):
        _add(grid, row, values)
    return grid.table


def _add(grid: Grid, row: Mapping[str, Any], values: Mapping[str, int]) -> None:
    amount = values.get(row["quantity"], 0)
    if amount or row.get("always"):
        kind: Kind = "heading" if row.get("always") else "value"
        grid.add(Cell(row["label"], 12, kind), Cell(yen(amount, minus=row.get("minus", False)), 5, "amount"))


def levy(setter: Setter, given: Terms, values: Mapping[str, int]) -> Table:
    """税額の計算: municipal and prefectural beside each other, the annual tax, who was counted."""
    version = wording(given.template)
    figures, words = version.figures, version.words["words"]
    grid = Grid(setter, LEFT_COLUMNS, row_mm=ROW_MM, size_pt=SIZE_PT)
    heading = [word.format_map(names(given)) for word in words["levy_heading"]]
    grid.add(*(Cell(word, width, "heading") for word, width in zip(heading, (8, 5, 4), strict=True)))
    rates = (percent(given.municipal_rate), percent(given.prefectural_rate))
    grid.add(Cell(words["rate"], 8), Cell(rates[0], 5, "amount"), Cell(rates[1], 4, "amount"))
    for row in figures["levy"]:
        pair = (values.get(row["municipal"], 0), values.get(row["prefectural"], 0))
        if any(pair) or row.get("always"):
            minus = row.get("minus", False)
            shown = [yen(amount, minus=minus) for amount in pair]
            kind: Kind = "heading" if row.get("always") else "value"
            grid.add(Cell(row["label"], 8, kind), Cell(shown[0], 5, "amount"), Cell(shown[1], 4, "amount"))
    for key in ("forest", "annual", "refund"):
        row = figures[key]
        amount = values.get(row["quantity"], 0)
        if amount or row.get("always"):
            grid.add(
                Cell(row["label"], 8, "heading"), Cell(yen(amount), 9, "amount", size_pt=10.5 if key == "annual" else 0)
            )
    levy_people(grid, given, values)
    return grid.table


def levy_people(grid: Grid, given: Terms, values: Mapping[str, int]) -> None:
    """扶養・本人の該当, and why nothing is levied where nothing is."""
    figures, words = wording(given.template).figures, wording(given.template).words["words"]
    counted = [
        f"{row['label']} {values[row['quantity']]}{row['unit']}" if "unit" in row else row["label"]
        for row in figures["people"]
        if values.get(row["quantity"])
    ]
    exempt = [text for name, text in words["exemptions"].items() if values.get(name)]
    grid.add(
        Cell(words["people"], 5, "heading"), Cell("、".join(counted) or words["none"], 12, size_pt=8), row_mm=ROW_MM * 2
    )
    if exempt:
        grid.add(Cell(words["exempt"], 5, "heading"), Cell("、".join(exempt), 12, size_pt=8), row_mm=ROW_MM * 2)
