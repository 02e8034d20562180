"""控えからの復元 — into an empty data folder, compared with the manifest before it counts."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import psycopg
import pyrage
from pyrage import x25519

from yakuba.settings.backup.errors import BackupRefused, refusal
from yakuba.settings.backup.manifest import Manifest, differences, read_manifest, take_manifest
from yakuba.settings.backup.programs import client, running
from yakuba.settings.paths import make_data_folder
from yakuba.settings.postgres import PostgresUnavailable, ServerAddress, ensure_server, stop_server
from yakuba.settings.postgres.binaries import choose_binaries
from yakuba.settings.postgres.cluster import find_cluster

MARK = "restore-unfinished"
PIECE_BYTES = 1 << 20
PLAIN_FILE = re.compile(r"(?:keys/[\w-]+\.key|seals/\w+\.json)")
Progress = Callable[[str, int, int], None]


def is_unfinished(data: Path) -> bool:
    """復元の途中か: a restore into this data folder was broken off; nothing in it counts."""
    return (data / MARK).exists()


def restore_backup(
    source: Path, key: x25519.Identity, data: Path, *, progress: Progress
) -> tuple[ServerAddress, Manifest]:
    """復元: brings the town in the file back into `data`, which is empty or was left unfinished by an earlier restore.

    Tables' rights are the caller's to give next (`tables.bring_up_to_date`).

    Raises:
        BackupRefused: the folder or database holds something, the key does not fit, the file is cut short or changed, or
            what came out differs from the manifest. The folder is as empty as before.
    """
    if not source.is_file():
        raise refusal("backup-missing", "控えのファイルがありません。", "場所を確かめてください。", where=str(source))
    with open(source, "rb") as file:
        _open_into(_Nowhere(), file, key)
    if is_unfinished(data):
        _discard(data)
    elif data.exists() and any(data.iterdir()):
        raise refusal(
            "restore-not-empty",
            "データフォルダが空ではありません。",
            "空の場所を --into で指定してください。",
            where=str(data),
        )
    make_data_folder(data)
    (data / MARK).touch()
    try:
        with open(source, "rb") as file, _members(file, key) as members:
            address, manifest = _unpack(members, data, progress)
        _compare(address, manifest, progress)
    except BaseException:
        _discard(data)
        raise
    (data / MARK).unlink()
    return address, manifest


def _discard(data: Path) -> None:
    """Empties the data folder and takes its cluster away, wherever that stands."""
    stop_server(data)
    state = data.resolve() / "postgres"
    if state.exists():
        shutil.rmtree(find_cluster(state).home, ignore_errors=True)
    for path in sorted(data.iterdir(), key=lambda path: path.name == MARK):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextlib.contextmanager
def _members(file: BinaryIO, key: x25519.Identity) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The members of the tar, decrypted in a second thread as they are read. Left without a fault, all of it was proved."""
    outlet, inlet = os.pipe()
    with ThreadPoolExecutor(1) as pool, os.fdopen(outlet, "rb") as plain:
        opening = pool.submit(_decrypt, file, inlet, key)
        try:
            with tarfile.open(fileobj=plain, mode="r|") as tar:
                yield ((member.name, content) for member in tar if (content := tar.extractfile(member)) is not None)
            while plain.read(1 << 20):
                pass
        except BaseException as fault:
            plain.close()
            cause = opening.exception()
            if isinstance(cause, BackupRefused):
                raise cause from fault
            if isinstance(fault, tarfile.TarError):
                raise _damaged(file.name) from fault
            raise
        opening.result()


class _Outlet:
    """Where age writes what it has opened. It remembers that the reader went away, which age tells as a text."""

    def __init__(self, file: io.RawIOBase) -> None:
        self.file = file
        self.fault: OSError | None = None

    def write(self, block: bytes) -> int:
        left = memoryview(block)
        try:
            while left:
                left = left[self.file.write(left) or 0 :]
        except OSError as fault:
            self.fault = fault
            raise
        return len(block)

    def flush(self) -> None:
        self.file.flush()


class _Nowhere(io.RawIOBase):
    """Takes everything: for a file that is only to be proved whole, before anything is made for it."""

    def write(self, block: Any) -> int:
        return len(block)


def _decrypt(file: BinaryIO, inlet: int, key: x25519.Identity) -> None:
    # Unbuffered: closing it must not fail for a reader that went away.
    with os.fdopen(inlet, "wb", buffering=0) as plain:
        _open_into(plain, file, key)


