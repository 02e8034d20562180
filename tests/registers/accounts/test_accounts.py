"""口座: which account counts, its history, banks by day, and what is doubtful about an account (R12, R14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.accounts import commands, queries
from yakuba.registers.accounts.columns import CANDIDATE_SCHEMA, DECLARATION_SCHEMA, FAILURE_SCHEMA
from yakuba.registers.accounts.holders import HolderMatch, holder_match

pytestmark = pytest.mark.django_db
CLERK = Access(
    "Z0001", Purpose.PAYMENT, datetime(2026, 6, 10, 9, tzinfo=UTC), "福祉課",
    frozenset({"manage_accounts", "propose_payments"}),
)  # fmt: skip
DAY = date(2026, 6, 10)
ALL = ("declared", "registered", "earlier_payment")
_people = count(7_000_000)


def somebody() -> int:
    """A person whom no other test has."""
    return next(_people)


def declaration(person: int, number: str = "1234567", **other: Any) -> dict[str, Any]:
    """口座の申告 1件."""
    return {
        "resident_id": person, "programme": "", "source": "declared", "withdrawn": False, "bank_code": "0001",
        "branch_code": "001", "account_type": 1, "account_number": number, "holder_kana": "ﾔｸﾊﾞ ﾊﾅｺ", "declared_on": DAY,
        **other,
    }  # fmt: skip


def withdrawal(person: int, **other: Any) -> dict[str, Any]:
    """口座の取下げ 1件."""
    blank = {
        "withdrawn": True, "bank_code": "", "branch_code": "", "account_type": 0, "account_number": "", "holder_kana": "",
    }  # fmt: skip
    return declaration(person, **{**blank, **other})


def declare(*rows: dict[str, Any]) -> commands.Declared:
    """口座の登録."""
    return commands.declare_many(CLERK, pl.DataFrame(list(rows), schema=DECLARATION_SCHEMA))


def account_of(person: int, programme: str = "p", sources: tuple[str, ...] = ALL) -> str | None:
    """口座番号 where the person is paid."""
    found = queries.accounts_of(CLERK, [person], programme=programme, sources=sources)["account_number"].to_list()
    return found[0] if found else None


def test_the_programmes_own_account_goes_before_any_and_then_the_sources_in_order() -> None:
    person = somebody()
    declare(
        declaration(person, "1111111", source="earlier_payment"), declaration(person, "2222222", source="registered")
    )
    assert account_of(person) == "2222222"
    assert account_of(person, sources=("earlier_payment", "registered")) == "1111111"
    assert account_of(person, sources=("declared",)) is None
    declare(declaration(person, "3333333", programme="p", source="earlier_payment"))
    assert (account_of(person), account_of(person, "q")) == ("3333333", "2222222")


def test_r12_a_change_of_account_keeps_its_history() -> None:
    person = somebody()
    declare(declaration(person, "1111111"))
    declare(declaration(person, "2222222"))
    declare(withdrawal(person))
    assert account_of(person) is None
    declare(declaration(person, "3333333"))
    told = queries.history(CLERK, person)
    assert told["account_number"].to_list() == ["1111111", "2222222", "", "3333333"]
    assert told["version"].to_list() == [1, 2, 3, 4]


def test_the_same_again_adds_nothing_and_a_bad_row_stops_no_other() -> None:
    person, other = somebody(), somebody()
    rows = [declaration(person), declaration(other, "12345"), declaration(other, "7654321", holder_kana="役場花子")]
    first, again = declare(*rows), declare(*rows)
    assert (first.added, first.unchanged, again.added, again.unchanged) == (1, 0, 0, 1)
    assert [(one.rule, one.where, one.value) for one in first.findings] == [
        ("account-number", "2行目", "12345"),
        ("account-holder", "3行目", "役場花子"),
    ]
    assert account_of(other) is None


def test_several_rows_of_one_person_are_versions_in_their_order() -> None:
    person = somebody()
    declare(declaration(person, "1111111"), declaration(person, "2222222"), declaration(person, "1111111"))
    assert queries.history(CLERK, person)["account_number"].to_list() == ["1111111", "2222222", "1111111"]
    assert account_of(person) == "1111111"


def test_without_the_right_nobody_adds_an_account() -> None:
    stranger = replace(CLERK, rights=frozenset())
    with pytest.raises(RefusedError):
        commands.declare_many(stranger, pl.DataFrame([declaration(somebody())], schema=DECLARATION_SCHEMA))


@pytest.mark.parametrize(
    "change",
    [
        {"account_number": "123456"}, {"holder_kana": "ﾔｸﾊﾞ ﾊﾅｦ"}, {"holder_kana": "ｱﾞ"}, {"bank_code": "１２３４"},
        {"account_type": 3}, {"withdrawn": True}, {"source": "heard"}, {"version": 3},
    ],
)  # fmt: skip
def test_the_database_itself_refuses_an_account_of_a_wrong_form(change: dict[str, Any]) -> None:
    person = somebody()
    row = {**declaration(person), "version": 1, "recorded_at": CLERK.now, "recorded_by": "Z0001", **change}
    with pytest.raises(IntegrityError):
        insert(row)


def insert(row: dict[str, Any]) -> None:
    """An account written past the commands."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO accounts_account ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )


