"""COPY: frames into tables and tables into frames, without a Python object per row."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
import psycopg

from .frames import Kind, Schema

_BODY_BYTES = 4 << 20


def copy_in(cursor: psycopg.Cursor, table: str, frame: pl.DataFrame) -> int:
    """Adds the frame's rows to the table, column by name; blank is NULL. Returns how many."""
    if frame.is_empty():
        return 0
    columns = ", ".join(frame.columns)
    plain = frame.with_columns(_array_literal(name) for name, kind in frame.schema.items() if isinstance(kind, pl.List))
    body = (
        plain.write_csv(
            include_header=False,
            quote_style="necessary",
            null_value="",
            datetime_format="%Y-%m-%d %H:%M:%S%.6f%:z",
        ).encode()
        if plain.width > 1
        else plain.write_csv(include_header=False).encode()
    )
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)") as copy:
        for start in range(0, len(body), 1 << 20):
            copy.write(body[start : start + (1 << 20)])
    return frame.height


class Copier:
    """Copies frames in, one after the other in a thread, while the next are worked out. Nothing else may use the cursor
    between a `put` and the next `wait`, or the end of the block."""

    def __init__(self, cursor: psycopg.Cursor) -> None:
        self.cursor = cursor
        self._begun: list[Future[int]] = []

    def __enter__(self) -> Copier:
        self._thread = ThreadPoolExecutor(1)
        return self

    def put(self, table: str, frame: pl.DataFrame) -> None:
        """Begins to add the frame's rows to the table, once what was put before is in."""
        self._begun.append(self._thread.submit(copy_in, self.cursor, table, frame))

    def wait(self) -> None:
        """Returns when all is in. Raises what the database refused."""
        while self._begun:
            self._begun.pop(0).result()

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> None:
        self._thread.shutdown(cancel_futures=kind is not None)
        if kind is None:
            self.wait()


def _array_literal(name: str) -> pl.Expr:
    """A list of texts as PostgreSQL writes an array."""
    quoted = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    parts = pl.col(name).list.eval(pl.concat_str(pl.lit('"'), quoted, pl.lit('"')))
    return pl.concat_str(pl.lit("{"), parts.list.join(","), pl.lit("}")).alias(name)


def copy_out(
    cursor: psycopg.Cursor, query: str, schema: Schema, parameters: Sequence[object] | Mapping[str, object] = ()
) -> pl.DataFrame:
    """The query's rows as a frame of the schema; its columns are the query's, in order."""
    selected = ", ".join(_as_text(name, kind) for name, kind in schema.items())
    statement = f"COPY (SELECT {selected} FROM ({query}) AS wanted) TO STDOUT (FORMAT csv)"
    with cursor.copy(statement, parameters) as copy, ThreadPoolExecutor(1) as reader:
        # What has come is read on a second core while the rest is coming.
        pieces = [reader.submit(_read, body, schema) for body in _bodies(copy)]
    return pl.concat(piece.result() for piece in pieces) if pieces else pl.DataFrame(schema=schema)


def _bodies(copy: psycopg.Copy) -> Iterator[bytes]:
    """The rows in bodies of some megabytes; the server sends whole rows."""
    rows: list[bytes] = []
    size = 0
    for row in copy:
        rows.append(bytes(row))
        size += len(row)
        if size >= _BODY_BYTES:
            yield b"".join(rows)
            rows, size = [], 0
    if rows:
        yield b"".join(rows)


def _read(body: bytes, schema: Schema) -> pl.DataFrame:
    read = pl.read_csv(io.BytesIO(body), has_header=False, new_columns=list(schema), schema=_plain(schema))
    return read.with_columns(_typed(name, kind) for name, kind in schema.items() if _differs(kind))


def _as_text(name: str, kind: Kind) -> str:
    if kind == pl.Boolean:
        return f"{name}::int"
    if kind == pl.Date:
        return f"{name} - date '1970-01-01'"
    if isinstance(kind, pl.Datetime):
        return f"(extract(epoch from {name}) * 1000000)::bigint"
    if isinstance(kind, pl.List):
        return f"array_to_string({name}, chr(31))"
    return name


def _plain(schema: Schema) -> dict[str, Kind]:
    plain: Mapping[object, type[pl.DataType]] = {pl.Boolean: pl.Int8, pl.Date: pl.Int32}
    return {
        name: pl.Int64
        if isinstance(kind, pl.Datetime)
        else pl.String
        if isinstance(kind, pl.List)
        else plain.get(kind, kind)
        for name, kind in schema.items()
    }


def _differs(kind: Kind) -> bool:
    return kind in (pl.Boolean, pl.Date) or isinstance(kind, (pl.Datetime, pl.List))


def _typed(name: str, kind: Kind) -> pl.Expr:
    if isinstance(kind, pl.List):
        text = pl.col(name).fill_null("")
        return pl.when(text == "").then(pl.lit([], dtype=kind)).otherwise(text.str.split("\x1f")).alias(name)
    return pl.col(name).cast(kind)
