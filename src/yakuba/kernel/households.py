"""世帯員: the order of members on a 世帯連記式 (5.2) and proposals of 続柄 when the head changes (4.1.4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yakuba.kernel.relationships import (
    BRACKETED_CHILD,
    CHILD,
    CONNECTED_PERSON,
    FATHER,
    HEAD,
    HUSBAND,
    KIN,
    LODGER,
    MAXIMUM_LINKS,
    MOTHER,
    OLDER_BROTHER,
    OLDER_SISTER,
    PARENTS,
    SIBLINGS,
    SPOUSES,
    UNREGISTERED_HUSBAND,
    UNREGISTERED_WIFE,
    WIFE,
    YOUNGER_BROTHER,
    YOUNGER_SISTER,
    Relationship,
)

MALE, FEMALE = 1, 2
_GENERATION = {CHILD: -1, FATHER: 1, MOTHER: 1}
_GRANDPARENTS = frozenset((parent, other) for parent in PARENTS for other in PARENTS)
_SPOUSE_LINKS = frozenset((spouse,) for spouse in SPOUSES)
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """世帯員. koseki is any text equal for people of one 戸籍 (本籍 and 筆頭者): it tells whose spouse a 「子の妻」 is.

    sex is 1 男, 2 女, 0 unknown; is_koseki_head tells that the person is the 筆頭者.
    """

    id: int
    relationship: Relationship
    birth_date: date
    addressee_number: str
    sex: int = 0
    is_koseki_head: bool = False
    koseki: str = ""


# --- 記載順位 ---


def _links(member: Member) -> tuple[str, ...]:
    links = member.relationship.links
    return (CHILD, links[2]) if links[0] == BRACKETED_CHILD else links


def _by_birth(member: Member) -> _Key:
    return member.birth_date, member.addressee_number


def _child_of_family(member: Member, children: Sequence[Member]) -> Member | None:
    """The head's child through whom a 「子の…」 is related: of one 戸籍, else the only one, else the eldest born before."""
    same = [child for child in children if child.koseki and child.koseki == member.koseki]
    if len(same) == 1 or len(children) == 1:
        return (same or list(children))[0]
    if _links(member)[1] in SPOUSES:
        return min(same or children, key=_by_birth, default=None)
    older = [child for child in same or children if child.birth_date < member.birth_date]
    return min(older, key=_by_birth, default=None)


def _generation(links: Iterable[str]) -> int:
    return sum(_GENERATION.get(link, 0) for link in links)


def _kin_key(member: Member, anchor: Member | None) -> _Key:
    """The place of a member who is neither the head, the spouse nor a child."""
    links = _links(member)
    if links[0] == CHILD:
        family = anchor or member
        place = 1 if links[1:] in _SPOUSE_LINKS else 2
        return 2, *_by_birth(family), place, -_generation(links), *_by_birth(member)
    if len(links) == 1 and links[0] in PARENTS:
        return 3, 0, not member.is_koseki_head, *_by_birth(member)
    if len(links) == 1 and links[0] in SIBLINGS:
        return 3, 1, False, *_by_birth(member)
    if links in _GRANDPARENTS:
        return 3, 2, not member.is_koseki_head, *_by_birth(member)
    group = {CONNECTED_PERSON: 1, LODGER: 2}.get(links[0], 0)
    if group:
        return 4, group, len(links) > 1, -_generation(links), *_by_birth(member)
    return 4, 0, False, -_generation(links), *_by_birth(member)


def member_order(members: Sequence[Member]) -> list[Member]:
    """記載順位: the members in the order of 5.2.

    1 head, spouse, children without a family here; 2 families of the children, by the child's birth date; 3 parents,
    brothers and sisters, grandparents; 4 other kin by generation (elders first), then 縁故者, then 同居人. Ties: birth
    date, then 宛名番号.
    """
    children = [member for member in members if _links(member) == (CHILD,)]
    anchors = {
        member.id: _child_of_family(member, children)
        for member in members
        if _links(member)[0] == CHILD and len(_links(member)) > 1
    }
    with_family = {anchor.id for anchor in anchors.values() if anchor is not None}

    def key(member: Member) -> _Key:
        links = _links(member)
        if member.relationship.is_head:
            return 1, 0, *_by_birth(member)
        if member.relationship.is_spouse:
            return 1, 1, *_by_birth(member)
        if links == (CHILD,):
            if member.id in with_family:
                return 2, *_by_birth(member), 0, 0, *_by_birth(member)
            return 1, 2, *_by_birth(member)
        return _kin_key(member, anchors.get(member.id))

    return sorted(members, key=key)


# --- 世帯主変更 ---

_OPPOSITE_SPOUSE = {
    HUSBAND: WIFE,
    WIFE: HUSBAND,
    UNREGISTERED_HUSBAND: UNREGISTERED_WIFE,
    UNREGISTERED_WIFE: UNREGISTERED_HUSBAND,
}


