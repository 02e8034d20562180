"""証明書の交付: preview, issue, issue again, dispose of, make again. The only way by which a document leaves the house.

Reading, checking, printing, number, history, releases used and access records are one transaction: a document that was
not recorded was not made. What was issued can be made again byte for byte, whatever the town learns later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yakuba.kernel.findings import Finding, RefusedError, Severity, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import TOKYO, Access
from yakuba.registers.documents import commands as documents
from yakuba.registers.documents import queries as issued
from yakuba.registers.documents.commands import NewDocument
from yakuba.registers.documents.queries import CertifierRow, DocumentRecord
from yakuba.registers.protections import commands as protections
from yakuba.registers.staff.rights import require
from yakuba.typesetting.seals import sample_seal

from .contents.documents import document
from .gathering import gather
from .judging import held
from .material import Asked, Material
from .printing import engine, fonts, issue_number, issue_of, terminal_of, town
from .rendering.content import Issue
from .rendering.engine import Rendered, render, render_png
from .requests import Request
from .wording import TEMPLATE_VERSION, template_of

RIGHT = "issue_certificates"
PREVIEW_PIXELS_PER_INCH = 110
NO_CERTIFIER = error(
    "no-certifier",
    "交付日の認証者が登録されていません。",
    "`yakuba town certifier` で認証者と公印を登録してください。",
    item="certifier",
)


@dataclass(frozen=True, slots=True)
class Preview:
    """下見: what would be printed, marked 見本, without seal and number; nothing to see where an error stands against it."""

    findings: Sequence[Finding]
    pages: Sequence[bytes] = ()
    pdf: bytes = b""

    @property
    def has_errors(self) -> bool:
        """エラーあり: cannot be issued."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Copy:
    """交付した 1通."""

    document_id: int
    issue_number: str
    pdf: bytes
    page_count: int


@dataclass(frozen=True, slots=True)
class Issued:
    """交付の結果: the copies, each with its own number; none where an error or an alert not confirmed stands against it."""

    copies: Sequence[Copy] = ()
    findings: Sequence[Finding] = ()

    @property
    def document_id(self) -> int | None:
        """The first copy's id; None when nothing was issued."""
        return self.copies[0].document_id if self.copies else None

    @property
    def issue_number(self) -> str:
        """The first copy's 発行番号."""
        return self.copies[0].issue_number if self.copies else ""

    @property
    def pdf(self) -> bytes:
        """The first copy's file."""
        return self.copies[0].pdf if self.copies else b""


def asked_of(access: Access, request: Request) -> Asked:
    """The request with its clocks: today and now unless it names others."""
    known_at = request.known_at or access.now
    valid_on = request.valid_on or access.today
    return Asked(request, valid_on, known_at, known_at, town=town(), template=template_of(request.kind))


def preview(access: Access, request: Request) -> Preview:
    """下見: pages as PNG and the file, with every finding that issuing would give. The reading is recorded.

    個人番号 show as a mask. Raises RefusedError without the right `issue_certificates`, and `gather`'s.
    """
    require(access, RIGHT)
    with transaction.atomic():
        (material,) = gather(access, [asked_of(access, request)], masked=True)
        certifier = issued.certifier_on(access.today)
        findings = [*material.findings, *([] if certifier else [NO_CERTIFIER])]
        if material.is_stopped:
            record_blocked(access, material)
            return Preview(findings)
        issue = issue_of(material, certifier, number="", issued_on=access.today, issued_at=access.now)
        content = document(material, issue)
        printed = render(content, fonts())
        access_commands.record(access, "document.preview", request.subjects, {"kind": request.kind.value})
    pages = [
        render_png(content, fonts(), page=page + 1, pixels_per_inch=PREVIEW_PIXELS_PER_INCH)
        for page in range(printed.page_count)
    ]
    return Preview([*findings, *printed.findings], pages, printed.pdf)


