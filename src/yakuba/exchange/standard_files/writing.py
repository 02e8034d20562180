"""書出し: parts of a town as the file from which they could be read again, a part at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

import polars as pl

from yakuba.exchange.standard_files.history import to_rows
from yakuba.exchange.standard_files.layout import base_columns, columns
from yakuba.registers.residents.frames import TownPart

_END = "\r\n"


@dataclass(slots=True)
class Written:
    """書出しの結果. `left_out` are the items with a value that the basic columns have no place for, by 項目名."""

    row_count: int = 0
    person_count: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def write_file(
    parts: Iterable[TownPart], out: BinaryIO, *, all_items: bool = False, town_code: str | None = None
) -> Written:
    """住民情報ファイル: UTF-8, CRLF (RFC 4180), by 宛名番号 within each part (so the parts must come in that order).

    The basic columns are those of every file; with `all_items` every column of the layout.
    """
    chosen = columns() if all_items else base_columns()
    rest = (
        [] if all_items else [column for column in columns() if not column.base and column.bears in ("item", "event")]
    )
    written = Written()
    out.write((",".join(column.name for column in chosen) + _END).encode())
    for part in parts:
        rows = to_rows(part, town_code=town_code)
        rows.select(pl.col(column.id) for column in chosen).write_csv(
            out, include_header=False, quote_style="necessary", null_value="", line_terminator=_END
        )
        written.row_count += rows.height
        written.person_count += rows["addressee_number"].n_unique()
        for column in rest:
            count = rows.height - rows[column.id].null_count()
            if count:
                written.left_out[column.name] = written.left_out.get(column.name, 0) + count
    return written
