"""証明書・通知の内容: what one document says, before it has a page.

Every value is a display string that the caller has made: 和暦 for a Japanese resident's dates, the western calendar
for a foreign resident's birth date, blank for 空欄. Nothing here reads a register or a clock; the same content gives
the same bytes for ever, because it also names its template version and its moment of issue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from yakuba.typesetting.parts import Addressee, Issuer, Marks, OverflowMode, Seal
from yakuba.typesetting.sheets import Cell

MEMBERS_PER_SHEET = 4


class Kind(StrEnum):
    """帳票の種類: what the document is; its title is in the template's form data."""

    RESIDENT_COPY = "resident_copy"
    REMOVED_COPY = "removed_copy"
    RECORD_CERTIFICATE = "record_certificate"
    REMOVED_RECORD_CERTIFICATE = "removed_record_certificate"
    MOVE_OUT_CERTIFICATE = "move_out_certificate"
    MOVE_OUT_EQUIVALENT = "move_out_equivalent"
    HEAD_CHANGE_NOTICE = "head_change_notice"
    PROTECTION_END_NOTICE = "protection_end_notice"
    RESIDENT_CODE_NOTICE = "resident_code_notice"
    TAXATION_CERTIFICATE = "taxation_certificate"
    NON_TAXATION_CERTIFICATE = "non_taxation_certificate"
    TAX_PAYMENT_CERTIFICATE = "tax_payment_certificate"


class ResidentKind(StrEnum):
    """住民種別: chooses the person's block of items."""

    JAPANESE = "japanese"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Item:
    """項目: one item of a person, a household or a notice.

    `key` is the place in the form (a key of the template's labels), `label` replaces the form's own heading where the
    law words it by case (在留カード番号 or 特別永住者証明書番号). An omitted item prints the omission mark.
    """

    key: str
    value: str
    omitted: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """一人分の記載事項, in the latest state."""

    items: tuple[Item, ...]
    kind: ResidentKind = ResidentKind.JAPANESE


@dataclass(frozen=True, slots=True)
class ItemChange:
    """異動項目: an item before (and, where the entry says so, after) an event."""

    label: str
    before: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """異動履歴 (A類型) with its 留意事項 (B類型), spec 1.1.14."""

    occurred_on: str
    reason: str
    notified_on: str = ""
    changes: tuple[ItemChange, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CombinedField:
    """統合記載欄: 除票固有の記載事項, 異動履歴・留意事項 (A, B), 備考 (C)."""

    removal: tuple[Item, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AliasRecord:
    """通称の記載及び削除に関する事項: one alias of a foreign resident, for the annex (別紙, spec 5.1)."""

    name: str
    alias: str
    entered_on: str
    entered_at: str
    deleted_on: str = ""
    deleted_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """発行: what is the same in every document of one issue.

    `issue_number` is without page and total (`20200502 見本市 本庁1 プリンタ001 011`); the page adds ` 1/2`.
    `issued_at` must be aware; it becomes the file's date. `verification` becomes a QR code when it is not blank.
    A preview bears 見本 on every sheet, and neither seal nor QR code.
    """

    issuer: Issuer
    issued_on: str
    issued_at: datetime
    issue_number: str = ""
    certification: str = ""
    seal: Seal | None = None
    seal_note: str = ""
    official_use: bool = False
    preview: bool = False
    verification: str = ""
    marks: Marks = field(default_factory=Marks)
    overflow: OverflowMode = OverflowMode.PRINT_TO_LIMIT
    template: str = "v1"

    def __post_init__(self) -> None:
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at must be an aware datetime")


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdDocument:
    """世帯連記式 (20.1.2): 住民票の写し or 住民票記載事項証明書, one to four members a sheet."""

    issue: Issue
    items: tuple[Item, ...]
    members: tuple[Person, ...]
    kind: Kind = Kind.RESIDENT_COPY
    aliases: tuple[AliasRecord, ...] = ()

    def __post_init__(self) -> None:
        allowed = (Kind.RESIDENT_COPY, Kind.RECORD_CERTIFICATE)
        _require(self.kind in allowed, "除票は個人票の様式です（標準仕様書5.1）。")
        _require(bool(self.members), "記載する世帯員がいません。")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualDocument:
    """個人票 (20.1.1, 20.1.3, 20.1.4): one person with history; always the form of a 除票."""

    issue: Issue
    person: Person
    combined: CombinedField = field(default_factory=CombinedField)
    kind: Kind = Kind.RESIDENT_COPY
    aliases: tuple[AliasRecord, ...] = ()

    def __post_init__(self) -> None:
        allowed = (Kind.RESIDENT_COPY, Kind.REMOVED_COPY, Kind.RECORD_CERTIFICATE, Kind.REMOVED_RECORD_CERTIFICATE)
        _require(self.kind in allowed, f"個人票の様式ではない帳票です: {self.kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOutDocument:
    """転出証明書 (20.2.1, 施行令23条) and 転出証明書に準ずる証明書 (20.2.2)."""

    issue: Issue
    items: tuple[Item, ...]
    members: tuple[Person, ...]
    kind: Kind = Kind.MOVE_OUT_CERTIFICATE
    reissued: bool = False

    def __post_init__(self) -> None:
        _require(
            self.kind in (Kind.MOVE_OUT_CERTIFICATE, Kind.MOVE_OUT_EQUIVALENT),
            f"転出証明書の様式ではない帳票です: {self.kind}",
        )
        _require(bool(self.members), "記載する世帯員がいません。")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDocument:
    """通知書: 世帯主変更通知書, 支援措置期間終了通知 (20.5.1), 住民票コード通知票 (20.4.1).

    `reference` is the 文書番号, `contact` the lines of 問合せ先.
    """

    issue: Issue
    kind: Kind
    addressee: Addressee
    items: tuple[Item, ...]
    paragraphs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    reference: str = ""

    def __post_init__(self) -> None:
        allowed = (Kind.HEAD_CHANGE_NOTICE, Kind.PROTECTION_END_NOTICE, Kind.RESIDENT_CODE_NOTICE)
        _require(self.kind in allowed, f"通知書の様式ではない帳票です: {self.kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxDocument:
    """税の証明書: the person's items, then rows of figures over the whole width, and notes below them."""

    issue: Issue
    kind: Kind
    items: tuple[Item, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        allowed = (Kind.TAXATION_CERTIFICATE, Kind.NON_TAXATION_CERTIFICATE, Kind.TAX_PAYMENT_CERTIFICATE)
        _require(self.kind in allowed, f"税の証明書の様式ではない帳票です: {self.kind}")


Document = HouseholdDocument | IndividualDocument | MoveOutDocument | NoticeDocument | TaxDocument


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
