"""読込み: a CSV file as blocks of text columns, a block at a time, so that a million rows need no more memory than a few.

The csv module reads; it knows quoting, and tells the line of the file on which a row begins.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yakuba.exchange.standard_files.layout import base_columns, by_name
from yakuba.kernel.findings import Finding, error

BLOCK_ROWS = 20_000
LINE = "line"


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """列の数が合わない行: its line, and what stands where the 宛名番号 should be."""

    line: int
    addressee_number: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Block:
    """読み込んだ行: text columns named by identifier, blank = null, `line` int64; and the rows that are no rows."""

    frame: pl.DataFrame
    broken: tuple[BrokenRow, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """見出し: the identifiers of the file's columns in its order ("" for a column that no one knows) and its findings."""

    ids: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_usable(self) -> bool:
        """True when every column that must be there is there, once: only then are rows read."""
        return all(finding.rule == "column-unknown" for finding in self.findings)


def place(line: int) -> str:
    """「12行目」."""
    return f"{line}行目"


def read_header(path: Path) -> Header:
    """見出しの検査: unknown, doubled and missing columns, one finding each.

    An unknown column is left out and said; a missing or doubled one makes the file unusable.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        names = next(csv.reader(lines), [])
    known, findings, seen = by_name(), list[Finding](), set[str]()
    for name in names:
        if name not in known:
            findings.append(
                error(
                    "column-unknown", f"項目「{name}」は様式にありません。この列は取り込みません。",
                    "基本データリストの項目名に直すか、列を削ってください。", where=place(1), value=name,
                )
            )  # fmt: skip
        elif name in seen:
            findings.append(
                error("column-doubled", f"項目「{name}」が2つあります。", "1つにしてください。", item=known[name].id, where=place(1), value=name)
            )  # fmt: skip
        seen.add(name)
    findings += [
        error("column-missing", f"項目「{column.name}」の列がありません。", "列を加えてください（値は空欄でもかまいません）。", item=column.id, where=place(1))
        for column in base_columns()
        if column.name not in seen
    ]  # fmt: skip
    return Header(tuple(known[name].id if name in known else "" for name in names), tuple(findings))


def read_blocks(path: Path, header: Header, *, rows: int = BLOCK_ROWS) -> Iterator[Block]:
    """The rows below the header, `rows` at a time. A byte that is no UTF-8 becomes U+FFFD, which the checks find."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.reader(lines)
        next(reader, None)
        line, kept, numbers, broken = reader.line_num + 1, list[list[str]](), list[int](), list[BrokenRow]()
        try:
            for row in reader:
                if len(row) == len(header.ids):
                    kept.append(row)
                    numbers.append(line)
                elif row:
                    broken.append(_broken(row, line, header))
                line = reader.line_num + 1
                if len(kept) >= rows:
                    yield Block(_frame(kept, numbers, header.ids), tuple(broken))
                    kept, numbers, broken = [], [], []
        except csv.Error:
            broken.append(BrokenRow(line, "", error("row-unreadable", "行の引用符が閉じていないため、ここから先を読めません。", "引用符（\"）を確かめてください。", where=place(line))))  # fmt: skip
        if kept or broken:
            yield Block(_frame(kept, numbers, header.ids), tuple(broken))


def _broken(row: list[str], line: int, header: Header) -> BrokenRow:
    position = header.ids.index("addressee_number")
    found = error(
        "row-column-count", f"列の数が見出しと合いません（見出し{len(header.ids)}、この行{len(row)}）。",
        "区切りのカンマと引用符を確かめてください。", where=place(line),
    )  # fmt: skip
    return BrokenRow(line, row[position] if position < len(row) else "", found)


def _frame(kept: list[list[str]], numbers: list[int], ids: Sequence[str]) -> pl.DataFrame:
    columns = list(zip(*kept, strict=True)) if kept else [()] * len(ids)
    series = [pl.Series(name, values, dtype=pl.String) for name, values in zip(ids, columns, strict=True) if name]
    frame = pl.DataFrame([pl.Series(LINE, numbers, dtype=pl.Int64), *series])
    return frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())
