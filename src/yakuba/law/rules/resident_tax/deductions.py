"""所得控除 and, beside each, 人的控除額の差."""

from __future__ import annotations

from typing import Any

import numpy as np

from yakuba.law.engine.exact import Column, Exact, Flags, Rate, ceiling_to, floor_to
from yakuba.law.engine.relations import of_other, sum_by
from yakuba.law.engine.rule import rule
from yakuba.law.engine.schedules import Schedule

_INSURANCE = ceiling_to(1, "地方税法第314条の2第1項第5号・第5号の3。実務の通例")
_CUT = floor_to(1, "国等の債権債務等の金額の端数計算に関する法律第2条。実務の通例")
_DIFFERENCE = "地方税法第314条の6第1号"


@rule("地方税法第314条の2第2項")
def basic_deduction(total_income: Column, basic_deduction_table: Schedule) -> Any:
    """基礎控除: 合計所得金額を表に当てはめた額"""
    return basic_deduction_table.amount(total_income)


@rule("地方税法第314条の2第1項第10号")
def spouse_deduction(
    has_deductible_spouse: Flags, total_income: Column, has_elderly_spouse: Flags, spouse_deduction_table: Schedule
) -> Column:
    """配偶者控除: 控除対象配偶者（70歳以上は老人）と本人の合計所得金額を表に当てはめた額"""
    return spouse_deduction_table.amount_where(has_deductible_spouse, total_income, has_elderly_spouse.astype(np.int64))


@rule("地方税法第34条第1項第10号", unit="flag")
def has_elderly_spouse(claimed_spouse: Column, age: Column, elderly_age: int) -> Any:
    """老人控除対象配偶者の年齢: 申告された配偶者が70歳以上"""
    return of_other(claimed_spouse, age) >= elderly_age


@rule(_DIFFERENCE)
def spouse_difference(
    has_deductible_spouse: Flags, total_income: Column, has_elderly_spouse: Flags, spouse_difference_table: Schedule
) -> Column:
    """配偶者控除の差の額: 配偶者控除と同じ区分の差"""
    elderly = has_elderly_spouse.astype(np.int64)
    return spouse_difference_table.amount_where(has_deductible_spouse, total_income, elderly)


@rule("地方税法第314条の2第1項第10号の2", unit="flag")
def has_special_spouse(
    claimed_spouse: Column, total_income: Column, family_employee: Column, family_income_limit: int,
    special_spouse_income_limit: int, spouse_claim_income_limit: int,
) -> Any:  # fmt: skip
    """配偶者特別控除の対象の有無: 配偶者の合計所得金額が限度額を超え133万円以下で、本人が1,000万円以下"""
    income = of_other(claimed_spouse, total_income)
    within = (income > family_income_limit) & (income <= special_spouse_income_limit)
    employed = of_other(claimed_spouse, family_employee) == 1
    return within & ~employed & (total_income <= spouse_claim_income_limit)


@rule("地方税法第314条の2第1項第10号の2")
def special_spouse_deduction(
    has_special_spouse: Flags, claimed_spouse: Column, total_income: Column, claimant_tiers: Schedule,
    special_spouse_deduction_table: Schedule,
) -> Column:  # fmt: skip
    """配偶者特別控除: 配偶者と本人の合計所得金額を表に当てはめた額"""
    tier = claimant_tiers.amount_where(has_special_spouse, total_income)
    spouse = of_other(claimed_spouse, total_income)
    return special_spouse_deduction_table.amount_where(has_special_spouse, spouse, tier)


@rule(_DIFFERENCE)
def special_spouse_difference(
    has_special_spouse: Flags, claimed_spouse: Column, total_income: Column, claimant_tiers: Schedule,
    special_spouse_difference_table: Schedule,
) -> Column:  # fmt: skip
    """配偶者特別控除の差の額: 配偶者と本人の合計所得金額を差の表に当てはめた額"""
    tier = claimant_tiers.amount_where(has_special_spouse, total_income)
    spouse = of_other(claimed_spouse, total_income)
    return special_spouse_difference_table.amount_where(has_special_spouse, spouse, tier)


@rule("地方税法第314条の2第1項第11号・第4項")
def dependants_deduction(
    dependants_general: Column, dependants_specific: Column, dependants_elderly: Column,
    dependants_elderly_living_together: Column, general_dependant_amount: int, specific_dependant_amount: int,
    elderly_dependant_amount: int, elderly_together_dependant_amount: int,
) -> Column:  # fmt: skip
    """扶養控除: 一般・特定・老人・同居老親等の人数 × それぞれの額"""
    return (
        dependants_general * general_dependant_amount + dependants_specific * specific_dependant_amount
        + dependants_elderly * elderly_dependant_amount
        + dependants_elderly_living_together * elderly_together_dependant_amount
    )  # fmt: skip


