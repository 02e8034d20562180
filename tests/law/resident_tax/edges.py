"""境目: amounts at which some rule of the resident tax turns, so that made-up people stand on both sides of each."""

from __future__ import annotations

AGES = (15, 16, 18, 19, 22, 23, 64, 65, 69, 70)

FAMILY_LIMIT = {2024: 480_000, 2025: 480_000, 2026: 580_000, 2027: 620_000}
LEAST_EMPLOYMENT_DEDUCTION = {2024: 550_000, 2025: 550_000, 2026: 650_000, 2027: 740_000}

PREMIUMS = (0, 5_000, 12_000, 15_000, 32_000, 40_000, 50_000, 56_000, 70_000, 100_000)
DONATIONS = (2_000, 2_001, 3_000, 10_000, 15_000, 30_000, 50_000, 77_000, 120_000, 500_000, 3_000_000)
MEDICAL_EXPENSES = (12_000, 88_000, 100_000, 150_000, 300_000, 2_100_000, 5_000_000)
INCOME_TAX_TAXABLE = (1_480_000, 1_550_000, 1_850_000, 1_950_000)
LAND_GAINS = (0, 1_000, 430_000, 1_000_000, 10_000_000, 20_000_000, 30_000_000, 50_000_000, 60_000_000, 80_000_000)
FINANCIAL_INCOMES = (0, 999, 1_000, 100_000, 430_000, 1_000_000, 2_000_000)
HOUSING_LOANS = (1, 35_000, 92_800, 97_500, 136_500, 250_000)

_RELATIVE_STEPS = (500_000, 550_000, *range(950_000, 1_350_001, 50_000), 1_230_000, 1_330_000)
_OWN_STEPS = (
    750_000,
    850_000,
    890_000,
    1_350_000,
    5_000_000,
    9_000_000,
    9_500_000,
    10_000_000,
    18_050_000,
    20_000_000,
    30_000_000,
)
_BASIC_STEPS = (1_320_000, 3_360_000, 4_890_000, 6_550_000, 23_500_000, 24_000_000, 24_500_000, 25_000_000)
_TAXABLE_STEPS = (0, 50_000, 1_950_000, 2_000_000, 3_300_000, 6_950_000, 9_000_000, 10_000_000, 18_000_000, 40_000_000)
# What is taken from a single person's income: 基礎控除, and for donations the differences of the years.
_TO_TAXABLE = (430_000, 480_000, 880_000, 950_000, 1_040_000, 1_048_000)


def income_levy_limit(family: int) -> int:
    """所得割の非課税限度額, for a taxpayer with so many relatives."""
    return 350_000 * (1 + family) + 100_000 + (320_000 if family else 0)


def exemption_limits() -> list[int]:
    """均等割・所得割・森林環境税の非課税限度額, for households of one to six, of every 級地."""
    limits = [income_levy_limit(family) for family in range(6)]
    for base, addition in ((350_000, 210_000), (315_000, 189_000), (280_000, 168_000)):
        limits += [base * size + 100_000 + (addition if size > 1 else 0) for size in range(1, 7)]
    return limits


def incomes(fiscal_year: int) -> list[int]:
    """所得の境目."""
    to_taxable = [step + less for step in _TAXABLE_STEPS for less in _TO_TAXABLE]
    own = [FAMILY_LIMIT[fiscal_year], *_RELATIVE_STEPS, *_OWN_STEPS, *_BASIC_STEPS]
    return own + exemption_limits() + to_taxable


def relatives_incomes(fiscal_year: int) -> list[int]:
    """家族の所得の境目."""
    return [0, FAMILY_LIMIT[fiscal_year], *_RELATIVE_STEPS]


def employment_revenues(fiscal_year: int) -> list[int]:
    """給与収入の境目: the table's own, and those at which the income passes an edge."""
    deduction = LEAST_EMPLOYMENT_DEDUCTION[fiscal_year]
    bands = {
        2026: (651_000, 1_900_000),
        2027: (741_000, 2_191_000, 2_193_000, 2_196_000, 2_200_000),
    }.get(fiscal_year, (551_000, 1_619_000, 1_620_000, 1_622_000, 1_624_000, 1_628_000, 1_800_000))
    shared = (1_904_000, 3_599_000, 3_600_000, 3_604_000, 6_600_000, 8_500_000, 10_000_000)
    low = [income + deduction for income in incomes(fiscal_year) if income < 1_400_000]
    high = [income + 1_950_000 for income in incomes(fiscal_year) if income >= 6_550_000]
    return [*bands, *shared, 2_044_000, 2_090_000, *low, *high]


def pension_revenues(fiscal_year: int) -> list[int]:
    """公的年金等の収入の境目."""
    bands = [400_000, 500_000, 600_000, 900_000, 1_100_000, 1_300_000, 3_300_000, 4_100_000, 7_700_000, 10_000_000]
    low = [income + less for income in relatives_incomes(fiscal_year) for less in (600_000, 1_100_000)]
    return bands + low + [limit + less for limit in exemption_limits() for less in (600_000, 1_100_000)]
