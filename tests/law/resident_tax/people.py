"""架空の人々: made-up persons in households, as columns for the engine and as lists for the oracle.

Everything is possible under the law: nobody is claimed twice or by himself, minors are under eighteen, the parts of a
dividend are no more than the whole. Within that, amounts lie on and beside the edges on purpose, and losses larger than any
income, donations larger than any levy and pensions of children occur.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from . import edges
from .oracle import INPUT_DEFAULTS

Person = dict[str, int]

RELATIONS = ("claimed_spouse", "supporter")
OTHER_INCOMES = (
    "business_income",
    "real_estate_income",
    "interest_income",
    "dividend_income",
    "other_miscellaneous_income",
    "transfer_income",
    "occasional_income",
)
LIFE_INSURANCE = tuple(name for name in INPUT_DEFAULTS if name.startswith("life_insurance"))
DIVIDEND_PARTS = ("dividend_stock", "dividend_fund", "dividend_foreign_fund")
LAND = tuple(name.removesuffix("_special_deduction") for name in INPUT_DEFAULTS if name.endswith("_special_deduction"))
FINANCIAL = ("listed_dividend_income", "unlisted_stock_gain", "listed_stock_gain", "futures_income")
FLAT = ("forestry_income", "retirement_income")
LOSSES = (("loss_carried_forward", 0.04), ("casualty_loss_carried", 0.03), ("residence_loss_carried", 0.03))
CARRIED = ("listed_stock_loss_carried", "futures_loss_carried")
WITHHELD = ("dividend_levy_withheld", "stock_levy_withheld")
FOREIGN_TAX = ("municipal_foreign_tax_credit", "prefectural_foreign_tax_credit")


class _Maker:
    """Makes households of one year out of one stream of chance."""

    def __init__(self, chance: Random, fiscal_year: int) -> None:
        self.chance = chance
        self.incomes = edges.incomes(fiscal_year)
        self.relatives_incomes = edges.relatives_incomes(fiscal_year)
        self.employment_revenues = edges.employment_revenues(fiscal_year)
        self.pension_revenues = edges.pension_revenues(fiscal_year)

    def maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def beside(self, amounts: list[int] | tuple[int, ...]) -> int:
        """An edge, or a yen, or a little, beside it."""
        beside = self.chance.choice((-1, 0, 0, 1, 1, self.chance.randrange(60_000)))
        return max(0, self.chance.choice(amounts) + beside)

    def amount(self, most: int, amounts: list[int] | tuple[int, ...]) -> int:
        """Half of the time anything up to `most`, otherwise something beside an edge."""
        return self.chance.randrange(most) if self.maybe(0.5) else self.beside(amounts)

    def age(self, lowest: int, highest: int) -> int:
        age = self.chance.choice(edges.AGES) if self.maybe(0.3) else self.chance.randint(lowest, highest)
        return min(highest, max(lowest, age))

    def household(self) -> list[Person]:
        """One household; relations are positions within it."""
        make = self.chance.choices(
            (self.alone, self.couple, self.single_parent, self.pensioners, self.three_generations),
            weights=(30, 35, 10, 15, 10),
        )[0]
        people = make()
        for person in people:
            person["minor"] = int(person["age"] < 18)
        return people

    def alone(self) -> list[Person]:
        person: Person = {"age": self.age(15, 95)}
        self.earn(person)
        if self.maybe(0.6):
            self.spend(person)
        if person["age"] < 26 and self.maybe(0.5):
            person["working_student"] = 1
        if self.maybe(0.06):
            person["widow"] = 1
        return [person]

    def couple(self) -> list[Person]:
        taxpayer = self.taxpayer(20, 75)
        spouse = self.relative(self.age(20, 80))
        if self.maybe(0.7):
            taxpayer["claimed_spouse"] = 1
            self.shelter(spouse)
        else:
            self.earn(spouse)
        people = [taxpayer, spouse]
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 3, 4))):
            child = self.relative(self.age(0, 24))
            child["supporter"] = 1 if "claimed_spouse" not in taxpayer and self.maybe(0.4) else 0
            self.shelter(child)
            people.append(child)
        return self.settled(people)

    def single_parent(self) -> list[Person]:
        parent = self.taxpayer(18, 65)
        if self.maybe(0.7):
            parent["single_parent"] = self.chance.choice((1, 1, 2))
        if self.maybe(0.3):
            parent["widow"] = 1
        people = [parent]
        for _ in range(self.chance.randint(1, 4)):
            child = self.relative(self.age(0, 23))
            child["supporter"] = 0
            self.shelter(child)
            people.append(child)
        return self.settled(people)

    def pensioners(self) -> list[Person]:
        taxpayer = self.taxpayer(60, 95)
        taxpayer["pension_revenue"] = self.amount(5_000_000, self.pension_revenues)
        spouse = self.relative(self.age(58, 95))
        spouse["pension_revenue"] = self.amount(2_000_000, self.pension_revenues)
        taxpayer["claimed_spouse"] = 1
        self.shelter(spouse)
        return self.settled([taxpayer, spouse])

    def three_generations(self) -> list[Person]:
        people = self.couple()
        for _ in range(self.chance.randint(1, 2)):
            elder = self.relative(self.age(50, 100))
            elder |= {"supporter": 0, "lineal_ascendant": int(self.maybe(0.8))}
            if self.maybe(0.6):
                elder["pension_revenue"] = self.beside(self.pension_revenues)
            self.shelter(elder)
            people.append(elder)
        return self.settled(people)

    def taxpayer(self, youngest: int, oldest: int) -> Person:
        person: Person = {"age": self.age(youngest, oldest)}
        self.earn(person)
        if self.maybe(0.85):
            self.spend(person)
        return person

    def relative(self, age: int) -> Person:
        """Somebody with little or no income of his own, as often as not just at one of the limits."""
        person: Person = {"age": age}
        if self.maybe(0.35):
            person["business_income"] = self.beside(self.relatives_incomes)
        elif self.maybe(0.4):
            person["employment_revenue"] = self.amount(2_000_000, self.employment_revenues)
        return person

    def shelter(self, relative: Person) -> None:
        """What the taxpayer's deductions ask of a relative."""
        relative["lives_with_supporter"] = int(self.maybe(0.7))
        if self.maybe(0.12):
            relative["disability"] = self.chance.choice((1, 2, 2))
        if self.maybe(0.04):
            relative["family_employee"] = 1

    def settled(self, people: list[Person]) -> list[Person]:
        """The taxpayer of a household may have some of his family abroad, or earn just about the limit of 所得割."""
        taxpayer = people[0]
        family = sum(person.get("supporter") == 0 for person in people) + ("claimed_spouse" in taxpayer)
        if family and self.maybe(0.05):
            taxpayer["fixed_credit_dependants_abroad"] = self.chance.randint(1, family)
        if self.maybe(0.1):
            gains = [f"{name}_gain" for name in LAND]
            for name in (*OTHER_INCOMES, *DIVIDEND_PARTS, *FINANCIAL, *gains, "employment_revenue", "pension_revenue"):
                taxpayer.pop(name, None)
            taxpayer["business_income"] = edges.income_levy_limit(family) + self.chance.randint(-2, 40_000)
            taxpayer["social_insurance_premium"] = self.chance.randrange(100_000)
        return people

    def earn(self, person: Person) -> None:
        """Incomes and the taxpayer's own status."""
        kind = self.chance.choices(
            ("pay", "business", "pay and pension", "many", "rich", "none"), weights=(45, 25, 8, 10, 8, 4)
        )[0]
        if kind in ("pay", "pay and pension", "many"):
            person["employment_revenue"] = self.amount(12_000_000, self.employment_revenues)
        if kind == "pay and pension":
            person["pension_revenue"] = self.amount(11_000_000, self.pension_revenues)
        if kind == "business":
            person["business_income"] = self.beside(self.incomes)
        if kind == "rich":
            person["employment_revenue"] = self.amount(60_000_000, self.employment_revenues)
            person["pension_revenue"] = self.beside([0, *self.pension_revenues])
        if kind in ("many", "rich"):
            for name in self.chance.sample(OTHER_INCOMES, self.chance.randint(1, 4)):
                person[name] = self.amount(15_000_000 if kind == "rich" else 2_000_000, self.relatives_incomes)
        for name, share in LOSSES:
            if self.maybe(share):
                person[name] = self.amount(5_000_000, self.incomes)
        if self.maybe(0.08):
            self.sell(person)
        if self.maybe(0.05):
            person["disability"] = self.chance.choice((1, 2))
        if self.maybe(0.02):
            person["public_assistance"] = 1

    def sell(self, person: Person) -> None:
        """Land, stocks and futures, with what may be taken from their gains."""
        for name in self.chance.sample(LAND, self.chance.randint(0, 3)):
            person[f"{name}_gain"] = self.amount(90_000_000, edges.LAND_GAINS)
            if self.maybe(0.4) and "residence_loss_carried" not in person:
                person[f"{name}_special_deduction"] = self.amount(50_000_000, edges.LAND_GAINS)
        for name in self.chance.sample(FINANCIAL, self.chance.randint(0, 3)):
            person[name] = self.amount(3_000_000, edges.FINANCIAL_INCOMES)
        for name in CARRIED:
            if self.maybe(0.3):
                person[name] = self.amount(3_000_000, edges.FINANCIAL_INCOMES)
        for name in FLAT:
            if self.maybe(0.25):
                person[name] = self.amount(30_000_000, self.incomes)

    def spend(self, person: Person) -> None:
        """Payments and credits of a taxpayer."""
        earned = sum(person.get(name, 0) for name in (*OTHER_INCOMES, "employment_revenue", "pension_revenue"))
        person["social_insurance_premium"] = earned * self.chance.randint(0, 20) // 100 + self.chance.randrange(1_000)
        if self.maybe(0.15):
            person["small_enterprise_mutual_aid_premium"] = self.chance.randrange(0, 840_001)
        for name in (*LIFE_INSURANCE, "earthquake_insurance", "old_casualty_insurance"):
            if self.maybe(0.35):
                person[name] = self.amount(120_000, edges.PREMIUMS)
        if self.maybe(0.15):
            person["medical_expense"] = self.amount(600_000, edges.MEDICAL_EXPENSES)
        if self.maybe(0.06):
            person["self_medication_expense"] = self.amount(150_000, edges.MEDICAL_EXPENSES)
        if self.maybe(0.04):
            person["casualty_loss"] = self.chance.randrange(4_000_000)
            person["disaster_expense"] = self.chance.randrange(person["casualty_loss"] + 1) if self.maybe(0.7) else 0
        self.give_and_borrow(person)
        self.invest(person)

    def give_and_borrow(self, person: Person) -> None:
        if self.maybe(0.35):
            person["hometown_donation"] = self.amount(200_000, edges.DONATIONS)
            person["one_stop"] = int(self.maybe(0.4))
        if self.maybe(0.06):
            person["donation_municipal"] = self.amount(200_000, edges.DONATIONS)
        if self.maybe(0.06):
            person["donation_prefectural"] = self.amount(200_000, edges.DONATIONS)
        if self.maybe(0.2):
            person["housing_loan_kind"] = self.chance.choice((1, 2))
            person["housing_loan_remaining"] = self.amount(300_000, edges.HOUSING_LOANS)
            person["income_tax_taxable_income"] = self.amount(4_000_000, edges.INCOME_TAX_TAXABLE)

    def invest(self, person: Person) -> None:
        left = person.get("dividend_income", 0)
        for name in DIVIDEND_PARTS:
            part = left if self.maybe(0.2) else self.chance.randrange(left + 1)
            person[name] = part
            left -= part
        for name in (*WITHHELD, *FOREIGN_TAX):
            if self.maybe(0.05):
                person[name] = self.chance.randrange(self.chance.choice((10, 5_000, 300_000)))


