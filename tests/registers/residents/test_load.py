"""一括取込み・積み直し: killed and taken up again, twice the same, tampered with and made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connections
from tests.registers.residents.counter import HANAKO, NOON, RIGHTS, TARO, clerk, fill_stock, household_of, items, view

from yakuba.exchange import made_up_town
from yakuba.registers.access import queries as access_queries
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.individual_numbers import queries as vault
from yakuba.registers.residents.commands import refold
from yakuba.registers.residents.commands.indexes import TABLES, definitions
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.frames import TownPart

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
RESIDENTS, SEED = 700, 11
MIGRATION = Access("S0009", Purpose.MIGRATION, NOON, "電算室", RIGHTS)


class Killed(Exception):
    """The machine goes off."""


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A town of 700 comes in three parts."""
    cut = import_module("yakuba.exchange.made_up_town.parts")
    monkeypatch.setattr(cut, "PART_RESIDENTS", 300)
    monkeypatch.setattr(cut, "SMALLEST_PART", 50)


def chunks(killed_at: int | None = None, seed: int = SEED) -> Iterator[Callable[[], TownPart]]:
    """The parts of the town, each made when it is asked for; one of them ends in an accident."""

    def made(index: int) -> Callable[[], TownPart]:
        def make() -> TownPart:
            if index == killed_at:
                raise Killed
            return made_up_town.part(index, RESIDENTS, seed)

        return make

    yield from (made(index) for index in range(len(made_up_town.part_sizes(RESIDENTS))))


def owner(statement: str, values: object = None) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def catalogue() -> list[tuple[Any, ...]]:
    """Every key, index, check, column and right of the register's tables."""
    with connections["owner"].cursor() as cursor:
        indexes = [tuple(each) for each in definitions(cursor, TABLES)]
    checks = owner(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%s::regclass[]) AND contype = 'c'",
        [list(TABLES)],
    )
    columns = owner(
        "SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns"
        " WHERE table_name = ANY(%s)",
        [list(TABLES)],
    )
    rights = owner(
        "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants WHERE table_name = ANY(%s)",
        [list(TABLES)],
    )
    return sorted([*indexes, *checks, *columns, *rights], key=repr)


def rules() -> set[str]:
    return {finding.rule for finding in refold.verify(workers=1).findings}


def counts() -> dict[str, int]:
    tables = ("residents_resident", "residents_household", "individual_numbers_individualnumber", *TABLES)
    return {table: owner(f"SELECT count(*) FROM {table}")[0][0] for table in tables}


@pytest.mark.usefixtures("small_parts")
def test_a_load_that_was_killed_goes_on_where_it_stopped_and_twice_adds_nothing() -> None:
    before = catalogue()
    with pytest.raises(Killed):
        load(chunks(killed_at=1), access=MIGRATION, source="town")
    assert rules() == {"load-unfinished", "constraint-missing"}
    told: list[tuple[int, int]] = []
    done = load(chunks(), access=MIGRATION, source="town", progress=lambda *at: told.append(at))
    assert (done.skipped_chunks, done.chunks, [number for number, _ in told]) == (1, 2, [0, 1, 2])
    assert catalogue() == before
    assert rules() == set()

    parts = [make() for make in chunks()]
    loaded = counts()
    people = sum(part.residents.height for part in parts)
    assert loaded["residents_resident"] == loaded["individual_numbers_individualnumber"] == people
    assert loaded["residents_evententry"] == sum(part.entries.height for part in parts)
    again = load(chunks(killed_at=0), access=MIGRATION, source="town")
    assert (again.residents, again.chunks, again.skipped_chunks) == (0, 0, 3)
    assert counts() == loaded

    _numbers_are_kept(parts)
    fill_stock()
    (hanako,) = household_of(HANAKO)
    assert hanako > owner("SELECT max(id) FROM residents_resident WHERE id <> %s", [hanako])[0][0]
    assert items(hanako)["household_id"] == owner("SELECT max(id) FROM residents_household")[0][0]
    assert view(hanako).event_id == owner("SELECT max(id) FROM residents_residentevent")[0][0]

    during: list[bool] = []
    second = load(
        chunks(seed=12), access=MIGRATION, source="other town", progress=lambda *_: during.append(catalogue() == before)
    )
    assert (second.chunks, during) == (3, [True] * 3)
    assert rules() == set()
    assert [finding for _, found in access_queries.verify_chains() for finding in found] == []


def _numbers_are_kept(parts: list[TownPart]) -> None:
    """個人番号: the last one of the town opens for the person whose 住民票コード is that of the file."""
    (part_id, number) = parts[-1].individual_numbers.row(-1)
    code = parts[-1].entries.filter(resident_id=part_id)["resident_code"].drop_nulls()[-1]
    ((resident_id,),) = owner("SELECT DISTINCT resident_id FROM residents_numberkey WHERE number = %s", [code])
    assert vault.read(clerk(), resident_id, reason="照合") == number


TAMPERINGS = {
    "residents_residentrecord": "UPDATE residents_residentrecord SET town = '隣町' WHERE resident_id = %s",
    "residents_namekey": "DELETE FROM residents_namekey WHERE resident_id = %s",
    "residents_addresskey": "UPDATE residents_addresskey SET current = NOT current WHERE resident_id = %s",
    "residents_numberkey": "UPDATE residents_numberkey SET number = '1' WHERE resident_id = %s",
}


def test_what_was_tampered_with_is_found_and_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refold, "RANGE_SIZE", 1)
    fill_stock()
    hanako, taro = household_of(HANAKO, TARO)
    before, whole = catalogue(), counts()
    assert rules() == set()
    for table, statement in TAMPERINGS.items():
        owner(statement, [taro])
        (finding,) = refold.verify(workers=1).findings
        assert (finding.rule, finding.where) == ("projection-differs", table)
        refold.refold(workers=1)
        assert rules() == set(), table
    assert (catalogue(), counts()) == (before, whole)
    assert items(taro)["town"] == items(hanako)["town"] == "本町"


def test_processes_of_their_own_verify_and_refold_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refold, "RANGE_SIZE", 1)
    fill_stock()
    household_of(HANAKO, TARO)
    alone, whole = refold.verify(workers=1), counts()
    assert refold.verify(workers=2) == alone
    assert refold.refold(workers=2) == alone.rows
    assert counts() == whole


def test_an_event_lost_behind_the_registers_back_shows_in_the_record() -> None:
    fill_stock()
    _, taro = household_of(HANAKO, TARO)
    owner("DELETE FROM residents_evententry WHERE resident_id = %s", [taro])
    assert rules() == {"projection-differs"}


def test_a_refold_that_fails_leaves_the_tables_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    fill_stock()
    hanako, taro = household_of(HANAKO, TARO)
    before, whole = catalogue(), counts()
    build, copy_in = refold.build, refold.copy_in

    def killed(*_: object) -> int:
        raise Killed

    def killed_at_the_keys(cursor: Any, table: str, frame: Any) -> int:
        return copy_in(cursor, table, frame) if "record" in table else killed()

    for name, accident in (("copy_in", killed_at_the_keys), ("build", killed), ("_swap", killed)):
        with monkeypatch.context() as patch:
            patch.setattr(refold, name, accident)
            with pytest.raises(Killed):
                refold.refold(workers=1)
        assert (catalogue(), counts(), rules()) == (before, whole, set()), name
    assert build is refold.build
    refold.refold(workers=1)
    assert (catalogue(), counts(), rules()) == (before, whole, set())
    assert {items(each)["name"] for each in (hanako, taro)} == {"山田　花子", "山田　太郎"}
