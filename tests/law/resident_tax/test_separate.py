"""分離課税の検算: figures worked out by hand from the articles, to which the rules and the second calculation are both held."""

from __future__ import annotations

import numpy as np
import pytest
from tests.law.resident_tax.oracle import Town, assess

from yakuba.law.engine.evaluation import evaluate
from yakuba.law.rules.resident_tax import resident_tax

Figures = dict[str, int]

FOREST: tuple[Figures, Figures] = (
    {"forestry_income": 5_000_000, "hometown_donation": 50_000},
    {
        "total_income": 5_000_000,
        "taxable_total_income": 0,
        "taxable_forestry": 4_570_000,
        "combined_taxable_income": 4_570_000,
        "municipal_income_levy_computed": 274_200,
        "prefectural_income_levy_computed": 182_800,
        "municipal_adjustment_credit": 1_500,
        # A fifth of 4,570,000 is in the first band: 48,000 × 84.895 % × 3/5 = 24,449.76.
        "municipal_special_donation_credit": 24_450,
    },
)
LARGE_FOREST: tuple[Figures, Figures] = (
    {"forestry_income": 20_000_000, "hometown_donation": 50_000},
    # A fifth of 19,570,000 is 3,914,000: 48,000 × 69.58 % × 3/5 = 20,039.04.
    {"taxable_forestry": 19_570_000, "municipal_special_donation_credit": 20_040},
)
PAY_OFF_AND_LAND: tuple[Figures, Figures] = (
    {"retirement_income": 4_000_000, "long_term_gain": 1_430_000, "hometown_donation": 50_000},
    # 69.58 % of the pay-off is less than 74.685 % of the land.
    {
        "taxable_long_term": 1_000_000,
        "taxable_declared_retirement": 4_000_000,
        "municipal_income_levy_computed": 270_000,
        "municipal_special_donation_credit": 20_040,
    },
)
LAND_ALONE: tuple[Figures, Figures] = (
    {"long_term_gain": 30_000_000, "hometown_donation": 100_000},
    # No 基礎控除 above 25,000,000, and no 課税総所得金額: 98,000 × 74.685 % × 3/5 = 43,914.78.
    {
        "basic_deduction": 0,
        "taxable_long_term": 30_000_000,
        "municipal_special_donation_credit": 43_915,
    },
)
NET_LOSS: tuple[Figures, Figures] = (
    {
        "business_income": 1_000_000,
        "loss_carried_forward": 4_000_000,
        "forestry_income": 2_500_000,
        "retirement_income": 2_000_000,
        "long_term_gain": 3_000_000,
    },
    # 1,000,000 from 総所得金額, 2,500,000 from the forest, 500,000 from the pay-off, nothing from the land.
    {
        "total_income": 8_500_000,
        "gross_income": 4_500_000,
        "taxable_long_term": 2_570_000,
        "taxable_forestry": 0,
        "taxable_declared_retirement": 1_500_000,
    },
)
CASUALTY: tuple[Figures, Figures] = (
    {
        "business_income": 1_000_000,
        "casualty_loss_carried": 3_000_000,
        "long_term_gain": 4_000_000,
        "long_term_special_deduction": 3_000_000,
        "futures_income": 2_000_000,
    },
    # 1,000,000 each from 総所得金額, from what 特別控除 leaves of the land, and from the futures.
    {
        "total_income": 7_000_000,
        "gross_income": 4_000_000,
        "taxable_long_term": 0,
        "taxable_futures": 570_000,
        "prefectural_separate_levy": 11_400,
    },
)
STOCKS: tuple[Figures, Figures] = (
    {
        "business_income": 1_430_000,
        "listed_stock_gain": 1_000_000,
        "listed_dividend_income": 500_000,
        "listed_stock_loss_carried": 1_200_000,
    },
    {
        "total_income": 2_930_000,
        "gross_income": 1_730_000,
        "taxable_total_income": 1_000_000,
        "taxable_listed_stock": 0,
        "taxable_listed_dividend": 300_000,
        "municipal_separate_levy": 9_000,
        "prefectural_separate_levy": 6_000,
    },
)

HIGHER_RATE_FIRST: tuple[Figures, Figures] = (
    {"listed_stock_gain": 1_000_000, "long_term_residence_gain": 1_000_000},
    # 通達31・32共－4: 430,000 are taken from the shares at 5 %, not from the home at 4 %.
    {
        "taxable_listed_stock": 570_000,
        "taxable_long_term_residence": 1_000_000,
        "municipal_separate_levy": 41_100,
        "prefectural_separate_levy": 27_400,
    },
)
RESIDENCE: tuple[Figures, Figures] = (
    {
        "business_income": 3_000_000,
        "loss_carried_forward": 1_000_000,
        "residence_loss_carried": 5_000_000,
        "long_term_gain": 1_500_000,
        "short_term_gain": 800_000,
        "forestry_income": 2_000_000,
        "casualty_loss_carried": 300_000,
    },
    # 通達41の5－1の2: 1,500,000 from 長期, 800,000 from 短期, the 2,000,000 that 純損失 leaves of 総所得金額, 700,000 from the forest, of
    # which 雑損失 takes 300,000 more and 基礎控除 430,000.
    {
        "total_income": 7_300_000,
        "gross_income": 1_000_000,
        "aggregate_income_after_losses": 0,
        "taxable_long_term": 0,
        "taxable_short_term": 0,
        "taxable_forestry": 570_000,
    },
)
RESIDENCE_OF_THE_RICH: tuple[Figures, Figures] = (
    {"business_income": 30_000_001, "residence_loss_carried": 5_000_000},
    {"gross_income": 30_000_001, "aggregate_income_after_losses": 30_000_001},
)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        FOREST, LARGE_FOREST, PAY_OFF_AND_LAND, LAND_ALONE, NET_LOSS, CASUALTY, STOCKS, HIGHER_RATE_FIRST, RESIDENCE,
        RESIDENCE_OF_THE_RICH,
    ],
)  # fmt: skip
def test_figures_worked_out_by_hand(person: Figures, expected: Figures) -> None:
    """令和8年度, a person of forty alone: the rules and the second calculation both give them."""
    again = assess([person], 2026, Town())[0]
    columns = {name: np.array([value]) for name, value in person.items()}
    found = evaluate(resident_tax(2026), columns, list(expected))
    assert {name: int(found[name][0]) for name in expected} == expected
    assert {name: again[name] for name in expected if name in again} == expected
