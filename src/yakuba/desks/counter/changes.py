"""変わる内容: before and after of a person side by side, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yakuba.registers.residents.commands.registration import PersonChange

from .items import LABELS, item_label, shown


@dataclass(frozen=True, slots=True)
class ShownChange:
    """異動前・異動後 of one person: (見出し, 前, 後) for every item that differs. `resident_id` is None for a new person."""

    resident_id: int | None
    name: str
    rows: list[tuple[str, str, str]]


def change_rows(changes: Iterable[PersonChange]) -> list[ShownChange]:
    """The changes of an entry, each item in words, in the order of the person's page."""
    order = {name: position for position, name in enumerate(LABELS)}
    drawn = []
    for change in changes:
        names = sorted({*change.before, *change.after}, key=lambda name: order.get(name, len(order)))
        rows = [
            (item_label(name), shown(change.before, name), shown(change.after, name))
            for name in names
            if not name.endswith("_note") and shown(change.before, name) != shown(change.after, name)
        ]
        drawn.append(ShownChange(change.resident_id if change.resident_id > 0 else None, change.name, rows))
    return drawn
