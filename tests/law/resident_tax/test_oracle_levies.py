"""別計算の検算: credits, limits and levies of the oracle, on both sides of each step."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.law.resident_tax.oracle import Town, assess
from tests.law.resident_tax.oracle.credits import adjustment_credit, dividend_credit, special_donation_rates
from tests.law.resident_tax.oracle.inputs import INPUT_DEFAULTS

CITY = Town()


def taxpayer(fiscal_year: int, income: int, *family: dict[str, int], **inputs: int) -> dict[str, int]:
    """The quantities of the first of a table, who has `income` of business."""
    return assess([{"business_income": income} | inputs, *family], fiscal_year, CITY)[0]


@pytest.mark.parametrize(
    ("adjusted", "special", "one_stop"),
    [
        (1_950_000, 84_895, Fraction(5_105, 84_895)),
        (3_300_000, 79_790, Fraction(10_210, 79_790)),
        (6_950_000, 69_580, Fraction(20_420, 69_580)),
        (9_000_000, 66_517, Fraction(23_483, 66_517)),
        (18_000_000, 56_307, Fraction(33_693, 56_307)),
        (18_000_001, 49_160, Fraction(33_693, 56_307)),
        (40_000_000, 49_160, Fraction(33_693, 56_307)),
        (40_000_001, 44_055, Fraction(33_693, 56_307)),
    ],
)
def test_special_donation_rates(adjusted: int, special: int, one_stop: Fraction) -> None:
    """特例控除額の割合（附則5条の6）and 申告特例控除額の割合（附則7条の2）."""
    assert special_donation_rates(adjusted) == (Fraction(special, 100_000), one_stop)


@pytest.mark.parametrize(
    ("fiscal_year", "steps"),
    [
        (2026, {1_320_000: 470, 3_360_000: 400, 4_890_000: 200, 6_550_000: 150, 23_500_000: 100}),
        (2027, {4_890_000: 560, 6_550_000: 190, 23_500_000: 140}),
    ],
)
def test_income_tax_basic_deduction_steps(fiscal_year: int, steps: dict[int, int]) -> None:
    """所得税の基礎控除 over 480,000 yen, in thousands, seen through the limit of 住宅借入金等 (5 %, both levies)."""
    following = [*list(steps.values())[1:], 0]
    for (top, thousands), after in zip(steps.items(), following, strict=True):
        for income, expected in ((top, thousands), (top + 1, after)):
            loan = {"housing_loan_kind": 1, "housing_loan_remaining": 97_500, "income_tax_taxable_income": 1_000_000}
            quantities = taxpayer(fiscal_year, income, **loan)
            credit = quantities["municipal_housing_loan_credit"] + quantities["prefectural_housing_loan_credit"]
            assert credit == 50 * (1_000 + expected)


def test_adjustment_credit_falls_to_its_least() -> None:
    """調整控除: above 2,000,000 yen of 課税所得 the base falls yen by yen to 50,000."""
    bases = {2_000_000: 150_000, 2_001_000: 149_000, 2_100_000: 50_000, 2_101_000: 50_000}
    for taxable, base in bases.items():
        assert adjustment_credit(150_000, taxable, 25_000_000, CITY) == (base * 3 // 100, base * 2 // 100)


def test_dividend_credit_of_designated_cities() -> None:
    """配当控除: 2.24 and 0.56 % in a designated city; the part above 10,000,000 yen holds foreign funds, then funds first."""
    stock = INPUT_DEFAULTS | {"dividend_stock": 1_000_000}
    assert dividend_credit(stock, 10_000_000, Town(designated_city=True)) == (22_400, 5_600)
    mixed = stock | {"dividend_fund": 1_000_000, "dividend_foreign_fund": 1_000_000}
    assert dividend_credit(mixed, 11_500_000, CITY) == (2_000 + 6_000 + 16_000, 1_500 + 4_500 + 12_000)
    assert dividend_credit(mixed, 13_000_000, CITY) == (2_000 + 4_000 + 8_000, 1_500 + 3_000 + 6_000)


@pytest.mark.parametrize(
    ("grade", "alone", "couple"), [(1, 450_000, 1_010_000), (2, 415_000, 919_000), (3, 380_000, 828_000)]
)
def test_forest_tax_limits(grade: int, alone: int, couple: int) -> None:
    """森林環境税の非課税限度額, by 級地, in a town whose ordinance exempts nobody."""
    town = Town(per_capita_exemption_base=0, per_capita_exemption_addition=0, living_standard_grade=grade)
    for limit, people in ((alone, [{}]), (couple, [{"claimed_spouse": 1}, {}])):
        for income, due in ((limit, 0), (limit + 1, 1_000)):
            quantities = assess([people[0] | {"business_income": income}, *people[1:]], 2026, town)[0]
            assert quantities["forest_environment_tax"] == due


@pytest.mark.parametrize(
    ("income", "abroad", "relief"),
    [
        (10_000_000, 0, 40_000),
        (10_000_000, 1, 30_000),
        (10_000_001, 0, 30_000),
        (18_050_000, 0, 30_000),
        (18_050_001, 0, 0),
    ],
)
def test_fixed_credit_by_family(income: int, abroad: int, relief: int) -> None:
    """定額減税: 10,000 yen for the taxpayer, 控除対象配偶者, a child of 3 and one of 17; in 令和6年度 only."""
    family = [{}, {"age": 3, "supporter": 0}, {"age": 17, "supporter": 0}]
    for fiscal_year, expected in ((2024, relief), (2025, 0)):
        quantities = taxpayer(fiscal_year, income, *family, claimed_spouse=1, fixed_credit_dependants_abroad=abroad)
        assert quantities["municipal_fixed_credit"] + quantities["prefectural_fixed_credit"] == expected


def test_withheld_levies_are_given_back() -> None:
    """配当割額・株式等譲渡所得割額: three fifths and two, taken before the cut to 100 yen; what is left over is refunded."""
    quantities = taxpayer(2025, 930_000, dividend_levy_withheld=30_000, stock_levy_withheld=20_000)
    # 500,000 yen taxable: 30,000 - 1,500 and 20,000 - 1,000.
    assert (quantities["municipal_withheld_credit"], quantities["prefectural_withheld_credit"]) == (30_000, 20_000)
    assert (quantities["municipal_income_levy"], quantities["prefectural_income_levy"]) == (0, 0)
    assert quantities["withheld_refund"] == 1_500 + 1_000
    assert taxpayer(2025, 930_000, dividend_levy_withheld=1)["municipal_income_levy"] == 28_500
