"""目録 — what a town holds, in numbers that are the same wherever the same rows stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql

from yakuba.kernel.findings import Finding, error

FORM = 1
_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relname LIKE '%\\_refold' ORDER BY relname
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
# The order of rows does not count; how a row reads must not depend on who asks.
_STEADY = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'"
_DIGEST = """
SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint), 0)::text FROM {} AS t
"""
_HEADS = """
SELECT DISTINCT ON (chain) chain, number, encode(digest, 'hex') FROM access_accessrecord ORDER BY chain, number DESC
"""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Manifest:
    """目録. tables: name → [rows, digest of all rows]; sequences: name → last value; chains: actor → [number, digest]."""

    made_at: str
    server: str
    tables: dict[str, list[int | str]]
    sequences: dict[str, int | None]
    chains: dict[str, list[int | str]]
    form: int = FORM

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(int(rows) for rows, _ in self.tables.values())

    @property
    def server_major(self) -> int:
        """The major version of the server that the backup was made from."""
        return int(self.server.partition(".")[0])

    def as_json(self) -> bytes:
        """The manifest as it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_manifest(text: bytes) -> Manifest:
    """目録の読取り. Raises ValueError for another form."""
    content = json.loads(text)
    if content.get("form") != FORM:
        raise ValueError(f"a manifest of form {content.get('form')}")
    return Manifest(**content)


def take_manifest(connection: psycopg.Connection, *, made_at: str, progress: Progress) -> Manifest:
    """目録の作成, in the connection's open transaction; reads every row once."""
    with connection.cursor() as cursor:
        cursor.execute(_STEADY)
        names = [name for (name,) in cursor.execute(_TABLES)]
        tables: dict[str, list[int | str]] = {}
        for done, name in enumerate(names, 1):
            cursor.execute(sql.SQL(_DIGEST).format(sql.Identifier(name)))
            rows, digest = cursor.fetchone() or (0, "0")
            tables[name] = [rows, digest]
            progress(done, len(names))
        sequences: dict[str, int | None] = dict(cursor.execute(_SEQUENCES).fetchall())
        has_chains = "access_accessrecord" in tables
        chains = {chain: [number, digest] for chain, number, digest in cursor.execute(_HEADS)} if has_chains else {}
    server = connection.info.parameter_status("server_version") or ""
    return Manifest(made_at, server, tables, sequences, chains)


def differences(written: Manifest, found: Manifest) -> list[Finding]:
    """目録との照合: a finding for each table, sequence or chain that is not as it was written down."""
    compared = (
        ("表", written.tables, found.tables),
        ("連番", written.sequences, found.sequences),
        ("アクセス記録の連鎖", written.chains, found.chains),
    )
    return [
        error(
            "backup-differs",
            f"{kind} {name} が目録と違います（目録 {then.get(name)}、復元後 {now.get(name)}）。",
            "別の控えから復元してください。",
            where=name,
        )
        for kind, then, now in compared
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    ]
