"""支援措置の一括終了: proposed by one account, confirmed by another, each measure looked at again as it stands then.

A release run from a list drawn earlier is how an address was issued after a second application (目黒区, 2025-05): no list
travels in or out here, and what has moved since the proposal is left alone.
"""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from yakuba.kernel.findings import Refusal, RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections import queries
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.registers.protections.models import BulkEnd, Protection
from yakuba.registers.staff.rights import require, require_second_person

from .releases import ARTICLE
from .steps import add_step, end


@transaction.atomic
def propose_bulk_end(access: Access, *, reason: str) -> int:
    """一括終了の起案: all measures whose period is over today and that nothing speaks against; ends none. Returns its id.

    Look at it with `queries.bulk_end_lines` before and while it waits. Raises RefusedError (right
    `manage_protections` or `release_protections`; nothing to end).
    """
    require(access, "manage_protections", "release_protections")
    lines = [line for line in queries.ended_measures(today=access.today) if line.ends]
    if not lines:
        raise RefusedError(
            [error("nothing-to-end", "終了できる支援措置がありません。", "期間経過後の一覧を確認してください。")]
        )
    proposal = BulkEnd.objects.create(
        proposed_by=access.actor,
        proposed_at=access.now,
        reason=reason,
        seen={str(line.protection_id): line.step_count for line in lines},
    )
    people = sorted({person for line in lines for person in line.resident_ids})
    access_commands.record(access, "protection.propose-bulk-end", people, {"bulk": proposal.pk, "reason": reason})
    return proposal.pk


@transaction.atomic
def confirm_bulk_end(access: Access, bulk_id: int) -> list[queries.BulkLine]:
    """一括終了の確認: by another account; re-evaluates every measure now, ends those that still fit, keeps the rest.

    Returns a line for each measure of the proposal, with the reason where it was kept. Raises RefusedError (right
    `release_protections`; the same account; already confirmed).
    """
    require(access, "release_protections")
    try:
        proposal = BulkEnd.objects.select_for_update(of=("self",)).get(pk=bulk_id)
    except BulkEnd.DoesNotExist as missing:
        raise UnknownProtectionError(str(bulk_id)) from missing
    if proposal.confirmed_at is not None:
        raise RefusedError([error("bulk-confirmed", "この起案は既に確認されています。", "改めて起案してください。")])
    if proposal.proposed_by == access.actor:
        ground = "一括終了を起案した職員は、自分で確認することはできません。"
        raise RefusedError(refusal=Refusal(ground, ARTICLE, "別の支援措置責任者に依頼してください。"))
    require_second_person(access, proposal.proposed_by)
    # The rows are taken first: whoever extends or changes one of these measures has done so, or waits.
    held = Protection.objects.select_for_update(of=("self",)).filter(pk__in=map(int, proposal.seen)).order_by("id")
    protections = {protection.pk: protection for protection in held}
    lines = queries.compare_bulk_end(proposal.seen, today=access.today)
    for line in lines:
        if line.ends:
            protection = protections[line.protection_id]
            end(access, protection)
            add_step(access, protection, "ended", reason=proposal.reason, detail={"bulk": bulk_id})
    proposal.confirmed_by, proposal.confirmed_at = access.actor, access.now
    proposal.outcome = [asdict(line) for line in lines]
    proposal.save(update_fields=["confirmed_by", "confirmed_at", "outcome"])
    people = sorted({person for line in lines if line.ends for person in line.resident_ids})
    access_commands.record(access, "protection.bulk-end", people, {"bulk": bulk_id})
    return lines
