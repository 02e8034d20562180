"""統計: the counts of the database are those that one gets by counting the town's people one by one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.registers.residents.counter import HANAKO, JIRO, NOON, TARO, clerk, household_of, later, move_out, void

from yakuba.exchange.made_up_town import part
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protection_commands
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.queries import statistics
from yakuba.registers.residents.queries.statistics import WITHHELD, PopulationRow
from yakuba.registers.residents.queries.whole_town import snapshot

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("equal")]
ACCESS = Access("S0003", Purpose.STATISTICS, NOON, rights=clerk().rights)


def age_on(birth: date, day: date) -> int:
    """年齢計算ニ関スル法律: a year is full at the end of the day before the birthday."""
    tomorrow = day + timedelta(days=1)
    return tomorrow.year - birth.year - ((tomorrow.month, tomorrow.day) < (birth.month, birth.day))


def counted(dimension: Any, day: date, at: Any, hidden: set[int]) -> list[PopulationRow]:
    """The same rows, from the snapshot, in Python."""
    value = {
        "age": lambda row: str(age_on(row["birth_date"], day)),
        "sex": lambda row: str(row["sex"]),
        "nationality": lambda row: "日本" if row["resident_kind"] == 1 else row["nationality"] or "不明",
        "district": lambda row: WITHHELD if row["resident_id"] in hidden else row["town"] or "不明",
    }[dimension]
    rows = list(snapshot(ACCESS, valid_on=day, known_at=at).iter_rows(named=True))
    cells = Counter((value(row), what) for row in rows for what in _kinds(row))
    values = sorted({key for key, _ in cells}, key=lambda key: (int(key), "") if dimension == "age" else (0, key))
    names = ("male", "female", "total", "japanese", "foreign", "households")
    return [PopulationRow(each, *(cells[each, name] for name in names)) for each in values]


def _kinds(row: dict[str, Any]) -> list[str]:
    kinds = ["total", "japanese" if row["resident_kind"] == 1 else "foreign"]
    kinds += ["male"] if row["sex"] == 1 else ["female"] if row["sex"] == 2 else []
    return kinds + (["households"] if row["relationship"] == "02" else [])


def test_population_by_every_dimension_is_the_count_of_the_town() -> None:
    hanako, _ = household_of(HANAKO, TARO)
    load([part(0, 900, 4)], access=Access("S0009", Purpose.MIGRATION, NOON, rights=clerk().rights), source="town")
    protection_commands.receive_application(
        clerk(), entry_key=uuid4(), applicant_id=hanako, category="1", received_on=NOON.date()
    )
    moments = [(NOON.date(), NOON), (date(2020, 2, 29), NOON), (date(2024, 4, 1), NOON - timedelta(days=300))]
    for day, at in moments:
        for dimension in ("age", "sex", "nationality", "district"):
            rows = statistics.population(ACCESS, dimension, valid_on=day, known_at=at)  # type: ignore[arg-type]
            assert rows == counted(dimension, day, at, {hanako}), (dimension, day)
            assert rows
    by_district = {
        row.value: row.total for row in statistics.population(ACCESS, "district", valid_on=NOON.date(), known_at=NOON)
    }
    assert by_district[WITHHELD] == 1


def test_a_planned_leaver_counts_until_the_day() -> None:
    ids = household_of(HANAKO, TARO)
    day = NOON.date() + timedelta(days=10)
    move_out(clerk(), ids, day)
    known = NOON + timedelta(days=1)
    assert [
        row.total for row in statistics.population(ACCESS, "sex", valid_on=day - timedelta(days=1), known_at=known)
    ] == [1, 1]
    assert statistics.population(ACCESS, "sex", valid_on=day, known_at=known) == []


def test_flows_count_people_by_month_and_reason_and_leave_out_what_was_voided() -> None:
    _, taro, jiro = household_of(HANAKO, TARO, JIRO)
    gone = move_out(later(minutes=1), [taro, jiro], date(2026, 3, 31))
    void(later(minutes=2), jiro, gone.event_ids[0])
    asked: dict[str, Any] = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    rows = statistics.flows(ACCESS, **asked, known_at=NOON + timedelta(days=1))
    assert [(row.month, row.reason, row.people, row.japanese, row.foreign) for row in rows] == [
        (date(2026, 3, 1), "01", 3, 3, 0),
        (date(2026, 3, 1), "21", 1, 1, 0),
    ]
    before = statistics.flows(ACCESS, **asked, known_at=NOON + timedelta(minutes=1, seconds=30))
    assert [row.people for row in before] == [3, 2]
    assert (
        statistics.flows(ACCESS, first=date(2026, 4, 1), last=date(2026, 4, 30), known_at=NOON + timedelta(days=1))
        == []
    )
