"""別計算の検算: the oracle held against the tables that the law and municipalities print, at both sides of every step."""

from __future__ import annotations

import pytest
from tests.law.resident_tax.oracle import Town, assess
from tests.law.resident_tax.oracle.expense_deductions import (
    casualty_loss_deduction,
    earthquake_insurance_deduction,
    life_insurance_deduction,
    medical_expense_deduction,
    new_contract,
    old_contract,
)
from tests.law.resident_tax.oracle.incomes import (
    employment_income_after_deduction,
    income_adjustment_for_family,
    income_adjustment_for_pension,
    pension_income,
)
from tests.law.resident_tax.oracle.inputs import INPUT_DEFAULTS
from tests.law.resident_tax.oracle.personal_deductions import special_relative_deduction

CITY = Town()
FAMILY_LIMITS = [(2024, 480_000), (2025, 480_000), (2026, 580_000), (2027, 620_000)]


def taxpayer(fiscal_year: int, income: int, *family: dict[str, int], **inputs: int) -> dict[str, int]:
    """The quantities of the first of a table, who has `income` of business."""
    return assess([{"business_income": income} | inputs, *family], fiscal_year, CITY)[0]


@pytest.mark.parametrize(
    ("income", "deduction"),
    [
        (24_000_000, 430_000),
        (24_000_001, 290_000),
        (24_500_000, 290_000),
        (24_500_001, 150_000),
        (25_000_000, 150_000),
        (25_000_001, 0),
    ],
)
def test_basic_deduction(income: int, deduction: int) -> None:
    """基礎控除（314条の2第2項）; above 25,000,000 yen there is no 調整控除 either."""
    quantities = taxpayer(2026, income)
    assert quantities["basic_deduction"] == deduction
    assert (quantities["municipal_adjustment_credit"] == 0) == (income > 25_000_000)


@pytest.mark.parametrize(
    ("income", "age", "deduction", "difference"),
    [
        (9_000_000, 69, 330_000, 50_000),
        (9_000_001, 69, 220_000, 40_000),
        (9_500_001, 69, 110_000, 20_000),
        (10_000_001, 69, 0, 0),
        (9_000_000, 70, 380_000, 100_000),
        (9_500_000, 70, 260_000, 60_000),
        (10_000_000, 70, 130_000, 30_000),
        (10_000_001, 70, 0, 0),
    ],
)
def test_spouse_deduction(income: int, age: int, deduction: int, difference: int) -> None:
    """配偶者控除・老人配偶者控除 and 人的控除額の差; the spouse counts as family whatever the taxpayer earns."""
    quantities = taxpayer(2026, income, {"age": age}, claimed_spouse=1)
    assert quantities["spouse_deduction"] == deduction
    assert quantities["personal_deduction_difference"] == 50_000 + difference
    assert quantities["has_same_livelihood_spouse"] == 1


@pytest.mark.parametrize(
    ("up_to", "amounts"),
    [
        (1_000_000, (330_000, 220_000, 110_000)),
        (1_050_000, (310_000, 210_000, 110_000)),
        (1_100_000, (260_000, 180_000, 90_000)),
        (1_150_000, (210_000, 140_000, 70_000)),
        (1_200_000, (160_000, 110_000, 60_000)),
        (1_250_000, (110_000, 80_000, 40_000)),
        (1_300_000, (60_000, 40_000, 20_000)),
        (1_330_000, (30_000, 20_000, 10_000)),
    ],
)
def test_special_spouse_deduction(up_to: int, amounts: tuple[int, int, int]) -> None:
    """配偶者特別控除, at the top of each step and a yen above the step before."""
    bottom = up_to - (30_000 if up_to == 1_330_000 else 50_000) + 1
    for income, amount in zip((9_000_000, 9_500_000, 10_000_000), amounts, strict=True):
        for spouse_income in (bottom, up_to):
            quantities = taxpayer(2026, income, {"business_income": spouse_income}, claimed_spouse=1)
            assert quantities["special_spouse_deduction"] == amount
    over = taxpayer(2026, 5_000_000, {"business_income": 1_330_001}, claimed_spouse=1)
    assert over["special_spouse_deduction"] == 0