def _open_into(plain: io.RawIOBase, file: BinaryIO, key: x25519.Identity) -> None:
    """Decrypts the file into `plain`; silent where its reader went away, who knows why. Raises BackupRefused."""
    outlet = _Outlet(plain)
    try:
        pyrage.decrypt_io(file, outlet, [key])
    except pyrage.DecryptError as fault:
        if outlet.fault is not None:
            return
        if "No matching keys" in str(fault):
            raise refusal(
                "backup-key",
                "この控えは別の鍵で作られています。",
                "控えを作った町の鍵を指定してください。",
                where=file.name,
            ) from fault
        raise refusal(
            "backup-form", "役場の控えではないか、先頭が壊れています。", "別の控えを指定してください。", where=file.name
        ) from fault
    except OSError as fault:
        if outlet.fault is None:
            raise _damaged(file.name) from fault


def _damaged(where: str) -> BackupRefused:
    return refusal(
        "backup-damaged",
        "控えが途中で切れているか、書き換えられています。",
        "別の控えを指定してください。",
        where=where,
    )


def _unpack(members: Iterator[tuple[str, IO[bytes]]], data: Path, progress: Progress) -> tuple[ServerAddress, Manifest]:
    """Manifest, keys and seals into their places, then the database; in the order in which they stand in the file."""
    manifest = _read_first(members)
    first = _place_files(members, data)
    address = _empty_database(data, manifest)
    done = 0

    def on_table() -> None:
        nonlocal done
        done += 1
        progress("復元", done, len(manifest.tables))

    program = client("pg_restore", int(address.version.partition(".")[0]))
    whole = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    with running(
        program,
        whole,
        address.owner_dsn,
        table_word="processing data for table",
        on_table=on_table,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        database = cast("IO[bytes]", process.stdin)
        for _, content in itertools.chain([first], members):
            # One that ended early tells why by its exit code.
            with contextlib.suppress(BrokenPipeError):
                shutil.copyfileobj(content, database, PIECE_BYTES)
    return address, manifest


def _read_first(members: Iterator[tuple[str, IO[bytes]]]) -> Manifest:
    name, content = next(members, ("", io.BytesIO()))
    try:
        return read_manifest(content.read() if name == "manifest.json" else b"")
    except (ValueError, TypeError) as fault:
        raise refusal(
            "backup-form", "この版の役場が読める控えではありません。", "控えを作った版の役場で復元してください。"
        ) from fault


def _place_files(members: Iterator[tuple[str, IO[bytes]]], data: Path) -> tuple[str, IO[bytes]]:
    """Keys and seals, each in its folder and for its owner alone; returns the first piece of the database."""
    for name, content in members:
        if name.startswith("database/"):
            return name, content
        if not PLAIN_FILE.fullmatch(name):
            raise refusal(
                "backup-form", "控えに知らないものが入っています。", "控えの出所を確かめてください。", where=name
            )
        path = data / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
    raise refusal("backup-form", "控えにデータベースが入っていません。", "別の控えを指定してください。")


def _empty_database(data: Path, manifest: Manifest) -> ServerAddress:
    """A server that can read what the backup's server wrote, with a database that holds nothing."""
    try:
        is_free_to_choose = not (os.environ.get("DATABASE_URL") or os.environ.get("YAKUBA_POSTGRES"))
        if is_free_to_choose and choose_binaries(None).major < manifest.server_major:
            os.environ["YAKUBA_POSTGRES"] = "wheel"
        address = ensure_server(data)
    except PostgresUnavailable as fault:
        raise refusal("restore-server", str(fault), "") from fault
    if int(address.version.partition(".")[0]) < manifest.server_major:
        raise refusal(
            "restore-server",
            f"控えは PostgreSQL {manifest.server_major} のもので、ここには {address.version} しかありません。",
            f"PostgreSQL {manifest.server_major} 以降を入れるか、YAKUBA_POSTGRES か DATABASE_URL で指定してください。",
        )
    with psycopg.connect(address.owner_dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchone()
    if row is None or row[0]:
        raise refusal(
            "restore-not-empty",
            "データベースが空ではありません。",
            "空のデータベースを DATABASE_URL で指定してください。",
        )
    return address


def _compare(address: ServerAddress, manifest: Manifest, progress: Progress) -> None:
    with psycopg.connect(address.owner_dsn) as connection:
        found = take_manifest(
            connection, made_at=manifest.made_at, progress=lambda done, total: progress("照合", done, total)
        )
    findings = differences(manifest, found)
    if findings:
        raise BackupRefused(*findings)
