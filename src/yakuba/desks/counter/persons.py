"""住民の表示: a person as read from the register, made into the words that pages show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yakuba.registers.access.door import Access
from yakuba.registers.residents.queries.people import HistoryRow, Marks, PersonView
from yakuba.registers.residents.queries.search import Hit
from yakuba.registers.residents.screen import HIDDEN

from .items import GROUPS, address_text, coded, relationship_text, shown, shown_date
from .templatetags.counter import short_wareki

RESIDENT_STATUS = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """しるし: one character with its meaning."""

    text: str
    kind: str
    title: str


MARKS = (
    ("is_protected", Mark("支", "support", "支援措置の対象者")),
    ("is_restricted", Mark("抑", "restriction", "抑止あり")),
    ("is_provisional", Mark("仮", "provisional", "仮登録中")),
    ("is_struck", Mark("除", "struck", "除票")),
    ("has_plan", Mark("予", "plan", "先の日付の異動あり")),
)
"""支 支援措置, 抑 抑止, 仮 仮登録中, 除 除票, 予 予定; each with the flag of `Marks` that sets it."""
HONSEKI = ("honseki_prefecture", "honseki_city", "honseki_town", "honseki_lot", "koseki_head")
"""戸籍の表示: shown to those with the right `view_honseki` alone (10.3)."""


@dataclass(frozen=True, slots=True)
class Line:
    """住民 1人 in a list."""

    resident_id: int
    addressee_number: str
    name: str
    kana: str
    other_name: str
    birth_date: str
    sex: str
    address: str
    relation: str
    household: str
    household_id: int | None
    head_name: str
    listing_order: int | None
    since: str
    status: str
    struck: bool
    masked: bool
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Head:
    """住民のページの見出し."""

    resident_id: int
    addressee_number: str
    name: str
    kana: str
    birth_date: str
    age: str
    sex: str
    status: str
    household_id: int | None
    marks: Sequence[Mark]
    notices: Sequence[Notice] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Notice:
    """注意書き above the person's page."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """異動履歴 1件 in words."""

    history_number: int
    event_id: int
    occurred_on: date
    occurred_on_text: str
    reason: str
    notified_on: date | None
    recorded_at: datetime
    actor: str
    notice: str
    voided: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """時間軸の箱 1つ."""

    valid_from: date
    valid_to: date | None
    known_from: datetime
    known_to: datetime | None
    label: str
    struck: bool


def person_line(person: PersonView) -> Line:
    """住民 1人 in a list, from the register's view of the person."""
    items = person.items
    relation = relationship_text(str(items["relationship"])) if items.get("relationship") else ""
    head_name = str(items.get("head_name") or "")
    return Line(
        person.resident_id,
        person.addressee_number,
        str(items.get("name") or ""),
        str(items.get("name_furigana") or items.get("alias_furigana") or ""),
        "・".join(str(items[name]) for name in ("former_family_name", "alias") if items.get(name)),
        shown(items, "birth_date"),
        shown(items, "sex"),
        HIDDEN if person.is_hidden else address_text(items),
        relation,
        "" if not head_name else f"{head_name}（{relation}）" if relation else head_name,
        items.get("household_id"),
        head_name,
        items.get("listing_order"),
        shown_date(items, "became_resident_on") or shown_date(items, "became_foreign_resident_on"),
        shown(items, "resident_status"),
        items.get("resident_status") != RESIDENT_STATUS,
        person.is_hidden,
        shown_marks(person.marks),
    )


def hit_line(hit: Hit) -> Line:
    """検索結果 1件 in a list."""
    items = {"birth_date": hit.birth_date, "birth_date_note": hit.birth_date_note, "resident_kind": hit.resident_kind}
    return Line(
        hit.resident_id, hit.addressee_number, hit.name, hit.name_furigana, "", shown(items, "birth_date"),
        coded("sexes", hit.sex), hit.address, "", "", hit.household_id, "", None, "",
        coded("resident_statuses", hit.resident_status), hit.resident_status != RESIDENT_STATUS, hit.address == HIDDEN,
        shown_marks(hit.marks),
    )  # fmt: skip


def member_lines(members: Iterable[PersonView]) -> list[Line]:
    """世帯員 in the order that the register gives."""
    return [person_line(person) for person in members]


def person_head(person: PersonView, today: date) -> Head:
    """住民のページの見出し."""
    line = person_line(person)
    items = person.items
    notices = []
    if person.is_hidden:
        notices.append(
            Notice(
                "error",
                "支援措置の対象者か、その住所が分かる人です。住所などは表示しません。出力には支援措置責任者の許可が要ります。",
            )
        )
    notices += [Notice(str(finding.severity), str(finding)) for finding in person.findings]
    if person.marks.is_provisional:
        notices.append(Notice("alert", "仮登録中です。本登録か取下げまで、ほかの異動と証明書の交付はできません。"))
    return Head(
        line.resident_id, line.addressee_number, line.name, line.kana, line.birth_date,
        _age_text(items, today), line.sex, line.status, line.household_id, line.marks, notices,
    )  # fmt: skip


def _age_text(items: Mapping[str, Any], today: date) -> str:
    """The age today; of a struck person the age on the day of it, which no later day changes."""
    birth, struck_on = items.get("birth_date"), items.get("struck_on")
    if not isinstance(birth, date):
        return ""
    if items.get("resident_status") == RESIDENT_STATUS or not isinstance(struck_on, date):
        return f"{age_on(birth, today)}歳"
    return f"消除時{age_on(birth, struck_on)}歳"


def planned_notices(history: Iterable[HistoryLine], today: date) -> list[Notice]:
    """先の日付の異動: what is entered already and becomes true on a later day."""
    return [
        Notice("info", f"{row.occurred_on_text} に{row.reason}の予定です。")
        for row in history
        if row.occurred_on > today and not row.voided
    ]


def age_on(birth_date: date, day: date) -> int:
    """満年齢 on a day, by the calendar's birthday as pages show it."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def item_groups(person: PersonView, access: Access) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """区分ごとの (見出し, 値, 非表示か) of everything that is not blank and that the account may see."""
    unseen = frozenset() if access.may("view_honseki") else frozenset(HONSEKI)
    written = {**person.items, "household_id": person.household_number}
    drawn = []
    for title, items in GROUPS:
        texts = [(label, shown(written, name)) for name, label in items if name not in unseen]
        rows = [(label, text, text == HIDDEN) for label, text in texts if text]
        if rows:
            drawn.append((title, rows))
    return drawn


def history_lines(rows: Iterable[HistoryRow]) -> list[HistoryLine]:
    """異動履歴, the newest first."""
    return [
        HistoryLine(
            row.history_number, row.event_id, row.occurred_on, row.occurred_on_note or short_wareki(row.occurred_on),
            coded("event_reasons", row.reason), row.notified_on, row.recorded_at, row.actor, row.notice or "", row.is_voided,
        )
        for row in rows
    ]  # fmt: skip


def lane_pieces(slices: Iterable[PersonView], history: Iterable[HistoryRow]) -> list[Piece]:
    """時間軸の箱, each named by the reason of its last event."""
    reasons = {row.event_id: coded("event_reasons", row.reason) for row in history}
    return [
        Piece(
            piece.valid_from, piece.valid_to, piece.known_from, piece.known_to, reasons.get(piece.event_id, ""),
            piece.items.get("resident_status") != RESIDENT_STATUS,
        )
        for piece in slices
    ]  # fmt: skip


def shown_marks(marks: Marks) -> list[Mark]:
    """しるし that are set."""
    return [mark for flag, mark in MARKS if getattr(marks, flag)]
