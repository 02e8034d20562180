"""町の所得資料: the reports about the people who stand in the register, for files, and straight into the register."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from yakuba.registers.access.door import Access
from yakuba.registers.income_reports.commands import receive
from yakuba.registers.individual_numbers.queries import read_many
from yakuba.registers.residents.queries.whole_town import blocks, snapshot
from yakuba.registers.residents.screen import told

from .incomes import PEOPLE, REPORT, Reports, make_reports

BLOCK_ROWS = 20_000
Progress = Callable[[int], None]


@dataclass(slots=True)
class Taken:
    """取り込んだ資料, in reports. `open_count`: added, and about nobody whom the register could name."""

    added: int = 0
    unchanged: int = 0
    refused: int = 0
    open_count: int = 0


def people_of(access: Access, *, fiscal_year: int, known_at: datetime) -> pl.DataFrame:
    """賦課期日の住民: those of 1 January, with what reports are made from."""
    return snapshot(access, valid_on=date(fiscal_year, 1, 1), known_at=known_at, items=PEOPLE)


def town_reports(
    access: Access, people: pl.DataFrame, *, fiscal_year: int, seed: int, unknown_share: float = 0.0
) -> Iterator[Reports]:
    """町の所得資料, slice by slice, with the people's 個人番号. Raises RefusedError: right or purpose (番号法)."""
    numbers = read_many(access, people["resident_id"].to_list(), reason="架空の町の所得資料の作成")
    return make_reports(people, numbers, fiscal_year=fiscal_year, seed=seed, unknown_share=unknown_share)


def without_hidden(access: Access, people: pl.DataFrame) -> pl.DataFrame:
    """支援措置の対象者の住所が知れる人を除いた住民: a file says where people live, so they have no report in it."""
    homes = dict(people.select("resident_id", "household_id").iter_rows())
    return people.filter(~pl.col("resident_id").is_in(list(told(access, homes))))


def take_in(
    access: Access, *, fiscal_year: int, known_at: datetime, seed: int, progress: Progress = lambda _: None
) -> Taken:
    """資料をつくり、受領する: a block a transaction, as a file is taken in. The same again adds nothing."""
    people = people_of(access, fiscal_year=fiscal_year, known_at=known_at)
    taken = Taken()
    for made in town_reports(access, people, fiscal_year=fiscal_year, seed=seed):
        for block in blocks(made.reports.select(list(REPORT)), BLOCK_ROWS):
            relatives = made.relatives.filter(pl.col("line").is_between(block["line"][0], block["line"][-1]))
            received = receive(access, block, relatives)
            taken.added += len(received.added)
            taken.unchanged += len(received.unchanged)
            taken.refused += len(received.refused)
            taken.open_count += received.open_count
            progress(taken.added + taken.unchanged + taken.refused)
    return taken
