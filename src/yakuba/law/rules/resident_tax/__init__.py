"""個人住民税・森林環境税: 令和6年度から令和9年度まで."""

from __future__ import annotations

from functools import cache

from yakuba.law.engine.ruleset import RuleSet, rule_set

from . import collection, deductions, family, forestry, incomes, levy, pension, separate, tax_credits
from .inputs import INPUTS

FISCAL_YEARS = range(2024, 2028)
MODULES = (incomes, family, separate, forestry, deductions, levy, tax_credits, collection, pension)


@cache
def resident_tax(fiscal_year: int, municipality: str | None = None) -> RuleSet:
    """個人住民税の規則集 of a 年度 (western year) with a municipality's own numbers; ValueError for another 年度."""
    if fiscal_year not in FISCAL_YEARS:
        raise ValueError(f"{fiscal_year}年度の個人住民税は計算できません（{FISCAL_YEARS[0]}–{FISCAL_YEARS[-1]}年度）。")
    return rule_set("resident_tax", MODULES, INPUTS, fiscal_year, municipality)
