"""ファイルの検査: all findings of a file, and the people who are held back because of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from yakuba.exchange.standard_files.cells import apply_rules, cell_rules
from yakuba.exchange.standard_files.findings import CellFinding
from yakuba.exchange.standard_files.people import check_whole_file, digest, persons_of
from yakuba.exchange.standard_files.reading import (
    BLOCK_ROWS,
    LINE,
    BrokenRow,
    Header,
    read_blocks,
    read_header,
)
from yakuba.exchange.standard_files.rows import clean_rows, order_findings, row_rules
from yakuba.kernel.findings import Finding, Severity

Progress = Callable[[int], None]
"""Called with the number of rows done so far."""


@dataclass(frozen=True, slots=True)
class Checked:
    """検査済みファイル. `held` are 宛名番号 as int64; `owners` joins each line to its person, `held` or not.

    `findings` come in the order of the lines. `is_usable` False: the header lacks columns and no row was read.
    """

    path: Path
    header: Header
    findings: tuple[Finding, ...]
    row_count: int
    held: frozenset[int]
    owners: pl.DataFrame

    @property
    def is_usable(self) -> bool:
        """True when the rows were read."""
        return self.header.is_usable

    @property
    def person_count(self) -> int:
        """住民の数 in the file, those held back included."""
        return self.owners["person"].n_unique()


def check_file(path: Path, *, today: date, progress: Progress = lambda _: None, rows: int = BLOCK_ROWS) -> Checked:
    """ファイルを検査する. Nothing is written anywhere; memory stays that of one block and about 100 bytes a row."""
    header = read_header(path)
    if not header.is_usable:
        return Checked(
            path, header, header.findings, 0, frozenset(), pl.DataFrame(schema={LINE: pl.Int64, "person": pl.Int64})
        )
    found, digests, broken, count = list[CellFinding](), list[pl.DataFrame](), list[BrokenRow](), 0
    for block in read_blocks(path, header, rows=rows):
        broken += block.broken
        here, cells = check_block(block.frame, today=today)
        found += here
        digests.append(digest(block.frame, cells))
        count += block.frame.height + len(block.broken)
        progress(count)
    whole = check_whole_file(digests, broken)
    found = sorted([*found, *whole.findings], key=lambda one: one.line)
    errors = [one.line for one in found if one.finding.severity is Severity.ERROR]
    held = set(whole.owners.filter(pl.col(LINE).is_in(errors))["person"])
    held |= persons_of(broken)
    lines = [*((one.line, one.finding) for one in found), *((row.line, row.finding) for row in broken)]
    findings = (*header.findings, *(finding for _, finding in sorted(lines, key=lambda one: one[0])))
    return Checked(path, header, findings, count, frozenset(held), whole.owners)


def check_block(frame: pl.DataFrame, *, today: date) -> tuple[list[CellFinding], pl.DataFrame]:
    """The findings that need no more than the row, and (line, id) of the cells that have one."""
    found, cells = apply_rules(frame, cell_rules(frame, today=today))
    clean = clean_rows(cells)
    between, between_cells = apply_rules(frame, row_rules(frame, clean))
    cells = pl.concat([cells, between_cells])
    order = order_findings(frame, clean_rows(cells))
    order_cells = pl.DataFrame(
        {LINE: [one.line for one in order], "id": [one.id for one in order]}, schema=cells.schema
    )
    return [*found, *between, *order], pl.concat([cells, order_cells])
