"""市町村ごとの値: what an ordinance or the state of a town decides. The defaults are those of an ordinary city of 1級地."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Town:
    """一つの市町村の税率等. Rates are exact; amounts are yen; living_standard_grade is 1, 2 or 3."""

    designated_city: bool = False
    municipal_rate: Fraction = Fraction(6, 100)
    prefectural_rate: Fraction = Fraction(4, 100)
    municipal_per_capita: int = 3_000
    prefectural_per_capita: int = 1_000
    per_capita_exemption_base: int = 350_000
    per_capita_exemption_addition: int = 210_000
    per_capita_exemption_extra: int = 100_000
    living_standard_grade: int = 1
    ordinary_instalment_unit: int = 1_000

    @property
    def municipal_fifths(self) -> int:
        """市町村分の割合: fifths of a shared credit that are the municipality's; the rest is the prefecture's."""
        return 4 if self.designated_city else 3
