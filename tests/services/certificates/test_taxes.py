"""税の証明書: what was decided and paid as the town knew it, made again to the byte whatever is decided later."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pikepdf
import pytest
from tests.services.certificates.people import NOON, clerk, enter
from tests.services.certificates.rendering.pdf_text import page_lines
from tests.services.certificates.taxes import YEAR, decide, pay

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import TOKYO, Access
from yakuba.registers.access.queries import access_records
from yakuba.services.certificates.batch import issue_many
from yakuba.services.certificates.commands import Issued, issue, preview, reissue, reproduce
from yakuba.services.certificates.requests import Request, RequestKind

OCTOBER = datetime(2026, 10, 1, 10, tzinfo=TOKYO)
LATE = {"business_income": 4_200_000, "social_insurance_premium": 812_300}
POOR = {"employment_revenue": 900_000}


def wanted(kind: str, person: int, **options: object) -> Request:
    """A tax certificate of the year."""
    given: dict[str, object] = {"fiscal_year": YEAR, **options}
    return Request(kind=RequestKind(kind), subjects=(person,), **given)  # type: ignore[arg-type]


def lines(issued: Issued) -> list[str]:
    """The text of the one sheet, line by line."""
    assert issued.copies, [str(each) for each in issued.findings]
    (page,) = page_lines(issued.pdf)
    return page


def rules(issued: Issued) -> set[str]:
    assert not issued.copies
    return {finding.rule for finding in issued.findings}


def test_a_taxation_certificate_holds_the_decision_to_the_yen(counter: Access, couple: tuple[int, ...]) -> None:
    decided = decide(couple[0])
    made = issue(counter, wanted("taxation", couple[0]))
    assert made.findings == []
    shown = lines(made)
    for word in (
        "所得・課税証明書",
        "清水　佳章",
        "昭和55年12月26日",
        "令和8年度（令和7年中の所得）",
        "市民税・県民税・森林環境税",
    ):
        assert word in shown
    for name in (
        "business_income", "real_estate_income", "total_income", "gross_income", "social_insurance_deduction",
        "medical_expense_deduction", "basic_deduction", "deduction_total", "taxable_total_income", "municipal_income_levy",
        "prefectural_income_levy", "municipal_per_capita_levy", "forest_environment_tax", "annual_tax",
    ):  # fmt: skip
        assert f"{decided[name]:,}" in shown, name
    at = shown.index("所得割額")
    assert shown[at + 1 : at + 3] == [f"{decided[f'{side}_income_levy']:,}" for side in ("municipal", "prefectural")]
    assert "20261123 見本市 本庁1 プリンタ001 001 1/1" in shown
    with pikepdf.open(io.BytesIO(made.pdf)) as file, file.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
    assert reproduce(counter, made.document_id or 0) == made.pdf
    assert {"decision.read", "document.issue"} <= {one.action for one in access_records(counter, subject=couple[0])}


def test_the_levy_on_the_certificate_adds_up(counter: Access, couple: tuple[int, ...]) -> None:
    decide(couple[0])
    shown = lines(issue(counter, wanted("taxation", couple[0])))

    def pair(label: str, count: int = 2) -> list[int]:
        at = shown.index(label)
        return [int(re.sub(r"[,△]", "", text)) for text in shown[at + 1 : at + 1 + count]]

    taken = [
        sum(parts)
        for parts in zip(*(pair(label) for label in ("調整控除額", "その他の税額控除額", "定額減税額")), strict=True)
    ]
    for computed, off, levy in zip(pair("算出所得割額"), taken, pair("所得割額"), strict=True):
        assert (computed - off) // 100 * 100 == levy
    whole = sum(pair("所得割額")) + sum(pair("均等割額")) + pair("森林環境税額", 1)[0]
    assert whole == pair("年税額", 1)[0]


def test_who_pays_nothing_is_certified_to_pay_nothing_and_nobody_else(counter: Access, couple: tuple[int, ...]) -> None:
    decide(couple[0])
    decide(couple[1], POOR)
    assert rules(issue(counter, wanted("non_taxation", couple[0]))) == {"taxed"}
    shown = lines(issue(counter, wanted("non_taxation", couple[1])))
    assert "非課税証明書" in shown
    assert "900,000" in shown
    assert shown[shown.index("年税額") + 1] == "0"
    assert "上記のとおり課税されていないことを証明する。" in shown


@pytest.mark.parametrize("kind", ["taxation", "non_taxation", "tax_payment"])
def test_who_has_declared_nothing_is_asked_to_declare(counter: Access, couple: tuple[int, ...], kind: str) -> None:
    made = issue(counter, wanted(kind, couple[0]), confirmed=True)
    assert rules(made) == {"not-declared"}
    assert "申告" in made.findings[0].remedy
    assert preview(counter, wanted(kind, couple[0])).has_errors
    assert rules(issue(counter, wanted(kind, couple[0], fiscal_year=None), confirmed=True)) == {"year-missing"}


def test_what_was_in_force_then_is_shown_again_after_a_correction(counter: Access, couple: tuple[int, ...]) -> None:
    before = decide(couple[0])
    early = issue(clerk(OCTOBER), wanted("taxation", couple[0]))
    after = decide(couple[0], LATE, now=OCTOBER + timedelta(days=5))
    assert before["annual_tax"] != after["annual_tax"]
    assert reproduce(counter, early.document_id or 0) == early.pdf
    assert f"{after['annual_tax']:,}" in lines(issue(counter, wanted("taxation", couple[0])))
    past = wanted("taxation", couple[0], known_at=OCTOBER, valid_on=OCTOBER.date(), reason="訴訟の資料")
    assert f"{before['annual_tax']:,}" in lines(issue(counter, past))
    again = reissue(counter, early.document_id or 0, "紛失")
    assert f"{before['annual_tax']:,}" in lines(again)


def test_a_payment_certificate_tells_paid_unpaid_and_not_yet_due(counter: Access, couple: tuple[int, ...]) -> None:
    decided = decide(couple[0])
    first, second, third, fourth = (decided[f"ordinary_instalment_{at}"] for at in range(1, 5))
    pay(couple[0], 1, first, now=datetime(2026, 6, 29, 10, tzinfo=TOKYO))
    pay(couple[0], 2, 10_000, now=datetime(2026, 9, 3, 10, tzinfo=TOKYO))
    made = issue(clerk(OCTOBER), wanted("tax_payment", couple[0]))
    shown = lines(made)
    at = shown.index("合計")
    total, paid, unpaid, later = (int(text.replace(",", "")) for text in shown[at + 1 : at + 5])
    assert (total, paid, unpaid, later) == (decided["annual_tax"], first + 10_000, second - 10_000, third + fourth)
    assert total == paid + unpaid + later
    assert "令和8年10月1日現在の納付の状況です。" in "".join(shown)
    pay(couple[0], 2, second - 10_000, now=OCTOBER + timedelta(days=2))
    assert reproduce(counter, made.document_id or 0) == made.pdf
    now = lines(issue(counter, wanted("tax_payment", couple[0])))
    assert now[now.index("合計") + 3] == f"{third:,}"


def test_what_was_paid_too_much_is_told(counter: Access, couple: tuple[int, ...]) -> None:
    decided = decide(couple[0])
    pay(couple[0], 1, decided["ordinary_instalment_1"], now=datetime(2026, 6, 29, 10, tzinfo=TOKYO))
    decide(couple[0], POOR, now=OCTOBER)
    shown = lines(issue(counter, wanted("tax_payment", couple[0])))
    paid = f"{decided['ordinary_instalment_1']:,}"
    assert shown[shown.index("合計") + 1 :][:4] == ["0", paid, "0", "0"]
    assert f"納めすぎとなっている額が{paid}円あります（還付又は充当の対象）。" in shown


def test_who_has_moved_away_still_gets_the_certificate(counter: Access, couple: tuple[int, ...]) -> None:
    decide(couple[0])
    enter(
        clerk(), "domestic_move_out", occurred_on="R8.11.20", notified_on="R8.11.20", residents=[couple[0]],
        destination_city="大阪市北区",
    )  # fmt: skip
    assert "所得・課税証明書" in lines(issue(counter, wanted("taxation", couple[0])))


def test_it_takes_a_right_of_its_own(couple: tuple[int, ...]) -> None:
    decide(couple[0])
    without = clerk(without="issue_tax_certificates")
    made = issue(clerk(), wanted("taxation", couple[0]))
    for act in (
        lambda: preview(without, wanted("taxation", couple[0])),
        lambda: issue(without, wanted("taxation", couple[0])),
        lambda: reproduce(without, made.document_id or 0),
        lambda: reissue(without, made.document_id or 0, "紛失"),
    ):
        with pytest.raises(RefusedError):
            act()
    (batched,) = issue_many(without, [wanted("taxation", couple[0])], workers=1)
    assert batched.copies == ()


def test_a_batch_prints_the_same(counter: Access, couple: tuple[int, ...]) -> None:
    for person in couple:
        decide(person)
    requests = [wanted(kind, person) for person in couple for kind in ("taxation", "tax_payment")]
    results = list(issue_many(counter, requests, workers=1))
    assert [len(result.copies) for result in results] == [1] * 4
    for result in results:
        assert reproduce(counter, result.copies[0].document_id) == result.copies[0].pdf


def test_the_day_is_named_where_it_is_past(counter: Access, couple: tuple[int, ...]) -> None:
    decide(couple[0])
    past = wanted("taxation", couple[0], valid_on=date(2026, 9, 1), reason="本人の請求")
    assert "（令和8年9月1日現在の記載）" in "".join(lines(issue(counter, past)))
    assert rules(issue(counter, replace(past, reason=""))) == {"past-without-reason"}
    assert NOON.date() > date(2026, 9, 1)
