"""pg_dump と pg_restore — how they are found, called without a password on the command line, and listened to."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yakuba.settings.backup.errors import refusal
from yakuba.settings.postgres.binaries import choose_binaries
from yakuba.settings.postgres.errors import PostgresUnavailable

KEPT_LINES = 20


def client(name: str, server_major: int) -> str:
    """The program of the server's own major version, else of the version that a new cluster would get.

    Raises:
        BackupRefused: neither has the program, or it is older than the server.
    """
    for major in (server_major, None):
        try:
            binaries = choose_binaries(major)
        except PostgresUnavailable:
            continue
        if binaries.major >= server_major and os.access(binaries[name], os.X_OK):
            return binaries[name]
    raise refusal(
        "backup-program",
        f"PostgreSQL {server_major} に使える {name} がありません。",
        f"`apt-get install postgresql-client-{server_major}` で入れてください。",
    )


@contextmanager
def running(
    program: str, arguments: list[str], owner_dsn: str, *, table_word: str, on_table: Callable[[], None], **streams: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs pg_dump or pg_restore on a database; `on_table` is called for each line that tells of a table's data.

    Raises:
        BackupRefused: the program ended with an error; its last words are in the finding.
    """
    target: dict[str, Any] = conninfo_to_dict(owner_dsn)
    password = target.pop("password", None)
    # Others on this machine see command lines, and nobody sees another user's environment.
    environment = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": str(password)} if password else {})}
    command = [program, "--verbose", "--no-password", *arguments, "--dbname", make_conninfo(**target)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd="/", **streams)
    last: deque[str] = deque(maxlen=KEPT_LINES)
    listener = Thread(target=_listen, args=(process, table_word, on_table, last))
    listener.start()
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    finally:
        for stream in (process.stdin, process.stdout):
            if stream is not None and not stream.closed:
                with suppress(BrokenPipeError):  # its exit code tells
                    stream.close()
        process.wait()
        listener.join()
        if process.stderr is not None:
            process.stderr.close()
    if process.returncode != 0:
        said = " / ".join(line for line in last if "error" in line.lower()) or " / ".join(last)
        raise refusal(
            "backup-program",
            f"{Path(program).name} が異常終了しました（{process.returncode}）。{said}",
            "原因を取り除いて、もう一度実行してください。",
        )


def _listen(process: subprocess.Popen[bytes], word: str, on_table: Callable[[], None], last: deque[str]) -> None:
    for raw in process.stderr or ():
        line = raw.decode(errors="replace").strip()
        last.append(line)
        if word in line:
            on_table()
