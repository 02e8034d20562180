"""PostgreSQL's own measure on the same server with the same settings: `pgbench -N`, simple-update."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import psycopg
from bench.town import Town, environment_of_programs

from yakuba.settings.postgres import create_database, drop_database
from yakuba.settings.postgres.server import client_program

SCALE, CLIENTS = 20, 4
DATABASE = "bench_pgbench"


class Pgbench:
    """Made once, run as often as wanted; its database goes with it."""

    def __init__(self, town: Town, seconds: float) -> None:
        program = client_program("pgbench", town.data)
        if program is None:
            raise RuntimeError("this PostgreSQL comes without pgbench: nothing to measure events against")
        self.program, self.seconds, self.server = program, seconds, town.server()
        self.arguments, self.environment = environment_of_programs(self.server)

    def __enter__(self) -> Pgbench:
        drop_database(self.server, DATABASE)
        self.address = create_database(self.server, DATABASE)
        self._run("-i", "-q", "-s", str(SCALE))
        with psycopg.connect(self.address.owner_dsn, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        return self

    def __exit__(self, *ended: object) -> None:
        drop_database(self.server, DATABASE)

    def rate(self) -> float:
        """Transactions a second."""
        said = self._run("-N", "-c", str(CLIENTS), "-j", "2", "-T", str(round(self.seconds)))
        read = re.search(r"tps = ([\d.]+) \(without initial", said)
        if read is None:
            raise RuntimeError(f"pgbench said no rate:\n{said}")
        return float(read.group(1))

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.program, *self.arguments, *arguments, DATABASE], env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout


def described() -> dict[str, Any]:
    """What was run."""
    return {"command": f"pgbench -N -c {CLIENTS} -j 2", "scale": SCALE}
