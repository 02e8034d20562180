"""宛名と起案: a letter goes to the person's own address, an employer never learns a protected one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from tests.flows.town import settle
from tests.services.certificates.rendering.pdf_text import page_lines
from tests.services.resident_tax.notice_samples import FONTS, given
from tests.services.resident_tax.reported import father, report

from yakuba.kernel.findings import RefusedError, has_errors
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.access.queries import access_records
from yakuba.registers.decision_runs import commands as runs
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands.registration import register_directly
from yakuba.services.resident_tax.addressing import OUTPUT, addressees, workers
from yakuba.services.resident_tax.commands import calculate_run, post_run, propose
from yakuba.services.resident_tax.drafting import Employer, draft_employer_notices, draft_tax_notices
from yakuba.services.resident_tax.notices.content import Batch
from yakuba.services.resident_tax.notices.printing import render
from yakuba.typesetting.parts import Addressee

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 20, 1, tzinfo=UTC)
RIGHTS = frozenset({
    "assess_tax", "approve_decisions", "view_individual_numbers", "enter_events", "register_events", "run_batches",
    "manage_protections", "release_protections",
})  # fmt: skip
STREET = "本町一丁目1番1号"


def officer(actor: str = "S0001", now: datetime = MAY, purpose: Purpose = Purpose.TAX) -> Access:
    return Access(actor, purpose, now, rights=RIGHTS)


@pytest.fixture
def people(db: None) -> dict[str, int]:
    return settle(officer("S0009", MAY - timedelta(days=90), Purpose.MIGRATION))


def name_of(people: dict[str, int], family: str) -> str:
    """The head of a family."""
    return next(name for name in people if name.startswith(family) and "太郎" in name)


def protect(resident_id: int) -> None:
    protections.receive_application(
        officer(purpose=Purpose.PROTECTION, now=MAY - timedelta(days=1)), entry_key=uuid4(), applicant_id=resident_id,
        category="1", received_on=date(2026, 5, 19),
    )  # fmt: skip


def enter(kind: str, **typed: object) -> None:
    done = register_directly(officer(purpose=Purpose.EVENT), kind, typed, uuid4())
    assert not has_errors(done.findings), [str(each) for each in done.findings]
    assert done.event_ids


def test_a_letter_goes_to_the_address_of_the_register(people: dict[str, int]) -> None:
    name = name_of(people, "青木")
    found = addressees(officer(), [people[name]])
    one = found.addressees[people[name]]
    assert (one.name, one.address.endswith(STREET), found.findings) == (name, True, [])
    assert "residents.people" in {record.action for record in access_records(officer(), subject=people[name])}


def test_a_letter_follows_who_moved_out(people: dict[str, int]) -> None:
    mover = people[name_of(people, "石井")]
    enter(
        "domestic_move_out", occurred_on="2026-05-10", notified_on="2026-05-01", residents=[mover],
        destination_prefecture="東京都", destination_city="架空区", destination_town="転出先町", destination_block="3番3号",
    )  # fmt: skip
    assert addressees(officer(), [mover]).addressees[mover].address == "東京都架空区転出先町3番3号"


def test_nobody_writes_to_the_dead(people: dict[str, int]) -> None:
    dead = people[name_of(people, "上田")]
    enter("death", occurred_on="2026-05-10", notified_on="2026-05-11", residents=[dead])
    found = addressees(officer(), [dead])
    assert not found.addressees
    assert ["相続人" in finding.remedy for finding in found.findings] == [True]


def test_a_protected_address_waits_for_a_second_person(people: dict[str, int]) -> None:
    name = name_of(people, "青木")
    other = next(each for each in people if each.startswith("青木") and each != name)
    protect(people[name])
    found = addressees(officer(), [people[name], people[other]])
    assert not found.addressees
    assert {finding.rule for finding in found.findings} == {"protected-person"}
    assert STREET not in "".join(str(finding) for finding in found.findings)
    release = protections.request_release(
        officer(purpose=Purpose.PROTECTION), resident_id=people[name], output=OUTPUT, reason="納税通知書の送付"
    )
    protections.approve_release(officer("S0002", purpose=Purpose.PROTECTION), release)
    later = replace(officer(), now=MAY + timedelta(minutes=1))
    assert addressees(later, [people[name]]).addressees[people[name]].address.endswith(STREET)
    assert not addressees(later, [people[name]]).addressees


def test_an_employer_never_learns_a_protected_address(people: dict[str, int]) -> None:
    name = name_of(people, "青木")
    protect(people[name])
    free = name_of(people, "石井")
    found = workers(officer(), [people[name], people[free]])
    assert (found[people[name]].name, found[people[name]].address) == (name, "")
    assert found[people[free]].address.endswith("2番3号")
    release = protections.request_release(
        officer(purpose=Purpose.PROTECTION), resident_id=people[name], output="listing:employer-notice", reason="送付"
    )
    protections.approve_release(officer("S0002", purpose=Purpose.PROTECTION), release)
    later = replace(officer(), now=MAY + timedelta(minutes=1))
    assert workers(later, [people[name]])[people[name]].address == ""


def test_addresses_are_read_by_who_assesses_tax_alone(people: dict[str, int]) -> None:
    without = replace(officer(), rights=RIGHTS - {"assess_tax"})
    for read in (addressees, workers):
        with pytest.raises(RefusedError):
            read(without, [people[name_of(people, "青木")]])


def test_an_employer_gets_who_is_paid_there_and_what_to_withhold(people: dict[str, int]) -> None:
    heads = [people[name_of(people, family)] for family in ("青木", "石井", "上田")]
    received = report(
        officer(now=MAY - timedelta(days=60)),
        [
            {**father(0), "employment_revenue": 6_000_000, "social_insurance_premium": 900_000},
            {**father(1), "employment_revenue": 4_000_000},
            {**father(2), "kind": "final_return", "payer_number": "", "business_income": 4_000_000},
        ],
    )
    assert received.open_count == 0
    run = propose(officer(), 2026, uuid4())
    runs.approve(officer("S0002"), run, calculate_run(officer(), run))
    post_run(officer(), run, decided_on=date(2026, 5, 25))
    protect(heads[1])
    addressee = Addressee("999-0002", "見本県見本市中央二丁目1番1号", "見本商事", "御中")
    employer = Employer(addressee, "7000001", {heads[0]: "A-1"})
    notice, copies = draft_employer_notices(officer(), employer, heads, 2026)
    assert [one.recipient_number for one in notice.employees] == ["A-1", ""]
    assert [bool(one.address) for one in notice.employees] == [True, False]
    assert [copy.quantities["annual_tax"] for copy in copies] == [one.total for one in notice.employees]
    shown = [line for page in page_lines(render(Batch(given(2026), (notice, *copies)), FONTS).pdf) for line in page]
    assert shown.count("（省略）") == 2
    assert not [line for line in shown if "2番3号" in line]


def test_a_decided_person_gets_the_notice_of_what_the_ledger_holds(people: dict[str, int]) -> None:
    head = name_of(people, "上田")
    before = officer(now=MAY - timedelta(days=60))
    report(before, [{**father(2), "kind": "final_return", "payer_number": "", "business_income": 4_000_000}])
    run = propose(officer(), 2026, uuid4())
    runs.approve(officer("S0002"), run, calculate_run(officer(), run))
    post_run(officer(), run, decided_on=date(2026, 6, 10))
    stranger = people[name_of(people, "鈴木")]
    drafts = draft_tax_notices(officer(), [people[head], stranger], 2026)
    assert [finding.rule for finding in drafts.findings] == ["not-decided"]
    (notice,) = drafts.notices
    assert sum(one.amount for one in notice.payments) == notice.quantities["annual_tax"]
    shown = page_lines(render(Batch(given(2026), tuple(drafts.notices)), FONTS).pdf)
    assert f"{notice.quantities['annual_tax']:,}円" in shown[0]
    assert "4,000,000" in shown[1]
