"""通知書の起案: what a notice says of people whose tax is decided, from their decision and their account."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from yakuba.kernel.findings import Finding, error
from yakuba.registers.access.door import Access
from yakuba.registers.decisions import queries as decisions
from yakuba.registers.decisions.queries import DecisionRow
from yakuba.registers.ledger import queries as ledger
from yakuba.typesetting.parts import Addressee

from .addressing import addressees, workers
from .notices.content import (
    MONTHS,
    SALARY,
    ChangeNotice,
    Employee,
    EmployeeNotice,
    EmployerNotice,
    Payment,
    TaxNotice,
)
from .snapshot import KIND

_PRINCIPAL = 1


@dataclass(frozen=True, slots=True)
class Drafts:
    """起案した通知書, in the order asked for; a finding on each person for whom there is none."""

    notices: Sequence[TaxNotice]
    findings: list[Finding] = field(default_factory=list)


def draft_tax_notices(access: Access, resident_ids: Collection[int], fiscal_year: int) -> Drafts:
    """納税通知書の起案 of the decisions in force, with the instalments as they are assessed now.

    Raises RefusedError without the right to assess.
    """
    found = addressees(access, resident_ids)
    decided = {row.resident_id: row for row in decisions.current(access, list(found.addressees), KIND, fiscal_year)}
    notices, findings = [], list(found.findings)
    for each in resident_ids:
        if each not in found.addressees:
            continue
        if each not in decided:
            findings.append(
                error(
                    "not-decided", f"{fiscal_year}年度の賦課決定がありません。", "賦課の決定の後に作成してください。",
                    item="resident_id", value=str(each),
                )
            )  # fmt: skip
            continue
        notices.append(
            TaxNotice(
                addressee=found.addressees[each], addressee_number=found.numbers[each],
                reference=reference(decided[each]), quantities=figures(decided[each]),
                payments=payments(access, each, fiscal_year),
            )
        )  # fmt: skip
    return Drafts(notices, findings)


def draft_change_notice(
    access: Access, resident_id: int, fiscal_year: int, *, payments_before: tuple[Payment, ...], reason: str
) -> ChangeNotice | Sequence[Finding]:
    """税額変更通知書の起案 of a person's newest decision and the one that it replaced, or what stands against it.

    `payments_before` are the instalments as `payments` gave them before the change was posted. Raises RefusedError
    without the right to assess, ValueError for a blank reason.
    """
    found = addressees(access, [resident_id])
    if resident_id not in found.addressees:
        return found.findings
    rows = decisions.history(access, resident_id, KIND, fiscal_year)
    if len(rows) < len(("after", "before")):
        return [
            error(
                "not-changed", f"{fiscal_year}年度の決定は変更されていません。", "納税通知書を作成してください。",
                item="resident_id", value=str(resident_id),
            )
        ]  # fmt: skip
    after, before = rows[0], rows[1]
    return ChangeNotice(
        addressee=found.addressees[resident_id], addressee_number=found.numbers[resident_id], reference=reference(after),
        before=figures(before), after=figures(after), payments_before=payments_before,
        payments_after=payments(access, resident_id, fiscal_year), reason=reason, changed_on=access.today,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Employer:
    """特別徴収義務者. `recipient_numbers`: 受給者番号 by resident, as the employer gave them."""

    addressee: Addressee
    designation: str
    recipient_numbers: Mapping[int, str] = field(default_factory=dict)


def draft_employer_notices(
    access: Access, employer: Employer, resident_ids: Collection[int], fiscal_year: int
) -> tuple[EmployerNotice, Sequence[EmployeeNotice]]:
    """特別徴収税額の決定通知書の起案: the employer's list of those from whose pay something is withheld, and a copy for each.

    No address of the protected is on either, since both go through the employer's hands. Raises RefusedError without the
    right to assess, ValueError where nothing is withheld from anybody.
    """
    told = workers(access, resident_ids)
    decided = {row.resident_id: row for row in decisions.current(access, list(told), KIND, fiscal_year)}
    withheld: dict[int, Employee] = {}
    for each in resident_ids:
        months = [one for one in payments(access, each, fiscal_year) if one.method == SALARY] if each in decided else []
        if each in told and months:
            amounts = {one.number: one.amount for one in months}
            withheld[each] = Employee(
                name=told[each].name, address=told[each].address, addressee_number=told[each].addressee_number,
                recipient_number=employer.recipient_numbers.get(each, ""),
                months=tuple(amounts.get(number, 0) for number in range(1, MONTHS + 1)),
            )  # fmt: skip
    notice = EmployerNotice(
        addressee=employer.addressee, designation=employer.designation,
        reference=f"{fiscal_year}-{employer.designation}", employees=tuple(withheld.values()),
    )  # fmt: skip
    copies = [
        EmployeeNotice(
            employee=one, employer=employer.addressee.name, designation=employer.designation,
            reference=reference(decided[each]), quantities=figures(decided[each]),
        )
        for each, one in withheld.items()
    ]  # fmt: skip
    return notice, copies


def payments(access: Access, resident_id: int, fiscal_year: int) -> tuple[Payment, ...]:
    """期別税額 of a person as they are assessed now, without those of 0 yen. The reading is recorded."""
    rows = ledger.account(access, resident_id, tax_kind=KIND, fiscal_year=fiscal_year)
    return tuple(
        Payment(row.collection_method, row.instalment_number, row.due_on, row.assessed)
        for row in rows
        if row.item == _PRINCIPAL and row.assessed
    )


def figures(row: DecisionRow) -> dict[str, int]:
    """数量 of a decision: its facts and its outcome together."""
    facts = {name: value for name, value in row.inputs.items() if isinstance(value, int)}
    return {**facts, **row.outcome}


def reference(row: DecisionRow) -> str:
    """通知書番号: the year and the decision's number, so that another decision bears another."""
    return f"{row.fiscal_year}-{row.decision_id:08}"
