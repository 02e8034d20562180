"""ファイルの検査: one finding for each fault, none for anything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.exchange.standard_files.faults import FAULTS, SAMPLE, plant
from yakuba.exchange.standard_files.check import Checked, check_file

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


@pytest.mark.parametrize("seed", range(1, 9))
def test_planted_faults_are_found_and_nothing_else(tmp_path: Path, seed: int) -> None:
    content, planted = plant(seed)
    checked = _check(tmp_path, content, rows=(50_000, 97)[seed % 2])
    assert _found(checked) == sorted((f"{one.line}行目", one.item, one.rule) for one in planted)
    assert {f"{person:015d}" for person in checked.held} == {one.person for one in planted if one.held}
