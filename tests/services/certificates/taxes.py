"""Made-up tax of made-up people: decisions as the rules work them out, assessed and paid through the registers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from tests.services.resident_tax.notice_samples import SELF_EMPLOYED, worked_out

from yakuba.law.due_dates import ORDINARY, resident_tax_due_dates
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decisions import commands as decisions
from yakuba.registers.decisions import queries as decided
from yakuba.registers.ledger import commands as ledger
from yakuba.registers.ledger import queries
from yakuba.registers.ledger.commands import Method

YEAR = 2026
CODE = "990019"
JUNE = datetime(2026, 6, 10, 1, tzinfo=UTC)
KIND = "resident_tax"


def officer(now: datetime = JUNE) -> Access:
    """税務課の職員."""
    return Access("Z0001", Purpose.TAX, now, "税務課", frozenset({"assess_tax", "collect_tax"}))


def decide(resident_id: int, inputs: Mapping[str, int] = SELF_EMPLOYED, *, now: datetime = JUNE) -> dict[str, int]:
    """賦課決定 (更正 where there is one already), with the instalments of 普通徴収; returns what was decided."""
    quantities = worked_out(inputs, YEAR)
    access = officer(now)
    before = decided.current(access, [resident_id], KIND, YEAR)
    outcome = {name: value for name, value in quantities.items() if name not in inputs}
    new = decisions.NewDecision(
        kind=KIND, fiscal_year=YEAR, resident_id=resident_id, rule_set="resident_tax", parameters_digest=bytes(32),
        inputs={name: value for name, value in inputs.items() if value}, outcome=outcome, entry_key=uuid4(),
        replaces_id=before[0].decision_id if before else None,
    )  # fmt: skip
    decision_id = decisions.record(access, new)
    due = resident_tax_due_dates(YEAR, CODE)
    amounts = [
        ledger.InstalmentAmount(Method.ORDINARY, at, due[ORDINARY, at], quantities.get(f"ordinary_instalment_{at}", 0))
        for at in range(1, 5)
    ]
    ledger.adjust(
        access, amounts, ledger.Batch(uuid4(), now.date()), resident_id=resident_id, tax_kind=KIND, fiscal_year=YEAR,
        decision_id=decision_id, ground="賦課",
    )  # fmt: skip
    return quantities


def pay(resident_id: int, number: int, amount: int, *, now: datetime) -> None:
    """収納 of a part of an instalment of 普通徴収."""
    access = officer(now)
    rows = queries.account(access, resident_id, tax_kind=KIND, fiscal_year=YEAR)
    (row,) = [row for row in rows if row.instalment_number == number and row.item == 1]
    receipt = ledger.Receipt(ledger.AccountKey(row.instalment_id), amount, access.today, uuid4())
    ledger.receive(access, receipt, ledger.Batch(uuid4(), access.today))
