"""一年の転入・転出・転居・婚姻: who comes, who goes, who moves house, as forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from .numbers import codes_of_residents, numbers_of_individuals
from .people import FOREIGN
from .year_book import (
    CHILD,
    HEAD_CODE,
    SINGLE_NEWCOMERS,
    SPOUSES,
    Book,
    Home,
    Items,
    Notice,
    Stage,
    is_foreign,
    is_japanese,
)
from .year_households import head_change, successor

ARRIVING, LEAVING, WITHIN, WEDDINGS, BRIDES, PARENTS = 0.0455, 0.045, 0.033, 0.0012, 0.0008, 0.0007
NOTICE_SHARE = 0.7
PERSON = (
    "name", "name_furigana", "former_family_name", "former_family_name_furigana", "sex", "relationship", "resident_code",
    "honseki_prefecture", "honseki_city", "honseki_town", "honseki_lot", "koseki_head", "resident_kind",
)  # fmt: skip
FOREIGN_PERSON = (
    "roman_name", "kanji_name", "alias", "alias_furigana", "name_priority", "nationality_code", "nationality",
    "article_30_45_category", "residence_status", "stay_years", "stay_months", "stay_days", "stay_expires_on",
    "residence_card_number",
)  # fmt: skip
ADDRESS = ("town_code", "town", "block", "building", "postal_code")
ORIGIN = (
    "origin_prefecture", "origin_city", "origin_town", "origin_block", "origin_country", "origin_foreign_address",
)  # fmt: skip


def arrive(book: Book) -> None:
    """転入: households from elsewhere and from abroad; some as 特例転入 or 未届転入, foreign ones by 法30条の46."""
    made = book.newcomers(book.about(ARRIVING))
    numbers = dict(
        zip(*(made.individual_numbers[name].to_list() for name in made.individual_numbers.columns), strict=True)
    )
    entries = made.entries.join(
        made.events.select(pl.col("id").alias("event_id"), "kind", "occurred_on", "processed_on"), on="event_id"
    )
    for _, rows in entries.sort("event_id", "listing_order").group_by("event_id", maintain_order=True):
        people = rows.to_dicts()
        kind = str(people[0]["kind"])
        occurred: date = people[0]["occurred_on"]
        domestic = kind == "domestic_move_in"
        form: Items = {name: people[0][name] for name in (*ADDRESS, *ORIGIN) if people[0][name] is not None}
        form["people"] = [_typed(person, numbers[person["resident_id"]] if domestic else None) for person in people]
        drawn = book.rng.random()
        if domestic and drawn < 0.12:
            kind, form["move_out_planned_on"] = "special_move_in", (occurred - timedelta(days=3)).isoformat()
        elif domestic and drawn < 0.14:
            kind = "unregistered_move_in"
        elif not domestic and all(person["resident_kind"] == FOREIGN for person in people):
            kind = "article_30_46"
        book.file(kind, occurred, form, filed_on=people[0]["processed_on"])


def _typed(person: Items, number: str | None) -> Items:
    """A person of a form. Who comes from abroad for the first time brings neither 住民票コード nor 個人番号."""
    typed = {name: _text(person[name]) for name in (*PERSON, *FOREIGN_PERSON) if person[name] is not None}
    typed["birth_date"] = person["birth_date_note"] or person["birth_date"].isoformat()
    if person["resident_kind"] == FOREIGN:
        typed["residence_place_notified"] = "1"
    if number is None:
        typed.pop("resident_code", None)
    else:
        typed["individual_number"] = number
    return typed


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _restless(book: Book) -> Any:
    """How much a household tends to move, by its head's age and its size."""

    def weight(home: Home, person: Items) -> float:
        if person is not home.head:
            return 0.0
        age = book.age(person)
        by_age = 0.13 if age < 30 else 0.075 if age < 45 else 0.024 if age < 65 else 0.009
        return by_age * (1.0 if len(home.members) == 1 else 0.45) * (1.6 if is_foreign(person) else 1.0)

    return weight