def random_people(count: int, seed: int, fiscal_year: int) -> dict[str, NDArray[np.int64]]:
    """`count` persons as a column an input, the same for the same arguments. Families are scattered over the table."""
    chance = Random(f"{seed} {fiscal_year}")
    maker = _Maker(chance, fiscal_year)
    people: list[Person] = []
    while len(people) < count:
        household = maker.household()
        if len(people) + len(household) > count:
            household = maker.alone()
            household[0]["minor"] = int(household[0]["age"] < 18)
        people += [_moved(person, len(people)) for person in household]
    places = list(range(count))
    chance.shuffle(places)
    columns = {name: np.full(count, default, dtype=np.int64) for name, default in INPUT_DEFAULTS.items()}
    for place, person in zip(places, people, strict=True):
        for name, value in person.items():
            columns[name][place] = places[value] if name in RELATIONS else value
    return columns


def _moved(person: Person, offset: int) -> Person:
    return person | {name: person[name] + offset for name in RELATIONS if name in person}


def as_people(columns: Mapping[str, NDArray[np.int64]]) -> list[Person]:
    """Columns as one mapping a person, which is what the oracle reads."""
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _beside(amounts: list[int] | tuple[int, ...], most: int) -> st.SearchStrategy[int]:
    beside = sorted({max(0, amount + step) for amount in amounts for step in (-1, 0, 1)})
    return st.one_of(st.sampled_from(beside), st.integers(0, most))


