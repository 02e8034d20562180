"""文字: a name comes out exactly as it went in, by the desk and by the load, whatever its characters are."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from uuid import uuid4

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registers.residents.counter import MOVED_IN, NOON, clerk, household_of, items, move_in_form

from yakuba.kernel.characters import known_sequences
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.commands import refold, registration
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.frames import TownPart
from yakuba.registers.residents.queries.whole_town import snapshot

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

PIECES = [
    *"山邉髙𠮷德神﨑ヴガ々〆・'\"\\,;{}%_&<>", "\ufa19", "\u3099か", "\U000f0041", "\U00100abc", "\U0002f9b2", "\U00031350",
    "\\N", "NULL", "\\.", "（株）", "é", "ﾔ", *known_sequences("邉")[:3], *known_sequences("辻")[:2],
]  # fmt: skip
NAMES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join) | st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=4
)
EACH = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def foreigner(name: str) -> dict[str, str]:
    """A 特別永住者, whose name has no rule of its own."""
    return {
        "resident_kind": "2", "name": name, "sex": "1", "birth_date": "1990-05-05", "relationship": "02", "nationality": name,
        "article_30_45_category": "02", "residence_card_number": "AB12345678CD",
    }  # fmt: skip


@EACH
@given(name=NAMES)
def test_by_the_desk(stock: list[str], name: str) -> None:
    with transaction.atomic():
        entered = registration.enter(clerk(), "domestic_move_in", move_in_form(foreigner(name)), confirmed=True)
        assert entered.entry_id, entered.findings
        (person,) = registration.register(clerk(), entered.entry_id).resident_ids
        seen = items(person)
        assert (seen["name"], seen["nationality"], seen["head_name"]) == (name, name, name)
        assert refold.verify().findings == []
        transaction.set_rollback(True)


@EACH
@given(names=st.lists(NAMES, min_size=1, max_size=6))
def test_by_the_load(stock: list[str], names: list[str]) -> None:
    count = len(names)
    people = list(range(count))
    instant = datetime(2026, 4, 1, tzinfo=UTC)
    part = TownPart(
        pl.DataFrame({"id": people}),
        pl.DataFrame({"id": people}),
        pl.DataFrame({
            "id": people, "kind": ["domestic_move_in"] * count, "reason": ["01"] * count, "occurred_on": [MOVED_IN] * count,
            "processed_on": [date(2026, 4, 1)] * count, "recorded_at": [instant] * count, "actor": ["S0009"] * count,
            "entry_key": [str(uuid4()) for _ in people],
        }),
        pl.DataFrame({
            "resident_id": people, "event_id": people, "history_number": [1] * count, "cleared": [[] for _ in people],
            "household_id": people, "resident_status": [1] * count, "resident_kind": [2] * count, "name": names, "alias": names[::-1],
        }, schema_overrides={"cleared": pl.List(pl.String)}),
    )  # fmt: skip
    with transaction.atomic():
        household_of(foreigner("先の人"))
        load([part], access=Access("S0009", Purpose.MIGRATION, NOON), source=str(uuid4()))
        town = snapshot(clerk(), valid_on=NOON.date(), known_at=NOON, items=("name", "alias")).sort("resident_id")
        assert town["name"].to_list()[1:] == names
        assert town["alias"].to_list()[1:] == names[::-1]
        assert refold.verify().findings == []
        again = pl.read_csv(
            io.BytesIO(town.write_csv().encode()), schema_overrides={"name": pl.String, "alias": pl.String}
        )
        assert again["name"].to_list()[1:] == names
        transaction.set_rollback(True)
