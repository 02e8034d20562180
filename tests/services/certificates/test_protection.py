"""支援措置と抑止: no document, picture, finding, log or record gives a protected address away."""

from __future__ import annotations

import logging
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from tests.services.certificates.people import clerk, enter, household, japanese
from tests.services.certificates.rendering.pdf_text import page_texts

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.access.queries import access_records
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.queries import people
from yakuba.services.certificates.batch import issue_many
from yakuba.services.certificates.commands import issue, preview, reissue, reproduce
from yakuba.services.certificates.requests import Request, RequestKind

SECRET = "隠町九丁目"


@pytest.fixture
def hidden(counter: Access) -> tuple[int, ...]:
    """Two people at one address; a document of them is on record from before. The first is protected now."""
    people = household(japanese("清水　佳章"), japanese("清水　泉葉", "妻", sex="2"), town=SECRET)
    assert issue(counter, Request(kind=RequestKind.HOUSEHOLD, subjects=people)).copies
    protecting = replace(counter, purpose=Purpose.PROTECTION)
    protections.receive_application(
        protecting, entry_key=uuid4(), applicant_id=people[0], category="1", received_on=counter.today
    )
    return people


def household_id_of(resident_id: int) -> int:
    """The household that somebody is in now."""
    access = clerk()
    view = people.person(access, resident_id, valid_on=access.today, known_at=access.now)
    assert view is not None
    return int(view.items["household_id"])


def _responsible() -> Access:
    access = clerk(actor="S0009")
    return replace(access, rights=access.rights | {"release_protections"}, purpose=Purpose.PROTECTION)


@pytest.mark.parametrize("kind", RequestKind)
@pytest.mark.parametrize("position", [0, 1], ids=["protected", "housemate"])
def test_nothing_leaves_for_a_protected_household(
    counter: Access, hidden: tuple[int, ...], kind: RequestKind, position: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    request = Request(
        kind=kind, subjects=(hidden[position],), items=frozenset({"address"} if kind is RequestKind.ITEMS else ())
    )
    seen = preview(counter, request)
    made = issue(counter, request, confirmed=True)
    (batched,) = issue_many(counter, [request], workers=1, confirmed=True)
    assert seen.has_errors
    assert (seen.pages, seen.pdf, made.copies, batched.copies) == ((), b"", (), ())
    told = [*seen.findings, *made.findings, *batched.findings]
    assert "protected-person" in {finding.rule for finding in told}
    assert SECRET not in "".join(f"{each} {each.value} {each.where}" for each in told)
    assert SECRET not in caplog.text
    records = access_records(counter, subject=hidden[position])
    assert SECRET not in "".join(record.detail for record in records)
    assert [record.action for record in records].count("blocked") == 3


def test_what_was_issued_before_is_not_made_again(counter: Access, hidden: tuple[int, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM documents_issueddocument")
        (document_id,) = cursor.fetchone()
    with pytest.raises(RefusedError) as refused:
        reproduce(counter, document_id)
    assert SECRET not in str(refused.value)
    assert not reissue(counter, document_id, "紛失", confirmed=True).copies


def test_where_a_protected_person_stayed_is_on_no_paper_of_who_left(counter: Access) -> None:
    mother, child = household(japanese("清水　佳章"), japanese("清水　太一", "子"), town=SECRET)
    (father,) = household(japanese("清水　父"), town="緑町")
    enter(
        clerk(), "move_within", occurred_on="R8.11.1", notified_on="R8.11.1", residents=[child], relationship="子",
        household_id=household_id_of(father),
    )  # fmt: skip
    protecting = replace(counter, purpose=Purpose.PROTECTION)
    protections.receive_application(
        protecting, entry_key=uuid4(), applicant_id=mother, category="1", received_on=counter.today
    )
    show = frozenset({"previous_address"})
    request = Request(kind=RequestKind.INDIVIDUAL, subjects=(child,), show=show, with_history=True)
    stopped = issue(counter, request, confirmed=True)
    assert [(each.rule, each.value) for each in stopped.findings] == [("protected-person", str(mother))]
    assert issue(counter, Request(kind=RequestKind.INDIVIDUAL, subjects=(father,))).copies
    release = protections.request_release(counter, resident_id=mother, output=request.kind.output, reason="本人の請求")
    protections.approve_release(_responsible(), release)
    assert SECRET in "".join(page_texts(issue(counter, request, confirmed=True).pdf))


def test_a_release_opens_one_document_once(counter: Access, hidden: tuple[int, ...]) -> None:
    request = Request(kind=RequestKind.HOUSEHOLD, subjects=hidden)
    release = protections.request_release(
        counter, resident_id=hidden[0], output=request.kind.output, reason="本人の請求"
    )
    protections.approve_release(_responsible(), release)
    assert not issue(counter, Request(kind=RequestKind.INDIVIDUAL, subjects=hidden[:1])).copies
    assert not issue(clerk(actor="S0002"), request).copies
    made = issue(counter, request)
    assert SECRET in "".join(page_texts(made.pdf))
    assert not issue(counter, Request(kind=RequestKind.HOUSEHOLD, subjects=hidden)).copies


def test_a_restriction_asks_or_stops(counter: Access, couple: tuple[int, ...]) -> None:
    access = replace(counter, rights=counter.rights | {"set_restrictions"}, purpose=Purpose.PROTECTION)
    common = {
        "resident_id": couple[0],
        "processes": ["certificate"],
        "reason": "本人の申出",
        "starts_on": counter.today,
    }
    protections.set_restriction(access, level="alert", **common)
    request = Request(kind=RequestKind.HOUSEHOLD, subjects=couple)
    asked = issue(counter, request)
    assert [str(finding.severity) for finding in asked.findings] == ["alert"]
    assert issue(counter, request, confirmed=True).copies
    protections.set_restriction(access, level="error", **common)
    assert not issue(counter, Request(kind=RequestKind.HOUSEHOLD, subjects=couple), confirmed=True).copies