def recompute_for_new_head(members: Sequence[Member], new_head_id: int) -> dict[int, Relationship | None]:
    """続柄 proposed for each member, by id, when new_head_id becomes 世帯主; None where the clerk must choose.

    The specification gives no rule (a design choice, stated as such): only what follows from one link between the old
    and the new head is proposed. A child of the old head is taken for the spouse's child too, and the spouse for the
    child's parent, unless the 続柄 says otherwise (妻の子); the clerk confirms every line.
    """
    old_head = next((member for member in members if member.relationship.is_head), None)
    new_head = next(member for member in members if member.id == new_head_id)
    proposals: dict[int, Relationship | None] = {member.id: None for member in members}
    if old_head is not None and old_head.id != new_head.id and len(_links(new_head)) == 1:
        for member in members:
            if member.relationship.links[0] != BRACKETED_CHILD:
                proposals[member.id] = _permitted(_seen_from(new_head, old_head, member, members))
            elif _links(new_head)[0] in (HUSBAND, WIFE):
                proposals[member.id] = member.relationship
    proposals[new_head.id] = Relationship((HEAD,))
    return proposals


def _permitted(links: tuple[str, ...] | None) -> Relationship | None:
    if links is None or not 1 <= len(links) <= MAXIMUM_LINKS or any(link not in KIN for link in links):
        return None
    return Relationship(links)


def _seen_from(new_head: Member, old_head: Member, member: Member, members: Sequence[Member]) -> tuple[str, ...] | None:
    link = _links(new_head)[0]
    back = _back_link(new_head, old_head, link)
    if member.id == old_head.id:
        return None if back is None else (back,)
    links = _links(member)
    if back is None or member.id == new_head.id or links[0] not in KIN:
        return None
    if link in SPOUSES:
        seen = _seen_from_spouse(link, back, links)
    elif link == CHILD:
        seen = _seen_from_child(new_head, member, back, links, members)
    elif link in PARENTS:
        seen = _seen_from_parent(link, links)
    else:
        seen = _seen_from_sibling(new_head, member, back, links)
    return seen


def _sibling(viewer: Member, viewed: Member) -> str | None:
    """兄・弟・姉・妹 as which viewed stands to viewer; None when sex or age do not tell."""
    if viewed.sex not in (MALE, FEMALE) or viewed.birth_date == viewer.birth_date:
        return None
    older = viewed.birth_date < viewer.birth_date
    if viewed.sex == MALE:
        return OLDER_BROTHER if older else YOUNGER_BROTHER
    return OLDER_SISTER if older else YOUNGER_SISTER


def _back_link(new_head: Member, old_head: Member, link: str) -> str | None:
    """The old head's 続柄 to the new one, when the new one was link to the old."""
    if link in SPOUSES:
        return _OPPOSITE_SPOUSE[link]
    if link == CHILD:
        return {MALE: FATHER, FEMALE: MOTHER}.get(old_head.sex)
    if link in PARENTS:
        return CHILD
    return _sibling(new_head, old_head) if link in SIBLINGS else None


def _seen_from_spouse(link: str, back: str, links: tuple[str, ...]) -> tuple[str, ...] | None:
    if links[0] == link:
        return links[1:]
    if links[0] == CHILD:
        return links if link in (HUSBAND, WIFE) else (back, *links)
    return (back, *links)


def _seen_from_child(
    new_head: Member, member: Member, back: str, links: tuple[str, ...], members: Sequence[Member]
) -> tuple[str, ...] | None:
    if links == (CHILD,):
        sibling = _sibling(new_head, member)
        return None if sibling is None else (sibling,)
    if links[0] == CHILD:
        children = [other for other in members if _links(other) == (CHILD,)]
        certain = len(children) == 1 or (new_head.koseki != "" and new_head.koseki == member.koseki)
        return links[1:] if certain and _child_of_family(member, children) == new_head else None
    if links[0] in (HUSBAND, WIFE):
        parent = FATHER if links[0] == HUSBAND else MOTHER
        return None if CHILD in links else (parent, *links[1:])
    return (back, *links)


def _seen_from_parent(link: str, links: tuple[str, ...]) -> tuple[str, ...] | None:
    if links[0] == link:
        return links[1:] or None
    if len(links) == 1 and links[0] in PARENTS:
        return (HUSBAND,) if links[0] == FATHER else (WIFE,)
    if links[0] in SIBLINGS:
        return (CHILD, *links[1:])
    if links[0] in PARENTS:
        return ((HUSBAND if links[0] == FATHER else WIFE), *links[1:])
    return (CHILD, *links)


def _seen_from_sibling(new_head: Member, member: Member, back: str, links: tuple[str, ...]) -> tuple[str, ...] | None:
    if links[0] in PARENTS:
        return links
    if links[0] in SIBLINGS:
        sibling = _sibling(new_head, member) if len(links) == 1 else None
        return None if sibling is None else (sibling,)
    return (back, *links)
