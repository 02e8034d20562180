"""物的控除: what was paid or lost (地方税法314条の2第1項1–5号の3・34条)."""

from __future__ import annotations

from .incomes import Row


def up(numerator: int, denominator: int) -> int:
    """A quotient, 1円未満切上げ."""
    return -(-numerator // denominator)


def new_contract(premium: int) -> int:
    """新契約の生命保険料控除, one category."""
    if premium <= 12_000:
        return premium
    if premium <= 32_000:
        return up(premium, 2) + 6_000
    if premium <= 56_000:
        return up(premium, 4) + 14_000
    return 28_000


def old_contract(premium: int) -> int:
    """旧契約の生命保険料控除, one category."""
    if premium <= 15_000:
        return premium
    if premium <= 40_000:
        return up(premium, 2) + 7_500
    if premium <= 70_000:
        return up(premium, 4) + 17_500
    return 35_000


def both_contracts(new_premium: int, old_premium: int) -> int:
    """一般又は個人年金の生命保険料控除: the best of new alone, old alone, both up to 28,000 yen."""
    new, old = new_contract(new_premium), old_contract(old_premium)
    return max(new, old, min(28_000, new + old))


def life_insurance_deduction(person: Row) -> int:
    """生命保険料控除（5号）."""
    general = both_contracts(person["life_insurance_new_general"], person["life_insurance_old_general"])
    pension = both_contracts(person["life_insurance_new_pension"], person["life_insurance_old_pension"])
    return min(70_000, general + new_contract(person["life_insurance_new_care"]) + pension)


def earthquake_insurance_deduction(earthquake: int, old_casualty: int) -> int:
    """地震保険料控除（5号の3）."""
    if old_casualty <= 5_000:
        casualty = old_casualty
    elif old_casualty <= 15_000:
        casualty = up(old_casualty, 2) + 2_500
    else:
        casualty = 10_000
    return min(25_000, min(25_000, up(earthquake, 2)) + casualty)


def medical_expense_deduction(medical: int, self_medication: int, gross_income: int) -> int:
    """医療費控除（2号）, or セルフメディケーション税制（附則4条の5）where that was chosen."""
    if self_medication > 0:
        return min(88_000, max(0, self_medication - 12_000))
    return min(2_000_000, max(0, medical - min(100_000, gross_income * 5 // 100)))


def casualty_loss_deduction(loss: int, disaster_expense: int, gross_income: int) -> int:
    """雑損控除（1号）."""
    return max(0, loss - gross_income * 10 // 100, disaster_expense - 50_000)


def expense_deductions(person: Row, gross_income: int) -> Row:
    """物的控除, by name."""
    return {
        "social_insurance_deduction": person["social_insurance_premium"],
        "small_enterprise_deduction": person["small_enterprise_mutual_aid_premium"],
        "life_insurance_deduction": life_insurance_deduction(person),
        "earthquake_insurance_deduction": earthquake_insurance_deduction(
            person["earthquake_insurance"], person["old_casualty_insurance"]
        ),
        "medical_expense_deduction": medical_expense_deduction(
            person["medical_expense"], person["self_medication_expense"], gross_income
        ),
        "casualty_loss_deduction": casualty_loss_deduction(
            person["casualty_loss"], person["disaster_expense"], gross_income
        ),
    }
