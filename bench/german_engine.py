"""GETTSIM's compute step for German income tax and Solidaritätszuschlag, in an environment of its own; prints JSON.

Started by bench/law.py with the Python of that environment: `PYTHON german_engine.py HOUSEHOLDS.npz`. Only the call of the
function that GETTSIM has made of the law, on data that it has taken in, is timed; that is its fastest part.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from gettsim import InputData, TTTargets, main

DAY = "2024-01-01"
TARGETS = {"einkommensteuer": {"betrag_y_sn": None}, "solidaritätszuschlag": {"betrag_y_sn": None}}
POINTERS = (
    "p_id_ehepartner",
    "p_id_elternteil_1",
    "p_id_elternteil_2",
    "p_id_kinderbetreuungskostenträger",
    "p_id_empfänger",
)


def leaves(tree: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every column that the targets need, and its kind."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), str(value)


def given(people: dict[str, np.ndarray], wanted: dict[str, Any]) -> dict[str, Any]:
    """People on their own with their wages and ages; whatever else is asked for is nothing."""
    size = len(people["age"])
    own = {
        "p_id": np.arange(size),
        "alter": people["age"],
        "geburtsjahr": 2024 - people["age"],
        "geburtsmonat": np.ones(size, np.int64),
        "bruttolohn_m": people["revenue"] / 1_900,
        "jahr_renteneintritt": np.full(size, 2024),
        "monat_renteneintritt": np.ones(size, np.int64),
    }
    tree: dict[str, Any] = {}
    for path, kind in leaves(wanted):
        dtype = {"Int": np.int64, "Flo": np.float64, "Boo": np.bool_}[kind[:3]]
        column = own.get(path[-1], np.full(size, -1) if path[-1] in POINTERS else np.zeros(size))
        place = tree
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = np.asarray(column).astype(dtype)
    # Nobody draws a pension: what one would be is given, not worked out.
    pension = tree.setdefault("sozialversicherung", {}).setdefault("rente", {})
    pension.setdefault("altersrente", {})["betrag_m"] = np.zeros(size)
    pension.setdefault("erwerbsminderung", {})["betrag_m"] = np.zeros(size)
    return tree


def measure() -> None:
    """Three runs of the compute step."""
    people = dict(np.load(sys.argv[1]))
    targets = TTTargets.tree(TARGETS)
    shared: dict[str, Any] = {"policy_date_str": DAY, "tt_targets": targets, "backend": "numpy"}
    wanted = main(main_target="templates__input_data_dtypes__tree", **shared)
    made = main(
        main_targets=("processed_data", "tt_function", "labels__root_nodes", "specialized_environment__tt_dag"),
        input_data=InputData.tree(given(people, wanted)), **shared,
    )  # fmt: skip
    # Of what was taken in only what the function takes: pensions are given, so that what they come from is not asked.
    data = {name: column for name, column in made["processed_data"].items() if name in made["labels"]["root_nodes"]}
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        made["tt_function"](data)
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": seconds, "quantities": len(made["specialized_environment"]["tt_dag"].nodes)}))


if __name__ == "__main__":
    measure()
