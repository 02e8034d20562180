"""延滞金: worked examples that municipalities publish, and what holds for every debt."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel.findings import RefusedError
from yakuba.law.delinquency import DelinquencyCharge, PartPayment, delinquency_charge, first_month_last_day
from yakuba.law.statutes import statutes


def charge(principal: int, due_on: str, paid_on: str, *paid: tuple[str, int]) -> DelinquencyCharge:
    """延滞金 of a debt, by days as they are written."""
    parts = [PartPayment(date.fromisoformat(day), amount) for day, amount in paid]
    return delinquency_charge(
        statutes(),
        principal=principal,
        due_on=date.fromisoformat(due_on),
        paid_on=date.fromisoformat(paid_on),
        part_payments=parts,
    )


@pytest.mark.parametrize(
    ("principal", "due_on", "paid_on", "parts", "amount"),
    [
        # 豊橋市 https://www-city-toyohashi-lg-jp.cache.yimg.jp/dd.aspx?menuid=10874 : 133 + 2,883 + 480 = 3,496
        pytest.param(65_000, "2021-05-31", "2022-01-31", [133, 2_883, 480], 3_400, id="toyohashi"),
        # 中央市（山梨） https://www.city.chuo.yamanashi.jp/soshiki/zeimu/shuunou/10746.html : 120 + 1,228 = 1,348
        pytest.param(56_400, "2026-02-02", "2026-05-29", [120, 1_228], 1_300, id="chuo"),
    ],
)
def test_a_published_example_comes_out_to_the_yen(
    principal: int, due_on: str, paid_on: str, parts: list[int], amount: int
) -> None:
    found = charge(principal, due_on, paid_on)
    assert [segment.amount for segment in found.segments] == parts
    assert found.computed == sum(parts)
    assert found.amount == amount


def test_the_first_part_of_published_examples_whose_sum_was_not_seen() -> None:
    # 安曇野市 https://www.city.azumino.nagano.jp/soshiki/12/65538.html : 30,000円×2.4%×30日÷365日 = 59円
    assert charge(30_000, "2024-05-31", "2025-05-31").segments[0].amount == 59
    # 大府市 https://www.city.obu.aichi.jp/kurashi/zeikin/noufu/1001720.html : 100,000円×2.4%×30日÷365日 = 197.260…
    assert charge(100_000, "2023-08-31", "2024-02-10").segments[0].amount == 197


def test_days_are_counted_as_published() -> None:
    # 福岡市 https://www.city.fukuoka.lg.jp/zaisei/zeisei/qa/FAQ3274.html : 152,500円, 納期限 R7-09-01, 納付 R8-02-05
    found = charge(152_500, "2025-09-01", "2026-02-05")
    shown = [(s.first_day, s.last_day, s.day_count, s.principal, s.rate) for s in found.segments]
    assert shown == [
        (date(2025, 9, 2), date(2025, 10, 1), 30, 152_000, Fraction(24, 1000)),
        (date(2025, 10, 2), date(2025, 12, 31), 91, 152_000, Fraction(87, 1000)),
        (date(2026, 1, 1), date(2026, 2, 5), 36, 152_000, Fraction(91, 1000)),
    ]


@pytest.mark.parametrize(
    ("year", "first", "later"),
    # 袋井市 https://www.city.fukuroi.shizuoka.jp/soshiki/nouzei/3/nozei/9403.html (R3–R8);
    # 岐阜市 https://www.city.gifu.lg.jp/31254.htm (H26–R2)
    [
        (2014, 29, 92), (2015, 28, 91), (2016, 28, 91), (2017, 27, 90), (2018, 26, 89), (2019, 26, 89), (2020, 26, 89),
        (2021, 25, 88), (2022, 24, 87), (2023, 24, 87), (2024, 24, 87), (2025, 24, 87), (2026, 28, 91),
    ],
)  # fmt: skip
def test_the_rates_of_each_year(year: int, first: int, later: int) -> None:
    found = charge(1_000_000, f"{year}-03-31", f"{year}-08-31")
    assert [segment.rate for segment in found.segments] == [Fraction(first, 1000), Fraction(later, 1000)]


def test_a_year_whose_rate_is_unknown_is_refused() -> None:
    with pytest.raises(RefusedError, match="2027年の延滞金特例基準割合"):
        charge(100_000, "2026-11-30", "2027-01-01")
    assert charge(100_000, "2026-11-30", "2026-12-31").segments != ()


@pytest.mark.parametrize(
    ("due_on", "last"),
    [("2026-01-30", "2026-02-28"), ("2026-01-31", "2026-02-28"), ("2026-11-30", "2026-12-31"), ("2026-12-25", "2027-01-25")],
)  # fmt: skip
def test_a_month_ends_by_the_civil_code(due_on: str, last: str) -> None:
    assert first_month_last_day(date.fromisoformat(due_on)) == date.fromisoformat(last)


def test_small_debts_and_small_charges_are_nothing() -> None:
    assert charge(1_999, "2022-01-31", "2026-01-31").computed == 0
    assert charge(2_999, "2022-01-31", "2026-01-31").segments[0].principal == 2_000
    under = charge(65_000, "2021-05-31", "2021-08-31")  # 133 + 65,000 × 8.8% × 62 ÷ 365 = 971 → 1,104
    assert (under.computed, under.amount) == (1_104, 1_100)
    assert charge(65_000, "2021-05-31", "2021-08-24").computed == 994
    assert charge(65_000, "2021-05-31", "2021-08-24").amount == 0


def test_who_pays_in_time_is_charged_nothing() -> None:
    assert charge(500_000, "2026-06-30", "2026-06-30") == DelinquencyCharge(0, 0, ())
    assert charge(500_000, "2026-06-30", "2026-06-01") == DelinquencyCharge(0, 0, ())


def test_a_part_payment_lowers_the_days_after_it() -> None:
    found = charge(300_000, "2026-03-02", "2026-08-31", ("2026-05-31", 200_500))
    assert [(s.last_day, s.principal) for s in found.segments] == [
        (date(2026, 4, 2), 300_000),
        (date(2026, 5, 31), 300_000),
        (date(2026, 8, 31), 99_000),
    ]
    with pytest.raises(ValueError, match="part payments"):
        charge(100_000, "2026-03-02", "2026-08-31", ("2026-05-31", 100_001))


DAYS = st.dates(date(2014, 1, 1), date(2026, 10, 31))


@given(st.integers(0, 5_000_000), DAYS, st.integers(0, 3000), st.integers(0, 3000))
def test_later_never_costs_less_and_every_day_is_counted_once(
    principal: int, due_on: date, delay: int, further: int
) -> None:
    last = date(2026, 12, 31)
    paid_on = min(due_on + timedelta(delay), last)
    later = min(paid_on + timedelta(further), last)
    sooner, later_charge = (
        delinquency_charge(statutes(), principal=principal, due_on=due_on, paid_on=day) for day in (paid_on, later)
    )
    assert sooner.amount <= later_charge.amount
    assert sum(segment.day_count for segment in later_charge.segments) == (later - due_on).days
    assert later_charge.amount % 100 == 0
    assert later_charge.amount == 0 or later_charge.amount >= 1000
