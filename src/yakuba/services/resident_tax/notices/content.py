"""通知書の内容: what each notice says, as values. Amounts in yen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from yakuba.typesetting.parts import Addressee, Issuer, Seal

ORDINARY, SALARY, PENSION = "ordinary", "salary", "pension"
MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """通知書に共通の事項: of a municipality and a 年度 (western year).

    `made_at` must be aware; it becomes the file's date. `places` are the lines of 納付の場所, `contact` of 問合せ先.
    """

    issuer: Issuer
    fiscal_year: int
    issued_on: date
    made_at: datetime
    municipal_tax: str
    prefectural_tax: str
    municipal_rate: Fraction
    prefectural_rate: Fraction
    municipal_per_capita: int
    prefectural_per_capita: int
    forest: int
    ordinary_count: int
    places: tuple[str, ...]
    contact: tuple[str, ...]
    seal: Seal | None = None
    template: str = "v1"

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at must be an aware datetime")


@dataclass(frozen=True, slots=True)
class Payment:
    """期別: the instalment's number (of pensions 1 is April, of pay June), its day, its amount."""

    method: str
    number: int
    due_on: date
    amount: int

    @property
    def month(self) -> int:
        """徴収の月 of what is withheld."""
        first, step = (4, 2) if self.method == PENSION else (6, 1)
        return (first - 1 + step * (self.number - 1)) % MONTHS + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxNotice:
    """納税通知書 1通 (地方税法319条の2). `quantities` are a decision's inputs and outcome by the rules' names.

    `payments` are all ways of collection; together they are the annual tax (or more, where 仮徴収 took more), else ValueError.
    """

    addressee: Addressee
    addressee_number: str
    reference: str
    quantities: Mapping[str, int]
    payments: tuple[Payment, ...]
    pension_payer: str = ""

    def __post_init__(self) -> None:
        _require_whole(self.payments, self.quantities, self.reference)

    def of(self, method: str) -> tuple[Payment, ...]:
        """The instalments of one way of collection that are not 0, in order."""
        found = (one for one in self.payments if one.method == method and one.amount)
        return tuple(sorted(found, key=lambda one: one.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNotice:
    """税額変更通知書 1通: what was decided before and what is decided now, instalment by instalment."""

    addressee: Addressee
    addressee_number: str
    reference: str
    before: Mapping[str, int]
    after: Mapping[str, int]
    payments_before: tuple[Payment, ...]
    payments_after: tuple[Payment, ...]
    reason: str
    changed_on: date

    def __post_init__(self) -> None:
        _require_whole(self.payments_before, self.before, self.reference)
        _require_whole(self.payments_after, self.after, self.reference)
        if not self.reason.strip():
            raise ValueError(f"{self.reference}: 変更の理由がありません。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """特別徴収される者: `months` from June to May; `address` is blank where it must not be shown."""

    name: str
    address: str
    addressee_number: str
    recipient_number: str
    months: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.months) != MONTHS:
            raise ValueError(f"{self.addressee_number}: 月割額は12か月分です。")

    @property
    def total(self) -> int:
        """特別徴収税額."""
        return sum(self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerNotice:
    """特別徴収税額の決定通知書（特別徴収義務者用） (321条の4): an employer and everybody from whose pay it withholds."""

    addressee: Addressee
    designation: str
    reference: str
    employees: tuple[Employee, ...]

    def __post_init__(self) -> None:
        if not self.employees:
            raise ValueError(f"{self.designation}: 納税義務者がいません。")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeNotice:
    """特別徴収税額の決定通知書（納税義務者用） (総務省令第3号様式): handed over by the employer, so a protected address is not on it."""

    employee: Employee
    employer: str
    designation: str
    reference: str
    quantities: Mapping[str, int]
    remarks: str = ""


Notice = TaxNotice | ChangeNotice | EmployerNotice | EmployeeNotice


@dataclass(frozen=True, slots=True)
class Batch:
    """一括の 1冊: notices of one file, in order, under one set of terms."""

    terms: Terms
    notices: tuple[Notice, ...] = field(default=())


def over_withheld(payments: tuple[Payment, ...], quantities: Mapping[str, int]) -> int:
    """納めすぎとなる仮徴収: what the pension's 仮徴収 takes beyond the annual tax; it is returned or appropriated."""
    return max(sum(one.amount for one in payments) - quantities.get("annual_tax", 0), 0)


def _require_whole(payments: tuple[Payment, ...], quantities: Mapping[str, int], reference: str) -> None:
    """Together the instalments are the annual tax; more only where 仮徴収 of a pension took it before the tax was known."""
    paid, owed = sum(one.amount for one in payments), quantities.get("annual_tax", 0)
    withheld = sum(one.amount for one in payments if one.method == PENSION)
    if not owed <= paid <= owed + withheld:
        raise ValueError(f"{reference}: 期別の合計{paid:,}円が年税額{owed:,}円と異なります。")
