"""家族: who is whose 同一生計配偶者, 扶養親族, 特定親族 (地方税法292条1項7–9号, 314条の2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .incomes import Row

FAMILY_INCOME_LIMIT = {2024: 480_000, 2025: 480_000, 2026: 580_000, 2027: 620_000}


@dataclass
class Family:
    """一人の納税義務者の家族: inputs of those who count, 合計所得金額 of those for whom only that matters."""

    spouse: Row | None = None
    special_spouse_income: int | None = None
    dependants: list[Row] = field(default_factory=list)
    special_relative_incomes: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        """同一生計配偶者及び扶養親族の数."""
        return len(self.dependants) + (self.spouse is not None)

    @property
    def members(self) -> list[Row]:
        """同一生計配偶者及び扶養親族."""
        return self.dependants + ([] if self.spouse is None else [self.spouse])

    def gives_income_adjustment(self, taxpayer: Row) -> bool:
        """所得金額調整控除（子ども・特別障害者等）の要件（措法41条の3の11第1項）."""
        return (
            taxpayer["disability"] == 2
            or any(dependant["age"] < 23 for dependant in self.dependants)
            or any(member["disability"] == 2 for member in self.members)
        )

    def counts(self) -> Row:
        """扶養親族の数, by what is deducted for each."""
        kinds = [_kind(dependant) for dependant in self.dependants]
        names = ("under_16", "general", "specific", "elderly", "elderly_living_together")
        counts = {f"dependants_{name}": kinds.count(name) for name in names}
        return counts | {
            "dependant_count": len(self.dependants),
            "has_same_livelihood_spouse": int(self.spouse is not None),
        }


def _kind(dependant: Row) -> str:
    age = dependant["age"]
    if age < 16:
        return "under_16"
    if 19 <= age < 23:
        return "specific"
    if age < 70:
        return "general"
    if dependant["lineal_ascendant"] and dependant["lives_with_supporter"]:
        return "elderly_living_together"
    return "elderly"


def within_limit(person: Row, total_income: int, fiscal_year: int) -> bool:
    """Whether a claimed person's own side of 同一生計配偶者 or 扶養親族 holds: income, and no 事業専従者."""
    return not person["family_employee"] and total_income <= FAMILY_INCOME_LIMIT[fiscal_year]


def families_of(people: Sequence[Row], total_incomes: Sequence[int], fiscal_year: int) -> list[Family]:
    """Every person's family. Raises IndexError where a relation points outside the table."""
    limit = FAMILY_INCOME_LIMIT[fiscal_year]
    families = [Family() for _ in people]
    for person, family in zip(people, families, strict=True):
        if person["claimed_spouse"] < 0:
            continue
        spouse, income = people[person["claimed_spouse"]], total_incomes[person["claimed_spouse"]]
        if within_limit(spouse, income, fiscal_year):
            family.spouse = spouse
        elif not spouse["family_employee"] and income <= 1_330_000:
            family.special_spouse_income = income
    for person, income in zip(people, total_incomes, strict=True):
        if person["supporter"] < 0 or person["family_employee"]:
            continue
        family = families[person["supporter"]]
        if income <= limit:
            family.dependants.append(person)
        elif fiscal_year >= 2026 and 19 <= person["age"] <= 22 and income <= 1_230_000:
            family.special_relative_incomes.append(income)
    return families
