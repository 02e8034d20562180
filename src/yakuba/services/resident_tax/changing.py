"""更正・決定の変更: a new decision takes the place of the one in force, and the difference goes to the ledger.

Instalments that are due by the day of the decision keep what was assessed, as far as the new tax allows; what is left goes to
the others (law.changed_instalments), and to an instalment of its own (随時) where there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid5

import polars as pl

from yakuba.law.changed_instalments import changed_instalments
from yakuba.law.due_dates import ORDINARY, PENSION, end_of_month, next_open_day, resident_tax_due_dates
from yakuba.law.statutes import statutes
from yakuba.registers.access.door import Access
from yakuba.registers.decisions import commands as decisions
from yakuba.registers.ledger import commands as ledger
from yakuba.registers.ledger import queries as accounts
from yakuba.registers.ledger.commands import InstalmentAmount, Method

from .calculation import Calculation
from .snapshot import KIND
from .wording import rule_set_name

Way = tuple[str, int]
_PRINCIPAL = 1


def change_many(
    access: Access,
    calculation: Calculation,
    changed: pl.DataFrame,
    batch: ledger.Batch,
    *,
    known_at: datetime,
    ground: str,
) -> None:
    """更正 of each of `changed` (resident_id, inputs, outcome as texts, decision_id in force), in the caller's transaction."""
    year = calculation.rules.fiscal_year
    keys = [str(uuid5(batch.key, str(each))) for each in changed["resident_id"]]
    decided = decisions.record_many(
        access,
        changed.select(
            "resident_id", "inputs", "outcome", pl.Series("entry_key", keys, dtype=pl.String), replaces_id="decision_id"
        ),
        kind=KIND, fiscal_year=year, rule_set=rule_set_name(calculation.rules),
        parameters_digest=bytes.fromhex(calculation.rules.digest()), known_at=known_at,
    )  # fmt: skip
    for decision_id, resident_id in decided.select("id", "resident_id").iter_rows():
        wanted = calculation.instalments.filter(resident_id=resident_id)
        ledger.adjust(
            access,
            spread(access, resident_id, wanted, calculation, decided_on=batch.posted_on),
            ledger.Batch(uuid5(batch.key, f"adjust {resident_id}"), batch.posted_on),
            resident_id=resident_id, tax_kind=KIND, fiscal_year=year, decision_id=decision_id, ground=ground,
        )  # fmt: skip


def still_to_come(instalments: pl.DataFrame, calculation: Calculation, *, decided_on: date) -> pl.DataFrame:
    """随時の期別: of people who are decided for the first time, by columns; what is due already goes to what is not.

    Returns the frame as it is where nothing is due. 年金特別徴収 stays: its 仮徴収 is withheld by last year's notice (321条の7の8).
    """
    year = calculation.rules.fiscal_year
    due_on = resident_tax_due_dates(year, calculation.rules.municipality or None)
    late = {way for way, at in due_on if way != PENSION and due_on[way, at] <= decided_on}
    frames = [instalments.filter(~pl.col("collection_method").is_in(sorted(late)))]
    for method in sorted(late):
        ahead = {at: day for (each, at), day in due_on.items() if each == method and day > decided_on}
        way, unit = (method, _unit(method, year)) if ahead else (ORDINARY, 1)
        ahead = ahead or {_extra(due_on)[1]: _extra_day(decided_on)}
        totals = instalments.filter(collection_method=method).group_by("resident_id").agg(pl.col("amount").sum())
        later = pl.col("amount") // len(ahead) // unit * unit
        frames += [
            totals.select(
                "resident_id",
                collection_method=pl.lit(way),
                instalment_number=pl.lit(at, dtype=pl.Int16),
                due_on=pl.lit(day),
                amount=later if place else pl.col("amount") - later * (len(ahead) - 1),
            )
            for place, (at, day) in enumerate(sorted(ahead.items()))
        ]
    # Where two ways have ended, both go to the one 随時.
    place = ["resident_id", "collection_method", "instalment_number"]
    return pl.concat(frames).group_by(*place, "due_on").agg(pl.col("amount").sum()).sort(place)


def spread(
    access: Access, resident_id: int, wanted: pl.DataFrame, calculation: Calculation, *, decided_on: date
) -> Sequence[InstalmentAmount]:
    """更正後の期別: of one person, from what the calculation wants, what was assessed, and the day of the decision."""
    year = calculation.rules.fiscal_year
    due_on = dict(resident_tax_due_dates(year, calculation.rules.municipality or None))
    assessed: dict[Way, int] = {}
    for row in accounts.account(access, resident_id, tax_kind=KIND, fiscal_year=year):
        if row.item == _PRINCIPAL:
            assessed[row.collection_method, row.instalment_number] = row.assessed
            due_on.setdefault((row.collection_method, row.instalment_number), row.due_on)
    by_law: dict[str, dict[int, int]] = defaultdict(dict)
    for method, at, amount in wanted.select("collection_method", "instalment_number", "amount").iter_rows():
        by_law[method][at] = amount
    found: dict[Way, int] = {}
    homeless = 0
    for method in sorted({way for way, _ in assessed} | set(by_law)):
        numbers = sorted(at for way, at in due_on if way == method)
        due = [at for at in numbers if due_on[method, at] <= decided_on]
        left = [at for at in numbers if at not in due]
        if not due:
            found |= {(method, at): amount for at, amount in by_law[method].items()}
            continue
        was = [assessed.get((method, at), 0) for at in due]
        kept, later, rest = changed_instalments(sum(by_law[method].values()), was, len(left), _unit(method, year))
        found |= {(method, at): amount for at, amount in zip([*due, *left], [*kept, *later], strict=True)}
        homeless += rest
    if homeless:
        extra = _extra(due_on)
        due_on[extra] = _extra_day(decided_on)
        found[extra] = homeless
    return [InstalmentAmount(Method(way), at, due_on[way, at], amount) for (way, at), amount in sorted(found.items())]


def _extra(due_on: Mapping[Way, date]) -> Way:
    """随時: the number after the last of 普通徴収."""
    return ORDINARY, max(at for way, at in due_on if way == ORDINARY) + 1


def _extra_day(decided_on: date) -> date:
    """The end of the next month, as an ordinary instalment ends with its month."""
    return next_open_day(end_of_month(end_of_month(decided_on) + timedelta(days=1)))


def _unit(method: str, fiscal_year: int) -> int:
    name = "ordinary_instalment_unit" if method == ORDINARY else "salary_instalment_unit"
    return statutes()[f"resident_tax_levy.{name}"].number(date(fiscal_year, 4, 1))
