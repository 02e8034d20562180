"""住民の照会: a person, a household, a history, as of any day and as known at any instant. Every reading is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yakuba.kernel.findings import Finding, RefusedError, has_errors
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.protections import queries as protections
from yakuba.registers.protections.guard import process_of

from ..columns import ITEMS
from ..screen import Looked, hide, look, screened
from ..sql import raw_cursor

_LEAD = 8
_SELECT = f"""
SELECT r.resident_id, p.addressee_number, h.household_number, r.valid_from, r.valid_to, r.known_from, r.known_to,
       r.event_id, {", ".join(f"r.{name}" for name in ITEMS)}
FROM residents_residentrecord r
JOIN residents_resident p ON p.id = r.resident_id
LEFT JOIN residents_household h ON h.id = r.household_id
"""
_AS_OF = """
r.valid_from <= %(valid_on)s AND (r.valid_to IS NULL OR r.valid_to > %(valid_on)s)
AND r.known_from <= %(known_at)s AND (r.known_to IS NULL OR r.known_to > %(known_at)s)
"""


@dataclass(frozen=True, slots=True)
class Marks:
    """印: 支 (protected), 抑 (restricted), 仮 (provisional entry waiting), 除 (struck), 予 (a later change is known)."""

    is_protected: bool = False
    is_restricted: bool = False
    is_provisional: bool = False
    is_struck: bool = False
    has_plan: bool = False


@dataclass(frozen=True, slots=True)
class PersonView:
    """住民票の記録 as shown: the items as of both clocks; address items are marks where `is_hidden`."""

    resident_id: int
    addressee_number: str
    household_number: str | None
    valid_from: date
    valid_to: date | None
    known_from: datetime
    known_to: datetime | None
    event_id: int
    items: Mapping[str, Any]
    marks: Marks = field(default_factory=Marks)
    is_hidden: bool = False
    findings: Sequence[Finding] = ()
    """抑止のアラート that the clerk is to be shown, where one person was asked for."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """異動履歴 1件: the event, and this person's part in it."""

    event_id: int
    history_number: int
    kind: str
    reason: str
    occurred_on: date
    occurred_on_note: str | None
    notified_on: date | None
    processed_on: date
    recorded_at: datetime
    actor: str
    place: str | None
    notice: str | None
    voids_event_id: int | None
    is_voided: bool
    items: Mapping[str, Any]
    cleared: Sequence[str]


def person(
    access: Access, resident_id: int, *, valid_on: date, known_at: datetime, output: str = "inquiry:person"
) -> PersonView | None:
    """住民 as of a day, as known at an instant; None where the register had no record. One access record.

    Raises RefusedError where a restriction at level エラー stands for the output's process; the record of it stays.
    """
    with transaction.atomic():
        found = _views(
            access, "r.resident_id = %(id)s", {"id": resident_id}, valid_on=valid_on, known_at=known_at, output=output
        )
        findings = _restrictions(access, found, output)
        _record(access, "residents.person", [resident_id], valid_on, known_at)
    if has_errors(findings):
        raise RefusedError(findings)
    return replace(found[0], findings=findings) if found else None


def subject(access: Access, resident_id: int) -> PersonView | None:
    """対象者 of another process, to be named on its page, as of today and as known now. One access record.

    A restriction on inquiries does not stop it, for that process asks for its own; it hides the address.
    """
    with transaction.atomic():
        condition, values = "r.resident_id = %(id)s", {"id": resident_id}
        found = _views(access, condition, values, valid_on=access.today, known_at=access.now, output="inquiry:subject")
        _record(access, "residents.subject", [resident_id], access.today, access.now)
    return found[0] if found else None


def household(
    access: Access,
    household_id: int,
    *,
    valid_on: date,
    known_at: datetime,
    output: str = "inquiry:household",
    with_struck: bool = False,
) -> list[PersonView]:
    """世帯 as of a day, as known at an instant: its 住登者 in the order of the 住民票. One access record.

    `with_struck`: whoever was struck as a member of it comes too (3.3).
    """
    with transaction.atomic():
        condition = "r.household_id = %(id)s" + ("" if with_struck else " AND r.resident_status = 1")
        found = _views(access, condition, {"id": household_id}, valid_on=valid_on, known_at=known_at, output=output)
        _record(access, "residents.household", [view.resident_id for view in found], valid_on, known_at)
    return sorted(found, key=lambda view: (view.items.get("listing_order") or 999, view.resident_id))


def household_of(
    access: Access, resident_id: int, *, valid_on: date, known_at: datetime, output: str = "inquiry:household"
) -> list[PersonView]:
    """本人と世帯員: the person, struck or not, with the 住登者 of the household on that day. One access record."""
    condition = f"""
        (r.resident_id = %(id)s OR r.resident_status = 1 AND r.household_id = (
            SELECT r.household_id FROM residents_residentrecord r WHERE r.resident_id = %(id)s AND {_AS_OF}))
    """
    with transaction.atomic():
        found = _views(access, condition, {"id": resident_id}, valid_on=valid_on, known_at=known_at, output=output)
        _record(access, "residents.household", [view.resident_id for view in found], valid_on, known_at)
    return sorted(found, key=lambda view: (view.items.get("listing_order") or 999, view.resident_id))


