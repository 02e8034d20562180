"""当初賦課: proposed, calculated, approved by another, posted; gone on with after a kill; corrected later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from tests.flows.town import settle
from tests.services.resident_tax.reported import Row, child, father, mother, report

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decision_runs import commands as runs
from yakuba.registers.decision_runs import queries as run_queries
from yakuba.registers.decisions import queries as decisions
from yakuba.registers.ledger import queries as ledger
from yakuba.registers.residents.queries.names import names
from yakuba.services.resident_tax.commands import calculate_run, correct, post_run, propose
from yakuba.services.resident_tax.queries import preview, tax_year, why

pytestmark = pytest.mark.django_db
YEAR = 2026
JUNE = date(2026, 6, 10)
RIGHTS = frozenset({"assess_tax", "approve_decisions", "view_individual_numbers", "register_events", "run_batches"})
MAY = datetime(2026, 5, 20, 1, tzinfo=UTC)


def officer(actor: str = "S0001", now: datetime = MAY) -> Access:
    return Access(actor, Purpose.TAX, now, rights=RIGHTS)


@pytest.fixture
def people(db: None) -> dict[str, int]:
    """The sample town with the reports of three families."""
    ids = settle(Access("S0009", Purpose.MIGRATION, MAY - timedelta(days=90), rights=RIGHTS))
    received = report(
        officer(now=MAY - timedelta(days=60)),
        [
            {**father(0), "employment_revenue": 6_000_000, "social_insurance_premium": 900_000},
            {**mother(1), "employment_revenue": 3_000_000},
            {**father(2), "kind": "final_return", "payer_number": "", "business_income": 4_000_000},
        ],
        [{**mother(0), "line": 1}, {**child(0), "line": 1, "position": 2, "role": "dependant"}],
    )
    assert (len(received.added), received.open_count) == (3, 0)
    return ids


def earned_less(now: datetime) -> None:
    """A 訂正: the first family's father earned 5 million."""
    amended = {**father(0), "employment_revenue": 5_000_000, "social_insurance_premium": 900_000, "amends": True}
    relatives = [{**mother(0), "line": 1}, {**child(0), "line": 1, "position": 2, "role": "dependant"}]
    report(officer(now=now), [amended], relatives)


def approved(now: datetime = MAY) -> int:
    run = propose(officer(now=now), YEAR, uuid4())
    digest = calculate_run(officer(now=now), run)
    runs.approve(officer("S0002", now), run, digest)
    return run


def posted(now: datetime = MAY, decided_on: date = JUNE) -> int:
    run = approved(now)
    post_run(officer(now=now), run, decided_on=decided_on)
    return run


def annual(resident_id: int) -> int:
    (found,) = decisions.current(officer(), [resident_id], "resident_tax", YEAR)
    return found.outcome["annual_tax"]


def owed(resident_id: int) -> dict[tuple[str, int], int]:
    rows = ledger.account(officer(), resident_id, fiscal_year=YEAR)
    return {(row.collection_method, row.instalment_number): row.assessed for row in rows if row.assessed}


