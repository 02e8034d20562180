"""Killed at any point of an event or of a load: nothing reported as done is lost, nothing is half done, nothing is twice.

YAKUBA_FAULT_ROUNDS multiplies the rounds; YAKUBA_FAULT_SEED chooses other random points.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from uuid import UUID, uuid5

import psycopg
import pytest
from tests.faults.actor import LOAD_CHUNKS
from tests.faults.conftest import Town, rest_of

from yakuba.settings.backup.manifest import Manifest, take_manifest
from yakuba.settings.postgres.cluster import find_cluster

ROUNDS = int(os.environ.get("YAKUBA_FAULT_ROUNDS", "1"))
SEED = int(os.environ.get("YAKUBA_FAULT_SEED", "1"))
AN_EVENT_SECONDS = 0.3
pytestmark = [pytest.mark.db, pytest.mark.slow]


def keys(lines: Iterable[str], word: str) -> set[str]:
    return {line.removeprefix(word).strip() for line in lines if line.startswith(word)}


def assert_sound(town: Town, said: list[str]) -> None:
    """No event lost, none half done, none that nobody entered, none twice."""
    found = town.check()
    assert found["findings"] == []
    assert {name: rows for name, rows in found["halves"].items() if rows} == {}
    done, tried, kept = keys(said, "done "), keys(said, "try "), set(found["keys"])
    assert done, "not one event was done before the kill"
    assert done <= kept, "an event that was reported as done is lost"
    following = {str(uuid5(UUID(key), str(position))) for key in tried for position in range(1, 4)}
    assert kept <= tried | following, "an event stands there that nobody entered"
    assert found["twice"] == [], "the register took the same event twice"


def test_a_clerk_killed_in_an_event(town: Town) -> None:
    assert_sound(town, town.do("events", str(25 * ROUNDS), str(SEED)))


def kill_a_backend(town: Town) -> None:
    """The server process that works for the clerk; PostgreSQL then restarts all of them."""
    with psycopg.connect(town.address.owner_dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = 'yakuba' AND datname = current_database()"
        ).fetchone()
    assert row is not None
    os.kill(row[0], signal.SIGKILL)


def kill_the_server(town: Town) -> None:
    """The postmaster itself, as a power cut would."""
    found = find_cluster(town.data.resolve() / "postgres").running()
    assert found is not None
    os.kill(found[0], signal.SIGKILL)


def until_the_first(process: subprocess.Popen[str], word: str) -> list[str]:
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith(word):
            break
    return said


@pytest.mark.parametrize("kill", [kill_a_backend, kill_the_server])
def test_the_server_killed_under_a_clerk(town: Town, kill: Callable[[Town], None]) -> None:
    chance = random.Random(SEED)
    said: list[str] = []
    for _ in range(ROUNDS):
        clerk = town.start("clerk", str(len(keys(said, "try ")) * 2 + 1))
        said += until_the_first(clerk, "done ")
        time.sleep(chance.uniform(0, AN_EVENT_SECONDS))
        kill(town)
        said += rest_of(clerk)
        assert clerk.returncode != 0
        complaint = town.complaint.read_text(encoding="utf-8")
        assert any(name in complaint for name in ("OperationalError", "AdminShutdown", "CrashShutdown")), complaint
    assert_sound(town, said)


def manifest(town: Town) -> Manifest:
    with psycopg.connect(town.address.owner_dsn) as connection:
        return take_manifest(connection, made_at="", progress=lambda done, total: None)


def test_a_load_killed_again_and_again_ends_equal_to_an_undisturbed_one(town: Town, twin: Town) -> None:
    undisturbed = twin.start("load")
    until_the_first(undisturbed, "ready")
    ready = time.monotonic()
    assert len(rest_of(undisturbed)) == LOAD_CHUNKS
    length = time.monotonic() - ready
    chance = random.Random(SEED)
    chunks_done = 0
    for attempt in range(3 * ROUNDS):
        loader = town.start("load")
        until_the_first(loader, "ready")
        time.sleep(chance.uniform(0.2, 0.6) * length)
        kill_the_server(town) if attempt == 1 else loader.kill()
        chunks_done = max(chunks_done, len(rest_of(loader)))
    assert chunks_done > 0, "the load was never under way when it was killed"
    assert town.do("load")[-1] == f"chunk {LOAD_CHUNKS - 1}\n"
    found = town.check()
    assert found["findings"] == []
    assert {name: rows for name, rows in found["halves"].items() if rows} == {}
    expected, loaded = manifest(twin), manifest(town)
    for table in RANDOM_TABLES:
        assert loaded.tables.pop(table)[0] == expected.tables.pop(table)[0]
    assert loaded.tables == expected.tables
    assert loaded.chains == expected.chains


RANDOM_TABLES = ("individual_numbers_individualnumber", "residents_loadchunk")
"""Seals of the vault are random, and a chunk that was rolled back leaves a gap in the chunks' own ids."""
