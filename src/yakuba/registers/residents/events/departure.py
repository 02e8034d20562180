"""世帯主が抜けるとき (national specification 4.0.4, 4.0.5): what becomes of those who stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, alert

from .addresses import WRITTEN
from .base import HEAD, Change, Context, EventDraft, Person

NOTICE = "世帯主が抜けたことによる職権の世帯主変更"


def members_left(context: Context, household_id: int, leaving: Collection[int], day: date) -> list[Person]:
    """残る世帯員, in the order of the 住民票."""
    return [person for person in context.members(household_id, day) if person.resident_id not in leaving]


def check_household_since(
    context: Context, household_ids: Iterable[int | None], day: date, besides: Collection[int], item: str = "residents"
) -> list[Finding]:
    """後の世帯の異動: an alert where members, address or head of a household become others after the day of the event.

    The event is laid on its day alone: it takes nobody along who came since, and brings nobody along who left since.
    `besides` are those of whom other findings speak.
    """
    findings = []
    for household_id in dict.fromkeys(each for each in household_ids if each is not None and each > 0):
        was = _picture(context, household_id, day, besides)
        later = sorted({e.occurred_on for p in context.persons.values() for e in p.active if e.occurred_on > day})
        changed = next((each for each in later if _picture(context, household_id, each, besides) != was), None)
        if changed is not None:
            message = f"この世帯は、異動日より後（{changed.isoformat()}）に世帯員、住所または世帯主が変わっています。"
            remedy = "後から入った人や、後の転居・転出に加わる人がいないか確かめ、必要な異動を続けて入力してください。"
            findings.append(alert("household-changed-since", message, remedy, item=item))
    return findings


def _picture(context: Context, household_id: int, day: date, besides: Collection[int]) -> list[tuple[object, ...]]:
    return [
        (person.resident_id, items.get("relationship") == HEAD, *(items.get(name) for name in WRITTEN))
        for person in context.members(household_id, day)
        if person.resident_id not in besides and (items := person.at(day))
    ]


def _head_leaves(count: int) -> Finding:
    message = f"世帯主が抜け、世帯員が{count}人残ります。"
    remedy = "先に世帯主変更を入力してください。このまま進めると世帯主変更依頼通知書の対象になります。"
    return alert("head-leaves", message, remedy, item="residents")


def after_undoing(
    context: Context, household_id: int | None, leaving: Collection[int], day: RegisterDate
) -> tuple[list[Finding], list[EventDraft]]:
    """As `after_departure`, where a cancellation reaches back to a past day: those who came since are asked about too."""
    findings, drafts = after_departure(context, household_id, leaving, day)
    now = max(day.value, context.today)
    if household_id is None or findings or drafts:
        return findings, drafts
    left = members_left(context, household_id, leaving, now)
    headless = bool(left) and all(person.at(now).get("relationship") != HEAD for person in left)
    return [_head_leaves(len(left))] if headless else [], []


def after_departure(
    context: Context, household_id: int | None, leaving: Collection[int], day: RegisterDate
) -> tuple[list[Finding], list[EventDraft]]:
    """One left: that one becomes 世帯主 by authority. Two or more without a head: an alert asks for 世帯主変更 first."""
    if household_id is None:
        return [], []
    left = members_left(context, household_id, leaving, day.value)
    if not left or any(person.at(day.value).get("relationship") == HEAD for person in left):
        return [], []
    if len(left) > 1:
        return [_head_leaves(len(left))], []
    name = str(left[0].at(day.value).get("name", ""))
    change = Change(left[0].resident_id, {"relationship": HEAD, "head_name": name, "listing_order": 1})
    return [], [EventDraft("head_change", "53", RegisterDate(day.value), [change], None, NOTICE)]
