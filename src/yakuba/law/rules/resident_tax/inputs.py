"""個人住民税の入力: the facts about a person that the rules start from."""

from __future__ import annotations

from yakuba.law.engine.exact import LARGEST
from yakuba.law.engine.rule import Input

_OLDEST = 130
_ROWS = 2**40


def _yen(name: str, term: str, meaning: str = "") -> Input:
    return Input(name, term, "yen", 0, 0, LARGEST, meaning)


def _flag(name: str, term: str, meaning: str = "") -> Input:
    return Input(name, term, "flag", 0, 0, 1, meaning)


def _row(name: str, term: str, meaning: str) -> Input:
    return Input(name, term, "row", -1, -1, _ROWS, meaning)


SPECIAL_DEDUCTIONS = (
    "short_term_special_deduction", "short_term_reduced_special_deduction", "long_term_special_deduction",
    "long_term_housing_land_special_deduction", "long_term_residence_special_deduction",
)  # fmt: skip
INPUTS = (
    Input(
        "age", "前年12月31日の年齢", "year", 40, 0, _OLDEST, "年齢計算ニ関スル法律による。1月1日生まれは前日に達する"
    ),
    _row("claimed_spouse", "申告された配偶者の行", "控除を受けようとする配偶者の行（0から）。なければ −1"),
    _row("supporter", "扶養者の行", "この人を扶養親族（16歳未満・特定親族を含む）とする人の行（0から）。なければ −1"),
    _flag("family_employee", "事業専従者", "だれの配偶者・扶養親族にもならない"),
    Input("disability", "障害の区分", "code", 0, 0, 2, "0 なし、1 普通、2 特別"),
    _flag("lives_with_supporter", "扶養者との同居"),
    _flag("lineal_ascendant", "扶養者等の直系尊属"),
    _flag("widow", "寡婦の要件", "所得の要件は計算で判定する"),
    Input("single_parent", "ひとり親の要件", "code", 0, 0, 2, "0 なし、1 母、2 父。所得の要件は計算で判定する"),
    _flag("working_student", "勤労学生の要件", "合計所得の要件は計算で判定する"),
    _flag("minor", "1月1日の未成年者"),
    _flag("public_assistance", "1月1日の生活扶助受給"),
    _yen("employment_revenue", "給与収入"),
    _yen("pension_revenue", "公的年金等の収入"),
    _yen("business_income", "事業所得"),
    _yen("real_estate_income", "不動産所得"),
    _yen("interest_income", "利子所得"),
    _yen("dividend_income", "配当所得", "総合課税を選んだもの"),
    _yen("other_miscellaneous_income", "その他の雑所得"),
    _yen("transfer_income", "総合課税の譲渡所得", "特別控除後。長期は2分の1の後"),
    _yen("occasional_income", "一時所得", "特別控除後。2分の1の前"),
    _yen("loss_carried_forward", "純損失の繰越控除額", "総所得金額・山林所得・退職所得の順に引く"),
    _yen("casualty_loss_carried", "雑損失の繰越控除額", "所得控除と同じ順に引く"),
    Input(
        "residence_loss_carried",
        "居住用財産の譲渡損失の繰越控除額",
        "yen",
        0,
        0,
        LARGEST,
        "純損失の後に長期譲渡・短期譲渡・総所得・山林・退職の順に引く。譲渡所得の特別控除のある人は計算できない",
        SPECIAL_DEDUCTIONS,
    ),
    _yen("short_term_gain", "短期譲渡所得（一般分）", "分離課税。特別控除前"),
    _yen("short_term_special_deduction", "短期譲渡所得（一般分）の特別控除"),
    _yen("short_term_reduced_gain", "短期譲渡所得（軽減分）", "分離課税。特別控除前"),
    _yen("short_term_reduced_special_deduction", "短期譲渡所得（軽減分）の特別控除"),
    _yen("long_term_gain", "長期譲渡所得（一般分）", "分離課税。特別控除前"),
    _yen("long_term_special_deduction", "長期譲渡所得（一般分）の特別控除"),
    _yen("long_term_housing_land_gain", "長期譲渡所得（特定分）", "分離課税。優良住宅地等。特別控除前"),
    _yen("long_term_housing_land_special_deduction", "長期譲渡所得（特定分）の特別控除"),
    _yen("long_term_residence_gain", "長期譲渡所得（軽課分）", "分離課税。10年を超えて所有した居住用財産。特別控除前"),
    _yen("long_term_residence_special_deduction", "長期譲渡所得（軽課分）の特別控除"),
    _yen("listed_dividend_income", "上場株式等に係る配当所得等", "申告分離課税を選んだもの。損益通算後、繰越控除前"),
    _yen("unlisted_stock_gain", "一般株式等に係る譲渡所得等"),
    _yen("listed_stock_gain", "上場株式等に係る譲渡所得等", "損益通算後、繰越控除前"),
    _yen("listed_stock_loss_carried", "上場株式等に係る譲渡損失の繰越額"),
    _yen("futures_income", "先物取引に係る雑所得等", "繰越控除前"),
    _yen("futures_loss_carried", "先物取引の差金等決済に係る損失の繰越額"),
    _yen("forestry_income", "山林所得", "特別控除後、繰越控除前"),
    _yen("retirement_income", "退職所得（申告するもの）", "退職所得控除と2分の1の後。特別徴収されたものは含まない"),
    _yen("social_insurance_premium", "支払った社会保険料"),
    _yen("small_enterprise_mutual_aid_premium", "支払った小規模企業共済等掛金"),
    _yen("life_insurance_new_general", "新生命保険料"),
    _yen("life_insurance_new_care", "介護医療保険料"),
    _yen("life_insurance_new_pension", "新個人年金保険料"),
    _yen("life_insurance_old_general", "旧生命保険料"),
    _yen("life_insurance_old_pension", "旧個人年金保険料"),
    _yen("earthquake_insurance", "地震保険料"),
    _yen("old_casualty_insurance", "旧長期損害保険料"),
    _yen("medical_expense", "支払った医療費", "補填される額を引いた後"),
    _yen("self_medication_expense", "特定一般用医薬品等購入費", "0 でなければ医療費控除に代えて選んだものとする"),
    _yen("casualty_loss", "差引損失額"),
    _yen("disaster_expense", "差引損失額のうち災害関連支出の額"),
    _yen("hometown_donation", "都道府県・市区町村への寄附金"),
    _yen("donation_municipal", "市町村民税の対象となるその他の寄附金"),
    _yen("donation_prefectural", "道府県民税の対象となるその他の寄附金"),
    _flag("one_stop", "寄附金の申告特例"),
    _yen("housing_loan_remaining", "所得税から控除しきれない住宅借入金等特別控除額"),
    Input(
        "housing_loan_kind",
        "住宅借入金等特別税額控除の区分",
        "code",
        0,
        0,
        2,
        "0 なし、1 5%・97,500円、2 7%・136,500円",
    ),
    _yen("income_tax_taxable_income", "所得税の課税総所得金額等"),
    _yen("dividend_stock", "配当控除の対象（剰余金の配当等）", "配当所得のうち"),
    _yen("dividend_fund", "配当控除の対象（証券投資信託）", "配当所得のうち"),
    _yen("dividend_foreign_fund", "配当控除の対象（外貨建等証券投資信託）", "配当所得のうち"),
    _yen("municipal_foreign_tax_credit", "外国税額控除額（市町村民税）"),
    _yen("prefectural_foreign_tax_credit", "外国税額控除額（道府県民税）"),
    _yen("dividend_levy_withheld", "特別徴収された配当割額"),
    _yen("stock_levy_withheld", "特別徴収された株式等譲渡所得割額"),
    Input("fixed_credit_dependants_abroad", "国外に住む配偶者・扶養親族の数", "person", 0, 0, 100),
    _yen("pension_tax", "年金所得に係る税額"),
    _yen("previous_pension_tax", "前年度の年金所得に係る税額", "定額減税前"),
    _flag("pension_withholding_first_year", "年金特別徴収の初年度"),
)
