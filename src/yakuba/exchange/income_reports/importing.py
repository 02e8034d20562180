"""取込み: a checked file into the register. A report that is held back stays out whole, all others go in.

A block is one transaction; a file given again, or gone on with after it was broken off, adds nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from yakuba.exchange.income_reports.check import Checked
from yakuba.exchange.income_reports.findings import located, says
from yakuba.exchange.income_reports.reading import BLOCK_ROWS, LINE
from yakuba.exchange.income_reports.typed import relatives_of, reports_of
from yakuba.kernel.findings import Finding
from yakuba.registers.access.door import Access
from yakuba.registers.income_reports.commands import Received, receive

Progress = Callable[[int], None]
_REFUSED = {
    "report-known": says(
        "report-known", "{name}「{value}」の資料は、違う内容で受領済みです。",
        "訂正なら訂正表示を1に、別の資料なら{name}を直してください。",
    ),
    "nothing-to-correct": says(
        "nothing-to-correct", "訂正か取消ですが、{name}「{value}」の有効な資料がありません。",
        "{name}を確認するか、訂正表示を0にしてください。",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Imported:
    """取込みの結果, in reports. `open_count`: added, and about nobody whom the register could name."""

    row_count: int
    added: int = 0
    unchanged: int = 0
    open_count: int = 0
    held_back: int = 0
    findings: list[Finding] = field(default_factory=list)


def import_reports(
    checked: Checked, *, access: Access, progress: Progress = lambda _: None, rows: int = BLOCK_ROWS
) -> Imported:
    """取り込む. Nothing goes in from a file whose header is unusable. Raises RefusedError as `commands.receive`."""
    result = Imported(checked.row_count, held_back=len(checked.held), findings=list(checked.findings))
    if not checked.is_usable:
        return result
    source = source_of(checked.path)
    refused: list[Finding] = []
    for frame in checked.blocks(rows=rows):
        reports = reports_of(frame, checked.form, source=source)
        received = receive(access, reports, relatives_of(frame, checked.form))
        refused += _refusals(checked, frame, received)
        result.added += len(received.added)
        result.unchanged += len(received.unchanged)
        result.open_count += received.open_count
        progress(result.added + result.unchanged + len(refused))
    result.held_back += len(refused)
    result.findings += refused
    return result


def _refusals(checked: Checked, frame: pl.DataFrame, received: Received) -> list[Finding]:
    column = checked.form.by_id()["report_number"]
    rows = frame.filter(pl.col(LINE).is_in(list(received.refused))).select(LINE, column.id)
    return [
        located(column, _REFUSED[received.refused[line]](column, number), line, number).finding
        for line, number in rows.iter_rows()
    ]


def source_of(path: Path) -> str:
    """資料の出所: the SHA-256 of the file's bytes."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
