"""窓口の作業状態: drafts that survive a closed browser, locks that tell a second clerk, memos that are never printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from yakuba.kernel.findings import Finding
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from ..models import Draft, EditLock, Memo
from ..sql import raw_cursor
from . import registration
from .forms import sealed

LOCK_LAPSES_AFTER = timedelta(minutes=3)
"""An assumption: the page renews its lock each minute while it is open; after three without a sign it is free."""

_TAKE = """
INSERT INTO residents_editlock AS held (household_id, actor, actor_name, taken_at, seen_at)
VALUES (%(household_id)s, %(actor)s, %(actor_name)s, %(now)s, %(now)s)
ON CONFLICT (household_id) DO UPDATE SET
    actor = excluded.actor, actor_name = excluded.actor_name, seen_at = excluded.seen_at,
    taken_at = CASE WHEN held.actor = excluded.actor THEN held.taken_at ELSE excluded.taken_at END
WHERE held.actor = excluded.actor OR held.seen_at < %(lapsed)s
RETURNING taken_at
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """編集中の印: whose it is and since when. `mine` says that the asker holds it."""

    mine: bool
    actor: str
    actor_name: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """下書き: what was typed, and when it was last saved. `draft_id` becomes the id of the 仮登録."""

    draft_id: UUID
    form: Mapping[str, Any]
    saved_at: datetime


def take_lock(access: Access, household_id: int, *, actor_name: str) -> Lock:
    """編集の開始・継続 (10.3): the household's lock is taken or renewed, unless another clerk holds it."""
    values = {
        "household_id": household_id,
        "actor": access.actor,
        "actor_name": actor_name,
        "now": access.now,
        "lapsed": access.now - LOCK_LAPSES_AFTER,
    }
    with transaction.atomic(), raw_cursor() as cursor:
        cursor.execute(_TAKE, values)
        row = cursor.fetchone()
        if row:
            return Lock(True, access.actor, actor_name, row[0])
        cursor.execute(
            "SELECT actor, actor_name, taken_at FROM residents_editlock WHERE household_id = %s", [household_id]
        )
        held = cursor.fetchone()
    return Lock(False, *held) if held else Lock(True, access.actor, actor_name, access.now)


def release_lock(access: Access, household_id: int) -> None:
    """編集の終了: gives the lock back if it is the asker's."""
    EditLock.objects.filter(household_id=household_id, actor=access.actor).delete()


def draft_page(kind: str, resident_id: int | None = None, event_id: str = "") -> str:
    """下書きの属するページ: a kind of event, whom it is about, and the event to be taken back."""
    return f"{kind}:{resident_id or ''}:{event_id}"


def save_draft(access: Access, page: str, draft_id: UUID, form: Mapping[str, Any]) -> datetime:
    """下書きの保存: each form that a clerk has begun has a draft of its own; the newest text stands."""
    typed = Draft(actor=access.actor, page=f"{page}:{draft_id}", form=sealed(form), saved_at=access.now)
    # One statement: between a look and a write, the same form sent twice may have been entered and its draft discarded.
    Draft.objects.bulk_create(
        [typed], update_conflicts=True, unique_fields=["actor", "page"], update_fields=["form", "saved_at"]
    )
    return access.now


def drafts(access: Access, page: str) -> list[SavedDraft]:
    """下書きの呼出し: what this clerk typed on this page and has not entered yet, the newest first."""
    found = Draft.objects.filter(actor=access.actor, page__startswith=f"{page}:").order_by("-saved_at", "-id")
    return [SavedDraft(UUID(each.page.rpartition(":")[2]), each.form, each.saved_at) for each in found]


def discard_draft(access: Access, page: str, draft_id: UUID) -> None:
    """下書きの破棄."""
    Draft.objects.filter(actor=access.actor, page=f"{page}:{draft_id}").delete()


def type_anew(access: Access, entry_id: UUID, page: str, draft_id: UUID, form: Mapping[str, Any]) -> Sequence[Finding]:
    """入力し直す: the 仮登録 is withdrawn and its form becomes a draft; neither where somebody was quicker (findings)."""
    with transaction.atomic():
        withdrawn = registration.withdraw(access, entry_id)
        if not withdrawn.findings:
            save_draft(access, page, draft_id, form)
    return withdrawn.findings


def write_memo(access: Access, resident_id: int, text: str) -> None:
    """メモ (1.1.15): a new row each time; the earlier ones stay."""
    with transaction.atomic():
        Memo.objects.create(resident_id=resident_id, text=text, actor=access.actor, written_at=access.now)
        access_commands.record(access, "residents.memo", [resident_id])
