"""一年の出生・死亡・世帯の異動, as forms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from yakuba.kernel.households import recompute_for_new_head
from yakuba.registers.residents.events.placing import as_member

from .year_book import CHILD, HEAD_CODE, SPOUSES, Book, Home, Items, Notice, Stage, is_foreign, is_japanese

BIRTHS, DEATHS, SPLITS, HEAD_CHANGES, MERGES = 0.0066, 0.0124, 0.002, 0.0015, 0.0006


def bear(book: Book) -> None:
    """出生, by notice from the 戸籍; a foreign child is without 在留資格 at first."""

    def mothers(_home: Home, person: Items) -> float:
        fits = person["sex"] == 2 and person["relationship"] in (HEAD_CODE, SPOUSES[1])
        return (
            max(0.0, 1 - abs(book.age(person) - 31) / 11)
            if fits and (person["name_furigana"] or is_foreign(person))
            else 0.0
        )

    for _, mother in book.pick(book.about(BIRTHS), mothers):
        occurred, sex = book.day(), int(book.rng.integers(1, 3))
        child: Items = {"sex": str(sex), "relationship": CHILD}
        if is_foreign(mother):
            family = mother["name"].split(" ")[0]
            names = {
                "name": f"{family} {'MINA' if sex == 2 else 'KEN'}",
                "nationality_code": mother["nationality_code"],
            }
            child |= {"resident_kind": "2", **names, "roman_name": names["name"], "nationality": mother["nationality"]}
        else:
            given, kana = book.given_name(sex, occurred.year)
            reading = f"{mother['name_furigana'].split(chr(0x3000))[0]}\u3000{kana}"
            child |= {"resident_kind": "1", "name": f"{mother['family_name']}\u3000{given}", "name_furigana": reading}
        form = {"parent_id": mother["resident_id"], "people": [child]}
        book.file("birth", occurred, form, filed_on=occurred + timedelta(days=int(book.rng.integers(1, 15))))


def die(book: Book) -> None:
    """死亡 by age; where a head leaves two or more behind, 世帯主変更 follows by notice."""

    def mortal(home: Home, person: Items) -> float:
        if len(home.members) > 2 and person is home.head and successor(book, home, person) is None:
            return 0.0
        return float(1.1 ** book.age(person))

    for home, person in book.pick(book.about(DEATHS), mortal):
        occurred = book.day()
        filed = occurred + timedelta(days=int(book.rng.integers(1, 9)))
        form = {"residents": [person["resident_id"]]}
        stage = Stage.DIRECT if person is home.head else None
        notice = book.file("death", occurred, form, filed_on=filed, stage=stage)
        if person is home.head and len(home.members) > 2:
            days = int(book.rng.integers(0, 10))
            head_change(book, home, person, occurred, after=notice.at + timedelta(days=days, hours=1), is_gone=True)


def successor(book: Book, home: Home, head: Items) -> Items | None:
    """次の世帯主: the eldest grown member from whom everybody's 続柄 follows."""
    others = [member for member in home.members if member is not head and book.age(member) >= 16]
    others.sort(key=lambda member: (member["relationship"] not in SPOUSES, member["birth_date"]))
    return next((each for each in others if None not in _relations(home, head, each).values()), None)


def _relations(home: Home, head: Items, new: Items) -> dict[int, str | None]:
    members = [as_member(each["resident_id"], f"{number:015d}", each) for number, each in enumerate(home.members)]
    found = recompute_for_new_head(members, new["resident_id"])
    return {
        each: relation.compact if relation else None for each, relation in found.items() if each != head["resident_id"]
    }


def head_change(
    book: Book, home: Home, head: Items, occurred: date, *, after: Any = None, is_gone: bool = False
) -> Notice:
    """世帯主変更 to the successor; the 続柄 of all are typed in."""
    new = successor(book, home, head)
    if new is None:
        raise ValueError(f"nobody can follow as head of household {home.household_id}")
    typed = _relations(home, head, new)
    if not is_gone:
        own = recompute_for_new_head(
            [as_member(each["resident_id"], f"{n:015d}", each) for n, each in enumerate(home.members)],
            new["resident_id"],
        )[head["resident_id"]]
        typed[head["resident_id"]] = own.compact if own else "96"
    people = [
        {"resident_id": each, "relationship": relation}
        for each, relation in typed.items()
        if each != new["resident_id"]
    ]
    form = {"new_head_id": new["resident_id"], "people": people}
    at = after
    if after is not None and not book.is_open(after):
        at = book.moment(after.date() + timedelta(days=1))
    return book.file("head_change", occurred, form, at=at, stage=Stage.DIRECT)


def divide(book: Book) -> None:
    """世帯分離 of grown children, and 世帯主変更 from the old to the next."""

    def grown(_home: Home, person: Items) -> float:
        return float(person["relationship"] == CHILD and book.age(person) >= 25)

    for _, person in book.pick(book.about(SPLITS), grown):
        occurred = book.day()
        book.file(
            "household_split", occurred, {"residents": [person["resident_id"]]}, filed_on=occurred + timedelta(days=5)
        )

    def old(home: Home, person: Items) -> float:
        fits = person is home.head and book.age(person) > 70 and successor(book, home, person) is not None
        return float(fits)

    for home, person in book.pick(book.about(HEAD_CHANGES), old):
        head_change(book, home, person, book.day())


def unite(book: Book) -> None:
    """世帯合併・世帯変更: two households at one address become one, or somebody goes over from one to the other."""
    wanted = max(2, book.about(MERGES))
    pairs = [pair for pair in _neighbours(book) if _fits(book, *pair)][:wanted]
    for number, (host, guest) in enumerate(pairs):
        book.free -= {host.household_id, guest.household_id}
        whole = len(guest.members) == 1
        movers = guest.ids if whole else guest.ids[-1:]
        people = [{"resident_id": each, "relationship": _kin(host, guest)} for each in movers]
        kind = "household_merge" if whole and number % 3 else "household_change"
        occurred = book.day()
        form = {"residents": movers, "household_id": host.household_id, "people": people}
        book.file(kind, occurred, form, filed_on=occurred + timedelta(days=4))


def _kin(host: Home, guest: Home) -> str:
    """A child who comes back, a parent, or a lodger."""
    head, other = host.head, guest.head
    same = is_japanese(head) and is_japanese(other) and head["family_name"] == other["family_name"]
    years = (other["birth_date"] - head["birth_date"]).days / 365
    if same and years > 18:
        return CHILD
    if same and years < -18:
        return "51" if other["sex"] == 1 else "52"
    return "99"


def _fits(book: Book, host: Home, guest: Home) -> bool:
    return {host.household_id, guest.household_id} <= book.free and (
        len(guest.members) == 1 or guest.members[-1] is not guest.head
    )


def _neighbours(book: Book) -> list[tuple[Home, Home]]:
    by_address: dict[tuple[Any, ...], list[Home]] = {}
    for each in sorted(book.free):
        home = book.homes[each]
        place = tuple(home.head[name] for name in ("town", "block", "building"))
        by_address.setdefault(place, []).append(home)
    pairs = [(homes[0], homes[1]) for homes in by_address.values() if len(homes) == 2]
    return [(one, other) if len(one.members) >= len(other.members) else (other, one) for one, other in pairs]
