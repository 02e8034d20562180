"""コード一覧: the code lists of the national data list; labels live in data/codes, identifiers here.

Enums exist where code decides by the value; every list, enum or not, is read with ``codes(list_name)``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cache
from types import MappingProxyType
from typing import Literal

from yakuba.kernel.findings import Finding, error
from yakuba.kernel.wareki import DATA

ListName = Literal[
    "article_30_45_categories",
    "event_reasons",
    "name_priorities",
    "protection_kinds",
    "residence_statuses",
    "resident_kinds",
    "resident_statuses",
    "sexes",
]


StayUnit = Literal["years", "months", "days"]
SHOWN_CHOICES = 6
"""How many values of a list a finding names."""


class Sex(IntEnum):
    """性別."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2


class ResidentKind(IntEnum):
    """住民種別."""

    JAPANESE = 1
    FOREIGN = 2


class ResidentStatus(IntEnum):
    """住民状態."""

    RESIDENT = 1
    MOVED_OUT = 2
    DECEASED = 3
    OTHERWISE_STRUCK = 9


class Article3045Category(StrEnum):
    """第30条45規定区分."""

    MID_TO_LONG_TERM = "01"
    SPECIAL_PERMANENT = "02"
    TEMPORARY_REFUGE = "03"
    PROVISIONAL_STAY = "04"
    TRANSITIONAL_BIRTH = "05"
    TRANSITIONAL_NATIONALITY_LOSS = "06"


class ProtectionKind(IntEnum):
    """支援措置区分."""

    PROTECTION = 1
    PROVISIONAL_PROTECTION = 2
    PROTECTION_ENDED = 3


class EntryClass(StrEnum):
    """記載等の種別: which of the three a reason is; label is 記載, 消除 or 修正."""

    ENTRY = "entry"
    STRIKING = "striking"
    CORRECTION = "correction"

    @property
    def term(self) -> str:
        """記載, 消除, 修正."""
        return {"entry": "記載", "striking": "消除", "correction": "修正"}[self.value]


class Reason(StrEnum):
    """異動事由 (1.2.2)."""

    DOMESTIC_MOVE_IN = "01"
    MOVE_IN_FROM_ABROAD = "02"
    BIRTH = "03"
    ENTRY_BY_NATURALIZATION = "04"
    ENTRY_BY_NATIONALITY_LOSS = "05"
    EX_OFFICIO_ENTRY = "06"
    REMAKING_ENTRY = "07"
    REPRODUCTION = "08"
    CANCELLATION_RESTORING = "09"
    DOMESTIC_MOVE_OUT = "21"
    MOVE_OUT_ABROAD = "22"
    DEATH = "23"
    STRIKING_BY_NATURALIZATION = "24"
    STRIKING_BY_NATIONALITY_LOSS = "25"
    EX_OFFICIO_STRIKING = "26"
    REMAKING_STRIKING = "27"
    CANCELLATION_STRIKING = "28"
    MOVE_WITHIN = "41"
    MINOR_CORRECTION = "42"
    EX_OFFICIO_CORRECTION = "43"
    ERROR_CORRECTION = "44"
    INDIVIDUAL_NUMBER_CHANGE_REQUEST = "45"
    INDIVIDUAL_NUMBER_EX_OFFICIO_CORRECTION = "46"
    INDIVIDUAL_NUMBER_EX_OFFICIO_ENTRY = "47"
    RESIDENT_CODE_CHANGE_REQUEST = "48"
    RESIDENT_CODE_EX_OFFICIO_ENTRY = "49"
    HOUSEHOLD_SEPARATION = "50"
    HOUSEHOLD_MERGER = "51"
    HOUSEHOLD_CHANGE = "52"
    HEAD_CHANGE = "53"
    FORMER_FAMILY_NAME_ENTRY = "54"
    FORMER_FAMILY_NAME_CHANGE = "55"
    FORMER_FAMILY_NAME_DELETION = "56"
    ALIAS_ENTRY = "57"
    ALIAS_DELETION = "58"
    CANCELLATION_CORRECTING = "59"

    @property
    def term(self) -> str:
        """The reason's name as printed."""
        return codes("event_reasons")[self.value].term

    @property
    def entry_class(self) -> EntryClass:
        """記載, 消除 or 修正."""
        return EntryClass(codes("event_reasons")[self.value].traits["entry_class"])

    @property
    def resident_kind(self) -> ResidentKind | None:
        """住民種別 that alone may have this reason, None for both."""
        slug = codes("event_reasons")[self.value].traits["resident_kind"]
        return ResidentKind[slug.upper()] if slug else None


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a code list. confirmed is False where sources disagree; traits holds the list's own columns."""

    code: str
    slug: str
    term: str
    confirmed: bool
    traits: Mapping[str, str]


@cache
def codes(list_name: ListName) -> Mapping[str, Code]:
    """A code list by code, in the order of the list."""
    with (DATA / "codes" / f"{list_name}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found: dict[str, Code] = {}
    for row in rows:
        code, slug, term = row.pop("code"), row.pop("slug"), row.pop("term")
        found[code] = Code(code, slug, term, row.pop("confirmed", "yes") == "yes", MappingProxyType(row))
    return MappingProxyType(found)


def residence_statuses(*, swapped: bool = False) -> Mapping[str, Code]:
    """在留資格等コード. T60 and X14 (永住者, 特別永住者) look swapped in the source: swapped=True exchanges their meaning."""
    table = dict(codes("residence_statuses"))
    if swapped:
        one, other = table["T60"], table["X14"]
        table["T60"], table["X14"] = replace(other, code="T60"), replace(one, code="X14")
    return MappingProxyType(table)


def code_finding(list_name: ListName, code: str, *, label: str, item: str = "", where: str = "") -> Finding | None:
    """The finding on a value that its list (label is its Japanese name) does not have, or None."""
    table = codes(list_name)
    if code in table:
        return None
    shown = list(table.values())[:SHOWN_CHOICES]
    choices = "、".join(f"{entry.code} {entry.term}" for entry in shown)
    more = "など" if len(table) > len(shown) else ""
    return error(
        "code-unknown", f"{label}「{code}」はコード一覧にありません。", f"コード一覧の値（{choices}{more}）を入力してください。",
        item=item, where=where, value=code,
    )  # fmt: skip


def reason_for_kind_finding(reason: Reason, kind: ResidentKind, *, item: str = "", where: str = "") -> Finding | None:
    """The finding on a 異動事由 that is not for this 住民種別, or None."""
    if reason.resident_kind in (None, kind):
        return None
    term = codes("resident_kinds")[str(int(kind))].term
    return error(
        "reason-not-for-kind", f"異動事由「{reason.term}」は{term}には使えません。", "異動事由か住民種別を確認してください。",
        item=item, where=where, value=reason.value,
    )  # fmt: skip


_STAY_WIDTHS = {"years": (2, 5), "months": (2, 11), "days": (3, 365)}


def is_stay_code(unit: StayUnit, text: str) -> bool:
    """在留期間等コード: 年 00-05, 月 00-11, 日 000-365."""
    width, most = _STAY_WIDTHS[unit]
    return len(text) == width and text.isascii() and text.isdigit() and int(text) <= most
