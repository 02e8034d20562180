"""The processes that the fault tests kill: each is given a database by its environment and told on the command line what to do.

    python -m tests.faults.actor base               tables, rights, a small town, free 住民票コード
    python -m tests.faults.actor events ROUNDS SEED  clerks at work, one after the other, each killed at a random point
    python -m tests.faults.actor clerk FIRST         one clerk at work until somebody ends it
    python -m tests.faults.actor load               a load of several chunks; goes on where it was broken off
    python -m tests.faults.actor certify             hands over a certificate of the first resident; its id and digest
    python -m tests.faults.actor reproduce ID        makes it again; its digest
    python -m tests.faults.actor check              what speaks against the register, as JSON

A clerk says `try KEY` before an event and `done KEY` after its commit was reported.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import select
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import django

BASE_RESIDENTS, LOAD_RESIDENTS, LOAD_CHUNKS, CODES = 200, 1000, 5, 4000
LONGEST_LIFE_SECONDS = 0.35
NOW = datetime(2026, 4, 10, 1, tzinfo=UTC)
MEMBERS = 2


def key_of(number: int) -> UUID:
    """The natural key of the event of that number."""
    return uuid5(NAMESPACE_URL, f"fault-test-{number}")


def main(task: str, *arguments: str) -> None:
    """Does one task of the list above."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yakuba.settings.django"
    django.setup()
    tasks: dict[str, Callable[..., None]] = {
        "base": base, "events": events, "clerk": clerk, "load": load, "check": check,
        "certify": certify, "reproduce": reproduce,
    }  # fmt: skip
    tasks[task](*map(int, arguments))


def base() -> None:
    """A town that lives already, so that events meet people of before."""
    import numpy as np
    from django.db import connection

    from yakuba.kernel.check_digits import resident_codes, usable_resident_code_bodies
    from yakuba.registers.residents.commands.load import load as load_parts
    from yakuba.settings.tables import bring_up_to_date

    bring_up_to_date()
    load_parts(_parts(BASE_RESIDENTS, 1, seed=7), access=_access(0), source="fault-test-base")
    codes = resident_codes(usable_resident_code_bodies(np.arange(9_000_000_000, 9_000_000_000 + 2 * CODES)))[:CODES]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO residents_residentcodestock (resident_code, draw, received_at) VALUES (%s, %s, %s)",
            [(str(code), draw, NOW) for draw, code in enumerate(codes)],
        )


def events(rounds: int, seed: int) -> None:
    """Forks a clerk, lets it work for a random time, kills it; the next goes on with new events."""
    from django.db import connections

    # What the events need is imported once, before the first fork; no connection is open then.
    importlib.import_module("yakuba.registers.residents.commands.registration")
    chance = random.Random(seed)
    first = 1
    for _ in range(rounds):
        connections.close_all()
        outlet, inlet = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(inlet, 1)
            clerk(first)
        os.close(inlet)
        with os.fdopen(outlet, "rb", buffering=0) as said:
            text = said.read(1)
            end = chance.uniform(0, LONGEST_LIFE_SECONDS)
            select.select([], [], [], end)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            while block := said.read(1 << 16):
                text += block
        sys.stdout.buffer.write(text.rpartition(b"\n")[0] + b"\n")
        sys.stdout.flush()
        first += text.count(b"try ") + 1


def clerk(first: int) -> None:
    """転入 and, for every other family, 転居 and 転出, until killed."""
    from yakuba.registers.residents.commands.registration import register_directly

    number = first
    while True:
        family: list[int] = []
        for kind, form in _notices(number):
            key = key_of(number)
            print(f"try {key}", flush=True)
            registered = register_directly(_access(number), kind, {**form, "residents": family}, key)
            if not registered.event_ids:
                raise AssertionError([str(finding) for finding in registered.findings])
            print(f"done {key}", flush=True)
            family = list(registered.resident_ids)
            number += 1


def load() -> None:
    """取込み: says `chunk N` after each chunk."""
    from yakuba.registers.residents.commands.load import load as load_parts

    print("ready", flush=True)
    load_parts(
        _parts(LOAD_RESIDENTS, LOAD_CHUNKS, seed=3),
        access=_access(0),
        source="fault-test",
        progress=lambda chunk, residents: print(f"chunk {chunk}", flush=True),
    )


def certify() -> None:
    """交付: `ID DIGEST` of a certificate of somebody who lives here."""
    from django.db import connection

    from yakuba.services.certificates.commands import issue, set_up_sample_certifier
    from yakuba.services.certificates.requests import Request, RequestKind

    access = _certifying()
    set_up_sample_certifier(access, starts_on=access.today)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(resident_id) FROM residents_residentrecord"
            " WHERE resident_status = 1 AND valid_to IS NULL AND known_to IS NULL"
        )
        (resident_id,) = cursor.fetchone()
    issued = issue(access, Request(kind=RequestKind.INDIVIDUAL, subjects=(resident_id,)), confirmed=True)
    print(issued.document_id, hashlib.sha256(issued.pdf).hexdigest())


def reproduce(document_id: int) -> None:
    """再現: `ID DIGEST` of a certificate that was handed over before."""
    from yakuba.services.certificates.commands import reproduce as make_again

    print(document_id, hashlib.sha256(make_again(_certifying(), document_id)).hexdigest())


def _certifying() -> Any:
    from yakuba.registers.access.door import Access, Purpose

    return Access("S0009", Purpose.CERTIFICATE, NOW, "本庁1階", frozenset({"issue_certificates"}))


