"""1件の検査: what the cells of a report say of each other. A cell with a finding of its own takes no part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import add, or_

import polars as pl

from yakuba.exchange.income_reports.cells import day, income_year
from yakuba.exchange.income_reports.findings import Rule, says
from yakuba.exchange.income_reports.layout import Column, Layout, RelativeBlock
from yakuba.registers.income_reports.columns import Kind

ROLE_TERMS = {"spouse": "配偶者", "dependant": "扶養親族", "under_16": "16歳未満の扶養親族"}


def amount(name: str) -> pl.Expr:
    """金額・人数 as int64; a blank or unreadable cell is 0."""
    return pl.col(name).cast(pl.Int64, strict=False).fill_null(0)


def total(form: Layout, name: str) -> pl.Expr:
    """The amount of an item: of its own column, or the sum of the columns that add up to it."""
    parts = [column.id for column in form.columns if column.sums_into == name]
    return reduce(add, map(amount, parts)) if parts else amount(name)


def row_rules(form: Layout) -> Iterator[Rule]:
    """The rules between cells of one row, in the order in which they speak."""
    columns = form.by_id()
    yield from _parts(form, columns)
    yield from _days(columns)
    yield from _housing_loan(columns)
    if form.kind in (Kind.FINAL_RETURN, Kind.RESIDENT_TAX_RETURN):
        yield from _medical(columns)
    for block in form.relatives:
        yield from _relative(block, columns)
    yield from _counts(form, columns)
    yield from _numbers_within(form, columns)


def _parts(form: Layout, columns: dict[str, Column]) -> Iterator[Rule]:
    for column in form.columns:
        if not column.part_of:
            continue
        whole = columns[column.part_of].name if column.part_of in columns else "支払金額の合計"
        yield Rule(
            column, amount(column.id) > total(form, column.part_of),
            says("exceeds-whole", f"{{name}}「{{value}}」が{whole}を超えています。", f"{{name}}と{whole}を元の資料で確認してください。"),
        )  # fmt: skip


def _days(columns: dict[str, Column]) -> Iterator[Rule]:
    ends = pl.date(income_year(), 12, 31)
    yield Rule(
        columns["birth_date"], day("birth_date") > ends,
        says("born-after-year", "生年月日「{value}」が年分より後です。", "生年月日と年分を確認してください。"),
    )  # fmt: skip
    yield Rule(
        columns["received_on"], day("received_on") < pl.date(income_year(), 1, 1),
        says("received-before-year", "受領年月日「{value}」が年分より前です。", "受領年月日と年分を確認してください。"),
    )  # fmt: skip
    if "left_on" in columns:
        yield Rule(
            columns["left_on"], day("left_on") < day("joined_on"),
            says("left-before-joined", "退職年月日「{value}」が就職年月日より前です。", "就職と退職の日付を確認してください。"),
        )  # fmt: skip


def _housing_loan(columns: dict[str, Column]) -> Iterator[Rule]:
    if "housing_loan_since" not in columns:
        return
    claimed = amount("housing_loan_creditable") > 0
    yield Rule(
        columns["housing_loan_credited"], claimed & (amount("housing_loan_credited") > amount("housing_loan_creditable")),
        says("exceeds-whole", "{name}「{value}」が住宅借入金等特別控除の可能額を超えています。", "控除額と控除可能額を確認してください。"),
    )  # fmt: skip
    for name in ("housing_loan_category", "housing_loan_since"):
        yield Rule(
            columns[name], claimed & pl.col(name).is_null(),
            says("housing-loan-incomplete", "住宅借入金等特別控除があるのに{name}が空欄です。", "住民税の控除の上限が決まらないため、値を入れてください。"),
        )  # fmt: skip


def _medical(columns: dict[str, Column]) -> Iterator[Rule]:
    yield Rule(
        columns["self_medication_expense"], (amount("self_medication_expense") > 0) & (amount("medical_paid") > 0),
        says("medical-both", "医療費控除と、その特例の{name}「{value}」の両方があります。", "どちらか選んだ方だけを入れてください。"),
    )  # fmt: skip


def _relative(block: RelativeBlock, columns: dict[str, Column]) -> Iterator[Rule]:
    """氏名のない親族の欄."""
    name = block.id_of("name")
    others = [each for item, each in block.columns if item != "name"]
    if name is None:
        return
    filled = reduce(or_, (pl.col(each).is_not_null() & (pl.col(each) != "0") for each in others))
    yield Rule(
        columns[name], pl.col(name).is_null() & filled,
        says("relative-without-name", "{name}が空欄なのに、その人のほかの欄に値があります。", "氏名を入れるか、ほかの欄を空にしてください。"),
    )  # fmt: skip


def _counts(form: Layout, columns: dict[str, Column]) -> Iterator[Rule]:
    """人数と氏名の食い違い: more names than the count, or fewer where the names would have had room."""
    for role, term in ROLE_TERMS.items():
        counted = [column for column in form.columns if column.counts == role]
        names = [name for block in form.relatives if block.role == role and (name := block.id_of("name"))]
        if not counted:
            continue
        told = reduce(add, (amount(column.id) for column in counted))
        named = reduce(add, (pl.col(name).is_not_null().cast(pl.Int64) for name in names))
        fits = (told == named) | ((told > len(names)) & (named == len(names)))
        yield Rule(
            counted[0], ~fits,
            says("count-differs", f"{term}の人数が、氏名の欄の人数と違います。", f"{term}の数と氏名を元の資料で確認してください。"),
        )  # fmt: skip
    for value, name in (("2", "special_disability_count"), ("1", "disability_count")):
        if name in columns:
            marks = [each for block in form.relatives if (each := block.id_of("disability"))]
            marked = reduce(add, ((pl.col(each) == value).fill_null(value=False).cast(pl.Int64) for each in marks))
            yield Rule(
                columns[name], marked > amount(name),
                says("count-differs", "{name}「{value}」より、障害者とされた親族の方が多くなっています。", "障害者の数と親族の欄を確認してください。"),
            )  # fmt: skip


def _numbers_within(form: Layout, columns: dict[str, Column]) -> Iterator[Rule]:
    """同じ個人番号が1件に2度: a relative with the number of the person, or of a relative before."""
    before = ["individual_number"]
    for block in form.relatives:
        number = block.id_of("individual_number")
        if number is None:
            continue
        same = reduce(or_, (pl.col(number) == pl.col(each) for each in before))
        yield Rule(
            columns[number], same,
            says("number-doubled", "{name}が、同じ資料の別の人の個人番号と同じです。", "どちらの人の番号か、番号確認書類で確かめてください。"),
        )  # fmt: skip
        before.append(number)


def year_of_most(years: pl.Series) -> int | None:
    """ファイルの年分: the one on most rows; null rows do not count."""
    counted = years.drop_nulls().value_counts(sort=True)
    return None if counted.is_empty() else int(counted[years.name][0])
