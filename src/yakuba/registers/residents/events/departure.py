"""世帯主が抜けるとき (national specification 4.0.4, 4.0.5): what becomes of those who stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, alert
from yakuba.kernel.households import Member, recompute_for_new_head
from yakuba.kernel.relationships import Relationship, parse_compact

from ..fold import Items
from .base import HEAD, Change, Context, EventDraft, Person


def members_left(context: Context, household_id: int, leaving: Collection[int], day: date) -> list[Person]:
    """残る世帯員, in the order of the 住民票."""
    return [person for person in context.members(household_id, day) if person.resident_id not in leaving]


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
        return [
            alert(
                "head-leaves",
                f"世帯主が抜け、世帯員が{len(left)}人残ります。",
                "先に世帯主変更を入力してください。このまま進めると世帯主変更依頼通知書の対象になります。",
                item="residents",
            )
        ], []
    name = str(left[0].at(day.value).get("name", ""))
    change = Change(left[0].resident_id, {"relationship": HEAD, "head_name": name, "listing_order": 1})
    notice = "世帯主が抜けたことによる職権の世帯主変更"
    return [], [EventDraft("head_change", "53", day, [change], None, notice)]


def as_member(person: Person, items: Items) -> Member:
    """世帯員 for the ordering and the relationships of `kernel.households`."""
    read = parse_compact(str(items.get("relationship") or "99"))
    koseki = "".join(str(items.get(name) or "") for name in ("honseki_city", "honseki_town", "honseki_lot", "koseki_head"))
    return Member(
        person.resident_id,
        read if isinstance(read, Relationship) else Relationship(("99",)),
        items["birth_date"],
        person.addressee_number,
        int(items.get("sex") or 0),
        items.get("koseki_head") == items.get("name"),
        koseki,
    )


def proposed_relationships(people: list[tuple[Person, Items]], new_head_id: int) -> dict[int, str | None]:
    """続柄の案 seen from a new head; None where the clerk must choose. An aid, not a rule (4.1.4.2 gives no algorithm)."""
    members = [as_member(person, items) for person, items in people]
    proposals = recompute_for_new_head(members, new_head_id)
    return {each: relation.compact if relation else None for each, relation in proposals.items()}