def _grown_child(book: Book) -> Any:
    def weight(_home: Home, person: Items) -> float:
        return float(person["relationship"] == CHILD and 18 <= book.age(person) < 33)

    return weight


def leave(book: Book) -> None:
    """転出: whole households, grown children, and heads who go where their work is; some on a day still to come."""
    wanted = book.about(LEAVING)
    gone = 0
    for home, _ in book.pick(wanted, _restless(book)):
        gone += len(home.members)
        _depart(book, home, home.ids)
        if gone >= wanted * 0.86:
            break
    for home, person in book.pick(int(wanted * 0.12), _grown_child(book)):
        _depart(book, home, [person["resident_id"]])
    for home, head in book.pick(
        max(1, int(wanted * 0.02)), lambda home, person: float(_is_sent_away(book, home, person))
    ):
        occurred = book.day(moves=True)
        moment = head_change(book, home, head, occurred)
        _depart(book, home, [head["resident_id"]], occurred, after=moment)


def _is_sent_away(book: Book, home: Home, person: Items) -> bool:
    grown = 30 < book.age(person) < 60
    return person is home.head and len(home.members) > 2 and grown and successor(book, home, person) is not None


def _depart(
    book: Book, home: Home, movers: list[int], occurred: date | None = None, after: Notice | None = None
) -> None:
    abroad = not after and book.rng.random() < (0.4 if is_foreign(home.head) else 0.03)
    country = int(book.rng.integers(0, 12)) if abroad else None
    destination = book.away("destination", country)
    planned = occurred or book.day(moves=True) + timedelta(days=int(book.rng.integers(-10, 25)))
    planned = max(planned, book.first)
    filed = planned + timedelta(days=int(book.rng.integers(-20, 9)))
    kind = "foreign_move_out" if abroad else "domestic_move_out"
    at = after.at + timedelta(minutes=20) if after else None
    notice = book.file(kind, planned, {"residents": movers, **destination}, filed_on=filed, at=at)
    if not abroad and book.rng.random() < NOTICE_SHARE:
        _confirm(book, notice, movers, planned, destination)


def _confirm(book: Book, notice: Notice, movers: list[int], planned: date, destination: Items) -> None:
    """転入通知 from the other municipality, some days after the arrival; now and then they arrived before the day."""
    arrived = planned + timedelta(days=int(book.rng.integers(-2, 9)))
    told = max(arrived, notice.at.date()) + timedelta(days=int(book.rng.integers(3, 11)))
    if book.first < arrived and told < book.last:
        where = {name.replace("destination", "arrival"): value for name, value in destination.items()}
        book.file("move_in_notice", arrived, {"residents": movers, **where}, filed_on=told, stage=Stage.DIRECT)


def within(book: Book) -> None:
    """転居: whole households, and grown children who set up house."""
    wanted, moved = book.about(WITHIN), 0
    for home, head in book.pick(wanted, _restless(book)):
        moved += len(home.members)
        _move(book, home.ids, head)
        if moved >= wanted * 0.82:
            break
    for _, child in book.pick(int(wanted * 0.15), _grown_child(book)):
        _move(book, [child["resident_id"]], child)


def _move(book: Book, movers: list[int], first: Items) -> None:
    form: Items = {"residents": movers, **book.address()}
    if is_foreign(first):
        form["residence_place_notified"] = "1"
    occurred = book.day(moves=True)
    filed = occurred + timedelta(days=int(book.rng.integers(0, 13 if book.rng.random() < 0.95 else 70)))
    book.file("move_within", occurred, form, filed_on=filed)


# --- 婚姻, and others who join a household ---


def _alone(book: Book, sex: int) -> Any:
    def weight(home: Home, person: Items) -> float:
        fits = len(home.members) == 1 and person["sex"] == sex and is_japanese(person)
        return float(fits and 22 <= book.age(person) < 45)

    return weight


