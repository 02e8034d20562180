"""作った資料: reports about the people of the residents' sample, and a copy of them with thirty known faults.

`python -m tests.exchange.income_reports.made FOLDER` writes a good file of each kind and the faulty one.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.exchange.standard_files.faults import read_sample

from yakuba.exchange.income_reports.layout import layout
from yakuba.kernel.check_digits import corporate_check_digit
from yakuba.registers.income_reports.columns import Kind

Row = dict[str, str]
EMPLOYERS = [f"架空商事{number}株式会社" for number in range(1, 13)]


def residents() -> list[Row]:
    """The living adults of the sample, newest row of each, who are of working age or above."""
    newest = {row["宛名番号"]: row for row in read_sample()[1] if row["最新フラグ"] == "1"}
    return [
        row
        for row in newest.values()
        if row["住民状態"] == "1"
        and "1930" < row["生年月日"] < "2005"
        and row["生年月日_不詳フラグ"] == "0"
        and row["個人番号"]
    ]


def header(kind: Kind) -> list[str]:
    """Every item of the layout."""
    return [column.name for column in layout(kind).columns]


def as_bytes(kind: Kind, rows: list[Row], *, names: list[str] | None = None) -> bytes:
    """The file: UTF-8, one header, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names or header(kind), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def identity(person: Row, number: int) -> Row:
    """The items that every report has, as the payer knows them."""
    return {
        "訂正表示": "0", "年分": "07", "整理番号": f"{number:06d}", "受領年月日": "2026-01-28",
        "氏名": person["氏名"], "フリガナ": person["氏名_フリガナ"],
        "生年月日": person["生年月日"], "個人番号": person["個人番号"],
        "住所": "".join(person[f"住所_{part}"] for part in ("都道府県", "市区郡町村名", "町字", "番地号表記", "方書")),
    }  # fmt: skip


def payer(number: int) -> Row:
    """指定番号, 法人番号 and name of an employer."""
    base = f"{700_000_000_000 + number * 37:012d}"
    return {
        "支払者_指定番号": f"{9000 + number}", "支払者_法人番号": f"{corporate_check_digit(base)}{base}",
        "支払者_氏名又は名称": EMPLOYERS[number % len(EMPLOYERS)],
    }  # fmt: skip


