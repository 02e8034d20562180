"""規則と別の計算: the rules and the plain second calculation agree to the yen on everybody, in every quantity."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.law.resident_tax.oracle import assess
from tests.law.resident_tax.oracle.town import Town
from tests.law.resident_tax.people import households, random_people

from yakuba.law.engine.evaluation import evaluate
from yakuba.law.engine.ruleset import RuleSet
from yakuba.law.rules.resident_tax import FISCAL_YEARS, resident_tax

PEOPLE = 100_000
TOWNS = (
    Town(),
    Town(designated_city=True, municipal_rate=Fraction(8, 100), prefectural_rate=Fraction(2, 100)),
    Town(designated_city=True, municipal_rate=Fraction(77, 1000), prefectural_rate=Fraction(2, 100), municipal_per_capita=2_800),
    Town(
        prefectural_rate=Fraction(4025, 100_000), prefectural_per_capita=1_300, per_capita_exemption_base=320_000,
        per_capita_exemption_addition=190_000, living_standard_grade=2,
    ),
    Town(per_capita_exemption_base=280_000, per_capita_exemption_addition=168_000, living_standard_grade=3),
)  # fmt: skip


def rules_of(town: Town, fiscal_year: int) -> RuleSet:
    """The rule set with a town's own numbers."""
    return resident_tax(fiscal_year).with_parameters(
        {
            "designated_city": int(town.designated_city),
            "municipal_income_rate": town.municipal_rate,
            "prefectural_income_rate": town.prefectural_rate,
            "municipal_per_capita_amount": town.municipal_per_capita,
            "prefectural_per_capita_amount": town.prefectural_per_capita,
            "per_capita_exemption_base": town.per_capita_exemption_base,
            "per_capita_exemption_addition": town.per_capita_exemption_extra,
            "per_capita_exemption_family_addition": town.per_capita_exemption_addition,
            "living_standard_grade": town.living_standard_grade,
        }
    )


def differing(columns: dict[str, Any], fiscal_year: int, town: Town) -> list[str]:
    """Each quantity that differs, with the first person and both values."""
    size = len(columns["age"])
    rows = [{name: int(column[at]) for name, column in columns.items()} for at in range(size)]
    expected = assess(rows, fiscal_year, town)
    names = list(expected[0])
    found = evaluate(rules_of(town, fiscal_year), columns, names)
    told = []
    for name in names:
        plain = np.array([each[name] for each in expected])
        at = np.flatnonzero(found[name].astype(np.int64) != plain)
        if len(at):
            first = int(at[0])
            told.append(f"{name}: {len(at)} people; row {first} has {int(found[name][first])}, oracle {plain[first]}")
    return told


@pytest.mark.slow
@pytest.mark.parametrize("fiscal_year", FISCAL_YEARS)
def test_a_hundred_thousand_people_agree(fiscal_year: int) -> None:
    assert differing(random_people(PEOPLE, fiscal_year, fiscal_year), fiscal_year, TOWNS[0]) == []


@pytest.mark.parametrize("town", TOWNS[1:])
@pytest.mark.parametrize("fiscal_year", FISCAL_YEARS)
def test_towns_with_numbers_of_their_own_agree(fiscal_year: int, town: Town) -> None:
    assert differing(random_people(2_000, 7, fiscal_year), fiscal_year, town) == []


@settings(max_examples=200, deadline=None)
@given(households(), st.sampled_from(FISCAL_YEARS), st.sampled_from(TOWNS))
def test_any_household_agrees(people: list[dict[str, int]], fiscal_year: int, town: Town) -> None:
    names = sorted({name for person in people for name in person} | {"age"})
    defaults = {name: fact.default for name, fact in resident_tax(fiscal_year).inputs.items()}
    columns = {name: np.array([each.get(name, defaults[name]) for each in people], dtype=np.int64) for name in names}
    assert differing(columns, fiscal_year, town) == []
