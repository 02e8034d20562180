"""宛名: to whom a notice goes and where, read through the register's door; each reading is recorded.

A letter bears the person's own address alone. Where that is the address of somebody protected it is held back until an
approved release of OUTPUT opens it, as every output; what an employer gets never bears it, release or not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from yakuba.kernel.findings import Finding, Severity, error
from yakuba.kernel.names import display_name
from yakuba.registers.access.door import Access
from yakuba.registers.protections import commands as protections
from yakuba.registers.protections import queries as locks
from yakuba.registers.protections.guard import process_of
from yakuba.registers.residents.queries import documents as residents
from yakuba.registers.residents.queries.people import PersonView
from yakuba.registers.staff.rights import require
from yakuba.typesetting.parts import Addressee

OUTPUT = "listing:tax-notice"
"""納税通知書・税額変更通知書, by which the guard and a release know them."""
EMPLOYER_OUTPUT = "listing:employer-notice"
_RIGHT = "assess_tax"
_DEATH = "23"


@dataclass(frozen=True, slots=True)
class Addressed:
    """宛名の読取り: `addressees` and 宛名番号 by resident; a finding on each person of whom there is none."""

    addressees: Mapping[int, Addressee]
    numbers: Mapping[int, str]
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Worker:
    """従業者 as an employer may see: the address is blank where it must not be shown."""

    name: str
    address: str
    addressee_number: str


def addressees(access: Access, resident_ids: Collection[int]) -> Addressed:
    """宛名 of letters to these people themselves, as of today: who moved out at the address to which they went.

    Held back, with a finding each: the protected and whoever's address would tell theirs, without a release; the dead;
    who has no address. Raises RefusedError without the right to assess.
    """
    require(access, _RIGHT)
    asked = sorted(set(resident_ids))
    with transaction.atomic():
        views = residents.people(access, asked, valid_on=access.today, known_at=access.now, output=OUTPUT)
        hidden = {each for each, view in views.items() if view.is_hidden}
        findings = _what_stands_against(access, views, hidden)
        if hidden:
            protections.record_blocked(access, sorted(hidden), OUTPUT)
    found: dict[int, Addressee] = {}
    for each in asked:
        if each in hidden:
            continue
        made = _addressee(each, views.get(each))
        if isinstance(made, Finding):
            findings.append(made)
        else:
            found[each] = made
    return Addressed(found, {each: views[each].addressee_number for each in found}, findings)


def workers(access: Access, resident_ids: Collection[int]) -> dict[int, Worker]:
    """特別徴収される者 as their employer is told of them: no address of the protected, nor one that would tell it.

    Raises RefusedError without the right to assess.
    """
    require(access, _RIGHT)
    asked = sorted(set(resident_ids))
    views = residents.people(access, asked, valid_on=access.today, known_at=access.now, output=EMPLOYER_OUTPUT)
    return {
        each: Worker(
            _name(view.items),
            "" if view.is_hidden or view.marks.is_protected else "　".join(_place(view.items, _prefix(view))),
            view.addressee_number,
        )
        for each, view in views.items()
    }


def _what_stands_against(access: Access, views: Mapping[int, PersonView], hidden: set[int]) -> list[Finding]:
    """抑止 of everybody asked for, and 支援措置 of those who are hidden for no 抑止."""
    homes = {each: view.items.get("household_id") for each, view in views.items()}
    households = {home for home in homes.values() if home is not None}
    findings = locks.restriction_findings(views, households, process_of(OUTPUT), now=access.now)
    shut = {(finding.item, finding.value) for finding in findings if finding.severity is Severity.ERROR}
    stopped = {each for each in hidden if shut & {("resident_id", str(each)), ("household_id", str(homes[each]))}}
    return findings + locks.lock_findings(hidden - stopped, today=access.today)


def _addressee(resident_id: int, view: PersonView | None) -> Addressee | Finding:
    if view is None:
        return _held(resident_id, "住民の記録がありません。", "宛名を確かめてください。")
    if view.items.get("struck_reason") == _DEATH:
        remedy = "相続人の代表者を確かめ、その人に宛てて通知してください（地方税法第9条の2）。"
        return _held(resident_id, "死亡した人です。", remedy)
    prefix = _prefix(view)
    place = _place(view.items, prefix)
    if not place or not place[0]:
        return _held(resident_id, "送付先の住所が分かりません。", "転出先又は納税管理人を確かめてください。")
    postal = str(view.items.get(f"{prefix}postal_code") or "")
    postal = f"{postal[:3]}-{postal[3:]}" if len(postal) == len("1000001") and postal.isdigit() else postal
    return Addressee(postal, "\n".join(place), _name(view.items))


def _held(resident_id: int, message: str, remedy: str) -> Finding:
    return error("no-address", message, remedy, item="resident_id", value=str(resident_id))


def _prefix(view: PersonView) -> str:
    """Which address: the town's own; of who was struck the one to which they went, confirmed rather than planned."""
    if not view.marks.is_struck:
        return ""
    return "arrival_" if view.items.get("arrival_town") else "destination_"


def _place(items: Mapping[str, Any], prefix: str) -> list[str]:
    """住所 and 方書, a line each; abroad with the country first."""
    place = "".join(str(items.get(f"{prefix}{name}") or "") for name in ("prefecture", "city", "town", "block"))
    if not place and prefix:
        place = "　".join(
            str(items[name]) for name in (f"{prefix}country", f"{prefix}foreign_address") if items.get(name)
        )
    building = str(items.get(f"{prefix}building") or "")
    return [part for part in (place, building) if part]


def _name(items: Mapping[str, Any]) -> str:
    """氏名 in the order of 氏名優先区分, without what stands in brackets behind it."""
    parts = {name: str(items.get(name) or "") for name in ("name", "kanji_name", "roman_name", "alias")}
    return display_name(str(items.get("name_priority") or ""), **parts).partition("（")[0]
