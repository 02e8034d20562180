"""転入と、法30条の46・47の届出: people who come into the register by notice (national specification 4.1.1, 4.5.1–2).

転入 and 出生 filed together are one 転入 (4.0): a row whose 生年月日 lies after the day of moving in is entered from its birth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.residents.fold import Items

from .addresses import destination
from .base import FOREIGN, HEAD, NEW_HOUSEHOLD, Change, Context, EventKind, FieldSpec, Form, Plan, Subjects
from .checks import check_dates, check_later, check_new_people, check_one_head, required, two_heads
from .departure import check_household_since
from .law import days, period
from .people import (
    ADDRESS_FIELDS,
    AUTHORITY_NOTIFIED,
    JOINED,
    NOTICE,
    NOTICE_FIELDS,
    OCCURRED,
    ORIGIN_FIELDS,
    PERSON_FIELDS,
    check_people,
    field_items,
    first_items,
)
from .placing import last_place, order_of_rule

UNREGISTERED = "（未届）"
CARRIED_ON_RETURN_FROM_ABROAD = (
    "former_family_name", "former_family_name_furigana", "former_family_name_furigana_confirmed", "alias", "alias_furigana",
    "alias_furigana_confirmed",
)  # fmt: skip
"""旧氏・通称 of one who left this town for abroad and returns here first (1.1.7)."""
TRANSITIONAL = frozenset({"05", "06"})
OriginCheck = Callable[[EventKind, Form], tuple[Items, list[Finding]]]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Destination:
    """入る先: the household (or NEW_HOUSEHOLD), its address, its head's name and the last place taken in it."""

    household_id: int
    address: Items
    head_name: str
    listed: int


def entering(form: Form) -> Subjects:
    """再転入者 and the household that is joined."""
    returning = [int(row["resident_id"]) for row in form.people() if row.get("resident_id")]
    return Subjects(returning, form.ids("household_id"))


def plan_entry(kind: EventKind, form: Form, context: Context, origin: Items, more: list[Finding]) -> Plan:
    """記載 of the people of the form from 異動日, in a new household or in one that is there."""
    day, people = form.noted("occurred_on"), form.people()
    findings = [*check_dates(kind, form, context), *more, *check_people(form, context), *check_new_people(context)]
    if not people and not any(finding.item.startswith("people") for finding in form.findings):
        findings.append(error("no-people", "転入する人がいません。", "一人以上入力してください。", item="people"))
    if day is None or not people:
        return Plan(findings)
    address, wrong = destination(form, context, day.value)
    findings += wrong
    place, household = _household(form, context, day, people, address)
    findings += household
    returning = entering(form).resident_ids
    findings += check_household_since(context, [place.household_id], day.value, list(returning), "household_id")
    order = _places(people, place)
    by_day: dict[RegisterDate, list[Change]] = {day: []}
    for position, row in enumerate(people):
        begins = _begins(row, day)
        part: Items = {
            "household_id": place.household_id,
            "head_name": place.head_name,
            "listing_order": order[position],
        }
        items = {**first_items(row, begins, kind.reason, part, place.address), **origin}
        by_day.setdefault(begins, []).append(_first_change(row, position, items, context))
        if row.get("resident_id"):
            findings += _check_returning(row, context, day)
    return Plan(findings, [kind.draft(form, begins, changes) for begins, changes in by_day.items() if changes])


def _begins(row: Row, day: RegisterDate) -> RegisterDate:
    birth = row.get("birth_date")
    return birth if isinstance(birth, RegisterDate) and birth.value > day.value else day