def salary(seed: int = 1, count: int = 300) -> list[Row]:
    """給与支払報告書: one each for `count` people, some with 住宅ローン, 障害, or a spouse of the same household."""
    chance, people = random.Random(seed), residents()
    mates = {person["世帯番号"]: [] for person in people}
    for person in people:
        mates[person["世帯番号"]].append(person)
    rows = []
    for number, person in enumerate(people[:count], 1):
        revenue = chance.randrange(1_000, 9_000) * 1_000
        social = revenue * 15 // 100
        row = {
            **identity(person, number), **payer(number % 10), "種別": "給料・賞与", "支払金額": str(revenue),
            "給与所得控除後の金額": str(revenue * 7 // 10), "所得控除の額の合計額": str(social + 480_000),
            "源泉徴収税額": str(revenue // 50), "社会保険料等の金額": str(social),
            "社会保険料等の金額のうち小規模企業共済等掛金": str(number % 3 * 1_000), "新生命保険料の金額": str(number % 7 * 8_000),
            "地震保険料の控除額": str(number % 5 * 5_000), "本人が障害者": "0",
        }  # fmt: skip
        wife = next((each for each in mates[person["世帯番号"]] if each["続柄コード1"] == "12"), None)
        if person["続柄コード1"] == "02" and wife is not None and number % 2:
            row |= {
                "控除対象配偶者の有無": "1", "控除対象配偶者_氏名": wife["氏名"], "控除対象配偶者_個人番号": wife["個人番号"],
            }  # fmt: skip
        if number % 11 == 0:
            row |= {
                "住宅借入金等特別控除可能額": "200000", "住宅借入金等特別控除の額": "90000",
                "住宅借入金等特別控除区分": "住（特）", "居住開始年月日": "2019-06-01",
            }  # fmt: skip
        rows.append(row)
    return rows


def pension(count: int = 60) -> list[Row]:
    """公的年金等支払報告書 of the older."""
    older = [person for person in residents() if person["生年月日"] < "1961"]
    return [
        {
            **identity(person, number), **payer(90), "支払金額_法第203条の3第1号・第4号適用分": str(800_000 + number * 9_000),
            "源泉徴収税額_法第203条の3第1号・第4号適用分": "0", "社会保険料の金額": "72000",
        }
        for number, person in enumerate(older[:count], 1)
    ]  # fmt: skip


def final_return(count: int = 40) -> list[Row]:
    """確定申告: every seventh of the employed, with medical expenses, what the employer reported, and a donation."""
    rows = []
    for number, row in enumerate(salary()[6 : count * 7 : 7], 1):
        rows.append(
            {
                **{name: row[name] for name in ("訂正表示", "年分", "受領年月日", "氏名", "フリガナ", "生年月日", "個人番号", "住所")},
                "整理番号": f"K{number:05d}", "収入金額等_給与": row["支払金額"], "所得金額等_不動産": str((number % 5 - 1) * 100_000),
                "社会保険料控除": row["社会保険料等の金額"], "医療費控除_支払医療費等": "320000", "医療費控除_補塡される金額": "20000",
                "寄附_都道府県・市区町村（特例控除対象）": "30000", "地震保険料": "21000",
            }
        )  # fmt: skip
    return rows


def resident_tax_return(count: int = 20) -> list[Row]:
    """住民税申告 of people with a business of their own."""
    return [
        {**identity(person, number), "整理番号": f"J{number:05d}", "所得金額等_事業_営業等": str(number * 210_000), "社会保険料控除": "180000"}
        for number, person in enumerate(residents()[320 : 320 + count], 1)
    ]  # fmt: skip


ROWS: dict[Kind, Callable[[], list[Row]]] = {
    Kind.SALARY: salary,
    Kind.PENSION: pension,
    Kind.FINAL_RETURN: final_return,
    Kind.RESIDENT_TAX_RETURN: resident_tax_return,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what it does to a row, and the finding that it must give."""

    rule: str
    item: str
    change: Callable[[Row], Row]


def _put(**cells: str) -> Callable[[Row], Row]:
    return lambda row: {**row, **cells}


def _next(name: str, digit: int) -> Callable[[Row], Row]:
    return lambda row: {**row, name: row[name][:digit] + str((int(row[name][digit]) + 4) % 10) + row[name][digit + 1 :]}


def _more(name: str, than: str) -> Callable[[Row], Row]:
    return lambda row: {**row, name: str(int(row[than]) + 1)}


FAULTS = (
    Fault("required-blank", "employment_revenue", _put(支払金額="")),
    Fault("required-blank", "name", _put(氏名="")),
    Fault("required-blank", "birth_date", _put(生年月日="")),
    Fault("not-utf-8", "name", _put(氏名="山\ufffd　太郎")),
    Fault("character", "address", _put(住所="見本県見本市本町1番1号\ue000")),
    Fault("too-long", "payer_number", _put(支払者_指定番号="9" * 16)),
    Fault("kana", "name_kana", _put(フリガナ="やまだ　たろう")),
    Fault("date-form", "received_on", _put(受領年月日="R8.1.28")),
    Fault("date-not-in-calendar", "birth_date", _put(生年月日="1979-02-30")),
    Fault("date-in-future", "received_on", _put(受領年月日="2031-01-28")),
    Fault("year-form", "income_year", _put(年分="2025")),
    Fault("other-year", "income_year", _put(年分="06")),
    Fault("year-in-future", "income_year", _put(年分="19")),
    Fault("amount-negative", "employment_revenue", _put(支払金額="-3000000")),
    Fault("amount-form", "employment_revenue", _put(支払金額="3,000,000")),
    Fault("amount-form", "life_insurance_new_general", _put(新生命保険料の金額="８００００")),
    Fault("amount-too-large", "life_insurance_old_general", _put(旧生命保険料の金額="9" * 13)),
    Fault("count-form", "under_16_count", _put(**{"16歳未満扶養親族の数": "二"})),
    Fault("code-unknown", "disability", _put(本人が障害者="3")),
    Fault("code-unknown", "widow", _put(寡婦="該当")),
    Fault("number-form", "individual_number", lambda row: {**row, "個人番号": row["個人番号"][:-1]}),
    Fault("check-digit", "individual_number", _next("個人番号", 11)),
    Fault("check-digit", "corporate_number", _next("支払者_法人番号", 0)),
    Fault("individual-number-here", "corporate_number", lambda row: {**row, "支払者_法人番号": row["個人番号"]}),
    Fault("exceeds-whole", "social_insurance_and_mutual_aid", _more("社会保険料等の金額", "支払金額")),
    Fault("exceeds-whole", "withheld_income_tax", _more("源泉徴収税額", "支払金額")),
    Fault("born-after-year", "birth_date", _put(生年月日="2026-01-02")),
    Fault("count-differs", "specific_count", _put(控除対象扶養親族の数_特定="2")),
    Fault("housing-loan-incomplete", "housing_loan_since", _put(住宅借入金等特別控除可能額="150000", 住宅借入金等特別控除区分="住", 居住開始年月日="")),
    Fault("relative-without-name", "dependant_2_name", _put(控除対象扶養親族2_フリガナ="ヤマダ　ハナコ")),
)  # fmt: skip


def plant(seed: int) -> tuple[bytes, list[tuple[int, str, str]]]:
    """The good salary file with each fault in a row of its own, and (line, item, rule) of what must be found."""
    chance, rows = random.Random(seed), salary()
    places = sorted(chance.sample(range(len(rows) - 1), len(FAULTS)))
    faults = list(FAULTS)
    chance.shuffle(faults)
    planted = []
    for at, fault in zip(places, faults, strict=True):
        rows[at] = fault.change(rows[at])
        planted.append((at + 2, fault.item, fault.rule))
    return as_bytes(Kind.SALARY, rows), planted


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for each, make in ROWS.items():
        (folder / f"{each}.csv").write_bytes(as_bytes(each, make()))
    (folder / "salary_faults.csv").write_bytes(plant(1)[0])
