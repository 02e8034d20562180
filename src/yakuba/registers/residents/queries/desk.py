"""窓口の照会: the queue of 仮登録, one of its forms, memos. Lists page by key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from ..events import KINDS
from ..events.reading import read_form
from ..models import Memo
from ..screen import hide, screened
from ..sql import raw_cursor


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """仮登録 1件 of the queue."""

    entry_id: UUID
    kind: str
    entered_by: str
    entered_at: datetime
    subjects: Sequence[int]
    names: Sequence[str]
    state: str
    form: Mapping[str, Any]
    is_hidden: bool = False
    """支援措置: the form's places are replaced by marks."""


@dataclass(frozen=True, slots=True)
class MemoRow:
    """メモ 1件."""

    text: str
    actor: str
    written_at: datetime


_QUEUE = """
SELECT e.id, e.kind, e.entered_by, e.entered_at, e.subjects,
       ARRAY(SELECT r.name FROM residents_residentrecord r
             WHERE r.resident_id = ANY(e.subjects) AND r.known_to IS NULL AND r.valid_to IS NULL
             ORDER BY r.listing_order),
       e.state, e.form
FROM residents_provisionalentry e
"""

_RECORDED = """
SELECT resident_id FROM residents_evententry
WHERE event_id = ANY(SELECT unnest(event_ids) FROM residents_provisionalentry WHERE id = %s)
GROUP BY resident_id ORDER BY min(event_id), resident_id
"""


def waiting(
    access: Access, *, state: str = "waiting", after: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[WaitingRow]:
    """仮登録の一覧: oldest first; `after` is the last row seen."""
    condition = "WHERE e.state = %(state)s"
    values: dict[str, Any] = {"state": state, "limit": limit}
    if after is not None:
        condition += " AND (e.entered_at, e.id) > (%(at)s, %(id)s)"
        values |= {"at": after[0], "id": after[1]}
    with transaction.atomic():
        rows = _rows(access, f"{condition} ORDER BY e.entered_at, e.id LIMIT %(limit)s", values)
        access_commands.record(access, "event.queue", sorted({each for row in rows for each in row.subjects}))
    return rows


def provisional(access: Access, entry_id: UUID) -> WaitingRow | None:
    """仮登録 1件 with its form; address fields of protected people are hidden from all but the one who typed them."""
    with transaction.atomic():
        rows = _rows(access, "WHERE e.id = %(id)s", {"id": entry_id})
        if rows:
            access_commands.record(access, "event.provisional", rows[0].subjects)
    return rows[0] if rows else None


def recorded(entry_id: UUID) -> list[int]:
    """本登録した人: whom the events of a 仮登録 have recorded, in the order in which they were."""
    with raw_cursor() as cursor:
        cursor.execute(_RECORDED, [entry_id])
        return [resident_id for (resident_id,) in cursor.fetchall()]


def _rows(access: Access, tail: str, values: Mapping[str, Any]) -> list[WaitingRow]:
    with raw_cursor() as cursor:
        cursor.execute(_QUEUE + tail, values)
        # Django's connections hand JSON over as text.
        rows = [WaitingRow(*(*row, json.loads(form))) for *row, form in cursor.fetchall()]
        about = {row.entry_id: _about(row) for row in rows}
        concerned = sorted({each for people, _ in about.values() for each in people})
        cursor.execute(
            "SELECT resident_id, household_id FROM residents_residentrecord"
            " WHERE resident_id = ANY(%s) AND known_to IS NULL AND valid_to IS NULL",
            [concerned],
        )
        households: dict[int, int | None] = dict(cursor.fetchall())
    # A household that somebody joins is asked for as whoever will be in it: with a number that nobody has.
    households |= {-home: home for _, homes in about.values() for home in homes}
    shut = screened(access, households, "inquiry:provisional") if households else frozenset()
    return [
        _screened_row(access, row) if shut.intersection((*people, *(-home for home in homes))) else row
        for row in rows
        for people, homes in [about[row.entry_id]]
    ]


def _about(row: WaitingRow) -> tuple[set[int], set[int]]:
    """Whom a form tells of: the people whom it changes or names, and the households that it names."""
    kind = KINDS[row.kind]
    named = kind.subjects(read_form(kind, row.form))
    return {*row.subjects, *named.resident_ids}, {home for home in named.household_ids if home > 0}


def _screened_row(access: Access, row: WaitingRow) -> WaitingRow:
    if row.entered_by == access.actor:
        return row
    return WaitingRow(
        row.entry_id,
        row.kind,
        row.entered_by,
        row.entered_at,
        row.subjects,
        row.names,
        row.state,
        _hidden(row.form),
        True,
    )


def _hidden(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form without its places, those in the rows of new people included."""
    return {
        name: [hide(each) if isinstance(each, Mapping) else each for each in value]
        if isinstance(value, list)
        else value
        for name, value in hide(form).items()
    }


def memos(access: Access, resident_id: int, *, limit: int = 20) -> list[MemoRow]:
    """メモ, newest first."""
    with transaction.atomic():
        access_commands.record(access, "residents.memos", [resident_id])
        found = Memo.objects.filter(resident_id=resident_id).order_by("-written_at", "-id")[:limit]
        return [MemoRow(each.text, each.actor, each.written_at) for each in found]
