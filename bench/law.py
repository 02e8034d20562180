"""個人住民税 as a library: persons a second, memory, one person alone, and against OpenFisca-Japan on its own scope.

    bench/law.py --json law.json [--sizes 10000,100000,1000000] [--openfisca PYTHON] [--gettsim PYTHON]

PYTHON is the interpreter of an environment that holds openfisca-japan 2.2.0 on openfisca-core 46,
or of one that holds gettsim 1.3.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench.measuring import Figure, median_seconds, peak_memory  # noqa: E402

from yakuba.law import evaluate, evaluate_file, resident_tax  # noqa: E402
from yakuba.law.engine.evaluation import plan  # noqa: E402
from yakuba.law.engine.machine_code import is_there  # noqa: E402

YEAR = 2026
WHOLE = [
    "annual_tax",
    "ordinary_instalment_1",
    "ordinary_instalment_2",
    "salary_instalment_june",
    "salary_instalment_later",
]
GOAL_ONE_MILLISECONDS, GOAL_FIRST_SECONDS, GOAL_TIMES_OPENFISCA = 2.0, 0.5, 20.0
WORKERS = os.cpu_count() or 1
Columns = dict[str, np.ndarray]


def households(size: int, seed: int) -> Columns:
    """People in households that stand together: singles, couples, couples with one or two children."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(4, size, p=[0.4, 0.25, 0.2, 0.15])
    household = np.repeat(np.arange(size), kinds + 1)[:size]
    start = np.searchsorted(household, np.arange(household[-1] + 1))
    place = np.arange(size) - start[household]
    is_child, is_spouse = place >= 2, place == 1
    revenue = np.where(
        is_child,
        0,
        np.where(is_spouse, rng.choice([0, 900_000, 1_300_000, 3_000_000], size), rng.integers(0, 12_000_000, size)),
    )
    age = np.where(is_child, rng.integers(0, 23, size), rng.integers(23, 64, size))
    has_spouse = (place == 0) & np.append(is_spouse[1:], False)
    return {
        "household": household,
        "is_child": is_child.astype(np.int64),
        "age": age,
        "employment_revenue": revenue,
        "claimed_spouse": np.where(has_spouse, np.arange(size) + 1, -1),
        "supporter": np.where(is_child, start[household], -1),
    }


def full_columns(size: int, seed: int) -> Columns:
    """The same with the facts that most taxpayers have: insurance, pensions, medical expenses, donations, loans."""
    rng, people = np.random.default_rng(seed + 1), households(size, seed)
    adult = people["is_child"] == 0

    def some(share: float, most: int) -> np.ndarray:
        return np.where(adult & (rng.random(size) < share), rng.integers(0, most, size), 0)

    own = {name: people[name] for name in ("age", "employment_revenue", "claimed_spouse", "supporter")}
    return own | {
        "pension_revenue": some(0.25, 3_500_000),
        "business_income": some(0.08, 6_000_000),
        "social_insurance_premium": some(0.8, 1_200_000),
        "life_insurance_new_general": some(0.4, 100_000),
        "life_insurance_old_general": some(0.2, 100_000),
        "earthquake_insurance": some(0.2, 60_000),
        "medical_expense": some(0.15, 500_000),
        "hometown_donation": some(0.15, 150_000),
        "housing_loan_remaining": some(0.1, 140_000),
        "housing_loan_kind": np.where(some(0.1, 10) > 0, 1, 0),
        "income_tax_taxable_income": some(0.8, 6_000_000),
        "disability": (rng.random(size) < 0.03).astype(np.int64),
    }


