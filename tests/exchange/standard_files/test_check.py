"""ファイルの検査: one finding for each fault, none for anything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.exchange.standard_files.faults import FAULTS, SAMPLE, as_bytes, plant, read_sample

from yakuba.exchange.standard_files.check import Checked, check_file
from yakuba.exchange.standard_files.parts import people

TODAY = date(2026, 11, 23)


def _check(tmp_path: Path, content: bytes, *, rows: int = 50_000) -> Checked:
    path = tmp_path / "residents.csv"
    path.write_bytes(content)
    return check_file(path, today=TODAY, rows=rows)


def _found(checked: Checked) -> list[tuple[str, str, str]]:
    return sorted((finding.where, finding.item, finding.rule) for finding in checked.findings)


def test_the_sample_has_no_findings() -> None:
    checked = check_file(SAMPLE, today=TODAY)
    assert (checked.findings, checked.row_count, checked.person_count, checked.held) == ((), 1165, 1000, frozenset())


def test_forty_faults_of_many_kinds() -> None:
    assert len(FAULTS) == 40
    assert len({fault.rule for fault in FAULTS}) >= 14


@pytest.mark.parametrize("seed", range(1, 5))
def test_planted_faults_are_found_and_nothing_else(tmp_path: Path, seed: int) -> None:
    content, planted = plant(seed)
    checked = _check(tmp_path, content, rows=(50_000, 97)[seed % 2])
    assert _found(checked) == sorted((f"{one.line}行目", one.item, one.rule) for one in planted)
    loaded = {number for frame in people(checked) for number in frame["addressee_number"]}
    assert loaded == {row["宛名番号"] for row in read_sample()[1]} - {one.person for one in planted if one.held}


def _changed(tmp_path: Path, *changes: tuple[int, dict[str, str]]) -> Checked:
    """The sample with cells changed at lines of the file."""
    header, rows = read_sample()
    for line, cells in changes:
        rows[line - 2] |= cells
    return _check(tmp_path, as_bytes(header, rows))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # the same number at two people: found at the second
        ([(30, {"住民票コード": "67929081002"})], [("30行目", "resident_code", "number-of-another")]),
        ([(30, {"個人番号": "339075793836"})], [("30行目", "individual_number", "number-of-another")]),
        # line 6 and 7 are one person
        ([(7, {"個人履歴番号": "1"})], [("7行目", "history_number", "key-doubled")]),
        ([(7, {"宛名番号": "000000000000027"})], [("7行目", "addressee_number", "person-differs")]),
        ([(6, {"最新フラグ": "1"})], [("6行目", "latest", "latest-flag")]),
        ([(7, {"最新フラグ": "0"})], [("7行目", "latest", "latest-flag")]),
        ([(7, {"個人履歴番号": "5"})], [("7行目", "history_number", "history-gap")]),
        ([(7, {"個人履歴番号": "x"})], [("7行目", "history_number", "number-form")]),
        ([(6, {"操作年月日": "2026-01-01"})], [("7行目", "operated_on", "operated-backwards")]),
        ([(6, {"操作年月日": "2021-08-13", "操作時刻": "10:00:01"})], [("7行目", "operated_at", "operated-backwards")]),
        ([(6, {"操作年月日": "2021-08-13"})], []),
        # the head of line 2 in doubt: the family is not said to be without a head
        ([(2, {"世帯番号": "000000000000018"})], [("2行目", "household_number", "check-digit")]),
        ([(2, {"続柄コード1": "20"})], [("2行目", "relationship_text", "relationship-text-differs")]),
        ([(2, {"続柄コード1": "20", "続柄表記": "子"})], [("2行目", "relationship_code_1", "no-head")]),
        # 住民種別 and 住民状態 taken for the other: one finding, not one for each item that follows from it
        ([(2, {"住民種別": "2"})], [("2行目", "resident_kind", "kind-contradicts")]),
        ([(14, {"住民種別": "1"})], [("14行目", "resident_kind", "kind-contradicts")]),
        ([(16, {"住民状態": "1"})], [("16行目", "resident_status", "status-struck")]),
        ([(2, {"住民状態": "2"})], [("2行目", "resident_status", "status-not-struck")]),
        ([(2, {"消除の事由": "23"})], [("2行目", "struck_reason", "struck-while-resident")]),
        ([(16, {"消除の事由": "21"})], [("16行目", "struck_reason", "struck-reason-for-status")]),
        ([(2, {"異動事由": "23"})], [("2行目", "reason", "reason-strikes-resident")]),
        ([(2, {"異動事由": "57"})], [("2行目", "reason", "reason-not-for-kind")]),
        # one bad date, not one finding for each date that it contradicts
        ([(2, {"生年月日": "2026-01-01"})], [("2行目", "birth_date", "date-order")]),
        ([(2, {"住民となった年月日": "2020-01-01"})], [("2行目", "became_resident_on", "date-order")]),
        ([(2, {"住所を定めた年月日": "2001-01-01"})], [("2行目", "address_since", "date-order")]),
        ([(2, {"異動年月日": "2013-04-11"})], [("2行目", "occurred_on", "date-order")]),
        ([(2, {"処理年月日": "2001-04-10"})], [("2行目", "processed_on", "date-order")]),
        ([(2, {"異動届出年月日": "2013-04-11"})], [("2行目", "notified_on", "date-order")]),
        # 本籍 may be なし, and is asked for once when it is all blank
        ([(2, {"本籍_都道府県": "", "本籍_市区郡町村名": "", "本籍_町字": "なし", "本籍_地番号または街区符号": ""})], []),
        (
            [(2, {"本籍_都道府県": "", "本籍_市区郡町村名": "", "本籍_町字": "", "本籍_地番号または街区符号": ""})],
            [("2行目", "honseki_prefecture", "required-blank")],
        ),
        ([(2, {"異動年月日_不詳フラグ": "1", "異動年月日_不詳表記": "平成25年春"})], [("2行目", "occurred_on_unknown", "date-unknown-not-allowed")]),
        ([(2, {"生年月日_不詳フラグ": "1", "生年月日_不詳表記": "むかし"})], [("2行目", "birth_date_note", "unknown-wording-odd")]),
        ([(7, {"生年月日_不詳表記": "x"})], [("7行目", "birth_date_unknown", "unknown-flag-missing")]),
        ([(2, {"続柄コード2": "x"})], [("2行目", "relationship_code_2", "code-unknown")]),
        ([(2, {"市区町村コード": "131016"})], [("2行目", "town_municipality_code", "other-town")]),
        ([(2, {"氏名_フリガナ": " シミズ　ヨシアキ"})], [("2行目", "name_furigana", "space-around")]),
        ([(2, {"個人履歴番号_枝番号": "1"})], [("2行目", "history_branch_number", "branch-number")]),
    ],
)  # fmt: skip
def test_one_fault_gives_one_finding(
    tmp_path: Path, changes: list[tuple[int, dict[str, str]]], expected: list[tuple[str, str, str]]
) -> None:
    assert _found(_changed(tmp_path, *changes)) == expected


def test_a_row_with_a_wrong_number_holds_back_the_person_it_belongs_to(tmp_path: Path) -> None:
    checked = _changed(tmp_path, (7, {"宛名番号": "000000000000095"}))
    assert _found(checked) == [("7行目", "addressee_number", "check-digit")]
    assert checked.held == {94}


def test_a_row_with_a_field_too_many_is_one_finding_and_holds_its_person(tmp_path: Path) -> None:
    lines = SAMPLE.read_bytes().split(b"\r\n")
    lines[6] += b","
    checked = _check(tmp_path, b"\r\n".join(lines))
    assert _found(checked) == [("7行目", "", "row-column-count")]
    assert checked.held == {94}


def test_an_open_quotation_mark_is_said_where_it_opens(tmp_path: Path) -> None:
    lines = SAMPLE.read_bytes().split(b"\r\n")
    lines[1000] = b'"' + lines[1000]
    checked = _check(tmp_path, b"\r\n".join(lines))
    assert ("1001行目", "", "row-column-count") in _found(checked) or ("1001行目", "", "row-unreadable") in _found(
        checked
    )


def test_a_file_in_another_encoding_or_without_a_column_is_not_read(tmp_path: Path) -> None:
    header, rows = read_sample()
    old = "\r\n".join(
        ",".join(row[name] for name in header) for row in [dict(zip(header, header, strict=True)), *rows[:1]]
    )
    assert not _check(tmp_path, old.encode("cp932")).is_usable
    short = [name for name in header if name != "生年月日"]
    content = as_bytes(short, [{name: row[name] for name in short} for row in rows])
    checked = _check(tmp_path, content)
    assert _found(checked) == [("1行目", "birth_date", "column-missing")]
    assert checked.row_count == 0


def test_an_unknown_column_is_said_and_left_out(tmp_path: Path) -> None:
    header, rows = read_sample()
    content = as_bytes([*header, "好きな色"], [row | {"好きな色": "青"} for row in rows])
    checked = _check(tmp_path, content)
    assert _found(checked) == [("1行目", "", "column-unknown")]
    assert checked.row_count == 1165


def test_a_broken_byte_is_found_in_its_cell(tmp_path: Path) -> None:
    content = SAMPLE.read_bytes().replace("見本ハイツ387号".encode(), "見本ハイツ387".encode() + b"\x8d\x86", 1)
    assert _found(_check(tmp_path, content)) == [("2行目", "building", "not-utf-8")]


def test_an_individual_number_is_never_repeated(tmp_path: Path) -> None:
    for cell in ("339075793837", "33907579383"):
        checked = _changed(tmp_path, (2, {"個人番号": cell}))
        (finding,) = checked.findings
        assert cell not in f"{finding} {finding.value}"
