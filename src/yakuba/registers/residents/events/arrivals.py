"""記載の異動: 転入・出生 — people who come into the register (national specification 4.1.1, 4.2.1.2, 4.5.1–2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error

from ..fold import Items
from .base import (
    FOREIGN,
    HEAD,
    JAPANESE,
    NEW_HOUSEHOLD,
    Change,
    Context,
    EventDraft,
    EventKind,
    FieldSpec,
    Form,
    Plan,
    Subjects,
)
from .checks import check_dates, check_new_people, check_one_head, check_residents, chosen
from .law import notice_days
from .people import (
    ADDRESS_FIELDS,
    NOTICE,
    NOTIFIED,
    OCCURRED,
    OCCURRED_NOTED,
    ORIGIN_FIELDS,
    PERSON_FIELDS,
    first_items,
    plain_items,
)

ADDRESS_ITEMS = ("town_code", "town", "block", "building", "postal_code")
INHERITED_ADDRESS = (
    "municipality_code", "ward_code", "prefecture", "city", "town_code", "town", "block", "building_code", "building",
    "building_furigana", "postal_code", "district_code",
)  # fmt: skip


def address_in_town(form: Form, context: Context) -> Items:
    """住所: the fields of the form under the town's own prefecture and city."""
    own = {name: context.municipality[name] for name in ("municipality_code", "prefecture", "city")}
    return {**own, **{name: form.text(name) for name in ADDRESS_ITEMS if form.text(name)}}


def blank_address(items: Items) -> tuple[str, ...]:
    """The address items that an address leaves blank and an earlier one may have filled."""
    return tuple(name for name in (*INHERITED_ADDRESS, "building_code") if name not in items)


def check_people(form: Form) -> list[Finding]:
    """必須項目 (1.1.6): what may not be blank depends on 住民種別."""
    findings: list[Finding] = []
    for position, row in enumerate(form.people()):
        kind = int(row.get("resident_kind", 0))
        wanted = {JAPANESE: ("honseki_city", "koseki_head"), FOREIGN: ("nationality", "article_30_45_category")}
        for name in wanted.get(kind, ()):
            if not row.get(name):
                findings.append(
                    error(
                        "required",
                        "必須の項目が空欄です。",
                        "届書・転出証明書を見て入力してください。本籍・筆頭者は「なし」「不明」とも入力できます。",
                        item=f"people.{position}.{name}",
                    )
                )
        needs_card = kind == FOREIGN and row.get("article_30_45_category") in ("01", "02")
        if needs_card and not row.get("residence_card_number"):
            findings.append(
                error(
                    "required",
                    "在留カード等の番号が空欄です。",
                    "在留カードまたは特別永住者証明書を見て入力してください。",
                    item=f"people.{position}.residence_card_number",
                )
            )
    return findings


def _move_in_subjects(form: Form) -> Subjects:
    returning = [int(row["resident_id"]) for row in form.people() if row.get("resident_id")]
    return Subjects(returning, form.ids("household_id"))


def _plan_move_in(kind: EventKind) -> Any:
    def plan(form: Form, context: Context) -> Plan:
        day = form.noted("occurred_on")
        findings = [
            *check_dates(kind, form, context, notice_days=notice_days(kind.deadline, form.date("occurred_on"))),
            *check_people(form),
            *check_new_people(form, context),
        ]
        people = form.people()
        if not people:
            findings.append(error("no-people", "転入する人がいません。", "一人以上入力してください。", item="people"))
        if day is None or not people:
            return Plan(findings)
        household_id, address, listed = _destination(form, context, day.value)
        if household_id == NEW_HOUSEHOLD:
            findings += check_one_head([row.get("relationship", "") for row in people])
        elif any(row.get("relationship") == HEAD for row in people):
            findings.append(
                error("two-heads", "入る世帯には既に世帯主がいます。", "世帯主変更を先に入力してください。", item="people")
            )
        head_name = _head_name(people, context, household_id, day.value)
        origin = plain_items({name: form.text(name) for name in _origin_names() if form.text(name)})
        changes = []
        for position, row in enumerate(people):
            household = {"household_id": household_id, "head_name": head_name, "listing_order": listed + position + 1}
            items = {**first_items(row, day, kind.reason, household, address), **origin}
            changes.append(_first_change(row, position, items, context))
        findings += [f for row in people if row.get("resident_id") for f in _check_returning(row, context, day.value)]
        draft = EventDraft(kind.slug, kind.reason, day, changes, form.date("notified_on"), form.text("notice"))
        return Plan(findings, [draft])

    return plan


def _origin_names() -> list[str]:
    return [spec.name for spec in ORIGIN_FIELDS]


def _destination(form: Form, context: Context, day: date) -> tuple[int, Items, int]:
    """The household moved into: a new one at the address typed, or one that is there, at its own address."""
    joined = form.ids("household_id")
    if not joined:
        return NEW_HOUSEHOLD, address_in_town(form, context), 0
    members = context.members(joined[0], day)
    if not members:
        return joined[0], address_in_town(form, context), 0
    there = members[0].at(day)
    address = {name: there[name] for name in INHERITED_ADDRESS if there.get(name) is not None}
    return joined[0], address, max(person.at(day).get("listing_order") or 0 for person in members)


