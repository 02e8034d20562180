"""Random histories of one person, as the fold takes them: late, voided, cleared, several at one instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from yakuba.registers.residents.fold import Entry, Items

FIRST_DAY = date(2024, 4, 1)
MORNING = datetime(2024, 4, 1, 0, tzinfo=UTC)
VALUES: dict[str, st.SearchStrategy[object]] = {
    "name": st.sampled_from(["山田　花子", "鈴木　花子", "渡邉󠄐　花子"]),
    "name_furigana": st.sampled_from(["ヤマダ　ハナコ", "スズキ　ハナコ"]),
    "alias": st.sampled_from(["山田", "鈴木　一"]),
    "birth_date": st.sampled_from([date(1990, 1, 1), date(1991, 2, 3)]),
    "sex": st.sampled_from([1, 2]),
    "household_id": st.integers(1, 3),
    "town": st.sampled_from(["本町", "港町"]),
    "block": st.sampled_from(["一丁目2番3号", "4番地"]),
    "resident_status": st.sampled_from([1, 2, 3]),
    "resident_code": st.sampled_from(["12345678901", "12345678902"]),
    "electoral_registered": st.booleans(),
}


@st.composite
def histories(draw: st.DrawFn, *, first_event: int = 0, most: int = 6) -> list[Entry]:
    """The entries of one person in the order recorded; the first is never voided, so that there is always a record."""
    entries: list[Entry] = []
    recorded_at = MORNING
    for number in range(1, draw(st.integers(1, most)) + 1):
        recorded_at += timedelta(minutes=draw(st.integers(0, 2)))
        named = draw(st.sets(st.sampled_from(sorted(VALUES)), max_size=4))
        items: Items = {name: draw(VALUES[name]) for name in sorted(named)}
        cleared = draw(st.sets(st.sampled_from(sorted(VALUES)), max_size=2)) - named if number > 1 else set()
        earlier = [entry.event_id for entry in entries[1:]]
        voids = draw(st.none() | st.sampled_from(earlier)) if earlier else None
        day = FIRST_DAY + timedelta(days=draw(st.integers(0, 3)))
        entries.append(Entry(first_event + number, day, recorded_at, items, tuple(sorted(cleared)), voids, number))
    return entries
