"""読込み: a CSV file as blocks of text columns, so that a town's reports need no more memory than a few.

A column that the layout does not know is no small matter where the columns are amounts: the file is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yakuba.exchange.income_reports.layout import Layout
from yakuba.kernel.findings import Finding, error

BLOCK_ROWS = 20_000
LINE = "line"


@dataclass(frozen=True, slots=True)
class Header:
    """見出し: the ids of the file's columns in its order, and its findings. Any finding makes the file unusable."""

    ids: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """読み込んだ行: `line` and every column of the layout as text, blank = null; and findings on rows that are no rows."""

    frame: pl.DataFrame
    broken: tuple[tuple[int, Finding], ...]


def place(line: int) -> str:
    """「12行目」."""
    return f"{line}行目"


def read_header(path: Path, form: Layout) -> Header:
    """見出しの検査: unknown, doubled and missing columns, one finding each. An optional column may be missing."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        names = next(csv.reader(lines), [])
    known, findings, seen = form.by_name(), list[Finding](), set[str]()
    for name in names:
        if name not in known:
            findings.append(
                error(
                    "column-unknown", f"項目「{name}」は様式にありません。", "様式の項目名に直すか、列を削ってください。", where=place(1), value=name,
                )
            )  # fmt: skip
        elif name in seen:
            findings.append(
                error("column-doubled", f"項目「{name}」が2つあります。", "1つにしてください。", item=known[name].id, where=place(1), value=name)
            )  # fmt: skip
        seen.add(name)
    findings += [
        error("column-missing", f"項目「{column.name}」の列がありません。", "列を加えてください。", item=column.id, where=place(1))
        for column in form.columns
        if column.required and column.name not in seen
    ]  # fmt: skip
    return Header(tuple(known[name].id if name in known else "" for name in names), tuple(findings))


def read_blocks(path: Path, header: Header, form: Layout, *, rows: int = BLOCK_ROWS) -> Iterator[Block]:
    """The rows below the header, `rows` at a time. A byte that is no UTF-8 becomes U+FFFD, which the checks find."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.reader(lines)
        next(reader, None)
        line, kept, numbers, broken = reader.line_num + 1, list[list[str]](), list[int](), list[tuple[int, Finding]]()
        try:
            for row in reader:
                if len(row) == len(header.ids):
                    kept.append(row)
                    numbers.append(line)
                elif row:
                    broken.append((line, _wrong_width(len(header.ids), len(row), line)))
                line = reader.line_num + 1
                if len(kept) >= rows:
                    yield Block(_frame(kept, numbers, header, form), tuple(broken))
                    kept, numbers, broken = [], [], []
        except csv.Error:
            broken.append((line, error("row-unreadable", "行の引用符が閉じていないため、ここから先を読めません。", "引用符（\"）を確かめてください。", where=place(line))))  # fmt: skip
        if kept or broken:
            yield Block(_frame(kept, numbers, header, form), tuple(broken))


def _wrong_width(expected: int, found: int, line: int) -> Finding:
    return error(
        "row-column-count", f"列の数が見出しと合いません（見出し{expected}、この行{found}）。",
        "区切りのカンマと引用符を確かめてください。", where=place(line),
    )  # fmt: skip


def _frame(kept: list[list[str]], numbers: list[int], header: Header, form: Layout) -> pl.DataFrame:
    values = dict(zip(header.ids, zip(*kept, strict=True), strict=True)) if kept else {}
    empty = (None,) * len(kept)
    series = [pl.Series(column.id, values.get(column.id, empty), dtype=pl.String) for column in form.columns]
    frame = pl.DataFrame([pl.Series(LINE, numbers, dtype=pl.Int64), *series])
    return frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())
