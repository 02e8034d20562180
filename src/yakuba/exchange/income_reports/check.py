"""ファイルの検査: all findings of a file of reports, and the lines that are held back because of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from yakuba.exchange.income_reports.cells import cell_rules, income_year
from yakuba.exchange.income_reports.findings import CellFinding, Rule, apply_rules, located, says
from yakuba.exchange.income_reports.layout import Layout, layout
from yakuba.exchange.income_reports.reading import BLOCK_ROWS, LINE, Header, read_blocks, read_header
from yakuba.exchange.income_reports.rows import row_rules, year_of_most
from yakuba.kernel.findings import Finding
from yakuba.registers.income_reports.columns import Kind

Progress = Callable[[int], None]
"""Called with the number of rows done so far."""


@dataclass(frozen=True, slots=True)
class Checked:
    """検査済みファイル: findings in the order of the lines; `held` the lines of reports that stay out."""

    path: Path
    form: Layout
    header: Header
    findings: tuple[Finding, ...]
    row_count: int
    held: frozenset[int]

    @property
    def is_usable(self) -> bool:
        """True when the rows were read: the header has no finding."""
        return not self.header.findings

    def blocks(self, *, rows: int = BLOCK_ROWS) -> Iterator[pl.DataFrame]:
        """The rows that are not held back, as text."""
        if self.is_usable:
            for block in read_blocks(self.path, self.header, self.form, rows=rows):
                yield block.frame.filter(~pl.col(LINE).is_in(list(self.held)))


def check_file(
    path: Path, kind: Kind, *, today: date, progress: Progress = lambda _: None, rows: int = BLOCK_ROWS
) -> Checked:
    """ファイルを検査する. Nothing is written; memory stays that of one block and a few numbers a row."""
    form = layout(kind)
    header = read_header(path, form)
    if header.findings:
        return Checked(path, form, header, header.findings, 0, frozenset())
    found, keys, broken, count = list[CellFinding](), list[pl.DataFrame](), list[tuple[int, Finding]](), 0
    for block in read_blocks(path, header, form, rows=rows):
        broken += block.broken
        found += check_block(block.frame, form, today=today)
        keys.append(_keys(block.frame))
        count += block.frame.height + len(block.broken)
        progress(count)
    found += _whole_file(keys, form, {(one.line, one.id) for one in found})
    lines = sorted([*((one.line, one.finding) for one in found), *broken], key=lambda one: one[0])
    return Checked(path, form, header, tuple(each for _, each in lines), count, frozenset(line for line, _ in lines))


def check_block(frame: pl.DataFrame, form: Layout, *, today: date) -> list[CellFinding]:
    """The findings that need no more than the row: on cells, then between cells that have none."""
    found = apply_rules(frame, cell_rules(frame, form.columns, today=today))
    doubted: dict[str, list[int]] = {}
    for one in found:
        doubted.setdefault(one.id, []).append(one.line)
    return [*found, *apply_rules(frame, (_among_sure(rule, doubted) for rule in row_rules(form)))]


def _among_sure(rule: Rule, doubted: Mapping[str, list[int]]) -> Rule:
    """The rule on those rows in which no cell that it looks at is in doubt."""
    lines = sorted({line for name in rule.mask.meta.root_names() for line in doubted.get(name, [])})
    return replace(rule, mask=rule.mask & ~pl.col(LINE).is_in(lines)) if lines else rule


def _keys(frame: pl.DataFrame) -> pl.DataFrame:
    """What the rules between rows need of each."""
    payer = pl.col("payer_number") if "payer_number" in frame.columns else pl.lit("")
    return frame.select(LINE, "report_number", income_year=income_year(), payer=payer, text=pl.col("income_year"))


def _whole_file(keys: list[pl.DataFrame], form: Layout, doubted: set[tuple[int, str]]) -> list[CellFinding]:
    """年分の違う行, and a 整理番号 that the same payer gives twice: found at the second."""
    if not keys:
        return []
    rows, columns = pl.concat(keys).sort(LINE), form.by_id()
    year = year_of_most(rows["income_year"])
    other = rows.filter(pl.col("income_year") != year) if year is not None else rows.clear()
    say = says(
        "other-year", "{name}「{value}」がほかの行と違います。",
        f"年分を確認してください。{'' if year is None else f'このファイルは{year}年分です。'}別の年分は別のファイルで取り込みます。",
    )  # fmt: skip
    column = columns["income_year"]
    found = [
        located(column, say(column, text), line, text)
        for line, text in other.select(LINE, "text").iter_rows()
        if (line, column.id) not in doubted
    ]
    numbered = rows.filter(pl.col("report_number").is_not_null() & pl.col("payer").is_not_null())
    again = numbered.filter(~pl.struct("payer", "report_number").is_first_distinct())
    column = columns["report_number"]
    twice = says(
        "report-doubled",
        "{name}「{value}」の行が、前にもあります。",
        "同じ資料なら一方を削り、別の資料なら番号を直してください。",
    )
    return found + [
        located(column, twice(column, number), line, number)
        for line, number in again.select(LINE, "report_number").iter_rows()
        if (line, column.id) not in doubted
    ]
