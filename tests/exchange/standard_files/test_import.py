"""取込みと書出し through the register."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.exchange.standard_files.faults import SAMPLE, plant, read_sample
from yakuba.exchange.standard_files.check import check_file
from yakuba.exchange.standard_files.importing import Imported, import_people
from yakuba.exchange.standard_files.writing import write_file
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.queries.histories import all_histories, histories_of

ACCESS = Access("S0001", Purpose.MIGRATION, datetime(2026, 11, 23, 1, tzinfo=UTC), rights=frozenset({"view_individual_numbers"}))

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def _import(path: Path) -> Imported:
    checked = check_file(path, today=ACCESS.today)
    return import_people(checked, access=ACCESS, known=lambda numbers: histories_of(ACCESS, numbers))


def _export() -> bytes:
    out = io.BytesIO()
    write_file(all_histories(ACCESS, individual_numbers=True, hidden=set()), out)
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