def issue(access: Access, request: Request, *, confirmed: bool = False) -> Issued:
    """交付. Errors stop; alerts (抑止, 文字溢れ, 外字) stop until `confirmed`. Each copy has its own number and row.

    Raises RefusedError without the right `issue_certificates`, without the right to 個人番号 where they are printed,
    and when the same request was issued before.
    """
    require(access, RIGHT)
    return _issue(access, asked_of(access, request), confirmed=confirmed)


def reissue(
    access: Access, document_id: int, reason: str, *, key: UUID | None = None, confirmed: bool = False
) -> Issued:
    """再交付: the original content under a new number, a 転出証明書 marked 再交付. `reason` is kept; `key` as in a request.

    Raises RefusedError (right, no reason, issued before), LookupError for an unknown document.
    """
    require(access, RIGHT)
    if not reason.strip():
        raise RefusedError(
            [error("reissue-without-reason", "理由がありません。", "再交付の理由を入力してください。", item="reason")]
        )
    kept = issued.document(document_id)
    asked = pinned(kept, reissued=True, reason=reason)
    if key is not None:
        asked = replace(asked, request=replace(asked.request, key=key))
    return _issue(access, asked, confirmed=confirmed)


def dispose(access: Access, document_id: int, reason: str) -> None:
    """書損処理. Raises RefusedError (right, no reason, disposed of before), LookupError for an unknown document."""
    documents.dispose(access, document_id, reason=reason)


def _issue(access: Access, asked: Asked, *, confirmed: bool) -> Issued:
    with transaction.atomic():
        (material,) = gather(access, [asked])
        if asked.pinned:
            material.findings += held(material)
        certifier = issued.certifier_on(access.today)
        if material.is_stopped or certifier is None:
            record_blocked(access, material)
            return Issued(findings=[*material.findings, *([] if certifier else [NO_CERTIFIER])])
        press = Press(access, certifier)
        copies = [press.number(material, copy) for copy in range(1, asked.request.copies + 1)]
        printed = [render(document(material, each.issue), fonts()) for each in copies]
        findings = [*material.findings, *printed[0].findings]
        if findings and not confirmed:
            return Issued(findings=findings)
        protections.use_releases(access, material.concerned, asked.request.kind.output)
        ids = documents.record_issued(
            access, [each.record(result) for each, result in zip(copies, printed, strict=True)]
        )
    made = zip(ids, copies, printed, strict=True)
    return Issued([Copy(each, n.issue.issue_number, r.pdf, r.page_count) for each, n, r in made], findings)


def reproduce(access: Access, document_id: int) -> bytes:
    """控えの再現: the file as it was issued, byte for byte, read again at its clocks. It is an output like any other.

    Raises RefusedError (right; a protected person without release; other versions of engine, fonts or forms than those
    it was printed with; a file that does not come out equal), LookupError for an unknown document.
    """
    require(access, RIGHT)
    kept = issued.document(document_id)
    if findings := _version_findings(kept):
        raise RefusedError(findings)
    with transaction.atomic():
        (material,) = gather(access, [pinned(kept)])
        if material.is_stopped:
            record_blocked(access, material)
        else:
            protections.use_releases(access, material.concerned, material.request.kind.output)
            access_commands.record(
                access, "document.reproduce", kept.subjects, {"document": document_id},
                individual_number=bool(material.numbers),
            )  # fmt: skip
    if material.is_stopped:
        raise RefusedError([finding for finding in material.findings if finding.severity is Severity.ERROR])
    day = kept.issued_at.astimezone(TOKYO).date()
    certifier = issued.certifier(kept.certifier_id)
    again = issue_of(material, certifier, number=kept.issue_number, issued_on=day, issued_at=kept.issued_at)
    pdf = render(document(material, again), fonts()).pdf
    if hashlib.sha256(pdf).digest() != kept.digest:
        raise RefusedError(
            [
                error(
                    "not-reproducible",
                    "再現した証明書が交付時の控えと一致しません。",
                    "台帳を検証してください。",
                    item="digest",
                )
            ]
        )
    return pdf


