"""The loader on an invented country, and the real files as they stand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from yakuba.law.statutes import load_statutes, statutes

BOUNTY = """
title: 狩猟税
quantities:
  orc_bounty:
    term: 報奨金
    unit: yen
    basis: event_day
    municipal: true
    values:
      - {from: 2020-04-01, value: 500, article: 報奨法第1条, promulgated: 2020-03-01}
      - {from: 2010-04-01, value: 300, article: 報奨法第1条, source: 官報, confirmed: false}
  levy_rate:
    term: 税率
    unit: rate
    basis: fiscal_year
    values:
      - {from: 2010-04-01, value: "87/1000", article: 狩猟税法第2条, source: 官報}
"""


@pytest.fixture
def country(tmp_path: Path) -> Path:
    (tmp_path / "national").mkdir()
    (tmp_path / "municipal" / "990019").mkdir(parents=True)
    (tmp_path / "national" / "hunting.yaml").write_text(BOUNTY, encoding="utf-8")
    return tmp_path


def overlay(country: Path, text: str) -> None:
    (country / "municipal" / "990019" / "hunting.yaml").write_text(text, encoding="utf-8")


def test_a_value_holds_from_its_day(country: Path) -> None:
    found, findings = load_statutes(folder=country)
    assert findings == ()
    bounty = found["hunting.orc_bounty"]
    assert [bounty.number(date(2020, 3, 31)), bounty.number(date(2020, 4, 1))] == [300, 500]
    assert not bounty.at(date(2015, 1, 1)).confirmed
    assert found["hunting.levy_rate"].at(date(2026, 1, 1)).value == Fraction(87, 1000)
    with pytest.raises(LookupError):
        bounty.at(date(2010, 3, 31))
    with pytest.raises(TypeError):
        found["hunting.levy_rate"].number(date(2026, 1, 1))


def test_a_municipality_overlays_what_the_nation_leaves_to_it(country: Path) -> None:
    overlay(
        country,
        "quantities: {orc_bounty: {values: [{from: 2018-04-01, value: 700, article: 条例第3条, source: 例規集}]}}",
    )
    found, findings = load_statutes("990019", folder=country)
    assert findings == ()
    bounty = found["hunting.orc_bounty"]
    assert [bounty.number(day) for day in (date(2017, 1, 1), date(2018, 4, 1), date(2021, 1, 1))] == [300, 700, 700]
    assert load_statutes(folder=country)[0]["hunting.orc_bounty"].number(date(2021, 1, 1)) == 500


@pytest.mark.parametrize("name", ["levy_rate", "dragon_bounty"])
def test_nothing_else_may_be_overlaid(country: Path, name: str) -> None:
    overlay(
        country, f"quantities: {{{name}: {{values: [{{from: 2018-04-01, value: 7, article: 条例, source: 例規集}}]}}}}"
    )
    _, findings = load_statutes("990019", folder=country)
    assert [finding.rule for finding in findings] == ["statute-overlay"]


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("value: 500", "value: 500.0", "float"),
        ('"87/1000"', "0.087", "float"),
        ('"87/1000"', '"87/0"', "value"),
        ("value: 500", "value: true", "value"),
        ("value: 500", "value: 五百", "value"),
        ("unit: yen", "unit: gold", "unit"),
        ("basis: fiscal_year", "basis: someday", "basis"),
        ("municipal: true", "municipal: perhaps", "municipal"),
        ("term: 税率", "term:", "term"),
        ("article: 報奨法第1条, promulgated", "promulgated", "article"),
        (", promulgated: 2020-03-01", "", "source"),
        ("promulgated: 2020-03-01", "promulgated: 去年", "promulgated"),
        ("from: 2020-04-01", "from: 令和2年", "from"),
        ("from: 2020-04-01", "from: 2010-04-01", "values"),
        ("municipal: true", "munincipal: true", "unknown-key"),
        ("confirmed: false", "cofirmed: false", "unknown-key"),
        ("levy_rate:", "orc_bounty:", "yaml"),
        ("levy_rate:", "LevyRate:", "form"),
    ],
)
def test_each_fault_of_a_file_is_one_finding(country: Path, right: str, wrong: str, rule: str) -> None:
    assert right in BOUNTY
    (country / "national" / "hunting.yaml").write_text(BOUNTY.replace(right, wrong, 1), encoding="utf-8")
    _, findings = load_statutes(folder=country)
    assert [finding.rule for finding in findings] == [f"statute-{rule}"]
    assert findings[0].where.startswith("national/hunting.yaml")


def test_a_file_with_three_faults_gives_three_findings(country: Path) -> None:
    faulty = BOUNTY.replace("value: 500", "value: 5.0").replace("unit: rate", "unit: x").replace("300", "3.5")
    (country / "national" / "hunting.yaml").write_text(faulty, encoding="utf-8")
    assert len(load_statutes(folder=country)[1]) == 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("move_in_notification_period", 14),
        ("move_within_notification_period", 14),
        ("protection_period", 1),
        ("protection_extension_acceptance", 1),
        ("struck_record_retention", 150),
        ("struck_record_live_period", 5),
    ],
)
def test_the_register_stands_on_these_numbers(key: str, value: int) -> None:
    assert statutes()[f"resident_register.{key}"].number(date(2026, 11, 23)) == value


def test_what_was_not_seen_in_a_source_says_so() -> None:
    assert not statutes()["resident_register.household_change_notification_period"].at(date(2026, 11, 23)).confirmed
    assert statutes()["resident_register.move_in_notification_period"].at(date(2026, 11, 23)).confirmed
