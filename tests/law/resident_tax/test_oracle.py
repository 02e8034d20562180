"""別計算の検算: the oracle held against figures that municipalities and ministries print."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.law.resident_tax.oracle import Town, assess
from tests.law.resident_tax.oracle.credits import adjustment_credit, housing_loan_credit, special_donation_rates
from tests.law.resident_tax.oracle.exemptions import income_levy_exemption_limit
from tests.law.resident_tax.oracle.incomes import employment_income_after_deduction, pension_income
from tests.law.resident_tax.oracle.instalments import ordinary_instalments, salary_instalments
from tests.law.resident_tax.oracle.levies import adjustment_measure, computed_levies, fixed_credit
from tests.law.resident_tax.oracle.personal_deductions import special_spouse_deduction

CITY = Town()
DESIGNATED = Town(designated_city=True, municipal_rate=Fraction(8, 100), prefectural_rate=Fraction(2, 100))
YEARS = (2024, 2025, 2026, 2027)


def only(fiscal_year: int, town: Town = CITY, **inputs: int) -> dict[str, int]:
    """The quantities of a person who lives alone."""
    return assess([inputs], fiscal_year, town)[0]


def shows(quantities: dict[str, int], **expected: int) -> bool:
    """Whether the quantities are those expected; the assertion prints the ones that are not."""
    assert {name: quantities[name] for name in expected} == expected
    return True


def test_whole_example_of_osaka_fy2026() -> None:
    """大阪市 令和8年度 給与所得者の計算例: every figure printed, from pay to 寄附金税額控除."""
    taxpayer = {
        "employment_revenue": 5_436_629,
        "claimed_spouse": 1,
        "social_insurance_premium": 543_663,
        "life_insurance_new_general": 60_000,
        "life_insurance_new_care": 60_000,
        "life_insurance_new_pension": 60_000,
        "earthquake_insurance": 24_000,
        "old_casualty_insurance": 20_000,
        "medical_expense": 111_530,
        "hometown_donation": 15_000,
    }
    family = [{"age": 46}, {"age": 17, "supporter": 0}, {"age": 13, "supporter": 0}]
    quantities = assess([taxpayer, *family], 2026, DESIGNATED)[0]
    assert shows(
        quantities,
        employment_income=3_908_800,
        life_insurance_deduction=70_000,
        earthquake_insurance_deduction=22_000,
        medical_expense_deduction=11_530,
        deduction_total=1_737_193,
        taxable_total_income=2_171_000,
        personal_deduction_difference=150_000,
        municipal_income_levy_computed=173_680,
        prefectural_income_levy_computed=43_420,
        municipal_adjustment_credit=2_000,
        prefectural_adjustment_credit=500,
        municipal_basic_donation_credit=1_040,
        prefectural_basic_donation_credit=260,
        municipal_special_donation_credit=8_830,
        prefectural_special_donation_credit=2_208,
    )
    assert special_donation_rates(2_171_000 - 350_000)[0] == Fraction(84_895, 100_000)


def test_example_of_mitsuke_fy2025() -> None:
    """見附市の計算例: a couple, children of 19 and 16; the cut to 100 yen before 調整控除 gives the same."""
    taxpayer = {
        "employment_revenue": 4_370_000,
        "claimed_spouse": 1,
        "social_insurance_premium": 420_000,
        "life_insurance_old_general": 100_000,
    }
    people = [taxpayer, {"age": 45}, {"age": 19, "supporter": 0}, {"age": 16, "supporter": 0}]
    assert shows(
        assess(people, 2025, CITY)[0],
        employment_income=3_054_400,
        life_insurance_deduction=35_000,
        deduction_total=1_995_000,
        taxable_total_income=1_059_000,
        personal_deduction_difference=330_000,
        municipal_adjustment_credit=9_900,
        prefectural_adjustment_credit=6_600,
        municipal_income_levy=63_500 - 9_900,
        prefectural_income_levy=42_300 - 6_600,
    )


def test_example_of_kasuya_fy2025() -> None:
    """粕屋町の計算例（令和7年度）: both kinds of insurance contracts, a spouse with pay of 800,000 yen."""
    taxpayer = {
        "age": 49,
        "employment_revenue": 6_650_000,
        "claimed_spouse": 1,
        "social_insurance_premium": 535_300,
        "life_insurance_old_general": 30_000,
        "life_insurance_new_general": 30_000,
        "life_insurance_old_pension": 110_000,
        "life_insurance_new_care": 80_000,
        "earthquake_insurance": 10_000,
    }
    spouse = {"age": 49, "employment_revenue": 800_000}
    people = assess([taxpayer, spouse, {"age": 19, "supporter": 0}, {"age": 16, "supporter": 0}], 2025, CITY)
    assert people[1]["total_income"] == 250_000
    assert shows(
        people[0],
        employment_income=4_885_000,
        life_insurance_deduction=70_000,
        earthquake_insurance_deduction=5_000,
        spouse_deduction=330_000,
        dependants_deduction=780_000,
        basic_deduction=430_000,
    )


@pytest.mark.parametrize(
    ("fiscal_year", "revenue", "income"),
    [
        (2025, 550_999, 0),
        (2025, 551_000, 1_000),
        (2025, 1_619_000, 1_069_000),
        (2025, 1_621_999, 1_070_000),
        (2025, 1_623_999, 1_072_000),
        (2025, 1_627_999, 1_074_000),
        (2025, 1_628_000, 1_076_800),
        (2026, 650_999, 0),
        (2026, 651_000, 1_000),
        (2026, 1_899_999, 1_249_999),
        (2026, 1_903_999, 1_250_000),
        (2026, 1_904_000, 1_252_800),
        (2026, 3_600_000, 2_440_000),
        (2026, 6_599_999, 4_836_800),
        (2026, 6_600_000, 4_840_000),
        (2026, 6_777_778, 5_000_000),
        (2026, 10_000_000, 8_050_000),
        (2027, 740_999, 0),
        (2027, 2_190_999, 1_450_999),
        (2027, 2_192_999, 1_451_000),
        (2027, 2_195_999, 1_453_000),
        (2027, 2_199_999, 1_456_000),
        (2027, 2_200_000, 1_460_000),
    ],
)
def test_employment_income(fiscal_year: int, revenue: int, income: int) -> None:
    """給与所得: rows of 別表第五 and of 措法29条の4, as 彦根市・大田区 and the law print them."""
    assert employment_income_after_deduction(revenue, fiscal_year) == income


@pytest.mark.parametrize(
    ("revenue", "age", "other", "income"),
    [
        (1_300_000, 64, 0, 700_000),
        (1_299_999, 64, 10_000_001, 799_999),
        (3_299_999, 65, 0, 2_199_999),
        (3_300_000, 65, 20_000_000, 2_300_000),
        (4_100_000, 65, 20_000_001, 3_000_000),
        (7_700_000, 70, 0, 5_860_000),
        (10_000_000, 70, 0, 8_045_000),
        (1_100_000, 65, 0, 0),
        (600_000, 64, 0, 0),
    ],
)
def test_pension_income(revenue: int, age: int, other: int, income: int) -> None:
    """年金雑所得: 新十津川町・愛西市・彦根市の速算表."""
    assert pension_income(revenue, age, other) == income


def test_pay_and_pension_of_hiroshima() -> None:
    """広島市: 7,050,000 − 50,000 = 7,000,000 yen is 公的年金等以外の合計所得金額; the second adjustment is 100,000 yen."""
    taxpayer = {"age": 66, "employment_revenue": 9_000_000, "pension_revenue": 2_000_000}
    quantities = assess([taxpayer, {"age": 20, "supporter": 0}], 2025, CITY)[0]
    assert shows(
        quantities,
        employment_income_after_deduction=7_050_000,
        income_adjustment_for_family=50_000,
        pension_other_income=7_000_000,
        income_adjustment_for_pension=100_000,
        employment_income=6_900_000,
        total_income=6_900_000 + 900_000,
    )


@pytest.mark.parametrize(("difference", "municipal", "prefectural"), [(94_000, 2_820, 1_880), (217_000, 6_510, 4_340)])
def test_adjustment_credit_below_two_million(difference: int, municipal: int, prefectural: int) -> None:
    """多賀城市 94,000 and 多摩市 217,000 yen of base: 3 % and 2 %."""
    assert adjustment_credit(difference, 1_500_000, 3_000_000, CITY) == (municipal, prefectural)
    assert adjustment_credit(500_000, difference, 3_000_000, CITY) == (municipal, prefectural)


def test_adjustment_credit_of_saga_and_the_least() -> None:
    """佐賀市 410,000 yen → 12,300 and 8,200; above two million at least 1,500 and 1,000 (2,000 and 500)."""
    assert adjustment_credit(410_000, 2_000_000, 4_000_000, CITY) == (12_300, 8_200)
    assert adjustment_credit(410_000, 5_000_000, 7_000_000, CITY) == (1_500, 1_000)
    assert adjustment_credit(410_000, 5_000_000, 7_000_000, DESIGNATED) == (2_000, 500)
    assert adjustment_credit(410_000, 5_000_000, 25_000_001, CITY) == (0, 0)


def test_special_spouse_difference_ends_in_fy2025() -> None:
    """町田市・瑞穂市: the differences of 配偶者特別控除 to 令和7年度; the deduction itself at its steps."""
    assert special_spouse_deduction(499_999, 9_000_000, 2025) == (330_000, 50_000)
    assert special_spouse_deduction(500_000, 9_500_000, 2025) == (220_000, 20_000)
    assert special_spouse_deduction(550_000, 10_000_000, 2025) == (110_000, 0)
    assert special_spouse_deduction(580_001, 9_000_000, 2026) == (330_000, 0)
    assert special_spouse_deduction(1_330_000, 9_500_000, 2026) == (20_000, 0)
    assert special_spouse_deduction(1_000_000, 10_000_001, 2026) == (0, 0)


@pytest.mark.parametrize(("relative_income", "deduction"), [(950_000, 450_000), (1_100_000, 210_000), (1_230_001, 0)])
def test_special_relative_of_akiruno(relative_income: int, deduction: int) -> None:
    """あきる野市: 450,000 yen at 950,000, 210,000 at 1,100,000, without a difference; none before 令和8年度."""
    people = [{"business_income": 5_000_000}, {"age": 20, "supporter": 0, "business_income": relative_income}]
    quantities = assess(people, 2026, CITY)[0]
    assert shows(
        quantities,
        special_relative_deduction=deduction,
        personal_deduction_difference=50_000,
        dependant_count=0,
        per_capita_exemption_limit=450_000,
    )
    assert assess(people, 2025, CITY)[0]["special_relative_deduction"] == 0


def test_housing_loan_of_tagajo_and_utsunomiya() -> None:
    """多賀城市 92,800 → 55,680 and 37,120; 宇都宮市・町田市 the limits in shares; 総務省 225,000 − 190,000 = 35,000 yen."""
    assert housing_loan_credit(92_800, 1, 3_000_000, CITY) == (55_680, 37_120)
    assert housing_loan_credit(300_000, 1, 3_000_000, CITY) == (58_500, 39_000)
    assert housing_loan_credit(300_000, 1, 3_000_000, DESIGNATED) == (78_000, 19_500)
    assert housing_loan_credit(300_000, 2, 3_000_000, CITY) == (81_900, 54_600)
    assert housing_loan_credit(300_000, 2, 3_000_000, DESIGNATED) == (109_200, 27_300)
    assert sum(housing_loan_credit(225_000 - 190_000, 1, 3_000_000, CITY)) == 35_000


def test_housing_loan_limit_has_the_basic_deduction_added_back_from_fy2026() -> None:
    """住宅借入金等の上限: 5 % of 所得税の課税総所得金額; from 令和8年度 on with the 基礎控除 over 480,000 yen (5 % of 200,000)."""
    inputs = {
        "business_income": 4_000_000,
        "housing_loan_kind": 1,
        "housing_loan_remaining": 90_000,
        "income_tax_taxable_income": 1_000_000,
    }
    for fiscal_year, municipal, prefectural in (
        (2025, 30_000, 20_000),
        (2026, 36_000, 24_000),
        (2027, 46_800, 31_200),
    ):
        quantities = assess([inputs], fiscal_year, CITY)[0]
        credit = (quantities["municipal_housing_loan_credit"], quantities["prefectural_housing_loan_credit"])
        assert credit == (municipal, prefectural)


def test_yen_cut_of_yokohama() -> None:
    """横浜市: 2,437,000 × 2.025 % = 49,349.25 → 49,349 yen."""
    yokohama = Town(designated_city=True, municipal_rate=Fraction(8, 100), prefectural_rate=Fraction(2_025, 100_000))
    assert computed_levies(2_437_000, yokohama)[1] == 49_349


def test_adjustment_measure_of_koga_and_tanagura() -> None:
    """古賀市 14,000 off 24,000 leaves 10,000; 棚倉町 69,000 off 99,000 leaves 30,000 yen (five persons by its formula)."""
    koga = (14_400, 9_600)
    assert 24_000 - sum(adjustment_measure(koga, income_levy_exemption_limit(1) + 10_000, 1)) == 10_000
    tanagura = (59_400, 39_600)
    assert income_levy_exemption_limit(4) == 2_170_000
    assert adjustment_measure(tanagura, 2_200_000, 4) == (41_400, 27_600)
    assert adjustment_measure(tanagura, 2_170_000 + 99_000, 4) == (0, 0)


def test_fixed_credit_of_kawasaki() -> None:
    """川崎市: 8,080.3 → 8,081 yen for the prefecture, the rest, 31,919, for the city (levies in the printed proportion)."""
    assert fixed_credit(40_000, (3_191_970, 808_030)) == (31_919, 8_081)
    assert fixed_credit(40_000, (18_000, 12_000)) == (18_000, 12_000)


@pytest.mark.parametrize(
    ("annual_tax", "unit", "periods"),
    [
        (194_500, 1_000, [50_500, 48_000, 48_000, 48_000]),
        (6_000, 100, [1_500, 1_500, 1_500, 1_500]),
        (3_900, 1_000, [3_900, 0, 0, 0]),
    ],
)
def test_ordinary_instalments(annual_tax: int, unit: int, periods: list[int]) -> None:
    """新潟市 194,500 yen; 嘉麻市 6,000 yen by a smaller unit; parts under 1,000 yen go to the first period."""
    town = Town(ordinary_instalment_unit=unit)
    assert ordinary_instalments(annual_tax, annual_tax, 1_000, town) == periods


def test_fixed_credit_is_taken_from_the_first_period_on() -> None:
    """朝来市: 定額減税 from the first period, then the second; without an income levy everything is due in the first."""
    assert ordinary_instalments(154_500, 194_500, 149_500, CITY) == [10_500, 48_000, 48_000, 48_000]
    assert ordinary_instalments(134_500, 194_500, 129_500, CITY) == [0, 38_500, 48_000, 48_000]
    assert ordinary_instalments(5_800, 40_000, 0, CITY) == [5_800, 0, 0, 0]


def test_salary_instalments() -> None:
    """新潟市 194,500 → 16,300 and 16,200 × 11; 250,300 → 21,500 and 20,800 × 11; 坂出市 all in June; 令和6年度 in eleven."""
    assert salary_instalments(194_500, 5_000, 0) == (16_300, 16_200, 16_200)
    assert salary_instalments(250_300, 5_000, 0) == (21_500, 20_800, 20_800)
    assert salary_instalments(5_000, 5_000, 0) == (5_000, 0, 0)
    assert salary_instalments(110_500, 5_000, 10_000) == (0, 10_500, 10_000)


@pytest.mark.parametrize(
    ("fiscal_year", "highest"), [(2024, 1_000_000), (2025, 1_000_000), (2026, 1_100_000), (2027, 1_190_000)]
)
def test_pay_up_to_which_nothing_is_due(fiscal_year: int, highest: int) -> None:
    """1級地の単身者: the highest pay without any tax, and one yen more."""
    assert only(fiscal_year, employment_revenue=highest)["annual_tax"] == 0
    assert shows(
        only(fiscal_year, employment_revenue=highest + 1),
        municipal_per_capita_levy=3_000,
        prefectural_per_capita_levy=1_000,
        forest_environment_tax=1_000,
    )


@pytest.mark.parametrize(("fiscal_year", "highest"), [(2024, 2_043_999), (2026, 2_043_999), (2027, 2_090_000)])
def test_pay_up_to_which_the_protected_are_exempt(fiscal_year: int, highest: int) -> None:
    """渋谷区 204万4千円未満: 法295条1項2号, 1,350,000 yen of income."""
    assert only(fiscal_year, employment_revenue=highest, disability=1)["is_fully_exempt"] == 1
    over = only(fiscal_year, employment_revenue=highest + 1, disability=1)
    assert over["is_fully_exempt"] == 0
    assert over["annual_tax"] > 0


def test_forest_tax_without_per_capita_levy_in_ashikaga() -> None:
    """足利市・防府市（2級地）: 418,000 yen owes 森林環境税 by the state's table but no 均等割 by the ordinance."""
    town = Town(per_capita_exemption_base=320_000, per_capita_exemption_addition=190_000, living_standard_grade=2)
    assert shows(only(2026, town, business_income=418_000), annual_tax=1_000, forest_environment_tax=1_000)
    assert only(2026, town, business_income=415_000)["annual_tax"] == 0
    assert only(2026, town, business_income=420_001)["municipal_per_capita_levy"] == 3_000


