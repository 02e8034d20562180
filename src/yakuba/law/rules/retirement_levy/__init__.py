"""退職所得の分離課税に係る所得割: what a payer withholds from 退職手当等, in the year in which they are paid."""

from __future__ import annotations

from functools import cache

from yakuba.law.engine.ruleset import RuleSet, rule_set

from . import levy
from .inputs import INPUTS

YEARS = range(2024, 2028)


@cache
def retirement_levy(year: int) -> RuleSet:
    """退職所得の分離課税の規則集 for pay-offs of a year (western); ValueError for another year."""
    if year not in YEARS:
        raise ValueError(f"{year}年の退職手当等の所得割は計算できません（{YEARS[0]}–{YEARS[-1]}年）。")
    return rule_set("retirement_levy", (levy,), INPUTS, year, None)
