"""アクセス記録の照会と検証."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yakuba.kernel.findings import Finding, error

from . import commands
from .chain import GENESIS, Sealable, digest
from .door import Access

_COLUMNS = "chain, number, recorded_at, purpose, action, subjects, detail, place, individual_number, previous, digest"


@dataclass(frozen=True, slots=True)
class RecordRow:
    """アクセス記録 1件, as shown to the auditor."""

    chain: str
    number: int
    recorded_at: datetime
    purpose: str
    action: str
    subjects: list[int]
    detail: str
    place: str
    individual_number: bool


def access_records(
    access: Access,
    *,
    subject: int | None = None,
    actor: str = "",
    before: tuple[datetime, str, int] | None = None,
    limit: int = 50,
) -> list[RecordRow]:
    """アクセス記録一覧: the newest first, by key (`before` = the last row seen). The reading itself is recorded."""
    conditions, values = ["TRUE"], []  # type: list[str], list[Any]
    if subject is not None:
        conditions.append("subjects @> ARRAY[%s]::bigint[]")
        values.append(subject)
    if actor:
        conditions.append("chain = %s")
        values.append(actor)
    if before is not None:
        conditions.append("(recorded_at, chain, number) < (%s, %s, %s)")
        values += before
    columns = _COLUMNS.removesuffix(", previous, digest")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM access_accessrecord WHERE {' AND '.join(conditions)}"
                " ORDER BY recorded_at DESC, chain DESC, number DESC LIMIT %s",
                [*values, limit],
            )
            rows = [RecordRow(*row) for row in cursor.fetchall()]
        commands.record(access, "access.list", [subject] if subject else [], {"actor": actor, "rows": len(rows)})
    return rows


def monthly_counts(action: str, *, since: datetime) -> dict[str, int]:
    """月別件数: how many records of an action there are in each month of Japan from `since` on, keyed 2024-05."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_char(recorded_at AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM') AS month, count(*)"
            " FROM access_accessrecord WHERE action = %s AND recorded_at >= %s GROUP BY month ORDER BY month",
            [action, since],
        )
        return dict(cursor.fetchall())


def verify_chains() -> Iterator[tuple[int, list[Finding]]]:
    """アクセス記録の検証: walks every chain from its beginning; yields (records read so far, findings) per block."""
    key = commands.chain_key()
    expected: dict[str, tuple[int, bytes]] = {}
    count = 0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM access_accessrecord ORDER BY chain, number")
        while rows := cursor.fetchmany(5000):
            findings: list[Finding] = []
            for *content, previous, sealed in rows:
                findings += _check(key, expected, Sealable(*content), bytes(previous), bytes(sealed))
            count += len(rows)
            yield count, findings
    yield count, list(_check_seals(expected))


def _check(
    key: bytes, expected: dict[str, tuple[int, bytes]], content: Sealable, previous: bytes, sealed: bytes
) -> Iterator[Finding]:
    number, head = expected.get(content.chain, (0, GENESIS))
    where = f"{content.chain} の {content.number} 件目"
    if content.number != number + 1:
        yield error("chain-gap", f"{number + 1} 件目からの記録が欠けています。", "控えの封印と照合してください。", where=where)
    elif previous != head:
        yield error("chain-broken", "前の記録とつながりません。", "控えから復元し、原因を調べてください。", where=where)
    if digest(key, previous, content) != sealed:
        yield error("record-changed", "記録の内容が書き換えられています。", "控えから復元し、原因を調べてください。", where=where)
    expected[content.chain] = (content.number, sealed)


def _check_seals(expected: dict[str, tuple[int, bytes]]) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT heads FROM access_chainseal ORDER BY sealed_at DESC LIMIT 1")
        row = cursor.fetchone()
        if row is None:
            return
        heads = json.loads(row[0]) if isinstance(row[0], str) else row[0]
    for chain, (number, digest_hex) in heads.items():
        if expected.get(chain, (0, b""))[0] < number:
            yield error(
                "chain-cut",
                f"封印時に {number} 件目まであった記録が、いまは {expected.get(chain, (0, b''))[0]} 件目までしかありません。",
                "控えから復元し、原因を調べてください。",
                where=chain,
                value=digest_hex,
            )
