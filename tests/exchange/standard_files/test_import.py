"""取込みと書出し through the register."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from tests.exchange.standard_files.faults import SAMPLE, as_bytes, plant, read_sample

from yakuba.exchange.standard_files.check import check_file
from yakuba.exchange.standard_files.importing import Imported, import_people
from yakuba.exchange.standard_files.writing import write_file
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands.refold import verify
from yakuba.registers.residents.queries.histories import all_histories, histories_of
from yakuba.registers.residents.queries.people import person

ACCESS = Access(
    "S0001", Purpose.MIGRATION, datetime(2026, 11, 23, 1, tzinfo=UTC), rights=frozenset({"view_individual_numbers"})
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def _import(path: Path, *, rows: int = 20_000) -> Imported:
    checked = check_file(path, today=ACCESS.today)
    return import_people(checked, access=ACCESS, known=lambda numbers: histories_of(ACCESS, numbers), rows=rows)


def _export() -> bytes:
    out = io.BytesIO()
    write_file(all_histories(ACCESS, individual_numbers=True, hidden=set(), stopped=set()), out)
    return out.getvalue()


def test_the_sample_goes_in_once_and_comes_out_equal() -> None:
    first = _import(SAMPLE)
    assert (first.loaded, first.unchanged, first.held_back, first.findings) == (1000, 0, 0, [])
    again = _import(SAMPLE)
    assert (again.loaded, again.unchanged, again.held_back, again.findings) == (0, 1000, 0, [])
    assert _export() == SAMPLE.read_bytes()


def test_with_forty_faults_everybody_else_goes_in_and_the_rest_after_correction(tmp_path: Path) -> None:
    content, planted = plant(1)
    path = tmp_path / "faults.csv"
    path.write_bytes(content)
    result = _import(path)
    assert (result.loaded, result.held_back, len(result.findings)) == (960, 40, 40)
    held = {one.person for one in planted}
    there = histories_of(ACCESS, sorted({row["宛名番号"] for row in read_sample()[1]}))
    assert set(there.residents["addressee_number"]) == {row["宛名番号"] for row in read_sample()[1]} - held
    corrected = _import(SAMPLE)
    assert (corrected.loaded, corrected.unchanged, corrected.held_back) == (40, 960, 0)
    assert _export() == SAMPLE.read_bytes()


def test_a_longer_file_adds_its_rows_and_the_register_equals_one_load(tmp_path: Path) -> None:
    header, rows = read_sample()
    earlier = [{**row, "最新フラグ": "1"} for row in rows if row["個人履歴番号"] == "1"]
    path = tmp_path / "earlier.csv"
    path.write_bytes(as_bytes(header, earlier))
    assert _import(path).loaded == 1000
    longer = _import(SAMPLE)
    assert (longer.loaded, longer.longer, longer.unchanged, longer.findings) == (0, 162, 838, [])
    assert _export() == SAMPLE.read_bytes()
    assert verify(workers=1).findings == []


def test_another_history_is_held_back_and_changes_nothing(tmp_path: Path) -> None:
    _import(SAMPLE)
    header, rows = read_sample()
    rows[0]["住所_番地号表記"] = "9999番地"
    path = tmp_path / "other.csv"
    path.write_bytes(as_bytes(header, rows))
    result = _import(path)
    assert (result.loaded, result.unchanged, result.held_back) == (0, 999, 1)
    assert [(one.rule, one.where) for one in result.findings] == [("history-differs", "2行目")]
    assert _export() == SAMPLE.read_bytes()


def test_a_file_in_many_pieces_is_the_same_town() -> None:
    assert _import(SAMPLE, rows=97).loaded == 1000
    assert _export() == SAMPLE.read_bytes()
    assert verify(workers=1).findings == []


def test_nobody_who_is_protected_is_exported_with_an_address() -> None:
    _import(SAMPLE)
    person = histories_of(ACCESS, ["000000000000094"]).residents["id"][0]
    clerk = replace(ACCESS, purpose=Purpose.PROTECTION, rights=frozenset({"manage_protections"}))
    protections.receive_application(
        clerk, entry_key=uuid4(), applicant_id=person, category="1", received_on=clerk.today, together=[]
    )
    out, hidden = io.BytesIO(), set[int]()
    write_file(all_histories(ACCESS, individual_numbers=True, hidden=hidden, stopped=set()), out)
    assert person in hidden
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    (newest,) = [row for row in rows if row["宛名番号"] == "000000000000094" and row["最新フラグ"] == "1"]
    addresses = [
        name
        for name in newest
        if name.endswith(("_町字", "_番地号表記", "_方書", "_郵便番号", "街区符号", "_町字コード"))
    ]
    assert {name: newest[name] for name in addresses if newest[name]} == {}
    assert newest["氏名"] == "北本　方彦"
    others = [row for row in rows if row["世帯番号"] != newest["世帯番号"]]
    assert all(row["住所_番地号表記"] for row in others)


def test_numbers_given_out_after_an_import_are_new() -> None:
    _import(SAMPLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT last_value FROM resident_body) >= max(id), count(*) FROM residents_resident")
        assert cursor.fetchone() == (True, 1000)


def test_a_row_that_goes_back_stands_in_the_register_as_in_the_file(tmp_path: Path) -> None:
    header, rows = read_sample()
    at = next(at for at, row in enumerate(rows) if row["氏名"] == "福田　英吉")
    filed = {"処理年月日": "2026-07-05", "操作年月日": "2026-07-05", "異動届出年月日": "2026-06-20"}
    left = {
        **filed,
        "異動事由": "21",
        "異動年月日": "2026-07-01",
        "住民状態": "2",
        "消除の事由": "21",
        "消除の異動年月日": "2026-07-01",
    }
    arrived = {"異動事由": "43", "異動年月日": "2026-06-28", "消除の異動年月日": "2026-06-28", "操作時刻": "11:00:00"}
    rows[at] = {**rows[at], "最新フラグ": "0"}
    rows.insert(at + 1, {**rows[at], **left, "個人履歴番号": "2"})
    rows.insert(at + 2, {**rows[at + 1], **arrived, "個人履歴番号": "3", "最新フラグ": "1"})
    path = tmp_path / "back.csv"
    path.write_bytes(as_bytes(header, rows))
    assert _import(path).findings == []
    assert _export() == path.read_bytes()
    resident_id = histories_of(ACCESS, [rows[at]["宛名番号"]]).residents["id"][0]
    found = person(ACCESS, resident_id, valid_on=date(2026, 6, 29), known_at=datetime(2026, 11, 23, tzinfo=UTC))
    assert found is not None
    assert (found.items["resident_status"], found.items["struck_on"]) == (2, date(2026, 6, 28))
    assert verify(workers=1).findings == []
