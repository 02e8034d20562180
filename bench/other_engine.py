"""OpenFisca-Japan's 住民税 on given households, in an environment of its own; prints seconds as JSON.

Started by bench/law.py with the Python of that environment: `PYTHON other_engine.py HOUSEHOLDS.npz`.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from openfisca_core.simulations import SimulationBuilder
from openfisca_japan import CountryTaxBenefitSystem

DAY = "2025-01-01"


def simulation(system: CountryTaxBenefitSystem, people: dict[str, np.ndarray]) -> object:
    """One of all households, with income, birthday and role of everybody."""
    builder = SimulationBuilder()
    builder.create_entities(system)
    size = len(people["household"])
    builder.declare_person_entity("人物", list(range(size)))
    households = builder.declare_entity("世帯", list(range(int(people["household"][-1]) + 1)))
    roles = np.where(people["is_child"] == 1, "子", "親")
    builder.join_with_persons(households, people["household"], roles=roles)
    made = builder.build(system)
    made.set_input("収入", DAY, people["revenue"].astype(np.float32))
    born = (2024 - people["age"]).astype(str).astype("U4")
    made.set_input("誕生年月日", DAY, np.char.add(born, "-06-01").astype("datetime64[D]"))
    return made


def main() -> None:
    """Three runs, each with a simulation of its own, since a result is kept once it is worked out."""
    people = dict(np.load(sys.argv[1]))
    system = CountryTaxBenefitSystem()
    seconds, taxes = [], None
    for _ in range(3):
        made = simulation(system, people)
        started, used = time.perf_counter(), time.process_time()
        taxes = made.calculate("住民税", DAY)
        seconds.append((time.perf_counter() - started, time.process_time() - used))
    print(
        json.dumps(
            {"seconds": [a for a, _ in seconds], "processor": [b for _, b in seconds], "total": float(np.sum(taxes))}
        )
    )


if __name__ == "__main__":
    main()
