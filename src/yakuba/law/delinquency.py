"""延滞金 (地方税法326条・附則3条の2): what a tax that is paid late costs, day by day. Pure.

The days run from the day after the 納期限 to the day of payment. The rate changes when a month has passed and with each
calendar year; what is paid in between lowers the tax that the days after it are reckoned on.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from yakuba.kernel.findings import RefusedError, error
from yakuba.law.statutes import DatedValue, Quantity, Statutes

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PartPayment:
    """一部納付: a part of the principal, in yen, paid on a day."""

    paid_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class DelinquencySegment:
    """延滞金の計算の1区間: days, both included, of one principal (already cut) and one rate; amount in yen, cut."""

    first_day: date
    last_day: date
    principal: int
    rate: Fraction
    amount: int

    @property
    def day_count(self) -> int:
        """日数, first and last day included."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class DelinquencyCharge:
    """延滞金: the amount that is due, in yen, what came out before it was cut, and how."""

    amount: int
    computed: int
    segments: tuple[DelinquencySegment, ...]


def delinquency_charge(
    law: Statutes, *, principal: int, due_on: date, paid_on: date, part_payments: Sequence[PartPayment] = ()
) -> DelinquencyCharge:
    """延滞金 (地方税法326条1項・2項, 附則3条の2, 20条の4の2第2項・5項) of a principal, in yen, up to and with `paid_on`.

    A year of 365 days also where it has 366. Every principal is cut below 1,000 yen and is nothing below 2,000; each
    segment's amount is cut to the yen; the sum is cut below 100 and is nothing below 1,000. That the rule of 2,000 is
    asked anew after a part payment is our reading. Raises RefusedError for a calendar year whose 延滞金特例基準割合 is not
    known, ValueError for a principal below 0 or part payments of more than it.
    """
    if principal < 0 or sum(payment.amount for payment in part_payments) > principal:
        raise ValueError("the principal is below 0, or less than its part payments")
    segments = tuple(_segments(law, principal, due_on, paid_on, part_payments))
    computed = sum(segment.amount for segment in segments)
    return DelinquencyCharge(_cut(law, "amount", computed, paid_on), computed, segments)


def first_month_last_day(due_on: date) -> date:
    """納期限の翌日から1月を経過する日 (民法143条): the day before the same day of the next month, or that month's last day."""
    start = due_on + _DAY
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    last_of_month = calendar.monthrange(year, month)[1]
    if start.day > last_of_month:
        return date(year, month, last_of_month)
    return date(year, month, start.day) - _DAY


def _segments(
    law: Statutes, principal: int, due_on: date, paid_on: date, part_payments: Sequence[PartPayment]
) -> Iterator[DelinquencySegment]:
    """The days cut where rate or principal changes; where a new year changes neither, the days go on."""
    month_end = first_month_last_day(due_on)
    ends = {month_end, paid_on, *(payment.paid_on for payment in part_payments)}
    ends |= {date(year, 12, 31) for year in range(due_on.year, paid_on.year)}
    first, open_segment = due_on + _DAY, None  # type: date, tuple[date, date, int, Fraction] | None
    for last in sorted(end for end in ends if due_on < end <= paid_on):
        # What is paid on a day lowers the principal from the next day on (326条2項).
        remaining = principal - sum(payment.amount for payment in part_payments if payment.paid_on < first)
        base, rate = _cut(law, "principal", remaining, first), _rate(law, first, first_month=last <= month_end)
        if open_segment is not None and open_segment[2:] == (base, rate):
            open_segment = (open_segment[0], last, base, rate)
        else:
            if open_segment is not None:
                yield _segment(law, *open_segment)
            open_segment = (first, last, base, rate)
        first = last + _DAY
    if open_segment is not None:
        yield _segment(law, *open_segment)


def _segment(law: Statutes, first: date, last: date, base: int, rate: Fraction) -> DelinquencySegment:
    days = (last - first).days + 1
    year = law["delinquency.days_of_year"].number(last)
    return DelinquencySegment(first, last, base, rate, int(base * rate * days / year))


def _rate(law: Statutes, day: date, *, first_month: bool) -> Fraction:
    """The year's rate: 特例基準割合 with its addition where that is below 年7.3%, else the rate of the law itself."""
    standard = _of_the_year(law["delinquency.special_standard_rate"], day)
    ordinary, low = _fraction(law, "later_rate", day), _fraction(law, "first_month_rate", day)
    if first_month:
        return min(low, standard + _fraction(law, "first_month_addition", day))
    return standard + _fraction(law, "later_addition", day) if standard < low else ordinary


def _fraction(law: Statutes, name: str, day: date) -> Fraction:
    quantity = law[f"delinquency.{name}"]
    return _exact(quantity, quantity.at(day))


def _exact(quantity: Quantity, value: DatedValue) -> Fraction:
    if not isinstance(value.value, (int, Fraction)):
        raise TypeError(f"{quantity.key} is no rate")
    return Fraction(value.value)


def _of_the_year(quantity: Quantity, day: date) -> Fraction:
    """A rate that is announced for each calendar year: last year's is not this year's."""
    for value in quantity.values:
        if value.from_day.year == day.year:
            return _exact(quantity, value)
    raise RefusedError(
        [
            error(
                "delinquency-rate-unknown",
                f"{day.year}年の{quantity.term}が登録されていません。",
                "財務大臣の告示を確かめて、法令データに登録してください。",
                value=str(day.year),
            )
        ]
    )


def _cut(law: Statutes, what: str, amount: int, day: date) -> int:
    """Nothing below the least; else cut to the unit (地方税法20条の4の2)."""
    if amount < law[f"delinquency.{what}_least"].number(day):
        return 0
    unit = law[f"delinquency.{what}_unit"].number(day)
    return amount // unit * unit
