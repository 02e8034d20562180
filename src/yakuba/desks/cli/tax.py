"""`yakuba tax`: what the tax section does for a whole town."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.tax_runs import post, propose

if TYPE_CHECKING:
    from yakuba.registers.access.door import Access
    from yakuba.services.resident_tax.statistics import Statistics

SORTS = {
    "separate": "分離課税のある者",
    "employment": "給与所得者",
    "business": "営業等・農業所得者",
    "other": "その他の所得者",
}
BURDENS = {
    "income_levy": "所得割を納める者",
    "per_capita_only": "均等割のみを納める者",
    "forest_tax_only": "森林環境税のみを納める者",
    "nothing": "課税のない者",
}
PERSONS = "人数"


@click.group(cls=JapaneseGroup, help="個人住民税の課税")
def command() -> None:
    """The group itself does nothing."""


command.add_command(propose)
command.add_command(post)


@command.command(help="課税状況の統計（市町村税課税状況等の調の様式にならう）")
@click.argument("fiscal_year", type=int)
@click.option("--csv", "out", type=click.Path(dir_okay=False, path_type=Path), help="すべての表をCSVに書き出す")
def statistics(fiscal_year: int, out: Path | None) -> None:
    """FISCAL_YEAR is the western year of the 年度. Exit code 1 when there is nothing to add up."""
    open_registers()
    # Its imports need Django set up.
    from yakuba.kernel.findings import RefusedError
    from yakuba.services.resident_tax import statistics as service

    try:
        found = service.statistics(_access(), fiscal_year)
    except RefusedError as refused:
        click.secho(str(refused), fg="red", err=True)
        sys.exit(1)
    if out is not None:
        # With a byte order mark, so that a spreadsheet reads it as UTF-8.
        out.write_text(_long(found).write_csv(line_terminator="\r\n"), encoding="utf-8-sig", newline="")
        click.echo(f"{out} に書き出しました。")
    _show(found)


def _access() -> Access:
    from yakuba.registers.access.door import Access, Purpose

    return Access("command-line", Purpose.STATISTICS, datetime.now(UTC), place="yakuba tax statistics")


def _step_labels() -> list[str]:
    from yakuba.services.resident_tax.statistics import MAN, STEP_BOUNDS

    bounds = [f"{bound // MAN:,}万円" if bound < MAN * MAN else f"{bound // MAN // MAN}億円" for bound in STEP_BOUNDS]
    between = [f"{low}超{high}以下" for low, high in pairwise(bounds)]
    return [f"{bounds[0]}以下", *between, f"{bounds[-1]}超"]


def _long(found: Statistics) -> Any:
    """Every table below the other: 表, 区分, 内訳, 項目, 値."""
    import polars as pl

    from yakuba.law.glossary import term

    steps = dict(enumerate(_step_labels()))
    rows: list[tuple[str, str, str, str, int]] = []
    for table, frame, key, labels in (
        ("納税義務者等", found.taxpayers, "burden", BURDENS), ("課税標準額の段階別", found.steps, "step", steps),
    ):  # fmt: skip
        for row in frame.iter_rows(named=True):
            sort, within = SORTS[row["income_sort"]], labels[row[key]]
            rows += [
                (table, sort, within, PERSONS if name == "persons" else term(name), value)
                for name, value in row.items()
                if name not in ("income_sort", key)
            ]
    for table, frame in (("所得控除", found.deductions), ("税額控除", found.credits), ("調定額", found.levies)):
        for name, persons, amount in frame.iter_rows():
            rows += [(table, "合計", term(name), PERSONS, persons), (table, "合計", term(name), "金額", amount)]
    return pl.DataFrame(rows, schema=["表", "区分", "内訳", "項目", "値"], orient="row")


def _show(found: Statistics) -> None:
    """The tables as they fit a terminal: taxpayers, steps of all together, and the breakdowns."""
    from yakuba.law.glossary import term

    _print(
        f"{found.fiscal_year}年度 納税義務者", ["区分", PERSONS, term("annual_tax")],
        [
            (BURDENS[burden], persons, amount)
            for burden, persons, amount in found.taxpayers.drop("income_sort").group_by("burden", maintain_order=True).sum().select("burden", "persons", "annual_tax").iter_rows()
        ],
    )  # fmt: skip
    shown = [name for name in found.steps.columns if name not in ("income_sort", "step", "persons")]
    steps = found.steps.drop("income_sort").group_by("step", maintain_order=True).sum()
    labels = _step_labels()
    wanted = [name for name in shown if name in ("gross_income", "taxable_total_income", "municipal_income_levy")]
    _print(
        "課税標準額の段階別（所得割を納める者）", ["課税標準額", PERSONS, *map(term, wanted)],
        [(labels[row["step"]], row["persons"], *(row[name] for name in wanted)) for row in steps.iter_rows(named=True)],
    )  # fmt: skip
    for title, frame in (("所得控除", found.deductions), ("税額控除", found.credits), ("調定額", found.levies)):
        rows = [(term(name), persons, amount) for name, persons, amount in frame.iter_rows()]
        _print(title, ["項目", PERSONS, "金額"], rows)


def _print(title: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
    for at, name in enumerate(columns):
        table.add_column(name, justify="right" if at else "left", overflow="fold")
    for row in rows:
        table.add_row(str(row[0]), *(f"{value:,}" for value in row[1:]))
    console = Console(width=100, highlight=False, emoji=False, force_terminal=False)
    with console.capture() as text:
        console.print(table)
    click.echo(text.get().rstrip())
