"""サーバーの起動と停止 — one server per data folder, whoever asks first; or the one that `DATABASE_URL` names."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yakuba.settings.paths import make_data_folder
from yakuba.settings.postgres.addresses import ServerAddress, runtime_dsn
from yakuba.settings.postgres.binaries import OLDEST_MAJOR, choose_binaries
from yakuba.settings.postgres.cluster import (
    Cluster,
    alive,
    find_cluster,
    free_port,
    reachable_binaries,
    settle_cluster,
)
from yakuba.settings.postgres.errors import PostgresUnavailable
from yakuba.settings.postgres.passwords import PasswordFile
from yakuba.settings.postgres.roles import (
    DATABASE,
    OWNER_ROLE,
    RUNTIME_LOGIN,
    ensure_database,
    ensure_extensions,
    ensure_roles,
    has_runtime_login,
)

START_TRIES = 20
START_PAUSE_SECONDS = 0.5
RECOVERY_LIMIT_SECONDS = 600.0


def ensure_server(data: Path) -> ServerAddress:
    """データベースの用意: the address of the data folder's server, made and started where needed, with roles and extensions.

    Two processes at once get the same server; one that was killed is started again and recovers.

    Raises:
        PostgresUnavailable: it cannot be reached or started; the text says why and what to do.
    """
    with _locked(data) as state:
        passwords = PasswordFile(state / "passwords")
        url = os.environ.get("DATABASE_URL")
        if url:
            return _external_server(url, passwords)
        try:
            return _private_server(state, passwords)
        except psycopg.OperationalError:
            # A server that is being killed may still take one last connection.
            time.sleep(START_PAUSE_SECONDS)
            return _private_server(state, passwords)


def stop_server(data: Path) -> bool:
    """データベースの停止: ends the data folder's own server; False when none was running. An external one is not ours to end."""
    if not (data / "postgres").exists():
        return False
    with _locked(data) as state:
        return find_cluster(state).stop()


def server_status(data: Path) -> str:
    """データベースの状態: one line in Japanese; starts and changes nothing."""
    url = os.environ.get("DATABASE_URL")
    if url:
        target = conninfo_to_dict(url)
        return f"外部のサーバー: {target.get('host', '（既定）')}:{target.get('port', 5432)}/{target.get('dbname', '')}"
    state = data.resolve() / "postgres"
    cluster = find_cluster(state) if state.exists() else None
    if cluster is None or cluster.major is None:
        return f"まだありません（{data}）"
    found = cluster.running()
    if found is None:
        return f"停止中: PostgreSQL {cluster.major}（{cluster.folder}）"
    return f"動作中: PostgreSQL {cluster.major}、127.0.0.1:{found[1]}、プロセス {found[0]}（{cluster.folder}）"


def client_program(name: str, data: Path) -> str | None:
    """The path of `psql`, `pg_dump`, `pgbench` … of the version that serves the data folder; None where it lacks that program.

    Raises:
        PostgresUnavailable: as `choose_binaries`.
    """
    state = data.resolve() / "postgres"
    external = bool(os.environ.get("DATABASE_URL"))
    major = None if external or not state.exists() else find_cluster(state).major
    program = choose_binaries(major)[name]
    return program if os.access(program, os.X_OK) else None


def create_database(address: ServerAddress, database: str) -> ServerAddress:
    """Makes a further database on the same server, with the extensions, and returns its address."""
    with psycopg.connect(address.owner_dsn, autocommit=True) as connection:
        ensure_database(connection, database)
    further = address.with_database(database)
    with psycopg.connect(further.owner_dsn) as connection:
        ensure_extensions(connection)
    return further


