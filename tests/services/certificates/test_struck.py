"""除票 of a 住民票 that was struck on the day on which the person got another (4.5.3–5, 1.1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.services.certificates.people import NOON, clerk, enter, entered_events, foreign, household, japanese
from tests.services.certificates.rendering.pdf_text import page_texts

from yakuba.registers.access.door import Access
from yakuba.services.certificates.commands import Issued, issue, preview, reproduce
from yakuba.services.certificates.requests import Request, RequestKind

YESTERDAY = clerk(NOON - timedelta(days=1))
NATURALIZED = {
    "occurred_on": "R8.11.1", "notified_on": "R8.11.20", "name": "中村　花子", "name_furigana": "ナカムラ　ハナコ",
    "honseki_prefecture": "見本県", "honseki_city": "見本市", "honseki_lot": "7番地", "koseki_head": "中村　花子",
}  # fmt: skip
LOST = {
    "occurred_on": "R8.11.1", "notified_on": "R8.11.20", "name": "SHIMIZU MIU", "roman_name": "SHIMIZU MIU",
    "nationality_code": "FRA", "nationality": "フランス",
}  # fmt: skip


def struck(resident_id: int, event_id: int | None, **options: Any) -> Request:
    """除票の写しの申請."""
    shown = frozenset({"nationality", "honseki", "alias_records", "notes"})
    return Request(
        kind=RequestKind.STRUCK, subjects=(resident_id,), event_id=event_id, show=shown, with_history=True, **options
    )


def text_of(issued: Issued) -> str:
    assert issued.copies, [str(each) for each in issued.findings]
    return "\n".join(page_texts(issued.pdf))


def rules(issued: Issued) -> set[str]:
    assert not issued.copies
    return {finding.rule for finding in issued.findings}


def made(counter: Access, request: Request) -> str:
    """Issued, previewed and made again."""
    issued = issue(counter, request)
    assert preview(counter, request).pages
    text = text_of(issued)
    assert reproduce(counter, issued.document_id or 0) == issued.pdf
    return text


def _nationality_change(kind: str, person: dict[str, Any], typed: dict[str, Any]) -> tuple[int, Sequence[int]]:
    _, resident_id = household(japanese("清水　佳章"), person)
    return resident_id, entered_events(YESTERDAY, kind, residents=[resident_id], **typed)


def test_who_was_naturalized_has_the_foreign_record_struck(counter: Access) -> None:
    resident_id, (strike, _entry) = _nationality_change("naturalization", foreign(), NATURALIZED)
    enter(clerk(NOON - timedelta(hours=1)), "move_within", occurred_on="R8.11.10", notified_on="R8.11.11",
          residents=[resident_id], town="西町", block="5番", relationship="世帯主")  # fmt: skip
    text = made(counter, struck(resident_id, strike))
    for word in ("TRAN THI HOA", "ベトナム", "帰化", "令和8年11月1日", "中村　花"):
        assert word in text
    for word in ("中村　花子", "西町", "7番地"):
        assert word not in text


def test_who_lost_the_nationality_has_the_japanese_record_struck(counter: Access) -> None:
    person = japanese("清水　泉葉", "妻", sex="2")
    resident_id, (strike, _entry) = _nationality_change("nationality_loss", person, LOST)
    text = made(counter, struck(resident_id, strike))
    for word in ("清水　泉葉", "札幌市中央区", "国籍喪失"):
        assert word in text
    assert "フランス" not in text


def test_the_record_before_a_remaking(counter: Access, couple: tuple[int, ...]) -> None:
    strike, _entry = entered_events(YESTERDAY, "remaking", occurred_on="R8.11.1", residents=[couple[0]])
    enter(clerk(NOON - timedelta(hours=1)), "remarks_correction", occurred_on="R8.11.5", residents=[couple[0]],
          remarks="改製後の備考")  # fmt: skip
    text = made(counter, struck(couple[0], strike))
    assert "改製" in text
    assert "令和8年11月1日" in text
    assert "改製後の備考" not in text


def test_a_former_stay_of_one_who_came_back(counter: Access) -> None:
    (resident_id,) = household(japanese("小林　空"))
    out = entered_events(
        YESTERDAY, "domestic_move_out", occurred_on="R8.10.1", notified_on="R8.10.1", residents=[resident_id],
        destination_city="堺市",
    )  # fmt: skip
    again = japanese("小林　空", resident_id=str(resident_id))
    again.pop("resident_code")
    again.pop("individual_number")
    household(again, access=clerk(NOON - timedelta(hours=1)), moved_on="R8.11.1", town="中央二丁目")
    text = made(counter, struck(resident_id, out[0]))
    assert "堺市" in text
    assert "中央二丁目" not in text


@pytest.mark.parametrize("which", ["none", "entry", "cancelled"])
def test_only_an_event_that_struck_somebody_makes_a_struck_record(
    counter: Access, couple: tuple[int, ...], which: str
) -> None:
    strike, entry = entered_events(YESTERDAY, "remaking", occurred_on="R8.11.1", residents=[couple[0]])
    if which == "cancelled":
        enter(clerk(NOON - timedelta(hours=1)), "cancellation", event_id=strike, residents=[couple[0]])
    event = {"none": None, "entry": entry, "cancelled": strike}[which]
    expected = "not-struck" if which == "none" else "event-not-striking"
    assert rules(issue(counter, struck(couple[0], event))) == {expected}
