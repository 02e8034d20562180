"""架空の人々の検査: what is made up is possible, reaches every rule, and keeps the laws that hold for everybody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from tests.law.resident_tax.oracle import INPUT_DEFAULTS, Town, assess
from tests.law.resident_tax.people import DIVIDEND_PARTS, Person, as_people, households, random_people

YEARS = (2024, 2025, 2026, 2027)


@pytest.mark.parametrize("fiscal_year", YEARS)
def test_every_input_and_every_quantity_occurs(fiscal_year: int) -> None:
    """Among 3,000 persons every input differs from its default and every quantity of the year is somewhere not zero."""
    columns = random_people(3_000, 7, fiscal_year)
    assert all(column.dtype == np.int64 and len(column) == 3_000 for column in columns.values())
    unused = {name for name, column in columns.items() if (column == INPUT_DEFAULTS[name]).all()}
    assert unused == set()
    results = assess(as_people(columns), fiscal_year, Town())
    never = {name for name in results[0] if not any(quantities[name] for quantities in results)}
    relief = {"municipal_fixed_credit", "prefectural_fixed_credit"} if fiscal_year > 2024 else set()
    relatives = {"special_relative_deduction"} if fiscal_year < 2026 else set()
    assert never == relief | relatives


def test_people_are_the_same_for_the_same_seed() -> None:
    """The same seed gives the same table, another seed or year another."""
    first, again, other = (random_people(300, seed, 2026) for seed in (1, 1, 2))
    assert all((first[name] == again[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)


@pytest.mark.parametrize("fiscal_year", YEARS)
def test_people_are_possible(fiscal_year: int) -> None:
    """Nobody is claimed twice or by himself; no part exceeds its whole; minors are under eighteen."""
    people = as_people(random_people(3_000, 11, fiscal_year))
    _check_possible(people)


@given(households())
@settings(max_examples=60, deadline=None)
def test_drawn_households_are_possible(people: list[Person]) -> None:
    """Hypothesis' households are as possible as those made by the seed."""
    _check_possible([INPUT_DEFAULTS | person for person in people])


def _check_possible(people: list[Person]) -> None:
    claims = [person["claimed_spouse"] for person in people if person["claimed_spouse"] >= 0]
    supported = [position for position, person in enumerate(people) if person["supporter"] >= 0]
    assert len({*claims, *supported}) == len(claims) + len(supported)
    for position, person in enumerate(people):
        assert position not in (person["claimed_spouse"], person["supporter"])
        assert max(person["claimed_spouse"], person["supporter"]) < len(people)
        assert sum(person[name] for name in DIVIDEND_PARTS) <= person["dividend_income"]
        assert person["minor"] == (person["age"] < 18)
        assert all(value >= 0 for name, value in person.items() if name not in ("claimed_spouse", "supporter"))


@given(households())
@settings(max_examples=60, deadline=None)
def test_instalments_add_up_and_levies_are_hundreds(people: list[Person]) -> None:
    """For everybody in every year: the periods make the year's tax, no part is negative, income levies are hundreds."""
    for fiscal_year in YEARS:
        for quantities in assess(people, fiscal_year, Town()):
            periods = [quantities[f"ordinary_instalment_{number}"] for number in (1, 2, 3, 4)]
            assert sum(periods) == quantities["annual_tax"]
            assert min(quantities.values()) >= 0
            assert (quantities["municipal_income_levy"] + quantities["prefectural_income_levy"]) % 100 == 0
            june, july, later = (quantities[f"salary_instalment_{month}"] for month in ("june", "july", "later"))
            assert june + july + 10 * later == quantities["annual_tax"]


@given(households())
@settings(max_examples=40, deadline=None)
def test_everybody_exempt_pays_nothing_of_that_kind(people: list[Person]) -> None:
    """非課税: who is exempt by 法295条1項 owes nothing at all; exemption from 均等割 is exemption from 所得割."""
    for quantities in assess(people, 2026, Town()):
        if quantities["is_fully_exempt"]:
            assert quantities["annual_tax"] == 0
        if quantities["is_per_capita_exempt"]:
            assert quantities["is_income_levy_exempt"]
            assert quantities["municipal_income_levy"] == quantities["prefectural_income_levy"] == 0
