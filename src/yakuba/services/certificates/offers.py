"""異動の後の帳票: which documents an event hands over (national specification 4.0.5, 4.1.3, 4.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from yakuba.registers.access.door import Access
from yakuba.registers.residents.queries.documents import EventPart, event_parts

from .requests import Request, RequestKind

_HEAD = "02"
_HEAD_CHANGE = "53"
_NEW_CODE_REASONS = frozenset({"02", "03", "06", "48", "49"})
"""Reasons with which a 住民票コード is new to the person; who moves in within the country brings one."""
_MOVE_OUT = "domestic_move_out"


def documents_after(access: Access, event_ids: Sequence[int]) -> list[Request]:
    """異動に伴う帳票, to be offered: nothing is issued here. The reading is recorded.

    転出証明書 after a 転出届 within the country, 準ずる証明書 after one by authority; 世帯主変更通知書 where the last member
    became the head by authority; 住民票コード通知票 for everybody who got a new code.
    """
    found: list[Request] = []
    for parts in _by_event(event_parts(access, event_ids)):
        first, people = parts[0], tuple(part.resident_id for part in parts)
        if first.kind == _MOVE_OUT:
            kind = RequestKind.MOVE_OUT if first.notified_on else RequestKind.MOVE_OUT_EQUIVALENT
            found.append(Request(kind=kind, subjects=people))
        if first.reason == _HEAD_CHANGE and first.notified_on is None:
            found += [
                Request(kind=RequestKind.HEAD_CHANGE, subjects=(part.resident_id,), event_id=part.event_id)
                for part in parts
                if part.relationship == _HEAD
            ]
        found += [
            Request(kind=RequestKind.RESIDENT_CODE, subjects=(part.resident_id,))
            for part in parts
            if part.sets_resident_code and part.reason in _NEW_CODE_REASONS
        ]
    return found


def _by_event(parts: Iterable[EventPart]) -> list[list[EventPart]]:
    grouped: dict[int, list[EventPart]] = defaultdict(list)
    for part in parts:
        grouped[part.event_id].append(part)
    return list(grouped.values())
