"""除票の原因となった異動: the 住民票 that an event struck, where the same day made another for the person.

帰化, 国籍喪失 and 改製 (national specification 4.5.3–5, 1.1.4) strike the old 住民票 and make the new one on one day, so that
no day shows the person struck. A 除票の写し then names the event and shows what it left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from yakuba.kernel.codes import EntryClass, Reason
from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.events.base import RESIDENT
from yakuba.registers.residents.queries.people import PersonView

from .contents.history import Step, steps
from .material import Material


def show_struck(material: Material) -> Iterator[Finding]:
    """除票にする: shows the people as the event left them, or says that it struck nobody."""
    if material.until is None:
        return
    struck = []
    for view in material.views:
        entries, day = material.entries[view.resident_id], material.asked.valid_on
        last = next((step for step in steps(entries, day) if step[0].event_id == material.until), None)
        if last is None or Reason(last[0].reason).entry_class is not EntryClass.STRIKING:
            yield error(
                "event-not-striking",
                "選んだ異動は、その人を消除した有効な異動ではありません。",
                "異動履歴を見て、消除の異動を選んでください。",
                item="event_id",
            )
            return
        struck.append(_struck(view, last))
    material.views = struck


def _struck(view: PersonView, step: Step) -> PersonView:
    row, _before, items = step
    if items.get("resident_status") == RESIDENT:
        # 改製 leaves the person what they were; the old 住民票 alone is struck.
        items = {**items, "struck_reason": row.reason, "struck_on": row.occurred_on}
    return replace(view, items=items, marks=replace(view.marks, is_struck=True))
