"""専用クラスタ — a PostgreSQL cluster private to one data folder: made, started, found again after a crash, stopped.

    DATA/postgres/            ours: passwords, lock, remembered port
    DATA/postgres/home/       the server's user's, 0700: cluster/ (PGDATA), socket/, server.log

PostgreSQL refuses to run as root, so root hands `home` to the system user `postgres`, or to `nobody` where there is none.
That user must be able to pass through the folders above. Their rights are never changed: where it cannot pass (a checkout
in /root, a data folder made 0700), `home` stands in /var/lib/yakuba/DIGEST/ instead, and so does a copy of the wheel's
binaries; DATA/postgres/place tells. Run by anybody but root, everything belongs to the caller and stays in the data folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yakuba.settings.postgres.binaries import Binaries
from yakuba.settings.postgres.configuration import server_settings
from yakuba.settings.postgres.errors import PostgresUnavailable

SHARED_PLACE = Path("/var/lib/yakuba")
SOCKET_PATH_LIMIT_BYTES = 107
FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
STOP_LIMIT_SECONDS = 120.0


@dataclass(frozen=True)
class ServerUser:
    """The system user that the server runs as; `drop` holds the arguments that make `subprocess` run as it."""

    uid: int
    gid: int

    @property
    def drop(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": ()}

    def can_pass(self, folder: Path) -> bool:
        """Whether this user may enter the folder, by way of all those above it."""
        # /bin/sh, not our interpreter: that one may itself be out of the user's reach.
        return subprocess.run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)], **self.drop).returncode == 0

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Runs a command as this user and keeps what it says."""
        outcome: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, umask=0o077, **self.drop
        )
        return outcome