def _all_years(of_year: dict[int, list[int]]) -> list[int]:
    return sorted({amount for amounts in of_year.values() for amount in amounts})


def _inputs() -> dict[str, st.SearchStrategy[int]]:
    years = edges.FAMILY_LIMIT
    incomes = _beside(_all_years({year: edges.incomes(year) for year in years}), 60_000_000)
    revenues = _beside(_all_years({year: edges.employment_revenues(year) for year in years}), 60_000_000)
    pensions = _beside(_all_years({year: edges.pension_revenues(year) for year in years}), 12_000_000)
    flag, small = st.integers(0, 1), st.integers(0, 300_000)
    premiums = dict.fromkeys(
        (*LIFE_INSURANCE, "earthquake_insurance", "old_casualty_insurance"), _beside(edges.PREMIUMS, 120_000)
    )
    donations = dict.fromkeys(
        ("hometown_donation", "donation_municipal", "donation_prefectural"), _beside(edges.DONATIONS, 4_000_000)
    )
    flags = ("family_employee", "lives_with_supporter", "lineal_ascendant", "widow", "working_student", "one_stop")
    return (
        {"age": st.one_of(st.sampled_from(edges.AGES), st.integers(0, 110)), "public_assistance": flag}
        | dict.fromkeys(flags, flag)
        | dict.fromkeys(("disability", "single_parent", "housing_loan_kind"), st.integers(0, 2))
        | {"employment_revenue": revenues, "pension_revenue": pensions}
        | {"residence_loss_carried": _beside(edges.LAND_GAINS, 40_000_000)}
        | dict.fromkeys(("loss_carried_forward", "casualty_loss_carried", *FLAT), incomes)
        | dict.fromkeys(OTHER_INCOMES, incomes)
        | dict.fromkeys((f"{name}_gain" for name in LAND), _beside(edges.LAND_GAINS, 90_000_000))
        | dict.fromkeys((f"{name}_special_deduction" for name in LAND), _beside(edges.LAND_GAINS, 50_000_000))
        | dict.fromkeys((*FINANCIAL, *CARRIED), _beside(edges.FINANCIAL_INCOMES, 3_000_000))
        | dict.fromkeys(("social_insurance_premium", "small_enterprise_mutual_aid_premium"), st.integers(0, 3_000_000))
        | premiums
        | donations
        | dict.fromkeys(("medical_expense", "self_medication_expense"), _beside(edges.MEDICAL_EXPENSES, 6_000_000))
        | dict.fromkeys(("casualty_loss", "disaster_expense"), st.integers(0, 8_000_000))
        | {
            "housing_loan_remaining": _beside(edges.HOUSING_LOANS, 500_000),
            "income_tax_taxable_income": _beside(edges.INCOME_TAX_TAXABLE, 60_000_000),
        }
        | dict.fromkeys((*DIVIDEND_PARTS, *WITHHELD, *FOREIGN_TAX), small)
    )


