"""A person with household read as of a past day, with and without the durable, chained access record."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import psycopg
from bench.measuring import Figure, quantiles, timed
from bench.town import Town, clerk

GOAL_MILLISECONDS = 10.0
SAMPLES, WARM_UP = 1000, 100
FIRST_DAY, DAYS = date(2017, 4, 1), 3200


def measure(town: Town) -> Iterator[Figure]:
    """Random people on random past days as known at random later instants; each reading is a transaction of its own."""
    address = town.open()
    from yakuba.registers.residents.queries import people

    rng = random.Random(town.seed)
    with psycopg.connect(address.owner_dsn) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM residents_resident ORDER BY id")]
    found = 0

    def read() -> None:
        nonlocal found
        valid_on = FIRST_DAY + timedelta(rng.randrange(DAYS))
        known_at = datetime(valid_on.year, valid_on.month, valid_on.day, tzinfo=UTC) + timedelta(rng.randrange(700))
        found += bool(people.household_of(clerk(), rng.choice(ids), valid_on=valid_on, known_at=known_at))

    recorded = _samples(read)
    held, found = found, 0
    with patch.object(people, "_record"):
        bare = _samples(read)
    for name, samples, share in (("person_as_of", recorded, held), ("person_as_of_without_record", bare, found)):
        result = quantiles(samples)
        yield Figure(
            name, result["p95"], "ms (p95)", "10 ms", GOAL_MILLISECONDS, round(result["p95"] / GOAL_MILLISECONDS, 3),
            f"p95 <= {GOAL_MILLISECONDS:.0f} ms", result["p95"] <= GOAL_MILLISECONDS,
            {**result, "share_found": round(share / (SAMPLES + WARM_UP), 3)},
        )  # fmt: skip


def _samples(read: object) -> list[float]:
    for _ in range(WARM_UP):
        read()  # type: ignore[operator]
    return [timed(read) for _ in range(SAMPLES)]  # type: ignore[arg-type]
