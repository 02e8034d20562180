"""さかのぼる行: after each row, the last slice of the register is the row, whatever the order of the days."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from tests.exchange.standard_files.faults import Row, as_bytes, read_sample
from tests.registers.residents.histories import histories

from yakuba.exchange.standard_files.backdated import newest
from yakuba.exchange.standard_files.check import check_file
from yakuba.exchange.standard_files.comparing import compare
from yakuba.exchange.standard_files.history import to_rows
from yakuba.exchange.standard_files.parts import laid, people, to_part
from yakuba.exchange.standard_files.reading import LINE
from yakuba.exchange.standard_files.writing import write_file
from yakuba.kernel.findings import Severity
from yakuba.registers.residents.bulk_fold import fold_frame
from yakuba.registers.residents.fold import Entry, timeline
from yakuba.registers.residents.frames import ENTRY_SCHEMA, EVENT_SCHEMA, ITEM_SCHEMA, TownPart, conform

TODAY = date(2026, 11, 23)


def _alone() -> tuple[list[str], Row]:
    """A resident of the sample who lives alone and has one row."""
    header, rows = read_sample()
    return header, next(row for row in rows if row["氏名"] == "福田　英吉")


def _file(tmp_path: Path, *changes: dict[str, str]) -> pl.DataFrame:
    """The resident's row, and one more for each of the changes: laid one over the other, as a file shows them."""
    header, row = _alone()
    rows = [row]
    for change in changes:
        number = str(int(rows[-1]["個人履歴番号"]) + 1)
        rows[-1] = {**rows[-1], "最新フラグ": "0"}
        rows.append({**rows[-1], "最新フラグ": "1", "個人履歴番号": number, **change})
    path = tmp_path / "file.csv"
    path.write_bytes(as_bytes(header, rows))
    checked = check_file(path, today=TODAY)
    assert [str(finding) for finding in checked.findings if finding.severity is Severity.ERROR] == []
    return next(people(checked))


def _operated(day: str) -> dict[str, str]:
    return {"処理年月日": day, "操作年月日": day, "異動届出年月日": day}


LEFT = {
    **_operated("2026-06-20"), "異動事由": "21", "異動年月日": "2026-07-01", "住民状態": "2", "転出届出年月日": "2026-06-20",
    "転出予定年月日": "2026-07-01", "消除の事由": "21", "消除の異動年月日": "2026-07-01",
}  # fmt: skip
ARRIVED_EARLIER = {
    **_operated("2026-07-05"), "異動事由": "43", "異動年月日": "2026-06-28", "消除の異動年月日": "2026-06-28",
}  # fmt: skip
MOVED = {
    **_operated("2024-05-02"), "異動事由": "41", "異動年月日": "2024-05-01", "住所_町字": "川端町", "住所_番地号表記": "9番地", "住所を定めた年月日": "2024-05-01",
}  # fmt: skip
MOVED_ON = {
    **_operated("2024-06-02"), "異動事由": "41", "異動年月日": "2024-06-01", "住所_町字": "緑町", "住所_番地号表記": "1番地", "住所を定めた年月日": "2024-06-01",
}  # fmt: skip


def _slices(part: TownPart) -> list[dict[str, object]]:
    """The record as known at the end, by day."""
    return fold_frame(part.entries, part.events).filter(pl.col("known_to").is_null()).sort("valid_from").to_dicts()


def test_an_arrival_before_the_planned_day_strikes_from_that_day(tmp_path: Path) -> None:
    part = to_part(_file(tmp_path, LEFT, ARRIVED_EARLIER))
    pieces = [(one["valid_from"], one["resident_status"], one["struck_on"]) for one in _slices(part)]
    assert pieces == [(date(2022, 4, 1), 1, None), (date(2026, 6, 28), 2, date(2026, 6, 28))]


def test_a_correction_that_moves_the_day_back_takes_the_wrong_days_place(tmp_path: Path) -> None:
    corrected = {
        **_operated("2024-05-20"), "異動事由": "44", "異動年月日": "2024-04-20", "住所を定めた年月日": "2024-04-20",
    }  # fmt: skip
    pieces = _slices(to_part(_file(tmp_path, MOVED, corrected)))
    assert [(one["valid_from"], one["town"], one["address_since"]) for one in pieces] == [
        (date(2022, 4, 1), "本町二丁目", date(2022, 4, 1)),
        (date(2024, 4, 20), "川端町", date(2024, 4, 20)),
    ]


