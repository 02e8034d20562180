"""アクセス記録の書込み: the only writer of access records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction

from .chain import GENESIS, Sealable, digest
from .door import Access
from .driver import one_trip
from .models import ChainSeal
from .seals import Seal, signature

_HEAD = "SELECT last, head FROM chain_head(%s)"
_INSERT = """
INSERT INTO access_accessrecord
    (chain, number, recorded_at, purpose, action, subjects, detail, place, individual_number, previous, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def chain_key() -> bytes:
    """The town's key for access records; it is kept outside the database."""
    return bytes.fromhex(settings.ACCESS_CHAIN_KEY)


def record(
    access: Access,
    action: str,
    subjects: Sequence[int],
    detail: dict[str, Any] | None = None,
    *,
    individual_number: bool = False,
) -> int:
    """アクセス記録: adds one record to the actor's chain, in the caller's transaction; returns its number.

    The lock on the chain is held until that transaction ends, so call it late.
    """
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True) if detail else ""
    connection.ensure_connection()
    driver = connection.connection
    with one_trip() as heads, psycopg.Cursor(driver) as cursor:
        number, previous = heads.get(access.actor) or _head(cursor, access.actor)
        number += 1
        people, purpose = list(subjects), str(access.purpose)
        content = Sealable(
            access.actor, number, access.now, purpose, action, people, text, access.place, individual_number
        )
        sealed = digest(chain_key(), previous, content)
        values = [
            access.actor, number, access.now, purpose, action, people, text, access.place, individual_number, previous, sealed,
        ]  # fmt: skip
        cursor.execute(_INSERT, values, prepare=True)
        heads[access.actor] = number, sealed
    return number


def _head(cursor: psycopg.Cursor, chain: str) -> tuple[int, bytes]:
    """The last record of a chain, which nobody else goes on with until this transaction ends."""
    last = cursor.execute(_HEAD, [chain], prepare=True).fetchone()
    return (int(last[0]), bytes(last[1])) if last else (0, GENESIS)


def record_alone(access: Access, action: str, detail: dict[str, Any] | None = None) -> int:
    """アクセス記録 of something done as a whole town, in a transaction of its own: `record` about nobody in particular."""
    with transaction.atomic():
        return record(access, action, [], detail)


def seal(now: datetime) -> Seal:
    """封印: writes down the head of every chain; keep a copy outside the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (chain) chain, number, encode(digest, 'hex') FROM access_accessrecord"
            " ORDER BY chain, number DESC"
        )
        heads = {chain: (int(number), str(head)) for chain, number, head in cursor.fetchall()}
    made = Seal(now, heads, signature(chain_key(), now, heads))
    ChainSeal.objects.create(
        sealed_at=now,
        heads={chain: list(head) for chain, head in heads.items()},
        record_count=made.record_count,
        digest=bytes.fromhex(made.digest),
    )
    return made
