"""区画の仕上げ: the integers of a journal become the columns of a TownPart."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from yakuba.registers.residents.frames import (
    ENTRY_SCHEMA,
    EVENT_SCHEMA,
    HOUSEHOLD_SCHEMA,
    INDIVIDUAL_NUMBER_SCHEMA,
    RESIDENT_SCHEMA,
    TownPart,
    conform,
)

from .afterwards import Table, order_recorded
from .journal import BY_AUTHORITY, CLEAR_BUILDING, CLEAR_FOREIGN, CLEAR_PREVIOUS_BUILDING, CLEAR_STRUCK, KINDS, UNSET
from .numbers import card_numbers, codes_of_residents, entry_keys, numbers_of_individuals
from .people import FOREIGN, YEAR_DAYS
from .places import Places, address_frame, elsewhere_frame, honseki_frame
from .tables import Integers, names, read, words
from .town import Town

OPENS_SECOND, DESK_SECONDS, JAPAN_SECONDS = 30_600, 31_500, 32_400
STAFF = 12
MUNICIPALITY_CODE = "990019"
REGISTER_KINDS = {"naturalisation_strike": "naturalization", "naturalisation_entry": "naturalization"}
"""Events that the register knows as one kind with two reasons."""
CLEARED: dict[int, tuple[str, ...]] = {
    CLEAR_BUILDING: ("building", "building_furigana"),
    CLEAR_PREVIOUS_BUILDING: ("previous_building",),
    CLEAR_STRUCK: (
        "struck_reason", "struck_on", "struck_notified_on", "move_out_notified_on", "move_out_planned_on",
        "destination_municipality_code", "destination_prefecture", "destination_city", "destination_town",
        "destination_block", "destination_country_code", "destination_country", "destination_foreign_address",
        "move_out_confirmed_on", "move_in_notice_on", "arrival_prefecture", "arrival_city", "arrival_town",
        "arrival_block", "previous_town", "previous_block", "previous_building", "origin_country_code", "origin_country",
        "origin_foreign_address",
    ),
    CLEAR_FOREIGN: (
        "struck_reason", "struck_on", "struck_notified_on", "roman_name", "kanji_name", "alias", "alias_furigana",
        "alias_furigana_confirmed", "name_priority", "became_foreign_resident_on", "nationality_code", "nationality",
        "article_30_45_category", "residence_status", "stay_years", "stay_months", "stay_days", "stay_expires_on",
        "residence_card_number", "residence_card_kind", "residence_place_notified",
    ),
}  # fmt: skip


def _text(values: Integers, width: int) -> pl.Series:
    table = [f"{value:0{width}d}" for value in range(int(max(values.max(initial=0), 0)) + 1)]
    return pl.Series([*table, None], dtype=pl.String)[np.where(values < 0, len(table), values).astype(np.uint32)]


def _days(values: Integers) -> pl.Series:
    series = pl.Series(values).cast(pl.Int32)
    return series.set(pl.Series(values == UNSET), None).cast(pl.Date)


def _numbers(values: Integers, kind: Any = pl.Int16) -> pl.Series:
    return pl.Series(values).set(pl.Series(values == UNSET), None).cast(kind)


def _rows(table: pl.DataFrame, rows: Integers) -> pl.DataFrame:
    """Rows of a table whose last row is blank; UNSET takes that one."""
    return table[np.where(rows < 0, table.height - 1, rows).astype(np.uint32)]


def _relationships(values: Integers) -> pl.Series:
    codes, which = np.unique(values, return_inverse=True)
    texts = [None if code == UNSET else f"{code:02d}" for code in codes.tolist()]
    return pl.Series(texts, dtype=pl.String)[which.astype(np.uint32)]


def _event_frame(town: Town, events: Table, part: tuple[int, int, int]) -> pl.DataFrame:
    """異動, in the order recorded; each day's work is spread over the desk's hours."""
    residents, seed, index = part
    processed, count = events["processed"], events["processed"].size
    first = np.flatnonzero(np.concatenate(([True], processed[1:] != processed[:-1])))
    sizes = np.diff(np.concatenate((first, [count])))
    within = np.arange(count) - np.repeat(first, sizes)
    second = (within + town.rng.random(count)) / np.repeat(sizes, sizes) * DESK_SECONDS
    instant = (processed * 86_400 + OPENS_SECOND - JAPAN_SECONDS) * 1_000_000 + (second * 1_000_000).astype(np.int64)
    slugs, said = tuple(KINDS), words()
    by_authority = np.isin(events["kind"], [slugs.index(slug) for slug in BY_AUTHORITY])
    mailed = town.rng.random(count)
    notified = np.where(mailed < 0.1, np.maximum(processed - 3, np.minimum(events["occurred"], processed)), processed)
    notified = np.where(by_authority, UNSET, notified)
    places = pl.Series([said["place_counter"], said["place_mail"], said["place_online"]])
    notices = pl.Series(
        [said["notice_authority"], said["notice_survey"], said["notice_agent"], said["notice_identity"], None]
    )
    survey = events["kind"] == slugs.index("authority_strike")
    koseki = np.isin(events["kind"], [slugs.index("birth"), slugs.index("death")])
    remark = np.select([survey, koseki, by_authority, mailed > 0.96, mailed > 0.7], [1, 0, 4, 2, 3], 4)
    return pl.DataFrame(
        {
            "id": np.arange(count),
            "kind": pl.Series([REGISTER_KINDS.get(slug, slug) for slug in slugs])[events["kind"].astype(np.uint32)],
            "reason": pl.Series(list(KINDS.values()))[events["kind"].astype(np.uint32)],
            "occurred_on": _days(events["occurred"]),
            "notified_on": _days(notified),
            "processed_on": _days(processed),
            "recorded_at": pl.Series(instant).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "actor": pl.Series([f"S{n:04d}" for n in range(1, STAFF + 1)])[
                town.rng.integers(0, STAFF, count).astype(np.uint32)
            ],
            "place": places[np.select([by_authority, mailed < 0.1, mailed < 0.2], [0, 1, 2], 0).astype(np.uint32)],
            "notice": notices[remark.astype(np.uint32)],
            "entry_key": entry_keys(residents, seed, index, count),
        }
    )


def _names(entries: Table) -> dict[str, pl.Series]:
    families, givens = names().families, names().givens
    family, given = _rows(families, entries["family"]), _rows(givens, entries["given"])
    read_as = _rows(givens, entries["kana_given"])["kana"]
    head_family, head_given = _rows(families, entries["head_family"]), _rows(givens, entries["head_given"])
    koseki_family, koseki_given = _rows(families, entries["koseki_family"]), _rows(givens, entries["koseki_given"])
    alias_family, alias_given = _rows(families, entries["alias_family"]), _rows(givens, entries["alias_given"])
    former, space = _rows(families, entries["former"]), families["space"][0]
    japanese = family["japanese"].is_not_null()
    confirmed = _numbers(entries["furigana_confirmed"]).cast(pl.Boolean)
    frame = pl.DataFrame(
        {
            "family": family["text"], "space": family["space"], "given": given["text"],
            "family_kana": family["kana"], "given_kana": read_as, "family_kanji": family["kanji"],
            "given_kanji": given["kanji"], "head_family": head_family["text"], "head_space": head_family["space"],
            "head_given": head_given["text"], "koseki_family": koseki_family["text"], "koseki_given": koseki_given["text"],
            "alias_family": alias_family["text"], "alias_given": alias_given["text"],
            "alias_family_kana": alias_family["kana"], "alias_given_kana": alias_given["kana"], "japanese": japanese,
        }
    )  # fmt: skip

    def joined(*columns: str, space: pl.Expr) -> pl.Expr:
        return pl.concat_str(columns[0], space, columns[1])

    wide, foreign = pl.lit(space), ~pl.col("japanese") & pl.col("family").is_not_null()
    result = frame.select(
        name=joined("family", "given", space=pl.col("space")),
        family_name=pl.when("japanese").then("family"),
        given_name=pl.when("japanese").then("given"),
        roman_name=pl.when(foreign).then(joined("family", "given", space=pl.col("space"))),
        kanji_name=pl.when(foreign).then(joined("family_kanji", "given_kanji", space=wide)),
        name_furigana=pl.when("japanese").then(joined("family_kana", "given_kana", space=wide)),
        head_name=joined("head_family", "head_given", space=pl.col("head_space")),
        koseki_head=joined("koseki_family", "koseki_given", space=wide),
        alias=joined("alias_family", "alias_given", space=wide),
        alias_furigana=joined("alias_family_kana", "alias_given_kana", space=wide),
    )
    columns = {name: result[name] for name in result.columns}
    columns["name_furigana_confirmed"] = pl.select(
        pl.when(columns["name_furigana"].is_not_null()).then(confirmed)
    ).to_series()
    columns["former_family_name"], columns["former_family_name_furigana"] = former["text"], former["kana"]
    no = pl.lit(value=False)
    for name in ("former_family_name_furigana", "alias_furigana"):
        columns[f"{name}_confirmed"] = pl.select(pl.when(columns[name].is_not_null()).then(no)).to_series()
    return columns


def _addresses(places: Places, entries: Table) -> dict[str, pl.Series]:
    here, there, said = address_frame(places), elsewhere_frame(places), words()
    columns = dict(zip(here.columns, _rows(here, entries["address"]).get_columns(), strict=True))
    before = _rows(here, entries["previous"])
    columns |= {f"previous_{name}": before[name] for name in ("town", "block", "building")}
    origin, destination, arrival = (_rows(there, entries[name]) for name in ("origin", "destination", "arrival"))
    columns |= {f"origin_{name}": origin[name] for name in there.columns}
    columns |= {f"destination_{name}": destination[name] for name in there.columns}
    columns |= {f"arrival_{name}": arrival[name] for name in ("prefecture", "city", "town", "block")}
    register = _rows(honseki_frame(places), entries["honseki"])
    columns |= {name: register[name] for name in register.columns}
    first = pl.Series(entries["full"] == 1)
    for name, text in (
        ("municipality_code", MUNICIPALITY_CODE),
        ("prefecture", said["prefecture"]),
        ("city", said["city"]),
    ):
        columns[name] = pl.select(pl.when(first).then(pl.lit(text))).to_series()
    return columns


def _foreign(town: Town, entries: Table, index: int, seed: int) -> dict[str, pl.Series]:
    people = town.people
    whole = (entries["full"] == 1) & (entries["kind"] == FOREIGN)
    nations = pl.DataFrame(read("nationalities")).select("code", "name")
    blank = pl.DataFrame({"code": [None], "name": [None]}, schema=nations.schema)
    nation = _rows(pl.concat([nations, blank]), np.where(whole, people["nationality"][entries["person"]], UNSET))
    kinds = pl.DataFrame(read("stays")).select("residence_status", "category")
    blank = pl.DataFrame({"residence_status": [None], "category": [None]}, schema=kinds.schema)
    stay = _rows(pl.concat([kinds, blank]), entries["stay"])
    cards = pl.Series([*card_numbers(index, town.cards, seed), None], dtype=pl.String)
    timed = entries["stay_years"] != UNSET
    zeros = np.where(timed, 0, UNSET)
    whole_flag = pl.Series(whole)
    return {
        "nationality_code": nation["code"], "nationality": nation["name"],
        "residence_status": stay["residence_status"], "article_30_45_category": stay["category"],
        "stay_years": _text(entries["stay_years"], 2), "stay_months": _text(zeros, 2), "stay_days": _text(zeros, 3),
        "stay_expires_on": _days(entries["stay_expires"]),
        "residence_card_number": cards[np.where(entries["card"] < 0, town.cards, entries["card"]).astype(np.uint32)],
        "became_foreign_resident_on": _days(np.where(whole, entries["became"], UNSET)),
        "residence_place_notified": pl.select(pl.when(whole_flag).then(pl.lit(value=True))).to_series(),
        "name_priority": pl.select(pl.when(whole_flag).then(pl.lit("02"))).to_series(),
    }  # fmt: skip


def _birth_notes(town: Town, whole: np.ndarray[tuple[int], np.dtype[np.bool_]], person: Integers) -> pl.Series:
    """生年月日の不詳表記 of the few of whom only the year is known."""
    people, said = town.people, words()
    notes: list[str | None] = [None] * person.size
    for row in np.flatnonzero(whole & (people["birth_note"][person] == 1)).tolist():
        who = person[row]
        year = 1970 + round(int(people["birth"][who]) / YEAR_DAYS)
        era = f"{said['showa']}{year - 1925}"
        notes[row] = f"{year if people['nationality'][who] >= 0 else era}{said['about_year']}"
    return pl.Series(notes, dtype=pl.String)


def _cleared(entries: Table, columns: dict[str, pl.Series]) -> pl.Series:
    bits = np.where(entries["clear"] == UNSET, 0, entries["clear"])
    for bit, name in ((CLEAR_BUILDING, "building"), (CLEAR_PREVIOUS_BUILDING, "previous_building")):
        bits = np.where(columns[name].is_not_null().to_numpy(), bits & ~bit, bits)
    lists = [[name for bit, group in CLEARED.items() if value & bit for name in group] for value in range(16)]
    return pl.Series(lists, dtype=pl.List(pl.String))[bits.astype(np.uint32)]


def _entry_frame(town: Town, entries: Table, part: tuple[int, int, int]) -> pl.DataFrame:
    _, seed, index = part
    people, person = town.people, entries["person"]
    whole = entries["full"] == 1
    order = np.lexsort((entries["event"], person))
    starts = np.concatenate(([True], person[order][1:] != person[order][:-1]))
    history = np.empty(person.size, dtype=np.int64)
    history[order] = np.arange(person.size) - np.maximum.accumulate(np.where(starts, np.arange(person.size), 0)) + 1
    japanese = whole & (entries["kind"] != FOREIGN)
    codes = pl.Series([*codes_of_residents(index, people.size, seed).tolist(), None], dtype=pl.String)
    columns = {**_names(entries), **_addresses(town.places, entries), **_foreign(town, entries, index, seed)}
    columns |= {
        "resident_id": pl.Series(person), "event_id": pl.Series(entries["event"]),
        "history_number": pl.Series(history), "voids_event_id": _numbers(entries["voids"], pl.Int64),
        "resident_kind": _numbers(entries["kind"]), "resident_status": _numbers(entries["status"]),
        "household_id": _numbers(entries["household"], pl.Int64), "relationship": _relationships(entries["relationship"]),
        "listing_order": _numbers(entries["order"]), "entry_reason": _text(entries["reason"], 2),
        "entered_on": _days(entries["entered"]), "became_resident_on": _days(np.where(japanese, entries["became"], UNSET)),
        "struck_reason": _text(entries["struck_reason"], 2), "struck_on": _days(entries["struck"]),
        "struck_notified_on": _days(entries["struck_notified"]), "address_since": _days(entries["address_since"]),
        "resident_code": codes[np.where(whole, person, people.size).astype(np.uint32)],
        "sex": _numbers(np.where(whole, people["sex"][person], UNSET)),
        "birth_date": _days(np.where(whole, people["birth"][person], UNSET)),
        "birth_date_note": _birth_notes(town, whole, person),
        "move_out_notified_on": _days(entries["out_notified"]), "move_out_planned_on": _days(entries["out_planned"]),
        "move_out_confirmed_on": _days(entries["confirmed"]), "move_in_notice_on": _days(entries["notice"]),
    }  # fmt: skip
    columns["cleared"] = _cleared(entries, columns)
    return conform(pl.DataFrame(columns), ENTRY_SCHEMA)


def render(town: Town, events: Table, entries: Table, part: tuple[int, int, int]) -> TownPart:
    """区画: frames of the journal; part is (residents of the town, seed, index of the part)."""
    order = order_recorded(events)
    number = np.empty(order.size, dtype=np.int64)
    number[order] = np.arange(order.size)
    events = {name: values[order] for name, values in events.items()}
    entries = {**entries, "event": number[entries["event"]]}
    entries["voids"] = np.where(entries["voids"] == UNSET, UNSET, number[np.maximum(entries["voids"], 0)])
    used = np.unique(entries["household"][entries["household"] != UNSET])
    renamed = np.full(town.households.size, UNSET)
    renamed[used] = np.arange(used.size)
    entries["household"] = np.where(entries["household"] == UNSET, UNSET, renamed[np.maximum(entries["household"], 0)])
    by_event = np.lexsort((entries["person"], entries["event"]))
    entries = {name: values[by_event] for name, values in entries.items()}
    residents = town.people.size
    numbers = numbers_of_individuals(part[2], residents, part[1])
    return TownPart(
        residents=conform(pl.DataFrame({"id": np.arange(residents)}), RESIDENT_SCHEMA),
        households=conform(pl.DataFrame({"id": np.arange(used.size)}), HOUSEHOLD_SCHEMA),
        events=conform(_event_frame(town, events, part), EVENT_SCHEMA),
        entries=_entry_frame(town, entries, part),
        individual_numbers=conform(
            pl.DataFrame({"resident_id": np.arange(residents), "individual_number": numbers.tolist()}),
            INDIVIDUAL_NUMBER_SCHEMA,
        ),
    )
