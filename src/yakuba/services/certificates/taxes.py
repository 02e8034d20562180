"""税の証明の材料: the decision and the account of one person and 年度 as known at an instant. Each reading is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yakuba.kernel.findings import Finding, error
from yakuba.registers.access.door import Access
from yakuba.registers.decisions import queries as decisions
from yakuba.registers.decisions.queries import DecisionRow
from yakuba.registers.ledger import queries as ledger

from .requests import RequestKind

KIND = "resident_tax"
_PRINCIPAL = 1
_ASSESSING = ("assessment", "adjustment")


@dataclass(frozen=True, slots=True)
class InstalmentState:
    """期別の状況 of the principal, in yen: `balance` above 0 is unpaid, below 0 was paid too much."""

    method: str
    due_on: date
    assessed: int
    paid: int
    written_off: int

    @property
    def balance(self) -> int:
        """残額."""
        return self.assessed - self.paid - self.written_off


@dataclass(frozen=True, slots=True)
class TaxRecord:
    """税の材料: `figures` are the decision's facts and outcome by the rules' names; `known_at` the newest that is told."""

    fiscal_year: int
    figures: Mapping[str, int]
    instalments: Sequence[InstalmentState]
    known_at: datetime


def tax_record(
    access: Access, resident_id: int, fiscal_year: int, *, known_at: datetime, with_account: bool
) -> TaxRecord | None:
    """税の材料 as known at an instant; None where no decision was known. Each reading is recorded."""
    known = [row for row in decisions.history(access, resident_id, KIND, fiscal_year) if row.decided_at <= known_at]
    replaced = {row.replaces_id for row in known}
    in_force = next((row for row in known if row.decision_id not in replaced), None)
    if in_force is None:
        return None
    instalments, newest = _instalments(access, resident_id, fiscal_year, known_at) if with_account else ([], None)
    told_at = in_force.decided_at if newest is None else max(in_force.decided_at, newest)
    return TaxRecord(fiscal_year, _figures(in_force), instalments, told_at)


def _figures(row: DecisionRow) -> dict[str, int]:
    facts = {name: value for name, value in row.inputs.items() if isinstance(value, int)}
    return {**facts, **row.outcome}


def _instalments(
    access: Access, resident_id: int, fiscal_year: int, known_at: datetime
) -> tuple[list[InstalmentState], datetime | None]:
    """Each instalment with what had been posted to its principal by the instant, and the newest of those postings."""
    accounts = ledger.account(access, resident_id, tax_kind=KIND, fiscal_year=fiscal_year)
    sums: dict[int, dict[str, int]] = {}
    newest: datetime | None = None
    for one in ledger.postings(access, resident_id, tax_kind=KIND, fiscal_year=fiscal_year):
        if one.item != _PRINCIPAL or one.recorded_at > known_at:
            continue
        newest = one.recorded_at if newest is None else max(newest, one.recorded_at)
        kind = "assessed" if one.posting_kind in _ASSESSING else "paid"
        kind = "written_off" if one.posting_kind == "write_off" else kind
        held = sums.setdefault(one.instalment_id, {"assessed": 0, "paid": 0, "written_off": 0})
        held[kind] += one.amount if kind == "assessed" else -one.amount
    found = [
        InstalmentState(row.collection_method, row.due_on, **sums[row.instalment_id])
        for row in accounts
        if row.item == _PRINCIPAL and row.instalment_id in sums
    ]
    return found, newest


def tax_findings(kind: RequestKind, record: TaxRecord | None, fiscal_year: int | None) -> Iterator[Finding]:
    """交付の可否: the 年度 is named, somebody decided it, and a 非課税証明書 is of somebody who pays nothing."""
    if fiscal_year is None:
        yield error("year-missing", "年度が選ばれていません。", "証明する年度を選んでください。", item="fiscal_year")
    elif record is None:
        yield error(
            "not-declared",
            f"{fiscal_year}年度の住民税の決定がありません（未申告）。",
            "住民税の申告を受け付け、決定の後に交付してください。",
            item="fiscal_year",
        )
    elif kind is RequestKind.NON_TAXATION and record.figures.get("annual_tax", 0):
        yield error(
            "taxed", f"{fiscal_year}年度は課税されています。", "所得・課税証明書を選んでください。", item="kind"
        )
