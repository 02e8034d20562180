"""Certificates: a batch a second, and one at the counter; read, checked, printed, numbered, access-recorded, committed.

As a figure of `bench/register.py`, or alone on the town of the data folder in YAKUBA_DATA:
`python bench/certificates.py DOCUMENTS` writes JSON.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.measuring import Figure, peak_memory, quantiles, timed  # noqa: E402
from bench.town import SETTINGS_MODULE, Town, clerk  # noqa: E402

if TYPE_CHECKING:
    from yakuba.services.certificates.requests import Request

GOAL_A_SECOND = 50.0
BATCH, SINGLE = 2_000, 200
_HOUSEHOLDS = """
SELECT array_agg(resident_id) FROM residents_residentrecord
WHERE household_id = ANY(%(some)s) AND known_to IS NULL AND resident_status = 1
  AND valid_from <= %(today)s AND (valid_to IS NULL OR valid_to > %(today)s)
GROUP BY household_id
"""


def measure(town: Town) -> Iterator[Figure]:
    """The figures on a town that is loaded."""
    town.open()
    yield from figures(BATCH, town.seed)


def figures(documents: int, seed: int) -> Iterator[Figure]:
    """A batch of 世帯連記式 of households drawn by lot, then single ones, then one made again."""
    from yakuba.services.certificates.batch import issue_many
    from yakuba.services.certificates.commands import issue, reproduce, set_up_sample_certifier

    access = clerk("B0002", "certificate", "issue_certificates")
    set_up_sample_certifier(access, starts_on=date(2020, 4, 1))
    requests = _requests(documents + SINGLE, seed)
    batch, single = requests[SINGLE:], requests[:SINGLE]
    held = people = 0
    started, processor = time.perf_counter(), _processor_seconds()
    with peak_memory() as peak:
        for result in issue_many(access, batch, confirmed=True):
            held += not result.copies
            people += len(result.request.subjects)
    seconds = time.perf_counter() - started
    processor = _processor_seconds() - processor
    rate = (len(batch) - held) / seconds
    detail: dict[str, Any] = {
        "documents": len(batch), "held_back": held, "people": people, "seconds": round(seconds, 2), "workers": 2,
        "peak_mebibytes": peak.mebibytes, "processor_ms_each": round(processor * 1000 / len(batch), 1),
    }  # fmt: skip
    goal = f">= {GOAL_A_SECOND:g}"
    yield Figure(
        "certificates in a batch", round(rate, 1), "a second", goal=goal, reached=rate >= GOAL_A_SECOND, detail=detail
    )
    made = []
    issuing = [timed(lambda request=request: made.append(issue(access, request, confirmed=True))) for request in single]
    latency = quantiles(issuing)
    yield Figure("one certificate at the counter", latency["p95"], "ms p95", detail=latency)
    ids = [issued.document_id for issued in made if issued.document_id is not None]
    again = quantiles([timed(lambda each=each: reproduce(access, each)) for each in ids])
    yield Figure("one certificate made again", again["p95"], "ms p95", detail=again)


def _processor_seconds() -> float:
    """Processor time of this process and its ended workers, the server's apart: the rate on a busy machine says less."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _requests(count: int, seed: int) -> list[Request]:
    from django.db import connection

    from yakuba.services.certificates.requests import Request, RequestKind

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM residents_household")
        every = [row[0] for row in cursor.fetchall()]
        drawn = random.Random(seed).sample(every, min(len(every), count * 3))
        cursor.execute(_HOUSEHOLDS, {"some": drawn, "today": clerk().today})
        found = cursor.fetchall()
    return [Request(kind=RequestKind.HOUSEHOLD, subjects=tuple(sorted(people))) for (people,) in found[:count]]


def main() -> None:
    """Alone, on the town of the data folder."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    from yakuba.desks.cli.database import open_registers

    open_registers()
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else BATCH
    print(json.dumps([asdict(figure) for figure in figures(documents, 1)], ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
