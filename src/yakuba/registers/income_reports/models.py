"""所得資料: one row a report, never changed. A 訂正 or 取消 is a further version under the same key; the last one counts.

No 個人番号 stands here: it is matched against the vault when a report comes in, and forgotten.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


def _yen() -> Any:
    return models.BigIntegerField(db_default=0)


def _mark() -> Any:
    return models.SmallIntegerField(db_default=0)


class IncomeReport(models.Model):
    """所得資料 1通. `digest` is of what the file says of it, numbers of persons left out; `source` and `line` where it stood.

    `cancelled`: this version takes the report back. `name` to `address` are the person as the payer or the declarant
    wrote them; the address serves to tell people apart and is shown nowhere.
    """

    append_only: ClassVar[bool] = True

    kind = models.TextField()
    fiscal_year = models.SmallIntegerField()
    payer_number = models.TextField(db_collation="C")
    report_number = models.TextField(db_collation="C")
    version = models.SmallIntegerField()
    cancelled = models.BooleanField()
    digest = models.TextField(db_collation="C")
    source = models.TextField(db_collation="C")
    line = models.BigIntegerField()
    payer_name = models.TextField()
    corporate_number = models.TextField()
    name = models.TextField()
    name_kana = models.TextField()
    birth_date = models.DateField(null=True)
    address = models.TextField()
    employment_revenue = _yen()
    pension_revenue = _yen()
    business_income = _yen()
    real_estate_income = _yen()
    interest_income = _yen()
    dividend_income = _yen()
    other_miscellaneous_income = _yen()
    transfer_income = _yen()
    occasional_income = _yen()
    loss_carried_forward = _yen()
    casualty_loss_carried = _yen()
    residence_loss_carried = _yen()
    short_term_gain = _yen()
    short_term_special_deduction = _yen()
    short_term_reduced_gain = _yen()
    short_term_reduced_special_deduction = _yen()
    long_term_gain = _yen()
    long_term_special_deduction = _yen()
    long_term_housing_land_gain = _yen()
    long_term_housing_land_special_deduction = _yen()
    long_term_residence_gain = _yen()
    long_term_residence_special_deduction = _yen()
    listed_dividend_income = _yen()
    unlisted_stock_gain = _yen()
    listed_stock_gain = _yen()
    listed_stock_loss_carried = _yen()
    futures_income = _yen()
    futures_loss_carried = _yen()
    forestry_income = _yen()
    retirement_income = _yen()
    dividend_stock = _yen()
    dividend_fund = _yen()
    dividend_foreign_fund = _yen()
    dividend_levy_withheld = _yen()
    stock_levy_withheld = _yen()
    social_insurance_premium = _yen()
    small_enterprise_mutual_aid_premium = _yen()
    life_insurance_new_general = _yen()
    life_insurance_new_care = _yen()
    life_insurance_new_pension = _yen()
    life_insurance_old_general = _yen()
    life_insurance_old_pension = _yen()
    earthquake_insurance = _yen()
    old_casualty_insurance = _yen()
    medical_expense = _yen()
    self_medication_expense = _yen()
    casualty_loss = _yen()
    disaster_expense = _yen()
    hometown_donation = _yen()
    donation_municipal = _yen()
    donation_prefectural = _yen()
    withheld_income_tax = _yen()
    income_tax_earthquake_deduction = _yen()
    housing_loan_creditable = _yen()
    housing_loan_credited = _yen()
    income_tax_taxable_income = _yen()
    disability = _mark()
    widow = _mark()
    single_parent = _mark()
    working_student = _mark()
    housing_loan_kind = _mark()
    secondary_salary = _mark()
    received_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "fiscal_year", "payer_number", "report_number", "version"], name="report_version_once"
            ),
        ]


class ClaimedRelative(models.Model):
    """資料に記載された配偶者・扶養親族・専従者. `position` counts from 1 within the report."""

    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("report_id", "position")
    report_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    role = models.TextField()
    name = models.TextField()
    name_kana = models.TextField()
    birth_date = models.DateField(null=True)
    disability = models.SmallIntegerField()
    living_together = models.BooleanField(null=True)
    lineal_ascendant = models.BooleanField(null=True)
    abroad = models.BooleanField()


class Match(models.Model):
    """名寄せ: who the person of a report (position 0) or a relative named in it is. The last one counts.

    `basis`: number, particulars (氏名・生年月日・住所), household (氏名 in the claimant's household), earlier (as the
    version before), hand (also where a clerk opened it again); "" while open. `reason` says why it is open, or why a clerk decided so.
    """

    append_only: ClassVar[bool] = True

    report_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    resident_id = models.BigIntegerField(null=True)
    basis = models.TextField()
    candidates = ArrayField(models.BigIntegerField())
    reason = models.TextField()
    actor = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["report_id", "position", "-id"], name="match_last"),
            models.Index(fields=["resident_id", "report_id"], name="match_resident"),
        ]
