"""支援措置: every service, driven for protected people; a service not listed here fails by its name."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.guards import protected
from tests.guards.driving import Driver, Output, access_details, everybody
from tests.guards.protected import World, leaks
from tests.guards.tree import sources

from yakuba.registers.access.door import TOKYO
from yakuba.services.certificates.requests import Request, RequestKind
from yakuba.settings.paths import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def requests(world: World, *, early: bool) -> Iterator[Request]:
    """Every certificate of the protected, today and as of before the protection."""
    from yakuba.services.certificates.requests import choices

    pinned: dict[str, Any] = {}
    if early:
        known = world.access.now - timedelta(days=35)
        pinned = {"known_at": known, "valid_on": known.astimezone(TOKYO).date(), "reason": "確認"}
    for kind in RequestKind:
        show = frozenset(choices()["kinds"][kind.value]["switches"])
        for subject in (*world.protected, world.son):
            yield Request(
                kind=kind,
                subjects=(subject,),
                show=show,
                with_history=True,
                protection_id=world.measure,
                fiscal_year=protected.TAX_YEAR,
                **pinned,
            )


def issue(world: World) -> Iterator[Output]:
    """交付, 下見, 一括交付 of every kind, as of both clocks."""
    from yakuba.kernel.findings import RefusedError
    from yakuba.services.certificates import commands
    from yakuba.services.certificates.batch import issue_many

    for early in (False, True):
        for request in requests(world, early=early):
            for make in (commands.preview, lambda access, wanted: commands.issue(access, wanted, confirmed=True)):
                try:
                    made = make(world.access, request)
                except RefusedError as refused:
                    yield str(request.kind), str(refused)
                    continue
                yield str(request.kind), protected.as_text(made)
                if made.pdf:
                    yield str(request.kind), made.pdf
        for result in issue_many(world.access, requests(world, early=early), workers=1, confirmed=True):
            yield str(result.request.kind), protected.as_text(result)
            for copy in result.copies:
                yield str(result.request.kind), copy.pdf


def make_again(world: World) -> Iterator[Output]:
    """再現・再交付 of what was handed over before the protection."""
    from yakuba.kernel.findings import RefusedError
    from yakuba.services.certificates import commands

    for again in (commands.reproduce, lambda access, number: commands.reissue(access, number, "汚損", confirmed=True)):
        try:
            made: Any = again(world.access, world.document)
            yield "again", made if isinstance(made, bytes) else protected.as_text(made)
            if not isinstance(made, bytes) and made.pdf:
                yield "again", made.pdf
        except RefusedError as refused:
            yield "again", str(refused)


def offers(world: World) -> Iterator[Output]:
    """異動に伴う帳票 and 交付履歴."""
    from yakuba.services.certificates import queries
    from yakuba.services.certificates.offers import documents_after

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM residents_residentevent")
        events = [number for (number,) in cursor.fetchall()]
    yield "offers", protected.as_text(documents_after(world.access, events))
    for person in everybody(world):
        yield "issued_of", protected.as_text(queries.issued_of(world.access, person))
    yield "issued_on", protected.as_text(queries.issued_on(world.access, world.access.today))


def letters(world: World) -> Iterator[Output]:
    """宛名 of letters, and what employers are told of the people who work for them."""
    from yakuba.services.resident_tax import addressing
    from yakuba.services.resident_tax import letters as printed

    people = [*world.protected, world.son, world.neighbour]
    yield "addressees", protected.as_text(dataclasses.asdict(addressing.addressees(world.access, people)))
    told = addressing.workers(world.access, people)
    yield "workers", protected.as_text({each: dataclasses.asdict(one) for each, one in told.items()})
    for each in people:
        for letter in (printed.tax_letter, printed.change_letter):
            made = letter(world.access, each, protected.TAX_YEAR)
            yield letter.__name__, made.pdf or protected.as_text(made.findings)


FIGURES = "figures of tax by resident number; no address, no name"

SERVICES: dict[str, Driver | str] = {
    "certificates.batch.issue_many": issue,
    "certificates.commands.asked_of": "the request with its clocks; nobody is read",
    "certificates.commands.dispose": "gives nothing back",
    "certificates.commands.issue": issue,
    "certificates.commands.preview": issue,
    "certificates.commands.record_blocked": "gives nothing back",
    "certificates.commands.reissue": make_again,
    "certificates.commands.reproduce": make_again,
    "certificates.commands.set_up_sample_certifier": "the made-up mayor",
    "certificates.gathering.gather": "inside the service: what it gathers leaves by issue, preview and issue_many alone",
    "certificates.offers.documents_after": offers,
    "certificates.queries.issued_of": offers,
    "certificates.queries.issued_on": offers,
    "certificates.taxes.tax_record": "inside the service: figures of tax, which hold no address",
    "resident_tax.addressing.addressees": letters,
    "resident_tax.addressing.workers": letters,
    "resident_tax.changing.change_many": FIGURES,
    "resident_tax.changing.spread": FIGURES,
    "resident_tax.commands.calculate_run": FIGURES,
    "resident_tax.commands.correct": FIGURES,
    "resident_tax.commands.post_run": FIGURES,
    "resident_tax.commands.propose": FIGURES,
    "resident_tax.deciding.decide": FIGURES,
    "resident_tax.jobs.calculate": FIGURES,
    "resident_tax.jobs.post": FIGURES,
    "resident_tax.jobs.start_calculation": FIGURES,
    "resident_tax.jobs.start_posting": FIGURES,
    "resident_tax.queries.preview": FIGURES,
    "resident_tax.queries.tax_year": FIGURES,
    "resident_tax.queries.why": FIGURES,
    "resident_tax.what_if.answer": FIGURES,
    "resident_tax.jobs.start_what_if": "a number of a job",
    "resident_tax.jobs.what_if": "a number of a scenario",
    "resident_tax.what_if.ask": "numbers of the law",
    "resident_tax.snapshot.family_snapshot": FIGURES,
    "resident_tax.snapshot.town_snapshot": FIGURES,
    "resident_tax.statistics.statistics": "sums over the whole town, of decisions, which hold no address",
    "resident_tax.drafting.draft_change_notice": "addressed by addressees alone; beyond it figures of tax",
    "resident_tax.drafting.draft_employer_notices": "of addresses what workers tells",
    "resident_tax.drafting.draft_tax_notices": "addressed by addressees alone; beyond it figures of tax",
    "resident_tax.letters.change_letter": letters,
    "resident_tax.letters.payments_before": "amounts and days",
    "resident_tax.letters.tax_letter": letters,
    "resident_tax.drafting.payments": "amounts and days",
}
"""service.module.function → how it is driven, or why nothing about a resident comes out of it."""


def service_functions() -> Iterator[str]:
    """Every public function of the services that acts for somebody."""
    for source in sources(ROOT, "services"):
        for node in source.tree.body:
            acts = isinstance(node, ast.FunctionDef) and [one.arg for one in node.args.args[:1]] == ["access"]
            if acts and not node.name.startswith("_"):
                module = source.name.removeprefix("services/").removesuffix(".py").replace("/", ".")
                yield f"{module}.{node.name}"


def test_every_service_is_listed() -> None:
    assert sorted(set(service_functions()) ^ SERVICES.keys()) == []


def test_no_service_makes_anything_that_tells_where_the_protected_are(world: World) -> None:
    drivers = dict.fromkeys(driver for driver in SERVICES.values() if not isinstance(driver, str))
    outputs = [(driver.__name__, *output) for driver in drivers for output in driver(world)]
    assert {(name, what): found for name, what, content in outputs if (found := leaks(content))} == {}
    assert any("支援措置の対象者" in str(content) for _, _, content in outputs)
    assert leaks(access_details()) == []