@rule(_DIFFERENCE)
def dependants_difference(
    dependants_general: Column, dependants_specific: Column, dependants_elderly: Column,
    dependants_elderly_living_together: Column, general_dependant_difference: int, specific_dependant_difference: int,
    elderly_dependant_difference: int, elderly_together_dependant_difference: int,
) -> Column:  # fmt: skip
    """扶養控除の差の額: 一般・特定・老人・同居老親等の人数 × それぞれの差"""
    return (
        dependants_general * general_dependant_difference + dependants_specific * specific_dependant_difference
        + dependants_elderly * elderly_dependant_difference
        + dependants_elderly_living_together * elderly_together_dependant_difference
    )  # fmt: skip


@rule("地方税法第314条の2第1項第12号", first_year=2026)
def special_relative_deduction(
    supporter: Column, age: Column, total_income: Column, family_employee: Column, specific_age: int,
    specific_age_end: int, family_income_limit: int, special_relative_income_limit: int,
    special_relative_deduction_table: Schedule,
) -> Column:  # fmt: skip
    """特定親族特別控除: 19歳以上23歳未満で限度額を超え123万円以下の親族ごとに、表の額"""
    of_age = (age >= specific_age) & (age < specific_age_end) & (family_employee == 0)
    within = (total_income > family_income_limit) & (total_income <= special_relative_income_limit)
    amount = special_relative_deduction_table.amount_where(of_age & within & (supporter >= 0), total_income)
    return sum_by(supporter, amount)


@rule("地方税法第314条の2第1項第12号（令和8年度から）", name="special_relative_deduction", last_year=2025)
def no_special_relative_deduction() -> Column:
    """特定親族特別控除: この年度にはない"""
    return np.zeros(1, np.int64)


@rule("地方税法第314条の2第1項第6号・第3項")
def disability_deduction(
    ordinarily_disabled_count: Column, severely_disabled_count: Column, severely_disabled_together_count: Column,
    ordinary_disability_amount: int, special_disability_amount: int, together_disability_amount: int,
) -> Column:  # fmt: skip
    """障害者控除: 普通・特別・同居特別の人数 × それぞれの額"""
    return (
        ordinarily_disabled_count * ordinary_disability_amount + severely_disabled_count * special_disability_amount
        + severely_disabled_together_count * together_disability_amount
    )  # fmt: skip


@rule(_DIFFERENCE)
def disability_difference(
    ordinarily_disabled_count: Column, severely_disabled_count: Column, severely_disabled_together_count: Column,
    ordinary_disability_difference: int, special_disability_difference: int, together_disability_difference: int,
) -> Column:  # fmt: skip
    """障害者控除の差の額: 普通・特別・同居特別の人数 × それぞれの差"""
    return (
        ordinarily_disabled_count * ordinary_disability_difference
        + severely_disabled_count * special_disability_difference
        + severely_disabled_together_count * together_disability_difference
    )  # fmt: skip


@rule("地方税法第314条の2第1項第8号")
def widow_deduction(is_widow: Flags, widow_amount: int) -> Column:
    """寡婦控除: 寡婦の額"""
    return is_widow * widow_amount


@rule("地方税法第314条の2第1項第8号の2")
def single_parent_deduction(is_single_parent: Flags, single_parent_amount: int) -> Column:
    """ひとり親控除: ひとり親の額"""
    return is_single_parent * single_parent_amount


@rule("地方税法第314条の2第1項第9号")
def working_student_deduction(is_working_student: Flags, working_student_amount: int) -> Column:
    """勤労学生控除: 勤労学生の額"""
    return is_working_student * working_student_amount


@rule("地方税法第314条の6第1号・施行令第48条の7の2")
def own_status_difference(
    is_widow: Flags, is_single_parent: Flags, single_parent: Column, is_working_student: Flags, widow_difference: int,
    single_mother_difference: int, single_father_difference: int, working_student_difference: int,
) -> Column:  # fmt: skip
    """寡婦・ひとり親・勤労学生の差の額: 当てはまるものの差の合計"""
    parent = np.where(single_parent == 1, single_mother_difference, single_father_difference)
    return is_widow * widow_difference + is_single_parent * parent + is_working_student * working_student_difference


@rule("地方税法第314条の2第1項第3号")
def social_insurance_deduction(social_insurance_premium: Column) -> Column:
    """社会保険料控除: 支払った全額"""
    return social_insurance_premium


@rule("地方税法第314条の2第1項第4号")
def small_enterprise_deduction(small_enterprise_mutual_aid_premium: Column) -> Column:
    """小規模企業共済等掛金控除: 支払った全額"""
    return small_enterprise_mutual_aid_premium


def _both_contracts(new: Column, old: Column, new_table: Schedule, old_table: Schedule, cap: int) -> Column:
    """新・旧の両方がある区分: the largest of new alone, old alone, and both together up to the cap."""
    by_new, by_old = _INSURANCE(new_table(new)), _INSURANCE(old_table(old))
    return np.maximum(by_old, np.minimum(by_new + by_old, cap))


