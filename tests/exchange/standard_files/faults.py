"""植え込む誤り: a copy of the sample in which forty cells, rows and numbers are wrong, each known by line, item and rule.

`python -m tests.exchange.standard_files.faults OUT` writes the copy.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SAMPLE = Path(__file__).with_name("residents.csv")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: the finding that it must give, and whether its person is held back."""

    line: int
    item: str
    rule: str
    person: str
    held: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: which rows it can be planted in, what it does to the row, what is to be found on which item."""

    rule: str
    item: str
    suits: Callable[[Row], bool]
    change: Callable[[Row], Row]
    held: bool = True


def _put(**cells: str) -> Callable[[Row], Row]:
    return lambda row: {**row, **cells}


def _japanese(row: Row) -> bool:
    return row["住民種別"] == "1" and row["住民状態"] == "1"


def _child(row: Row) -> bool:
    return _japanese(row) and row["続柄コード1"] == "20"


def _grown(row: Row) -> bool:
    return _japanese(row) and row["異動事由"] == "01" and row["生年月日_不詳フラグ"] == "0"


def _foreign(row: Row) -> bool:
    return row["住民種別"] == "2" and row["住民状態"] == "1"


def _struck(row: Row) -> bool:
    return row["住民状態"] == "3" and row["住民種別"] == "1"


def _newer(row: Row) -> bool:
    return _japanese(row) and row["個人履歴番号"] == "2"


def _older(row: Row) -> bool:
    return _japanese(row) and row["個人履歴番号"] == "1" and row["最新フラグ"] == "0"


def _wrong_digit(name: str) -> Callable[[Row], Row]:
    return lambda row: {**row, name: row[name][:-1] + str((int(row[name][-1]) + 5) % 10)}


FAULTS = (
    Fault("required-blank", "birth_date", _japanese, _put(生年月日="")),
    Fault("required-blank", "honseki_city", _japanese, _put(本籍_市区郡町村名="")),
    Fault("required-blank", "became_resident_on", _japanese, _put(住民となった年月日="")),
    Fault("required-blank", "block", _japanese, _put(住所_番地号表記="")),
    Fault("required-blank", "resident_code", _japanese, _put(住民票コード="")),
    Fault("required-blank", "residence_card_number", _foreign, _put(在留カード等番号="")),
    Fault("date-not-in-calendar", "birth_date", _japanese, _put(生年月日="1999-02-29")),
    Fault("date-not-in-calendar", "address_since", _japanese, _put(住所を定めた年月日="2021-04-31")),
    Fault("date-form", "notified_on", _grown, _put(異動届出年月日="2019/04/01")),
    Fault("date-in-future", "processed_on", _japanese, _put(処理年月日="2031-01-01")),
    Fault("date-order", "birth_date", _grown, _put(生年月日="2026-10-01")),
    Fault("date-order", "struck_on", _struck, _put(消除の異動年月日="1890-03-03")),
    Fault("date-order", "stay_expires_on", _foreign, _put(在留期間の満了の日="2001-01-01")),
    Fault("code-unknown", "reason", _japanese, _put(異動事由="77")),
    Fault("code-unknown", "sex", _japanese, _put(性別="3")),
    Fault("code-unknown", "residence_status", _foreign, _put(在留資格等コード="T99")),
    Fault("code-unknown", "relationship_code_1", _child, _put(続柄コード1="30", 続柄表記="孫")),
    Fault("relationship-not-permitted", "relationship_text", _child, _put(続柄表記="長男")),
    Fault("relationship-text-differs", "relationship_text", _child, _put(続柄表記="母")),
    Fault("check-digit", "addressee_number", _japanese, _wrong_digit("宛名番号")),
    Fault("check-digit", "household_number", _japanese, _wrong_digit("世帯番号")),
    Fault("check-digit", "resident_code", _japanese, _wrong_digit("住民票コード")),
    Fault("check-digit", "individual_number", _japanese, _wrong_digit("個人番号")),
    Fault("check-digit", "municipality_code", _japanese, _put(住所_市区町村コード="990015")),
    Fault("number-form", "postal_code", _japanese, _put(住所_郵便番号="999-001")),
    Fault("too-long", "town", _japanese, _put(住所_町字="大字" + "長" * 120)),
    Fault("script-full", "name", _japanese, _put(氏名="ﾔﾏﾀﾞ ﾀﾛｳ")),
    Fault("script-furigana", "name_furigana", _japanese, _put(氏名_フリガナ="やまだ　たろう")),
    Fault("script-roman", "roman_name", _foreign, _put(氏名_外国人ローマ字="ｎｇｕｙｅｎ")),
    Fault("municipal-character", "building", _japanese, _put(住所_方書="見本荘\ue000号室")),
    Fault("variation-sequence-unknown", "honseki_town", _japanese, _put(本籍_町字="本町\U000e0101")),
    Fault("unknown-wording-missing", "birth_date_note", _japanese, _put(生年月日_不詳フラグ="1")),
    Fault("unknown-flag-missing", "birth_date_unknown", _japanese, _put(生年月日_不詳表記="昭和14年頃")),
    Fault("item-not-for-kind", "residence_card_number", _japanese, _put(在留カード等番号="AB12345678CD")),
    Fault("history-gap", "history_number", _newer, _put(個人履歴番号="4")),
    Fault("latest-flag", "latest", _older, _put(最新フラグ="1")),
    Fault("date-order", "operated_on", _newer, _put(操作年月日="1999-01-01")),
    Fault("status-struck", "resident_status", _struck, _put(住民状態="1")),
    Fault("struck-blank", "struck_on", _struck, _put(消除の異動年月日="")),
    Fault("second-head", "relationship_code_1", _child, _put(続柄コード1="02", 続柄表記="世帯主")),
)


def read_sample() -> tuple[list[str], list[Row]]:
    """The sample's header and rows."""
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows = list(reader)
        return list(reader.fieldnames or []), rows


def as_bytes(header: list[str], rows: list[Row]) -> bytes:
    """The rows as a file."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def plant(seed: int, faults: tuple[Fault, ...] = FAULTS) -> tuple[bytes, list[Planted]]:
    """A copy of the sample with the faults, one a person, and what is to be found in it."""
    header, rows = read_sample()
    chance = random.Random(seed)
    people: set[str] = set()
    households: set[str] = set()
    planted = []
    for fault in faults:
        choices = [at for at, row in enumerate(rows) if fault.suits(row) and row["宛名番号"] not in people]
        if fault.rule == "second-head":
            choices = [at for at in choices if rows[at]["最新フラグ"] == "1" and rows[at]["世帯番号"] not in households]
        at = chance.choice(choices)
        row = rows[at]
        people.add(row["宛名番号"])
        households |= {other["世帯番号"] for other in rows if other["宛名番号"] == row["宛名番号"]}
        rows[at] = fault.change(row)
        planted.append(Planted(at + 2, fault.item, fault.rule, row["宛名番号"], fault.held))
    return as_bytes(header, rows), planted


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(plant(int(sys.argv[2]) if len(sys.argv) > 2 else 1)[0])
