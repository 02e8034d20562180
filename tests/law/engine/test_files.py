"""ファイルの計算: batches of any size give what the whole gives; a wrong cell gives its line and nothing is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.law.resident_tax.people import random_people

from yakuba.kernel.findings import RefusedError
from yakuba.law import evaluate, evaluate_file, resident_tax

RULES = resident_tax(2027)
PEOPLE = random_people(3_000, 5, 2027)
WANTED = ["annual_tax", "dependant_count"]


@pytest.fixture(scope="module")
def whole() -> dict[str, np.ndarray]:
    return evaluate(RULES, PEOPLE, WANTED)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("batch_rows", [50, 1_000, 10_000])
def test_a_file_in_batches_is_the_whole(
    kind: str, batch_rows: int, tmp_path: Path, whole: dict[str, np.ndarray]
) -> None:
    source, target = tmp_path / f"people.{kind}", tmp_path / f"taxes.{kind}"
    frame = pl.DataFrame({"person": np.arange(3_000), **PEOPLE})
    (frame.write_parquet if kind == "parquet" else frame.write_csv)(source)
    seen: list[int] = []
    done = evaluate_file(RULES, source, target, WANTED, keep=["person"], batch_rows=batch_rows, progress=seen.append)
    read = pl.read_parquet(target) if kind == "parquet" else pl.read_csv(target)
    assert (done, seen[-1], read["person"].to_list()) == (3_000, 3_000, list(range(3_000)))
    assert all(np.array_equal(read[name].to_numpy(), whole[name]) for name in WANTED)


@pytest.mark.parametrize("batch_rows", [1, 2, 1_000])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_names_with_line_ends_and_quotes_pass_through(line_end: str, batch_rows: int, tmp_path: Path) -> None:
    names = [f'甲{line_end}乙"丙,{number}' for number in range(300)]
    rows = ['"' + name.replace('"', '""') + f'",{number % 100}' for number, name in enumerate(names)]
    source, target = tmp_path / "people.csv", tmp_path / "taxes.parquet"
    # A byte order mark before, and no line end after the last row.
    source.write_text("\ufeff" + line_end.join(["name,age", *rows]), encoding="utf-8", newline="")
    evaluate_file(RULES, source, target, WANTED, keep=["name"], batch_rows=batch_rows)
    assert pl.read_parquet(target)["name"].to_list() == names


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("age", "四十", "not-whole"),
        ("age", "", "not-whole"),
        ("age", "140", "out-of-bounds"),
        ("residence_loss_carried", "5", "unsupported"),
    ],
)
@pytest.mark.parametrize("target_kind", ["csv", "parquet"])
def test_a_wrong_cell_is_told_with_its_line(
    column: str, value: str, rule: str, target_kind: str, tmp_path: Path
) -> None:
    land = dict.fromkeys(("long_term_gain", "long_term_special_deduction"), ["7"] * 400)
    frame = pl.DataFrame({"age": ["40"] * 400, "residence_loss_carried": ["0"] * 400, **land})
    frame[350, column] = value
    frame.write_csv(tmp_path / "people.csv")
    target = tmp_path / f"taxes.{target_kind}"
    with pytest.raises(RefusedError) as refused:
        evaluate_file(RULES, tmp_path / "people.csv", target, WANTED, batch_rows=100)
    assert [(each.rule, each.item, each.where) for each in refused.value.findings] == [(rule, column, "352行目")]
    assert list(tmp_path.iterdir()) == [tmp_path / "people.csv"]


def test_a_file_without_people_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("age\n", encoding="utf-8")
    with pytest.raises(RefusedError, match="行がありません"):
        evaluate_file(RULES, tmp_path / "people.csv", tmp_path / "taxes.csv", WANTED)
