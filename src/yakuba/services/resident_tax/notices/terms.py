"""通知書に共通の事項 from the law's numbers of a municipality, and the words of a template version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yakuba.kernel.wareki import calendar_year_name, fiscal_year_name, to_wareki
from yakuba.law.municipality import municipality, resident_tax_names
from yakuba.law.statutes import statutes
from yakuba.typesetting.parts import Issuer, Seal

from .content import Terms

TEMPLATE_FOLDER = Path(__file__).parent / "templates"


def terms(
    municipality_code: str,
    fiscal_year: int,
    *,
    mayor: str,
    issued_on: date,
    made_at: datetime,
    places: tuple[str, ...],
    contact: tuple[str, ...],
    seal: Seal | None = None,
) -> Terms:
    """通知書に共通の事項: the tax's names, rates and per-capita amounts as the statutes of the 年度 have them.

    `mayor` is the mayor's name. Raises LookupError for a 年度 or a municipality that the statutes do not know.
    """
    town, law, day = municipality(municipality_code), statutes(municipality_code), date(fiscal_year, 4, 1)
    municipal, prefectural = resident_tax_names(town["prefecture"], town["city"])

    def rate(name: str) -> Fraction:
        value = law[f"resident_tax_levy.{name}"].at(day).value
        if not isinstance(value, int | Fraction):
            raise TypeError(f"{name} is no rate")
        return Fraction(value)

    def yen(name: str) -> int:
        return law[f"resident_tax_levy.{name}"].number(day)

    return Terms(
        issuer=Issuer(town["prefecture"], town["city"], town["mayor_title"], mayor),
        fiscal_year=fiscal_year,
        issued_on=issued_on,
        made_at=made_at,
        municipal_tax=municipal,
        prefectural_tax=prefectural,
        municipal_rate=rate("municipal_income_rate"),
        prefectural_rate=rate("prefectural_income_rate"),
        municipal_per_capita=yen("municipal_per_capita_amount"),
        prefectural_per_capita=yen("prefectural_per_capita_amount"),
        forest=yen("forest_environment_tax_amount"),
        ordinary_count=yen("ordinary_instalment_count"),
        places=places,
        contact=contact,
        seal=seal,
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """文言 and 課税明細の行 of a template version."""

    words: dict[str, Any]
    figures: dict[str, Any]

    def filled(self, text: str, given: Terms) -> str:
        """The sentence with the town's names and numbers in it."""
        return text.format_map(names(given))


@cache
def wording(version: str) -> Wording:
    """文言 of a template version. Raises LookupError for a version that does not exist."""
    folder = TEMPLATE_FOLDER / version
    if not folder.is_dir():
        raise LookupError(f"様式の版「{version}」がありません。")
    read = {
        name: yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("wording", "figures")
    }
    return Wording(read["wording"], read["figures"])


def names(given: Terms) -> dict[str, str]:
    """The names and numbers that sentences name in braces."""
    issuer = given.issuer
    return {
        "year": fiscal_year_name(given.fiscal_year),
        "income_year": calendar_year_name(given.fiscal_year - 1),
        "tax": f"{given.municipal_tax}・{given.prefectural_tax}",
        "city": issuer.municipality,
        "mayor": issuer.title,
        "levy_date": to_wareki(date(given.fiscal_year, 1, 1)),
        "municipal_tax": given.municipal_tax,
        "prefectural_tax": given.prefectural_tax,
        "municipal_rate": percent(given.municipal_rate),
        "prefectural_rate": percent(given.prefectural_rate),
        "municipal_per_capita": f"{given.municipal_per_capita:,}",
        "prefectural_per_capita": f"{given.prefectural_per_capita:,}",
        "forest": f"{given.forest:,}",
    }


def percent(rate: Fraction) -> str:
    """6％ of 3/50, 2.025％ of 81/4000."""
    hundredfold = rate * 100
    return f"{Decimal(hundredfold.numerator) / Decimal(hundredfold.denominator):f}％"
