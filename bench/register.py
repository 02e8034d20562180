"""`python bench/register.py --residents N`: measures the register in one run and writes JSON. See bench/README.md."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import psutil  # noqa: E402
import psycopg  # noqa: E402
from bench.measuring import Figure  # noqa: E402
from bench.town import SETTINGS_MODULE, WRITTEN_BY_A_LOAD, Town  # noqa: E402

from yakuba.settings.paths import data_folder, make_data_folder  # noqa: E402
from yakuba.settings.postgres import stop_server  # noqa: E402
from yakuba.settings.postgres.server import server_status  # noqa: E402

Measure = Callable[[Town], Iterator[Figure]]
FIGURES = {
    "load": "bench.loading",
    "search": "bench.searches",
    "reading": "bench.reading",
    "snapshot": "bench.snapshots",
    "refold": "bench.refolding",
    "certificates": "bench.certificates",
    "events": "bench.events",
}
"""In the order in which they run: the load first, and last the events, which change the town."""
SERVER_SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "wal_level")


def main() -> None:
    """Runs the figures, each in a process of its own; one that fails leaves the others standing."""
    arguments = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    os.environ["YAKUBA_DATA"] = str(arguments.data)
    make_data_folder(arguments.data)
    town = Town(arguments.residents, arguments.seed, arguments.data, arguments.seconds)
    was_running = "動作中" in server_status(arguments.data)
    report: dict[str, Any] = {
        "residents": town.residents, "seed": town.seed, "began_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **_code(), "machine": _machine(town), "figures": [], "failures": {},
    }  # fmt: skip
    wanted = [name for name in FIGURES if name in arguments.only]
    if "load" not in wanted and not town.is_loaded():
        wanted.insert(0, "load")
    try:
        for name in wanted:
            _say(f"{name} …")
            figures, failure = _measured(name, town)
            report["figures"] += [asdict(figure) for figure in figures]
            report["rows"] = _rows(town)
            report["ended_at"] = datetime.now(UTC).isoformat(timespec="seconds")
            for figure in figures:
                _say(_line(figure))
            if failure:
                report["failures"][name] = failure
                _say(failure)
            _write(report, arguments.json)
            if failure and name == "load":
                break
    finally:
        if not was_running:
            stop_server(arguments.data)
    if arguments.json is None:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    raise SystemExit(1 if report["failures"] else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures the register of a made-up town.")
    parser.add_argument("--residents", type=int, required=True, help="living residents of the town")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--data", type=Path, default=data_folder() / "bench", help="data folder; the server's files lie there"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures; without it, standard output")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(FIGURES), help=f"of {','.join(FIGURES)}"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="of each run of events and of pgbench")
    arguments = parser.parse_args()
    unknown = set(arguments.only) - set(FIGURES)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    arguments.data = arguments.data.absolute()
    return arguments


def _measured(name: str, town: Town) -> tuple[list[Figure], str]:
    """The figures, and why there are no more of them; "" where all are there."""
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        try:
            return alone.submit(_measure, name, town).result()
        except BrokenProcessPool as broken:
            return [], str(broken)


def _measure(name: str, town: Town) -> tuple[list[Figure], str]:
    figures: list[Figure] = []
    try:
        for figure in import_module(FIGURES[name]).measure(town):
            figures.append(figure)  # noqa: PERF402 - those before a failure are kept
    except Exception:  # noqa: BLE001 - the other figures are wanted still, and this one's reason
        return figures, traceback.format_exc()
    return figures, ""


def _code() -> dict[str, Any]:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True).stdout.strip()

    return {
        "commit": git("rev-parse", "HEAD"),
        "changed_since": bool(git("status", "--porcelain", "--", "src", "bench")),
    }


def _machine(town: Town) -> dict[str, Any]:
    with psycopg.connect(town.server().owner_dsn) as connection:
        settings: dict[str, str] = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SERVER_SETTINGS)]
            ).fetchall()
        )
    return {
        "cores": os.cpu_count(), "memory_mebibytes": psutil.virtual_memory().total >> 20, "python": sys.version.split()[0],
        "load_average": list(os.getloadavg()), "postgresql": settings,
    }  # fmt: skip


def _rows(town: Town) -> dict[str, int]:
    try:
        with psycopg.connect(town.server().with_database(town.database).owner_dsn) as connection:
            return {table: _count(connection, table) for table in WRITTEN_BY_A_LOAD}
    except psycopg.Error:
        return {}


def _count(connection: psycopg.Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(count)


def _write(report: dict[str, Any], target: Path | None) -> None:
    if target is not None:
        target.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _line(figure: Figure) -> str:
    against = f"  {figure.ratio} x {figure.reference_value}" if figure.ratio is not None else ""
    verdict = {True: "reached", False: "MISSED", None: ""}[figure.reached]
    return f"  {figure.name}: {figure.value} {figure.unit}{against}  {figure.goal} {verdict}"


def _say(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
