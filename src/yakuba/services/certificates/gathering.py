"""読取り: what documents need from the registers, by set, checked before anything of it is used.

The guard is asked for everybody whose address stands on a document: its subjects, whoever now lives with them, and the
protected who live where a subject did.
Past the guard, what the register itself still hides (`PersonView.is_hidden`) stops the document too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yakuba.kernel.findings import error
from yakuba.registers.access.door import Access
from yakuba.registers.individual_numbers import queries as vault
from yakuba.registers.protections import queries as protections
from yakuba.registers.protections.guard import check_output
from yakuba.registers.residents import screen
from yakuba.registers.residents.queries import documents as residents
from yakuba.registers.residents.queries.people import PersonView
from yakuba.registers.staff.rights import require

from .judging import in_force, judge
from .material import Asked, Material
from .requests import MOVE_OUT_KINDS, PLANNED_KINDS, TAX_KINDS, RequestKind
from .striking import show_struck
from .taxes import tax_findings, tax_record

TAX_RIGHT = "issue_tax_certificates"
Group = tuple[str, date, datetime]


def gather(access: Access, asked: Sequence[Asked], *, masked: bool = False) -> list[Material]:
    """材料の読取り, one for each request in order. Those with an error have their findings and nothing to print.

    `masked` leaves 個人番号 in the vault and gives their masks. Each reading is recorded. Raises RefusedError without the right
    to print 個人番号 where one is asked for, and without `issue_tax_certificates` where what tells of tax is.
    """
    if any(one.request.kind in TAX_KINDS for one in asked):
        require(access, TAX_RIGHT)
    groups: dict[Group, list[int]] = defaultdict(list)
    for position, one in enumerate(asked):
        groups[one.request.kind.output, one.valid_on, one.known_at].append(position)
    found: dict[int, Material] = {}
    for group, positions in groups.items():
        read = _read(access, group, [asked[position] for position in positions])
        found |= dict(zip(positions, read, strict=True))
    materials = [found[position] for position in range(len(asked))]
    for material in materials:
        if material.views and not material.asked.pinned:
            material.findings += judge(material, today=access.today, now=access.now)
    _read_taxes(access, [material for material in materials if material.request.kind in TAX_KINDS])
    whole = [material for material in materials if not material.is_stopped]
    _read_entries(access, whole)
    for material in whole:
        material.findings += [*in_force(material), *show_struck(material)]
    _read_numbers(access, [material for material in whole if material.request.prints_individual_numbers], masked=masked)
    for material in whole:
        if material.request.kind is RequestKind.PROTECTION_END and not material.extra:
            material.extra = _protection_period(access, material)
    return materials


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one reading gave: people as of the day, their last slices, who is in their households, whom they tell of."""

    present: Mapping[int, PersonView]
    last: Mapping[int, PersonView]
    living_together: Mapping[int, frozenset[int]]
    members: Mapping[int, frozenset[int]]
    told: Mapping[int, frozenset[int]]


def _read(access: Access, group: Group, asked: Sequence[Asked]) -> list[Material]:
    output, valid_on, known_at = group
    ids = sorted({each for one in asked for each in one.request.subjects})
    clocks: dict[str, Any] = {"known_at": known_at, "output": output}
    present = residents.people(access, ids, valid_on=valid_on, **clocks)
    last: dict[int, PersonView] = {}
    if any(one.request.kind in PLANNED_KINDS for one in asked):
        last = residents.people(access, ids, valid_on=residents.LAST_DAY, **clocks)
    households = {house for view in (*present.values(), *last.values()) if (house := view.items.get("household_id"))}
    members = residents.members(households, valid_on=valid_on, known_at=known_at)
    told = screen.told(access, {each: view.items.get("household_id") for each, view in (present | last).items()})
    reading = _Reading(present, last, residents.living_together(households), members, told)
    return [_material(access, one, reading) for one in asked]


