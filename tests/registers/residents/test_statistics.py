"""統計: the counts of the database are those that one gets by counting the town's people one by one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest
from tests.registers.residents.counter import (
    HANAKO,
    JIRO,
    NOON,
    TARO,
    clerk,
    do,
    household_of,
    later,
    move_in_form,
    move_out,
    void,
)
from tests.registers.residents.populations import balance, growth

from yakuba.exchange.made_up_town import part
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protection_commands
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.queries import statistics
from yakuba.registers.residents.queries.statistics import WITHHELD, Dimension, FlowRow, PopulationRow
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
    hanako, taro = household_of(HANAKO, TARO)
    load([part(0, 900, 4)], access=Access("S0009", Purpose.MIGRATION, NOON, rights=clerk().rights), source="town")
    protection_commands.receive_application(
        clerk(), entry_key=uuid4(), applicant_id=hanako, category="1", received_on=NOON.date()
    )
    moments = [(NOON.date(), NOON), (date(2020, 2, 29), NOON), (date(2024, 4, 1), NOON - timedelta(days=300))]
    for day, at in moments:
        for dimension in get_args(Dimension):
            rows = statistics.population(ACCESS, dimension, valid_on=day, known_at=at)
            assert rows == counted(dimension, day, at, {hanako, taro}), (dimension, day)
            assert rows
    by_district = {
        row.value: row.total for row in statistics.population(ACCESS, "district", valid_on=NOON.date(), known_at=NOON)
    }
    assert by_district[WITHHELD] == 2


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


FAR = NOON + timedelta(days=4000)


def responsible(minutes: int) -> Access:
    """A clerk who may also cancel and correct, so much after noon."""
    return clerk(NOON + timedelta(minutes=minutes), rights=clerk().rights | {"cancel_events"})


def reasons(first: date, last: date) -> dict[tuple[int, str], int]:
    """People by month and reason."""
    return {(row.month.month, row.reason): row.people for row in flow_rows(first, last)}


def flow_rows(first: date, last: date) -> list[FlowRow]:
    """人口動態 as known at the end."""
    return statistics.flows(ACCESS, first=first, last=last, known_at=FAR)


def test_a_corrected_move_in_still_counts_as_one() -> None:
    done = do(clerk(), "domestic_move_in", **move_in_form(HANAKO))
    (hanako,), (event_id,) = done.resident_ids, done.event_ids
    do(
        responsible(1), "error_correction", event_id=str(event_id), residents=[str(hanako)], notified_on="2026-04-01",
        name_furigana="ヤマダ　ハナ",
    )  # fmt: skip
    assert reasons(date(2026, 3, 1), date(2026, 3, 31)) == {(3, "01"): 1}


def test_an_arrival_notice_is_the_move_out_or_a_striking_by_authority() -> None:
    (hanako,) = household_of(HANAKO)
    (taro,) = household_of(TARO | {"relationship": "02"})
    move_out(later(minutes=1), [hanako], date(2026, 4, 20))
    for who in (hanako, taro):
        do(later(days=8), "move_in_notice", occurred_on="2026-04-05", notified_on="2026-04-08", residents=[str(who)])
    assert reasons(date(2026, 4, 1), date(2026, 4, 30)) == {(4, "21"): 1, (4, "26"): 1}


def test_what_was_cancelled_does_not_count_and_nor_does_the_cancelling() -> None:
    hanako, _ = household_of(HANAKO, TARO)
    gone = move_out(later(minutes=1), [hanako], date(2026, 4, 1), new_head_id="")
    do(responsible(2), "cancellation", event_id=str(gone.event_ids[0]), residents=[str(hanako)])
    do(later(minutes=3), "reproduction", occurred_on="2026-04-01", notified_on="2026-04-01", residents=[str(hanako)])
    assert reasons(date(2026, 4, 1), date(2026, 4, 30)) == {}


def test_naturalization_is_one_striking_and_one_entry_of_two_kinds() -> None:
    do(
        clerk(), "domestic_move_in",
        **move_in_form({
            "resident_kind": "2", "name": "CHEN MEI", "roman_name": "CHEN MEI", "name_furigana": "チェン　メイ", "sex": "2",
            "birth_date": "1994-03-03", "relationship": "02", "nationality": "中国", "nationality_code": "CHN",
            "article_30_45_category": "01", "residence_status": "T41", "stay_years": "02", "stay_expires_on": "2027-09-30",
            "residence_card_number": "AB12345678CD",
        }),
    )  # fmt: skip
    (alien,) = snapshot(ACCESS, valid_on=NOON.date(), known_at=FAR)["resident_id"]
    do(
        later(minutes=1), "naturalization", occurred_on="2026-04-01", notified_on="2026-04-01", residents=[str(alien)],
        name="陳　美", name_furigana="チン　ビ", honseki_prefecture="見本県", honseki_city="見本市", honseki_lot="一番地", koseki_head="陳　美",
    )  # fmt: skip
    rows = flow_rows(date(2026, 3, 1), date(2026, 4, 30))
    assert [(row.month.month, row.reason, row.japanese, row.foreign) for row in rows] == [
        (3, "01", 0, 1),
        (4, "04", 1, 0),
        (4, "24", 0, 1),
    ]
    assert balance(date(2026, 3, 1), date(2026, 4, 30), FAR) == (1, 0)


def test_flows_of_any_months_are_the_difference_of_two_populations() -> None:
    household_of(HANAKO)
    load([part(0, 900, 4)], access=Access("S0009", Purpose.MIGRATION, NOON, rights=clerk().rights), source="town")
    for first, last in ((date(2018, 1, 1), date(2018, 12, 31)), (date(2024, 2, 10), date(2025, 3, 1))):
        for known_at in (NOON, NOON - timedelta(days=500)):
            assert balance(first, last, known_at) == growth(first, last, known_at)
    assert flow_rows(date(2024, 1, 1), date(2024, 12, 31))