def drop_database(address: ServerAddress, database: str) -> None:
    """Removes a database that `create_database` made, along with whoever is still connected to it."""
    with psycopg.connect(address.owner_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[Path]:
    """The data folder's `postgres` folder, for one process at a time."""
    state = make_data_folder(data.resolve()) / "postgres"
    with contextlib.suppress(FileExistsError):
        state.mkdir()
        state.chmod(0o711 if os.geteuid() == 0 else 0o700)
    # Nobody else may open it: whoever holds the lock keeps every command of the data folder waiting.
    with open(state / "lock", "a", opener=lambda path, flags: os.open(path, flags, 0o600)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield state


def _private_server(state: Path, passwords: PasswordFile) -> ServerAddress:
    cluster = find_cluster(state)
    if cluster.major is None:
        binaries = choose_binaries(None)
        cluster = settle_cluster(state)
        cluster.create(reachable_binaries(binaries, cluster.user), OWNER_ROLE, passwords.find_or_make(OWNER_ROLE))
    elif passwords.find(OWNER_ROLE) is None:
        raise PostgresUnavailable(
            f"{passwords.path} に {OWNER_ROLE} のパスワードがありません。控えから戻してください。"
        )
    owner_dsn, connection = _connect_to_running(cluster, state, passwords)
    with connection:
        port = connection.info.port
        ensure_roles(connection, runtime_password=passwords.find_or_make(RUNTIME_LOGIN))
        ensure_database(connection, DATABASE)
    with psycopg.connect(owner_dsn) as connection:
        ensure_extensions(connection)
        version = _version(connection)
    return ServerAddress(
        host="127.0.0.1",
        port=port,
        socket=str(cluster.socket_folder) if cluster.socket_folder else None,
        database=DATABASE,
        owner_dsn=owner_dsn,
        runtime_dsn=runtime_dsn(owner_dsn, passwords.path),
        version=version,
    )


def _external_server(url: str, passwords: PasswordFile) -> ServerAddress:
    try:
        with psycopg.connect(url) as connection:
            if connection.info.server_version < OLDEST_MAJOR * 10_000:
                raise PostgresUnavailable(
                    f"DATABASE_URL の PostgreSQL は {_version(connection)} です。{OLDEST_MAJOR} 以降が要ります。"
                )
            if has_runtime_login(connection) and passwords.find(RUNTIME_LOGIN) is None:
                raise PostgresUnavailable(
                    f"ログイン {RUNTIME_LOGIN} は既にありますが、{passwords.path} にパスワードがありません。"
                    f"`*:*:*:{RUNTIME_LOGIN}:パスワード` の 1 行を権限 0600 で置いてください。"
                )
            ensure_roles(connection, runtime_password=passwords.find_or_make(RUNTIME_LOGIN))
            ensure_extensions(connection)
            info = connection.info
            return ServerAddress(
                host=info.host,
                port=info.port,
                socket=info.host if info.host.startswith("/") else None,
                database=info.dbname,
                owner_dsn=make_conninfo(url),
                runtime_dsn=runtime_dsn(url, passwords.path),
                version=_version(connection),
            )
    except psycopg.OperationalError as error:
        raise PostgresUnavailable(f"DATABASE_URL の PostgreSQL に接続できません。\n{error}") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise PostgresUnavailable(
            f"DATABASE_URL の利用者に、役割（CREATEROLE）か拡張機能を作る権限がありません。\n{error}"
        ) from error


def _connect_to_running(cluster: Cluster, state: Path, passwords: PasswordFile) -> tuple[str, psycopg.Connection]:
    """The owner's connection string, and an autocommit connection to `postgres`; starts the server where none runs."""
    host = str(cluster.socket_folder or "127.0.0.1")
    for _ in range(START_TRIES):
        process_id, port = cluster.running() or _start(cluster, state)
        owner_dsn = make_conninfo(
            host=host, port=port, user=OWNER_ROLE, dbname=DATABASE, passfile=str(passwords.path), connect_timeout=10
        )
        connection = _connect_when_ready(make_conninfo(owner_dsn, dbname="postgres"), cluster, process_id)
        if connection is not None:
            (state / "port").write_text(str(port), encoding="ascii")
            return owner_dsn, connection
        # It was dying when it was found, or another program took the port first, or children of a killed server
        # still hold its memory for a moment.
        time.sleep(START_PAUSE_SECONDS)
    raise PostgresUnavailable(
        f"PostgreSQL を起動できませんでした。記録は {cluster.log} にあります。\n{cluster.log_tail()}"
    )


def _start(cluster: Cluster, state: Path) -> tuple[int, int]:
    """Starts the server on the port it had before, where that is free, else on another; (process id, port)."""
    remembered = state / "port"
    port = free_port(int(remembered.read_text(encoding="ascii")) if remembered.exists() else None)
    binaries = reachable_binaries(choose_binaries(cluster.major), cluster.user)
    return cluster.start(binaries, port), port


def _connect_when_ready(dsn: str, cluster: Cluster, process_id: int) -> psycopg.Connection | None:
    """An autocommit connection, as soon as the server has recovered and takes one; None when it has ended instead."""
    deadline = time.monotonic() + RECOVERY_LIMIT_SECONDS
    while True:
        try:
            return psycopg.connect(dsn, autocommit=True)
        except psycopg.OperationalError as error:
            if not alive(process_id):
                return None
            if time.monotonic() > deadline or "password authentication failed" in str(error):
                raise PostgresUnavailable(f"PostgreSQL に接続できません。\n{error}\n{cluster.log_tail()}") from error
            time.sleep(0.02)


def _version(connection: psycopg.Connection) -> str:
    return connection.info.parameter_status("server_version") or ""
