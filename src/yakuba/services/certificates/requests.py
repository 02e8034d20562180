"""証明書の申請: what a clerk asks for, as a value that can be kept and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml

from yakuba.typesetting.parts import OverflowMode

CHOICES = Path(__file__).parent / "choices.yaml"
MOST_COPIES = 20


class RequestKind(StrEnum):
    """証明書・通知の種類. The guard knows each as the output `certificate:<kind>`."""

    HOUSEHOLD = "household"
    INDIVIDUAL = "individual"
    STRUCK = "struck"
    ITEMS = "items"
    MOVE_OUT = "move_out"
    MOVE_OUT_EQUIVALENT = "move_out_equivalent"
    HEAD_CHANGE = "head_change"
    PROTECTION_END = "protection_end"
    RESIDENT_CODE = "resident_code"
    TAXATION = "taxation"
    NON_TAXATION = "non_taxation"
    TAX_PAYMENT = "tax_payment"

    @property
    def output(self) -> str:
        """The name by which the guard and a release know this document."""
        return f"certificate:{self.value}"


MOVE_OUT_KINDS = frozenset({RequestKind.MOVE_OUT, RequestKind.MOVE_OUT_EQUIVALENT})
NOTICE_KINDS = frozenset({RequestKind.HEAD_CHANGE, RequestKind.PROTECTION_END, RequestKind.RESIDENT_CODE})
TAX_KINDS = frozenset({RequestKind.TAXATION, RequestKind.NON_TAXATION, RequestKind.TAX_PAYMENT})
"""Kinds of one person's resident tax of a 年度; who has moved away may have them too."""
PLANNED_KINDS = MOVE_OUT_KINDS | {RequestKind.HEAD_CHANGE}
"""Kinds that speak of what is to come: they show a person's last slice, a planned one included."""
SEVERAL = frozenset({RequestKind.HOUSEHOLD, RequestKind.ITEMS}) | MOVE_OUT_KINDS
"""Kinds that name several people on one document."""


@cache
def choices() -> Mapping[str, Any]:
    """選択肢: kinds, switches and items with their Japanese labels (`choices.yaml`)."""
    read: dict[str, Any] = yaml.safe_load(CHOICES.read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """交付の申請 1件.

    `subjects` are resident ids. `valid_on` and `known_at` are today and now unless given; an earlier one needs `reason`.
    `fiscal_year` is the western year of the 年度 of a tax certificate. `show` names the switches that are on (None: the kind's default), `items` the items of a 記載事項証明書. `key` is the
    natural key: the same request is issued once, in `copies` of which each has its own number.
    Raises ValueError for a kind, switch, item or number of copies that does not exist.
    """

    kind: RequestKind
    subjects: tuple[int, ...]
    valid_on: date | None = None
    known_at: datetime | None = None
    reason: str = ""
    show: frozenset[str] | None = None
    items: frozenset[str] = frozenset()
    omit_building: bool = False
    individual_form: bool = False
    with_history: bool = False
    remarks: tuple[str, ...] = ()
    copies: int = 1
    official_use: bool = False
    seal_note: str = ""
    requester: str = ""
    purpose: str = ""
    event_id: int | None = None
    protection_id: int | None = None
    fiscal_year: int | None = None
    reference: str = ""
    printer: str = "001"
    overflow: OverflowMode = OverflowMode.PRINT_TO_LIMIT
    key: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", RequestKind(self.kind))
        object.__setattr__(self, "subjects", tuple(dict.fromkeys(self.subjects)))
        known = choices()
        if unknown := (self.show or frozenset()) - set(known["kinds"][self.kind]["switches"]):
            raise ValueError(f"{self.kind} has no switch {sorted(unknown)}")
        if unknown := self.items - set(known["items"]):
            raise ValueError(f"no such item: {sorted(unknown)}")
        if not 1 <= self.copies <= MOST_COPIES:
            raise ValueError(f"copies: 1 to {MOST_COPIES}")

    @property
    def shown(self) -> frozenset[str]:
        """The switches that are on."""
        return frozenset(choices()["kinds"][self.kind]["defaults"]) if self.show is None else self.show

    @property
    def prints_individual_numbers(self) -> bool:
        """個人番号を印字するか."""
        return "individual_number" in (self.items if self.kind is RequestKind.ITEMS else self.shown)

    def to_options(self) -> dict[str, Any]:
        """The request as it is kept with the document: JSON values; clocks, key and copies are kept in columns."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__ if name not in _IN_COLUMNS}
        return kept | {
            "subjects": list(self.subjects),
            "show": sorted(self.shown),
            "items": sorted(self.items),
            "remarks": list(self.remarks),
        }

    @classmethod
    def from_options(cls, kept: Mapping[str, Any], *, kind: str) -> Request:
        """The request of a kept document; its key is new and its clocks are not set."""
        names = {name for name in cls.__slots__ if name not in _IN_COLUMNS}
        values = {name: value for name, value in kept.items() if name in names}
        values |= {
            "subjects": tuple(kept["subjects"]),
            "show": frozenset(kept["show"]),
            "items": frozenset(kept["items"]),
            "remarks": tuple(kept["remarks"]),
            "overflow": OverflowMode(kept["overflow"]),
        }
        return cls(kind=RequestKind(kind), **values)


_IN_COLUMNS = frozenset({"kind", "valid_on", "known_at", "copies", "requester", "purpose", "key"})
