"""交付: from the register to the paper and back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.services.certificates.people import NOON, clerk, enter, entered_events, foreign, household, japanese
from tests.services.certificates.rendering.pdf_text import page_texts

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import TOKYO, Access
from yakuba.registers.access.queries import access_records
from yakuba.services.certificates import queries
from yakuba.services.certificates.commands import Issued, dispose, issue, preview, reissue, reproduce
from yakuba.services.certificates.requests import Request, RequestKind, choices

OMITTED = "【省略】"


def text_of(issued: Issued) -> str:
    """The text of the whole document."""
    assert issued.copies, [str(each) for each in issued.findings]
    return "\n".join(page_texts(issued.pdf))


def rules(issued: Issued) -> set[str]:
    """The rules that stood against it."""
    assert not issued.copies
    return {finding.rule for finding in issued.findings}


def asked(kind: str, *subjects: int, **options: Any) -> Request:
    """A request."""
    return Request(kind=RequestKind(kind), subjects=subjects, **options)


def test_a_household_is_certified_end_to_end(counter: Access, couple: tuple[int, ...]) -> None:
    request = asked("household", *couple)
    seen = preview(counter, request)
    assert seen.findings == []
    assert seen.pages[0].startswith(b"\x89PNG")
    made = issue(counter, request)
    assert made.findings == []
    text = text_of(made)
    for word in (
        "清水　佳章",
        "清水　泉葉",
        "見本県見本市本町一丁目29番4号　見本ハイツ356号",
        "昭和55年12月26日",
        "令和8年4月1日",
    ):
        assert word in text
    assert "東京都千代田区千代田一丁目1番1号" in text
    assert "世帯全員の住民票の原本と相違ない" in text.replace("\n", "")
    assert "20261123 見本市 本庁1 プリンタ001 001 1/1" in text
    assert "見本　太郎" in text
    assert reproduce(counter, made.document_id or 0) == made.pdf
    part = text_of(issue(counter, asked("household", couple[0])))
    assert "世帯の一部" in part.replace("\n", "")
    assert "清水　泉葉" not in part


SECRETS = {
    "head_relationship": ("世帯主",),
    "honseki": ("北海道札幌市中央区大通西23番地", "清水　本籍雄"),
    "nationality": ("ベトナム",),
    "article_30_45_category": ("中長期在留者",),
    "residence_status": ("日本人の配偶者等",),
    "stay_period": ("3年",),
    "stay_expires_on": ("2028年11月12日",),
    "residence_card_number": ("UH12345678CD",),
}


@pytest.fixture
def mixed(counter: Access) -> tuple[int, ...]:
    """A Japanese head and a foreign spouse."""
    return household(japanese("清水　佳章"), foreign())


@pytest.mark.parametrize("form", ["household", "individual"])
@pytest.mark.parametrize("switch", SECRETS)
def test_a_switch_prints_its_items_and_no_other(
    counter: Access, mixed: tuple[int, ...], switch: str, form: str
) -> None:
    head, wife = mixed
    subject = head if switch in ("head_relationship", "honseki") else wife
    plain = text_of(issue(counter, asked(form, subject)))
    text = text_of(issue(counter, asked(form, subject, show=frozenset({switch}))))
    for word in SECRETS[switch]:
        found = text.split("\n")
        assert word in found
    assert OMITTED in plain
    for other, words in SECRETS.items():
        for word in words:
            assert word not in plain.split("\n")
            assert other == switch or word not in text.split("\n")


def test_numbers_are_printed_only_when_asked_for_and_by_right(counter: Access, couple: tuple[int, ...]) -> None:
    person = japanese("小林　空")
    (subject,) = household(person, town="中央二丁目")
    grouped = " ".join(person["individual_number"][at : at + 4] for at in (0, 4, 8))
    plain = text_of(issue(counter, asked("household", subject)))
    assert grouped not in plain
    assert person["resident_code"] not in plain
    request = asked("household", subject, show=frozenset({"individual_number", "resident_code"}))
    shown = preview(counter, request)
    assert grouped not in "".join(page_texts(shown.pdf))
    made = issue(counter, request)
    assert grouped in text_of(made)
    assert person["resident_code"] in text_of(made)
    (row,) = queries.issued_of(counter, subject, limit=1)
    assert row.individual_number
    used = {record.action for record in access_records(counter, subject=subject) if record.individual_number}
    assert {"individual-number.read", "document.issue"} <= used
    with pytest.raises(RefusedError):
        issue(
            clerk(without="view_individual_numbers"), asked("household", subject, show=frozenset({"individual_number"}))
        )


def test_foreign_residents_have_western_birth_dates_and_their_alias_records(
    counter: Access, mixed: tuple[int, ...]
) -> None:
    enter(counter, "alias_delete", occurred_on="R8.11.1", notified_on="R8.11.1", residents=[mixed[1]])
    text = text_of(issue(counter, asked("individual", mixed[1], show=frozenset({"alias_records"}))))
    assert "1998年7月5日" in text
    assert "平成10年" not in text
    assert "中村　花" in text
    assert "令和8年11月1日" in text
    assert text_of(issue(counter, asked("individual", mixed[1]))).count("中村　花") == 0


def test_a_record_certificate_has_the_chosen_items_and_no_building_if_asked(
    counter: Access, couple: tuple[int, ...]
) -> None:
    request = asked("items", couple[0], items=frozenset({"address", "birth_date"}), omit_building=True)
    text = text_of(issue(counter, request))
    assert "住民票記載事項証明書" in text
    assert "昭和55年12月26日" in text
    assert "本町一丁目29番4号" in text
    assert "見本ハイツ" not in text
    assert "令和8年4月1日" not in text
    alone = text_of(
        issue(counter, asked("items", couple[0], items=frozenset(choices()["items"]), individual_form=True))
    )
    assert "清水　本籍雄" in alone


def test_history_shows_what_was_before_and_keeps_silent_on_omitted_items(
    counter: Access, couple: tuple[int, ...]
) -> None:
    enter(
        clerk(NOON - timedelta(days=30)), "move_within", occurred_on="R8.10.1", notified_on="R8.10.5", residents=list(couple),
        town="中央二丁目", block="3番4号", building="",
    )  # fmt: skip
    plain = text_of(issue(counter, asked("individual", couple[0])))
    assert "転居" not in plain.split("\n")
    text = text_of(
        issue(counter, asked("individual", couple[0], with_history=True, show=frozenset({"previous_address"})))
    )
    assert "見本県見本市中央二丁目3番4号" in text
    assert "住所：見本県見本市本町一丁目29番4号　見本ハイツ356号" in text.replace("\n", "")
    assert {"令和8年10月1日", "令和8年10月5日", "転居", "異動前住所"} <= set(text.split("\n"))


def test_a_corrected_event_keeps_its_reason_its_notice_day_and_its_notice(
    counter: Access, couple: tuple[int, ...]
) -> None:
    """4.2.3.3: 届出の年月日 (法7条) is that of the notice, not of the correction."""
    (event,) = entered_events(
        clerk(NOON - timedelta(days=2)), "move_within", occurred_on="R8.11.20", notified_on="R8.11.21",
        residents=list(couple), town="西町", block="5番6号", notice="代理人による届出",
    )  # fmt: skip
    options: dict[str, Any] = {"with_history": True, "show": frozenset({"notes"})}
    before = text_of(issue(counter, asked("individual", couple[0], **options)))
    enter(
        clerk(NOON - timedelta(days=1)), "error_correction", event_id=event, residents=list(couple), block="5番7号",
        notice="番地の誤記",
    )  # fmt: skip
    after = text_of(issue(counter, asked("individual", couple[0], **options)))
    for word in ("令和8年11月21日", "転居", "代理人による届出"):
        assert before.count(word) == after.count(word) > 0
    assert "番地の誤記" in after
    assert "西町5番7号" in after
    assert "誤記修正" not in after


def test_a_past_day_shows_that_day_and_needs_a_reason(counter: Access, couple: tuple[int, ...]) -> None:
    enter(
        clerk(NOON - timedelta(days=30)), "move_within", occurred_on="R8.10.1", notified_on="R8.10.5", residents=list(couple),
        town="中央二丁目", block="3番4号",
    )  # fmt: skip
    then = {"valid_on": date(2026, 9, 30)}
    assert rules(issue(counter, asked("household", *couple, **then))) == {"past-without-reason"}
    text = text_of(issue(counter, asked("household", *couple, reason="相続手続のため", **then)))
    assert "本町一丁目29番4号" in text
    assert "中央二丁目" not in text
    assert "令和8年9月30日現在" in text.replace("\n", "")
    assert "中央二丁目3番4号" in text_of(issue(counter, asked("household", *couple)))
    known = (NOON - timedelta(days=60)).astimezone(TOKYO)
    unaware = text_of(issue(counter, asked("household", *couple, known_at=known, reason="調査のため")))
    assert "中央二丁目" not in unaware
    assert rules(issue(counter, asked("household", *couple, valid_on=date(2026, 11, 24)))) == {"future-day"}


def test_a_planned_leaver_is_a_resident_until_the_day_and_has_a_certificate_for_the_new_town(
    counter: Access, couple: tuple[int, ...]
) -> None:
    enter(
        counter, "domestic_move_out", occurred_on="R8.12.1", notified_on="R8.11.23", residents=[couple[1]],
        destination_prefecture="大阪府", destination_city="大阪市北区", destination_town="中之島一丁目", destination_block="3番20号",
    )  # fmt: skip
    today = text_of(issue(counter, asked("household", *couple)))
    assert "清水　泉葉" in today
    assert "大阪" not in today
    assert "大阪" not in text_of(issue(counter, asked("individual", couple[1], with_history=True)))
    assert rules(issue(counter, asked("struck", couple[1]))) == {"not-struck"}
    made = issue(counter, asked("move_out", couple[1]))
    text = text_of(made)
    for word in (
        "転出証明書",
        "大阪府大阪市北区中之島一丁目3番20号",
        "令和8年12月1日",
        "令和8年11月23日",
        "清水　泉葉",
    ):
        assert word in text
    assert reproduce(counter, made.document_id or 0) == made.pdf
    assert "再交付" in text_of(reissue(counter, made.document_id or 0, "紛失"))
    assert rules(issue(counter, asked("move_out", couple[0]))) == {"no-move-out"}
    assert "move-outs-differ" in rules(issue(counter, asked("move_out", *couple)))

    later = clerk(NOON + timedelta(days=20))
    assert rules(issue(later, asked("household", *couple))) == {"struck-mixed"}
    assert rules(issue(later, asked("household", couple[1]))) == {"struck"}
    removed = text_of(issue(later, asked("struck", couple[1])))
    assert "住民票（除票）" in removed
    assert "大阪府大阪市北区中之島一丁目3番20号" in removed
    items = text_of(issue(later, asked("items", couple[1], items=frozenset({"address"}))))
    assert "除票記載事項証明書" in items
    assert "再交付" in text_of(reissue(later, made.document_id or 0, "紛失"))


def test_a_late_leaver_gets_the_equivalent(counter: Access, couple: tuple[int, ...]) -> None:
    enter(
        counter, "domestic_move_out", occurred_on="R8.9.1", notified_on="R8.11.23", residents=list(couple),
        destination_city="大阪市北区",
    )  # fmt: skip
    assert rules(issue(counter, asked("move_out", *couple))) == {"equivalent-instead"}
    assert "転出証明書に準ずる証明書" in text_of(issue(counter, asked("move_out_equivalent", *couple)))


def test_nobody_in_provisional_entry_is_certified(counter: Access, couple: tuple[int, ...]) -> None:
    from yakuba.registers.residents.commands.registration import enter as enter_provisionally

    before = issue(counter, asked("household", *couple)).document_id or 0
    held = enter_provisionally(
        counter,
        "head_change",
        {"occurred_on": "R8.11.20", "notified_on": "R8.11.23", "new_head_id": couple[1]},
        confirmed=True,
    )
    assert held.entry_id is not None, [str(each) for each in held.findings]
    assert rules(issue(counter, asked("household", *couple))) == {"held-provisionally"}
    assert rules(reissue(counter, before, "紛失")) == {"held-provisionally"}
    assert reproduce(counter, before)


def test_each_copy_has_its_number_and_a_request_is_issued_once(counter: Access, couple: tuple[int, ...]) -> None:
    request = asked("household", *couple, copies=3, requester="本人", purpose="年金の手続", official_use=True)
    made = issue(counter, request)
    assert [copy.issue_number[-3:] for copy in made.copies] == ["001", "002", "003"]
    assert "公用" in text_of(made)
    with pytest.raises(RefusedError):
        issue(counter, request)
    other = clerk(NOON, actor="S0002")
    assert issue(other, asked("household", couple[0])).issue_number.endswith("004")
    newest = queries.issued_of(counter, couple[0], limit=2)
    assert [row.issue_number[-3:] for row in newest] == ["004", "003"]
    rest = queries.issued_of(counter, couple[0], before=newest[-1].document_id)
    assert [row.issue_number[-3:] for row in rest] == ["002", "001"]
    assert len(queries.issued_on(counter, counter.today)) == 4
    dispose(counter, rest[0].document_id, "紙詰まり")
    assert queries.issued_of(counter, couple[0])[2].disposed_reason == "紙詰まり"
    with pytest.raises(RefusedError):
        dispose(counter, rest[0].document_id, "もう一度")


def test_what_cannot_be_printed_as_written_must_be_confirmed(counter: Access, couple: tuple[int, ...]) -> None:
    request = asked("household", *couple, remarks=("😀", "備考" * 200))
    stopped = issue(counter, request)
    assert rules(stopped) == {"glyph_missing", "text_overflow"}
    assert preview(counter, request).findings == list(stopped.findings)
    confirmed = issue(counter, request, confirmed=True)
    assert confirmed.issue_number.endswith("001")
    assert confirmed.findings == stopped.findings
    assert reproduce(counter, confirmed.document_id or 0) == confirmed.pdf


def test_without_a_certifier_or_the_right_nothing_is_issued(db: None, couple: tuple[int, ...]) -> None:
    with pytest.raises(RefusedError):
        issue(clerk(without="issue_certificates"), asked("household", *couple))
    long_ago = clerk(NOON.replace(year=2019))
    assert "no-certifier" in rules(issue(long_ago, asked("household", *couple)))
