"""控えの作成 — one consistent picture of the database with the town's keys, encrypted on its way into the file."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
import pyrage
from pyrage import x25519

from yakuba.settings.backup.errors import refusal
from yakuba.settings.backup.manifest import Manifest, take_manifest
from yakuba.settings.backup.programs import client, running
from yakuba.settings.postgres import ServerAddress

PIECE_BYTES = 8 << 20
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many tables are done, and how many there are."""


def make_backup(
    data: Path, address: ServerAddress, target: Path, key: x25519.Identity, *, now: datetime, progress: Progress
) -> Manifest:
    """控えの作成: writes the town of the data folder, as it is at one instant, into the file `target`.

    Raises:
        BackupRefused: the file is there already, cannot be written in full, or pg_dump failed. Nothing is left behind.
    """
    if target.exists():
        raise refusal(
            "backup-exists", "同じ名前のファイルがあります。", "別の名前を指定してください。", where=str(target)
        )
    with (
        _draft(target) as file,
        psycopg.connect(address.owner_dsn) as connection,
    ):
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        manifest = take_manifest(
            connection, made_at=now.isoformat(), progress=lambda done, total: progress("目録", done, total)
        )
        program = client("pg_dump", manifest.server_major)
        dump = [program, f"--snapshot={snapshot[0] if snapshot else ''}"]
        _write(file, key.to_public(), lambda tar: _pack(tar, data, address, manifest, dump=dump, progress=progress))
    return manifest


@contextlib.contextmanager
def _draft(target: Path) -> Iterator[IO[bytes]]:
    """A file beside the target that takes its name when it is whole and on the disk; one that fails is removed."""
    draft = target.with_name(f".{target.name}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise _cannot_write(fault, target) from fault
    # Unbuffered: what a full disk did not take must not be written once more when the file is closed.
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as other:
            raise refusal(
                "backup-running", "同じ名前の控えを作成中です。", "終わるのを待ってください。", where=str(target)
            ) from other
        try:
            # What a killed backup left behind is overwritten.
            file.truncate(0)
            yield file
            os.fsync(file.fileno())
            draft.rename(target)
            _sync_folder(target.parent)
        except OSError as fault:
            draft.unlink(missing_ok=True)
            raise _cannot_write(fault, target) from fault
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def _cannot_write(fault: OSError, target: Path) -> Exception:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return refusal(
            "backup-disk-full",
            f"書き込み先がいっぱいのため、控えを作れませんでした（{os.strerror(fault.errno)}）。途中のファイルは残していません。",
            "空きのある場所を指定してください。",
            where=str(target),
        )
    return refusal(
        "backup-write",
        f"控えを書き込めません（{fault.strerror}）。",
        "書き込み先を確かめてください。",
        where=str(target),
    )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Sink:
    """Where age writes to. It keeps the fault of the disk, which age itself tells only as a text."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.fault: OSError | None = None

    def write(self, block: bytes) -> int:
        left = memoryview(block)
        try:
            while left:
                left = left[self.file.write(left) :]
        except OSError as fault:
            self.fault = fault
            raise
        return len(block)

    def flush(self) -> None:
        self.file.flush()


def _write(file: IO[bytes], recipient: x25519.Recipient, pack: Callable[[tarfile.TarFile], None]) -> None:
    """Lets `pack` fill a tar that is encrypted into the file as it comes, in a second thread."""
    outlet, inlet = os.pipe()
    sink = _Sink(file)
    with ThreadPoolExecutor(1) as pool:
        sealing = pool.submit(_encrypt, outlet, sink, recipient)
        try:
            with (
                os.fdopen(inlet, "wb") as pipe,
                tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                pack(tar)
        except BrokenPipeError:
            sealing.exception()
            if sink.fault is not None:
                raise sink.fault from None
            raise
    if sink.fault is not None:
        raise sink.fault
    sealing.result()


def _encrypt(outlet: int, sink: _Sink, recipient: x25519.Recipient) -> None:
    with os.fdopen(outlet, "rb") as plain:
        pyrage.encrypt_io(plain, sink, [recipient])


def _pack(
    tar: tarfile.TarFile,
    data: Path,
    address: ServerAddress,
    manifest: Manifest,
    *,
    dump: list[str],
    progress: Progress,
) -> None:
    _add(tar, "manifest.json", manifest.as_json())
    for folder, pattern in (("keys", "[!.]*.key"), ("seals", "[!.]*.json")):
        for path in sorted((data / folder).glob(pattern)):
            _add(tar, f"{folder}/{path.name}", path.read_bytes())
    done = 0

    def on_table() -> None:
        nonlocal done
        done += 1
        progress("控え", done, len(manifest.tables))

    program, *arguments = dump
    # The rights belong to the roles of the place where it is restored; they are given there.
    form = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--no-comments"]
    with running(
        program,
        [*form, "--exclude-table=*_refold", *arguments],
        address.owner_dsn,
        table_word="dumping contents of table",
        on_table=on_table,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as process:
        for number, piece in enumerate(_pieces(process.stdout)):
            _add(tar, f"database/{number:06d}", piece)


def _pieces(stream: Any) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))