def _household(
    form: Form, context: Context, day: RegisterDate, people: list[Row], address: Items
) -> tuple[Destination, list[Finding]]:
    relationships = [str(row.get("relationship", "")) for row in people]
    named = next((str(row.get("name", "")) for row in people if row.get("relationship") == HEAD), "")
    joined = form.ids("household_id")
    if not joined:
        return Destination(NEW_HOUSEHOLD, address, named, 0), check_one_head(relationships)
    head = context.head(joined[0], day.value)
    findings = (
        [two_heads("入る世帯には既に世帯主がいます。")] if relationships.count(HEAD) + (head is not None) > 1 else []
    )
    name = str(head.at(day.value).get("name", "")) if head else named
    return Destination(joined[0], address, name, last_place(context, joined[0], day.value)), findings


def _places(people: list[Row], place: Destination) -> dict[int, int]:
    """記載順位 by row: in the order of 5.2, behind those who are there."""
    rows = []
    for position, row in enumerate(people):
        birth = row.get("birth_date")
        born = birth.value if isinstance(birth, RegisterDate) else None
        rows.append((position, f"{position:06}", {**row, "birth_date": born}))
    return {position: place.listed + at + 1 for at, position in enumerate(order_of_rule(rows))}


def _first_change(row: Row, position: int, items: Items, context: Context) -> Change:
    """A new person, or one who returns: the same 宛名番号, everything of the former stay that is not said anew cleared."""
    if not row.get("resident_id"):
        return Change(-(position + 1), items)
    resident_id = int(row["resident_id"])
    person = context.persons.get(resident_id)
    former = person.latest if person else {}
    kept: tuple[str, ...] = ("resident_code",)
    if former.get("struck_reason") == "22":
        kept += CARRIED_ON_RETURN_FROM_ABROAD
    if former.get("name") == items.get("name"):
        kept += ("name_furigana", "name_furigana_confirmed")
    return Change(resident_id, items, tuple(name for name in former if name not in items and name not in kept))


def _check_returning(row: Row, context: Context, day: RegisterDate) -> list[Finding]:
    person = context.persons.get(int(row["resident_id"]))
    if person is None:
        return [error("unknown-resident", "再転入者が見つかりません。", "検索し直してください。", item="people")]
    if person.is_resident(day.value):
        message = "再転入者は異動日に既に住登者です。"
        return [error("already-resident", message, "転居ではないか確かめてください。", item="people")]
    if not person.at(day.value):
        message = "再転入者の異動日が、前の記載より前です。"
        return [error("before-first-record", message, "異動日を確かめてください。", item="people")]
    return check_later(person, day.value, "people")


# --- where they come from ---


def _origin(_kind: EventKind, form: Form) -> tuple[Items, list[Finding]]:
    return field_items(form, ORIGIN_FIELDS), []


def _domestic_origin(kind: EventKind, form: Form) -> tuple[Items, list[Finding]]:
    origin, _ = _origin(kind, form)
    if origin.get("origin_city"):
        return origin, []
    message, remedy = "転入前住所が空欄です。", "確定できないときは「不明」と入力してください。"
    return origin, [alert("origin-blank", message, remedy, item="origin_city")]


def _unregistered_origin(kind: EventKind, form: Form) -> tuple[Items, list[Finding]]:
    """未届転入 (4.1.1.4): the latest address where no notice was filed, marked so; 最終登録住所地 is kept beside it."""
    origin, _ = _origin(kind, form)
    written = [name for name in ("origin_city", "origin_town", "origin_block", "origin_building") if origin.get(name)]
    if not written:
        return origin, [required("origin_city", remedy="届出をしていない最終の住所を入力してください。")]
    if not str(origin[written[-1]]).endswith(UNREGISTERED):
        origin[written[-1]] = f"{origin[written[-1]]}{UNREGISTERED}"
    if form.text("last_registered_address"):
        origin["last_registered_address"] = form.text("last_registered_address")
    return origin, []