@rule("地方税法第314条の2第1項第5号")
def life_insurance_deduction(
    life_insurance_new_general: Column, life_insurance_new_care: Column, life_insurance_new_pension: Column,
    life_insurance_old_general: Column, life_insurance_old_pension: Column, new_life_insurance_table: Schedule,
    old_life_insurance_table: Schedule, new_life_insurance_cap: int, life_insurance_cap: int,
) -> Column:  # fmt: skip
    """生命保険料控除: 一般・介護医療・個人年金の額の合計（1円未満切上げ、限度額まで）"""
    tables = (new_life_insurance_table, old_life_insurance_table, new_life_insurance_cap)
    general = _both_contracts(life_insurance_new_general, life_insurance_old_general, *tables)
    pension = _both_contracts(life_insurance_new_pension, life_insurance_old_pension, *tables)
    care = _INSURANCE(new_life_insurance_table(life_insurance_new_care))
    return np.minimum(general + pension + care, life_insurance_cap)


@rule("地方税法第314条の2第1項第5号の3")
def earthquake_insurance_deduction(
    earthquake_insurance: Column, old_casualty_insurance: Column, earthquake_insurance_table: Schedule,
    old_casualty_insurance_table: Schedule, earthquake_insurance_cap: int,
) -> Column:  # fmt: skip
    """地震保険料控除: 地震保険料と旧長期損害保険料の額の合計（1円未満切上げ、限度額まで）"""
    earthquake = _INSURANCE(earthquake_insurance_table(earthquake_insurance))
    casualty = _INSURANCE(old_casualty_insurance_table(old_casualty_insurance))
    return np.minimum(earthquake + casualty, earthquake_insurance_cap)


@rule("地方税法第314条の2第1項第2号・附則第4条の5")
def medical_expense_deduction(
    medical_expense: Column, self_medication_expense: Column, gross_income: Column, medical_expense_floor: int,
    medical_expense_floor_rate: Rate, medical_expense_cap: int, self_medication_floor: int, self_medication_cap: int,
) -> Column:  # fmt: skip
    """医療費控除: 医療費 −（10万円と総所得金額等の5%の少ない額）、またはセルフメディケーション税制の額"""
    if not (medical_expense.any() or self_medication_expense.any()):
        return medical_expense
    lost = np.minimum(_CUT(gross_income * medical_expense_floor_rate), medical_expense_floor)
    ordinary = np.clip(medical_expense - lost, 0, medical_expense_cap)
    chosen = np.clip(self_medication_expense - self_medication_floor, 0, self_medication_cap)
    return np.where(self_medication_expense > 0, chosen, ordinary)


@rule("地方税法第314条の2第1項第1号")
def casualty_loss_deduction(
    casualty_loss: Column, disaster_expense: Column, gross_income: Column, casualty_loss_rate: Rate,
    disaster_expense_floor: int,
) -> Column:  # fmt: skip
    """雑損控除: 差引損失額 − 総所得金額等の10%、災害関連支出 − 5万円の多い額"""
    if not (casualty_loss.any() or disaster_expense.any()):
        return casualty_loss
    by_income = casualty_loss - _CUT(gross_income * casualty_loss_rate)
    return np.maximum(np.maximum(by_income, disaster_expense - disaster_expense_floor), 0)


@rule("地方税法第314条の2")
def deduction_total(
    basic_deduction: Column, spouse_deduction: Column, special_spouse_deduction: Column, dependants_deduction: Column,
    special_relative_deduction: Column, disability_deduction: Column, widow_deduction: Column,
    single_parent_deduction: Column, working_student_deduction: Column, social_insurance_deduction: Column,
    small_enterprise_deduction: Column, life_insurance_deduction: Column, earthquake_insurance_deduction: Column,
    medical_expense_deduction: Column, casualty_loss_deduction: Column,
) -> Column:  # fmt: skip
    """所得控除の合計: 各控除の合計"""
    return (
        basic_deduction + spouse_deduction + special_spouse_deduction + dependants_deduction
        + special_relative_deduction + disability_deduction + widow_deduction + single_parent_deduction
        + working_student_deduction + social_insurance_deduction + small_enterprise_deduction
        + life_insurance_deduction + earthquake_insurance_deduction + medical_expense_deduction
        + casualty_loss_deduction
    )  # fmt: skip


@rule(_DIFFERENCE)
def personal_deduction_difference(
    basic_difference: int, spouse_difference: Column, special_spouse_difference: Column, dependants_difference: Column,
    disability_difference: Column, own_status_difference: Column,
) -> Column:  # fmt: skip
    """人的控除額の差の合計: 基礎控除の差 ＋ 配偶者・扶養・障害者・寡婦等の差"""
    return (
        basic_difference + spouse_difference + special_spouse_difference + dependants_difference
        + disability_difference + own_status_difference
    )  # fmt: skip


@rule("地方税法第314条の3第1項", rounding=floor_to(1000, "地方税法第20条の4の2第1項"))
def taxable_total_income(aggregate_income_after_losses: Column, deduction_total: Column) -> Exact:
    """課税総所得金額: 総所得金額 − 所得控除の合計"""
    return Exact(np.maximum(aggregate_income_after_losses - deduction_total, 0))
