"""`yakuba law`: the rules of the law on files, without a database: evaluate, explain, graph, compare, columns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import click
import numpy as np
import polars as pl

from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.progress import progress_bar
from yakuba.kernel.findings import Finding, RefusedError
from yakuba.law.engine.checking import check
from yakuba.law.engine.drawing import graph as draw
from yakuba.law.engine.explanation import explain as explanation_of
from yakuba.law.engine.files import evaluate_file
from yakuba.law.engine.ruleset import RuleSet
from yakuba.law.engine.scenario import compare as compare_under
from yakuba.law.engine.scenario import distribution, totals
from yakuba.law.rules.resident_tax import FISCAL_YEARS, resident_tax

_INCOME_EDGES = [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 6_000_000, 8_000_000, 10_000_000, 20_000_000]
_AGE_EDGES = [0, 15, 20, 30, 40, 50, 60, 65, 75]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
year = click.option(
    "--year", type=click.IntRange(FISCAL_YEARS[0], FISCAL_YEARS[-1]), required=True, help="年度（西暦）"
)
municipality = click.option("--municipality", help="団体コード（statutes/municipal の条例の値を使う）")


@click.group(cls=JapaneseGroup, help="法令の規則（個人住民税）をファイルに当てはめる")
def command() -> None:
    """The group itself does nothing."""


@contextmanager
def _findings_told() -> Iterator[None]:
    try:
        yield
    except RefusedError as refused:
        _tell(list(refused.findings))


def _tell(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(str(finding), err=True)
    click.secho(f"誤り {len(findings)} 件。何も書き出していません。", fg="red", err=True)
    raise SystemExit(1)


def _known(rules: RuleSet, names: tuple[str, ...]) -> list[str]:
    unknown = [name for name in names if name not in rules.rules]
    if unknown:
        raise click.UsageError(
            f"{'、'.join(unknown)} という項目はありません。`yakuba law columns` で一覧を見られます。"
        )
    return list(names)


@command.command(help="ファイル（Parquet・CSV、1人1行）の全員について、求める項目を計算して書き出す")
@click.argument("file", type=FILE)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="書き出すファイル（.parquet・.csv）"
)
@click.option("--want", "wanted", multiple=True, default=("annual_tax",), help="求める項目（繰り返せる）")
@click.option("--keep", multiple=True, help="そのまま写す列（繰り返せる）")
@year
@municipality
def evaluate(
    file: Path, out: Path, wanted: tuple[str, ...], keep: tuple[str, ...], year: int, municipality: str | None
) -> None:
    """Streams the file; a wrong cell gives a finding and nothing is written."""
    rules = resident_tax(year, municipality)
    names = _known(rules, wanted)
    lazy = pl.scan_parquet(file) if file.suffix == ".parquet" else pl.scan_csv(file, infer_schema=False)
    people = lazy.select(pl.len()).collect().item()
    with _findings_told(), progress_bar("計算") as advance:
        done = evaluate_file(
            rules, file, out, names, keep=keep, workers=os.cpu_count() or 1, progress=lambda rows: advance(rows, people)
        )
    click.echo(f"{done:,} 人について {len(names)} 項目を {out} に書き出しました。")


def _columns_of(file: Path, rules: RuleSet, keep: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    frame = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file)
    columns = {name: frame[name].to_numpy() for name in frame.columns if name not in keep}
    findings = check(rules, columns, first_row=1 if file.suffix == ".parquet" else 2)
    if findings:
        _tell(findings)
    return columns


def _facts(values: tuple[str, ...]) -> dict[str, np.ndarray]:
    pairs = [re.fullmatch(r"([a-z_0-9]+)=(-?\d+)", each) for each in values]
    if not values or not all(pairs):
        raise click.UsageError("--set は employment_revenue=5000000 の形で書いてください。")
    return {pair[1]: np.array([int(pair[2])]) for pair in pairs if pair}


@command.command(help="1人の1項目が、なぜその値になるかを説明する")
@click.argument("quantity")
@click.option("--file", type=FILE, help="人々のファイル（--row で行を選ぶ）")
@click.option("--row", type=click.IntRange(0), default=0, help="ファイルの何行目か（0から）")
@click.option("--set", "values", multiple=True, help="ファイルに代えて、項目=値（繰り返せる）")
@click.option("--json", "as_json", is_flag=True, help="JSON で出力する")
@year
@municipality
def explain(
    quantity: str, file: Path | None, row: int, values: tuple[str, ...], as_json: bool, year: int, municipality: str | None
) -> None:  # fmt: skip
    """The tree of quantities as text or JSON."""
    rules = resident_tax(year, municipality)
    _known(rules, (quantity,))
    columns = _columns_of(file, rules) if file else _facts(values)
    findings = check(rules, columns)
    if findings:
        _tell(findings)
    if row >= len(next(iter(columns.values()))):
        raise click.UsageError(f"{row} 行目はありません。")
    node = explanation_of(rules, columns, row, quantity)
    click.echo(node.as_json() if as_json else "\n".join(node.lines()))


@command.command(help="項目が何から計算されるかを、図（SVG）にする")
@click.argument("quantity")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="書き出すファイル（.svg）")
@click.option("--numbers", is_flag=True, help="法令の数値も描く")
@year
@municipality
def graph(quantity: str, out: Path, numbers: bool, year: int, municipality: str | None) -> None:
    """Draws the rule set's graph below one quantity."""
    rules = resident_tax(year, municipality)
    _known(rules, (quantity,))
    out.write_text(draw(rules, quantity, with_numbers=numbers), encoding="utf-8")
    click.echo(f"図を {out} に書き出しました。")


