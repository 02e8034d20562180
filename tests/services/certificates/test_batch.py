"""一括交付 and counters side by side, on the people of the sample file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from tests.exchange.standard_files.faults import SAMPLE
from tests.services.certificates.people import clerk
from tests.services.certificates.rendering.pdf_text import page_texts

from yakuba.exchange.standard_files.check import check_file
from yakuba.exchange.standard_files.parts import people, to_part
from yakuba.registers.access.door import Purpose
from yakuba.registers.access.queries import verify_chains
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands.load import load
from yakuba.services.certificates import queries
from yakuba.services.certificates.batch import issue_many
from yakuba.services.certificates.commands import issue, reproduce, set_up_sample_certifier
from yakuba.services.certificates.requests import Request, RequestKind

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

_HOUSEHOLDS = """
SELECT array_agg(resident_id ORDER BY resident_id) FROM residents_residentrecord
WHERE known_to IS NULL AND resident_status = 1 AND valid_from <= %(today)s AND (valid_to IS NULL OR valid_to > %(today)s)
GROUP BY household_id ORDER BY household_id LIMIT %(count)s
"""


def _load_sample() -> None:
    access = replace(clerk(), purpose=Purpose.MIGRATION)
    checked = check_file(SAMPLE, today=access.today)
    load([to_part(frame) for frame in people(checked)], access=access, source="sample")
    set_up_sample_certifier(clerk(), starts_on=date(2010, 1, 1))


def _households(count: int) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_HOUSEHOLDS, {"today": clerk().today, "count": count})
        return [tuple(row[0]) for row in cursor.fetchall()]


def test_a_batch_is_issued_whole_but_for_the_protected_and_never_twice() -> None:
    _load_sample()
    households = _households(90)
    protected = households[70]
    protections.receive_application(
        replace(clerk(), purpose=Purpose.PROTECTION),
        entry_key=uuid4(), applicant_id=protected[0], category="1", received_on=clerk().today,
    )  # fmt: skip
    requests = [
        Request(kind=RequestKind.HOUSEHOLD, subjects=each, copies=1 + (each == households[0])) for each in households
    ]
    seen: list[tuple[int, int]] = []
    results = list(issue_many(clerk(), requests, workers=2, progress=lambda done, copies: seen.append((done, copies))))
    assert seen == [(64, 65), (90, 90)]
    assert [result.request.subjects for result in results if not result.copies] == [protected]
    assert {finding.rule for finding in results[70].findings} == {"protected-person"}
    serials = [copy.issue_number[-3:] for result in results for copy in result.copies]
    assert serials == [f"{number:03d}" for number in range(1, 91)]
    for result in (results[0], results[89]):
        copy = result.copies[-1]
        assert reproduce(clerk(), copy.document_id) == copy.pdf
        assert copy.issue_number in "".join(page_texts(copy.pdf))
    again = list(issue_many(clerk(), requests, workers=1))
    assert [result.skipped for result in again] == [result.request.subjects != protected for result in results]
    assert not any(result.copies for result in again)
    assert len(queries.issued_on(clerk(), clerk().today, limit=200)) == 90
    assert [finding for _, findings in verify_chains() for finding in findings] == []


def test_two_clerks_at_one_terminal_never_share_a_number() -> None:
    _load_sample()
    households = _households(24)

    def at_the_counter(actor: str, mine: list[tuple[int, ...]]) -> list[str]:
        try:
            requests = [Request(kind=RequestKind.HOUSEHOLD, subjects=each) for each in mine]
            return [issue(clerk(actor=actor), request, confirmed=True).issue_number for request in requests]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(_with(at_the_counter), [("S0001", households[::2]), ("S0002", households[1::2])]))
    numbers = [number for given in both for number in given]
    assert len(set(numbers)) == 24
    assert sorted(number[-3:] for number in numbers) == [f"{number:03d}" for number in range(1, 25)]


def _with(action: Callable[..., list[str]]) -> Callable[[tuple[str, list[tuple[int, ...]]]], list[str]]:
    return lambda arguments: action(*arguments)
