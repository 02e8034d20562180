"""The town that is measured: a data folder, databases of its own on its server, and the parts made ahead."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import polars as pl
import psycopg
from psycopg.conninfo import conninfo_to_dict

from yakuba.settings.postgres import ServerAddress, create_database, drop_database, ensure_server

if TYPE_CHECKING:
    from yakuba.registers.access.door import Access
    from yakuba.registers.residents.frames import TownPart

SETTINGS_MODULE = "yakuba.settings.django"
WRITTEN_BY_A_LOAD = (
    "residents_resident", "residents_household", "residents_residentevent", "residents_evententry",
    "residents_residentrecord", "residents_namekey", "residents_addresskey", "residents_numberkey",
    "individual_numbers_individualnumber", "access_accessrecord", "residents_loadchunk", "residents_loadrun",
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """Which town, and where."""

    residents: int
    seed: int
    data: Path
    seconds: float

    @property
    def database(self) -> str:
        """The database that holds it."""
        return f"bench_{self.residents}_{self.seed}"

    @property
    def parts(self) -> Path:
        """The folder of the parts made ahead."""
        return self.data / "parts" / f"{self.residents}-{self.seed}"

    def server(self) -> ServerAddress:
        """The data folder's server, started where it does not run."""
        return ensure_server(self.data)

    def open(self) -> ServerAddress:
        """Django on the town's database, with its tables up to date."""
        address = create_database(self.server(), self.database)
        address.export()
        os.environ["YAKUBA_DATA"] = str(self.data)
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
        django.setup()
        from yakuba.settings.tables import bring_up_to_date

        bring_up_to_date()
        return address

    def forget(self) -> None:
        """Removes the database."""
        drop_database(self.server(), self.database)

    def is_loaded(self) -> bool:
        """Whether the whole town is in its database."""
        address = self.server().with_database(self.database)
        try:
            with psycopg.connect(address.owner_dsn) as connection:
                found = connection.execute(
                    "SELECT count(*) FROM residents_loadrun WHERE finished_at IS NOT NULL"
                ).fetchone()
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
            return False
        return bool(found and found[0])

    def make_parts(self) -> None:
        """Makes the parts on all cores and keeps them as files; those that are there already stay."""
        from yakuba.exchange.made_up_town import part_sizes

        self.parts.mkdir(parents=True, exist_ok=True)
        missing = [n for n in range(len(part_sizes(self.residents))) if not (self.parts / f"{n:04}.made").exists()]
        with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), initializer=django.setup) as pool:
            for ended in [pool.submit(_make_part, self, number) for number in missing]:
                ended.result()

    def read_parts(self) -> Iterator[Callable[[], TownPart]]:
        """The parts as calls that read them back."""
        for made in sorted(self.parts.glob("*.made")):
            yield partial(_read_part, self.parts, made.stem)


def _make_part(town: Town, number: int) -> None:
    from yakuba.exchange.made_up_town import part

    made = part(number, town.residents, town.seed)
    for name in _frames():
        getattr(made, name).write_ipc(town.parts / f"{number:04}-{name}.arrow", compression="lz4")
    (town.parts / f"{number:04}.made").touch()


def _read_part(folder: Path, number: str) -> TownPart:
    from yakuba.registers.residents.frames import TownPart

    return TownPart(**{name: pl.read_ipc(folder / f"{number}-{name}.arrow") for name in _frames()})


def _frames() -> list[str]:
    from yakuba.registers.residents.frames import TownPart

    return [each.name for each in fields(TownPart)]


def clerk(name: str = "B0001", purpose: str = "counter", *rights: str) -> Access:
    """Who asks, now."""
    from yakuba.registers.access.door import Access, Purpose

    return Access(name, Purpose(purpose), datetime.now(UTC), place="bench", rights=frozenset(rights))


def environment_of_programs(address: ServerAddress) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment by which PostgreSQL's own programs reach the server as its owner."""
    target: dict[str, Any] = conninfo_to_dict(address.owner_dsn)
    environment = {
        **os.environ,
        "PGPASSFILE": str(target.get("passfile", "")),
        "PGPASSWORD": str(target.get("password", "")),
    }
    if not target.get("password"):
        del environment["PGPASSWORD"]
    if not target.get("passfile"):
        del environment["PGPASSFILE"]
    return ["-h", str(target["host"]), "-p", str(target.get("port", 5432)), "-U", str(target["user"])], environment
