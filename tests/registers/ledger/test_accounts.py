"""調定・更正・収納・充当・還付・督促・不納欠損: what each does to an account, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import polars as pl
import pytest
from django.db import connection
from tests.registers.ledger.book import (
    BOOKS,
    ITEM,
    OFFICER,
    SALARY,
    TAX,
    YEAR,
    assessed,
    balances,
    batch,
    paid,
    says,
    somebody,
    town,
)

from yakuba.kernel.findings import RefusedError
from yakuba.registers.ledger import commands, queries
from yakuba.registers.ledger.commands import AccountKey, Batch

pytestmark = pytest.mark.django_db


def adjust(person: int, *amounts: int, decision: int = 2) -> list[int]:
    """更正 to these amounts; the differences posted."""
    posted = commands.adjust(
        OFFICER, says(*amounts), batch(), resident_id=person, tax_kind=TAX, fiscal_year=YEAR, decision_id=decision,
        ground="所得の更正",
    )  # fmt: skip
    return [each.amount for each in posted]


# --- 調定 ---


def test_a_town_is_assessed_once_and_nothing_of_it_is_left_out() -> None:
    people = [somebody() for _ in range(40)]
    amounts = {person: [17_000 + person % 7, 15_000, 0, 15_000] for person in people}
    frame, first = town(amounts), batch()
    assert commands.assess_many(OFFICER, frame, first, tax_kind="town", fiscal_year=YEAR) == 120
    assert queries.posted_keys([str(first.key), str(uuid4())]) == {str(first.key)}
    sums = {row.instalment_number: (row.account_count, row.assessed, row.owed) for row in queries.totals(YEAR, "town")}
    expected = sum(given[0] for given in amounts.values())
    assert sums == {1: (40, expected, expected), 2: (40, 600_000, 600_000), 4: (40, 600_000, 600_000)}
    with pytest.raises(RefusedError, match="済んでいます"):
        commands.assess_many(OFFICER, town({somebody(): [1]}), first, tax_kind="town", fiscal_year=YEAR)
    with pytest.raises(RefusedError, match="既に調定"):
        commands.assess_many(OFFICER, frame.tail(1), batch(), tax_kind="town", fiscal_year=YEAR)
    assert sum(row.assessed for row in queries.totals(YEAR, "town")) == expected + 1_200_000


@pytest.mark.parametrize("amount", [-1, None])
def test_an_amount_that_is_none_refuses_the_whole_chunk(amount: int | None) -> None:
    frame = pl.concat(
        [town({somebody(): [100]}), town({somebody(): [0]}).with_columns(amount=pl.lit(amount, pl.Int64))]
    )
    with pytest.raises(RefusedError, match="1件"):
        commands.assess_many(OFFICER, frame, batch(), tax_kind="negative", fiscal_year=YEAR)
    assert queries.totals(YEAR, "negative") == []


# --- 更正 ---


def test_a_correction_posts_the_differences_alone() -> None:
    person, _ = assessed(17_500, 14_000, 14_000, 14_000)
    assert adjust(person, 17_500, 14_000, 10_000, 10_000) == [-4_000, -4_000]
    assert balances(person) == [17_500, 14_000, 10_000, 10_000]
    assert adjust(person, 17_500, 14_000, 10_000, 10_000) == []
    last = queries.postings(OFFICER, person)[-1]
    assert (last.posting_kind, last.decision_id, last.ground) == ("adjustment", 2, "所得の更正")


def test_a_correction_after_payment_leaves_the_rest_overpaid() -> None:
    person, (first, *_) = assessed(17_500, 14_000)
    commands.receive(OFFICER, paid(first, 17_500), batch())
    assert adjust(person, 5_000, 4_000) == [-12_500, -10_000]
    assert [(row.owed, row.overpaid) for row in queries.account(OFFICER, person)] == [(0, 12_500), (4_000, 0)]


def test_a_change_of_the_way_of_collection_empties_the_one_and_fills_the_other() -> None:
    person, _ = assessed(17_500, 14_000)
    posted = commands.adjust(
        OFFICER, says(10_500, 10_500, 10_500, method=SALARY), batch(), resident_id=person, tax_kind=TAX,
        fiscal_year=YEAR, decision_id=9, ground="特別徴収への切替え",
    )  # fmt: skip
    assert sum(each.amount for each in posted) == 0
    rows = {(row.collection_method, row.instalment_number): row.balance for row in queries.account(OFFICER, person)}
    assert rows == {
        ("ordinary", 1): 0, ("ordinary", 2): 0, ("salary", 1): 10_500, ("salary", 2): 10_500, ("salary", 3): 10_500,
    }  # fmt: skip
    kinds = [row.posting_kind for row in queries.postings(OFFICER, person)]
    assert kinds == ["assessment"] * 2 + ["adjustment"] * 2 + ["assessment"] * 3


def test_a_correction_that_contradicts_itself_is_refused() -> None:
    person, _ = assessed(1_000)
    with pytest.raises(RefusedError, match="2度"):
        commands.adjust(
            OFFICER, [*says(1), *says(2)], batch(), resident_id=person, tax_kind=TAX, fiscal_year=YEAR, decision_id=1,
            ground="",
        )  # fmt: skip
    with pytest.raises(RefusedError, match="0円未満"):
        adjust(person, -1)
    assert balances(person) == [1_000]


# --- 収納 ---


def test_what_is_paid_too_much_is_overpaid() -> None:
    person, (first,) = assessed(10_000)
    part = commands.receive(OFFICER, paid(first, 4_000), batch())
    assert (part.owed, part.overpaid) == (6_000, 0)
    rest = commands.receive(OFFICER, paid(first, 6_100), batch())
    assert (rest.owed, rest.overpaid) == (0, 100)
    (row,) = queries.account(OFFICER, person)
    assert (row.assessed, row.received, row.balance) == (10_000, 10_100, -100)


def test_the_same_payment_is_received_once() -> None:
    person, (first,) = assessed(10_000)
    receipt = paid(first, 4_000)
    commands.receive(OFFICER, receipt, batch())
    with pytest.raises(RefusedError, match="記帳済み"):
        commands.receive(OFFICER, receipt, batch())
    assert balances(person) == [6_000]


def test_of_a_banks_file_the_good_lines_are_posted_and_each_bad_one_is_told() -> None:
    person, (first, second) = assessed(10_000, 9_000)
    key, again = str(uuid4()), str(uuid4())
    day = date(2026, 6, 30)
    lines = [
        (first, 1, 6_000, day, again),
        (first, 1, 5_000, day, key),
        (second, 1, 0, day, str(uuid4())),
        (second, 2, 500, day, str(uuid4())),
        (10**15, 1, 500, day, str(uuid4())),
        (second, 1, 9_000, day, key),
        (second, 1, 9_000, None, str(uuid4())),
        (second, 1, 8_000, day, str(uuid4())),
    ]
    frame = pl.DataFrame(lines, schema=commands.RECEIPT_SCHEMA, orient="row")
    result = commands.receive_many(OFFICER, frame, batch())
    assert (result.count, result.amount, result.overpaid) == (3, 19_000, 1_000)
    assert [(each.where, each.rule) for each in result.findings] == [
        ("3行目", "amount-not-positive"),
        ("4行目", "receipt-without-assessment"),
        ("5行目", "receipt-without-assessment"),
        ("6行目", "received-twice"),
        ("7行目", "receipt-incomplete"),
    ]
    assert balances(person) == [-1_000, 1_000]
    once_more = commands.receive_many(OFFICER, frame.head(2), batch())
    assert (once_more.count, [each.rule for each in once_more.findings]) == (0, ["received-twice"] * 2)


# --- 充当・還付・不納欠損 ---


def test_what_was_paid_too_much_pays_another_instalment() -> None:
    person, (first, second) = assessed(10_000, 9_000)
    commands.receive(OFFICER, paid(first, 13_000), batch())
    out, into = commands.appropriate(
        OFFICER, AccountKey(first), AccountKey(second), 2_500, batch(), effective_on=BOOKS, ground="過誤納金の充当"
    )
    assert (out.overpaid, into.owed) == (500, 6_500)
    rows = queries.account(OFFICER, person)
    assert [row.appropriated for row in rows] == [-2_500, 2_500]
    pair = queries.postings(OFFICER, person)[-2:]
    assert [(one.counter_instalment_id, one.counter_item) for one in pair] == [(second, 1), (first, 1)]


def test_an_appropriation_never_takes_more_than_there_is_nor_from_another() -> None:
    person, (first, second) = assessed(10_000, 9_000)
    other, (theirs,) = assessed(10_000)
    commands.receive(OFFICER, paid(first, 20_000), batch())

    def appropriate(source: int, target: int, amount: int) -> list[str]:
        with pytest.raises(RefusedError) as refused:
            commands.appropriate(
                OFFICER, AccountKey(source), AccountKey(target), amount, batch(), effective_on=BOOKS, ground=""
            )
        return [finding.rule for finding in refused.value.findings]

    assert appropriate(first, second, 9_001) == ["more-than-owed"]
    assert appropriate(first, second, 10_001) == ["more-than-overpaid", "more-than-owed"]
    assert appropriate(first, theirs, 1_000) == ["appropriation-of-another"]
    assert appropriate(first, first, 1_000) == ["more-than-owed"]
    assert appropriate(first, second, 0) == ["amount-not-positive"]
    assert balances(person) == [-10_000, 9_000]
    assert balances(other) == [10_000]


def test_a_refund_pays_back_what_was_overpaid_and_no_more() -> None:
    person, (first,) = assessed(10_000)
    commands.receive(OFFICER, paid(first, 10_300), batch())
    with pytest.raises(RefusedError, match="過誤納金は300円"):
        commands.refund(OFFICER, AccountKey(first), 301, batch(), refunded_on=BOOKS, ground="二重納付")
    left = commands.refund(OFFICER, AccountKey(first), 300, batch(), refunded_on=BOOKS, ground="二重納付")
    assert left.balance == 0
    (row,) = queries.account(OFFICER, person)
    assert (row.received, row.refunded, row.balance) == (10_300, 300, 0)


def test_what_is_written_off_is_no_longer_owed() -> None:
    person, (first,) = assessed(10_000)
    commands.receive(OFFICER, paid(first, 1_000), batch())
    with pytest.raises(RefusedError, match="未納額は9,000円"):
        commands.write_off(OFFICER, AccountKey(first), 9_001, batch(), effective_on=BOOKS, ground="時効")
    commands.write_off(OFFICER, AccountKey(first), 9_000, batch(), effective_on=BOOKS, ground="時効")
    (row,) = queries.account(OFFICER, person)
    assert (row.written_off, row.balance) == (9_000, 0)


@pytest.mark.parametrize("command", [commands.refund, commands.write_off])
@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_paid_back_or_written_off_for_no_yen(command: Callable[..., object], amount: int) -> None:
    _, (first,) = assessed(10_000)
    day = {"refunded_on" if command is commands.refund else "effective_on": BOOKS}
    with pytest.raises(RefusedError, match="1円以上"):
        command(OFFICER, AccountKey(first), amount, batch(), ground="", **day)


# --- 督促・延滞金・滞納 ---


def test_reminders_go_to_those_who_have_not_paid_once() -> None:
    late, (theirs, *_) = assessed(10_000, 9_000)
    prompt, (done,) = assessed(10_000)
    withheld, _ = assessed(10_000, method="salary")
    commands.receive(OFFICER, paid(done, 10_000), batch())
    commands.receive(OFFICER, paid(theirs, 3_000), batch())
    due, sent = date(2026, 6, 30), date(2026, 7, 20)
    first = commands.remind(OFFICER, batch(sent), due_through=due, sent_on=sent, fee=100)
    mine = first.filter(pl.col("resident_id").is_in([late, prompt, withheld]))
    assert mine.select("resident_id", "instalment_id", "owed", "last_day").rows() == [
        (late, theirs, 7_000, date(2026, 7, 20))
    ]
    assert [(row.item, row.balance, row.reminded_on) for row in queries.account(OFFICER, late)] == [
        (1, 7_000, sent), (3, 100, sent), (1, 9_000, None),
    ]  # fmt: skip
    again = commands.remind(OFFICER, batch(sent), due_through=due, sent_on=sent, fee=100)
    assert again.height == 0
    with pytest.raises(ValueError, match="after the day"):
        commands.remind(OFFICER, batch(), due_through=due, sent_on=due)


def test_arrears_are_what_is_unpaid_after_its_day() -> None:
    person, (first, *_) = assessed(10_000, 9_000, 0, 9_000)
    commands.receive(OFFICER, paid(first, 10_000), batch())
    seen = {
        today: queries.arrears(OFFICER, today).filter(resident_id=person).select("instalment_number", "owed").rows()
        for today in (date(2026, 8, 31), date(2026, 9, 1), date(2027, 2, 2))
    }
    assert list(seen.values()) == [[], [(2, 9_000)], [(2, 9_000), (4, 9_000)]]


def test_delinquency_is_reckoned_from_the_account() -> None:
    person, (first, second) = assessed(300_000, 20_000)
    commands.receive(OFFICER, paid(first, 200_500, on=date(2026, 8, 31)), batch())
    commands.receive(OFFICER, paid(second, 21_000, on=date(2026, 8, 31)), batch())
    found = queries.delinquency(OFFICER, person, paid_on=date(2026, 10, 30))
    # 300,000 × 2.8% × 31 (7月) + 300,000 × 9.1% × 31 (8月) + 99,000 × 9.1% × 60, each ÷ 365
    assert {each: [part.amount for part in charge.segments] for each, charge in found.items()} == {
        first: [713, 2_318, 1_480]
    }
    assert found[first].amount == 4_500
    charged = commands.charge(OFFICER, first, ITEM.DELINQUENCY, 4_500, batch(), ground="延滞金")
    paid_up = commands.receive(OFFICER, paid(first, 4_500, item=ITEM.DELINQUENCY), batch())
    assert (charged.owed, paid_up.balance) == (4_500, 0)
    assert balances(person) == [99_500, 0, -1_000]
    # Once it is paid the days stand still, also into a year whose rate nobody knows yet.
    commands.receive(OFFICER, paid(first, 99_500, on=date(2026, 10, 30)), batch())
    assert queries.delinquency(OFFICER, person, paid_on=date(2027, 3, 1)) == found


def test_only_a_decision_assesses_the_principal() -> None:
    _, (first,) = assessed(10_000)
    with pytest.raises(ValueError, match="principal"):
        commands.charge(OFFICER, first, ITEM.PRINCIPAL, 100, batch(), ground="")
    with pytest.raises(RefusedError, match="この期別はありません"):
        commands.charge(OFFICER, 10**15, ITEM.DELINQUENCY, 100, batch(), ground="")


# --- 権限と記録 ---


def test_who_assesses_does_not_collect_and_the_other_way_round() -> None:
    _, (first,) = assessed(10_000)
    assessor, collector = (replace(OFFICER, rights=frozenset({right})) for right in ("assess_tax", "collect_tax"))
    with pytest.raises(RefusedError, match="「収納"):
        commands.receive(assessor, paid(first, 100), batch())
    with pytest.raises(RefusedError, match="「賦課"):
        commands.charge(collector, first, ITEM.DELINQUENCY, 100, batch(), ground="")
    commands.receive(collector, paid(first, 100), batch())
    commands.charge(assessor, first, ITEM.DELINQUENCY, 100, batch(), ground="")


def test_every_command_is_done_once_for_a_key() -> None:
    person, (first, second) = assessed(10_000, 9_000)
    commands.receive(OFFICER, paid(first, 12_000), batch())
    source, target = AccountKey(first), AccountKey(second)
    doings: list[Callable[[Batch], object]] = [
        lambda key: commands.receive(OFFICER, paid(second, 100), key),
        lambda key: commands.refund(OFFICER, source, 100, key, refunded_on=BOOKS, ground=""),
        lambda key: commands.write_off(OFFICER, target, 100, key, effective_on=BOOKS, ground=""),
        lambda key: commands.appropriate(OFFICER, source, target, 100, key, effective_on=BOOKS, ground=""),
        lambda key: commands.charge(OFFICER, first, ITEM.DELINQUENCY, 100, key, ground=""),
        lambda key: commands.remind(OFFICER, key, due_through=date(2026, 6, 30), sent_on=date(2026, 7, 1)),
    ]
    for done in doings:
        key = batch()
        done(key)
        before = balances(person)
        with pytest.raises(RefusedError, match="この記帳は済んでいます"):
            done(key)
        assert balances(person) == before


def test_reading_and_writing_an_account_leaves_a_record() -> None:
    person, (first,) = assessed(10_000)
    commands.receive(OFFICER, paid(first, 100), batch())
    queries.postings(OFFICER, person)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action FROM access_accessrecord WHERE subjects @> ARRAY[%s]::bigint[] ORDER BY number", [person]
        )
        assert cursor.fetchall() == [("ledger.account",), ("ledger.receive",), ("ledger.postings",)]
