"""通知書の印刷, one person's at the desk: 納税通知書, or 税額変更通知書 once a decision has replaced another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from yakuba.kernel.findings import Finding, error
from yakuba.law.municipality import municipality
from yakuba.registers.access.door import Access
from yakuba.registers.decisions import queries as decisions
from yakuba.registers.documents.queries import certifier_on
from yakuba.registers.ledger import queries as ledger
from yakuba.typesetting.fonts import FontSet
from yakuba.typesetting.parts import Seal

from .drafting import draft_change_notice, draft_tax_notices
from .notices.content import Batch, ChangeNotice, Payment, TaxNotice, Terms
from .notices.printing import render
from .notices.terms import terms
from .snapshot import KIND

_PRINCIPAL = 1
_NOBODY_SIGNS = error(
    "no-certifier",
    "通知する市区町村長が登録されていません。",
    "`yakuba town certifier` で登録してください。",
    item="certifier",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """通知書 1通: the file, or what stands against it."""

    pdf: bytes = b""
    findings: Sequence[Finding] = field(default_factory=list)


def tax_letter(access: Access, resident_id: int, fiscal_year: int) -> Letter:
    """納税通知書 of the decision in force. Raises RefusedError without the right to assess."""
    drafts = draft_tax_notices(access, [resident_id], fiscal_year)
    return _printed(access, fiscal_year, drafts.notices[0]) if drafts.notices else Letter(findings=drafts.findings)


def change_letter(access: Access, resident_id: int, fiscal_year: int) -> Letter:
    """税額変更通知書 of the newest decision, with the ground that the ledger keeps of it. Raises RefusedError as above."""
    before, reason = payments_before(access, resident_id, fiscal_year)
    draft = draft_change_notice(
        access, resident_id, fiscal_year, payments_before=before, reason=reason or "賦課の内容の変更"
    )
    return _printed(access, fiscal_year, draft) if isinstance(draft, ChangeNotice) else Letter(findings=draft)


def payments_before(access: Access, resident_id: int, fiscal_year: int) -> tuple[tuple[Payment, ...], str]:
    """変更前の期別税額, as assessed before the newest decision was posted, and the ground of that posting."""
    rows = decisions.history(access, resident_id, KIND, fiscal_year)
    newest = rows[0].decision_id if rows else None
    added: dict[int, int] = {}
    reason = ""
    for posting in ledger.postings(access, resident_id, tax_kind=KIND, fiscal_year=fiscal_year):
        if posting.decision_id == newest and posting.item == _PRINCIPAL:
            added[posting.instalment_id] = added.get(posting.instalment_id, 0) + posting.amount
            reason = posting.ground or reason
    accounts = ledger.account(access, resident_id, tax_kind=KIND, fiscal_year=fiscal_year)
    were = (
        Payment(
            row.collection_method, row.instalment_number, row.due_on, row.assessed - added.get(row.instalment_id, 0)
        )
        for row in accounts
        if row.item == _PRINCIPAL
    )
    return tuple(one for one in were if one.amount), reason


def _printed(access: Access, fiscal_year: int, notice: TaxNotice | ChangeNotice) -> Letter:
    given = _terms(access, fiscal_year)
    if given is None:
        return Letter(findings=[_NOBODY_SIGNS])
    printed = render(Batch(given, (notice,)), FontSet(**getattr(settings, "CERTIFICATE_FONTS", {})))
    return Letter(printed.pdf, printed.findings)


def _terms(access: Access, fiscal_year: int) -> Terms | None:
    certifier = certifier_on(access.today)
    if certifier is None:
        return None
    city = municipality(settings.MUNICIPALITY_CODE)["city"]
    return terms(
        settings.MUNICIPALITY_CODE, fiscal_year, mayor=certifier.name, issued_on=access.today, made_at=access.now,
        places=(f"{city}役所", "指定金融機関・収納代理金融機関"), contact=(f"{city}役所　市民税担当",),
        seal=Seal(certifier.seal) if certifier.seal else None,
    )  # fmt: skip
