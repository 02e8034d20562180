"""The made-up town obeys the register: complete first entries, heads at every date, nobody twice, valid numbers."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from yakuba.exchange.made_up_town import UNTIL, part, part_sizes, protections, protections_in
from yakuba.exchange.made_up_town.journal import KINDS
from yakuba.exchange.made_up_town.rendering import REGISTER_KINDS
from yakuba.kernel.check_digits import is_individual_number, is_resident_code
from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.relationships import Relationship, parse_compact
from yakuba.registers.residents.fold import Entry, Items, as_of, record, timeline
from yakuba.registers.residents.frames import (
    ENTRY_SCHEMA,
    EVENT_SCHEMA,
    HOUSEHOLD_SCHEMA,
    INDIVIDUAL_NUMBER_SCHEMA,
    RESIDENT_SCHEMA,
    TownPart,
)

from .conftest import RESIDENTS, SEED

Histories = dict[int, list[Entry]]
RESIDENT = 1
ALWAYS = (
    "resident_kind", "resident_status", "household_id", "relationship", "head_name", "listing_order", "entry_reason",
    "entered_on", "resident_code", "name", "sex", "birth_date", "municipality_code", "town_code", "prefecture", "city",
    "town", "block", "postal_code", "address_since",
)  # fmt: skip
OF_JAPANESE = ("became_resident_on", "honseki_prefecture", "honseki_city", "koseki_head", "family_name", "given_name")
OF_FOREIGNERS = (
    "became_foreign_resident_on",
    "nationality",
    "article_30_45_category",
    "residence_card_number",
    "roman_name",
)
FAR = date(9999, 1, 1)


def test_a_part_has_the_columns_of_the_load(town: TownPart) -> None:
    for frame, schema in (
        (town.residents, RESIDENT_SCHEMA),
        (town.households, HOUSEHOLD_SCHEMA),
        (town.events, EVENT_SCHEMA),
        (town.entries, ENTRY_SCHEMA),
        (town.individual_numbers, INDIVIDUAL_NUMBER_SCHEMA),
    ):
        assert dict(frame.schema) == {
            name: (kind() if isinstance(kind, type) else kind) for name, kind in schema.items()
        }


@pytest.mark.parametrize("residents", [1, 2, 17, 300, 1_000])
def test_as_many_live_there_as_were_asked_for(residents: int) -> None:
    living = _living(part(0, residents, 3))
    assert living == residents


def test_as_many_live_in_the_town_of_these_tests(town: TownPart) -> None:
    assert _living(town) == RESIDENTS


def _living(made: TownPart) -> int:
    """Residents on the last day, by the columns alone: the last status by day, then by history number."""
    entries = made.entries.join(made.events.select("id", "occurred_on"), left_on="event_id", right_on="id")
    voided = entries.filter(pl.col("voids_event_id").is_not_null()).select("resident_id", event_id="voids_event_id")
    active = entries.join(voided, on=["resident_id", "event_id"], how="anti").filter(
        pl.col("resident_status").is_not_null(), pl.col("occurred_on") <= UNTIL
    )
    last = active.sort("resident_id", "occurred_on", "history_number").group_by("resident_id").last()
    return last.filter(pl.col("resident_status") == RESIDENT).height


@pytest.mark.parametrize(
    ("residents", "sizes"), [(300, [300]), (20_000, [20_000]), (21_999, [21_999]), (50_000, [20_000, 20_000, 10_000])]
)
def test_a_town_is_cut_into_parts(residents: int, sizes: list[int]) -> None:
    assert part_sizes(residents) == sizes


def test_the_same_seed_makes_the_same_town(town: TownPart) -> None:
    again = part(0, RESIDENTS, SEED)
    for name in ("residents", "households", "events", "entries", "individual_numbers"):
        assert_frame_equal(getattr(town, name), getattr(again, name))


def test_another_seed_makes_another_town(town: TownPart) -> None:
    other = part(0, RESIDENTS, SEED + 1)
    assert not set(town.events["entry_key"]) & set(other.events["entry_key"])
    assert town.entries["name"].head(50).to_list() != other.entries["name"].head(50).to_list()


def test_parts_share_no_number() -> None:
    one, other = part(0, 23_000, 5), part(1, 23_000, 5)
    for frame, column in (
        ("events", "entry_key"),
        ("entries", "resident_code"),
        ("entries", "residence_card_number"),
        ("individual_numbers", "individual_number"),
    ):
        assert not set(getattr(one, frame)[column].drop_nulls()) & set(getattr(other, frame)[column].drop_nulls())


def test_numbers_are_valid_and_given_once(town: TownPart) -> None:
    numbers = town.individual_numbers["individual_number"]
    assert all(is_individual_number(number) for number in numbers)
    assert numbers.n_unique() == town.residents.height
    codes = town.entries.filter(pl.col("resident_code").is_not_null()).select("resident_id", "resident_code").unique()
    assert all(is_resident_code(code) for code in codes["resident_code"])
    assert codes["resident_code"].n_unique() == codes.height == town.residents.height
    cards = town.entries.select("resident_id", "residence_card_number").drop_nulls().unique()
    assert cards["residence_card_number"].n_unique() == cards.height
    assert town.events["entry_key"].n_unique() == town.events.height
    assert uuid.UUID(town.events["entry_key"][0]).version == 8


def test_the_desk_works_in_office_hours_and_in_order(town: TownPart, histories: Histories) -> None:
    local = town.events.with_columns(at=pl.col("recorded_at").dt.convert_time_zone("Asia/Tokyo"))
    assert local.filter(pl.col("at").dt.date() != pl.col("processed_on")).is_empty()
    assert local.filter(pl.col("at").dt.weekday() > 5).is_empty()
    minute = local["at"].dt.hour().cast(pl.Int32) * 60 + local["at"].dt.minute()
    assert minute.is_between(8 * 60 + 30, 17 * 60 + 15, closed="left").all()
    assert (local["processed_on"] <= UNTIL).all()
    early = local.filter(pl.col("occurred_on") > pl.col("processed_on"))
    assert set(early["kind"]) <= {"domestic_move_out", "foreign_move_out"}
    for entries in histories.values():
        ordered = sorted(entries, key=lambda entry: entry.history_number)
        assert [entry.history_number for entry in ordered] == list(range(1, len(ordered) + 1))
        assert all(a.recorded_at < b.recorded_at for a, b in pairwise(ordered))


def test_kinds_bear_their_reasons_and_all_occur() -> None:
    events = part(0, 20_000, 2).events
    known = {(REGISTER_KINDS.get(slug, slug), reason) for slug, reason in KINDS.items()}
    assert set(events.select("kind", "reason").unique().iter_rows()) == known


def test_the_first_entry_is_complete(histories: Histories) -> None:
    for entries in histories.values():
        first = min(entries, key=lambda entry: entry.history_number)
        more = OF_JAPANESE if first.items["resident_kind"] == 1 else OF_FOREIGNERS
        assert not [name for name in (*ALWAYS, *more) if name not in first.items]
        assert not first.cleared


def test_every_slice_is_complete(histories: Histories) -> None:
    for entries in histories.values():
        for piece in timeline(entries):
            more = OF_JAPANESE if piece.items["resident_kind"] == 1 else OF_FOREIGNERS
            assert not [name for name in (*ALWAYS, *more) if name not in piece.items]
            struck = piece.items["resident_status"] != RESIDENT
            assert struck == ("struck_reason" in piece.items) == ("struck_on" in piece.items)


def test_the_fold_takes_the_entries(histories: Histories) -> None:
    for entries in list(histories.values())[::5]:
        pieces = record(entries)
        now = [piece.slice for piece in pieces if piece.known_to is None]
        assert sorted(now, key=lambda s: s.valid_from) == timeline(entries)
        assert all(piece.known_to is None or piece.known_from < piece.known_to for piece in pieces)
        assert not [name for piece in pieces for name in ALWAYS if name not in piece.slice.items]


def _days() -> list[date]:
    rng = np.random.default_rng(11)
    start = date(2000, 1, 1)
    return [start + timedelta(days=int(day)) for day in rng.integers(0, (UNTIL - start).days, 60)] + [UNTIL]


def test_every_household_has_one_head_at_every_date(histories: Histories) -> None:
    lines = [timeline(entries) for entries in histories.values()]
    for day in _days():
        members = defaultdict(list)
        for line in lines:
            piece = as_of(line, day)
            if piece is not None and piece.items["resident_status"] == RESIDENT:
                members[piece.items["household_id"]].append(piece.items)
        for household in members.values():
            heads = [items for items in household if items["relationship"] == "02"]
            assert len(heads) == 1, (day, [(i["relationship"], i["name"], i["birth_date"]) for i in household])
            assert {items["head_name"] for items in household} == {heads[0]["name"]}
            assert len({(items["town_code"], items["block"], items.get("building")) for items in household}) == 1
            assert len({items["listing_order"] for items in household}) == len(household)


def test_relationships_are_permitted(town: TownPart) -> None:
    for code in town.entries["relationship"].drop_nulls().unique():
        assert isinstance(parse_compact(code), Relationship), code


def test_nothing_happens_before_birth_or_after_death(histories: Histories) -> None:
    for entries in histories.values():
        line = timeline(entries)
        born = line[0].items["birth_date"]
        assert born <= line[0].valid_from
        died = [piece.valid_from for piece in line if piece.items["resident_status"] == 3]
        if died:
            assert line[-1].valid_from == died[0]


def test_birth_dates_that_are_unknown_say_so(town: TownPart) -> None:
    made = part(0, 20_000, 2)
    noted = made.entries.filter(pl.col("birth_date_note").is_not_null())
    assert 0 < noted.height < made.entries.height / 1000
    for value, note in noted.select("birth_date", "birth_date_note").iter_rows():
        assert RegisterDate(value, note).is_unknown
        assert (value.month, value.day) == (1, 1)


def test_parents_are_of_an_age_to_have_their_children(histories: Histories) -> None:
    homes: dict[int, list[Items]] = defaultdict(list)
    for entries in histories.values():
        piece = as_of(timeline(entries), UNTIL)
        if piece is not None and piece.items["resident_status"] == RESIDENT:
            homes[piece.items["household_id"]].append(piece.items)
    heads = {home: next(i for i in members if i["relationship"] == "02") for home, members in homes.items()}
    gaps = [
        (items["birth_date"] - heads[home]["birth_date"]).days / 365.25
        for home, members in homes.items()
        for items in members
        if items["relationship"] == "20"
    ]
    assert gaps
    assert min(gaps) > 15
    assert max(gaps) < 62


def test_shares_are_those_of_a_town(town: TownPart) -> None:
    ever, living = town.residents.height, RESIDENTS
    assert 1.45 < ever / living < 1.7
    assert 1.5 < town.entries.height / ever < 2.0
    voids = town.entries["voids_event_id"].drop_nulls()
    assert 0 < voids.len() < town.entries.height * 0.01
    kinds = Counter(town.events["kind"])
    assert 0.006 < kinds["death"] / living / 10 < 0.016
    assert 0.004 < kinds["former_name_set"] / max(1, kinds["death"]) < 1
    assert town.events.filter(pl.col("occurred_on") > UNTIL)["kind"].is_in(["domestic_move_out"]).all()


def test_protections_name_residents(town: TownPart) -> None:
    wanted = list(protections(20_000, 2))
    made = part(0, 20_000, 2)
    codes = set(made.entries["resident_code"].drop_nulls())
    assert 10 <= len(wanted) <= 30
    assert wanted == protections_in(made, 0, 2)
    for each in wanted:
        assert each["resident_code"] in codes
        assert {code for code, _ in each["together"]} <= codes - {each["resident_code"]}
        assert each["starts_on"] is None or each["received_on"] <= each["starts_on"] <= UNTIL
    assert any(each["starts_on"] is None for each in list(protections(60_000, 2)))