def _head_name(people: list[Mapping[str, Any]], context: Context, household_id: int, day: date) -> str:
    if household_id != NEW_HOUSEHOLD and (head := context.head(household_id, day)):
        return str(head.at(day).get("name", ""))
    return next((str(row.get("name", "")) for row in people if row.get("relationship") == HEAD), "")


def _first_change(row: Mapping[str, Any], position: int, items: Items, context: Context) -> Change:
    """A new person, or one who returns: the same 宛名番号, everything of the former stay that is not said anew cleared."""
    if not row.get("resident_id"):
        return Change(-(position + 1), items)
    resident_id = int(row["resident_id"])
    person = context.persons.get(resident_id)
    kept = ("resident_code",)
    cleared = tuple(name for name in (person.latest if person else {}) if name not in items and name not in kept)
    return Change(resident_id, items, cleared)


def _check_returning(row: Mapping[str, Any], context: Context, day: date) -> list[Finding]:
    person = context.persons.get(int(row["resident_id"]))
    if person is None:
        return [error("unknown-resident", "再転入者が見つかりません。", "検索し直してください。", item="people")]
    if person.is_resident(day):
        return [
            error("already-resident", "再転入者は異動日に既に住登者です。", "転居ではないか確かめてください。", item="people")
        ]
    return []


def _birth_subjects(form: Form) -> Subjects:
    return Subjects((), form.ids("household_id"))


def _plan_birth(form: Form, context: Context) -> Plan:
    day, household_ids = form.noted("occurred_on"), form.ids("household_id")
    findings = [*check_dates(BIRTH, form, context), *check_new_people(form, context), *check_people(form)]
    if day is None or not household_ids or not form.people():
        return Plan(findings)
    household_id = household_ids[0]
    members = context.members(household_id, day.value)
    if not members:
        findings.append(
            error("empty-household", "出生日にその世帯に住民がいません。", "世帯と出生日を確かめてください。", item="household_id")
        )
        return Plan(findings)
    findings += check_residents(chosen(context, form.ids("parent_id")), day.value, "parent_id")
    there = members[0].at(day.value)
    address = {name: there[name] for name in INHERITED_ADDRESS if there.get(name) is not None}
    head = context.head(household_id, day.value)
    listed = max(person.at(day.value).get("listing_order") or 0 for person in members)
    changes = []
    for position, row in enumerate(form.people()):
        household = {
            "household_id": household_id,
            "head_name": head.at(day.value).get("name") if head else "",
            "listing_order": listed + position + 1,
        }
        changes.append(Change(-(position + 1), first_items(_born(row, day), day, BIRTH.reason, household, address)))
    return Plan(findings, [EventDraft("birth", "03", day, changes, form.date("notified_on"), form.text("notice"))])


def _born(row: Mapping[str, Any], day: RegisterDate) -> Mapping[str, Any]:
    return {**row, "birth_date": row.get("birth_date") or day}


_MOVE_IN_FIELDS = (
    OCCURRED,
    NOTIFIED,
    FieldSpec("household_id", "household", help="既にある世帯に入るとき"),
    *ADDRESS_FIELDS,
    *ORIGIN_FIELDS,
    FieldSpec("people", "people", required=True, fields=PERSON_FIELDS),
    NOTICE,
)


def _move_in(slug: str, label: str, reason: str, family: str = "move_in") -> EventKind:
    fields = _MOVE_IN_FIELDS
    shell = EventKind(
        slug, label, family, reason, fields, _move_in_subjects, lambda form, context: Plan(),
        deadline="move_in_notification_period", new_people=True,
    )  # fmt: skip
    return EventKind(
        slug, label, family, reason, fields, _move_in_subjects, _plan_move_in(shell),
        deadline="move_in_notification_period", new_people=True,
    )  # fmt: skip


DOMESTIC_MOVE_IN = _move_in("domestic_move_in", "転入（国内）", "01")
FOREIGN_MOVE_IN = _move_in("foreign_move_in", "転入（国外から）", "02")
ARTICLE_30_46 = _move_in("article_30_46", "法第30条の46の届出", "02", "foreign")
ARTICLE_30_47 = _move_in("article_30_47", "法第30条の47の届出", "02", "foreign")
BIRTH = EventKind(
    "birth", "出生", "birth", "03",
    (
        OCCURRED_NOTED,
        FieldSpec("notified_on", "date"),
        FieldSpec("household_id", "household", required=True),
        FieldSpec("parent_id", "resident", help="本籍・筆頭者を引用する親"),
        FieldSpec(
            "people", "people", required=True,
            fields=tuple(s if s.name != "birth_date" else FieldSpec("birth_date", "noted_date") for s in PERSON_FIELDS),
        ),
        NOTICE,
    ),
    _birth_subjects, _plan_birth, noted=True, new_people=True,
)  # fmt: skip

KINDS = (DOMESTIC_MOVE_IN, FOREIGN_MOVE_IN, BIRTH, ARTICLE_30_46, ARTICLE_30_47)
