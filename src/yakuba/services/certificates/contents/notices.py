"""通知書の内容: 世帯主変更通知書, 支援措置期間終了通知書 (20.5.1), 住民票コード通知票 (20.4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yakuba.typesetting.parts import Addressee

from ..material import Material
from ..rendering.content import Issue, Item, Kind, NoticeDocument
from ..requests import RequestKind
from ..wording import wording
from .history import steps
from .values import address, full_name, wareki_day

_KINDS = {
    RequestKind.HEAD_CHANGE: Kind.HEAD_CHANGE_NOTICE,
    RequestKind.PROTECTION_END: Kind.PROTECTION_END_NOTICE,
    RequestKind.RESIDENT_CODE: Kind.RESIDENT_CODE_NOTICE,
}


def notice(material: Material, issue: Issue) -> NoticeDocument:
    """通知書: addressed to the one person it is about."""
    request, view = material.request, material.views[0]
    words = wording(material.asked.template)["notices"]
    own = words[request.kind.value]
    extra = {name: _shown(value) for name, value in material.extra.items()}
    return NoticeDocument(
        issue=issue,
        kind=_KINDS[request.kind],
        addressee=_addressee(view.items),
        items=_items(material),
        paragraphs=tuple(text.format_map(extra) for text in own["paragraphs"]),
        notes=tuple(own["notes"]),
        contact=(words["contact"].format(city=material.asked.town["city"]),),
        reference=request.reference,
    )


def _addressee(items: Mapping[str, Any]) -> Addressee:
    postal = str(items.get("postal_code") or "")
    postal = f"{postal[:3]}-{postal[3:]}" if len(postal) == len("1000001") and postal.isdigit() else postal
    place = address(items, with_building=False)
    building = str(items.get("building") or "")
    return Addressee(postal, "\n".join(part for part in (place, building) if part), full_name(items))


def _items(material: Material) -> tuple[Item, ...]:
    view, kind = material.views[0], material.request.kind
    if kind is RequestKind.RESIDENT_CODE:
        return (
            Item("name", full_name(view.items)),
            Item("resident_code", str(view.items.get("resident_code") or "")),
        )
    if kind is RequestKind.PROTECTION_END:
        extra = material.extra
        return (
            Item("protection_from", _shown(extra["starts_on"])),
            Item("protection_to", _shown(extra["ends_on"])),
            Item("protection_kind", str(extra["category"])),
        )
    for row, before, after in steps(material.entries[view.resident_id], date.max):
        if row.event_id == material.request.event_id:
            return (
                Item("former_head_name", str(before.get("head_name") or "")),
                Item("new_head_name", str(after.get("head_name") or "")),
                Item("changed_on", wareki_day(row.occurred_on, row.occurred_on_note)),
            )
    raise LookupError(f"event {material.request.event_id} does not concern resident {view.resident_id}")


def _shown(value: Any) -> str:
    """A kept ISO day in 和暦, other values as they are."""
    try:
        return wareki_day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