@pytest.mark.parametrize(
    ("spouse_income", "differences"),
    [
        (480_001, (50_000, 40_000, 20_000)),
        (499_999, (50_000, 40_000, 20_000)),
        (500_000, (30_000, 20_000, 10_000)),
        (549_999, (30_000, 20_000, 10_000)),
        (550_000, (0, 0, 0)),
    ],
)
def test_special_spouse_differences(spouse_income: int, differences: tuple[int, int, int]) -> None:
    """配偶者特別控除の人的控除額の差（令和6・7年度）."""
    for income, difference in zip((9_000_000, 9_500_000, 10_000_000), differences, strict=True):
        quantities = taxpayer(2025, income, {"business_income": spouse_income}, claimed_spouse=1)
        assert quantities["personal_deduction_difference"] == 50_000 + difference


@pytest.mark.parametrize(("fiscal_year", "limit"), FAMILY_LIMITS)
def test_family_limit(fiscal_year: int, limit: int) -> None:
    """同一生計配偶者・扶養親族の所得要件, and what becomes of them a yen above it; 事業専従者 are neither."""
    family = [{"business_income": limit}, {"age": 20, "supporter": 0, "business_income": limit}]
    within = taxpayer(fiscal_year, 5_000_000, *family, claimed_spouse=1)
    assert (within["spouse_deduction"], within["dependants_deduction"]) == (330_000, 450_000)
    over = taxpayer(
        fiscal_year, 5_000_000, *({**one, "business_income": limit + 1} for one in family), claimed_spouse=1
    )
    assert (over["spouse_deduction"], over["dependants_deduction"]) == (0, 0)
    assert over["special_spouse_deduction"] == 330_000
    assert over["special_relative_deduction"] == (450_000 if fiscal_year >= 2026 else 0)
    employees = taxpayer(fiscal_year, 5_000_000, *({**one, "family_employee": 1} for one in family), claimed_spouse=1)
    assert employees["deduction_total"] == 430_000


@pytest.mark.parametrize(
    ("relative", "kind", "deduction", "difference"),
    [
        ({"age": 15}, "under_16", 0, 0),
        ({"age": 16}, "general", 330_000, 50_000),
        ({"age": 18}, "general", 330_000, 50_000),
        ({"age": 19}, "specific", 450_000, 180_000),
        ({"age": 22}, "specific", 450_000, 180_000),
        ({"age": 23}, "general", 330_000, 50_000),
        ({"age": 69, "lineal_ascendant": 1, "lives_with_supporter": 1}, "general", 330_000, 50_000),
        ({"age": 70, "lives_with_supporter": 1}, "elderly", 380_000, 100_000),
        ({"age": 70, "lineal_ascendant": 1}, "elderly", 380_000, 100_000),
        (
            {"age": 70, "lineal_ascendant": 1, "lives_with_supporter": 1},
            "elderly_living_together",
            450_000,
            130_000,
        ),
    ],
)
def test_dependants(relative: dict[str, int], kind: str, deduction: int, difference: int) -> None:
    """扶養控除, by age and living together, with 人的控除額の差."""
    quantities = taxpayer(2026, 5_000_000, relative | {"supporter": 0})
    assert quantities[f"dependants_{kind}"] == quantities["dependant_count"] == 1
    assert quantities["dependants_deduction"] == deduction
    assert quantities["personal_deduction_difference"] == 50_000 + difference


def test_special_relative_steps() -> None:
    """特定親族特別控除: つがる市の表, at the top of each step and a yen above the step before."""
    steps = (
        (580_001, 950_000, 450_000),
        (950_001, 1_000_000, 410_000),
        (1_000_001, 1_050_000, 310_000),
        (1_050_001, 1_100_000, 210_000),
        (1_100_001, 1_150_000, 110_000),
        (1_150_001, 1_200_000, 60_000),
        (1_200_001, 1_230_000, 30_000),
    )
    for bottom, top, amount in steps:
        assert special_relative_deduction(bottom) == special_relative_deduction(top) == amount
    for age, amount in ((18, 0), (19, 30_000), (22, 30_000), (23, 0)):
        relative = {"age": age, "supporter": 0, "business_income": 1_230_000}
        assert taxpayer(2027, 5_000_000, relative)["special_relative_deduction"] == amount


