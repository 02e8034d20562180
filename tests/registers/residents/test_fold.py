"""積み上げ: what a person's entries add up to, on both clocks; and the same by columns for a whole town."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.registers.residents.histories import FIRST_DAY, MORNING, histories

from yakuba.registers.residents import keys
from yakuba.registers.residents.bulk_fold import fold_frame
from yakuba.registers.residents.bulk_keys import (
    ADDRESS_SCHEMA,
    NAME_SCHEMA,
    NUMBER_SCHEMA,
    address_key_frame,
    name_key_frame,
    number_key_frame,
)
from yakuba.registers.residents.columns import ITEMS
from yakuba.registers.residents.fold import Entry, as_of, record, timeline
from yakuba.registers.residents.frames import ENTRY_SCHEMA, EVENT_SCHEMA, RECORD_SCHEMA, conform


def on(
    day: int, minute: int, number: int, voids: int | None = None, cleared: tuple[str, ...] = (), **items: Any
) -> Entry:
    """An entry of event `number`: true from 2024-04-`day`, recorded `minute` minutes after the morning."""
    instant = MORNING + timedelta(minutes=minute)
    return Entry(number, FIRST_DAY.replace(day=day), instant, items, cleared, voids, number)


def lines(entries: list[Entry], *names: str) -> list[tuple[Any, ...]]:
    """The slices held true at the end: first day, day after the last, and these items."""
    return [
        (s.valid_from.day, s.valid_to.day if s.valid_to else None, *(s.items.get(name) for name in names))
        for s in timeline(entries)
    ]


def test_one_after_the_other() -> None:
    entries = [on(1, 0, 1, town="本町", sex=2), on(5, 1, 2, town="港町")]
    assert lines(entries, "town", "sex") == [(1, 5, "本町", 2), (5, None, "港町", 2)]


def test_two_on_one_day_are_one_slice_and_the_later_word_stands() -> None:
    entries = [on(1, 0, 1, town="本町"), on(5, 1, 2, town="港町"), on(5, 2, 3, town="山手", block="4")]
    assert lines(entries, "town", "block") == [(1, 5, "本町", None), (5, None, "山手", "4")]


def test_filed_late_it_comes_between_and_what_came_after_stands() -> None:
    entries = [
        on(1, 0, 1, town="本町", name="山田　花子"),
        on(9, 1, 2, town="港町"),
        on(5, 2, 3, name="鈴木　花子", town="山手"),
    ]
    assert lines(entries, "town", "name") == [
        (1, 5, "本町", "山田　花子"),
        (5, 9, "山手", "鈴木　花子"),
        (9, None, "港町", "鈴木　花子"),
    ]


def test_what_was_voided_counts_no_more_and_those_after_it_still_do() -> None:
    entries = [on(1, 0, 1, town="本町"), on(5, 1, 2, resident_status=2), on(9, 2, 3, name="鈴木　花子"), on(5, 3, 4, 2)]
    assert lines(entries, "resident_status", "name") == [
        (1, 5, None, None),
        (5, 9, None, None),
        (9, None, None, "鈴木　花子"),
    ]


def test_a_correction_voids_and_says_anew() -> None:
    entries = [on(1, 0, 1, town="本町"), on(5, 1, 2, town="港町"), on(7, 2, 3, 2, town="港町")]
    assert lines(entries, "town") == [(1, 7, "本町"), (7, None, "港町")]
    known = [(k.slice.valid_from.day, k.known_from.minute, k.known_to and k.known_to.minute) for k in record(entries)]
    assert sorted(known) == [(1, 0, 1), (1, 1, 2), (1, 2, None), (5, 1, 2), (7, 2, None)]


def test_cleared_is_blank_from_that_day() -> None:
    entries = [
        on(1, 0, 1, building="101号室", town="本町"),
        on(5, 1, 2, cleared=("building",), town="港町"),
        on(9, 2, 3),
    ]
    assert lines(entries, "town", "building") == [
        (1, 5, "本町", "101号室"), (5, 9, "港町", None), (9, None, "港町", None),
    ]  # fmt: skip


def test_recorded_at_one_instant_leaves_no_trace_of_the_steps_between() -> None:
    entries = [on(1, 0, 1, town="本町"), on(5, 1, 2, town="港町"), on(5, 1, 3, sex=1)]
    assert [(k.slice.valid_from.day, k.slice.event_id, k.known_from.minute) for k in record(entries)] == [
        (1, 1, 0), (1, 1, 1), (5, 3, 1),
    ]  # fmt: skip


def test_a_plan_is_a_slice_of_the_future_and_before_it_the_person_stays() -> None:
    entries = [on(1, 0, 1, resident_status=1), on(20, 1, 2, resident_status=2)]
    before, after = as_of(timeline(entries), date(2024, 4, 19)), as_of(timeline(entries), date(2024, 4, 20))
    assert (before and before.items["resident_status"], after and after.items["resident_status"]) == (1, 2)
    assert as_of(timeline(entries), date(2024, 3, 31)) is None


@given(histories())
def test_slices_follow_each_other_without_gap_or_overlap(entries: list[Entry]) -> None:
    line = timeline(entries)
    assert line[-1].valid_to is None
    assert all(one.valid_to == other.valid_from and one.valid_from < other.valid_from for one, other in pairwise(line))


@given(histories())
def test_at_every_instant_the_record_is_the_time_line_of_what_was_known(entries: list[Entry]) -> None:
    known = record(entries)
    assert all(k.known_to is None or k.known_from < k.known_to for k in known)
    for instant in {entry.recorded_at for entry in entries}:
        held = [k.slice for k in known if k.known_from <= instant and (k.known_to is None or instant < k.known_to)]
        line = timeline([entry for entry in entries if entry.recorded_at <= instant])
        assert sorted(held, key=lambda s: s.valid_from) == line
        assert [s.items for s in sorted(held, key=lambda s: s.valid_from)] == [s.items for s in line]


@st.composite
def towns(draw: st.DrawFn) -> dict[int, list[Entry]]:
    """A few people, each with a history."""
    return {person: draw(histories(first_event=100 * person)) for person in range(1, draw(st.integers(1, 4)) + 1)}


def as_frames(town: dict[int, list[Entry]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(entries, events) as the load has them."""
    entries = [
        {
            "resident_id": person, "event_id": e.event_id, "history_number": e.history_number,
            "voids_event_id": e.voids_event_id, "cleared": list(e.cleared), **e.items,
        }
        for person, own in town.items() for e in own
    ]  # fmt: skip
    events = [
        {"id": e.event_id, "occurred_on": e.occurred_on, "recorded_at": e.recorded_at}
        for own in town.values()
        for e in own
    ]
    plain = {name: kind for name, kind in EVENT_SCHEMA.items() if name in events[0]}
    return pl.DataFrame(entries, schema=ENTRY_SCHEMA), conform(pl.DataFrame(events, schema=plain), EVENT_SCHEMA)


