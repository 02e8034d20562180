"""1項目ずつの検査: what can be said of a cell by itself. The first rule that is broken speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import polars as pl

from yakuba.exchange.income_reports.findings import Rule, says
from yakuba.exchange.income_reports.layout import Column
from yakuba.exchange.income_reports.numbers import wrong_corporate_numbers, wrong_individual_numbers
from yakuba.kernel.wareki import eras

AMOUNT_DIGITS = 12
"""Up to 999,999,999,999 yen: what is longer is two cells run together."""
BEFORE_REIWA = next(era.first_day.year for era in eras() if era.slug == "reiwa") - 1
"""令和1年 is this year plus 1."""
_CONTROL = r"[\x00-\x1f\x7f-\x9f\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{e000}-\u{f8ff}]"
_KANA = r"[^ァ-ヺー・ヽヾ\u{3000}A-Z]"
_DIGITS = r"^[0-9]+$"


def income_year(name: str = "income_year") -> pl.Expr:
    """年分 as a western year; null where the cell is not one or two digits."""
    cell = pl.col(name)
    return pl.when(cell.str.contains(r"^[0-9]{1,2}$")).then(cell.cast(pl.Int32, strict=False) + BEFORE_REIWA)


def day(name: str) -> pl.Expr:
    """年月日 of the form 2026-01-20; null otherwise."""
    return pl.col(name).str.to_date("%Y-%m-%d", strict=False)


def cell_rules(frame: pl.DataFrame, columns: tuple[Column, ...], *, today: date) -> Iterator[Rule]:
    """All rules over the columns, in the order in which they speak."""
    for column in columns:
        cell = pl.col(column.id)
        if column.required:
            yield Rule(
                column,
                cell.is_null(),
                says("required-blank", "{name}が空欄です。", "空欄にできない項目です。値を入れてください。"),
            )
        yield Rule(
            column, cell.str.contains("\ufffd", literal=True),
            says("not-utf-8", "{name}に読めない文字があります。", "ファイルの文字コードをUTF-8にして、元の文字を確認してください。"),
        )  # fmt: skip
        yield Rule(
            column, cell.str.contains(_CONTROL),
            says("character", "{name}に使えない文字（制御文字か外字）があります。", "元の資料で文字を確認し、入れ直してください。"),
        )  # fmt: skip
        if column.length:
            yield Rule(
                column, cell.str.len_chars() > column.length,
                says("too-long", f"{{name}}が{column.length}文字を超えています。", f"{column.length}文字までにしてください。"),
            )  # fmt: skip
        if column.kind in _FORMS:
            yield from _FORMS[column.kind](column, frame, today)


def _kana(column: Column, _frame: pl.DataFrame, _today: date) -> Iterator[Rule]:
    yield Rule(
        column, pl.col(column.id).str.contains(_KANA),
        says("kana", "{name}「{value}」に全角カタカナでない文字があります。", "全角カタカナで、氏と名の間を全角空白で入れてください。"),
    )  # fmt: skip


def _date(column: Column, _frame: pl.DataFrame, today: date) -> Iterator[Rule]:
    cell = pl.col(column.id)
    yield Rule(
        column, ~cell.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        says("date-form", "{name}「{value}」が年月日の形ではありません。", "2026-01-20 の形で入れてください。"),
    )  # fmt: skip
    yield Rule(
        column, cell.is_not_null() & day(column.id).is_null(),
        says("date-not-in-calendar", "{name}「{value}」は暦にない日付です。", "元の資料で日付を確認してください。"),
    )  # fmt: skip
    yield Rule(
        column, day(column.id) > today,
        says("date-in-future", "{name}「{value}」が処理日より後です。", "元の資料で日付を確認してください。"),
    )  # fmt: skip


def _year(column: Column, _frame: pl.DataFrame, today: date) -> Iterator[Rule]:
    yield Rule(
        column, ~pl.col(column.id).str.contains(r"^[0-9]{1,2}$") | (income_year(column.id) <= BEFORE_REIWA),
        says("year-form", "{name}「{value}」が年分ではありません。", "令和の年を1桁か2桁の数字で入れてください。"),
    )  # fmt: skip
    yield Rule(
        column, income_year(column.id) > today.year,
        says("year-in-future", "{name}「{value}」はまだ来ていない年です。", "元の資料で年分を確認してください。"),
    )  # fmt: skip


def _amount(column: Column, _frame: pl.DataFrame, _today: date) -> Iterator[Rule]:
    cell = pl.col(column.id)
    if not column.loss:
        yield Rule(
            column, cell.str.contains(r"^[-△▲−][0-9,]+$"),
            says("amount-negative", "{name}「{value}」が負の金額です。", "0以上の金額を入れてください。"),
        )  # fmt: skip
    yield Rule(
        column, ~cell.str.contains(r"^-?[0-9]+$"),
        says("amount-form", "{name}「{value}」が金額ではありません。", "円単位の半角数字だけで、カンマや単位を付けずに入れてください。"),
    )  # fmt: skip
    yield Rule(
        column, cell.str.strip_prefix("-").str.len_chars() > AMOUNT_DIGITS,
        says("amount-too-large", "{name}「{value}」の桁数が多すぎます。", "元の資料で金額を確認してください。"),
    )  # fmt: skip


def _count(column: Column, _frame: pl.DataFrame, _today: date) -> Iterator[Rule]:
    yield Rule(
        column, ~pl.col(column.id).str.contains(r"^[0-9]{1,2}$"),
        says("count-form", "{name}「{value}」が人数ではありません。", "99までの半角数字で入れてください。"),
    )  # fmt: skip


def _code(column: Column, _frame: pl.DataFrame, _today: date) -> Iterator[Rule]:
    allowed = column.values or ("0", "1")
    yield Rule(
        column, ~pl.col(column.id).is_in(list(allowed)),
        says("code-unknown", "{name}「{value}」という値はありません。", f"{'・'.join(allowed)}のどれかを入れてください。"),
    )  # fmt: skip


def _individual_number(column: Column, frame: pl.DataFrame, _today: date) -> Iterator[Rule]:
    cell = pl.col(column.id)
    yield Rule(
        column, ~cell.str.contains(r"^[0-9]{12}$"),
        says("number-form", "{name}が12桁の数字ではありません。", "番号確認書類で番号を確かめてください。"),
    )  # fmt: skip
    yield Rule(
        column, cell.is_in(wrong_individual_numbers(frame[column.id])),
        says("check-digit", "{name}の検査用数字が違います。", "番号確認書類で番号を確かめてください。"),
    )  # fmt: skip


def _corporate_number(column: Column, frame: pl.DataFrame, _today: date) -> Iterator[Rule]:
    cell = pl.col(column.id)
    # Twelve digits are somebody's 個人番号 in the wrong place: it is not to be said again.
    yield Rule(
        column, cell.str.contains(r"^[0-9]{12}$"),
        says("individual-number-here", "{name}に12桁の番号があります。", "個人の支払者では空欄にし、指定番号だけを入れてください。"),
    )  # fmt: skip
    yield Rule(
        column, ~cell.str.contains(r"^[0-9]{13}$"),
        says("number-form", "{name}「{value}」が13桁の数字ではありません。", "法人番号公表サイトで番号を確かめてください。"),
    )  # fmt: skip
    yield Rule(
        column, cell.is_in(wrong_corporate_numbers(frame[column.id])),
        says("check-digit", "{name}「{value}」の検査用数字が違います。", "法人番号公表サイトで番号を確かめてください。"),
    )  # fmt: skip


_FORMS: dict[str, Callable[[Column, pl.DataFrame, date], Iterator[Rule]]] = {
    "kana": _kana,
    "date": _date,
    "year": _year,
    "amount": _amount,
    "count": _count,
    "flag": _code,
    "code": _code,
    "individual_number": _individual_number,
    "corporate_number": _corporate_number,
}
