"""異動履歴 (A類型), 留意事項 (B類型) and 通称 from the entries of one person (national specification 1.1.14, 20.0.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from yakuba.kernel.codes import codes
from yakuba.registers.residents.events.past_events import first_recorded
from yakuba.registers.residents.fold import Entry, active, overlay
from yakuba.registers.residents.queries.documents import EntryRow

from ..rendering.content import AliasRecord, HistoryEntry, ItemChange
from .values import full_name, texts, wareki_day

ENTRY_REASONS = frozenset({"01", "02", "03", "04", "05", "06", "07", "08"})
MOVE_WITHIN = "41"
ALIAS_ENTRY, ALIAS_DELETION = "57", "58"
Step = tuple[EntryRow, dict[str, Any], dict[str, Any]]
"""An entry with the items before and after it."""


def steps(entries: Sequence[EntryRow], valid_on: date, until: int | None = None) -> Iterator[Step]:
    """有効な異動 up to a day, each with the items before and after: what is voided or still to come does not show.

    With `until` the event of that id is the last. One that was entered again bears the 異動事由, the 届出日 and the 留意事項 with which it was first recorded.
    """
    by_event = {row.event_id: row for row in entries}
    before: dict[str, Any] = {}
    for entry in active(map(_folded, entries)):
        if entry.occurred_on > valid_on:
            return
        after = overlay(before, entry)
        yield _as_first_recorded(by_event[entry.event_id], by_event), before, after
        if entry.event_id == until:
            return
        before = after


def _as_first_recorded(row: EntryRow, by_event: Mapping[int, EntryRow]) -> EntryRow:
    first = first_recorded(row, by_event)
    if first is row:
        return row
    notices = dict.fromkeys(notice for notice in (first.notice, row.notice) if notice)
    return replace(row, reason=first.reason, notified_on=first.notified_on, notice="　".join(notices))


def _folded(row: EntryRow) -> Entry:
    return Entry(
        row.event_id, row.occurred_on, row.recorded_at, row.items, tuple(row.cleared), row.voids_event_id,
        row.history_number, row.kind, row.reason,
    )  # fmt: skip


def notified_on(entries: Sequence[EntryRow], valid_on: date, until: int | None = None) -> str:
    """届出の年月日 (法7条): of the newest 転入届 or 転居届."""
    found = ""
    for row, _before, _after in steps(entries, valid_on, until):
        if row.notified_on and (row.reason in ENTRY_REASONS or row.reason == MOVE_WITHIN):
            found = wareki_day(row.notified_on)
    return found


def history(
    entries: Sequence[EntryRow],
    valid_on: date,
    until: int | None = None,
    *,
    labels: dict[str, str],
    with_notes: bool,
) -> tuple[HistoryEntry, ...]:
    """異動履歴 after the first entry, oldest first. `labels` names the items that may show; a change of sex never does.

    An event all of whose changes are omitted is left out, for its reason alone would tell of them.
    """
    found = []
    for row, before, after in steps(entries, valid_on, until):
        if not before:
            continue
        old, new = texts(before), texts(after)
        changed = [key for key in labels if old.get(key, "") != new.get(key, "")]
        notes = (row.notice,) if with_notes and row.notice else ()
        if changed or notes:
            changes = tuple(ItemChange(labels[key], old.get(key, "") or "（空欄）") for key in changed)
            found.append(_entry(row, changes, notes))
    return tuple(found)


def _entry(row: EntryRow, changes: tuple[ItemChange, ...], notes: tuple[str, ...]) -> HistoryEntry:
    reason = codes("event_reasons").get(row.reason)
    day = wareki_day(row.occurred_on, row.occurred_on_note)
    return HistoryEntry(day, reason.term if reason else row.reason, wareki_day(row.notified_on), changes, notes)


def aliases(
    entries: Sequence[EntryRow], valid_on: date, until: int | None = None, *, city: str
) -> tuple[AliasRecord, ...]:
    """通称の記載及び削除に関する事項: the aliases of the person, oldest first.

    The day and the municipality are blank for an alias that came with the person: the register does not hold them.
    """
    found: list[AliasRecord] = []
    for row, before, after in steps(entries, valid_on, until):
        old, new = before.get("alias"), after.get("alias")
        if old == new:
            continue
        day = wareki_day(row.occurred_on, row.occurred_on_note)
        if old:
            last = found.pop()
            found.append(AliasRecord(last.name, last.alias, last.entered_on, last.entered_at, day, city))
        if new:
            here = row.reason == ALIAS_ENTRY
            found.append(AliasRecord(full_name(after), str(new), day if here else "", city if here else ""))
    return tuple(found)
