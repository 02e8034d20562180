"""交付履歴の照会: what was issued of a person or on a day, who certifies on a day. Lists page by key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from .models import Certifier, IssuedDocument

_ROWS = """
SELECT d.id, d.issue_number, d.kind, d.subjects, d.valid_on, d.issued_at, d.actor, d.terminal, d.requester, d.purpose,
       d.individual_number, d.page_count, x.reason, x.actor, x.disposed_at
FROM documents_issueddocument d LEFT JOIN documents_documentdisposal x ON x.document_id = d.id
"""


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """交付履歴 1件. `disposed_*` are None unless it was a spoilt one."""

    document_id: int
    issue_number: str
    kind: str
    subjects: Sequence[int]
    valid_on: date
    issued_at: datetime
    actor: str
    terminal: str
    requester: str
    purpose: str
    individual_number: bool
    page_count: int
    disposed_reason: str | None
    disposed_by: str | None
    disposed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What is kept of a document in order to make it again."""

    document_id: int
    issue_number: str
    kind: str
    subjects: Sequence[int]
    options: Mapping[str, Any]
    valid_on: date
    known_at: datetime
    issued_at: datetime
    certifier_id: int
    template_version: str
    engine: Mapping[str, Any]
    digest: bytes


@dataclass(frozen=True, slots=True)
class CertifierRow:
    """認証者 1人. `seal` is PNG or SVG, empty without one."""

    certifier_id: int
    title: str
    name: str
    starts_on: date
    ends_on: date | None
    seal: bytes


def issued_of(access: Access, resident_id: int, *, before: int | None = None, limit: int = 50) -> list[IssuedRow]:
    """交付履歴 of a person, newest first; `before` is the id of the last row seen. The reading is recorded."""
    query = _ROWS + (
        "WHERE d.id IN (SELECT s.document_id FROM documents_documentsubject s WHERE s.resident_id = %s"
        " AND (%s::bigint IS NULL OR s.document_id < %s::bigint) ORDER BY s.document_id DESC LIMIT %s)"
        " ORDER BY d.id DESC"
    )
    return _listed(access, query, [resident_id, before, before, limit], [resident_id])


def issued_on(access: Access, day: date, *, before: int | None = None, limit: int = 50) -> list[IssuedRow]:
    """交付履歴 of a day, newest first; `before` is the id of the last row seen. The reading is recorded."""
    query = _ROWS + ("WHERE d.issued_on = %s AND (%s::bigint IS NULL OR d.id < %s::bigint) ORDER BY d.id DESC LIMIT %s")
    return _listed(access, query, [day, before, before, limit], [])


def issued_for(access: Access, key: UUID) -> list[IssuedRow]:
    """交付済みの申請: the copies that the asking account itself was given for this request. The reading is recorded."""
    if not issued_keys([key]):
        return []
    query = f"{_ROWS} WHERE d.request_key = %s AND d.actor = %s ORDER BY d.copy_number"
    return _listed(access, query, [key, access.actor], [])


def _listed(access: Access, query: str, values: list[Any], asked: list[int]) -> list[IssuedRow]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            rows = [IssuedRow(*row) for row in cursor.fetchall()]
        subjects = asked or sorted({each for row in rows for each in row.subjects})
        access_commands.record(access, "document.history", subjects, {"rows": len(rows)})
    return rows


def document(document_id: int) -> DocumentRecord:
    """交付した証明書の控え, without any item of the register. Raises LookupError for an unknown one."""
    row = IssuedDocument.objects.filter(pk=document_id).first()
    if row is None:
        raise LookupError(f"document {document_id}")
    return DocumentRecord(
        row.id, row.issue_number, row.kind, row.subjects, row.options, row.valid_on, row.known_at, row.issued_at,
        row.certifier_id, row.template_version, row.engine, bytes(row.digest),
    )  # fmt: skip


def issued_keys(keys: Collection[UUID]) -> frozenset[UUID]:
    """Those of the requests that were issued already."""
    found = IssuedDocument.objects.filter(request_key__in=keys).values_list("request_key", flat=True)
    return frozenset(found)


def certifier_on(day: date) -> CertifierRow | None:
    """認証者 of a day: the one in whose period it lies; where two periods hold it, the one that began last."""
    inside = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    row = Certifier.objects.filter(inside).order_by(F("starts_on").desc(), F("id").desc()).first()
    return _certifier(row) if row else None


def certifier(certifier_id: int) -> CertifierRow:
    """認証者 by id. Raises LookupError for an unknown one."""
    row = Certifier.objects.filter(pk=certifier_id).first()
    if row is None:
        raise LookupError(f"certifier {certifier_id}")
    return _certifier(row)


def _certifier(row: Certifier) -> CertifierRow:
    return CertifierRow(row.pk, row.title, row.name, row.starts_on, row.ends_on, bytes(row.seal))