@command.command(help="法令の数値を変えたとき、合計・増減する人・所得と年齢ごとの分布がどう変わるかを比べる")
@click.argument("file", type=FILE)
@click.option("--set", "values", multiple=True, required=True, help='数値=値（整数か "7/100" の形。繰り返せる）')
@click.option("--want", "quantity", default="annual_tax", help="比べる項目")
@click.option("--keep", multiple=True, help="計算に使わない列（繰り返せる）")
@year
@municipality
def compare(
    file: Path, values: tuple[str, ...], quantity: str, keep: tuple[str, ...], year: int, municipality: str | None
) -> None:
    """Totals, winners and losers, and two distributions; nothing is written."""
    rules = resident_tax(year, municipality)
    _known(rules, (quantity,))
    columns = _columns_of(file, rules, keep)
    changed: dict[str, int | Fraction] = {}
    for each in values:
        pair = re.fullmatch(r"([a-z_0-9]+)=(-?\d+|\d+/[1-9]\d*)", each)
        if pair is None or pair[1] not in rules.parameters:
            raise click.UsageError(f"{each} は、法令の数値=値 の形ではありません。")
        changed[pair[1]] = Fraction(pair[2]) if "/" in pair[2] else int(pair[2])
    compared = compare_under(rules, rules.with_parameters(changed), columns, quantity, workers=os.cpu_count() or 1)
    told = {
        "before": "変更前", "after": "変更後", "change": "増減", "lower": "減る人", "higher": "増える人", "same": "同じ人",
        "from": "以上", "people": "人数",
    }  # fmt: skip
    with pl.Config(
        tbl_rows=-1, thousands_separator=True, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True
    ):
        click.echo(totals(compared).rename(told, strict=False))
        if "employment_revenue" in columns:
            click.echo(
                f"給与収入ごと\n{distribution(compared, columns['employment_revenue'], _INCOME_EDGES).rename(told, strict=False)}"
            )
        if "age" in columns:
            click.echo(f"年齢ごと\n{distribution(compared, columns['age'], _AGE_EDGES).rename(told, strict=False)}")


@command.command(help="列の一覧（識別子、用語、単位、意味、根拠）を Markdown の表で出力する")
@year
@municipality
def columns(year: int, municipality: str | None) -> None:
    """The generated table of every input, quantity and number."""
    rules = resident_tax(year, municipality)
    click.echo("| 識別子 | 種類 | 用語 | 単位 | 意味・算式 | 根拠 |\n| --- | --- | --- | --- | --- | --- |")
    rows: list[tuple[str, str, str, str, str, str]] = [
        *((each.name, "入力", each.term, each.unit, each.meaning, "") for each in rules.inputs.values()),
        *((each.name, "計算", each.term, each.unit, each.formula, each.article) for each in rules.rules.values()),
        *((each.name, "数値", each.term, each.unit, str(each.value), each.origin.article) for each in rules.parameters.values()),
    ]  # fmt: skip
    for row in rows:
        click.echo(f"| {' | '.join(row)} |")