def lanes(access: Access, resident_id: int) -> list[PersonView]:
    """両時計の履歴: every slice that the town ever held true of a person, oldest knowledge first.

    Raises RefusedError as `person` does.
    """
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(f"{_SELECT} WHERE r.resident_id = %s ORDER BY r.known_from, r.valid_from", [resident_id])
            rows = cursor.fetchall()
        found = _screen(access, rows, "inquiry:history")
        findings = _restrictions(access, found, "inquiry:history")
        access_commands.record(access, "residents.lanes", [resident_id])
    if has_errors(findings):
        raise RefusedError(findings)
    return found


def history(access: Access, resident_id: int) -> list[HistoryRow]:
    """異動履歴 of a person, newest first; a corrected or cancelled event stays and is marked."""
    query = f"""
        SELECT e.event_id, e.history_number, v.kind, v.reason, v.occurred_on, v.occurred_on_note, v.notified_on,
               v.processed_on, v.recorded_at, v.actor, v.place, v.notice, e.voids_event_id,
               EXISTS (SELECT 1 FROM residents_evententry o
                       WHERE o.resident_id = e.resident_id AND o.voids_event_id = e.event_id),
               e.cleared, {", ".join(f"e.{name}" for name in ITEMS)}
        FROM residents_evententry e JOIN residents_residentevent v ON v.id = e.event_id
        WHERE e.resident_id = %s ORDER BY e.history_number DESC
    """
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(query, [resident_id])
            rows = cursor.fetchall()
            cursor.execute(
                "SELECT household_id FROM residents_residentrecord"
                " WHERE resident_id = %s AND known_to IS NULL AND valid_to IS NULL",
                [resident_id],
            )
            now_in = cursor.fetchone()
        shut = screened(access, {resident_id: now_in[0] if now_in else None}, "inquiry:history")
        access_commands.record(access, "residents.history", [resident_id])
    return [_history_row(row, is_hidden=bool(shut)) for row in rows]


def _history_row(row: tuple[Any, ...], *, is_hidden: bool) -> HistoryRow:
    items = {name: value for name, value in zip(ITEMS, row[15:], strict=True) if value is not None}
    return HistoryRow(*(*row[:14], hide(items) if is_hidden else items, row[14]))


def _views(
    access: Access, condition: str, values: dict[str, Any], *, valid_on: date, known_at: datetime, output: str
) -> list[PersonView]:
    with raw_cursor() as cursor:
        cursor.execute(
            f"{_SELECT} WHERE {condition} AND {_AS_OF}", {**values, "valid_on": valid_on, "known_at": known_at}
        )
        rows = cursor.fetchall()
    return _screen(access, rows, output)


def _screen(access: Access, rows: list[tuple[Any, ...]], output: str) -> list[PersonView]:
    """Rows into views: marks set, and address items hidden where the person or a housemate is protected."""
    if not rows:
        return []
    all_items = [
        {name: value for name, value in zip(ITEMS, row[_LEAD:], strict=True) if value is not None} for row in rows
    ]
    households = {row[0]: items.get("household_id") for row, items in zip(rows, all_items, strict=True)}
    looked = look(access, households, output)
    views = []
    for row, items in zip(rows, all_items, strict=True):
        is_hidden = row[0] in looked.shut
        has_plan = row[4] is not None and row[6] is None
        mark = marks_of(looked, row[0], is_struck=items.get("resident_status") != 1, has_plan=has_plan)
        views.append(PersonView(*(*row[:_LEAD], hide(items) if is_hidden else items, mark, is_hidden)))
    return views


def marks_of(looked: Looked, resident_id: int, *, is_struck: bool, has_plan: bool = False) -> Marks:
    """印 of one person among those looked at."""
    return Marks(
        resident_id in looked.locked, resident_id in looked.restricted, resident_id in looked.held, is_struck, has_plan
    )


def _restrictions(access: Access, views: Sequence[PersonView], output: str) -> list[Finding]:
    """抑止 of the one person of the views in the output's process; asked for only where a mark says that there is one."""
    if not any(view.marks.is_restricted for view in views):
        return []
    homes = {int(home) for view in views if (home := view.items.get("household_id")) is not None}
    return protections.restriction_findings([views[0].resident_id], homes, process_of(output), now=access.now)


def _record(access: Access, action: str, subjects: Sequence[int], valid_on: date, known_at: datetime) -> None:
    detail = {"valid_on": valid_on.isoformat(), "known_at": known_at.isoformat()}
    access_commands.record(access, action, subjects, detail)