def test_a_late_row_on_another_item_voids_nothing(tmp_path: Path) -> None:
    late = {**_operated("2024-06-10"), "異動事由": "42", "異動年月日": "2024-04-10", "氏名_フリガナ確認状況": "0"}
    part = to_part(_file(tmp_path, MOVED, late))
    assert part.entries["voids_event_id"].null_count() == 3
    assert [one["valid_from"] for one in _slices(part)] == [date(2022, 4, 1), date(2024, 4, 10), date(2024, 5, 1)]


@pytest.mark.parametrize("changes", [(LEFT, ARRIVED_EARLIER), (MOVED, MOVED_ON)])
def test_the_file_comes_back(tmp_path: Path, changes: tuple[dict[str, str], ...]) -> None:
    out = io.BytesIO()
    write_file([to_part(_file(tmp_path, *changes))], out)
    assert out.getvalue() == (tmp_path / "file.csv").read_bytes()


def test_a_row_that_would_have_to_void_two_is_a_finding(tmp_path: Path) -> None:
    back = {
        **_operated("2024-07-01"), "異動事由": "44", "異動年月日": "2024-04-20", "住所_町字": "本町一丁目", "住所_番地号表記": "3番地",
        "住所を定めた年月日": "2024-04-20",
    }  # fmt: skip
    rows = _file(tmp_path, MOVED, MOVED_ON, back)
    nobody = to_part(rows.clear())
    compared = compare(rows, nobody)
    (found,) = compared.differing.values()
    assert (found.finding.rule, found.finding.where, found.finding.severity) == (
        "history-not-laid",
        "5行目",
        Severity.ERROR,
    )
    assert compared.new == frozenset()


def test_a_longer_file_that_goes_back_before_what_is_there_is_a_finding(tmp_path: Path) -> None:
    rows = _file(tmp_path, LEFT, ARRIVED_EARLIER)
    loaded = to_part(rows.filter(pl.col("history_number") < 3))
    (found,) = compare(rows, loaded).differing.values()
    assert (found.finding.rule, found.finding.where) == ("history-voids-loaded", "4行目")
    assert compare(rows, to_part(rows)).differing == {}


@given(histories())
def test_what_comes_out_goes_in_again(entries: list[Entry]) -> None:
    """For every history: the newest state after each row is that of the register it came from, or the row is found."""
    part = _part_of(entries)
    rows = to_rows(part).with_columns(pl.col("history_number").cast(pl.Int32), pl.lit(2).alias(LINE))
    again, unlaid = laid(rows)
    wrong = {one.history_number for one in unlaid}
    days = dict(again.events.select("id", "occurred_on").iter_rows())
    back = [_entry_of(row, days) for row in again.entries.sort("history_number").iter_rows(named=True)]
    for count in range(1, len(entries) + 1):
        assert (newest(back[:count]) == _plain(newest(entries[:count]))) == (count not in wrong)
    if not wrong:
        assert timeline(back)[-1].items == _plain(timeline(entries)[-1].items)


def _plain(items: dict[str, object]) -> dict[str, object]:
    """Household ids as the part numbers them anew cannot be compared; the rest can."""
    return {name: value for name, value in items.items() if name != "household_id"}


def _part_of(entries: list[Entry]) -> TownPart:
    events = [
        {"id": one.event_id, "kind": "imported", "reason": "44", "occurred_on": one.occurred_on, "processed_on": one.occurred_on,
         "recorded_at": one.recorded_at, "actor": "S0001"}
        for one in entries
    ]  # fmt: skip
    rows = [
        {"resident_id": 0, "event_id": one.event_id, "history_number": one.history_number, "cleared": list(one.cleared),
         "voids_event_id": one.voids_event_id, **_plain(one.items)}
        for one in entries
    ]  # fmt: skip
    return TownPart(
        pl.DataFrame({"id": [0], "addressee_number": ["000000000000019"]}),
        pl.DataFrame(schema={"id": pl.Int64, "household_number": pl.String}),
        conform(pl.DataFrame(events), EVENT_SCHEMA),
        pl.DataFrame(rows, schema=ENTRY_SCHEMA),
    )


def _entry_of(row: dict[str, Any], days: dict[int, date]) -> Entry:
    items = {name: row[name] for name in ITEM_SCHEMA if row.get(name) is not None and name != "household_id"}
    return Entry(
        row["event_id"], days[row["event_id"]], None, items, tuple(row["cleared"] or ()), row["voids_event_id"],
        row["history_number"],
    )  # fmt: skip