def whole_tax(sizes: list[int]) -> Iterator[Figure]:
    """All of the tax from raw income to instalments; and a copy of the same bytes, which is what memory alone allows."""
    rules = resident_tax(YEAR)
    for size in sizes:
        columns = full_columns(size, 1)
        bytes_moved = sum(column.nbytes for column in columns.values()) + 8 * size * len(WHOLE)
        with peak_memory() as peak:
            seconds, spread = median_seconds(lambda c=columns: evaluate(rules, c, WHOLE, workers=WORKERS), warm_up=True)
        source = np.zeros(bytes_moved // 8, np.int64)
        copied, _ = median_seconds(lambda s=source: s.copy())
        yield Figure(
            f"whole_tax_{size}", round(size / seconds), "persons/s", "copy of the same bytes, s", round(copied, 4),
            round(copied / seconds, 4), detail={**spread, "workers": WORKERS, "peak_mebibytes": round(peak.mebibytes), "bytes": bytes_moved},
        )  # fmt: skip


def one_person() -> Iterator[Figure]:
    """One person alone in this process, and import to first answer in a fresh one."""
    rules = resident_tax(YEAR)
    facts = {"employment_revenue": np.array([5_000_000]), "social_insurance_premium": np.array([700_000])}
    taken = []
    for _ in range(300):
        started = time.perf_counter()
        evaluate(rules, facts, ["annual_tax"])
        taken.append((time.perf_counter() - started) * 1000)
    value = statistics.median(taken)
    yield Figure(
        "one_person", round(value, 3), "ms", goal=f"<= {GOAL_ONE_MILLISECONDS} ms", reached=value <= GOAL_ONE_MILLISECONDS,
        detail={"p95": round(sorted(taken)[285], 3)},
    )  # fmt: skip
    program = (
        "import numpy as np; from yakuba.law import evaluate, resident_tax;"
        f"evaluate(resident_tax({YEAR}), {{'employment_revenue': np.array([5_000_000])}}, ['annual_tax'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    bare, _ = median_seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], env=environment, check=True))
    seconds, spread = median_seconds(
        lambda: subprocess.run([sys.executable, "-c", program], env=environment, check=True), warm_up=True
    )
    yield Figure(
        "import_to_first_answer", round(seconds, 3), "s", "an empty Python, s", round(bare, 3), round(seconds / bare, 1),
        f"<= {GOAL_FIRST_SECONDS} s", seconds <= GOAL_FIRST_SECONDS, spread,
    )  # fmt: skip


def sameness(size: int) -> Iterator[Figure]:
    """Bit for bit the same for 1, 2 and 7 workers and three sizes of blocks."""
    rules, columns = resident_tax(YEAR), full_columns(size, 2)
    first = evaluate(rules, columns, WHOLE, block_rows=size)
    different = sum(
        not all(np.array_equal(first[name], again[name]) for name in WHOLE)
        for workers in (1, 2, 7)
        for block_rows in (1_000, 16_384, 100_000)
        for again in [evaluate(rules, columns, WHOLE, block_rows=block_rows, workers=workers)]
    )
    yield Figure(
        "different_answers", different, "of 9 ways", goal="0", reached=different == 0, detail={"persons": size}
    )


def streamed(size: int, folder: Path) -> Iterator[Figure]:
    """A file of many persons: the memory must not grow with their number."""
    rules, part = resident_tax(YEAR), full_columns(100_000, 3)
    peaks = {}
    for persons in (size // 10, size):
        source = folder / f"people-{persons}.csv"
        pieces = persons // 100_000
        with source.open("wb") as file:
            for at in range(pieces):
                moved = {
                    n: np.where(c >= 0, c + at * 100_000, -1) if n in ("claimed_spouse", "supporter") else c
                    for n, c in part.items()
                }
                pl.DataFrame(moved).write_csv(file, include_header=at == 0)
        with peak_memory() as peak:
            started = time.perf_counter()
            evaluate_file(rules, source, folder / "taxes.parquet", WHOLE, workers=WORKERS)
            seconds = time.perf_counter() - started
        source.unlink()
        peaks[persons] = round(peak.mebibytes)
        yield Figure(
            f"streamed_{persons}",
            round(persons / seconds),
            "persons/s",
            detail={
                "seconds": round(seconds, 1),
                "peak_mebibytes": peaks[persons],
                "before_mebibytes": round(peak.before_mebibytes),
            },
        )
    grown = peaks[size] / peaks[size // 10]
    yield Figure(
        "streamed_memory",
        round(grown, 2),
        "x",
        "a tenth of the persons",
        1.0,
        round(grown, 2),
        "<= 1.3",
        grown <= 1.3,
        {"mebibytes": peaks},
    )


def against_openfisca(python: str, size: int, folder: Path) -> Iterator[Figure]:
    """OpenFisca-Japan's own scope: pay, spouse, children by age; both work out the tax of everybody."""
    people = households(size, 4)
    file = folder / "households.npz"
    np.savez(
        file,
        household=people["household"],
        is_child=people["is_child"],
        age=people["age"],
        revenue=people["employment_revenue"],
    )
    said = subprocess.run([python, str(ROOT / "bench" / "other_engine.py"), str(file)], capture_output=True, text=True)
    if said.returncode:
        raise RuntimeError(said.stderr[-2000:])
    theirs: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    columns = {name: people[name] for name in ("age", "employment_revenue", "claimed_spouse", "supporter")}
    rules = resident_tax(2025)
    seconds, spread = median_seconds(lambda: evaluate(rules, columns, ["annual_tax"], workers=WORKERS), warm_up=True)
    reference = size / min(theirs["seconds"])
    ratio = size / seconds / reference
    yield Figure(
        f"openfisca_scope_{size}", round(size / seconds), "persons/s", "OpenFisca-Japan, its fastest run, persons/s", round(reference),
        round(ratio, 1), f">= {GOAL_TIMES_OPENFISCA:.0f} x", ratio >= GOAL_TIMES_OPENFISCA, {**spread, "theirs": theirs, "workers": WORKERS, "machine_code": is_there()},
    )  # fmt: skip


def against_gettsim(python: str, size: int, folder: Path) -> Iterator[Figure]:
    """GETTSIM's compute step of German income tax: another law, so that quantities a second are set side by side."""
    people = households(size, 4)
    file = folder / "people.npz"
    np.savez(file, age=people["age"], revenue=people["employment_revenue"])
    said = subprocess.run([python, str(ROOT / "bench" / "german_engine.py"), str(file)], capture_output=True, text=True)
    if said.returncode:
        raise RuntimeError(said.stderr[-2000:])
    theirs: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    rules, columns = resident_tax(YEAR), full_columns(size, 1)
    quantities = len(plan(rules, WHOLE, list(columns)).steps)
    seconds, spread = median_seconds(lambda: evaluate(rules, columns, WHOLE, workers=WORKERS), warm_up=True)
    own, reference = quantities * size / seconds, theirs["quantities"] * size / min(theirs["seconds"])
    yield Figure(
        f"gettsim_{size}", round(own), "quantities of a person/s", "GETTSIM's compute step, its fastest run, the same", round(reference),
        round(own / reference, 1), detail={**spread, "quantities": quantities, "theirs": theirs, "workers": WORKERS},
    )  # fmt: skip


def main() -> None:
    """Runs all and writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--sizes", default="10000,100000,1000000,10000000")
    parser.add_argument("--streamed", type=int, default=10_000_000)
    parser.add_argument("--openfisca", help="the Python of an environment with openfisca-japan")
    parser.add_argument("--gettsim", help="the Python of an environment with gettsim")
    chosen = parser.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        # First, while nothing else has taken memory in this process.
        runs = [streamed(chosen.streamed, Path(folder)), one_person(), sameness(200_000)]
        if chosen.openfisca:
            runs += [against_openfisca(chosen.openfisca, size, Path(folder)) for size in (100_000, 1_000_000)]
        if chosen.gettsim:
            runs += [against_gettsim(chosen.gettsim, 100_000, Path(folder))]
        runs += [whole_tax([int(size) for size in chosen.sizes.split(",")])]
        for run in runs:
            for figure in run:
                figures.append(figure)
                print(
                    f"{figure.name}: {figure.value} {figure.unit} {figure.ratio or ''} {figure.goal} {figure.reached}",
                    flush=True,
                )
                chosen.json.write_text(
                    json.dumps([vars(each) for each in figures], ensure_ascii=False, indent=1) + "\n"
                )


if __name__ == "__main__":
    main()
