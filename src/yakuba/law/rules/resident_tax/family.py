"""家族: who is 同一生計配偶者, 扶養親族 and 特定親族, and how many of each a taxpayer has."""

from __future__ import annotations

from yakuba.law.engine.exact import Column, Flags
from yakuba.law.engine.relations import any_by, count_by, whether_other
from yakuba.law.engine.rule import rule

_DEPENDANT = "地方税法第292条第1項第9号"
_KINDS = "地方税法第314条の2第1項第11号・第4項"


@rule("地方税法第292条第1項第7号", unit="flag")
def has_same_livelihood_spouse(claimed_spouse: Column, may_be_dependant: Flags) -> Flags:
    """同一生計配偶者の有無: 申告された配偶者が所得の要件を満たす"""
    return whether_other(claimed_spouse, may_be_dependant)


@rule("地方税法第292条第1項第7号", unit="flag")
def is_qualifying_spouse(claimed_spouse: Column, has_same_livelihood_spouse: Flags) -> Flags:
    """同一生計配偶者である: 配偶者として申告され、所得の要件を満たす"""
    return any_by(claimed_spouse, has_same_livelihood_spouse)


@rule("地方税法第292条第1項第8号", unit="flag")
def has_deductible_spouse(
    has_same_livelihood_spouse: Flags, total_income: Column, spouse_claim_income_limit: int
) -> Flags:
    """控除対象配偶者の有無: 同一生計配偶者があり、本人の合計所得金額が1,000万円以下"""
    return has_same_livelihood_spouse & (total_income <= spouse_claim_income_limit)


@rule(_DEPENDANT, unit="flag")
def is_dependant(supporter: Column, may_be_dependant: Flags) -> Flags:
    """扶養親族である: 扶養者があり、所得の要件を満たす"""
    return may_be_dependant & (supporter >= 0)


@rule(_DEPENDANT, unit="person")
def dependant_count(supporter: Column, is_dependant: Flags) -> Column:
    """扶養親族の数: 16歳未満を含む"""
    return count_by(supporter, is_dependant)


@rule(_DEPENDANT, unit="person")
def dependants_under_16(supporter: Column, is_dependant: Flags, age: Column, dependant_age: int) -> Column:
    """16歳未満の扶養親族の数: 扶養親族のうち16歳未満"""
    return count_by(supporter, is_dependant & (age < dependant_age))


@rule(_KINDS, unit="person")
def dependants_specific(
    supporter: Column, is_dependant: Flags, age: Column, specific_age: int, specific_age_end: int
) -> Column:
    """特定扶養親族の数: 扶養親族のうち19歳以上23歳未満"""
    return count_by(supporter, is_dependant & (age >= specific_age) & (age < specific_age_end))


@rule(_KINDS, unit="person")
def dependants_elderly_living_together(
    supporter: Column, is_dependant: Flags, age: Column, lives_with_supporter: Column, lineal_ascendant: Column,
    elderly_age: int,
) -> Column:  # fmt: skip
    """同居老親等の数: 70歳以上の扶養親族のうち、直系尊属で同居する人"""
    together = (lives_with_supporter == 1) & (lineal_ascendant == 1)
    return count_by(supporter, is_dependant & (age >= elderly_age) & together)


@rule(_KINDS, unit="person")
def dependants_elderly(
    supporter: Column, is_dependant: Flags, age: Column, dependants_elderly_living_together: Column, elderly_age: int
) -> Column:
    """老人扶養親族の数（同居老親等を除く）: 70歳以上の扶養親族 − 同居老親等"""
    return count_by(supporter, is_dependant & (age >= elderly_age)) - dependants_elderly_living_together


@rule(_KINDS, unit="person")
def dependants_general(
    dependant_count: Column, dependants_under_16: Column, dependants_specific: Column, dependants_elderly: Column,
    dependants_elderly_living_together: Column,
) -> Column:  # fmt: skip
    """一般の控除対象扶養親族の数: 扶養親族のうち、16歳未満・特定・老人以外"""
    return (
        dependant_count - dependants_under_16 - dependants_specific - dependants_elderly
        - dependants_elderly_living_together
    )  # fmt: skip


