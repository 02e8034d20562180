"""1項目ずつの検査: what can be said of a cell by itself, given the 住民種別 and 住民状態 of its row.

The rules of a column stand in order and the first that is broken speaks, so that a cell has one finding at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from yakuba.exchange.standard_files.findings import CellFinding, Rule, located, says, spoken
from yakuba.exchange.standard_files.layout import Column, by_id, columns
from yakuba.exchange.standard_files.numbers import FINDINGS, wrong_numbers
from yakuba.exchange.standard_files.reading import LINE
from yakuba.kernel import check_digits, codes
from yakuba.kernel.characters import characters_findings
from yakuba.kernel.dates import read_unknown
from yakuba.kernel.findings import Finding, Severity
from yakuba.kernel.relationships import link_terms
from yakuba.kernel.wareki import CALENDAR_STARTS_ON, read_day

DEPARTURES = ["21", "22"]
"""国内転出, 国外転出: entered before the day on which they come true (national specification 4.0.3)."""
NEVER_UNKNOWN = ["01", "02", "21", "22", "41", "50", "51", "52", "53"]
"""異動事由 whose 異動日 is reported by the person and cannot be 不詳 (1.1.8 names 出生, 死亡, 失踪)."""
NO_HONSEKI = ["なし", "不明"]

_ODD = (
    r"[\x00-\x1f\x7f-\x9f\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}"
    r"\u{fdd0}-\u{fdef}\u{fffe}\u{ffff}\u{e000}-\u{f8ff}\u{fe00}-\u{fe0f}\u{e0000}-\u{10ffff}]"
)
_SELECTORS = r"[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]"
_HALF = r"[\x20-\x7e｡-ﾟ]"
_SCRIPTS = {
    "full": (_HALF, "「{value}」に半角の文字があります。", "{name}は全角で入力してください。"),
    "mixed": (r"[｡-ﾟ]", "「{value}」に半角カタカナがあります。", "全角カタカナで入力してください。"),
    "half": (r"[^\x21-\x7e]", "「{value}」に半角英数字でない文字があります。", "{name}は半角英数字で入力してください。"),
    "furigana": (r"[^ァ-ヺー・ヽヾ\u{3000}]", "「{value}」に全角カタカナでない文字があります。", "フリガナは全角カタカナで、氏と名の間を全角空白で入力してください。"),
    "roman": (r"[^A-Z0-9 .,'/\-]", "「{value}」に半角の英大文字でない文字があります。", "ローマ字氏名は在留カードのとおり半角の英大文字で入力してください。"),
}  # fmt: skip
_BLANK = says("required-blank", "{name}が空欄です。", "空欄にできない項目です（1.1.6）。値を入れてください。")


def kind_contradicts(frame: pl.DataFrame) -> pl.Expr:
    """住民種別の取り違え: every item that belongs to one 住民種別 alone speaks for the other one."""
    filled = {
        kind: pl.sum_horizontal(
            pl.col(column.id).is_not_null()
            for column in columns()
            if column.only == kind and column.id in frame.columns
        )
        for kind in ("japanese", "foreign")
    }
    kind = pl.col("resident_kind")
    as_foreign = (kind == "1") & (filled["foreign"] >= 2) & (filled["japanese"] == 0)
    as_japanese = (kind == "2") & (filled["japanese"] >= 2) & (filled["foreign"] == 0)
    return (as_foreign | as_japanese).fill_null(value=False)


def cell_rules(frame: pl.DataFrame, *, today: date) -> Iterator[Rule]:
    """All rules over the columns that the frame has, in the order in which they speak."""
    sure_of_kind = ~kind_contradicts(frame)
    present = [column for column in columns() if column.id in frame.columns]
    for column in present:
        yield from _blank_rules(column, frame, sure_of_kind)
        yield from _belonging_rules(column, sure_of_kind)
        if column.kind in ("text", "pattern"):
            yield from _character_rules(column, frame)
        yield from _length_rules(column, frame)
        yield from _form_rules(column, frame, sure_of_kind, today)
        yield from _unknown_rules(column, frame)


def _blank_rules(column: Column, frame: pl.DataFrame, sure_of_kind: pl.Expr) -> Iterator[Rule]:
    blank = pl.col(column.id).is_null()
    japanese, foreign = ((pl.col("resident_kind") == kind) & sure_of_kind for kind in ("1", "2"))
    living = pl.col("resident_status") == "1"
    needed = {
        "always": pl.lit(value=True),
        "japanese": japanese,
        "foreign": foreign,
        "present": living,
        "card": foreign & living & pl.col("article_30_45_category").is_in(["01", "02"]),
    }
    if column.required:
        mask = blank & needed[column.required]
        if column.id == "town":
            mask &= pl.col("town_code").fill_null("") != "0000000"
        if column.group:
            group = [other.id for other in columns() if other.group == column.group]
            mask &= ~pl.any_horizontal(pl.col(other).is_in(NO_HONSEKI).fill_null(value=False) for other in group)
            if column.id != group[0]:
                mask &= pl.any_horizontal(pl.col(other).is_not_null() for other in group)
        yield Rule(column, mask, _BLANK)
    if column.id in ("name", "sex"):
        yield Rule(
            column, blank, says("usually-filled", "{name}が空欄です。", column.expected or "届書を確認してください。", severity=Severity.ALERT)
        )  # fmt: skip
    flag = f"{column.id}_unknown"
    if column.kind == "date" and not column.required and flag in frame.columns:
        yield Rule(
            column, blank & (pl.col(flag) == "1"),
            says("unknown-date-without-day", "{name}が不詳なのに、代わりの日付がありません。", "不詳表記から定まる代わりの日付を入れてください。"),
        )  # fmt: skip


def _belonging_rules(column: Column, sure_of_kind: pl.Expr) -> Iterator[Rule]:
    if not column.only or column.bears == "unknown":
        return
    other = "2" if column.only == "japanese" else "1"
    term = codes.codes("resident_kinds")[other].term
    yield Rule(
        column, pl.col(column.id).is_not_null() & (pl.col("resident_kind") == other) & sure_of_kind,
        says("item-not-for-kind", f"{{name}}は{term}の項目ではありません。", "値を削るか、住民種別を確認してください。"),
    )  # fmt: skip


def _character_rules(column: Column, frame: pl.DataFrame) -> Iterator[Rule]:
    cell = pl.col(column.id)
    yield Rule(
        column, cell.str.contains("\ufffd", literal=True),
        says("not-utf-8", "{name}に読めない文字があります。", "ファイルの文字コードをUTF-8にして、元の文字を確認してください。"),
    )  # fmt: skip
    values = frame[column.id]
    odd = values.filter(values.str.contains(_ODD)).unique().to_list()
    wrong = {value: found[0] for value in odd if (found := characters_findings(value))}
    if wrong:
        yield Rule(column, cell.is_in(list(wrong)), lambda _, value: wrong[value])
    yield Rule(
        column, cell.str.contains(r"^[ \u{3000}]|[ \u{3000}]$"),
        says("space-around", "{name}「{value}」の前か後ろに空白があります。", "空白を取り除いてください。"),
    )  # fmt: skip


def _length_rules(column: Column, frame: pl.DataFrame) -> Iterator[Rule]:
    if column.kind != "text" or not column.length:
        return
    long = pl.col(column.id).str.len_chars() > column.length
    if column.id in frame.columns and frame.select(long.any()).item():
        bare = pl.col(column.id).str.replace_all(_SELECTORS, "").str.len_chars() > column.length
        yield Rule(
            column, long & bare,
            says("too-long", f"{{name}}が{column.length}文字を超えています。", f"{column.length}文字までで入力してください。"),
        )  # fmt: skip


def _form_rules(column: Column, frame: pl.DataFrame, sure_of_kind: pl.Expr, today: date) -> Iterator[Rule]:
    cell = pl.col(column.id)
    if column.kind == "date":
        yield from _date_rules(column, today)
    elif column.kind == "digits":
        yield from _digit_rules(column, frame)
    elif column.kind == "flag":
        yield Rule(column, ~cell.is_in(["0", "1"]), says("flag-form", "{name}「{value}」は0でも1でもありません。", "0か1を入力してください。"))  # fmt: skip
    elif column.kind == "pattern":
        yield Rule(column, ~cell.str.contains(f"^(?:{column.pattern})$"), says("form", "{name}「{value}」の形が正しくありません。", column.expected))  # fmt: skip
    elif column.unit:
        good = [value for value in frame[column.id].drop_nulls().unique() if codes.is_stay_code(column.unit, value)]
        yield Rule(column, ~cell.is_in(good), says("code-unknown", "{name}「{value}」はコード一覧にありません。", "年は00～05、月は00～11、日は000～365です。"))  # fmt: skip
    elif column.values:
        yield Rule(column, ~cell.is_in(list(column.values)), says("branch-number", "{name}「{value}」は取り込めません。", "枝番号は0だけです。履歴番号に直してください。"))  # fmt: skip
    elif column.list == "relationships":
        say = says(
            "code-unknown", "{name}「{value}」はコード一覧にありません。", "続柄コード一覧の値を入力してください。"
        )
        yield Rule(column, ~cell.is_in(list(link_terms())), say)
    elif column.list:
        yield _code_rule(column, column.list)
    elif column.kind == "text":
        script = "full" if column.script == "name" else column.script
        pattern, message, remedy = _SCRIPTS[script]
        mask = cell.str.contains(pattern)
        if column.script == "name":
            mask &= (pl.col("resident_kind") == "1") & sure_of_kind
        yield Rule(column, mask, says(f"script-{script.replace('_', '-')}", f"{{name}}{message}", remedy))


def _code_rule(column: Column, list_name: codes.ListName) -> Rule:
    def say(of: Column, value: str) -> Finding:
        return spoken(codes.code_finding(list_name, value, label=of.name))

    return Rule(column, ~pl.col(column.id).is_in(list(codes.codes(list_name))), say)


def _date_rules(column: Column, today: date) -> Iterator[Rule]:
    cell = pl.col(column.id)
    day = cell.str.to_date("%Y-%m-%d", strict=False)
    yield Rule(
        column, ~cell.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        says("date-form", "{name}「{value}」は日付の形（YYYY-MM-DD）ではありません。", "例: 2026-11-23 の形で入力してください。"),
    )  # fmt: skip
    yield Rule(
        column, cell.is_not_null() & day.is_null(),
        says("date-not-in-calendar", "{name}「{value}」は存在しない日付です。", "届書で確認し、正しい日付を入力してください。"),
    )  # fmt: skip
    yield Rule(
        column, day < CALENDAR_STARTS_ON,
        says("date-before-calendar", "{name}「{value}」は明治6年1月1日（太陽暦の施行）より前の日付です。", "日付を確認してください。"),
    )  # fmt: skip
    if column.future != "always":
        late = day > today
        if column.future == "departure":
            late &= ~pl.col("reason").is_in(DEPARTURES).fill_null(value=False)
        yield Rule(
            column, late, says("date-in-future", "{name}「{value}」が今日より後です。", "日付を確認してください。")
        )


def _digit_rules(column: Column, frame: pl.DataFrame) -> Iterator[Rule]:
    cell, least = pl.col(column.id), 1 if column.shorter else column.length
    form = f"半角数字{column.length}桁{'まで' if column.shorter else ''}"
    yield Rule(
        column, ~cell.str.contains(rf"^[0-9]{{{least},{column.length}}}$"),
        says("number-form", f"{{name}}「{{value}}」は{form}ではありません。".replace("「{value}」", "" if column.secret else "「{value}」"), f"{form}で入力してください。"),
    )  # fmt: skip
    if column.shorter:
        yield Rule(column, cell.str.contains("^0+$"), says("number-form", "{name}「{value}」は1以上の数ではありません。", "1からの番号を入力してください。"))  # fmt: skip
    if column.check:
        wrong = wrong_numbers(frame[column.id], check=column.check, width=column.length)

        def say(of: Column, value: str) -> Finding:
            if of.check == "addressee":
                return spoken(check_digits.addressee_number_finding(value, term=of.name))
            return spoken(FINDINGS[of.check](value))

        if wrong:
            yield Rule(column, cell.is_in(wrong), say)


def _unknown_rules(column: Column, frame: pl.DataFrame) -> Iterator[Rule]:
    cell = pl.col(column.id)
    if column.bears == "unknown":
        if column.id == "occurred_on_unknown":
            yield Rule(column, (cell == "1") & pl.col("reason").is_in(NEVER_UNKNOWN), says("date-unknown-not-allowed", "この異動事由の異動年月日は不詳にできません。", "届書の日付を入力し、不詳フラグを0にしてください。"))  # fmt: skip
        note = f"{column.of}_note"
        if note in frame.columns:
            yield Rule(column, (cell.fill_null("0") == "0") & pl.col(note).is_not_null(), says("unknown-flag-missing", "不詳表記があるのに{name}が1ではありません。", "不詳のときはフラグを1に、そうでないときは表記を空欄にしてください。"))  # fmt: skip
    elif f"{column.id.removesuffix('_note')}_unknown" in frame.columns and column.id.endswith("_note"):
        flag = pl.col(f"{column.id.removesuffix('_note')}_unknown")
        yield Rule(column, (flag == "1") & cell.is_null(), says("unknown-wording-missing", "不詳フラグが1なのに{name}が空欄です。", "昭和14年頃 のように不詳の表記を入れてください。"))  # fmt: skip
        wordings = frame[column.id].drop_nulls().unique().to_list()
        odd = [text for text in wordings if read_unknown(text) is None and read_day(text) is None]
        if odd:
            yield Rule(column, cell.is_in(odd) & (flag == "1"), says("unknown-wording-odd", "{name}「{value}」は不詳日の表記一覧（1.3.6）にありません。", "表記を確認してください。", severity=Severity.ALERT))  # fmt: skip


def apply_rules(frame: pl.DataFrame, rules: Iterator[Rule] | list[Rule]) -> tuple[list[CellFinding], pl.DataFrame]:
    """The findings of the rules, one a cell, and (line, id) of the cells that have one."""
    by_column: dict[str, list[Rule]] = {}
    for rule in rules:
        by_column.setdefault(rule.column.id, []).append(rule)
    spoken = frame.select(
        pl.coalesce(
            *(pl.when(rule.mask).then(pl.lit(number, dtype=pl.Int8)) for number, rule in enumerate(chain)),
            pl.lit(None, dtype=pl.Int8),
        ).alias(name)
        for name, chain in by_column.items()
    )
    found: list[CellFinding] = []
    for name, chain in by_column.items():
        if spoken[name].null_count() == frame.height:
            continue
        bad = frame.select(LINE, pl.col(name), spoken[name].alias("_rule")).filter(pl.col("_rule").is_not_null())
        column = by_id()[name]
        for line, value, number in bad.iter_rows():
            text = value or ""
            found.append(located(column, chain[number].say(column, text), line, text))
    cells = pl.DataFrame(
        {LINE: [one.line for one in found], "id": [one.id for one in found]}, schema={LINE: pl.Int64, "id": pl.String}
    )
    return found, cells
