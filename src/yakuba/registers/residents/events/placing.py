"""世帯の中の位置: 続柄, 世帯主氏名 and 記載順位 of those who form, join or re-order a household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from yakuba.kernel.findings import Finding, error
from yakuba.kernel.households import Member, member_order, recompute_for_new_head
from yakuba.kernel.relationships import Relationship, parse_compact
from yakuba.registers.residents.fold import Items

from .base import HEAD, Change, Context, FieldSpec, Form, Person
from .checks import required, two_heads

Pair = tuple[Person, Items]
RELATIONSHIPS = FieldSpec(
    "people", "people", fields=(FieldSpec("resident_id", "resident", required=True), FieldSpec("relationship", "relationship")),
    help="新しい世帯主から見た続柄。空欄は案のとおり", group="続柄",
)  # fmt: skip
_LAST = 999


def typed_relationships(form: Form) -> dict[int, str]:
    """続柄 as the clerk typed it, by person."""
    return {
        int(row["resident_id"]): str(row["relationship"])
        for row in form.people()
        if row.get("resident_id") and row.get("relationship")
    }


def as_member(member_id: int, number: str, items: Items) -> Member:
    """世帯員 for the ordering and the relationships of `kernel.households`."""
    read = parse_compact(str(items.get("relationship") or "99"))
    koseki = "".join(
        str(items.get(name) or "") for name in ("honseki_city", "honseki_town", "honseki_lot", "koseki_head")
    )
    return Member(
        member_id,
        read if isinstance(read, Relationship) else Relationship(("99",)),
        items.get("birth_date") or date.max,
        number,
        int(items.get("sex") or 0),
        bool(items.get("koseki_head")) and items.get("koseki_head") == items.get("name"),
        koseki,
    )


def order_of_rule(members: Sequence[tuple[int, str, Items]]) -> list[int]:
    """記載順位 by 5.2: the ids in their order."""
    return [member.id for member in member_order([as_member(*one) for one in members])]


def pairs_on(people: Sequence[Person], day: date) -> list[Pair]:
    """People with their items on a day."""
    return [(person, person.at(day)) for person in people]


def _listed(pair: Pair) -> tuple[int, int]:
    return pair[1].get("listing_order") or _LAST, pair[0].resident_id


def is_in_order_of_rule(pairs: Sequence[Pair]) -> bool:
    """Whether 記載順位 is that of 5.2: then nobody has re-ordered the household by hand."""
    stored = [person.resident_id for person, _ in sorted(pairs, key=_listed)]
    return stored == order_of_rule([(p.resident_id, p.addressee_number, items) for p, items in pairs])


def proposed_relationships(pairs: Sequence[Pair], new_head_id: int) -> dict[int, str | None]:
    """続柄の案 seen from a new head; None where the clerk must choose. An aid, not a rule (4.1.4.2 gives no algorithm)."""
    members = [as_member(person.resident_id, person.addressee_number, items) for person, items in pairs]
    proposals = recompute_for_new_head(members, new_head_id)
    return {each: relation.compact if relation else None for each, relation in proposals.items()}


def relationship_open(name: object) -> Finding:
    """続柄 that cannot be derived and was not typed."""
    return error("relationship-open", f"{name} の新しい続柄が決まりません。", "続柄を入力してください。", item="people")


def place_members(
    pairs: Sequence[Pair], everyone: Sequence[Pair], head_id: int, household_id: int, typed: Mapping[int, str]
) -> tuple[list[Change], list[Finding]]:
    """世帯主・続柄・記載順位 for all people (`pairs`) of a household that gets a head; what cannot be derived must be typed.

    `everyone` is the household they are in before, from whose head the relationships are derived. The order is that of
    5.2 unless the household was ordered by hand: then the head comes first and the others keep their order.
    """
    head_items = next((items for person, items in pairs if person.resident_id == head_id), {})
    same_head = head_items.get("relationship") == HEAD
    # A chosen head may be no member any more; another finding says so, and there is nothing to derive from.
    derivable = not same_head and any(person.resident_id == head_id for person, _ in everyone)
    proposals = proposed_relationships(everyone, head_id) if derivable else {}
    relations: dict[int, str] = {}
    findings: list[Finding] = []
    for person, items in pairs:
        own = person.resident_id
        kept = items.get("relationship") if same_head else proposals.get(own)
        relation = HEAD if own == head_id else typed.get(own) or kept
        if relation is None:
            findings.append(relationship_open(items.get("name", "")))
        elif relation == HEAD and own != head_id:
            findings.append(two_heads())
        relations[own] = relation or "99"
    if findings:
        return [], findings
    new = [
        (person.resident_id, person.addressee_number, {**i, "relationship": relations[person.resident_id]})
        for person, i in pairs
    ]
    if is_in_order_of_rule(everyone):
        ordered = order_of_rule(new)
    else:
        by_hand = sorted(pairs, key=lambda pair: (pair[0].resident_id != head_id, *_listed(pair)))
        ordered = [person.resident_id for person, _ in by_hand]
    place = {each: position + 1 for position, each in enumerate(ordered)}
    changes = []
    for person, items in pairs:
        own = person.resident_id
        wanted: Items = {
            "household_id": household_id, "relationship": relations[own], "head_name": str(head_items.get("name", "")),
            "listing_order": place[own],
        }  # fmt: skip
        changes.append(Change(own, {name: value for name, value in wanted.items() if items.get(name) != value}))
    return [change for change in changes if change.items], []


def last_place(context: Context, household_id: int, day: date) -> int:
    """記載順位 of the last member: newcomers follow, unless the household is re-ordered (5.2)."""
    return max((person.at(day).get("listing_order") or 0 for person in context.members(household_id, day)), default=0)


def join_household(
    context: Context, day: date, people: Sequence[Person], target: int, typed: Mapping[int, str]
) -> tuple[dict[int, Items], list[Finding]]:
    """入る世帯での位置 of people who join a household that is there, by person."""
    head = context.head(target, day)
    findings: list[Finding] = []
    new: list[tuple[int, str, Items]] = []
    for person in people:
        relation = typed.get(person.resident_id)
        if relation is None:
            findings.append(relationship_open(person.at(day).get("name", "")))
        else:
            new.append((person.resident_id, person.addressee_number, {**person.at(day), "relationship": relation}))
    heads = [items for _, _, items in new if items["relationship"] == HEAD]
    if len(heads) + (head is not None) > 1:
        findings.append(two_heads("入る世帯には既に世帯主がいます。"))
    head_name = str((head.at(day) if head else heads[0] if heads else {}).get("name", ""))
    listed, by_id = last_place(context, target, day), {each: items for each, _, items in new}
    placed: dict[int, Items] = {
        each: {
            "household_id": target, "relationship": by_id[each]["relationship"], "head_name": head_name,
            "listing_order": listed + position + 1,
        }
        for position, each in enumerate(order_of_rule(new))
    }  # fmt: skip
    return placed, findings


def check_new_head(form: Form, ids: Sequence[int]) -> list[Finding]:
    """新しい世帯主 is one of those who form the household."""
    head = form.ids("new_head_id")
    if not head or head[0] in ids:
        return []
    message = "新しい世帯主に選んだ人は、この世帯の人ではありません。"
    return [error("head-not-among", message, "異動する人の中から選んでください。", item="new_head_id")]


def choose_head(form: Form, pairs: Sequence[Pair]) -> tuple[int, list[Finding]]:
    """新しい世帯主: as chosen; the former head where one is among them; the only one. Otherwise the clerk must say."""
    ids = [person.resident_id for person, _ in pairs]
    if form.ids("new_head_id"):
        return form.ids("new_head_id")[0], check_new_head(form, ids)
    head = next((person.resident_id for person, items in pairs if items.get("relationship") == HEAD), None)
    if head is not None or len(ids) == 1:
        return head if head is not None else ids[0], []
    typed = [each for each, relation in typed_relationships(form).items() if relation == HEAD and each in ids]
    if len(typed) == 1:
        return typed[0], []
    return ids[0], [required("new_head_id", "新しい世帯主が決まっていません。", "新しい世帯主を選んでください。")]


def own_head_name(before: Items, new_name: str) -> Items:
    """世帯主氏名 of a 世帯主 who is called otherwise: the name itself."""
    return {"head_name": new_name} if before.get("relationship") == HEAD else {}


def head_name_changes(context: Context, person: Person, new_name: str, day: date) -> list[Change]:
    """世帯主氏名 of the members where the person is 世帯主 and is called otherwise from that day."""
    items = person.at(day)
    household_id = items.get("household_id")
    if items.get("relationship") != HEAD or household_id is None:
        return []
    return [
        Change(member.resident_id, {"head_name": new_name})
        for member in context.members(household_id, day)
        if member.resident_id != person.resident_id and member.at(day).get("head_name") != new_name
    ]
