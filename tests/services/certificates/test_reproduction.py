"""再現: what was issued can be made again byte for byte, whatever the town learns later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.certificates.people import NOON, clerk, foreign, household, japanese

from yakuba.kernel.check_digits import individual_number
from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access
from yakuba.registers.documents import commands as documents
from yakuba.registers.residents.commands.registration import Registered, register_directly
from yakuba.registers.residents.queries.documents import entries
from yakuba.services.certificates import printing
from yakuba.services.certificates.commands import issue, reproduce
from yakuba.services.certificates.requests import Request, RequestKind, choices

Change = Callable[[Access, Sequence[int]], tuple[str, dict[str, object]]]


def _newest_event(access: Access, person: int) -> int:
    return entries(access, [person], known_at=access.now)[person][-1].event_id


CHANGES: dict[str, Change] = {
    "name": lambda _, ids: ("name_change", {"occurred_on": "R8.5.1", "residents": [ids[0]], "name": "青木　佳章"}),
    "past address": lambda _, ids: (
        "move_within",
        {"occurred_on": "R8.6.1", "notified_on": "R8.6.3", "residents": list(ids), "town": "西町", "block": "5番"},
    ),
    "wrong birth date": lambda _, ids: (
        "authority_correction", {"occurred_on": "R8.4.1", "residents": [ids[0]], "birth_date": "S55.12.27"},
    ),
    "error corrected": lambda access, ids: (
        "error_correction",
        {"event_id": _newest_event(access, ids[0]), "residents": [ids[0]], "remarks": "誤記", "honseki_lot": "99番地"},
    ),
    "cancelled": lambda access, ids: ("cancellation", {"event_id": _newest_event(access, ids[0]), "residents": [ids[0]]}),
    "number": lambda _, ids: (
        "individual_number_change",
        {
            "occurred_on": "R8.11.1", "notified_on": "R8.11.1",
            "people": [{"resident_id": ids[0], "individual_number": individual_number(77_000_000_000 + ids[0])}],
        },
    ),
    "head": lambda _, ids: ("head_change", {"occurred_on": "R8.7.1", "notified_on": "R8.7.1", "new_head_id": ids[1]}),
    "stay": lambda _, ids: (
        "stay_change", {"occurred_on": "R8.8.1", "residents": [ids[1]], "residence_status": "X14", "stay_years": "05"},
    ),
    "leaving": lambda _, ids: (
        "domestic_move_out",
        {"occurred_on": "R8.12.1", "notified_on": "R8.11.20", "residents": [ids[1]], "destination_city": "大阪市北区"},
    ),
    "death": lambda _, ids: ("death", {"occurred_on": "R8.11.2", "residents": [ids[0]]}),
}  # fmt: skip
requests = st.tuples(
    st.sampled_from(["household", "individual", "items"]),
    st.frozensets(st.sampled_from(sorted(set(choices()["switches"]) - {"notes"}))),
    st.booleans(),
    st.integers(0, 250),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=requests, before=st.lists(st.sampled_from(sorted(CHANGES)), max_size=2),
       after=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4))  # fmt: skip
def test_later_events_and_corrections_change_nothing_that_was_issued(
    counter: Access, asked: tuple[str, frozenset[str], bool, int], before: list[str], after: list[str]
) -> None:
    kind, switches, with_history, days_ago = asked
    with transaction.atomic():
        people = household(japanese("清水　佳章"), foreign())
        for hour, name in enumerate(before):
            _enter(clerk(NOON - timedelta(days=2, hours=-hour)), name, people)
        valid_on = counter.today - timedelta(days=days_ago)
        request = Request(
            kind=RequestKind(kind),
            subjects=people if kind == "household" else people[:1],
            show=None if kind == "items" else switches,
            items=frozenset(choices()["items"]) if kind == "items" else frozenset(),
            with_history=with_history,
            valid_on=valid_on,
            reason="確認のため",
        )
        made = issue(counter, request, confirmed=True)
        for hour, name in enumerate(after):
            _enter(clerk(NOON + timedelta(hours=hour + 1)), name, people)
        if made.copies:
            assert reproduce(clerk(NOON + timedelta(days=400)), made.document_id or 0) == made.pdf
        transaction.set_rollback(True)


def _enter(access: Access, name: str, people: Sequence[int]) -> Registered:
    """Enters the change if the register takes it as things stand."""
    kind, typed = CHANGES[name](access, people)
    with transaction.atomic():
        return register_directly(access, kind, typed, uuid4())


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_taken_by_the_register(counter: Access, name: str) -> None:
    people = household(japanese("清水　佳章"), foreign())
    result = _enter(clerk(NOON), name, people)
    assert result.event_ids, [str(each) for each in result.findings]


def test_an_event_entered_in_the_same_instant_changes_nothing(counter: Access, couple: tuple[int, ...]) -> None:
    made = issue(counter, Request(kind=RequestKind.HOUSEHOLD, subjects=couple))
    late = clerk(NOON - timedelta(seconds=1))
    assert register_directly(late, *CHANGES["name"](late, couple), uuid4()).event_ids
    assert reproduce(counter, made.document_id or 0) == made.pdf


def test_another_mayor_changes_nothing_that_was_issued(counter: Access, couple: tuple[int, ...]) -> None:
    made = issue(counter, Request(kind=RequestKind.HOUSEHOLD, subjects=couple))
    acting = {
        "title": "見本市長職務代理者　見本市副市長",
        "name": "代理　次郎",
        "starts_on": counter.today,
        "ends_on": counter.today,
    }
    documents.add_certifier(counter, **acting)
    deputy = issue(counter, Request(kind=RequestKind.HOUSEHOLD, subjects=couple))
    again = issue(clerk(NOON + timedelta(days=1)), Request(kind=RequestKind.HOUSEHOLD, subjects=couple))
    assert ("代理" in _text(deputy.pdf), "代理" in _text(again.pdf)) == (True, False)
    assert reproduce(counter, made.document_id or 0) == made.pdf
    assert reproduce(counter, deputy.document_id or 0) == deputy.pdf


def _text(pdf: bytes) -> str:
    from tests.services.certificates.rendering.pdf_text import page_texts

    return "\n".join(page_texts(pdf))


def test_other_versions_say_so_instead_of_guessing(
    counter: Access, couple: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(printing, "version", lambda _: "0.0.1")
        printing.engine.cache_clear()
        made = issue(counter, Request(kind=RequestKind.HOUSEHOLD, subjects=couple))
    printing.engine.cache_clear()
    with pytest.raises(RefusedError) as refused:
        reproduce(counter, made.document_id or 0)
    assert [finding.rule for finding in refused.value.findings] == ["versions-differ"]


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_running_system_may_neither_change_nor_delete_the_history() -> None:
    tables = (
        "documents_issueddocument",
        "documents_documentsubject",
        "documents_documentdisposal",
        "documents_certifier",
    )
    with connections["default"].cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE')", [table, table]
            )
            assert cursor.fetchone() == (False, False)
