"""入力項目: the names of one person's inputs and what is meant when one is missing."""

from __future__ import annotations

from collections.abc import Mapping

INPUT_DEFAULTS: dict[str, int] = {
    "age": 40,
    "claimed_spouse": -1,
    "supporter": -1,
} | dict.fromkeys(
    [
        "family_employee",
        "disability",
        "lives_with_supporter",
        "lineal_ascendant",
        "widow",
        "single_parent",
        "working_student",
        "minor",
        "public_assistance",
        "employment_revenue",
        "pension_revenue",
        "business_income",
        "real_estate_income",
        "interest_income",
        "dividend_income",
        "other_miscellaneous_income",
        "transfer_income",
        "occasional_income",
        "loss_carried_forward",
        "casualty_loss_carried",
        "residence_loss_carried",
        "short_term_gain",
        "short_term_special_deduction",
        "short_term_reduced_gain",
        "short_term_reduced_special_deduction",
        "long_term_gain",
        "long_term_special_deduction",
        "long_term_housing_land_gain",
        "long_term_housing_land_special_deduction",
        "long_term_residence_gain",
        "long_term_residence_special_deduction",
        "listed_dividend_income",
        "unlisted_stock_gain",
        "listed_stock_gain",
        "listed_stock_loss_carried",
        "futures_income",
        "futures_loss_carried",
        "forestry_income",
        "retirement_income",
        "social_insurance_premium",
        "small_enterprise_mutual_aid_premium",
        "life_insurance_new_general",
        "life_insurance_new_care",
        "life_insurance_new_pension",
        "life_insurance_old_general",
        "life_insurance_old_pension",
        "earthquake_insurance",
        "old_casualty_insurance",
        "medical_expense",
        "self_medication_expense",
        "casualty_loss",
        "disaster_expense",
        "hometown_donation",
        "donation_municipal",
        "donation_prefectural",
        "one_stop",
        "housing_loan_remaining",
        "housing_loan_kind",
        "income_tax_taxable_income",
        "dividend_stock",
        "dividend_fund",
        "dividend_foreign_fund",
        "municipal_foreign_tax_credit",
        "prefectural_foreign_tax_credit",
        "dividend_levy_withheld",
        "stock_levy_withheld",
        "fixed_credit_dependants_abroad",
    ],
    0,
)

POSITIONS = ("claimed_spouse", "supporter")
SPECIAL = "_special_deduction"


def complete(person: Mapping[str, int]) -> dict[str, int]:
    """One person with every input. Raises ValueError for what is not calculated: unknown names, negatives, a clash."""
    unknown = person.keys() - INPUT_DEFAULTS.keys()
    if unknown:
        raise ValueError(f"no such inputs: {sorted(unknown)}")
    full = INPUT_DEFAULTS | {name: int(value) for name, value in person.items()}
    negative = [name for name, value in full.items() if value < (-1 if name in POSITIONS else 0)]
    if negative:
        raise ValueError(f"negative inputs: {negative}")
    if full["residence_loss_carried"] and any(value for name, value in full.items() if name.endswith(SPECIAL)):
        raise ValueError("losses of a residence carried over are not calculated beside special deductions")
    return full