def _disabled(
    supporter: Column, claimed_spouse: Column, is_dependant: Flags, has_same_livelihood_spouse: Flags, disabled: Flags
) -> Column:
    spouse = has_same_livelihood_spouse & whether_other(claimed_spouse, disabled)
    return count_by(supporter, is_dependant & disabled) + spouse


_DISABILITY = "地方税法第314条の2第1項第6号・第3項"


@rule(_DISABILITY, unit="person")
def ordinarily_disabled_count(
    disability: Column,
    supporter: Column,
    claimed_spouse: Column,
    is_dependant: Flags,
    has_same_livelihood_spouse: Flags,
) -> Column:
    """障害者の数（普通）: 本人・同一生計配偶者・扶養親族のうち"""
    disabled = disability == 1
    family = _disabled(supporter, claimed_spouse, is_dependant, has_same_livelihood_spouse, disabled)
    return family + disabled


@rule(_DISABILITY, unit="person")
def severely_disabled_together_count(
    disability: Column, lives_with_supporter: Column, supporter: Column, claimed_spouse: Column, is_dependant: Flags,
    has_same_livelihood_spouse: Flags,
) -> Column:  # fmt: skip
    """同居特別障害者の数: 同一生計配偶者・扶養親族のうち"""
    disabled = (disability == 2) & (lives_with_supporter == 1)
    return _disabled(supporter, claimed_spouse, is_dependant, has_same_livelihood_spouse, disabled)


@rule(_DISABILITY, unit="person")
def severely_disabled_count(
    disability: Column, lives_with_supporter: Column, supporter: Column, claimed_spouse: Column, is_dependant: Flags,
    has_same_livelihood_spouse: Flags,
) -> Column:  # fmt: skip
    """特別障害者の数（同居特別を除く）: 本人と、別居の同一生計配偶者・扶養親族のうち"""
    apart = (disability == 2) & (lives_with_supporter != 1)
    family = _disabled(supporter, claimed_spouse, is_dependant, has_same_livelihood_spouse, apart)
    return family + (disability == 2)


@rule("地方税法第292条第1項第11号", unit="flag")
def is_widow(widow: Column, is_single_parent: Flags, total_income: Column, widow_income_limit: int) -> Flags:
    """寡婦である: 要件を満たし、ひとり親でなく、合計所得金額が500万円以下"""
    return (widow == 1) & ~is_single_parent & (total_income <= widow_income_limit)


@rule("地方税法第292条第1項第12号", unit="flag")
def is_single_parent(single_parent: Column, total_income: Column, widow_income_limit: int) -> Flags:
    """ひとり親である: 要件を満たし、合計所得金額が500万円以下"""
    return (single_parent > 0) & (total_income <= widow_income_limit)


@rule("地方税法第292条第1項第13号", unit="flag")
def is_working_student(working_student: Column, total_income: Column, working_student_income_limit: int) -> Flags:
    """勤労学生である: 要件を満たし、合計所得金額が限度額以下"""
    return (working_student == 1) & (total_income <= working_student_income_limit)


@rule("地方税法第295条第3項", unit="flag")
def has_family_for_limits(has_same_livelihood_spouse: Flags, dependant_count: Column) -> Flags:
    """同一生計配偶者または扶養親族の有無: どちらかがある"""
    return has_same_livelihood_spouse | (dependant_count > 0)


@rule("地方税法第295条第3項", unit="person")
def family_size_for_limits(has_same_livelihood_spouse: Flags, dependant_count: Column) -> Column:
    """非課税限度額の人数: 本人 ＋ 同一生計配偶者 ＋ 扶養親族（16歳未満を含む）"""
    return 1 + has_same_livelihood_spouse + dependant_count