def book() -> list[tuple[Any, ...]]:
    """決定と台帳 by natural keys: what must be the same whatever happened on the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.resident_id, i.collection_method, i.instalment_number, i.due_on, p.item, p.number, p.posting_kind,"
            " p.amount, p.balance_after, p.effective_on, d.resident_id, d.outcome::text, encode(d.inputs_digest, 'hex')"
            " FROM ledger_posting p JOIN ledger_instalment i ON i.id = p.instalment_id"
            " JOIN decisions_decision d ON d.id = p.decision_id ORDER BY 1, 2, 3, 5, 6"
        )
        return cursor.fetchall()


def test_nothing_is_decided_before_a_second_person_has_approved(people: dict[str, int]) -> None:
    run = propose(officer(), YEAR, uuid4())
    with pytest.raises(RefusedError, match="計算待ち"):
        post_run(officer(), run, decided_on=JUNE)
    digest = calculate_run(officer(), run)
    assert decisions.current_of_town(officer(), "resident_tax", YEAR).is_empty()
    with pytest.raises(RefusedError, match="承認待ち"):
        post_run(officer(), run, decided_on=JUNE)
    with pytest.raises(RefusedError, match="起案した職員は承認できません"):
        runs.approve(officer(), run, digest)
    with pytest.raises(RefusedError, match="計算結果は"):
        runs.approve(officer("S0002"), run, b"another")
    runs.approve(officer("S0002"), run, digest)
    post_run(officer(), run, decided_on=JUNE)
    found = run_queries.run(officer(), run)
    assert found is not None
    assert found.state == "posted"


def test_a_run_decides_and_assesses_all_of_whom_something_was_reported(people: dict[str, int]) -> None:
    posted()
    town = decisions.current_of_town(officer(), "resident_tax", YEAR)
    families = {name: each for name, each in people.items() if name[:2] in ("青木", "石井", "上田")}
    decided = names(officer(), town["resident_id"].to_list())
    assert set(decided.values()) == {
        "青木\u3000太郎", "青木\u3000花子", "青木\u3000一", "石井\u3000花子", "上田\u3000太郎",
    }  # fmt: skip
    head = families["青木\u3000太郎"]
    assert annual(head) == sum(owed(head).values()) > 0
    assert {method for method, _ in owed(head)} == {"salary"}
    assert {way for way, _ in owed(families["上田\u3000太郎"])} == {"ordinary"}
    assert annual(families["青木\u3000花子"]) == 0


def test_the_summary_compares_with_last_year(people: dict[str, int]) -> None:
    posted()
    run = propose(officer(now=MAY + timedelta(days=1)), YEAR + 1, uuid4())
    calculate_run(officer(now=MAY + timedelta(days=1)), run)
    found = run_queries.run(officer(), run)
    assert found is not None
    summary = found.steps["calculated"].summary
    # Nothing was reported for the next year yet: nobody is decided, and so nobody is compared.
    assert summary["people"] == summary["last_year"]["people"] == 0
    assert summary["undeclared"] == len(people)


def test_a_run_that_stops_on_the_way_goes_on_and_comes_to_the_same(people: dict[str, int]) -> None:
    run = approved()

    class Stopped(Exception):
        pass

    def stop(stage: str, done: int, _total: int) -> None:
        if stage == "決定・調定" and done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        post_run(officer(), run, decided_on=JUNE, progress=stop, chunk_rows=2)
    half = book()
    assert len(half) > 0
    post_run(officer(), run, decided_on=JUNE, chunk_rows=2)
    whole = book()
    assert len(whole) > len(half)
    post_run(officer(), run, decided_on=JUNE, chunk_rows=2)
    assert book() == whole


def test_a_report_after_the_approval_changes_nothing_of_the_run(people: dict[str, int]) -> None:
    run = approved()
    late: Row = {**father(3), "employment_revenue": 5_000_000}
    report(officer(now=MAY + timedelta(hours=1)), [late])
    post_run(officer(now=MAY + timedelta(hours=2)), run, decided_on=JUNE)
    assert decisions.current(officer(), [people["江口\u3000太郎"]], "resident_tax", YEAR) == []


def test_later_runs_decide_the_new_and_correct_the_changed_alone(people: dict[str, int]) -> None:
    """随時・更正: of what is not due yet; whoever did not change keeps the decision."""
    posted()
    before = {each: decisions.current(officer(), [each], "resident_tax", YEAR) for each in people.values()}
    head, newcomer = people["青木\u3000太郎"], people["江口\u3000太郎"]
    was, first = annual(head), owed(head)
    september = datetime(2026, 9, 15, 1, tzinfo=UTC)
    report(
        officer(now=september),
        [
            {**father(0), "employment_revenue": 7_000_000, "social_insurance_premium": 900_000, "amends": True},
            {**father(3), "kind": "resident_tax_return", "payer_number": "", "business_income": 3_500_000},
        ],
        [{**mother(0), "line": 1}, {**child(0), "line": 1, "position": 2, "role": "dependant"}],
    )
    posted(september + timedelta(hours=1), date(2026, 9, 20))
    assert annual(head) > was
    changed = owed(head)
    assert sum(changed.values()) == annual(head)
    # June's, July's and August's were due by 10 September and stay; the others bear the difference.
    assert [changed["salary", at] for at in (1, 2)] == [first["salary", at] for at in (1, 2)]
    assert changed["salary", 12] > first["salary", 12]
    assert set(owed(newcomer)) == {("ordinary", 3), ("ordinary", 4)}
    assert sum(owed(newcomer).values()) == annual(newcomer)
    others = [each for each in people.values() if each not in (head, newcomer)]
    after = {each: decisions.current(officer(), [each], "resident_tax", YEAR) for each in others}
    assert after == {each: before[each] for each in others}
    (now,) = decisions.current(officer(), [head], "resident_tax", YEAR)
    assert now.replaces_id == before[head][0].decision_id


def test_one_run_at_a_time(people: dict[str, int]) -> None:
    run = propose(officer(), YEAR, key := uuid4())
    assert propose(officer(), YEAR, key) == run
    with pytest.raises(RefusedError, match="終わっていません"):
        propose(officer(), YEAR, uuid4())
    runs.withdraw(officer(), run, "資料がそろっていないため")
    with pytest.raises(RefusedError, match="取下げ済"):
        calculate_run(officer(), run)
    propose(officer(), YEAR, uuid4())


def test_rights_are_asked_for(people: dict[str, int]) -> None:
    nobody = Access("S0003", Purpose.TAX, MAY)
    run = propose(officer(), YEAR, uuid4())
    for refused in (
        lambda: propose(nobody, YEAR, uuid4()),
        lambda: calculate_run(nobody, run),
        lambda: post_run(nobody, run, decided_on=JUNE),
        lambda: runs.approve(nobody, run, b""),
        lambda: runs.withdraw(nobody, run, "誤り"),
    ):
        with pytest.raises(RefusedError, match="権限がありません"):
            refused()


def test_one_person_is_corrected_with_whom_it_touches_and_sees_before_what_will_change(people: dict[str, int]) -> None:
    posted()
    head = people["青木\u3000太郎"]
    was, first = annual(head), owed(head)
    later = MAY + timedelta(days=60)
    assert preview(officer(now=later), head, YEAR) == ([], [])
    earned_less(later)
    differences, findings = preview(officer(now=later), head, YEAR)
    assert findings == []
    assert differences[0].resident_id == head
    assert differences[0].changes["annual_tax"][0] == was
    decided = correct(
        officer(now=later), head, YEAR, key := uuid4(), decided_on=date(2026, 7, 20), ground="給与支払報告書の訂正"
    )
    assert decided == [head]
    assert annual(head) == differences[0].changes["annual_tax"][1] < was
    assert sum(owed(head).values()) == annual(head)
    assert owed(head)["salary", 1] == first["salary", 1]
    with pytest.raises(RefusedError, match="済んでいます"):
        correct(officer(now=later), head, YEAR, key, decided_on=date(2026, 7, 20), ground="同じ")
    with pytest.raises(RefusedError, match="理由"):
        correct(officer(now=later), head, YEAR, uuid4(), decided_on=date(2026, 7, 20), ground=" ")


def test_every_figure_of_every_decision_can_be_explained(people: dict[str, int]) -> None:
    posted()
    for one in decisions.current(officer(), list(people.values()), "resident_tax", YEAR):
        for quantity in ("annual_tax", "salary_instalment_june", "ordinary_instalment_1", "pension_instalment_october"):
            reason = why(officer(), one, quantity)
            assert reason.findings == []
            assert reason.tree.value == one.outcome.get(quantity, 0)
    with pytest.raises(RefusedError, match="計算にありません"):
        why(officer(), one, "happiness")


def test_a_past_decision_is_explained_by_what_was_known_then(people: dict[str, int]) -> None:
    posted()
    head = people["青木\u3000太郎"]
    later = MAY + timedelta(days=60)
    earned_less(later)
    correct(officer(now=later), head, YEAR, uuid4(), decided_on=date(2026, 7, 20), ground="給与支払報告書の訂正")
    now, then = tax_year(officer(now=later), head, YEAR).decisions
    assert why(officer(now=later), then, "annual_tax").tree.value == then.outcome["annual_tax"]
    assert (
        why(officer(now=later), now, "annual_tax").tree.value == now.outcome["annual_tax"] != then.outcome["annual_tax"]
    )
