"""接続先 — connection strings of the two kinds, and Django's form of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yakuba.settings.paths import data_folder
from yakuba.settings.postgres.roles import APP_ROLE, DATABASE, RUNTIME_LOGIN

Kind = Literal["owner", "runtime"]
VARIABLES: dict[Kind, str] = {"owner": "YAKUBA_DATABASE_OWNER", "runtime": "YAKUBA_DATABASE_RUNTIME"}


@dataclass(frozen=True)
class ServerAddress:
    """Where a database is. `socket` is the folder of its Unix socket; None where it is reached by TCP alone."""

    host: str
    port: int
    socket: str | None
    database: str
    owner_dsn: str
    runtime_dsn: str
    version: str

    def export(self) -> None:
        """Puts both connection strings into the environment of this process and its children."""
        os.environ[VARIABLES["owner"]] = self.owner_dsn
        os.environ[VARIABLES["runtime"]] = self.runtime_dsn

    def with_database(self, database: str) -> ServerAddress:
        """The address of another database on the same server."""
        return replace(
            self,
            database=database,
            owner_dsn=make_conninfo(self.owner_dsn, dbname=database),
            runtime_dsn=make_conninfo(self.runtime_dsn, dbname=database),
        )


def database_settings(kind: Kind) -> dict[str, Any]:
    """One entry of Django's DATABASES, from the connection string that a command has exported; starts nothing."""
    exported = os.environ.get(VARIABLES[kind])
    # Not libpq's default socket where nothing was exported: somebody else's server may listen there.
    target = conninfo_to_dict(exported) if exported else {"host": str(data_folder() / "postgres"), "dbname": DATABASE}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": target.pop("dbname", DATABASE),
        "USER": target.pop("user", ""),
        "PASSWORD": target.pop("password", ""),
        "HOST": target.pop("host", ""),
        "PORT": target.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": target,
    }


def runtime_dsn(owner_dsn: str, password_file: Path) -> str:
    """The runtime's connection string for the same database: its own login, acting as `yakuba_app` from the start."""
    target: dict[str, Any] = {**conninfo_to_dict(owner_dsn), "user": RUNTIME_LOGIN, "passfile": str(password_file)}
    target.pop("password", None)
    # Set at connection start, the role is also what RESET ROLE goes back to.
    target["options"] = f"{target.get('options', '')} -c role={APP_ROLE}".strip()
    return make_conninfo(**target)
