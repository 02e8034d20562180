"""行から異動へ、異動から行へ: what goes in comes out, byte for byte."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.exchange.standard_files.faults import SAMPLE, Row, as_bytes, read_sample

from yakuba.exchange.standard_files.check import check_file
from yakuba.exchange.standard_files.comparing import compare, only
from yakuba.exchange.standard_files.history import to_rows
from yakuba.exchange.standard_files.parts import people, to_part
from yakuba.exchange.standard_files.writing import write_file
from yakuba.registers.residents.bulk_fold import fold_frame
from yakuba.registers.residents.frames import TownPart

TODAY = date(2026, 11, 23)


def _parts(path: Path, *, rows: int = 50_000) -> list[pl.DataFrame]:
    checked = check_file(path, today=TODAY, rows=rows)
    assert [str(finding) for finding in checked.findings] == []
    return list(people(checked, rows=rows))


def _file(tmp_path: Path, header: list[str], rows: list[Row]) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(as_bytes(header, rows))
    return path


def _written(parts: list[TownPart]) -> bytes:
    out = io.BytesIO()
    write_file(parts, out)
    return out.getvalue()


@pytest.mark.parametrize("rows", [50_000, 101])
def test_the_sample_comes_back_byte_for_byte(rows: int) -> None:
    assert _written([to_part(frame) for frame in _parts(SAMPLE, rows=rows)]) == SAMPLE.read_bytes()


def test_order_of_rows_and_columns_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    header, rows = read_sample()
    chance = random.Random(5)
    chance.shuffle(rows)
    shuffled = chance.sample(header, len(header))
    path = tmp_path / "file.csv"
    path.write_bytes(b"\xef\xbb\xbf" + as_bytes(shuffled, rows).replace(b"\r\n", b"\n"))
    parts = [to_part(frame) for frame in _parts(path)]
    assert _written(parts) == SAMPLE.read_bytes()


def test_rows_of_a_family_share_an_event_and_later_rows_hold_only_what_changed() -> None:
    part = to_part(_parts(SAMPLE)[0])
    assert part.residents.height == 1000
    assert part.events.height < part.entries.height == 1165
    moved = part.entries.join(part.events.filter(reason="41"), left_on="event_id", right_on="id").filter(
        history_number=2
    )
    said = [name for name in moved.columns if moved[name].null_count() < moved.height]
    assert {"town", "block", "address_since"} <= set(said)
    assert not {"name", "birth_date", "resident_code"} & set(said)
    assert fold_frame(part.entries, part.events).height >= 1165


def test_event_says_when_it_came_true_was_filed_and_was_known() -> None:
    part = to_part(_parts(SAMPLE)[0])
    assert part.residents["addressee_number"][4] == "000000000000094"
    entry = part.entries.filter(pl.col("resident_id") == 4, pl.col("history_number") == 2)
    event = part.events.row(entry["event_id"][0], named=True)
    assert (event["kind"], event["reason"], event["actor"]) == ("imported", "41", "S0001")
    assert (event["occurred_on"], event["notified_on"]) == (date(2021, 8, 8), date(2021, 8, 13))
    assert event["recorded_at"] == datetime(2021, 8, 13, 1, tzinfo=UTC)


def test_a_blanked_item_is_cleared_and_comes_back_blank(tmp_path: Path) -> None:
    header, rows = read_sample()
    at = next(at for at, row in enumerate(rows) if row["個人履歴番号"] == "1" and row["最新フラグ"] == "0")
    rows[at]["住所_方書"] = "見本荘　１号室"
    rows[at + 1]["住所_方書"] = ""
    path = _file(tmp_path, header, rows)
    part = to_part(_parts(path)[0])
    assert _written([part]) == path.read_bytes()
    number = part.residents["addressee_number"].to_list().index(rows[at]["宛名番号"])
    cleared = part.entries.filter(pl.col("resident_id") == number, pl.col("history_number") == 2)["cleared"]
    assert cleared.to_list() == [["building"]]


def test_an_entry_that_was_voided_counts_until_it_was(tmp_path: Path) -> None:
    part = to_part(_parts(SAMPLE)[0])
    second = part.entries.filter(pl.col("history_number") == 2).head(1)
    third = second.select("resident_id").with_columns(
        pl.lit(0, dtype=pl.Int64).alias("event_id"), pl.lit(3, dtype=pl.Int32).alias("history_number"),
        pl.lit(second["event_id"][0], dtype=pl.Int64).alias("voids_event_id"), pl.lit([], dtype=pl.List(pl.String)).alias("cleared"),
    )  # fmt: skip
    person = second["resident_id"][0]
    entries = pl.concat([part.entries.filter(pl.col("resident_id") == person), third], how="diagonal_relaxed")
    rows = to_rows(TownPart(part.residents, part.households, part.events, entries, part.individual_numbers))
    assert rows["block"].to_list()[0] == rows["block"].to_list()[2] != rows["block"].to_list()[1]


def test_the_same_file_again_changes_nothing_and_a_longer_one_adds_its_rows(tmp_path: Path) -> None:
    header, rows = read_sample()
    earlier = [{**row, "最新フラグ": "1"} for row in rows if row["個人履歴番号"] == "1"]
    register = to_part(_parts(_file(tmp_path, header, earlier))[0])
    whole = _parts(SAMPLE)[0]
    again = compare(whole, to_part(whole))
    assert (len(again.unchanged), again.new, again.longer, again.differing) == (1000, frozenset(), {}, {})
    compared = compare(whole, register)
    assert (len(compared.unchanged), len(compared.longer), compared.new, compared.differing) == (
        838,
        162,
        frozenset(),
        {},
    )
    added = only(whole, compared)
    assert added.entries.height == 165
    assert added.entries["history_number"].min() == 2
    assert set(added.entries["event_id"]) == set(added.events["id"]) == set(range(added.events.height))


def test_another_history_than_the_registers_is_a_finding_and_not_loaded(tmp_path: Path) -> None:
    header, rows = read_sample()
    rows[0]["住所_番地号表記"] = "9999番地"
    other = _parts(_file(tmp_path, header, rows))[0]
    compared = compare(other, to_part(_parts(SAMPLE)[0]))
    found = compared.differing["000000000000027"].finding
    assert (len(compared.unchanged), found.rule, found.where, found.item, found.value) == (
        999,
        "history-differs",
        "2行目",
        "block",
        "9999番地",
    )
    assert only(other, compared).residents.is_empty()
