"""所得資料の列: kinds, amounts and marks of a report, and the frames in which reports travel. Pure.

Amounts bear the names of the resident tax's inputs where the form asks for the same thing (statutes/glossary).
"""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from yakuba.registers.access.frames import INSTANT, Schema


class Kind(StrEnum):
    """資料の種類."""

    SALARY = "salary"
    PENSION = "pension"
    FINAL_RETURN = "final_return"
    RESIDENT_TAX_RETURN = "resident_tax_return"


class Role(StrEnum):
    """続柄の欄: as what a report names somebody besides the person whom it is about."""

    SPOUSE = "spouse"
    DEPENDANT = "dependant"
    UNDER_16 = "under_16"
    FAMILY_EMPLOYEE = "family_employee"


INCOMES = (
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
    "dividend_stock",
    "dividend_fund",
    "dividend_foreign_fund",
    "dividend_levy_withheld",
    "stock_levy_withheld",
)
"""収入・所得の欄, in yen."""
DEDUCTIONS = (
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
)
"""控除の欄 that are inputs as they stand, in yen: what was paid, not what income tax deducts for it."""
FORM_AMOUNTS = (
    "withheld_income_tax",
    "income_tax_earthquake_deduction",
    "housing_loan_creditable",
    "housing_loan_credited",
    "income_tax_taxable_income",
)
"""源泉徴収税額, 地震保険料の控除額, 住宅借入金等特別控除可能額 and 控除額, 課税所得: of income tax."""
AMOUNTS = (*INCOMES, *DEDUCTIONS, *FORM_AMOUNTS)
MARKS = ("disability", "widow", "single_parent", "working_student", "housing_loan_kind", "secondary_salary")
"""本人の区分: small whole numbers; `secondary_salary` is 乙欄."""

KEY_SCHEMA: Schema = {
    "kind": pl.String,
    "fiscal_year": pl.Int16,
    "payer_number": pl.String,
    "report_number": pl.String,
}
"""資料の鍵: the payer's number and the number that the payer gave the report; "" where there is no payer."""
REPORT_SCHEMA: Schema = {
    **KEY_SCHEMA,
    "cancelled": pl.Boolean,
    "digest": pl.String,
    "source": pl.String,
    "line": pl.Int64,
    "payer_name": pl.String,
    "corporate_number": pl.String,
    "name": pl.String,
    "name_kana": pl.String,
    "birth_date": pl.Date,
    "address": pl.String,
    **dict.fromkeys(AMOUNTS, pl.Int64),
    **dict.fromkeys(MARKS, pl.Int16),
    "received_on": pl.Date,
}
"""What is stored of a report as it came; what the register adds is the id, `version`, `recorded_at` and `actor`."""
RELATIVE_SCHEMA: Schema = {
    "position": pl.Int16,
    "role": pl.String,
    "name": pl.String,
    "name_kana": pl.String,
    "birth_date": pl.Date,
    "disability": pl.Int16,
    "living_together": pl.Boolean,
    "lineal_ascendant": pl.Boolean,
    "abroad": pl.Boolean,
}
STORED_REPORT: Schema = {
    "id": pl.Int64,
    "version": pl.Int16,
    **REPORT_SCHEMA,
    "recorded_at": INSTANT,
    "actor": pl.String,
}
STORED_RELATIVE: Schema = {"report_id": pl.Int64, **RELATIVE_SCHEMA}
MATCH_SCHEMA: Schema = {
    "report_id": pl.Int64,
    "position": pl.Int16,
    "resident_id": pl.Int64,
    "basis": pl.String,
    "candidates": pl.List(pl.String),
    "reason": pl.String,
}
"""名寄せ 1件; candidates as texts, which COPY puts into an array."""