def pinned(kept: DocumentRecord, *, reissued: bool = False, reason: str = "") -> Asked:
    """A kept document as a request at its own clocks."""
    options = kept.options
    request = Request.from_options(options["request"] | ({"reason": reason} if reason else {}), kind=kept.kind)
    return Asked(
        request,
        kept.valid_on,
        kept.known_at,
        datetime.fromisoformat(options["numbers_known_at"]),
        pinned=True,
        is_whole=options["is_whole"],
        reissued=reissued or options["reissued"],
        extra=options["extra"],
        town=options["town"],
        template=template_of(request.kind) if reissued else kept.template_version,
    )


def _version_findings(kept: DocumentRecord) -> list[Finding]:
    now = engine(fonts())
    if kept.engine == now:
        return []
    names = [name for name in now if kept.engine.get(name) != now[name]]
    remedy = "交付時の版の印字機能と字体で再現してください。"
    message = f"交付時と異なる版のため、同じ証明書を再現できません（{'、'.join(names)}）。"
    return [error("versions-differ", message, remedy, item="engine", value=str(kept.engine.get("typst", "")))]


def record_blocked(access: Access, material: Material) -> None:
    """阻止の記録, where a protection stopped the document."""
    if material.is_blocked:
        protections.record_blocked(access, material.request.subjects, material.request.kind.output)


@dataclass(frozen=True, slots=True)
class Numbered:
    """発行番号の付いた 1通, ready to print and to be written down."""

    material: Material
    issue: Issue
    issued_on: date
    terminal: str
    serial: int
    copy_number: int
    certifier_id: int

    def record(self, printed: Rendered) -> NewDocument:
        """The row of the 交付履歴."""
        material, asked = self.material, self.material.asked
        options: Mapping[str, Any] = {
            "request": asked.request.to_options(),
            "numbers_known_at": asked.numbers_known_at.isoformat(),
            "is_whole": material.is_whole,
            "reissued": asked.reissued,
            "extra": dict(material.extra),
            "town": dict(asked.town),
        }
        return NewDocument(
            issue_number=self.issue.issue_number,
            issued_on=self.issued_on,
            terminal=self.terminal,
            serial=self.serial,
            request_key=asked.request.key,
            copy_number=self.copy_number,
            kind=asked.request.kind.value,
            subjects=asked.request.subjects,
            options=options,
            valid_on=asked.valid_on,
            known_at=material.known_at,
            requester=asked.request.requester,
            purpose=asked.request.purpose,
            individual_number=bool(material.numbers),
            certifier_id=self.certifier_id,
            template_version=asked.template,
            engine=engine(fonts()),
            digest=hashlib.sha256(printed.pdf).digest(),
            page_count=printed.page_count,
        )


class Press:
    """発行番号の付番: gives numbers in order, from the next serial of the day at the clerk's terminal."""

    def __init__(self, access: Access, certifier: CertifierRow) -> None:
        self._access = access
        self._certifier = certifier
        self._terminal = terminal_of(access.place, TEMPLATE_VERSION)
        self._serial = documents.next_serial(access.today, self._terminal) - 1

    def number(self, material: Material, copy_number: int) -> Numbered:
        """The next number, for this copy."""
        self._serial += 1
        access, asked = self._access, material.asked
        number = issue_number(
            access.today, self._terminal, asked.request.printer, self._serial,
            city=asked.town["city"], template=asked.template,
        )  # fmt: skip
        issue = issue_of(material, self._certifier, number=number, issued_on=access.today, issued_at=access.now)
        return Numbered(
            material, issue, access.today, self._terminal, self._serial, copy_number, self._certifier.certifier_id
        )


def set_up_sample_certifier(access: Access, *, starts_on: date) -> int:
    """見本の認証者: a made-up mayor with a drawn seal, for the made-up town; returns the certifier's id."""
    title = town()["mayor_title"]
    seal = sample_seal(f"{title}之印", fonts())
    return documents.add_certifier(access, title=title, name="見本　太郎", starts_on=starts_on, seal=seal.image)
