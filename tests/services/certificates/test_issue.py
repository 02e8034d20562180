"""交付: from the register to the paper and back."""

from __future__ import annotations

from tests.services.certificates.rendering.pdf_text import page_texts

from yakuba.registers.access.door import Access
from yakuba.services.certificates.commands import issue, preview, reproduce
from yakuba.services.certificates.requests import Request, RequestKind


def test_a_household_is_certified_end_to_end(counter: Access, couple: tuple[int, ...]) -> None:
    request = Request(kind=RequestKind.HOUSEHOLD, subjects=couple)
    assert preview(counter, request).findings == []
    made = issue(counter, request)
    assert made.findings == []
    (text,) = page_texts(made.pdf)
    for word in ("清水　佳章", "清水　泉葉", "見本県見本市本町一丁目29番4号　見本ハイツ356号", "昭和55年12月26日", "令和8年4月1日"):
        assert word in text
    assert "世帯全員の住民票の原本と相違ない" in text.replace("\n", "")
    assert "20261123 見本市 本庁1 プリンタ001 001 1/1" in text
    assert reproduce(counter, made.document_id or 0) == made.pdf
