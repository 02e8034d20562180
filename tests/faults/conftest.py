"""A server that may be killed: its own data folder, apart from the one that the other tests share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from yakuba.settings.paths import ROOT
from yakuba.settings.postgres import ServerAddress, create_database, ensure_server, stop_server

BASE = "base"


@dataclass(frozen=True)
class Town:
    """One database of the server, with processes at work in it."""

    data: Path
    database: str

    @property
    def address(self) -> ServerAddress:
        """Where it is now; a server that was killed is started again."""
        return ensure_server(self.data).with_database(self.database)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """An actor at work, its words on a pipe, its complaints in the file `complaint`."""
        command = [sys.executable, "-m", "tests.faults.actor", *arguments]
        with open(self.complaint, "w", encoding="utf-8") as complaint:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=complaint, text=True
            )

    @property
    def complaint(self) -> Path:
        """What the last actor said on standard error."""
        return self.data / f"{self.database}.complaint"

    def do(self, *arguments: str) -> list[str]:
        """An actor's whole work, line by line; it must end well."""
        process = self.start(*arguments)
        said = rest_of(process)
        assert process.returncode == 0, self.complaint.read_text(encoding="utf-8")
        return said

    def check(self) -> dict[str, Any]:
        """What speaks against the register."""
        found: dict[str, Any] = json.loads(self.do("check")[-1])
        return found

    def yakuba(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line on the data folder."""
        command = [sys.executable, "-m", "yakuba", *arguments]
        environment = {**_plain(), "YAKUBA_DATA": str(self.data)}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    @property
    def environment(self) -> dict[str, str]:
        """What an actor is started with."""
        address = self.address
        return {
            **_plain(),
            "YAKUBA_DATA": str(self.data),
            "YAKUBA_DATABASE_OWNER": address.owner_dsn,
            "YAKUBA_DATABASE_RUNTIME": address.runtime_dsn,
        }


def rest_of(process: subprocess.Popen[str]) -> list[str]:
    """The lines that are still to come, and the end of the process."""
    with process:
        return list(process.stdout or ())


def _plain() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YAKUBA_DATA", "DATABASE_"))}
    return {**kept, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


@pytest.fixture(scope="session")
def mortal_data() -> Iterator[Path]:
    """The data folder of the server that may be killed, with a small town in it."""
    data = Path(tempfile.mkdtemp(prefix="yakuba-faults-"))
    data.chmod(0o711)
    try:
        create_database(ensure_server(data), BASE)
        Town(data, BASE).do("base")
        yield data
    finally:
        stop_server(data)
        shutil.rmtree(data)


@pytest.fixture
def town(mortal_data: Path, request: pytest.FixtureRequest) -> Town:
    """A fresh copy of the small town."""
    return _copy(mortal_data, request.node.name.lower())


@pytest.fixture
def twin(mortal_data: Path, request: pytest.FixtureRequest) -> Town:
    """A second fresh copy."""
    return _copy(mortal_data, f"twin_{request.node.name.lower()}")


def _copy(data: Path, name: str) -> Town:
    database = "".join(sign if sign.isalnum() else "_" for sign in name)[:60]
    with psycopg.connect(ensure_server(data).owner_dsn, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(database), sql.Identifier(BASE)))
    return Town(data, database)
