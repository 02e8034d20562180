"""証明書の照会: what the desk can offer, and what was issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yakuba.registers.access.door import Access
from yakuba.registers.documents import queries as documents
from yakuba.registers.documents.queries import IssuedRow
from yakuba.registers.staff.rights import require

from .commands import RIGHT
from .requests import NOTICE_KINDS, RequestKind, choices

Choice = tuple[str, str]
"""An identifier and its Japanese label."""


@dataclass(frozen=True, slots=True)
class KindChoice:
    """証明書の種類 as the desk offers it.

    `options` are the fields of `Request` that the kind takes beside those that all take (valid_on, known_at, reason,
    copies, official_use, seal_note, requester, purpose); `switches` what `show` may name, `defaults` what is on
    unasked; `items` what a 記載事項証明書 may choose from. `output` is the name for the guard and for a release.
    """

    kind: RequestKind
    label: str
    output: str
    takes_several: bool
    is_notice: bool
    options: Sequence[str]
    switches: Sequence[Choice]
    defaults: frozenset[str]
    items: Sequence[Choice]


def kinds() -> list[KindChoice]:
    """証明書・通知の種類, in the order in which the desk offers them."""
    known = choices()
    found = []
    for slug, kind in known["kinds"].items():
        takes_items = "items" in kind["options"]
        found.append(
            KindChoice(
                RequestKind(slug),
                kind["label"],
                RequestKind(slug).output,
                kind["subjects"] == "several",
                RequestKind(slug) in NOTICE_KINDS,
                tuple(kind["options"]),
                tuple((name, known["switches"][name]) for name in kind["switches"]),
                frozenset(kind["defaults"]),
                tuple(known["items"].items()) if takes_items else (),
            )
        )
    return found


def label_of(kind: str) -> str:
    """証明書・通知の名称. Raises KeyError for a kind that does not exist."""
    return str(choices()["kinds"][kind]["label"])


def issued_of(access: Access, resident_id: int, *, before: int | None = None, limit: int = 50) -> list[IssuedRow]:
    """交付履歴 of a person, newest first; `before` is the last document id seen. Raises RefusedError (right)."""
    require(access, RIGHT)
    return documents.issued_of(access, resident_id, before=before, limit=limit)


def issued_on(access: Access, day: date, *, before: int | None = None, limit: int = 50) -> list[IssuedRow]:
    """交付履歴 of a day, newest first; `before` is the last document id seen. Raises RefusedError (right)."""
    require(access, RIGHT)
    return documents.issued_on(access, day, before=before, limit=limit)
