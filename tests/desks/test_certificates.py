"""証明書の窓口: what is handed over is in the clerk's hand once, however often the button is pressed."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import settle
from tests.services.certificates.rendering.pdf_text import page_lines
from tests.services.certificates.taxes import YEAR, decide

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections

pytestmark = pytest.mark.django_db
ACCESS = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))


@pytest.fixture
def resident(db: None) -> int:
    """One of the sample town."""
    return settle(ACCESS)["青木\u3000太郎"]


def form_of(page: str, **typed: str) -> dict[str, str]:
    """The hidden fields of a page's forms, with what is typed."""
    return dict(re.findall(r'type="hidden" name="(key|kind)" value="([^"]+)"', page)) | typed


def issue(client: Client, resident: int) -> tuple[dict[str, str], str]:
    """住民票の写し; the form that was sent and the answer."""
    address = f"/residents/{resident}/certificates/?kind=individual"
    sent = form_of(client.get(address).content.decode(), subjects=str(resident), copies="1")
    return sent, client.post(address, sent).content.decode()


def files(page: str) -> list[bytes]:
    """The PDF files that a page hands over."""
    return [base64.b64decode(found) for found in re.findall(r"data:application/pdf;base64,([^\"]+)", page)]


def document_of(page: str) -> str:
    """The address of the document's own page."""
    found = re.search(r'href="(/documents/\d+/)"', page)
    assert found, page
    return found[1]


def test_the_second_click_leads_to_the_document(resident: int, sign_in: SignIn) -> None:
    client = sign_in()
    sent, first = issue(client, resident)
    (pdf,) = files(first)
    again = client.post(f"/residents/{resident}/certificates/", sent)
    assert "交付済み" in again.content.decode()
    document = document_of(again.content.decode())
    assert document == document_of(first)
    copy = client.post(f"{document}pdf/")
    assert copy["Content-Type"] == "application/pdf"
    assert copy.content == pdf


def test_another_clerk_who_sends_the_same_form_sees_no_document(resident: int, sign_in: SignIn) -> None:
    sent, _ = issue(sign_in(), resident)
    answer = sign_in("S0002").post(f"/residents/{resident}/certificates/", sent).content.decode()
    assert "交付済み" in answer
    assert "/documents/" not in re.sub(r'href="/documents/"', "", answer)


def test_a_reissue_is_handed_over_once(resident: int, sign_in: SignIn) -> None:
    client = sign_in()
    document = document_of(issue(client, resident)[1])
    sent = form_of(client.get(document).content.decode(), what="reissue", reason="汚損")
    made = client.post(f"{document}act/", sent).content.decode()
    assert "交付しました" in made
    assert len(files(made)) == 1
    twice = client.post(f"{document}act/", sent).content.decode()
    assert "交付済み" in twice
    assert document_of(twice) == document_of(made) != document


def test_a_reissue_with_an_alert_asks_first_and_keeps_the_reason(resident: int, sign_in: SignIn) -> None:
    """再交付: an alert that came after the first copy is seen before the second (3.1, 5.8)."""
    client = sign_in()
    document = document_of(issue(client, resident)[1])
    protections.set_restriction(
        ACCESS, resident_id=resident, household_id=None, processes=["certificate"], level="alert", reason="確認の依頼",
        starts_on=ACCESS.today, ends_on=None,
    )  # fmt: skip
    sent = form_of(client.get(document).content.decode(), what="reissue", reason="汚損")
    asked = client.post(f"{document}act/", sent)
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "確認の依頼" in page
    assert 'value="汚損"' in page
    assert files(page) == []
    made = client.post(f"{document}act/", form_of(page, what="reissue", reason="汚損", confirmed="1"))
    assert len(files(made.content.decode())) == 1


def test_looking_at_an_address_makes_no_copy(resident: int, sign_in: SignIn) -> None:
    """控えの再現 uses up a release: it is asked for, not visited."""
    client = sign_in()
    document = document_of(issue(client, resident)[1])
    assert client.get(f"{document}pdf/").status_code == 405


def test_a_refused_reissue_keeps_what_was_typed(resident: int, sign_in: SignIn) -> None:
    client: Any = sign_in()
    document = document_of(issue(client, resident)[1])
    sent = form_of(client.get(document).content.decode(), what="reissue", reason=" ")
    refused = client.post(f"{document}act/", sent)
    assert refused.status_code == 422
    assert "再交付の理由" in refused.content.decode()


def test_a_tax_certificate_is_of_the_year_that_was_chosen(resident: int, sign_in: SignIn) -> None:
    decided = decide(resident, now=ACCESS.now - timedelta(days=10))
    client, address = sign_in(), f"/residents/{resident}/certificates/?kind=taxation"
    page = client.get(address).content.decode()
    assert re.search(r'<select id="fiscal_year" name="fiscal_year">.*令和6年度</option></select>', page)
    sent = form_of(page, subjects=str(resident), copies="1", fiscal_year=str(YEAR))
    assert "data:image/png" in client.post(f"/residents/{resident}/certificates/preview/", sent).content.decode()
    (pdf,) = files(client.post(address, sent).content.decode())
    assert f"{decided['annual_tax']:,}" in page_lines(pdf)[0]
    fresh = client.get(address).content.decode()
    other = form_of(fresh, subjects=str(resident), copies="1", fiscal_year=str(YEAR - 1))
    refused = client.post(address, other)
    assert refused.status_code == 422
    assert "未申告" in refused.content.decode()


def test_tax_certificates_are_offered_to_whom_they_are_entrusted(resident: int, sign_in: SignIn) -> None:
    address = f"/residents/{resident}/certificates/"
    assert "納税証明書" in sign_in().get(address).content.decode()
    plain = sign_in("S0002", rights=[right for right in ALL_RIGHTS if right != "issue_tax_certificates"])
    page = plain.get(address).content.decode()
    assert "住民票の写し" in page
    assert "納税証明書" not in page
    sent = form_of(page, subjects=str(resident), copies="1", fiscal_year=str(YEAR)) | {"kind": "tax_payment"}
    assert not files(plain.post(address, sent).content.decode())
