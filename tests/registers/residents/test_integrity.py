"""二つの時計: the database itself refuses two records of one person for one day that were held true at one instant."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from tests.registers.residents.counter import HANAKO, MOVED_IN, NOON, household_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal")]

_INSERT = """
INSERT INTO residents_residentrecord (resident_id, valid_from, valid_to, known_from, known_to, event_id)
VALUES (%s, %s, %s, %s, %s, 1)
"""
DAY, MINUTE, MICROSECOND = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("valid", "known"),
    [
        ((MOVED_IN + DAY, None), (NOON + MINUTE, None)),
        ((MOVED_IN - DAY, MOVED_IN + DAY), (NOON - MINUTE, NOON + MINUTE)),
        ((MOVED_IN, MOVED_IN + DAY), (NOON + MINUTE, NOON + 2 * MINUTE)),
        ((MOVED_IN - DAY, MOVED_IN + DAY), (NOON - MINUTE, NOON + MICROSECOND)),
    ],
)
def test_an_overlapping_record_is_refused(valid: tuple[object, object], known: tuple[object, object]) -> None:
    (hanako,) = household_of(HANAKO)
    with pytest.raises(IntegrityError, match="record_two_clocks"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, [hanako, *valid, *known])


@pytest.mark.parametrize(
    ("valid", "known"),
    [
        ((MOVED_IN - DAY, MOVED_IN), (NOON, None)),
        ((MOVED_IN, None), (NOON - MINUTE, NOON)),
    ],
)
def test_one_that_only_touches_is_none_that_overlaps(
    valid: tuple[object, object], known: tuple[object, object]
) -> None:
    (hanako,) = household_of(HANAKO)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, [hanako, *valid, *known])
        transaction.set_rollback(True)


def test_records_that_follow_each_other_within_microseconds_touch_whatever_the_century() -> None:
    draw = Random(1)
    instants = sorted(
        NOON + timedelta(days=draw.randrange(-9_000, 36_000), microseconds=draw.randrange(1 << 36)) for _ in range(500)
    )
    chain = [each for instant in instants for each in (instant, instant + MICROSECOND, instant + 2 * MICROSECOND)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_INSERT, [[1, MOVED_IN, None, *known] for known in pairwise(chain)])
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("valid", "known", "name"),
    [
        ((MOVED_IN - DAY, MOVED_IN - DAY), (NOON, None), "record_valid_period"),
        ((MOVED_IN - DAY, MOVED_IN), (NOON, NOON), "record_known_period"),
    ],
)
def test_a_period_of_no_length_is_refused(
    valid: tuple[object, object], known: tuple[object, object], name: str
) -> None:
    (hanako,) = household_of(HANAKO)
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, [hanako, *valid, *known])


@pytest.mark.parametrize("verb", ["DELETE FROM {table}", "UPDATE {table} SET {column} = NULL", "TRUNCATE {table}"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("residents_residentevent", "kind"),
        ("residents_evententry", "name"),
        ("residents_resident", "addressee_number"),
        ("residents_household", "household_number"),
        ("residents_memo", "text"),
        ("access_accessrecord", "action"),
        ("access_chainseal", "heads"),
    ],
)
def test_the_running_register_may_add_and_never_change(table: str, column: str, verb: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table=table, column=column))
