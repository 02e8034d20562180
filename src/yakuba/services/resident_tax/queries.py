"""課税の照会: a taxpayer's year as it was decided, why a figure is what it is, and what would be decided now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from django.conf import settings

from yakuba.kernel.findings import Finding, RefusedError, alert, error
from yakuba.law.engine.explanation import Node, explain
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.registers.access.door import Access
from yakuba.registers.decisions import queries as decisions
from yakuba.registers.decisions.queries import DecisionRow
from yakuba.registers.ledger import queries as ledger
from yakuba.registers.ledger.queries import AccountRow, PostingRow

from .calculation import calculate
from .facts import facts_of
from .snapshot import KIND, family_snapshot
from .wording import outcome_texts

WAYS = {"ordinary_": "ordinary_tax", "salary_": "salary_tax"}
"""Which part of the tax the instalments with such a name split."""


@dataclass(frozen=True, slots=True)
class TaxYear:
    """課税 1年度 of a person: the decisions, the one in force first; accounts and postings of the ledger."""

    resident_id: int
    fiscal_year: int
    decisions: Sequence[DecisionRow]
    accounts: Sequence[AccountRow]
    postings: Sequence[PostingRow]


@dataclass(frozen=True, slots=True)
class Reason:
    """決定の理由: the tree of a quantity, and alerts where the law or its numbers have changed since the decision."""

    tree: Node
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Difference:
    """更正の見込み for one person: quantity → (decided, now), of those that differ. `is_new`: nothing was decided yet."""

    resident_id: int
    is_new: bool
    changes: Mapping[str, tuple[int, int]]


def tax_year(access: Access, resident_id: int, fiscal_year: int) -> TaxYear:
    """課税 of a person in a 年度. The readings are recorded."""
    return TaxYear(
        resident_id,
        fiscal_year,
        decisions.history(access, resident_id, KIND, fiscal_year),
        ledger.account(access, resident_id, tax_kind=KIND, fiscal_year=fiscal_year),
        ledger.postings(access, resident_id, tax_kind=KIND, fiscal_year=fiscal_year),
    )


def why(access: Access, decision: DecisionRow, quantity: str) -> Reason:
    """決定の理由: the quantity of the decision, from the facts as they were known when it was made.

    Raises RefusedError for a quantity that the year's rules do not know, and where the facts now give another figure than
    was decided (a report was taken back under the same instant, or the rules have changed).
    """
    rules = resident_tax(decision.fiscal_year, settings.MUNICIPALITY_CODE)
    if quantity not in rules.rules:
        raise RefusedError([error("quantity-unknown", "この項目は計算にありません。", "一覧から選び直してください。")])
    snapshot = family_snapshot(access, decision.resident_id, decision.fiscal_year, known_at=decision.known_at)
    facts = facts_of(snapshot.residents, snapshot.reports, snapshot.relatives, fiscal_year=decision.fiscal_year)
    columns: dict[str, Any] = {
        name: facts.inputs[name].to_numpy() for name in facts.inputs.columns if name != "resident_id"
    }
    rows = facts.inputs["resident_id"].to_list()
    if decision.resident_id not in rows:
        raise RefusedError(
            [error("no-facts", "この決定の基礎とした資料が読めません。", "決定の履歴を確かめてください。")]
        )
    own = {name: np.full(len(rows), value) for name, value in _split_facts(decision, quantity).items()}
    tree = explain(rules, columns | own, rows.index(decision.resident_id), quantity)
    findings = []
    if bytes.fromhex(rules.digest()) != bytes(decision.parameters_digest):
        message = "決定の後に、計算規則か法令の数値が変わっています。"
        findings.append(alert("law-changed", message, "表示は今の規則によります。決定の内容と比べてください。"))
    if tree.value != decision.outcome.get(quantity, 0):
        message = f"今の規則では、決定の{decision.outcome.get(quantity, 0):,}と違う値になります。"
        findings.append(error("another-figure", message, "計算し直して、必要なら更正してください。"))
    return Reason(tree, findings)


def preview(access: Access, resident_id: int, fiscal_year: int) -> tuple[list[Difference], list[Finding]]:
    """更正の見込み: what `commands.correct` would change from what is known now, of the person and whoever is tied to them."""
    snapshot = family_snapshot(access, resident_id, fiscal_year, known_at=access.now)
    calculation = calculate(snapshot, settings.MUNICIPALITY_CODE)
    every = slice(0, calculation.people.height)
    now = calculation.people.select("resident_id").with_columns(outcome=outcome_texts(calculation, every))
    joined = now.join(snapshot.current.rename({"outcome": "in_force"}), on="resident_id", how="left")
    found = [
        Difference(one["resident_id"], one["decision_id"] is None, _changes(one["in_force"] or "{}", one["outcome"]))
        for one in joined.sort(pl.col("resident_id") != resident_id, "resident_id").iter_rows(named=True)
    ]
    return [one for one in found if one.is_new or one.changes], calculation.findings


def _changes(was: str, now: str) -> Mapping[str, tuple[int, int]]:
    before, after = json.loads(was), json.loads(now)
    return {
        name: (before.get(name, 0), after.get(name, 0))
        for name in {**before, **after}
        if before.get(name, 0) != after.get(name, 0)
    }


def _split_facts(decision: DecisionRow, quantity: str) -> dict[str, int]:
    """What the instalments start from besides the reports, as it was decided: the parts of the tax, and last year's."""
    names = ("previous_pension_tax", "pension_withholding_first_year")
    given = {name: int(decision.inputs.get(name, 0)) for name in names}
    given["pension_tax"] = decision.outcome.get("pension_tax", 0)
    for prefix, part in WAYS.items():
        of_part = decision.outcome.get(part, 0)
        if quantity.startswith(prefix) and of_part != decision.outcome.get("annual_tax", 0):
            given |= {"annual_tax": of_part, "fixed_credit_taken": 0}
    return given
