"""個人番号: the vault is shut to the application's role, seals hold to their person, numbers belong to one."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.check_digits import individual_number
from yakuba.kernel.findings import RefusedError
from yakuba.registers.access import queries as access_queries
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.individual_numbers import commands, queries, sealing, vault

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 4, 1, 3, tzinfo=UTC)
TABLE = "individual_numbers_individualnumber"
FIRST, SECOND, THIRD, FOURTH = (individual_number(10_000_000_000 + each) for each in (1, 2, 3, 4))
NUMBERS = st.integers(0, 10**11 - 1).map(individual_number)


def acting(*rights: str, purpose: Purpose = Purpose.EVENT) -> Access:
    """A clerk with these rights."""
    return Access("clerk", purpose, NOW, "本庁1", frozenset(rights))


CLERK = acting("register_events")
READER = acting("view_individual_numbers")


@pytest.mark.parametrize("statement", ["SELECT", "UPDATE", "DELETE", "INSERT"])
def test_the_application_cannot_touch_the_table(statement: str) -> None:
    commands.store(CLERK, 1, FIRST)
    text = {
        "SELECT": f"SELECT * FROM {TABLE}",
        "UPDATE": f"UPDATE {TABLE} SET current = FALSE",
        "DELETE": f"DELETE FROM {TABLE}",
        "INSERT": f"INSERT INTO {TABLE} (resident_id, sealed, lookup, recorded_at) VALUES (2, '', '', now())",
    }[statement]
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(text)


def test_the_vaults_role_reads_nothing_else_and_ends_with_the_block() -> None:
    def role() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    before = role()
    with vault.opened():
        assert role() == "yakuba_vault"
    assert role() == before
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), vault.opened() as cursor:
        cursor.execute("SELECT * FROM residents_residentrecord").fetchall()
    assert role() == before
    with pytest.raises(InterruptedError), transaction.atomic(), vault.opened():
        raise InterruptedError
    assert role() == before


def test_of_one_form_all_numbers_are_taken_or_none() -> None:
    commands.store(CLERK, 1, FIRST)
    for refused in ({2: SECOND, 3: FIRST}, {2: SECOND, 3: SECOND}):
        with pytest.raises(RefusedError, match="既に登録"), transaction.atomic():
            commands.store_each(CLERK, refused)
    assert queries.masked([2, 3]) == {}
    assert commands.store_each(CLERK, {1: SECOND, 2: THIRD}) == {1: 2, 2: 1}
    assert commands.store_each(CLERK, {1: SECOND, 2: FOURTH}) == {1: 2, 2: 2}
    assert queries.find_many(CLERK, [FIRST, SECOND, THIRD]) == {FIRST: 1, SECOND: 1, THIRD: 2}


def test_a_reading_takes_right_and_purpose_and_is_on_record() -> None:
    commands.store(CLERK, 1, FIRST)
    with pytest.raises(RefusedError, match="個人番号の照会"):
        queries.read(CLERK, 1, reason="転出証明書")
    for purpose in (Purpose.STATISTICS, Purpose.AUDIT, Purpose.PROTECTION):
        with pytest.raises(RefusedError, match="番号法9条"):
            queries.read(acting("view_individual_numbers", purpose=purpose), 1, reason="x")
    assert queries.read(READER, 1, reason="転出証明書") == FIRST
    assert queries.read(READER, 2, reason="転出証明書") is None
    auditor = Access("auditor", Purpose.AUDIT, NOW)
    (record, *_) = access_queries.access_records(auditor, subject=2, actor="clerk")
    assert (record.action, record.individual_number, record.subjects) == ("individual-number.read", True, [2])
    assert FIRST not in record.detail


def test_masked_by_default() -> None:
    commands.store(CLERK, 1, FIRST)
    assert queries.masked([1, 2]) == {1: "＊" * 12}


def test_a_number_belongs_to_one_person_even_after_it_was_replaced() -> None:
    assert commands.store(CLERK, 1, FIRST) == 1
    assert commands.store(CLERK, 1, FIRST) == 1
    assert commands.store(CLERK, 1, SECOND) == 2
    for number in (FIRST, SECOND):
        with pytest.raises(RefusedError, match="既に登録") as refused, transaction.atomic():
            commands.store(CLERK, 2, number)
        assert number not in str(refused.value)
        assert queries.find_by_number(CLERK, number) == 1
    assert commands.store(CLERK, 1, FIRST) == 3
    assert queries.read(READER, 1, reason="照会") == FIRST


def test_a_wrong_check_digit_is_told_without_the_number() -> None:
    wrong = FIRST[:-1] + str((int(FIRST[-1]) + 1) % 10)
    with pytest.raises(RefusedError, match="検査数字") as refused, transaction.atomic():
        commands.store(CLERK, 1, wrong)
    assert wrong not in str(refused.value)


def test_many_go_in_by_copy_and_come_back() -> None:
    people = list(range(100, 400))
    numbers = [individual_number(20_000_000_000 + person) for person in people]
    frame = pl.DataFrame({"resident_id": [*people, 999], "individual_number": [*numbers, None]})
    migration = acting(purpose=Purpose.MIGRATION)
    assert commands.store_many(migration, frame) == 300
    exporting = acting("view_individual_numbers", purpose=Purpose.MIGRATION)
    assert queries.read_many(exporting, [*people, 999], reason="移出") == dict(zip(people, numbers, strict=True))
    assert queries.find_by_number(CLERK, numbers[7]) == people[7]
    for person, number in ((998, numbers[0]), (people[0], FIRST)):
        with pytest.raises(RefusedError, match="既に登録"), transaction.atomic():
            commands.store_many(migration, pl.DataFrame({"resident_id": [person], "individual_number": [number]}))


def test_seals_swapped_between_two_rows_do_not_open() -> None:
    commands.store(CLERK, 1, FIRST)
    commands.store(CLERK, 2, SECOND)
    with vault.opened() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} SET sealed = other.sealed FROM {TABLE} other"
            f" WHERE other.resident_id = 3 - {TABLE}.resident_id AND {TABLE}.resident_id IN (1, 2)"
        )
    for person in (1, 2):
        with pytest.raises(sealing.SealBrokenError, match=f"resident {person}"):
            queries.read(READER, person, reason="照会")


@given(NUMBERS, st.integers(1, 2**62), st.integers(1, 2**62))
def test_a_seal_opens_for_its_person_alone_and_differs_each_time(number: str, person: int, other: int) -> None:
    sealed = sealing.seal(number, person)
    assert sealing.unseal(sealed, person) == number
    assert sealing.seal(number, person) != sealed
    assert number.encode() not in sealed
    if other != person:
        with pytest.raises(sealing.SealBrokenError):
            sealing.unseal(sealed, other)


@given(NUMBERS, st.integers(0, 40), st.integers(1, 255))
def test_a_seal_with_a_changed_byte_does_not_open(number: str, position: int, change: int) -> None:
    sealed = bytearray(sealing.seal(number, 1))
    sealed[position] ^= change
    with pytest.raises(sealing.SealBrokenError):
        sealing.unseal(bytes(sealed), 1)


@given(NUMBERS, NUMBERS)
def test_the_lookup_is_the_same_for_the_same_number_only(first: str, second: str) -> None:
    assert (sealing.lookup(first) == sealing.lookup(second)) == (first == second)


@pytest.mark.parametrize("text", ["", "12345678901", "1234567890123", "12345678901２", "12345678901x"])
def test_what_is_not_twelve_digits_is_not_sealed(text: str) -> None:
    with pytest.raises(ValueError, match="12 ASCII digits") as refused:
        sealing.seal_many([text], [1], recorded_at=NOW)
    assert not text or text not in str(refused.value)


def test_the_driver_never_sees_a_number_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    execute = psycopg.Cursor.execute

    def listening(self: psycopg.Cursor, query: object, params: object = None, **more: object) -> object:
        seen.append((str(query), repr(params)))
        return execute(self, query, params, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", listening)
    commands.store(CLERK, 1, FIRST)
    queries.find_by_number(CLERK, FIRST)
    assert seen
    assert FIRST not in repr(seen)