def _special_origin(kind: EventKind, form: Form) -> tuple[Items, list[Finding]]:
    """転入届の特例 (法24条の2): within its periods after the planned day and after the move."""
    origin, findings = _domestic_origin(kind, form)
    occurred, planned, notified = form.date("occurred_on"), form.date("move_out_planned_on"), form.date("notified_on")
    for begins, name in (
        (planned, "special_move_in_period_after_planned_day"),
        (occurred, "special_move_in_period_after_move"),
    ):
        limit = days(name, begins)
        if begins and notified and limit is not None and notified > begins + timedelta(days=limit):
            article = period(name, begins)
            what = "転出予定日" if begins is planned else "異動日"
            findings.append(
                alert(
                    "special-period-passed",
                    f"{what}から{limit}日を過ぎ、転入届の特例の期限を過ぎています（{article.article if article else ''}）。",
                    "転出証明書による転入（国内）の手続が必要か確かめてください。",
                    item="notified_on",
                )
            )
    return origin, findings


def _foreign_origin(_kind: EventKind, form: Form) -> tuple[Items, list[Finding]]:
    """法30条の46・47: foreign residents with a status of 30条の45 only; 転入前住所 may be blank (4.5.1–2)."""
    findings: list[Finding] = []
    for position, row in enumerate(form.people()):
        if int(row.get("resident_kind") or FOREIGN) != FOREIGN:
            message, remedy = "外国人住民だけの届出です。", "日本人住民は転入で入力してください。"
            findings.append(error("not-for-kind", message, remedy, item=f"people.{position}.resident_kind"))
        if row.get("article_30_45_category") in TRANSITIONAL:
            message, remedy = "経過滞在者はこの届出をしません。", "区分を確かめてください。"
            findings.append(
                error("category-not-for-event", message, remedy, item=f"people.{position}.article_30_45_category")
            )
    return field_items(form, ORIGIN_FIELDS), findings


def _planner(origin_of: OriginCheck) -> Callable[[EventKind, Form, Context], Plan]:
    def plan(kind: EventKind, form: Form, context: Context) -> Plan:
        origin, findings = origin_of(kind, form)
        return plan_entry(kind, form, context, origin, findings)

    return plan


_PEOPLE = FieldSpec("people", "people", required=True, fields=PERSON_FIELDS, group="転入する人")


def _entry_kind(
    slug: str, label: str, reason: str, origin_of: OriginCheck, *, family: str = "move_in",
    deadline: str = "move_in_notification_period", more: tuple[FieldSpec, ...] = (), notified: bool = True,
) -> EventKind:  # fmt: skip
    head = NOTICE_FIELDS if notified else (OCCURRED, AUTHORITY_NOTIFIED)
    return EventKind(
        slug, label, family, reason, (*head, *more, JOINED, *ADDRESS_FIELDS, *ORIGIN_FIELDS, _PEOPLE, NOTICE),
        entering, _planner(origin_of), deadline=deadline if notified else "", notified=notified, new_people=True,
    )  # fmt: skip


_PLANNED = FieldSpec("move_out_planned_on", "date", help="転出証明書情報の転出予定年月日", group="転入前住所")
_LAST_REGISTERED = FieldSpec("last_registered_address", "text", help="住民票には載せない管理項目", group="転入前住所")

KINDS = (
    _entry_kind("domestic_move_in", "転入（国内）", "01", _domestic_origin),
    _entry_kind("special_move_in", "特例転入", "01", _special_origin, more=(_PLANNED,)),
    _entry_kind("unregistered_move_in", "未届転入", "01", _unregistered_origin, more=(_LAST_REGISTERED,)),
    _entry_kind("foreign_move_in", "転入（国外から）", "02", _origin),
    _entry_kind(
        "article_30_46", "法第30条の46の届出", "02", _foreign_origin, family="foreign",
        deadline="foreign_arrival_notification_period",
    ),
    _entry_kind(
        "article_30_47", "法第30条の47の届出", "02", _foreign_origin, family="foreign",
        deadline="became_mid_to_long_term_notification_period",
    ),
    _entry_kind("authority_entry", "職権記載", "06", _origin, family="authority", notified=False),
)  # fmt: skip