@pytest.mark.parametrize(
    ("disability", "together", "deduction", "difference"),
    [(1, 1, 260_000, 10_000), (2, 0, 300_000, 100_000), (2, 1, 530_000, 220_000)],
)
def test_disability_deduction(disability: int, together: int, deduction: int, difference: int) -> None:
    """障害者控除, for the taxpayer, a spouse of somebody too rich for 配偶者控除, and a child under 16."""
    relative = {"disability": disability, "lives_with_supporter": together}
    spouse = taxpayer(2026, 12_000_000, relative, claimed_spouse=1)
    child = taxpayer(2026, 12_000_000, relative | {"age": 3, "supporter": 0})
    for quantities in (spouse, child):
        assert quantities["disability_deduction"] == deduction
        assert quantities["personal_deduction_difference"] == 50_000 + difference
    own = taxpayer(2026, 12_000_000, disability=disability)
    assert own["disability_deduction"] == (260_000 if disability == 1 else 300_000)
    assert own["personal_deduction_difference"] == 50_000 + (10_000 if disability == 1 else 100_000)


@pytest.mark.parametrize(
    ("status", "name", "deduction", "difference"),
    [
        ({"widow": 1}, "widow_deduction", 260_000, 10_000),
        ({"single_parent": 1}, "single_parent_deduction", 300_000, 50_000),
        ({"single_parent": 2}, "single_parent_deduction", 300_000, 10_000),
        ({"single_parent": 1, "widow": 1}, "widow_deduction", 0, 50_000),
    ],
)
def test_widow_and_single_parent(status: dict[str, int], name: str, deduction: int, difference: int) -> None:
    """寡婦控除・ひとり親控除: up to 5,000,000 yen of income, one of the two."""
    quantities = taxpayer(2026, 5_000_000, **status)
    assert quantities[name] == deduction
    assert quantities["personal_deduction_difference"] == 50_000 + difference
    assert taxpayer(2026, 5_000_001, **status)["deduction_total"] == 430_000


@pytest.mark.parametrize(("fiscal_year", "limit"), [(2024, 750_000), (2025, 750_000), (2026, 850_000), (2027, 890_000)])
def test_working_student(fiscal_year: int, limit: int) -> None:
    """勤労学生控除の所得要件."""
    within = taxpayer(fiscal_year, limit, working_student=1)
    assert (within["working_student_deduction"], within["personal_deduction_difference"]) == (260_000, 60_000)
    assert taxpayer(fiscal_year, limit + 1, working_student=1)["working_student_deduction"] == 0


def test_insurance_steps() -> None:
    """生命保険料・地震保険料控除の計算式, at each step; 1円未満切上げ."""
    new = {0: 0, 12_000: 12_000, 12_001: 12_001, 32_000: 22_000, 32_001: 22_001, 56_000: 28_000, 99_999: 28_000}
    assert {premium: new_contract(premium) for premium in new} == new
    old = {15_000: 15_000, 15_001: 15_001, 40_000: 27_500, 40_001: 27_501, 70_000: 35_000, 99_999: 35_000}
    assert {premium: old_contract(premium) for premium in old} == old
    casualty = {(0, 5_000): 5_000, (0, 5_001): 5_001, (0, 15_000): 10_000, (0, 15_001): 10_000, (20_001, 0): 10_001}
    assert {paid: earthquake_insurance_deduction(*paid) for paid in casualty} == casualty
    assert earthquake_insurance_deduction(50_000, 0) == earthquake_insurance_deduction(60_000, 9_000) == 25_000
    assert earthquake_insurance_deduction(49_998, 0) == 24_999


@pytest.mark.parametrize(("new", "old", "deduction"), [(12_000, 70_000, 35_000), (30_000, 30_000, 28_000), (0, 0, 0)])
def test_both_contracts(new: int, old: int, deduction: int) -> None:
    """新旧両方の契約: old alone if that is more than both up to 28,000 yen（滑川町）; the sum ends at 70,000 yen."""
    for kind in ("general", "pension"):
        premiums = {f"life_insurance_new_{kind}": new, f"life_insurance_old_{kind}": old}
        assert life_insurance_deduction(INPUT_DEFAULTS | premiums) == deduction
    every = {name: 100_000 for name in INPUT_DEFAULTS if name.startswith("life_insurance")}
    assert life_insurance_deduction(INPUT_DEFAULTS | every) == 70_000