def server_user() -> ServerUser:
    """The caller itself, or for root the system user `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(entry.pw_uid, entry.pw_gid)
    raise PostgresUnavailable("PostgreSQL は root では動きません。システム利用者 postgres か nobody を作ってください。")


@dataclass(frozen=True)
class Cluster:
    """The cluster of one data folder, whether it has been made yet or not."""

    home: Path
    user: ServerUser

    @property
    def folder(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def socket_folder(self) -> Path | None:
        """Where the server's socket is; None where the path would be too long for one (then 127.0.0.1 alone serves)."""
        folder = self.home / "socket"
        return folder if len(os.fsencode(folder / ".s.PGSQL.65535")) <= SOCKET_PATH_LIMIT_BYTES else None

    @property
    def major(self) -> int | None:
        """The major version that made the cluster; None before that."""
        try:
            return int((self.folder / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    def running(self) -> tuple[int, int] | None:
        """(process id, port) of the server of this cluster; None when none is running, whatever a stale file says."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        # The server is still writing the file when lines are missing.
        if len(lines) < 4 or not self._is_our_server(int(lines[0])):
            return None
        return int(lines[0]), int(lines[3])

    def _is_our_server(self, process_id: int) -> bool:
        """Process ids are given anew after a restart of the machine: the server's has the cluster as its folder."""
        if not Path("/proc/self").exists():
            return alive(process_id)
        try:
            return Path(f"/proc/{process_id}/cwd").readlink() == self.folder.resolve()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return False

    def create(self, binaries: Binaries, owner: str, password: str) -> None:
        """`initdb`, in full or not at all: checksums, scram everywhere, UTF-8 in code point order on every version."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        os.chown(self.home, self.user.uid, self.user.gid)
        draft = self.home / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.home.parent / f"initial-{secrets.token_hex(8)}"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(password)
            os.chown(password_file, self.user.uid, self.user.gid)
            form = ["--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8"]
            if binaries.major >= FIRST_MAJOR_WITH_BUILTIN_LOCALE:
                form += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            place = ["--pgdata", str(draft), "--username", owner, "--pwfile", str(password_file)]
            outcome = self.user.run([binaries["initdb"], *form, *place])
        finally:
            password_file.unlink()
        if outcome.returncode != 0:
            raise PostgresUnavailable(f"データベースを作れませんでした（initdb）。\n{outcome.stderr.strip()}")
        draft.rename(self.folder)

    def start(self, binaries: Binaries, port: int) -> int:
        """Starts the server, which must not be running, and returns its process id without waiting for it."""
        self._clear_traces_of_a_crash()
        settings = server_settings(port, self._make_socket_folder(), has_lz4=self._has_lz4(binaries))
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # The shell leaves the server to init: as our own child it would stay a zombie after a crash, which looks alive.
        launch = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
        server = [binaries["postgres"], "-D", str(self.folder), *arguments]
        outcome = subprocess.run(
            ["/bin/sh", "-c", launch, "sh", str(self.log), *server],
            stdout=subprocess.PIPE,
            text=True,
            umask=0o077,
            start_new_session=True,
            **self.user.drop,
        )
        return int(outcome.stdout)

    def _has_lz4(self, binaries: Binaries) -> bool:
        """Whether these binaries take the setting; they say so without starting."""
        asked = ["-D", str(self.folder), "-c", "wal_compression=lz4", "-C", "wal_compression"]
        return self.user.run([binaries["postgres"], *asked]).returncode == 0

    def _clear_traces_of_a_crash(self) -> None:
        """Takes the dead server's process id out of the files that would keep a new one from starting.

        PostgreSQL believes that its predecessor lives when that number belongs to any process, and after a restart of
        the machine it may. `postmaster.pid` itself must stay: it also names the shared memory by which the new server
        sees whether children of the old one are still writing.
        """
        pid_file = self.folder / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError):
            _, newline, rest = pid_file.read_text(encoding="utf-8").partition("\n")
            ended = subprocess.Popen(["/bin/true"])
            ended.wait()
            pid_file.write_text(f"{ended.pid}{newline}{rest}", encoding="utf-8")
        if self.socket_folder is not None and self.socket_folder.exists():
            for leftover in self.socket_folder.iterdir():
                leftover.unlink()

    def _make_socket_folder(self) -> Path | None:
        folder = self.socket_folder
        if folder is not None and not folder.exists():
            self.user.run(["/bin/mkdir", str(folder)])
        return folder

    def stop(self) -> bool:
        """Ends the server, rolling back what is open, and waits for it; False when none was running."""
        found = self.running()
        if found is None:
            return False
        process_id, _ = found
        os.kill(process_id, signal.SIGINT)  # PostgreSQL's "fast shutdown"
        deadline = time.monotonic() + STOP_LIMIT_SECONDS
        while self.running() is not None:
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    f"PostgreSQL（プロセス {process_id}）が {STOP_LIMIT_SECONDS:.0f} 秒たっても止まりません。"
                )
            time.sleep(0.02)
        return True

    def log_tail(self) -> str:
        """The last lines of the server's log."""
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
        except FileNotFoundError:
            return ""


def find_cluster(state: Path) -> Cluster:
    """The cluster of a data folder's `postgres` folder, in that folder or in the place it names."""
    user = server_user()
    return Cluster(_remembered_place(state) / "home", user)


def settle_cluster(state: Path) -> Cluster:
    """Like `find_cluster`, after choosing the place once and for all where the cluster has none yet."""
    user = server_user()
    cluster = find_cluster(state)
    if cluster.home.exists() or (state / "place").exists() or user.can_pass(state):
        return cluster
    place = _shared_folder(hashlib.sha256(os.fsencode(state)).hexdigest()[:16])
    (state / "place").write_text(f"{state}\n{place}\n", encoding="utf-8")
    return find_cluster(state)


def _remembered_place(state: Path) -> Path:
    try:
        written_in, place = (state / "place").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return state
    if written_in != str(state):
        raise PostgresUnavailable(
            f"このデータフォルダは {written_in} から移されたもので、データベースは {place} にあります。"
            "元の場所に戻すか、`yakuba backup` と `yakuba restore` で移してください。"
        )
    return Path(place)


def reachable_binaries(binaries: Binaries, user: ServerUser) -> Binaries:
    """The same binaries, or a copy of them that the server's user can reach."""
    if user.can_pass(binaries.folder / "postgres"):
        return binaries
    installation = binaries.folder.parent
    digest = hashlib.sha256((binaries.folder / "postgres").read_bytes()).hexdigest()[:16]
    place = _shared_folder(f"postgresql-{binaries.version}-{digest}")
    whole = place / "whole"
    if not whole.exists():
        draft = place / f"draft-{secrets.token_hex(8)}"
        shutil.copytree(installation, draft / installation.parent.name / installation.name, symlinks=True)
        # A wheel keeps the libraries it brings along beside its package, and its programs look for them there.
        libraries = installation.parents[1] / f"{installation.parent.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        with contextlib.suppress(OSError):  # another process was first
            draft.rename(whole)
        shutil.rmtree(draft, ignore_errors=True)
    return Binaries(whole / installation.parent.name / installation.name / "bin", binaries.version)


def _shared_folder(name: str) -> Path:
    folder = SHARED_PLACE / name
    folder.mkdir(parents=True, exist_ok=True)
    for path in (SHARED_PLACE, folder):
        path.chmod(0o711)
    return folder


def free_port(preferred: int | None) -> int:
    """The preferred port of 127.0.0.1 if nobody listens there, else one that the system says is free."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise PostgresUnavailable("127.0.0.1 に空いているポートがありません。")


def alive(process_id: int) -> bool:
    """Whether the process exists and is not merely waiting to be buried by a parent that never will."""
    try:
        os.kill(process_id, 0)
        status = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    return not status.rpartition(")")[2].lstrip().startswith("Z")