@pytest.mark.parametrize(
    ("holder", "name", "match"),
    [
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ", HolderMatch.SAME),
        ("ｼﾖｳｼﾞ ﾕｳｺ", "ショウジ　ユウコ", HolderMatch.SAME),
        ("ｼﾞﾖﾝ ﾘ-", "ジョン　リー", HolderMatch.SAME),
        ("ﾔﾏﾀ ﾀﾛｳ", "ヤマダ　タロウ", HolderMatch.SPELLING),
        ("ﾔﾏﾀﾞﾀﾛｳ", "ヤマダ　タロウ", HolderMatch.SPELLING),
        ("ｵｵﾉ ﾄｵﾙ", "オオノ　トオル", HolderMatch.SAME),
        ("ｵｵﾉ ﾄｵﾙ", "オウノ　トオル", HolderMatch.SPELLING),
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　タロウ", HolderMatch.DIFFERENT),
        ("", "ヤマダ　タロウ", None),
    ],
)
def test_r14_a_holder_is_compared_with_the_registers_reading(holder: str, name: str, match: HolderMatch | None) -> None:
    assert holder_match(holder, name) is match


def check(*people: tuple[int, str, str, str], programme: str = "p") -> list[tuple[int, str]]:
    """Rules by line: person, branch, number, the register's reading."""
    frame = pl.DataFrame(
        [(person, "0001", branch, 1, number, "ﾔｸﾊﾞ ﾊﾅｺ", name) for person, branch, number, name in people],
        schema=CANDIDATE_SCHEMA,
        orient="row",
    )
    found = queries.check_accounts(CLERK, frame, programme=programme, on=DAY)
    assert len(queries.findings_of(found)) == found.height
    return found.select("line", "rule").rows()


def test_r14_bank_branch_holder_and_digits_are_checked_at_entry() -> None:
    commands.load_shipped_bank_list(CLERK)
    good, bad = somebody(), somebody()
    assert check((good, "001", "5550001", "ヤクバ　ハナコ")) == []
    assert check(
        (good, "002", "5550001", "ヤクバ　ハナコ"), (bad, "001", "55502", "ヤクハ　ハナコ"), (bad, "001", "5550003", "ベツ　ノヒト")
    ) == [
        (1, "account-branch-unknown"), (2, "account-form"), (2, "account-holder-spelling"), (3, "account-holder-different"),
    ]  # fmt: skip


def test_r14_an_account_of_several_people_and_one_that_failed_are_flagged() -> None:
    commands.load_shipped_bank_list(CLERK)
    first, second, third = somebody(), somebody(), somebody()
    declare(declaration(first, "5551001"), declaration(second, "5551002"), declaration(third, "5551001"))
    failed = pl.DataFrame(
        [("0001", "001", 1, "5551002", "ﾔｸﾊﾞ ﾊﾅｺ", DAY, "holder")], schema=FAILURE_SCHEMA, orient="row"
    )
    assert [commands.record_failures(CLERK, failed), commands.record_failures(CLERK, failed)] == [1, 0]
    name = "ヤクバ　ハナコ"
    assert check((first, "001", "5551001", name), (second, "001", "5551002", name)) == [
        (1, "account-shared"), (2, "account-failed-before"),
    ]  # fmt: skip
    shared = queries.shared_accounts(CLERK, programme="p", sources=ALL)
    assert shared.filter(account_number="5551001")["resident_id"].to_list() == [first, third]


def test_banks_are_those_of_the_day() -> None:
    commands.load_shipped_bank_list(CLERK)
    assert queries.branch_exists("0001", "001", on=DAY)
    assert not queries.branch_exists("0001", "002", on=DAY)
    banks = pl.DataFrame({"bank_code": ["0001"], "bank_name": ["みずほ"], "bank_kana": ["ミズホ"]})
    branches = pl.DataFrame(
        {"bank_code": ["0001"], "branch_code": ["002"], "branch_name": ["新"], "branch_kana": ["シン"]}
    )
    taken = {"taken_on": date(2026, 9, 1), "source": "test"}
    first = commands.load_bank_list(CLERK, banks, branches, **taken)
    assert commands.load_bank_list(CLERK, banks, branches, **taken) == first
    assert queries.branch_exists("0001", "001", on=date(2026, 8, 31))
    assert [queries.branch_exists("0001", code, on=date(2026, 9, 1)) for code in ("001", "002")] == [False, True]


def test_a_list_with_a_branch_of_no_bank_is_refused() -> None:
    banks = pl.DataFrame({"bank_code": ["0001"], "bank_name": ["みずほ"], "bank_kana": ["ミズホ"]})
    branches = pl.DataFrame(
        {"bank_code": ["0002"], "branch_code": ["002"], "branch_name": ["新"], "branch_kana": ["シン"]}
    )
    with pytest.raises(RefusedError):
        commands.load_bank_list(CLERK, banks, branches, taken_on=DAY, source="test")
