"""賦課のページ: a run from the intake of reports to the books, 更正, "why", and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle
from tests.services.resident_tax.reported import child, father, mother, report

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decision_runs import queries as run_queries
from yakuba.registers.income_reports import queries as income_reports
from yakuba.registers.jobs import queries as jobs
from yakuba.registers.residents.queries.names import addressee_numbers
from yakuba.services.resident_tax.commands import calculate_run, correct, post_run

pytestmark = pytest.mark.django_db
YEAR = 2026
HUGE = "9" * 30


def officer(actor: str = "S0001") -> Access:
    return Access(actor, Purpose.TAX, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))


@pytest.fixture
def people(db: None) -> dict[str, int]:
    """The sample town with the reports of two families, and one about somebody whom nobody knows."""
    ids = settle(Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS)))
    earned(6_000_000)
    report(
        officer(),
        [
            {**father(1), "kind": "final_return", "payer_number": "", "business_income": 4_000_000},
            {**father(2), "name": "上田\u3000次郎", "name_kana": "ウエダ\u3000ジロウ", "employment_revenue": 2_000_000},
        ],
    )
    return ids


def earned(revenue: int, **more: Any) -> None:
    relatives = [{**mother(0), "line": 1}, {**child(0), "line": 1, "position": 2, "role": "dependant"}]
    row = {**father(0), "employment_revenue": revenue, "social_insurance_premium": 900_000, **more}
    report(officer(), [row], relatives)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def decided(people: dict[str, int]) -> int:
    head = people["青木\u3000太郎"]
    correct(officer(), head, YEAR, uuid4(), decided_on=officer().today, ground="随時")
    return head


def test_a_run_goes_from_proposal_to_the_books_by_two_people(people: dict[str, int], sign_in: SignIn) -> None:
    first, second = sign_in(), sign_in("S0002")
    assert first.post("/tax/propose/", {"year": YEAR, "key": str(uuid4())}).status_code == 302
    (run,) = run_queries.runs(officer(), "resident_tax")
    page = f"/tax/runs/{run.run_id}/"
    assert "計算する" in text(first, page)
    first.post(f"{page}calculate/")
    (job,) = jobs.jobs(officer())
    assert (job.kind, job.key) == ("resident_tax.calculate", str(run.run_id))
    waiting = text(first, page)
    assert 'hx-trigger="every 1s"' in waiting
    assert "計算する" not in waiting
    digest = calculate_run(officer(), run.run_id).hex()
    assert "別の職員が、このページで承認します" in text(first, page)
    own = first.post(f"{page}approve/", {"digest": digest}, follow=True).content.decode()
    assert "起案した職員は承認できません" in own
    other = second.post(f"{page}approve/", {"digest": "00"}, follow=True).content.decode()
    assert "画面の計算結果は" in other
    second.post(f"{page}approve/", {"digest": digest})
    first.post(f"{page}post/", {"decided_on": "R8.6.10"})
    posting = jobs.jobs(officer(), "resident_tax.post")
    assert [job.arguments["decided_on"] for job in posting] == ["2026-06-10"]
    post_run(officer(), run.run_id, decided_on=officer().today)
    assert "決定・調定済" in text(first, "/tax/")


def test_a_taxpayers_page_has_the_figures_and_why(people: dict[str, int], sign_in: SignIn) -> None:
    client, head = sign_in(), decided(people)
    page = text(client, f"/tax/taxpayers/{head}/?year={YEAR}")
    for words in ("合計所得金額", "社会保険料控除", "課税総所得金額", "調整控除", "均等割額", "年税額", "給与特別徴収"):
        assert words in page
    assert "4,360,000" in page, "6,000,000円の給与の所得"
    links = {
        part.split('"')[0].replace("&amp;", "&")
        for part in page.split('href="')
        if part.startswith("/tax/") and "quantity=" in part
    }
    assert len(links) > 15
    for address in links:
        assert "another-figure" not in text(client, address)
    tree = text(client, f"/tax/taxpayers/{head}/why/?quantity=basic_deduction")
    assert "地方税法第314条の2" in tree
    assert "430,000円" in tree


def test_one_person_is_corrected_after_the_change_is_seen(people: dict[str, int], sign_in: SignIn) -> None:
    client, head = sign_in(), decided(people)
    page = f"/tax/taxpayers/{head}/correct/?year={YEAR}"
    assert "変わりません" in text(client, page)
    earned(5_000_000, amends=True)
    shown = client.get(page)
    assert "3,560,000" in shown.content.decode()
    form = {"year": YEAR, "key": str(uuid4()), "seen": shown.context["seen"], "ground": "給与支払報告書の訂正"}
    assert "理由を入力" in client.post(page, {**form, "ground": " "}).content.decode()
    stale = client.post(page, {**form, "seen": "0"})
    assert stale.status_code == 422
    assert "更正の内容が変わりました" in stale.content.decode()
    done = client.post(page, form, follow=True).content.decode()
    assert "決定しました" in done
    assert "給与支払報告書の訂正" in done
    assert "−" in done
    for what in ("notice", "change"):
        letter = client.get(f"/tax/taxpayers/{head}/notice/", {"year": YEAR, "what": what})
        assert letter.content.startswith(b"%PDF-"), letter


def test_a_letter_that_cannot_be_written_says_why(people: dict[str, int], sign_in: SignIn) -> None:
    client, other = sign_in(), people["大野\u3000太郎"]
    for what, words in (("notice", "賦課決定がありません"), ("change", "変更されていません")):
        answer = client.get(f"/tax/taxpayers/{other}/notice/", {"year": YEAR, "what": what}, follow=True)
        assert words in answer.content.decode()


def test_who_could_not_be_named_is_matched_by_hand(people: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    page = text(client, f"/tax/work/?year={YEAR}")
    assert "上田\u3000次郎" in page
    (waiting,) = income_reports.open_matches(officer(), fiscal_year=YEAR)
    number = addressee_numbers([people["上田\u3000太郎"]])[people["上田\u3000太郎"]]
    address, form = f"/tax/work/{waiting.report_id}/0/", {"year": YEAR, "number": number}
    assert "理由がありません" in client.post(address, form, follow=True).content.decode()
    assert "宛名番号を入力" in client.post(address, {**form, "number": "x"}, follow=True).content.decode()
    done = client.post(address, {**form, "reason": "本人に確認"}, follow=True).content.decode()
    assert "名寄せを確定しました" in done
    assert income_reports.open_matches(officer(), fiscal_year=YEAR) == []
    assert "/tax/work/?" in text(client, f"/tax/?year={YEAR}")


def salary_file(*rows: dict[str, str]) -> SimpleUploadedFile:
    from tests.exchange.income_reports.made import as_bytes

    from yakuba.registers.income_reports.columns import Kind

    return SimpleUploadedFile("給報.csv", as_bytes(Kind.SALARY, list(rows)), content_type="text/csv")


def slip(family: int, revenue: str, number: str) -> dict[str, str]:
    person = father(family)
    return {
        "訂正表示": "0", "年分": "07", "整理番号": number, "受領年月日": "2026-01-28", "氏名": person["name"],
        "フリガナ": person["name_kana"], "生年月日": person["birth_date"].isoformat(), "住所": person["address"],
        "支払者_指定番号": "9001", "支払者_氏名又は名称": "架空商事株式会社", "支払金額": revenue, "源泉徴収税額": "0",
        "社会保険料等の金額": "500000",
    }  # fmt: skip


def test_a_file_of_reports_goes_in_with_its_findings_shown(people: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    rows = (slip(4, "4000000", "1"), slip(5, "四百万", "2"))
    checked = client.post("/tax/import/", {"kind": "salary", "what": "check", "file": salary_file(*rows)})
    assert "保留になる資料" in checked.content.decode()
    assert income_reports.reports_of(officer(), people["大野\u3000太郎"], fiscal_year=YEAR).reports.is_empty()
    done = client.post("/tax/import/", {"kind": "salary", "file": salary_file(*rows)}).content.decode()
    assert "四百万" in done
    assert "3行目" in done
    found = income_reports.reports_of(officer(), people["大野\u3000太郎"], fiscal_year=YEAR).reports
    assert found["employment_revenue"].to_list() == [4_000_000]
    wrong = client.post("/tax/import/", {"kind": "salary", "file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("rights", "address", "method"),
    [
        (("view_residents",), "/tax/", "get"),
        (("view_residents",), "/tax/taxpayers/", "get"),
        (("approve_decisions",), "/tax/propose/", "post"),
        (("approve_decisions",), "/tax/import/", "post"),
        (("approve_decisions",), "/tax/work/", "get"),
        (("approve_decisions",), "/tax/taxpayers/{head}/correct/", "get"),
        (("approve_decisions",), "/tax/taxpayers/{head}/notice/", "get"),
        (("issue_certificates",), "/tax/taxpayers/{head}/", "get"),
        (("issue_certificates",), "/tax/taxpayers/{head}/why/", "get"),
    ],
)
def test_rights_are_asked_for(
    people: dict[str, int], sign_in: SignIn, rights: tuple[str, ...], address: str, method: str
) -> None:
    client = sign_in(rights=rights)
    answer = getattr(client, method)(address.format(head=people["青木\u3000太郎"]))
    assert answer.status_code == 403


def test_an_approver_neither_calculates_nor_posts(people: dict[str, int], sign_in: SignIn) -> None:
    assessor, approver = sign_in(rights=("assess_tax",)), sign_in("S0002", rights=("approve_decisions",))
    assessor.post("/tax/propose/", {"year": YEAR})
    (run,) = run_queries.runs(officer(), "resident_tax")
    for what in ("calculate", "post"):
        answer = approver.post(f"/tax/runs/{run.run_id}/{what}/", follow=True).content.decode()
        assert "賦課" in answer
        assert "権限がありません" in answer
    assert jobs.jobs(officer()) == []


ADDRESSES = (
    "/tax/taxpayers/{head}/notice/?year=²&what=x", "/tax/what-if/?year=²&which=x", f"/tax/what-if/{HUGE}/",
    f"/tax/what-if/{HUGE}/progress/",
    "/tax/?year=x", f"/tax/?year={HUGE}", "/tax/work/?list=x&year=9&after=²", f"/tax/work/?after={HUGE}", f"/tax/runs/{HUGE}/",
    "/tax/runs/1/", "/tax/runs/1/progress/", "/tax/taxpayers/?text=%00", "/tax/taxpayers/?text=あおき", f"/tax/taxpayers/{HUGE}/",
    "/tax/taxpayers/{head}/?year=1", "/tax/taxpayers/{head}/why/?quantity=happiness", "/tax/taxpayers/{head}/why/?decision=²",
    "/tax/taxpayers/{head}/why/?quantity=fiscal_year", "/tax/taxpayers/{head}/why/?quantity=age",
    f"/tax/taxpayers/{{head}}/why/?decision={HUGE}", "/tax/taxpayers/{head}/correct/?year=x",
)  # fmt: skip
FORMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/tax/propose/", {"year": "x"}), ("/tax/propose/", {"year": HUGE, "key": "x"}), ("/tax/propose/", {"year": "2030"}),
    ("/tax/import/", {"kind": "salary"}), ("/tax/import/", {"kind": "fly"}),
    ("/tax/import/", {"kind": "salary", "file": "x"}), ("/tax/runs/{run}/fly/", {}), ("/tax/runs/{run}/approve/", {"digest": "xyz"}),
    ("/tax/runs/{run}/approve/", {}), ("/tax/runs/{run}/post/", {"decided_on": "²"}), ("/tax/runs/{run}/withdraw/", {"reason": " "}),
    ("/tax/runs/{run}/calculate/", {}), ("/tax/runs/{run}/calculate/", {}), ("/tax/work/1/0/", {"number": "²"}),
    ("/tax/work/999999/99/", {"number": "{number}", "reason": "確認"}), (f"/tax/work/{HUGE}/0/", {}),
    ("/tax/work/1/999999/", {"number": "{number}", "reason": "確認"}),
    ("/tax/taxpayers/{head}/correct/", {"year": "x", "key": "x", "seen": "²", "decided_on": "²"}),
    ("/tax/taxpayers/{head}/correct/", {}), ("/tax/what-if/", {"year": "²", "key": "x", "number.": "1"}),
)  # fmt: skip


def test_nothing_crafted_breaks_a_page(people: dict[str, int], sign_in: SignIn) -> None:
    client, head = sign_in(), decided(people)
    client.raise_request_exception = False
    client.post("/tax/propose/", {"year": YEAR})
    (run,) = run_queries.runs(officer(), "resident_tax")
    given = {"head": head, "run": run.run_id, "number": addressee_numbers([head])[head]}
    broken = [
        address
        for address in ADDRESSES
        for headers in ({}, {"HTTP_HX_REQUEST": "true"})
        if client.get(address.format(**given), **headers).status_code >= 500
    ]
    for address, form in FORMS:
        filled = {name: value.format(**given) for name, value in form.items()}
        if client.post(address.format(**given), filled).status_code >= 500:
            broken.append(f"{address} {form}")
    assert broken == []