def test_medical_and_casualty() -> None:
    """医療費控除・セルフメディケーション・雑損控除: the lower threshold, both limits, the better of two ways."""
    assert medical_expense_deduction(150_000, 0, 1_999_999) == 150_000 - 99_999
    assert medical_expense_deduction(150_000, 0, 2_000_001) == 50_000
    assert medical_expense_deduction(9_000_000, 0, 5_000_000) == 2_000_000
    assert [medical_expense_deduction(0, paid, 0) for paid in (12_000, 12_001, 100_000, 100_001)] == [
        0,
        1,
        88_000,
        88_000,
    ]
    assert casualty_loss_deduction(1_000_000, 0, 3_000_009) == 700_000
    assert casualty_loss_deduction(1_000_000, 900_000, 3_000_000) == 850_000
    assert casualty_loss_deduction(200_000, 50_000, 3_000_000) == 0


def test_pension_income_has_no_gaps() -> None:
    """年金雑所得: the printed bands meet, so a yen more of pension is never less income, nor more than one yen of it."""
    for age, first in ((64, 1_300_000), (65, 3_300_000)):
        for edge in (first, 4_100_000, 7_700_000, 10_000_000):
            for other in (0, 10_000_001, 20_000_001):
                assert 0 <= pension_income(edge, age, other) - pension_income(edge - 1, age, other) <= 1


@pytest.mark.parametrize(
    ("fiscal_year", "lowest_revenue", "below", "income"),
    [
        (2024, 1_619_000, 1_068_999, 1_069_000),
        (2024, 1_620_000, 1_069_000, 1_070_000),
        (2024, 1_622_000, 1_070_000, 1_072_000),
        (2024, 1_624_000, 1_072_000, 1_074_000),
        (2024, 1_800_000, 1_177_600, 1_180_000),
        (2026, 1_900_000, 1_249_999, 1_250_000),
        (2027, 2_191_000, 1_450_999, 1_451_000),
        (2027, 2_193_000, 1_451_000, 1_453_000),
        (2027, 2_196_000, 1_453_000, 1_456_000),
        (2027, 2_200_000, 1_456_000, 1_460_000),
        (2027, 6_600_000, 4_836_800, 4_840_000),
        (2027, 8_500_000, 6_549_999, 6_550_000),
    ],
)
def test_rows_of_employment_income_begin(fiscal_year: int, lowest_revenue: int, below: int, income: int) -> None:
    """給与所得控除後の金額: the last yen of one row and the first of the next."""
    assert employment_income_after_deduction(lowest_revenue - 1, fiscal_year) == below
    assert employment_income_after_deduction(lowest_revenue, fiscal_year) == income


def test_income_adjustments() -> None:
    """所得金額調整控除: 10 % between 8,500,000 and 10,000,000 yen, 1円未満切上げ; with a pension, 100,000 yen of each at most."""
    revenues = {8_500_000: 0, 8_500_001: 1, 8_500_011: 2, 9_999_990: 149_999, 10_000_000: 150_000, 20_000_000: 150_000}
    assert {revenue: income_adjustment_for_family(revenue) for revenue in revenues} == revenues
    both = {(0, 900_000): 0, (50_000, 50_000): 0, (60_000, 50_000): 10_000, (70_000, 1): 0, (900_000, 30_000): 30_000}
    assert {incomes: income_adjustment_for_pension(*incomes) for incomes in both} == both
    assert income_adjustment_for_pension(100_001, 900_000) == 100_000


@pytest.mark.parametrize(
    ("relative", "adjusted"),
    [
        ({"age": 22, "supporter": 0}, 1),
        ({"age": 23, "supporter": 0}, 0),
        ({"age": 23, "supporter": 0, "disability": 1}, 0),
        ({"age": 23, "supporter": 0, "disability": 2}, 1),
        ({"age": 20, "supporter": 0, "business_income": 580_001}, 0),
    ],
)
def test_who_gives_the_income_adjustment(relative: dict[str, int], adjusted: int) -> None:
    """所得金額調整控除（子ども・特別障害者等）: a dependant under 23 or specially disabled, but no 特定親族."""
    quantities = assess([{"employment_revenue": 10_000_000}, relative], 2026, CITY)[0]
    assert quantities["income_adjustment_for_family"] == 150_000 * adjusted
