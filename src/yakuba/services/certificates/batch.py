"""一括交付: many documents in blocks; each block is read by set, printed by worker processes and written down at once.

A block is one transaction from its numbers to its rows, so that a run that is killed has issued whole blocks and can be
started again with the same requests: those already issued are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import transaction

from yakuba.kernel.findings import Finding, RefusedError
from yakuba.registers.access.door import Access
from yakuba.registers.documents import commands as documents
from yakuba.registers.documents import queries as issued
from yakuba.registers.documents.queries import CertifierRow
from yakuba.registers.protections import commands as protections
from yakuba.registers.staff.rights import require

from .commands import NO_CERTIFIER, RIGHT, Copy, Press, asked_of, record_blocked
from .contents.documents import document
from .gathering import gather
from .material import Material
from .printing import fonts, issue_of
from .rendering.engine import RenderingPool, inspect, rendering_pool
from .requests import Request

BLOCK = 64

Progress = Callable[[int, int], None]
"""Called after each block with the requests dealt with so far and the documents issued so far."""


@dataclass(frozen=True, slots=True)
class _Batch:
    access: Access
    certifier: CertifierRow
    pool: RenderingPool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class BatchResult:
    """一括交付の結果 1件: the copies of one request, or the findings that held it back; `skipped`: issued before."""

    request: Request
    copies: Sequence[Copy] = ()
    findings: Sequence[Finding] = ()
    skipped: bool = False


def issue_many(
    access: Access,
    requests: Iterable[Request],
    *,
    workers: int = 2,
    confirmed: bool = False,
    progress: Progress = lambda done, copies: None,
) -> Iterator[BatchResult]:
    """一括交付, in order; results come block by block and must be read to the end.

    A request with an error, or with an alert unless `confirmed`, is held back and the others go on; it takes no number.
    Raises RefusedError without the right `issue_certificates`, or without a certifier.
    """
    require(access, RIGHT)
    certifier = issued.certifier_on(access.today)
    if certifier is None:
        raise RefusedError([NO_CERTIFIER])
    source, done, copies = iter(requests), 0, 0
    with rendering_pool(fonts(), workers=workers) as pool:
        batch = _Batch(access, certifier, pool, confirmed)
        while block := list(islice(source, BLOCK)):
            results = _issue_block(batch, block)
            done, copies = done + len(block), copies + sum(len(result.copies) for result in results)
            yield from results
            progress(done, copies)


def _issue_block(batch: _Batch, block: Sequence[Request]) -> list[BatchResult]:
    """One block; where a lock came between reading and making, its requests are tried again one by one."""
    try:
        return _issue_together(batch, block)
    except RefusedError as refused:
        if len(block) > 1:
            return [result for request in block for result in _issue_block(batch, [request])]
        return [BatchResult(block[0], findings=refused.findings)]


def _issue_together(batch: _Batch, block: Sequence[Request]) -> list[BatchResult]:
    access = batch.access
    before = issued.issued_keys([request.key for request in block])
    with transaction.atomic():
        materials = gather(access, [asked_of(access, request) for request in block if request.key not in before])
        for material in materials:
            record_blocked(access, material)
    held = {material.request.key: stopping for material in materials if (stopping := _stopping(batch, material))}
    going = [material for material in materials if material.request.key not in held]
    with transaction.atomic():
        press = Press(access, batch.certifier)
        numbered = [press.number(each, copy) for each in going for copy in range(1, each.request.copies + 1)]
        printed = list(batch.pool.render(document(each.material, each.issue) for each in numbered))
        for material in going:
            protections.use_releases(access, material.concerned, material.request.kind.output)
        ids = documents.record_issued(
            access, [each.record(result) for each, result in zip(numbered, printed, strict=True)]
        )
    made: dict[UUID, list[Copy]] = {}
    for document_id, each, result in zip(ids, numbered, printed, strict=True):
        copy = Copy(document_id, each.issue.issue_number, result.pdf, result.page_count)
        made.setdefault(each.material.request.key, []).append(copy)
    alerts = {each.material.request.key: result.findings for each, result in zip(numbered, printed, strict=True)}
    return [
        BatchResult(
            request,
            made.get(request.key, ()),
            held.get(request.key) or alerts.get(request.key, ()),
            request.key in before,
        )
        for request in block
    ]


def _stopping(batch: _Batch, material: Material) -> Sequence[Finding]:
    """What holds a request back, before it has taken a number; nothing where it may be issued."""
    if material.is_stopped or (material.findings and not batch.confirmed):
        return material.findings
    if batch.confirmed:
        return ()
    access = batch.access
    trial = issue_of(material, batch.certifier, number="", issued_on=access.today, issued_at=access.now)
    return inspect(document(material, trial), fonts())