@settings(max_examples=50, deadline=None)
@given(towns())
def test_by_columns_the_record_is_the_same(town: dict[int, list[Entry]]) -> None:
    folded = fold_frame(*as_frames(town))
    expected = [
        {
            "resident_id": person, "valid_from": k.slice.valid_from, "valid_to": k.slice.valid_to,
            "known_from": k.known_from, "known_to": k.known_to, "event_id": k.slice.event_id, **k.slice.items,
        }
        for person, own in town.items() for k in record(own)
    ]  # fmt: skip
    rows = pl.DataFrame(expected, schema=RECORD_SCHEMA).sort("resident_id", "valid_from", "known_from")
    assert_frame_equal(folded, rows)


@settings(max_examples=50, deadline=None)
@given(towns())
def test_by_columns_the_search_keys_are_the_same(town: dict[int, list[Entry]]) -> None:
    folded = fold_frame(*as_frames(town))
    names: list[dict[str, Any]] = []
    addresses: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    for person, own in town.items():
        line = timeline(own)
        for row, current in keys.all_name_rows(line).items():
            names.append({**row._asdict(), "resident_id": person, "grams": keys.name_grams(row), "current": current})
        for key, current in keys.all_address_rows(line).items():
            grams = sorted(set(keys.bigrams(key)))
            addresses.append({"resident_id": person, "address_key": key, "grams": grams, "current": current})
        numbers += [
            {"kind": kind, "number": number, "resident_id": person} for kind, number in keys.all_number_rows(line)
        ]
    for made, rows, schema, order in (
        (name_key_frame(folded), names, NAME_SCHEMA, ["resident_id", "kana_key", "kanji_key"]),
        (address_key_frame(folded), addresses, ADDRESS_SCHEMA, ["resident_id", "address_key"]),
        (number_key_frame(folded), numbers, NUMBER_SCHEMA, ["kind", "number", "resident_id"]),
    ):
        assert_frame_equal(made, pl.DataFrame(rows, schema=schema).sort(order), check_row_order=True)


def test_every_item_of_the_schema_can_be_folded() -> None:
    assert set(ENTRY_SCHEMA) - set(ITEMS) == {"resident_id", "event_id", "history_number", "voids_event_id", "cleared"}