def marry(book: Book) -> None:
    """婚姻: she takes his name by the 戸籍 notice, and moves in with him. Both lived alone."""
    grooms = [head for _, head in book.pick(book.about(WEDDINGS), _alone(book, 1))]
    brides = [head for _, head in book.pick(len(grooms), _alone(book, 2))]
    for groom, bride in zip(grooms, brides, strict=False):
        occurred = book.day()
        wed = book.file("name_change", occurred, _married(groom, bride), stage=Stage.DIRECT)
        form = {"residents": [bride["resident_id"]], "household_id": groom["household_id"], "relationship": SPOUSES[1]}
        book.file("move_within", occurred, form, at=wed.at + timedelta(hours=1), stage=Stage.DIRECT)


def _married(groom: Items, bride: Items) -> Items:
    family, given = groom["name"].split("\u3000")[0], bride["name"].split("\u3000")[1]
    kana = f"{groom['name_furigana'].split(chr(0x3000))[0]}\u3000{bride['name_furigana'].split(chr(0x3000))[1]}"
    honseki = {name: groom[name] for name in PERSON if name.startswith("honseki_") and groom[name]}
    return {
        "residents": [bride["resident_id"]], "name": f"{family}\u3000{given}", "name_furigana": kana, **honseki,
        "koseki_head": groom["name"],
    }  # fmt: skip


def join(book: Book) -> None:
    """転入 into a household that is there: brides, and mothers who come to live with a child."""
    numbers = _numbers(book)
    for home, groom in book.pick(book.about(BRIDES), _alone(book, 1)):
        given, kana = book.given_name(2, groom["birth_date"].year + 1)
        names = {
            "name": f"{groom['family_name']}\u3000{given}",
            "name_furigana": _kana(groom, kana),
            "koseki_head": groom["name"],
        }
        _join(book, home, groom, {**names, "sex": "2", "relationship": SPOUSES[1], **next(numbers)}, years=-1)
    for home, head in book.pick(book.about(PARENTS), lambda home, p: float(_keeps_house(book, home, p))):
        given, kana = book.given_name(2, head["birth_date"].year - 27)
        names = {"name": f"{head['family_name']}\u3000{given}", "name_furigana": _kana(head, kana)}
        own = {"koseki_head": f"{head['family_name']}\u3000{given}"}
        _join(book, home, head, {**names, **own, "sex": "2", "relationship": "52", **next(numbers)}, years=27)


def _keeps_house(book: Book, home: Home, person: Items) -> bool:
    known = {member["relationship"] for member in home.members}
    grown = 40 <= book.age(person) < 62
    return person["relationship"] == HEAD_CODE and is_japanese(person) and grown and not known & {"51", "52"}


def _kana(person: Items, given: str) -> str:
    return f"{person['name_furigana'].split(chr(0x3000))[0]}\u3000{given}"


def _numbers(book: Book) -> Iterator[Items]:
    """住民票コード・個人番号 of newcomers who come one by one."""
    count = 100 + book.population // 100
    codes, own = (
        codes_of_residents(SINGLE_NEWCOMERS, count, book.seed),
        numbers_of_individuals(SINGLE_NEWCOMERS, count, book.seed),
    )
    both = zip(codes.tolist(), own.tolist(), strict=True)
    return ({"resident_code": code, "individual_number": number} for code, number in both)


def _join(book: Book, home: Home, head: Items, person: Items, *, years: int) -> None:
    born = head["birth_date"] - timedelta(days=int(years * 365.2425) + int(book.rng.integers(0, 300)))
    honseki = {name: head[name] for name in PERSON if name.startswith("honseki_") and head[name]}
    whole = {"resident_kind": "1", "birth_date": born.isoformat(), **honseki, **person}
    occurred = book.day(moves=True)
    form = {"household_id": home.household_id, **book.away("origin"), "people": [whole]}
    book.file("domestic_move_in", occurred, form, filed_on=occurred + timedelta(days=int(book.rng.integers(0, 12))))