@pytest.mark.parametrize(("family", "limit"), [(0, 450_000), (1, 1_120_000), (2, 1_470_000), (3, 1_820_000)])
def test_income_levy_exemption_limits(family: int, limit: int) -> None:
    """所得割の非課税限度額（附則3条の3）: nationwide, compared with ≤."""
    assert income_levy_exemption_limit(family) == limit
    children = [{"age": 10, "supporter": 0}] * family
    at_limit, over = (assess([{"business_income": income}, *children], 2025, CITY)[0] for income in (limit, limit + 1))
    assert (at_limit["is_income_levy_exempt"], over["is_income_levy_exempt"]) == (1, 0)


@pytest.mark.parametrize(("municipal", "prefectural", "total"), [(3_000, 1_800, 5_800), (3_000, 1_500, 5_500)])
def test_per_capita_totals_of_asago_and_nogata(municipal: int, prefectural: int, total: int) -> None:
    """朝来市 5,800 yen, 直方市 5,500 yen with 森林環境税, for somebody who pays no more than 均等割."""
    town = Town(municipal_per_capita=municipal, prefectural_per_capita=prefectural)
    quantities = only(2026, town, business_income=1_000_000, social_insurance_premium=900_000)
    assert shows(quantities, annual_tax=total, ordinary_instalment_1=total, salary_instalment_june=total)


