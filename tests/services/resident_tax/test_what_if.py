"""もしもの計算: the same as two calculations, of the same facts; nothing is decided, and what cannot be read is refused."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from tests.services.resident_tax.test_runs import MAY, YEAR, officer, people

from yakuba.kernel.findings import RefusedError
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.folder import data_folder
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.law.statutes import load_statutes
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decision_runs import queries
from yakuba.services.resident_tax.calculation import calculate, reported_of
from yakuba.services.resident_tax.snapshot import town_snapshot
from yakuba.services.resident_tax.what_if import answer, as_ordinance, ask, numbers_of, read_number, shown

pytestmark = pytest.mark.django_db
WRITTEN = ("decisions_decision", "ledger_posting", "ledger_instalment", "decision_runs_decisionrun")

__all__ = ["people"]


def rows() -> list[int]:
    with connection.cursor() as cursor:
        found = []
        for table in WRITTEN:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(int(cursor.fetchone()[0]))
        return found


def worked_out(**typed: str) -> queries.ScenarioRow:
    scenario_id = ask(officer(), YEAR, typed, uuid4())
    answer(officer(), scenario_id, progress=lambda *_: None)
    found = queries.scenario(officer(), scenario_id)
    assert found is not None
    return found


def test_it_comes_to_what_two_calculations_come_to(people: dict[str, int]) -> None:
    before = rows()
    snapshot = town_snapshot(officer(), YEAR, known_at=MAY)
    calculated = calculate(snapshot, settings.MUNICIPALITY_CODE)
    annual = int(calculated.outcome["annual_tax"].sum())
    taxed = int((calculated.outcome["municipal_per_capita_levy"] > 0).sum())
    found = worked_out(municipal_per_capita_amount="3,500")
    summary = found.summary
    assert summary is not None
    assert summary["sums"]["annual_tax"] == [annual, annual + 500 * taxed]
    assert summary["sums"]["municipal_per_capita_levy"] == [3_000 * taxed, 3_500 * taxed]
    assert (summary["higher"], summary["lower"], summary["people"]) == (taxed, 0, calculated.people.height)
    for name in ("by_income", "by_age"):
        assert sum(band[1] for band in summary[name]) == calculated.people.height
        assert sum(band[3] - band[2] for band in summary[name]) == 500 * taxed
    changes = queries.scenario_changes(officer(), found.scenario_id)
    assert {one.after - one.before for one in changes} == {500}
    assert len(changes) == taxed
    assert rows() == before


def test_a_rate_moves_each_person_by_the_law(people: dict[str, int]) -> None:
    snapshot = town_snapshot(officer(), YEAR, known_at=MAY)
    calculated = calculate(snapshot, settings.MUNICIPALITY_CODE)
    rules = resident_tax(YEAR, settings.MUNICIPALITY_CODE).with_parameters(
        {"municipal_income_rate": Fraction(55, 1000)}
    )
    reported = reported_of(snapshot, rules)
    annual = evaluate(rules, reported.usable, ["annual_tax"])["annual_tax"][reported.chosen].tolist()
    ids = calculated.people["resident_id"].to_list()
    before = calculated.outcome["annual_tax"].tolist()
    expected = {each: (was, now) for each, was, now in zip(ids, before, annual, strict=True) if was != now}
    found = worked_out(municipal_income_rate="5.5%")
    changes = queries.scenario_changes(officer(), found.scenario_id)
    assert {one.resident_id: (one.before, one.after) for one in changes} == expected
    assert people["青木\u3000太郎"] in expected


def test_it_starts_from_what_was_known_when_it_was_asked(people: dict[str, int]) -> None:
    early = officer(now=MAY - timedelta(days=80))
    scenario_id = ask(early, YEAR, {"municipal_per_capita_amount": "3500"}, uuid4())
    answer(officer(), scenario_id, progress=lambda *_: None)
    found = queries.scenario(officer(), scenario_id)
    assert found is not None
    assert found.summary is not None
    assert found.summary["people"] == 0, "the reports came later"


def test_the_same_key_is_one_scenario_and_is_answered_once(people: dict[str, int]) -> None:
    key = uuid4()
    first, again = (ask(officer(), YEAR, {"municipal_per_capita_amount": "3500"}, key) for _ in range(2))
    assert first == again
    answer(officer(), first, progress=lambda *_: None)
    answer(officer(), first, progress=lambda *_: pytest.fail("it is worked out already"))


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({}, "no-number"),
        ({"municipal_per_capita_amount": " "}, "no-number"),
        ({"municipal_per_capita_amount": "三千円"}, "not-a-number"),
        ({"municipal_per_capita_amount": "-1"}, "not-a-number"),
        ({"municipal_per_capita_amount": "1/2"}, "not-a-rate"),
        ({"municipal_income_rate": "6"}, "rate-too-large"),
        ({"municipal_income_rate": "3/0"}, "not-a-number"),
        ({"designated_city": "2"}, "not-a-flag"),
        ({"ordinary_instalment_unit": "100"}, "unknown-number"),
        ({"no_such_number": "1"}, "unknown-number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(db: None, typed: dict[str, str], rule: str) -> None:
    with pytest.raises(RefusedError) as refused:
        ask(officer(), YEAR, typed, uuid4())
    assert [finding.rule for finding in refused.value.findings] == [rule]
    assert refused.value.findings[0].remedy


def test_without_the_right_nothing_is_asked(db: None) -> None:
    with pytest.raises(RefusedError):
        ask(Access("S0001", Purpose.TAX, MAY), YEAR, {"municipal_per_capita_amount": "3500"}, uuid4())


@pytest.mark.parametrize(
    ("typed", "value", "text"),
    [
        ("3500", 3_500, "3,500"),
        ("6%", Fraction(3, 50), "6%"),
        ("5.4％", Fraction(27, 500), "5.4%"),
        ("10%", Fraction(1, 10), "10%"),
        ("5105/84895", Fraction(1021, 16979), "1021/16979"),
        ("123456/654321", None, ""),
        ("6.1234%", None, ""),
    ],
)
def test_numbers_are_read_and_shown(typed: str, value: int | Fraction | None, text: str) -> None:
    assert read_number(typed) == value
    assert value is None or shown(value) == text


def test_the_list_has_every_number_an_ordinance_may_set() -> None:
    found = {one.name: one for one in numbers_of(YEAR)}
    assert found["municipal_per_capita_amount"].municipal
    assert not found["standard_municipal_rate"].municipal
    assert found.keys() <= resident_tax(YEAR).parameters.keys()


def test_an_ordinances_file_keeps_what_stands_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, code = tmp_path / "statutes", settings.MUNICIPALITY_CODE
    shutil.copytree(data_folder(), folder)
    path = f"municipal/{code}/resident_tax_levy.yaml"
    held = "{from: 2024-04-01, value: 300000, article: 市税条例第1条, source: 条例}"
    (folder / path).write_text(f"quantities:\n  per_capita_exemption_base: {{values: [{held}]}}\n", encoding="utf-8")
    monkeypatch.setenv("YAKUBA_STATUTES", str(folder))
    written = as_ordinance({"municipal_per_capita_amount": "3,500", "municipal_income_rate": "5.9%"}, YEAR)
    assert list(written) == [path]
    (folder / path).write_text(written[path], encoding="utf-8")
    assert load_statutes(code, folder=folder)[1], "the articles are not filled in yet"
    (folder / path).write_text(written[path].replace("article: ''", "article: 市税条例第2条"), encoding="utf-8")
    found, findings = load_statutes(code, folder=folder)
    assert not findings
    names = ("per_capita_exemption_base", "municipal_per_capita_amount", "municipal_income_rate")
    values = [found[f"resident_tax_levy.{name}"].at(date(YEAR, 4, 1)).value for name in names]
    assert values == [300_000, 3_500, Fraction(59, 1000)]


def test_what_no_ordinance_sets_has_no_file() -> None:
    assert as_ordinance({"standard_municipal_rate": "6%"}, YEAR) == {}