def _material(access: Access, asked: Asked, reading: _Reading) -> Material:
    subjects, output = asked.request.subjects, asked.request.kind.output
    shown = reading.last if asked.request.kind in MOVE_OUT_KINDS else reading.present
    views = sorted((shown[each] for each in subjects if each in shown), key=_listing_order)
    both = (reading.present, reading.last)
    every = [view for source in both for each in subjects if (view := source.get(each)) is not None]
    households = sorted({house for view in every if (house := view.items.get("household_id"))})
    concerned = set(subjects).union(*(reading.living_together.get(house, frozenset()) for house in households))
    concerned |= frozenset().union(*(reading.told.get(each, frozenset()) for each in subjects))
    inside = reading.members.get(views[0].items.get("household_id") or 0, frozenset()) if views else frozenset()
    material = Material(
        asked,
        views,
        sorted(concerned),
        households,
        known_at=asked.known_at if asked.pinned else max((view.known_from for view in every), default=asked.known_at),
        is_whole=asked.is_whole if asked.pinned else inside == set(subjects),
        extra=asked.extra,
    )
    material.findings += check_output(access, concerned, output, household_ids=households)
    if any(view.is_hidden for view in every) and not material.is_blocked:
        material.findings += protections.lock_findings(subjects[:1], today=access.today)
    if len(views) < len(set(subjects)) or not views:
        material.findings.append(
            error(
                "no-record",
                "その日の住民票に記録のない人がいます。",
                "対象者と年月日を確かめてください。",
                item="subjects",
            )
        )
    return material


def _listing_order(view: PersonView) -> tuple[int, int]:
    return (view.items.get("listing_order") or 999, view.resident_id)


def _read_entries(access: Access, materials: Sequence[Material]) -> None:
    by_instant: dict[datetime, list[Material]] = defaultdict(list)
    for material in materials:
        by_instant[material.asked.known_at].append(material)
    for known_at, together in by_instant.items():
        read = residents.entries(access, _subjects(together), known_at=known_at)
        for material in together:
            material.entries = {
                each: [row for row in read[each] if row.recorded_at <= material.known_at]
                for each in material.request.subjects
            }


def _subjects(materials: Sequence[Material]) -> list[int]:
    return sorted({each for material in materials for each in material.request.subjects})


def _read_numbers(access: Access, materials: Sequence[Material], *, masked: bool) -> None:
    by_instant: dict[datetime, list[Material]] = defaultdict(list)
    for material in materials:
        by_instant[material.asked.numbers_known_at].append(material)
    for instant, together in by_instant.items():
        reason = "certificate:" + "、".join(sorted({m.request.kind.value for m in together}))
        people = _subjects(together)
        if masked:
            numbers = vault.masked(people)
        else:
            numbers = vault.read_many(access, people, reason=reason, known_at=instant)
        for material in together:
            material.numbers = {each: numbers[each] for each in material.request.subjects if each in numbers}


def _read_taxes(access: Access, materials: Sequence[Material]) -> None:
    """税の材料 of those that nothing stands against; what was decided or paid is knowledge that the document shows."""
    for material in materials:
        if material.is_stopped:
            continue
        request = material.request
        if request.fiscal_year is not None:
            material.tax = tax_record(
                access, request.subjects[0], request.fiscal_year, known_at=material.asked.known_at,
                with_account=request.kind is RequestKind.TAX_PAYMENT,
            )  # fmt: skip
        material.findings += tax_findings(request.kind, material.tax, request.fiscal_year)
        if material.tax is not None and not material.asked.pinned:
            material.known_at = max(material.known_at, material.tax.known_at)


def _protection_period(access: Access, material: Material) -> dict[str, str]:
    if material.request.protection_id is None:
        raise ValueError("protection_end needs a protection_id")
    found = protections.end_notice(access, material.request.protection_id)
    if found.resident_id not in material.request.subjects:
        raise ValueError("the protection is another person's")
    days = {name: getattr(found, name) for name in ("starts_on", "ends_on", "extension_from", "extension_through")}
    return {name: day.isoformat() for name, day in days.items()} | {"category": found.category}