@pytest.mark.parametrize("year", YEARS)
def test_donation_rates_follow_income_tax(year: int) -> None:
    """特例控除の割合: 90 % less 1.021 times the income tax rate, and ワンストップ makes up for just that part."""
    for adjusted, percent in ((0, 5), (1_950_001, 10), (3_300_001, 20), (6_950_001, 23), (9_000_001, 33)):
        special, one_stop = special_donation_rates(adjusted)
        assert special == Fraction(90, 100) - Fraction(percent, 100) * Fraction(1_021, 1_000)
        assert special * (1 + one_stop) == Fraction(90, 100)
    assert special_donation_rates(-1) == (Fraction(90, 100), Fraction(0))
    assert only(year, business_income=430_000 + 50_000)["personal_deduction_difference"] == 50_000


def test_dividend_credit_above_ten_million() -> None:
    """配当控除（滑川町・真岡市の表）: half the rate on what lies above 10,000,000 yen of taxable income."""
    low = only(2025, business_income=5_430_000, dividend_income=1_000_000, dividend_stock=1_000_000)
    assert (low["municipal_dividend_credit"], low["prefectural_dividend_credit"]) == (16_000, 12_000)
    across = only(2025, business_income=9_930_000, dividend_income=1_000_000, dividend_stock=1_000_000)
    assert across["taxable_total_income"] == 10_500_000
    assert (across["municipal_dividend_credit"], across["prefectural_dividend_credit"]) == (12_000, 9_000)
    funds = only(
        2025, business_income=5_000_000, dividend_income=300_000, dividend_fund=100_000, dividend_foreign_fund=200_000
    )
    assert (funds["municipal_dividend_credit"], funds["prefectural_dividend_credit"]) == (1_600, 1_200)


@pytest.mark.parametrize(
    "inputs", [{"residence_loss_carried": 1, "long_term_special_deduction": 1}, {"business_income": -1}, {"salary": 1}]
)
def test_what_is_not_calculated_is_refused(inputs: dict[str, int]) -> None:
    """居住用財産の譲渡損失, a loss, an unknown name: no answer rather than a wrong one."""
    with pytest.raises(ValueError, match=r"not calculated|negative|no such"):
        assess([inputs], 2025, CITY)
