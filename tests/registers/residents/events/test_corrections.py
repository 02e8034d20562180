"""職権修正・軽微な修正・備考・改製・再製 (4.4, 4.6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.registers.residents.events.small_town import SmallTown, family

DAY = {"occurred_on": "R8.6.1"}


@pytest.fixture
def resident(town: SmallTown) -> int:
    """佐藤太郎, 世帯主 of three."""
    return family(town)[0]


def test_any_item_but_the_keys_is_corrected(town: SmallTown, resident: int) -> None:
    typed = {
        **DAY, "residents": [str(resident)], "birth_date": "昭和60年頃", "electoral_registered": "1", "honseki_town": "本町",
        "postal_code": "1000001",
    }  # fmt: skip
    town.enter("authority_correction", **typed)
    items = town.at(resident)
    assert (items["birth_date_note"], items["electoral_registered"], items["honseki_town"]) == (
        "昭和60年頃",
        True,
        "本町",
    )
    town.enter(
        "authority_correction",
        occurred_on="R8.6.2",
        residents=[str(resident)],
        birth_date="S60.4.1",
        cleared_items="本籍_町字、住所_郵便番号",
    )
    items = town.at(resident)
    assert items["birth_date"] == date(1985, 4, 1)
    assert not {"birth_date_note", "honseki_town", "postal_code"} & items.keys()


def test_a_corrected_name_is_followed_by_the_members(town: SmallTown, resident: int) -> None:
    town.enter("authority_correction", **DAY, residents=[str(resident)], name="佐藤　太朗")
    assert town.at(resident)["given_name"] == "太朗"
    assert town.at(2)["head_name"] == "佐藤　太朗"


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ({}, ["nothing-changes"]),
        ({"name": "佐藤　太郎"}, ["nothing-changes"]),
        ({"nationality": "ベトナム"}, ["item-not-for-kind"]),
        ({"relationship": "子"}, ["two-heads"]),
        ({"cleared_items": "生年月日"}, ["required"]),
        ({"cleared_items": "本籍_市区郡町村名"}, ["required"]),
        ({"cleared_items": "住民票コード"}, ["nothing-changes", "unknown-item"]),
        ({"cleared_items": "好物"}, ["nothing-changes", "unknown-item"]),
        ({"name": "佐藤太郎"}, ["name-not-split"]),
        ({"residents": ["99"], "remarks": "備考"}, ["unknown-resident"]),
        ({"occurred_on": "R8.3.1", "remarks": "備考"}, ["before-first-record", "later-event", "nothing-changes"]),
        ({"occurred_on": "R8.12.1", "remarks": "備考"}, ["occurred-after-today"]),
    ],
)
def test_what_a_correction_is_told(town: SmallTown, resident: int, more: dict[str, Any], rules: list[str]) -> None:
    assert town.rules("authority_correction", **{**DAY, "residents": [str(resident)], **more}) == rules


def test_what_a_planned_departure_says_is_corrected_in_the_departure(town: SmallTown, resident: int) -> None:
    """A 職権修正 of today would be undone on the planned day; 誤記修正 (4.2.3.3) lasts."""
    who = {"residents": [str(resident)]}
    town.enter("domestic_move_out", **who, occurred_on="R9.1.10", notified_on="R8.11.1", destination_city="うめ市")
    typed = {**who, "occurred_on": "R8.11.20"}
    for change in ({"destination_city": "たけ市"}, {"struck_on": "R9.1.20"}, {"move_out_planned_on": "R9.1.20"}):
        assert "said-by-later-event" in town.rules("authority_correction", **typed, **change)
    assert "said-by-later-event" not in town.rules("authority_correction", **typed, remarks="備考")
    town.enter("error_correction", **who, event_id=str(town.last_event(resident)), destination_city="たけ市")
    assert town.at(resident, date(2027, 1, 10))["destination_city"] == "たけ市"
    town.enter("authority_correction", **who, occurred_on="R8.11.20", previous_town="東町")
    assert town.at(resident, date(2027, 1, 10))["previous_town"] == "東町"


def test_a_struck_record_can_be_corrected(town: SmallTown, resident: int) -> None:
    town.enter("death", occurred_on="R8.5.1", residents=["2"])
    town.enter("authority_correction", **DAY, residents=["2"], struck_on="R8.4.30")
    assert (town.at(2)["resident_status"], town.at(2)["struck_on"]) == (3, date(2026, 4, 30))


def test_a_minor_correction_touches_only_what_it_may(town: SmallTown, resident: int) -> None:
    town.enter("minor_correction", **DAY, residents=["1", "2", "3"], town="本町1丁目")
    assert {town.at(each)["town"] for each in (1, 2, 3)} == {"本町1丁目"}
    assert town.at(resident)["address_since"] == date(2026, 4, 1)
    assert [entry.reason for entry in town.persons[resident].entries] == ["01", "42"]
    assert town.rules("minor_correction", **DAY, residents=["1"], birth_date="S60.1.1") == ["nothing-changes"]


def test_remarks(town: SmallTown, resident: int) -> None:
    before = town.at(resident)
    town.enter("remarks_correction", **DAY, residents=[str(resident)], remarks="事実上の世帯主は施設長")
    assert town.at(resident)["remarks"] == "事実上の世帯主は施設長"
    assert town.rules("remarks_correction", **DAY, residents=[str(resident)], remarks="事実上の世帯主は施設長") == [
        "nothing-changes"
    ]
    town.enter("remarks_correction", occurred_on="R8.6.2", residents=[str(resident)])
    assert town.at(resident) == before


@pytest.mark.parametrize(("slug", "reasons"), [("remaking", ["27", "07"]), ("reproduction", ["08"])])
def test_a_record_is_made_anew_with_what_it_holds(
    town: SmallTown, resident: int, slug: str, reasons: list[str]
) -> None:
    before = town.at(resident)
    town.enter(slug, **DAY, residents=[str(resident)])
    assert [entry.reason for entry in town.persons[resident].entries[1:]] == reasons
    assert town.at(resident) == before
