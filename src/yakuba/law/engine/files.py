"""ファイルの計算: Parquet or CSV larger than memory, in batches that part nobody from their family."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from yakuba.kernel.findings import RefusedError, error

from .checking import check
from .evaluation import evaluate
from .families import family_ends
from .ruleset import RuleSet

BATCH_ROWS = 40_000
"""Enough for machine code to pay; larger ones are no quicker and take more memory."""
_HEADING_LINES = 1
Progress = Callable[[int], None]
"""Called with how many rows are done."""


def evaluate_file(
    rules: RuleSet,
    source: Path,
    target: Path,
    wanted: Sequence[str],
    *,
    keep: Sequence[str] = (),
    workers: int = 1,
    batch_rows: int = BATCH_ROWS,
    progress: Progress = lambda done: None,
) -> int:
    """ファイルの計算: the wanted quantities of everybody in `source` into `target` (.parquet or .csv); returns the rows.

    `keep` names columns that pass through, such as a person's number. Positions count rows of the file from 0, and a
    family stands together: nobody points back over the end of another family further than a batch. Raises RefusedError
    with every finding of the first batch at fault; the target is then not written.
    """
    done = 0

    def results() -> Iterator[pl.DataFrame]:
        nonlocal done
        for first_row, frame in _families(rules, _batches(source, batch_rows), source):
            columns = {name: frame[name].to_numpy() for name in frame.columns if name not in keep}
            findings = check(rules, columns, first_row=first_row)
            if findings:
                raise RefusedError(findings)
            found = evaluate(rules, columns, wanted, workers=workers)
            done += frame.height
            progress(done)
            yield pl.DataFrame({**{name: frame[name] for name in keep}, **found})

    refused: list[RefusedError] = []

    def remembered() -> Iterator[pl.DataFrame]:
        """The results; a refusal is kept, since the library in between would tell it as an error of its own."""
        try:
            yield from results()
        except RefusedError as reason:
            refused.append(reason)
            raise

    batches = remembered()
    first = next(batches, None)
    if first is None:
        raise RefusedError(
            [error("no-rows", "行がありません。", "見出しの下に、1人1行で書いてください。", where=source.name)]
        )
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        _sink(first, batches, unfinished, as_csv=target.suffix == ".csv")
        unfinished.replace(target)
    except pl.exceptions.PolarsError:
        if refused:
            raise refused[0] from None
        raise
    finally:
        unfinished.unlink(missing_ok=True)
    return done


def _sink(first: pl.DataFrame, rest: Iterator[pl.DataFrame], target: Path, *, as_csv: bool) -> None:
    if as_csv:
        with target.open("wb") as file:
            first.write_csv(file)
            for frame in rest:
                frame.write_csv(file, include_header=False)
        return

    def frames(*_asked: object) -> Iterator[pl.DataFrame]:
        yield first
        yield from rest

    register_io_source(frames, schema=first.schema).sink_parquet(target)


def _batches(source: Path, batch_rows: int) -> Iterator[pl.DataFrame]:
    """One batch in memory at a time: the library's own batches of a lazy scan are read ahead of whoever takes them."""
    if source.suffix != ".parquet":
        yield from _csv_batches(source, batch_rows)
        return
    lazy = pl.scan_parquet(source)
    for start in range(0, lazy.select(pl.len()).collect().item(), batch_rows):
        yield lazy.slice(start, batch_rows).collect()


def _csv_batches(source: Path, batch_rows: int) -> Iterator[pl.DataFrame]:
    with source.open("rb") as file:
        names = pl.read_csv(file.readline(), infer_schema=False).columns
        left = file.readline()
        # About so many rows, if the others are as long as the first.
        batch_bytes = batch_rows * len(left)
        while read := file.read(batch_bytes):
            text = left + read
            end = text.rfind(b"\n") + 1
            # A line end within quotes is no end of a row.
            while end and text.count(b'"', 0, end) % 2:
                end = text.rfind(b"\n", 0, end - 1) + 1
            left = text[end:]
            if end:
                yield _csv_rows(text[:end], names)
        if left:
            yield _csv_rows(left, names)


def _csv_rows(text: bytes, names: Sequence[str]) -> pl.DataFrame:
    return pl.read_csv(text, has_header=False, schema=dict.fromkeys(names, pl.String))


def _families(rules: RuleSet, batches: Iterator[pl.DataFrame], source: Path) -> Iterator[tuple[int, pl.DataFrame]]:
    """Whole families at a time, with positions counted within them; and the number of their first line in the file."""
    start, held = 0, pl.DataFrame()
    first_line = 1 if source.suffix == ".parquet" else 1 + _HEADING_LINES
    for batch in batches:
        read = _whole_numbers(rules, batch, start + held.height)
        held = pl.concat([held, read]) if held.height else read
        cut = _last_cut(rules, held, start)
        if cut:
            yield start + first_line, _local(rules, held[:cut], start)
            start, held = start + cut, held[cut:]
    if held.height:
        yield start + first_line, _local(rules, held, start)


def _positions(rules: RuleSet, frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name in rules.inputs and rules.inputs[name].unit == "row"]


def _last_cut(rules: RuleSet, frame: pl.DataFrame, start: int) -> int:
    """After how many rows nobody who came before points at, or is pointed at by, somebody after."""
    local = _local(rules, frame, start)
    ends = family_ends([local[name].to_numpy() for name in _positions(rules, frame)], 0, frame.height)
    # The last row's family may go on in the next batch.
    return int(ends[-2]) if len(ends) > 1 else 0


def _local(rules: RuleSet, frame: pl.DataFrame, start: int) -> pl.DataFrame:
    shifted = [
        pl.when(pl.col(name) >= 0).then(pl.col(name) - start).otherwise(pl.col(name)).alias(name)
        for name in _positions(rules, frame)
    ]
    return frame.with_columns(shifted)


def _whole_numbers(rules: RuleSet, frame: pl.DataFrame, start: int) -> pl.DataFrame:
    """The known columns as int64. Raises RefusedError with a finding for each cell that is blank or no whole number."""
    known = [name for name in frame.columns if name in rules.inputs or name in rules.rules]
    read = frame.with_columns(pl.col(name).cast(pl.Int64, strict=False) for name in known)
    findings = [
        error(
            "not-whole",
            f"{name} の値が整数ではありません。",
            "円・人・年の整数を書いてください。0 のときは 0 と書きます。",
            item=name,
            where=f"{start + row + 1 + _HEADING_LINES}行目",
            value=str(frame[name][int(row)] or ""),
        )
        for name in known
        for row in np.flatnonzero(read[name].is_null().to_numpy())
    ]
    if findings:
        raise RefusedError(findings)
    return read
