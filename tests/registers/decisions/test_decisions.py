"""決定: recorded once, replaced in one chain, never changed, read through the door."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import polars as pl
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decisions import commands, queries
from yakuba.registers.decisions.commands import NewDecision

pytestmark = pytest.mark.django_db
OFFICER = Access(
    "Z0001", Purpose.TAX, datetime(2026, 6, 1, 9, tzinfo=UTC), "税務課", frozenset({"assess_tax", "collect_tax"})
)
KIND, YEAR = "resident_tax", 2026
PARAMETERS = hashlib.sha256(b"parameters").digest()
_people = count(7_000_000)


def new(resident_id: int, **particulars: Any) -> NewDecision:
    """A decision of 59,500 yen."""
    decision = NewDecision(
        kind=KIND, fiscal_year=YEAR, resident_id=resident_id, rule_set="resident_tax/2026.1", parameters_digest=PARAMETERS,
        inputs={"employment_revenue": 3_000_000, "age": 41}, outcome={"annual_tax": 59_500}, entry_key=uuid4(),
    )  # fmt: skip
    return replace(decision, **particulars)


def town(people: int, *, key: int = 0) -> pl.DataFrame:
    """A town's decisions, one a person."""
    residents = [next(_people) for _ in range(people)]
    return pl.DataFrame(
        {
            "resident_id": residents,
            "entry_key": [str(UUID(int=(key << 64) + resident)) for resident in residents],
            "inputs": [json.dumps({"age": resident % 90}) for resident in residents],
            "outcome": [json.dumps({"annual_tax": resident}) for resident in residents],
        }
    )


def record_town(frame: pl.DataFrame) -> pl.DataFrame:
    """一括決定 of the frame."""
    return commands.record_many(
        OFFICER, frame, kind=KIND, fiscal_year=YEAR, rule_set="resident_tax/2026.1", parameters_digest=PARAMETERS
    )


def records_about(person: int) -> list[str]:
    """The actions recorded about a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action FROM access_accessrecord WHERE subjects @> ARRAY[%s]::bigint[] ORDER BY chain, number",
            [person],
        )
        return [action for (action,) in cursor.fetchall()]


def test_what_replaces_a_decision_is_in_force_and_the_replaced_stays() -> None:
    person = next(_people)
    first = commands.record(OFFICER, new(person))
    second = commands.record(OFFICER, new(person, outcome={"annual_tax": 48_000}, replaces_id=first))
    (row,) = queries.current(OFFICER, [person], KIND, YEAR)
    assert (row.decision_id, row.replaces_id, dict(row.outcome)) == (second, first, {"annual_tax": 48_000})
    assert (row.decided_by, row.decided_at) == (OFFICER.actor, OFFICER.now)
    assert [each.decision_id for each in queries.history(OFFICER, person, KIND)] == [second, first]
    assert queries.history(OFFICER, person, KIND, YEAR - 1) == []
    assert records_about(person) == ["decision.record"] * 2 + ["decision.read"] * 3


def test_the_digest_of_the_facts_is_the_same_however_they_are_ordered() -> None:
    one, other, third = (next(_people) for _ in range(3))
    commands.record(OFFICER, new(one, inputs={"a": 1, "bb": 2}))
    commands.record(OFFICER, new(other, inputs={"bb": 2, "a": 1}))
    commands.record(OFFICER, new(third, inputs={"bb": 2, "a": 2}))
    digests = [row.inputs_digest for row in queries.current(OFFICER, [one, other, third], KIND, YEAR)]
    assert digests[0] == digests[1] != digests[2]
    assert digests[0] == hashlib.sha256(b'{"a": 1, "bb": 2}').digest()


def test_a_decision_is_recorded_once_whatever_happens() -> None:
    person = next(_people)
    decision = new(person)
    first = commands.record(OFFICER, decision)
    with pytest.raises(RefusedError, match="登録済み"):
        commands.record(OFFICER, replace(decision, replaces_id=first))
    with pytest.raises(RefusedError, match="既にあります"):
        commands.record(OFFICER, new(person))
    commands.record(OFFICER, new(person, replaces_id=first))
    with pytest.raises(RefusedError, match="別の決定に置き換え"):
        commands.record(OFFICER, new(person, replaces_id=first))
    assert len(queries.history(OFFICER, person, KIND)) == 2


@pytest.mark.parametrize("change", [{"resident_id": 1}, {"fiscal_year": YEAR - 1}, {"kind": "property_tax"}])
def test_a_decision_replaces_none_of_another_person_year_or_kind(change: dict[str, Any]) -> None:
    person = next(_people)
    first = commands.record(OFFICER, new(person))
    with pytest.raises(RefusedError, match="この人のこの年度の決定ではありません"):
        commands.record(OFFICER, replace(new(person, replaces_id=first), **change))


def test_a_whole_town_is_recorded_by_columns_and_once() -> None:
    frame = town(300)
    made = record_town(frame)
    assert made["resident_id"].to_list() == frame["resident_id"].to_list()
    whole = queries.current_of_town(OFFICER, KIND, YEAR)
    assert whole["id"].to_list() == made["id"].to_list()
    assert [json.loads(text)["annual_tax"] for text in whole["outcome"]] == frame["resident_id"].to_list()
    keys = [UUID(text) for text in frame["entry_key"]]
    absent = uuid4()
    assert queries.recorded_keys([*keys, absent]) == frozenset(keys)
    with pytest.raises(RefusedError, match=r"登録済み|既にあります"):
        record_town(frame)
    more = town(5)
    with pytest.raises(RefusedError):
        record_town(pl.concat([more, frame.head(1)]))
    assert queries.current(OFFICER, more["resident_id"].to_list(), KIND, YEAR) == []


def test_a_town_is_replaced_by_columns() -> None:
    frame = town(20, key=1)
    made = record_town(frame)
    later = frame.with_columns(
        replaces_id=made["id"], entry_key=pl.Series([str(uuid4()) for _ in range(20)]), outcome=pl.lit('{"annual_tax": 0}')
    )  # fmt: skip
    replaced = record_town(later)
    assert queries.current_of_town(OFFICER, KIND, YEAR)["id"].to_list() == replaced["id"].to_list()


@pytest.mark.parametrize("outcome", ['{"tax": 1.5}', '{"tax": "1"}', '{"tax": null}', '{"tax": {"a": 1}}', "[1]"])
def test_the_database_refuses_an_outcome_that_is_no_whole_number(outcome: str) -> None:
    with pytest.raises(IntegrityError, match="decision_outcome_integers"), transaction.atomic():
        record_town(town(1).with_columns(outcome=pl.lit(outcome)))
    with pytest.raises(TypeError, match="tax"):
        commands.record(OFFICER, new(next(_people), outcome={"tax": 1.0}))


@pytest.mark.parametrize(
    "statement", ["UPDATE decisions_decision SET outcome = '{}'", "DELETE FROM decisions_decision"]
)
def test_nobody_changes_a_decision(statement: str) -> None:
    commands.record(OFFICER, new(next(_people)))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
