"""`python bench/assessment.py --data DIR`: the whole 当初賦課 of the town in a data folder, database to database, as JSON.

The folder's register needs a town and its reports (`yakuba town create`, `yakuba reports make-up YEAR`). It is copied, so that
it stays as it is. The reference of the same run is a plain COPY of the very rows that were posted into bare tables. With
`--kills N` a second copy is assessed too, by processes that are killed at random moments; the two ledgers are compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yakuba.settings.django")

import django  # noqa: E402  # the paths above come first
import psycopg  # noqa: E402

from yakuba.settings.postgres import create_database, drop_database, ensure_server  # noqa: E402

KEY = UUID("6b2f0a9e-0000-4000-8000-000000000001")
DECIDED_ON = date(2026, 6, 10)
RIGHTS = frozenset({"assess_tax", "approve_decisions"})
BOOK = """
SELECT i.resident_id, i.collection_method, i.instalment_number, i.due_on, p.item, p.number, p.posting_kind, p.amount,
    p.balance_after, p.effective_on, encode(d.inputs_digest, 'hex'), encode(decision_digest(d.outcome), 'hex')
FROM ledger_posting p JOIN ledger_instalment i ON i.id = p.instalment_id JOIN decisions_decision d ON d.id = p.decision_id
ORDER BY 1, 2, 3, 5, 6
"""
"""決定と台帳 by natural keys alone: numbers drawn from sequences have gaps where a process was killed."""
DECIDED = "SELECT resident_id, inputs::text, outcome::text, encode(parameters_digest, 'hex') FROM decisions_decision ORDER BY 1"
WRITTEN = ("decisions_decision", "ledger_instalment", "ledger_posting")


def main() -> None:
    """Measures, compares where asked, prints JSON and leaves the folder's register as it was."""
    arguments = _arguments()
    os.environ["YAKUBA_DATA"] = str(arguments.data)
    if arguments.step:
        _step(arguments)
        return
    server, now = ensure_server(arguments.data), datetime.now(UTC).isoformat()
    report: dict[str, Any] = {
        "began_at": now,
        "cores": os.cpu_count(),
        "year": arguments.year,
        "load_before": os.getloadavg(),
    }
    names = ["assessment_straight", *(["assessment_killed"] if arguments.kills else [])]
    try:
        books = {}
        for name in names:
            drop_database(server, name)
            with psycopg.connect(server.with_database("postgres").owner_dsn, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE yakuba")
        report["straight"] = _straight(arguments, server, now)
        books["straight"] = _book(server, names[0])
        if arguments.kills:
            report["killed"] = _killed(arguments, now, report["straight"])
            books["killed"] = _book(server, names[1])
            report["killed"]["same_to_the_byte"] = books["straight"] == books["killed"]
    finally:
        for name in names:
            drop_database(server, name)
    text = json.dumps(report | {"book": books["straight"]}, ensure_ascii=False, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")


def _straight(arguments: argparse.Namespace, server: Any, now: str) -> dict[str, Any]:
    """Every step in a process of its own, whose start is told apart: a worker is there before there is a job for it."""
    seconds, starts, peaks, said = {}, {}, {}, {}
    for step in ("propose", "approve", "post"):
        began = time.monotonic()
        answer = json.loads(_run(arguments, step, "assessment_straight", now).communicate()[0])
        seconds[step], peaks[step] = answer.pop("seconds"), answer.pop("peak_mib")
        starts[step] = round(time.monotonic() - began - seconds[step], 2)
        said |= answer
    reference = _copied(server, "assessment_straight")
    residents = _one(server, "assessment_straight", "SELECT count(*) FROM residents_residentrecord WHERE resident_status = 1"
                     " AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s) AND known_to IS NULL",
                     [date(arguments.year, 1, 1)] * 2)  # fmt: skip
    total = sum(seconds.values())
    return {
        "residents": residents, "seconds": seconds, "total_seconds": round(total, 2), "start_seconds": starts, "peak_mib": peaks,
        "microseconds_a_resident": round(total / residents * 1e6, 1), "reference_copy_seconds": reference,
        "ratio_to_reference": round(total / reference, 2), **said,
    }  # fmt: skip


def _killed(arguments: argparse.Namespace, now: str, straight: dict[str, Any]) -> dict[str, Any]:
    """The same, killed at moments drawn at random: while it reads and works out, or while it posts."""
    chance, done, began = random.Random(arguments.seed), list[int](), time.monotonic()
    for step in ("propose", "approve"):
        _run(arguments, step, "assessment_killed", now).communicate()
    seconds, start = straight["seconds"], straight["start_seconds"]["post"]
    worked_out, posting = start + seconds["propose"], max(seconds["post"] - seconds["propose"], 1)
    while len(done) < arguments.kills:
        child = _run(arguments, "post", "assessment_killed", now)
        try:
            child.wait(timeout=worked_out + chance.uniform(-worked_out / 2, 2 * posting / arguments.kills))
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            done.append(_batches(arguments))
        else:
            # It ended before it was killed: nothing is left to be broken off.
            break
    _run(arguments, "post", "assessment_killed", now).communicate()
    return {"kills": len(done), "batches_after_each_kill": done, "seconds": round(time.monotonic() - began, 2)}


def _batches(arguments: argparse.Namespace) -> int:
    return int(_one(ensure_server(arguments.data), "assessment_killed", "SELECT count(*) FROM ledger_postingbatch", []))


def _run(arguments: argparse.Namespace, step: str, database: str, now: str) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--data", str(arguments.data), "--step", step, "--database", database]
    command += ["--year", str(arguments.year), "--now", now, "--chunk-rows", str(arguments.chunk_rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _step(arguments: argparse.Namespace) -> None:
    """One step in this process; prints what it took in memory and time by stage."""
    step, database, year, now = arguments.step, arguments.database, arguments.year, arguments.now
    create_database(ensure_server(Path(os.environ["YAKUBA_DATA"])), database).export()
    django.setup()
    # Their imports need Django set up.
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.decision_runs import commands as runs
    from yakuba.registers.decision_runs import queries
    from yakuba.services.resident_tax import commands

    began = time.monotonic()
    access = Access("bench", Purpose.TAX, datetime.fromisoformat(now), rights=RIGHTS)
    run_id = commands.propose(access, year, KEY)
    stages: dict[str, float] = {}
    with _timed(stages) as progress:
        if step == "propose":
            commands.calculate_run(access, run_id, progress=progress)
        elif step == "approve":
            run = queries.run(access, run_id)
            second = Access("bench-2", Purpose.TAX, datetime.fromisoformat(now), rights=RIGHTS)
            runs.approve(second, run_id, run.steps["calculated"].digest if run else b"")
        else:
            commands.post_run(access, run_id, decided_on=DECIDED_ON, progress=progress, chunk_rows=arguments.chunk_rows)
    taken, peak = round(time.monotonic() - began, 2), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    answer: dict[str, Any] = {"seconds": taken, "peak_mib": peak, f"{step}_stages": stages}
    run = queries.run(access, run_id)
    if step == "propose" and run:
        answer["summary"] = dict(run.steps["calculated"].summary)
    print(json.dumps(answer))


@contextmanager
def _timed(stages: dict[str, float]) -> Iterator[Any]:
    began: dict[str, float] = {}

    def progress(stage: str, done: int, total: int) -> None:
        began.setdefault(stage, time.monotonic())
        if done == total:
            stages[stage] = round(time.monotonic() - began[stage], 2)

    yield progress


def _copied(server: Any, database: str) -> float:
    """The reference: the very rows by COPY out of one database and into bare tables, without a key or a check."""
    with (
        psycopg.connect(server.with_database(database).owner_dsn) as reader,
        psycopg.connect(server.with_database(database).owner_dsn) as writer,
    ):
        bodies = {}
        for table in WRITTEN:
            # Generated columns are left out by COPY of a table.
            with reader.cursor().copy(f"COPY {table} TO STDOUT (FORMAT csv)") as copy:
                bodies[table] = [bytes(part) for part in copy]
            columns = reader.execute(
                "SELECT string_agg(format('%%I %%s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)"
                " FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [table],
            ).fetchone()
            writer.execute(f"CREATE TABLE bare_{table} ({columns[0] if columns else ''})")
        writer.commit()
        began = time.monotonic()
        for table, body in bodies.items():
            with writer.cursor().copy(f"COPY bare_{table} FROM STDIN (FORMAT csv)") as copy:
                for part in body:
                    copy.write(part)
        writer.commit()
        return round(time.monotonic() - began, 2)


def _book(server: Any, database: str) -> dict[str, Any]:
    """決定と台帳 as two digests and how many rows each has."""
    found: dict[str, Any] = {}
    with psycopg.connect(server.with_database(database).owner_dsn) as connection:
        for name, query in (("ledger", BOOK), ("decisions", DECIDED)):
            digest, rows = hashlib.sha256(), 0
            with connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
                for part in copy:
                    digest.update(bytes(part))
                    rows += 1
            found[name] = {"rows": rows, "sha256": digest.hexdigest()}
    return found


def _one(server: Any, database: str, query: str, values: list[Any]) -> Any:
    with psycopg.connect(server.with_database(database).owner_dsn) as connection:
        row = connection.execute(query, values).fetchone()
        return row[0] if row else None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder with a town and its reports")
    parser.add_argument("--year", type=int, default=2026)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--chunk-rows", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    for name in ("step", "database", "now"):
        parser.add_argument(f"--{name}", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
