"""通知書: offered after an event, printed, made again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from tests.services.certificates.people import NOON, clerk, entered_events, household, japanese
from tests.services.certificates.rendering.pdf_text import page_texts

from yakuba.kernel.check_digits import resident_code
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections
from yakuba.services.certificates.commands import issue, preview, reproduce
from yakuba.services.certificates.offers import documents_after
from yakuba.services.certificates.queries import kinds
from yakuba.services.certificates.requests import Request, RequestKind, choices


def _made(access: Access, request: Request) -> str:
    made = issue(access, request)
    assert made.copies, [str(each) for each in made.findings]
    assert reproduce(access, made.document_id or 0) == made.pdf
    assert preview(access, request).pages
    return "\n".join(page_texts(made.pdf))


def test_the_one_who_is_left_is_told_to_be_the_head(counter: Access, couple: tuple[int, ...]) -> None:
    events = entered_events(
        counter,
        "domestic_move_out",
        occurred_on="R8.12.1",
        notified_on="R8.11.23",
        residents=[couple[0]],
        destination_city="堺市",
    )
    leaving, notice = documents_after(counter, events)
    assert (leaving.kind, leaving.subjects) == (RequestKind.MOVE_OUT, (couple[0],))
    assert (notice.kind, notice.subjects) == (RequestKind.HEAD_CHANGE, (couple[1],))
    text = _made(counter, notice)
    for word in (
        "世帯主変更通知書",
        "清水　佳章",
        "令和8年12月1日",
        "清水　泉葉　様",
        "999-0001",
        "見本市役所　住民記録担当",
    ):
        assert word in text
    assert "転出証明書" in _made(counter, leaving)


def test_a_change_of_head_that_was_cancelled_is_not_announced(counter: Access, couple: tuple[int, ...]) -> None:
    events = entered_events(
        counter,
        "domestic_move_out",
        occurred_on="R8.12.1",
        notified_on="R8.11.23",
        residents=[couple[0]],
        destination_city="堺市",
    )
    _leaving, notice = documents_after(counter, events)
    later = clerk(NOON + timedelta(hours=1))
    entered_events(later, "cancellation", event_id=events[0], residents=[couple[0]])
    assert [finding.rule for finding in issue(later, notice).findings] == ["event-not-in-force"]


def test_a_move_out_by_authority_offers_the_equivalent(counter: Access, couple: tuple[int, ...]) -> None:
    events = entered_events(
        counter,
        "domestic_move_out",
        occurred_on="R8.9.1",
        by_authority="1",
        residents=list(couple),
        destination_city="堺市",
    )
    (offered,) = documents_after(counter, events)
    assert offered.kind is RequestKind.MOVE_OUT_EQUIVALENT
    assert "準ずる" in _made(counter, offered)
    abroad = household(japanese("小林　空"), town="中央二丁目")
    out = entered_events(
        counter,
        "foreign_move_out",
        occurred_on="R8.12.1",
        notified_on="R8.11.1",
        residents=list(abroad),
        destination_country="仏国",
    )
    assert documents_after(counter, out) == []


def test_who_gets_a_new_resident_code_is_told(counter: Access, couple: tuple[int, ...]) -> None:
    code = resident_code(20_000_001)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO residents_residentcodestock VALUES (%s, 1, now())", [code])
    child = {
        "resident_kind": "1",
        "birth_date": "R8.11.20",
        "name": "清水　育",
        "name_furigana": "シミズ　イク",
        "sex": "1",
        "relationship": "子",
    }
    events = entered_events(
        counter, "birth", occurred_on="R8.11.20", notified_on="R8.11.23", parent_id=couple[0], people=[child]
    )
    (offered,) = documents_after(counter, events)
    assert offered.kind is RequestKind.RESIDENT_CODE
    text = _made(counter, offered)
    assert code in text
    assert "住民票コード通知票" in text


def test_the_end_of_a_protection_is_announced_by_release_only(counter: Access, couple: tuple[int, ...]) -> None:
    access = replace(counter, purpose=Purpose.PROTECTION)
    measure = protections.receive_application(
        access, entry_key=uuid4(), applicant_id=couple[0], category="1", received_on=counter.today
    )
    responsible = clerk(actor="S0009")
    responsible = replace(responsible, rights=responsible.rights | {"release_protections"}, purpose=Purpose.PROTECTION)
    protections.accept(responsible, measure, starts_on=date(2026, 11, 23))
    request = Request(
        kind=RequestKind.PROTECTION_END, subjects=couple[:1], protection_id=measure, reference="見市民第124号"
    )
    assert not issue(counter, request).copies
    release = protections.request_release(access, resident_id=couple[0], output=request.kind.output, reason="終了通知")
    protections.approve_release(responsible, release)
    made = issue(counter, request)
    text = "\n".join(page_texts(made.pdf))
    for word in ("支援措置期間終了通知書", "令和8年11月23日", "令和9年11月22日", "見市民第124号"):
        assert word in text


def test_every_kind_has_words_for_the_desk() -> None:
    offered = kinds()
    assert [kind.kind for kind in offered] == list(RequestKind)
    for kind in offered:
        assert kind.label
        assert kind.output == f"certificate:{kind.kind.value}"
        assert kind.defaults <= {name for name, _ in kind.switches}
        fields = set(Request.__dataclass_fields__)
        assert set(kind.options) <= fields
    assert {"address", "name", "sex"} <= set(choices()["items"])


@pytest.mark.parametrize("kind", RequestKind)
def test_a_request_is_kept_and_read_back(kind: RequestKind) -> None:
    request = Request(kind=kind, subjects=(3, 1), remarks=("備考",), with_history=True, printer="002", event_id=4)
    again = Request.from_options(request.to_options(), kind=kind)
    assert again.to_options() == request.to_options()
    assert (again.kind, again.subjects, again.shown) == (kind, (3, 1), request.shown)
