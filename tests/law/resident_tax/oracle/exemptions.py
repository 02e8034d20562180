"""非課税: 法295条, 均等割・所得割の非課税限度額, 森林環境税法4条."""

from __future__ import annotations

from .incomes import Row
from .town import Town

FOREST_TAX_TABLE = {1: (350_000, 210_000), 2: (315_000, 189_000), 3: (280_000, 168_000)}


def is_fully_exempt(person: Row, total_income: int) -> bool:
    """人的非課税（法295条1項）."""
    protected = person["disability"] or person["minor"] or person["widow"] or person["single_parent"]
    return bool(person["public_assistance"] or (protected and total_income <= 1_350_000))


def per_capita_exemption_limit(family_size: int, town: Town) -> int:
    """均等割の非課税限度額（法295条3項, 施行令47条の3, 条例）."""
    limit = town.per_capita_exemption_base * (1 + family_size) + town.per_capita_exemption_extra
    return limit + (town.per_capita_exemption_addition if family_size else 0)


def income_levy_exemption_limit(family_size: int) -> int:
    """所得割の非課税限度額（附則3条の3第1項・4項）."""
    return 350_000 * (1 + family_size) + 100_000 + (320_000 if family_size else 0)


def forest_tax_exemption_limit(family_size: int, town: Town) -> int:
    """森林環境税の非課税限度額（森林環境税法4条, 施行令1条）."""
    base, addition = FOREST_TAX_TABLE[town.living_standard_grade]
    return base * (1 + family_size) + 100_000 + (addition if family_size else 0)


def exemptions_of(person: Row, family_size: int, total_income: int, gross_income: int, town: Town) -> Row:
    """非課税の判定, by name; flags are 0 or 1."""
    fully = is_fully_exempt(person, total_income)
    limit = per_capita_exemption_limit(family_size, town)
    per_capita = fully or total_income <= limit
    return {
        "is_fully_exempt": int(fully),
        "per_capita_exemption_limit": limit,
        "is_per_capita_exempt": int(per_capita),
        "is_income_levy_exempt": int(per_capita or gross_income <= income_levy_exemption_limit(family_size)),
        "is_forest_tax_exempt": int(fully or total_income <= forest_tax_exemption_limit(family_size, town)),
    }