def check() -> None:
    """Every finding of the verifications, every half-done thing, and the keys of all events."""
    from django.db import connection

    from yakuba.registers.access.queries import verify_chains
    from yakuba.registers.residents.commands.refold import verify

    findings = [*verify(workers=1).findings, *(finding for _, found in verify_chains() for finding in found)]
    with connection.cursor() as cursor:
        halves = {}
        for name, query in HALVES.items():
            cursor.execute(query)
            halves[name] = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT entry_key::text FROM residents_residentevent WHERE recorded_at >= %s", [NOW])
        keys = [row[0] for row in cursor.fetchall()]
        twice = _enter_again(keys)
    print(json.dumps({"findings": list(map(str, findings)), "halves": halves, "keys": keys, "twice": twice}))


_CODES = """
SELECT resident_code FROM residents_residentcodestock
UNION ALL
SELECT resident_code FROM residents_evententry e JOIN residents_residentevent v ON v.id = e.event_id
WHERE v.recorded_at >= '2026-04-10 01:00Z' AND resident_code IS NOT NULL
"""
HALVES = {
    "event without entry": """
        SELECT id FROM residents_residentevent v
        WHERE NOT EXISTS (SELECT 1 FROM residents_evententry e WHERE e.event_id = v.id)""",
    "entry without event": """
        SELECT event_id FROM residents_evententry e
        WHERE NOT EXISTS (SELECT 1 FROM residents_residentevent v WHERE v.id = e.event_id)""",
    "number without entry": """
        SELECT id FROM residents_resident p
        WHERE NOT EXISTS (SELECT 1 FROM residents_evententry e WHERE e.resident_id = p.id)""",
    "household without member": """
        SELECT id FROM residents_household h
        WHERE NOT EXISTS (SELECT 1 FROM residents_evententry e WHERE e.household_id = h.id)""",
    "event without access record": """
        SELECT v.id FROM residents_residentevent v WHERE v.actor = 'S0009' AND v.recorded_at > '2026-04-10 01:00Z'
        AND NOT EXISTS (SELECT 1 FROM access_accessrecord a WHERE a.action = 'event.register'
                        AND jsonb_path_exists(a.detail::jsonb, '$.events[*] ? (@ == $id)', jsonb_build_object('id', v.id)))""",
    "access record without event": """
        SELECT event_id FROM access_accessrecord a, jsonb_array_elements_text(a.detail::jsonb -> 'events') AS event_id
        WHERE a.action = 'event.register'
        AND NOT EXISTS (SELECT 1 FROM residents_residentevent v WHERE v.id = event_id::bigint)""",
    "code given twice": f"SELECT resident_code FROM ({_CODES}) AS codes GROUP BY resident_code HAVING count(*) > 1",
    "codes lost": f"SELECT {CODES} - count(*) FROM ({_CODES}) AS codes HAVING count(*) <> {CODES}",
}


def _enter_again(keys: list[str]) -> list[str]:
    """The events of ours that the register takes a second time; it refuses each, whatever the form says."""
    from django.db import IntegrityError
    from psycopg.errors import UniqueViolation

    from yakuba.registers.residents.commands.registration import register_directly

    kind, form = next(_notices(10_000_000))
    taken = []
    for key in random.Random(0).sample(keys, min(3, len(keys))):
        try:
            register_directly(_access(10_000_000), kind, form, UUID(key))
        except (UniqueViolation, IntegrityError):
            continue
        taken.append(key)
    return taken


def _access(number: int) -> Any:
    from yakuba.registers.access.door import Access, Purpose

    purpose = Purpose.EVENT if number else Purpose.MIGRATION
    now = NOW + timedelta(seconds=number)
    return Access("S0009", purpose, now, "本庁1階", frozenset({"enter_events", "register_events"}))


def _notices(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """A family's 転入, and for every other family what comes after it."""
    yield (
        "domestic_move_in",
        {
            **_DATES,
            "town": "中央町",
            "block": f"{number}番1号",
            "origin_prefecture": "東京都",
            "origin_city": "架空区",
            "people": [_person(number, member) for member in range(MEMBERS)],
        },
    )
    if number % 2 == 0:
        yield "move_within", {**_DATES, "town": "北町", "block": f"{number}番2号"}
        yield "domestic_move_out", {**_DATES, "destination_prefecture": "東京都", "destination_city": "架空区"}


_DATES = {"occurred_on": "2026-04-01", "notified_on": "2026-04-02"}


def _person(number: int, member: int) -> dict[str, Any]:
    from yakuba.kernel.check_digits import individual_number

    return {
        "resident_kind": "1",
        "name": f"試験{number}　{'一二'[member]}郎",
        "name_furigana": f"シケン　{'イチニ'[member]}ロウ",
        "sex": "1",
        "birth_date": f"19{60 + number % 30}-01-{number % 28 + 1:02d}",
        "relationship": ("02", "20")[member],
        "individual_number": individual_number(90_000_000_000 + number * MEMBERS + member),
        "honseki_prefecture": "東京都",
        "honseki_city": "架空区",
        "koseki_head": f"試験{number}　一郎",
    }


def _parts(residents: int, chunks: int, *, seed: int) -> Iterable[Callable[[], Any]]:
    """A made-up town, cut into more parts than its size would give."""
    parts = importlib.import_module("yakuba.exchange.made_up_town.parts")
    vars(parts).update(PART_RESIDENTS=residents // chunks, SMALLEST_PART=1)
    return (lambda index=index: parts.part(index, residents, seed) for index in range(chunks))


if __name__ == "__main__":
    main(*sys.argv[1:])
