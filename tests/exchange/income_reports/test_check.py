"""ファイルの検査: one finding for each fault, none for anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.exchange.income_reports.made import FAULTS, ROWS, Row, as_bytes, final_return, header, pension, plant, salary

from yakuba.exchange.income_reports.check import Checked, check_file
from yakuba.exchange.income_reports.layout import layout
from yakuba.exchange.income_reports.numbers import corporate_check_digit
from yakuba.exchange.income_reports.report import write_findings
from yakuba.kernel.findings import has_errors
from yakuba.registers.income_reports.columns import Kind

TODAY = date(2026, 11, 23)


def _check(tmp_path: Path, kind: Kind, content: bytes, *, rows: int = 20_000) -> Checked:
    path = tmp_path / "reports.csv"
    path.write_bytes(content)
    return check_file(path, kind, today=TODAY, rows=rows)


def _found(checked: Checked) -> list[tuple[str, str, str]]:
    return sorted((finding.where, finding.item, finding.rule) for finding in checked.findings)


@pytest.mark.parametrize("kind", Kind)
def test_a_good_file_has_no_findings(tmp_path: Path, kind: Kind) -> None:
    rows = ROWS[kind]()
    checked = _check(tmp_path, kind, as_bytes(kind, rows))
    assert (checked.findings, checked.row_count, checked.held) == ((), len(rows), frozenset())


def test_thirty_faults_of_many_kinds() -> None:
    assert (len(FAULTS), len(salary())) == (30, 300)
    assert len({fault.rule for fault in FAULTS}) >= 12


@pytest.mark.parametrize("seed", range(1, 6))
def test_planted_faults_are_found_and_nothing_else(tmp_path: Path, seed: int) -> None:
    content, planted = plant(seed)
    checked = _check(tmp_path, Kind.SALARY, content, rows=(20_000, 41)[seed % 2])
    assert _found(checked) == sorted((f"{line}行目", item, rule) for line, item, rule in planted)
    good = {number for frame in checked.blocks(rows=41) for number in frame["report_number"]}
    lines = {line for line, _, _ in planted}
    assert good == {row["整理番号"] for line, row in enumerate(salary(), 2) if line not in lines}


@pytest.mark.parametrize(
    ("kind", "cells", "item", "rule"),
    [
        (Kind.SALARY, {"社会保険料等の金額": "1000", "社会保険料等の金額のうち小規模企業共済等掛金": "1001"}, "small_enterprise_mutual_aid_premium", "exceeds-whole"),
        (Kind.SALARY, {"就職年月日": "2025-05-01", "退職年月日": "2025-04-01"}, "left_on", "left-before-joined"),
        (Kind.SALARY, {"受領年月日": "2024-12-31"}, "received_on", "received-before-year"),
        (Kind.SALARY, {"控除対象配偶者の有無": "0", "控除対象配偶者_氏名": "見本　花子"}, "spouse_count", "count-differs"),
        (Kind.SALARY, {"控除対象扶養親族の数_その他": "1", "控除対象扶養親族1_氏名": "見本　一子", "控除対象扶養親族1_障害者": "2"}, "special_disability_count", "count-differs"),
        (Kind.SALARY, {"住宅借入金等特別控除可能額": "1000", "住宅借入金等特別控除の額": "1001", "住宅借入金等特別控除区分": "住", "居住開始年月日": "2020-01-01"}, "housing_loan_credited", "exceeds-whole"),
        (Kind.SALARY, {"整理番号": "000001", "支払者_指定番号": "9001"}, "report_number", "report-doubled"),
        (Kind.PENSION, {"社会保険料の金額": "9000000"}, "social_insurance_premium", "exceeds-whole"),
        (Kind.PENSION, {"源泉徴収税額_法第203条の3第2号・第5号適用分": "1"}, "withheld_income_tax_2", "exceeds-whole"),
        (Kind.FINAL_RETURN, {"特定一般用医薬品等購入費": "20000"}, "self_medication_expense", "medical-both"),
        (Kind.FINAL_RETURN, {"医療費控除_補塡される金額": "320001"}, "medical_reimbursed", "exceeds-whole"),
        (Kind.FINAL_RETURN, {"所得金額等_配当": "10", "配当所得のうち株式等": "11"}, "dividend_stock", "exceeds-whole"),
    ],
)  # fmt: skip
def test_cells_that_contradict_each_other(tmp_path: Path, kind: Kind, cells: Row, item: str, rule: str) -> None:
    rows = ROWS[kind]()
    rows[5] |= cells
    if "控除対象配偶者の有無" not in cells:
        for name in ("控除対象配偶者の有無", "控除対象配偶者_氏名", "控除対象配偶者_個人番号"):
            rows[5].pop(name, None)
    assert _found(_check(tmp_path, kind, as_bytes(kind, rows))) == [("7行目", item, rule)]


def test_one_number_at_two_people_of_a_report(tmp_path: Path) -> None:
    rows = salary()
    rows[0] |= {
        "控除対象扶養親族の数_その他": "1",
        "控除対象扶養親族1_氏名": "見本　一子",
        "控除対象扶養親族1_個人番号": rows[0]["個人番号"],
    }
    assert _found(_check(tmp_path, Kind.SALARY, as_bytes(Kind.SALARY, rows))) == [
        ("2行目", "dependant_1_individual_number", "number-doubled")
    ]


def test_a_doubtful_cell_makes_no_other_look_wrong(tmp_path: Path) -> None:
    rows = salary()
    rows[3] |= {"支払金額": "百万円", "源泉徴収税額": "999999999"}
    assert _found(_check(tmp_path, Kind.SALARY, as_bytes(Kind.SALARY, rows))) == [
        ("5行目", "employment_revenue", "amount-form")
    ]


def test_a_loss_is_no_fault_of_a_return(tmp_path: Path) -> None:
    rows = final_return()
    rows[0] |= {"所得金額等_事業_営業等": "-1500000"}
    assert _check(tmp_path, Kind.FINAL_RETURN, as_bytes(Kind.FINAL_RETURN, rows)).findings == ()


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (lambda names: ["社会保険料の金額" if name == "社会保険料等の金額" else name for name in names], "column-unknown"),
        (lambda names: [name for name in names if name != "社会保険料等の金額"], "column-missing"),
        (lambda names: [*names, "支払金額"], "column-doubled"),
    ],
)  # fmt: skip
def test_a_header_that_could_lose_money_is_refused_whole(
    tmp_path: Path, names: Callable[[list[str]], list[str]], rule: str
) -> None:
    changed = names(header(Kind.SALARY))
    content = as_bytes(Kind.SALARY, [], names=changed) + b"1\r\n" * 3
    checked = _check(tmp_path, Kind.SALARY, content)
    assert rule in {finding.rule for finding in checked.findings}
    assert (checked.is_usable, checked.row_count) == (False, 0)


def test_a_column_that_the_form_lets_out_may_be_missing(tmp_path: Path) -> None:
    names = [name for name in header(Kind.PENSION) if "扶養親族" not in name and "第7号" not in name]
    content = as_bytes(Kind.PENSION, pension(), names=names)
    assert _check(tmp_path, Kind.PENSION, content).findings == ()


def test_rows_of_another_width_are_found_and_the_rest_is_read(tmp_path: Path) -> None:
    content = as_bytes(Kind.SALARY, salary()).split(b"\r\n")
    content[4] += b",1"
    checked = _check(tmp_path, Kind.SALARY, b"\r\n".join(content))
    assert _found(checked) == [("5行目", "", "row-column-count")]
    assert sum(frame.height for frame in checked.blocks()) == 299


def test_no_finding_repeats_a_number_of_a_person_or_an_address(tmp_path: Path) -> None:
    rows = salary()
    numbers = [rows[at]["個人番号"][:-1] for at in range(2)]
    rows[0] |= {"個人番号": numbers[0]}
    rows[1] |= {"支払者_法人番号": rows[1]["個人番号"]}
    rows[2] |= {"住所": "見本県見本市ひそか町" + "9" * 200}
    checked = _check(tmp_path, Kind.SALARY, as_bytes(Kind.SALARY, rows))
    out = tmp_path / "findings.csv"
    write_findings(checked.findings, checked.form, out)
    said = out.read_text("utf-8-sig") + "".join(map(str, checked.findings))
    assert len(checked.findings) == 3
    assert has_errors(checked.findings)
    assert not any(number in said for number in numbers)
    assert "ひそか町" not in said
    assert "支払者_法人番号" in said


def test_the_check_digit_of_a_corporate_number() -> None:
    """法人番号 7000012050002 (国税庁)."""
    assert corporate_check_digit("000012050002") == 7


@pytest.mark.parametrize("kind", Kind)
def test_the_layouts_name_what_is_there(kind: Kind) -> None:
    form = layout(kind)
    ids, names = [column.id for column in form.columns], [column.name for column in form.columns]
    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)
    sums = {column.sums_into for column in form.columns}
    assert {column.part_of for column in form.columns if column.part_of} <= {*ids, *sums}