@st.composite
def households(draw: st.DrawFn) -> list[Person]:
    """One to five persons of any year who may be married and support each other; shrinks to one who has nothing."""
    people = draw(st.lists(st.fixed_dictionaries({}, optional=_inputs()), min_size=1, max_size=5))
    married = len(people) > 1 and draw(st.booleans())
    if married:
        people[0]["claimed_spouse"] = 1
    relatives = range(2 if married else 1, len(people))
    for position in relatives:
        supporter = draw(st.sampled_from((0, -1) if married else (0, -1, *({1} - {position}))))
        people[position]["supporter"] = supporter
    for person in people:
        _make_possible(person)
    family = married + sum(person.get("supporter") == 0 for person in people)
    people[0]["fixed_credit_dependants_abroad"] = draw(st.integers(0, family))
    return people


def _make_possible(person: Person) -> None:
    """Takes from a drawn person what cannot be: parts of a dividend over the whole, an adult who is a minor, a clash."""
    left = person.get("dividend_income", 0)
    for name in DIVIDEND_PARTS:
        if name in person:
            person[name] = min(person[name], left)
            left -= person[name]
    if person.get("age", INPUT_DEFAULTS["age"]) < 18:
        person["minor"] = 1
    if any(person.get(f"{name}_special_deduction") for name in LAND):
        person.pop("residence_loss_carried", None)
