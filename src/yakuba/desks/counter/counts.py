"""統計表: counts as rows of a table. A cell so small that it points at a person is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from yakuba.desks.counter.items import coded
from yakuba.registers.residents.queries.statistics import FlowRow, PopulationRow

POPULATION_HEADINGS = ("男", "女", "計", "日本人", "外国人", "世帯主")
CLASS_YEARS, OLDEST_CLASS = 5, 100
SMALLEST = 3
"""秘匿: a count below this is withheld where the dimension tells about few people (our choice; no source names a number)."""
WITHHELD = "x"
FEW = "（人数の少ない区分）"
"""Where the very name of a place or a country would point at a person."""
FLOW_COLUMNS = (
    ("01", "02"),
    ("03",),
    ("04", "05", "06", "07", "08", "09"),
    ("21", "22"),
    ("23",),
    ("24", "25", "26", "27", "28"),
)
FlowKind = Literal["people", "japanese", "foreign"]
FLOW_KINDS: dict[FlowKind, str] = {"people": "総計", "japanese": "日本人住民", "foreign": "外国人住民"}
FLOW_HEADINGS = ("転入", "出生", "その他の記載", "転出", "死亡", "その他の消除", "増減")


@dataclass(frozen=True, slots=True)
class Row:
    """表の1行; `cells` are counts, or `x` where one is withheld."""

    label: str
    cells: Sequence[int | str]


def population_rows(dimension: str, counted: Iterable[PopulationRow]) -> list[Row]:
    """人口の表: five-year classes for age, words for codes; a total row last."""
    hide = dimension in ("nationality", "district")
    counts = [
        (FEW if hide and row.total < SMALLEST else _label(dimension, row.value), _numbers(row)) for row in counted
    ]
    by_label: dict[str, list[int]] = {}
    for label, numbers in counts:
        before = by_label.setdefault(label, [0] * len(numbers))
        by_label[label] = [one + other for one, other in zip(before, numbers, strict=True)]
    total = [sum(column) for column in zip(*by_label.values(), strict=True)] or [0] * len(POPULATION_HEADINGS)
    rows = [Row(label, _withheld(numbers) if hide else numbers) for label, numbers in by_label.items()]
    if hide:
        rows.sort(key=lambda row: -by_label[row.label][2])
    return [*rows, Row("総数", total)]


def flow_rows(counted: Iterable[FlowRow], kind: FlowKind = "people") -> list[Row]:
    """人口動態の表 by month, of everybody or of one 住民種別 (6.1), a total row last."""
    months: dict[date, dict[str, int]] = {}
    for row in counted:
        reasons = months.setdefault(row.month, {})
        reasons[row.reason] = reasons.get(row.reason, 0) + getattr(row, kind)
    rows = []
    for month, reasons in sorted(months.items()):
        cells = [sum(reasons.get(reason, 0) for reason in column) for column in FLOW_COLUMNS]
        rows.append(Row(f"{month.year}年{month.month}月", [*cells, sum(cells[:3]) - sum(cells[3:])]))
    total = [sum(int(row.cells[position]) for row in rows) for position in range(len(FLOW_HEADINGS))]
    return [*rows, Row("計", total)]


def _label(dimension: str, value: str) -> str:
    if dimension == "age":
        first = min(int(value) // CLASS_YEARS * CLASS_YEARS, OLDEST_CLASS)
        return f"{first}歳以上" if first == OLDEST_CLASS else f"{first}〜{first + CLASS_YEARS - 1}歳"
    return coded("sexes", value) if dimension == "sex" else value


def _numbers(row: PopulationRow) -> list[int]:
    return [row.male, row.female, row.total, row.japanese, row.foreign, row.households]


def _withheld(numbers: list[int]) -> list[int | str]:
    """Men and women are withheld together, as are Japanese and foreign residents: one would give the other away."""
    cells: list[int | str] = list(numbers)
    for one, other in ((0, 1), (3, 4)):
        if any(0 < numbers[position] < SMALLEST for position in (one, other)):
            cells[one] = cells[other] = WITHHELD
    for position in (2, 5):
        if 0 < numbers[position] < SMALLEST:
            cells[position] = WITHHELD
    return cells
