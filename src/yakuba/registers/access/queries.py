"""アクセス記録の照会と検証."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yakuba.kernel.findings import Finding, error

from . import commands
from .chain import GENESIS, Sealable, digest
from .door import TOKYO, Access
from .seals import Heads, Seal

_RESTORE = "控えから復元し、原因を調べてください。"
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


def record_count() -> int:
    """アクセス記録の件数, of all chains."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_accessrecord")
        (count,) = cursor.fetchone()
    return int(count)


def seals() -> list[Seal]:
    """封印 in the database, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_at, heads, encode(digest, 'hex') FROM access_chainseal ORDER BY sealed_at, id")
        rows = cursor.fetchall()
    return [Seal(sealed_at, _heads(heads), sealed) for sealed_at, heads, sealed in rows]


def verify_chains(copies: Sequence[Seal] = ()) -> Iterator[tuple[int, list[Finding]]]:
    """アクセス記録の検証: walks every chain from its beginning; yields (records read so far, findings) per block.

    The chains are held against every seal: those of the database and the `copies` kept outside it.
    """
    key = commands.chain_key()
    kept = seals()
    wanted = {(chain, number) for seal in (*kept, *copies) for chain, (number, _) in seal.heads.items()}
    sealed_heads: dict[tuple[str, int], str] = {}
    expected: dict[str, tuple[int, bytes]] = {}
    count = 0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM access_accessrecord ORDER BY chain, number")
        while rows := cursor.fetchmany(5000):
            findings: list[Finding] = []
            for *fields, previous, sealed in rows:
                content = Sealable(*fields)
                findings += _check(key, expected, content, bytes(previous), bytes(sealed))
                if (content.chain, content.number) in wanted:
                    sealed_heads[content.chain, content.number] = bytes(sealed).hex()
            count += len(rows)
            yield count, findings
    lost = [seal for seal in copies if seal not in kept]
    against_seals = [finding for seal in (*kept, *lost) for finding in _check_seal(key, seal, sealed_heads)]
    yield count, [*against_seals, *(_lost(seal) for seal in lost)]


def _check(
    key: bytes, expected: dict[str, tuple[int, bytes]], content: Sealable, previous: bytes, sealed: bytes
) -> Iterator[Finding]:
    number, head = expected.get(content.chain, (0, GENESIS))
    where = f"{content.chain} の {content.number} 件目"
    if content.number != number + 1:
        yield error(
            "chain-gap", f"{number + 1} 件目からの記録が欠けています。", "控えの封印と照合してください。", where=where
        )
    elif previous != head:
        yield error("chain-broken", "前の記録とつながりません。", _RESTORE, where=where)
    if digest(key, previous, content) != sealed:
        yield error("record-changed", "記録の内容が書き換えられています。", _RESTORE, where=where)
    expected[content.chain] = (content.number, sealed)


def _check_seal(key: bytes, seal: Seal, sealed_heads: Mapping[tuple[str, int], str]) -> Iterator[Finding]:
    """A seal vouches for its own content, for the last record of each chain, and through it for all before."""
    when = f"{seal.sealed_at.astimezone(TOKYO):%Y-%m-%d %H:%M} の封印"
    if not seal.is_genuine(key):
        yield error("seal-changed", "封印の内容が書き換えられています。", _RESTORE, where=when)
        return
    for chain, (number, head) in seal.heads.items():
        found = sealed_heads.get((chain, number))
        if found is None:
            yield error("chain-cut", f"{chain} の {number} 件目の記録がありません。", _RESTORE, where=when, value=head)
        elif found != head:
            yield error(
                "chain-rewritten",
                f"{chain} の {number} 件目は封印した記録と違います。",
                _RESTORE,
                where=when,
                value=head,
            )


def _lost(seal: Seal) -> Finding:
    when = f"{seal.sealed_at.astimezone(TOKYO):%Y-%m-%d %H:%M} の封印"
    return error("seal-lost", "控えにある封印がデータベースにありません。", _RESTORE, where=when, value=seal.digest)


def _heads(stored: Any) -> Heads:
    # A raw cursor gives JSON as text.
    heads = json.loads(stored) if isinstance(stored, str) else stored
    return {str(chain): (int(number), str(head)) for chain, (number, head) in heads.items()}
