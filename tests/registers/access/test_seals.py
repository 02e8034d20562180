"""Access records and their seals: whatever is taken away or changed, by whoever owns the tables, is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from yakuba.registers.access import commands, queries
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.access.seals import Seal, read_seal

NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)
OWNER_DELETES_THE_END = "DELETE FROM access_accessrecord WHERE chain = 'S0002' AND number > 3"
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def seal() -> Seal:
    """Two chains of five records, sealed."""
    for chain in ("S0001", "S0002"):
        for minute in range(5):
            access = Access(chain, Purpose.COUNTER, NOON + timedelta(minutes=minute), "本庁1階")
            commands.record(access, "residents.person", [minute + 1])
    return commands.seal(NOON + timedelta(hours=1))


def rules(*copies: Seal) -> set[str]:
    return {finding.rule for _, findings in queries.verify_chains(copies) for finding in findings}


def as_owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_an_untouched_chain_and_its_seal_have_no_finding(seal: Seal) -> None:
    assert rules() == rules(seal) == rules(read_seal(seal.as_json())) == set()
    assert (queries.record_count(), seal.record_count) == (10, 10)


BEHIND_THE_DOOR = (
    ("UPDATE access_accessrecord SET purpose = 'audit' WHERE chain = 'S0001' AND number = 2", "record-changed"),
    ("UPDATE access_accessrecord SET subjects = '{9}' WHERE chain = 'S0001' AND number = 2", "record-changed"),
    ("DELETE FROM access_accessrecord WHERE chain = 'S0001' AND number = 2", "chain-gap"),
    ("DELETE FROM access_accessrecord WHERE chain = 'S0001' AND number = 1", "chain-gap"),
    (OWNER_DELETES_THE_END, "chain-cut"),
    ("DELETE FROM access_accessrecord WHERE chain = 'S0002'", "chain-cut"),
    ("UPDATE access_chainseal SET heads = '{}'", "seal-changed"),
)


def test_what_the_owner_of_the_tables_does_behind_the_door_is_found(seal: Seal) -> None:
    as_owner(
        "CREATE TABLE kept_records AS TABLE access_accessrecord; CREATE TABLE kept_seals AS TABLE access_chainseal"
    )
    for statement, rule in BEHIND_THE_DOOR:
        as_owner(statement)
        assert rule in rules(), statement
        as_owner("TRUNCATE access_accessrecord, access_chainseal; INSERT INTO access_chainseal TABLE kept_seals")
        as_owner("INSERT INTO access_accessrecord TABLE kept_records")
        assert rules(seal) == set()


def test_the_copy_outside_the_database_finds_what_was_cut_together_with_its_seal(seal: Seal) -> None:
    as_owner(OWNER_DELETES_THE_END)
    as_owner("DELETE FROM access_chainseal")
    assert rules() == set()
    assert rules(seal) == {"chain-cut", "seal-lost"}


def test_a_chain_written_anew_by_a_thief_of_the_key_differs_from_its_seal(seal: Seal) -> None:
    as_owner("DELETE FROM access_accessrecord WHERE chain = 'S0002'")
    for minute in range(5):
        access = Access("S0002", Purpose.COUNTER, NOON + timedelta(minutes=minute), "本庁1階")
        commands.record(access, "residents.person", [7])
    assert rules() == {"chain-rewritten"}


def test_a_copy_that_was_changed_is_not_believed(seal: Seal) -> None:
    assert rules(replace(seal, heads={})) == {"seal-changed", "seal-lost"}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"heads": {"a": 1}}', '{"heads": [1]}'])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"seal|Expecting"):
        read_seal(text)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    connections.close_all()
