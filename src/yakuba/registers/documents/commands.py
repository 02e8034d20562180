"""交付履歴の書込み: the only writer of issued documents, disposals and certifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import refusals
from yakuba.registers.staff.rights import require

from .models import Certifier, DocumentDisposal, DocumentSubject, IssuedDocument

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))"
_LAST = "SELECT coalesce(max(serial), 0) FROM documents_issueddocument WHERE issued_on = %s AND terminal = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """交付する証明書 1通, as it is written down. `digest` is the SHA-256 of the file."""

    issue_number: str
    issued_on: date
    terminal: str
    serial: int
    request_key: UUID
    copy_number: int
    kind: str
    subjects: Sequence[int]
    options: Mapping[str, Any]
    valid_on: date
    known_at: datetime
    requester: str
    purpose: str
    individual_number: bool
    certifier_id: int
    template_version: str
    engine: Mapping[str, Any]
    digest: bytes
    page_count: int


def next_serial(issued_on: date, terminal: str) -> int:
    """発行番号の連番 of the day at the terminal; others at the same terminal wait until the caller's transaction ends.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a serial is taken in the transaction that records the document")
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{issued_on.isoformat()} {terminal}"])
        cursor.execute(_LAST, [issued_on, terminal])
        return int(cursor.fetchone()[0]) + 1


@transaction.atomic
def record_issued(access: Access, documents: Sequence[NewDocument]) -> list[int]:
    """交付の記録: one row and one access record for each document; returns their ids.

    Raises RefusedError when the same request was issued before.
    """
    rows = [
        IssuedDocument(
            **{name: getattr(each, name) for name in NewDocument.__slots__}
            | {"subjects": list(each.subjects), "options": dict(each.options), "engine": dict(each.engine)},
            issued_at=access.now,
            actor=access.actor,
        )
        for each in documents
    ]
    already = error("already-issued", "この申請の証明書は交付済みです。", "交付履歴を確かめてください。")
    with refusals({"document_once": already}), transaction.atomic():
        IssuedDocument.objects.bulk_create(rows)
    DocumentSubject.objects.bulk_create(
        DocumentSubject(resident_id=each, document_id=row.id) for row in rows for each in row.subjects
    )
    for row in rows:
        detail = {"document": row.id, "kind": row.kind, "number": row.issue_number, "pages": row.page_count}
        access_commands.record(access, "document.issue", row.subjects, detail, individual_number=row.individual_number)
    return [row.id for row in rows]


@transaction.atomic
def dispose(access: Access, document_id: int, *, reason: str) -> None:
    """書損処理: the document stays in the history, marked as thrown away.

    Raises RefusedError (right `issue_certificates`; no reason; disposed of before), LookupError for an unknown one.
    """
    require(access, "issue_certificates")
    if not reason.strip():
        raise RefusedError(
            [error("disposal-without-reason", "理由がありません。", "書損の理由を入力してください。", item="reason")]
        )
    subjects = IssuedDocument.objects.filter(pk=document_id).values_list("subjects", flat=True).first()
    if subjects is None:
        raise LookupError(f"document {document_id}")
    try:
        with transaction.atomic():
            DocumentDisposal.objects.create(
                document_id=document_id, reason=reason, actor=access.actor, disposed_at=access.now
            )
    except IntegrityError as twice:
        raise RefusedError(
            [error("already-disposed", "既に書損処理されています。", "交付履歴を確かめてください。")]
        ) from twice
    access_commands.record(access, "document.dispose", subjects, {"document": document_id, "reason": reason})


@transaction.atomic
def add_certifier(
    access: Access, *, title: str, name: str, starts_on: date, ends_on: date | None = None, seal: bytes = b""
) -> int:
    """認証者の登録: the mayor (ends_on None) or an acting mayor for a period, with the seal as PNG or SVG; returns the id.

    Raises RefusedError when the last day is before the first.
    """
    if ends_on is not None and ends_on < starts_on:
        raise RefusedError(
            [
                error(
                    "certifier-period", "終わりの日が始まりの日より前です。", "日付を確認してください。", item="ends_on"
                )
            ]
        )
    row = Certifier.objects.create(
        title=title, name=name, starts_on=starts_on, ends_on=ends_on, seal=seal,
        entered_by=access.actor, entered_at=access.now,
    )  # fmt: skip
    access_commands.record(access, "document.certifier", [], {"certifier": row.pk, "starts_on": starts_on.isoformat()})
    return int(row.pk)
