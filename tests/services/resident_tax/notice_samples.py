"""Made-up notices whose figures the rules worked out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

import numpy as np

from yakuba.law import evaluate, resident_tax
from yakuba.law.due_dates import resident_tax_due_dates
from yakuba.registers.access.door import TOKYO
from yakuba.services.resident_tax.notices.content import (
    ORDINARY,
    PENSION,
    ChangeNotice,
    Employee,
    EmployeeNotice,
    EmployerNotice,
    Payment,
    TaxNotice,
    Terms,
)
from yakuba.services.resident_tax.notices.terms import terms
from yakuba.typesetting.fonts import FontSet
from yakuba.typesetting.parts import Addressee
from yakuba.typesetting.seals import sample_seal

FONTS = FontSet()
CODE = "990019"
WATANABE = "渡邉\U000e0110　一郎"
MONTHS = ("april", "june", "august", "october", "december", "february")
SELF_EMPLOYED = {
    "business_income": 4_200_000, "real_estate_income": 360_000, "social_insurance_premium": 512_300,
    "life_insurance_new_general": 90_000, "earthquake_insurance": 30_000, "medical_expense": 340_000,
    "hometown_donation": 50_000, "housing_loan_remaining": 40_000, "housing_loan_kind": 1,
    "income_tax_taxable_income": 3_000_000,
}  # fmt: skip
PENSIONER = {"age": 71, "pension_revenue": 2_600_000, "business_income": 500_000, "social_insurance_premium": 180_000}
CLERK = {"employment_revenue": 5_000_000, "social_insurance_premium": 720_000, "claimed_spouse": 1}


@cache
def given(fiscal_year: int = 2024) -> Terms:
    """見本市's terms of a year, sealed."""
    issued = date(fiscal_year, 6, 10)
    return terms(
        CODE, fiscal_year, mayor="見本　太郎", issued_on=issued, made_at=datetime(fiscal_year, 6, 10, 9, tzinfo=TOKYO),
        places=("見本市役所、見本市指定金融機関、見本銀行の本店及び各支店",),
        contact=("見本市役所　税務課　市民税担当　電話 000-000-0000",), seal=sample_seal("見本市長之印", FONTS),
    )  # fmt: skip


def worked_out(inputs: Mapping[str, int], fiscal_year: int = 2024) -> dict[str, int]:
    """A decision's inputs and outcome, without what is 0; a claimed spouse has no income."""
    rules = resident_tax(fiscal_year, CODE)
    columns = {name: np.array([value, 0]) for name, value in inputs.items() if name != "claimed_spouse"}
    columns["claimed_spouse"] = np.array([inputs.get("claimed_spouse", -1), -1])
    columns["age"] = np.array([inputs.get("age", 40), 40])
    found = evaluate(rules, columns, sorted(rules.rules))
    outcome = {name: int(values[0]) for name, values in found.items() if int(values[0])}
    return {**{name: value for name, value in inputs.items() if name != "claimed_spouse"}, **outcome}


def ordinary(quantities: Mapping[str, int], fiscal_year: int = 2024) -> tuple[Payment, ...]:
    """Everything by 普通徴収."""
    due = resident_tax_due_dates(fiscal_year, CODE)
    return tuple(
        Payment(ORDINARY, at, due[ORDINARY, at], quantities.get(f"ordinary_instalment_{at}", 0)) for at in range(1, 5)
    )


def addressee(name: str = WATANABE) -> Addressee:
    """An address as the register has it."""
    return Addressee("999-0001", "見本県見本市本町一丁目29番4号\n見本ハイツ356号", name)


def tax_notice(
    inputs: Mapping[str, int] = SELF_EMPLOYED, *, number: int = 1, fiscal_year: int = 2024, name: str = WATANABE
) -> TaxNotice:
    """納税通知書 of a self-employed person."""
    quantities = worked_out(inputs, fiscal_year)
    return TaxNotice(
        addressee=addressee(name), addressee_number=f"{number:010}", reference=f"{fiscal_year}-{number:06}",
        quantities=quantities, payments=ordinary(quantities, fiscal_year),
    )  # fmt: skip


def pensioner_notice(fiscal_year: int = 2025) -> TaxNotice:
    """納税通知書 of a pensioner with another income: a part is withheld from the pension, the rest paid by instalments."""
    alone = worked_out({name: value for name, value in PENSIONER.items() if name != "pension_revenue"}, fiscal_year)
    both = worked_out(PENSIONER, fiscal_year)
    pension = both["annual_tax"] - alone.get("annual_tax", 0)
    quantities = worked_out({**PENSIONER, "pension_tax": pension, "previous_pension_tax": 60_000}, fiscal_year)
    due = resident_tax_due_dates(fiscal_year, CODE)
    withheld = tuple(
        Payment(PENSION, at, due[PENSION, at], quantities.get(f"pension_instalment_{month}", 0))
        for at, month in enumerate(MONTHS, 1)
    )
    return TaxNotice(
        addressee=addressee("辻\U000e0102　ハナ"), addressee_number="0000000002", reference=f"{fiscal_year}-000002",
        quantities=quantities, payments=(*ordinary(alone, fiscal_year), *withheld), pension_payer="厚生労働大臣（老齢基礎年金）",
    )  # fmt: skip


def change_notice(fiscal_year: int = 2024) -> ChangeNotice:
    """税額変更通知書: a deduction came in late."""
    before = worked_out(SELF_EMPLOYED, fiscal_year)
    after = worked_out({**SELF_EMPLOYED, "social_insurance_premium": 812_300}, fiscal_year)
    return ChangeNotice(
        addressee=addressee(), addressee_number="0000000001", reference=f"{fiscal_year}-000001-2", before=before, after=after,
        payments_before=ordinary(before, fiscal_year), payments_after=ordinary(after, fiscal_year),
        reason="確定申告（更正の請求）による社会保険料控除の追加", changed_on=date(fiscal_year, 9, 3),
    )  # fmt: skip


def employee(number: int, quantities: Mapping[str, int], *, address: str = "見本県見本市本町一丁目1番1号") -> Employee:
    """特別徴収される者 with the months as the rules split the tax."""
    months = [quantities.get(f"salary_instalment_{name}", 0) for name in ("june", "july")]
    months += [quantities.get("salary_instalment_later", 0)] * 10
    return Employee(
        name=f"見本　{number}郎", address=address, addressee_number=f"{number:010}", recipient_number=f"A{number:04}",
        months=tuple(months),
    )  # fmt: skip


def employer_notice(count: int = 3, fiscal_year: int = 2024) -> EmployerNotice:
    """特別徴収義務者用; the second of the employees is protected."""
    quantities = worked_out(CLERK, fiscal_year)
    return EmployerNotice(
        addressee=Addressee("999-0002", "見本県見本市中央二丁目1番1号", "株式会社　見本商会", "御中"), designation="7000001",
        reference=f"{fiscal_year}-T00001",
        employees=tuple(
            employee(number, quantities, **({"address": ""} if number == 2 else {})) for number in range(1, count + 1)
        ),
    )  # fmt: skip


def employee_notice(fiscal_year: int = 2024) -> EmployeeNotice:
    """納税義務者用."""
    quantities = worked_out(CLERK, fiscal_year)
    return EmployeeNotice(
        employee=employee(1, quantities), employer="株式会社　見本商会", designation="7000001",
        reference=f"{fiscal_year}-T00001-1", quantities=quantities,
    )  # fmt: skip
