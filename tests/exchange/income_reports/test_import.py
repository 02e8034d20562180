"""取込みと名寄せ through the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from tests.exchange.income_reports.made import ROWS, Row, as_bytes, final_return, plant, salary
from tests.exchange.standard_files.faults import SAMPLE

from yakuba.exchange.income_reports.check import check_file
from yakuba.exchange.income_reports.importing import Imported, import_reports
from yakuba.exchange.standard_files.check import check_file as check_residents
from yakuba.exchange.standard_files.importing import import_people
from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.income_reports.columns import Kind
from yakuba.registers.income_reports.commands import match_by_hand
from yakuba.registers.income_reports.queries import contradictions, open_matches, reports_of, town_reports
from yakuba.registers.residents.queries.histories import histories_of
from yakuba.registers.residents.queries.names import names, with_addressee_number

ACCESS = Access(
    "S0001",
    Purpose.TAX,
    datetime(2026, 11, 23, 1, tzinfo=UTC),
    rights=frozenset({"view_individual_numbers", "assess_tax"}),
)
YEAR = 2026
TABLES = ("income_reports_incomereport", "income_reports_claimedrelative", "income_reports_match")

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _town() -> None:
    mover = replace(ACCESS, purpose=Purpose.MIGRATION, rights=frozenset({"register_events"}))
    checked = check_residents(SAMPLE, today=mover.today)
    assert import_people(checked, access=mover, known=lambda numbers: histories_of(mover, numbers)).loaded == 1000


def _import(tmp_path: Path, kind: Kind, rows: list[Row] | bytes, *, block: int = 20_000) -> Imported:
    path = tmp_path / "reports.csv"
    path.write_bytes(rows if isinstance(rows, bytes) else as_bytes(kind, rows))
    return import_reports(check_file(path, kind, today=ACCESS.today), access=ACCESS, rows=block)


def _stored() -> list[list[tuple[object, ...]]]:
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
            found.append(cursor.fetchall())
    return found


def _named(rows: list[Row]) -> dict[int, str]:
    """資料の人: resident → 氏名, of everybody with a report."""
    found = town_reports(ACCESS, fiscal_year=YEAR, known_at=ACCESS.now).reports["resident_id"].to_list()
    return names(ACCESS, found)


@pytest.mark.parametrize("kind", Kind)
def test_a_good_file_goes_in_once(tmp_path: Path, kind: Kind) -> None:
    rows = ROWS[kind]()
    first = _import(tmp_path, kind, rows)
    assert (first.added, first.unchanged, first.held_back, first.open_count, first.findings) == (len(rows), 0, 0, 0, [])
    before = _stored()
    again = _import(tmp_path, kind, rows)
    assert (again.added, again.unchanged, again.held_back, again.findings) == (0, len(rows), 0, [])
    assert _stored() == before
    assert sorted(_named(rows).values()) == sorted(row["氏名"] for row in rows)


def test_with_thirty_faults_every_other_report_goes_in_and_the_rest_after_correction(tmp_path: Path) -> None:
    content, planted = plant(1)
    result = _import(tmp_path, Kind.SALARY, content, block=41)
    assert (result.added, result.held_back, len(result.findings), len(planted)) == (270, 30, 30, 30)
    corrected = _import(tmp_path, Kind.SALARY, salary())
    assert (corrected.added, corrected.unchanged, corrected.held_back) == (30, 270, 0)
    assert town_reports(ACCESS, fiscal_year=YEAR, known_at=ACCESS.now).reports.height == 300


def test_the_taxable_income_of_the_year_end_adjustment_is_cut_to_thousands(tmp_path: Path) -> None:
    rows = salary(count=3)
    told = [("1999999", "1000000"), ("900000", "1000000"), ("", "")]
    for row, (income, deductions) in zip(rows, told, strict=True):
        row |= {"給与所得控除後の金額": income, "所得控除の額の合計額": deductions}
    _import(tmp_path, Kind.SALARY, rows)
    found = town_reports(ACCESS, fiscal_year=YEAR, known_at=ACCESS.now).reports.sort("id")
    assert found["income_tax_taxable_income"].to_list() == [999_000, 0, 0]


def test_no_individual_number_is_stored(tmp_path: Path) -> None:
    rows = salary()
    _import(tmp_path, Kind.SALARY, rows)
    text = str(_stored())
    assert rows[0]["住所"] in text
    assert not any(row["個人番号"] in text for row in rows)


def test_without_a_number_people_are_found_by_name_birth_date_and_address(tmp_path: Path) -> None:
    rows = [{**row, "個人番号": ""} for row in salary(count=100)]
    rows[1] |= {"住所": rows[1]["住所"].removeprefix("見本県見本市")}
    rows[2] |= {"住所": "見本県架空市別町1番1号"}
    rows[3] |= {"生年月日": "1950-01-01"}
    result = _import(tmp_path, Kind.SALARY, rows)
    waiting = open_matches(ACCESS, fiscal_year=YEAR)
    assert result.open_count == len(waiting) == 2
    assert [(one.name, one.why[:10], len(one.candidates)) for one in waiting] == [
        (rows[2]["氏名"], "氏名と生年月日は合い", 1),
        (rows[3]["氏名"], "番号・氏名・生年月日", 0),
    ]
    assert "別町" not in str(waiting)


def test_a_number_of_somebody_else_altogether_stays_open(tmp_path: Path) -> None:
    rows = salary(count=20)
    rows[0] |= {"個人番号": rows[5]["個人番号"]}
    _import(tmp_path, Kind.SALARY, rows)
    (waiting,) = open_matches(ACCESS, fiscal_year=YEAR)
    assert (waiting.name, len(waiting.candidates)) == (rows[0]["氏名"], 2)


def test_a_clerk_decides_and_the_file_given_again_leaves_it(tmp_path: Path) -> None:
    rows = [{**row, "個人番号": ""} for row in salary(count=5)]
    rows[2] |= {"住所": "見本県架空市別町1番1号"}
    _import(tmp_path, Kind.SALARY, rows)
    (waiting,) = open_matches(ACCESS, fiscal_year=YEAR)
    with pytest.raises(RefusedError):
        match_by_hand(ACCESS, waiting.report_id, 0, waiting.candidates[0], reason=" ")
    match_by_hand(ACCESS, waiting.report_id, 0, waiting.candidates[0], reason="本人に電話で確認")
    assert open_matches(ACCESS, fiscal_year=YEAR) == []
    before = _stored()
    _import(tmp_path, Kind.SALARY, rows)
    assert _stored() == before
    corrected = [{**rows[2], "訂正表示": "1", "支払金額": "9990000"}]
    assert _import(tmp_path, Kind.SALARY, corrected).open_count == 0
    (own,) = reports_of(ACCESS, waiting.candidates[0], fiscal_year=YEAR).reports.iter_rows(named=True)
    assert own["employment_revenue"] == 9_990_000


def test_a_correction_takes_the_place_and_a_cancellation_takes_it_away(tmp_path: Path) -> None:
    rows = salary(count=3)
    _import(tmp_path, Kind.SALARY, rows)
    other = _import(tmp_path, Kind.SALARY, [{**rows[0], "支払金額": "8880000"}])
    assert [finding.rule for finding in other.findings] == ["report-known"]
    assert _import(tmp_path, Kind.SALARY, [{**rows[0], "支払金額": "8880000", "訂正表示": "1"}]).added == 1
    assert _import(tmp_path, Kind.SALARY, [{**rows[1], "訂正表示": "2"}]).added == 1
    unknown = _import(tmp_path, Kind.SALARY, [{**rows[1], "整理番号": "77", "訂正表示": "1"}])
    assert [finding.rule for finding in unknown.findings] == ["nothing-to-correct"]
    counting = town_reports(ACCESS, fiscal_year=YEAR, known_at=ACCESS.now).reports
    assert sorted(counting["employment_revenue"]) == sorted([8_880_000, int(rows[2]["支払金額"])])
    assert _import(tmp_path, Kind.SALARY, rows).unchanged == 3


def test_relatives_are_found_by_number_or_in_the_household(tmp_path: Path) -> None:
    rows = [row for row in salary() if "控除対象配偶者_氏名" in row]
    assert len(rows) > 10
    rows[0] |= {"控除対象配偶者_個人番号": ""}
    rows[1] |= {"控除対象配偶者_個人番号": "", "控除対象配偶者_氏名": "架空　遠子"}
    _import(tmp_path, Kind.SALARY, rows)
    town = town_reports(ACCESS, fiscal_year=YEAR, known_at=ACCESS.now)
    assert town.relatives.height == len(rows)
    (unknown,) = open_matches(ACCESS, fiscal_year=YEAR, relatives=True)
    assert (unknown.position, unknown.name) == (1, "架空　遠子")
    found = names(ACCESS, town.relatives["relative_id"].drop_nulls().to_list())
    assert set(found.values()) == {row["控除対象配偶者_氏名"] for row in rows} - {"架空　遠子"}


def test_contradictions_stand_on_a_work_list(tmp_path: Path) -> None:
    rows, returns = salary(), final_return()
    second = {
        **rows[0],
        **{name: rows[1][name] for name in ("支払者_指定番号", "支払者_法人番号", "支払者_氏名又は名称")},
        "整理番号": "900001",
    }
    claimed = next(row for row in rows if row.get("控除対象配偶者_個人番号"))
    wife = claimed["控除対象配偶者_氏名"]
    other = next(row for row in rows if row["氏名"] != wife and "控除対象配偶者_氏名" not in row)
    other |= {
        "控除対象扶養親族の数_その他": "1",
        "控除対象扶養親族1_氏名": claimed["控除対象配偶者_氏名"],
        "控除対象扶養親族1_個人番号": claimed["控除対象配偶者_個人番号"],
    }
    returns[0] |= {"収入金額等_給与": "1234000"}
    assert _import(tmp_path, Kind.SALARY, [*rows, second]).added == 301
    assert _import(tmp_path, Kind.FINAL_RETURN, returns).added == 40
    found = contradictions(ACCESS, fiscal_year=YEAR)
    assert sorted(finding.rule for finding in found) == ["claimed-twice", "revenue-differs"]
    numbers = [finding.where.removeprefix("宛名番号") for finding in found]
    people = names(ACCESS, [each for number in numbers if (each := with_addressee_number(number))])
    assert set(people.values()) == {claimed["控除対象配偶者_氏名"], returns[0]["氏名"]}


def test_the_whole_town_is_read_and_matched_on_record(tmp_path: Path) -> None:
    _import(tmp_path, Kind.SALARY, salary(count=10))
    town_reports(ACCESS, fiscal_year=YEAR, known_at=ACCESS.now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action, individual_number FROM access_accessrecord WHERE action LIKE 'in%' ORDER BY number"
        )
        actions = cursor.fetchall()
    assert ("individual-number.find", True) in actions
    assert {("income-reports.receive", False), ("income-reports.town", False)} <= set(actions)
