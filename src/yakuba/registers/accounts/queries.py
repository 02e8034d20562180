"""口座の照会: banks on a day, where people are paid, who shares an account, what is doubtful about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction

from yakuba.kernel.findings import Finding, Severity, alert, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor

from .checks import account_fault
from .columns import (
    ACCOUNT_KEY,
    ACCOUNT_SCHEMA,
    BANK_SCHEMA,
    BRANCH_SCHEMA,
    CANDIDATE_SCHEMA,
    FAILURE_SCHEMA,
    HISTORY_SCHEMA,
    TRANSFER_ACCOUNT,
)
from .holders import holder_matches
from .models import Account

_COLUMNS = (
    "resident_id, programme, source, withdrawn, bank_code, branch_code, account_type, account_number, holder_kana,"
    " declared_on"
)
LAST_VERSIONS = f"""
SELECT DISTINCT ON (resident_id, programme, source) {_COLUMNS}, version FROM accounts_account
WHERE resident_id = ANY(%s) ORDER BY resident_id DESC, programme DESC, source DESC, version DESC
"""
"""For commands: the last version of everything that these people have."""
_LAST = """
NOT EXISTS (SELECT 1 FROM accounts_account n WHERE n.resident_id = a.resident_id AND n.programme = a.programme
            AND n.source = a.source AND n.version = a.version + 1)
"""
_CURRENT = f"""
SELECT a.resident_id, a.source, a.programme, a.bank_code, a.branch_code, a.account_type, a.account_number, a.holder_kana
FROM accounts_account a
WHERE a.programme IN ('', %(programme)s) AND a.source = ANY(%(sources)s) AND {_LAST} AND NOT a.withdrawn
"""
_HISTORY = f"""
SELECT {_COLUMNS}, version, recorded_at, recorded_by FROM accounts_account WHERE resident_id = %s
ORDER BY recorded_at, programme, source, version
"""
_LIST_ON = "SELECT id FROM accounts_banklist WHERE taken_on <= %s ORDER BY taken_on DESC, id DESC LIMIT 1"
_FIRST_LIST = "SELECT id FROM accounts_banklist ORDER BY taken_on, id LIMIT 1"
_BANKS = "SELECT bank_code, bank_name, bank_kana FROM accounts_bank WHERE bank_list_id = %s"
_BRANCHES = "SELECT bank_code, branch_code, branch_name, branch_kana FROM accounts_bankbranch WHERE bank_list_id = %s"
_FAILED = "SELECT bank_code, branch_code, account_type, account_number, holder_kana, failed_on, reason_code FROM accounts_failedaccount"


@dataclass(frozen=True, slots=True)
class Banks:
    """金融機関一覧: frames of BANK_SCHEMA and BRANCH_SCHEMA, in order of their codes."""

    bank_list_id: int
    banks: pl.DataFrame
    branches: pl.DataFrame


def bank_list_on(day: date) -> int | None:
    """その日の金融機関一覧: the last that was taken by the day, else the first there is; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST_ON, [day])
        row = cursor.fetchone()
        if row is None:
            cursor.execute(_FIRST_LIST)
            row = cursor.fetchone()
    return None if row is None else int(row[0])


def banks_in(bank_list_id: int) -> Banks:
    """金融機関と支店 of a list; empty frames where it is unknown."""
    with raw_cursor() as cursor:
        banks = copy_out(cursor, _BANKS, BANK_SCHEMA, [bank_list_id])
        branches = copy_out(cursor, _BRANCHES, BRANCH_SCHEMA, [bank_list_id])
    return Banks(bank_list_id, banks.sort("bank_code"), branches.sort("bank_code", "branch_code"))


def branch_exists(bank_code: str, branch_code: str, *, on: date) -> bool:
    """金融機関・支店の有無 on a day. Without a list nothing exists."""
    banks = banks_in(bank_list_on(on) or 0).branches
    return not banks.filter(bank_code=bank_code, branch_code=branch_code).is_empty()


def accounts_of(
    access: Access, residents: Sequence[int] | pl.Series | None, *, programme: str, sources: Sequence[str]
) -> pl.DataFrame:
    """支払口座: where these people (None = everybody) are paid in a programme, one row a person (`ACCOUNT_SCHEMA`).

    The programme's own account goes before one for any; among these the first of `sources` ("declared", "registered",
    "earlier_payment") that the person has. Whoever has none is left out. By resident. The reading is recorded.
    """
    asked: dict[str, Any] = {"programme": programme, "sources": list(sources)}
    chosen = ""
    if residents is not None:
        asked["people"] = list(residents)
        chosen = " AND a.resident_id = ANY(%(people)s)"
    with transaction.atomic():
        with raw_cursor() as cursor:
            rows = copy_out(cursor, _CURRENT + chosen, ACCOUNT_SCHEMA, asked)
        few = asked.get("people", [])
        detail = {"programme": programme, "rows": rows.height}
        access_commands.record(access, "accounts.of", few if len(few) <= _FEW else [], detail)
    rank = pl.col("source").replace_strict({name: at for at, name in enumerate(sources)}, return_dtype=pl.Int8)
    return rows.sort("resident_id", pl.col("programme") == "", rank).unique(
        "resident_id", keep="first", maintain_order=True
    )


def history(access: Access, resident_id: int) -> pl.DataFrame:
    """口座の履歴 of a person, as recorded (`HISTORY_SCHEMA`). The reading is recorded."""
    with transaction.atomic():
        with raw_cursor() as cursor:
            rows = copy_out(cursor, _HISTORY, HISTORY_SCHEMA, [resident_id])
        access_commands.record(access, "accounts.history", [resident_id], {"rows": rows.height})
    return rows


def shared_accounts(access: Access, *, programme: str, sources: Sequence[str]) -> pl.DataFrame:
    """同一口座: accounts in which more than one person would be paid; ACCOUNT_SCHEMA, in order of the accounts."""
    everybody = accounts_of(access, None, programme=programme, sources=sources)
    return everybody.filter(pl.col("resident_id").n_unique().over(list(ACCOUNT_KEY)) > 1).sort(
        *ACCOUNT_KEY, "resident_id"
    )


def failed_accounts(access: Access) -> pl.DataFrame:
    """振込不能となった口座, all (`FAILURE_SCHEMA`). The reading is recorded, nobody by name."""
    with transaction.atomic():
        with raw_cursor() as cursor:
            rows = copy_out(cursor, _FAILED, FAILURE_SCHEMA)
        access_commands.record(access, "accounts.failed", [], {"rows": rows.height})
    return rows.sort(*FAILURE_SCHEMA)


def check_accounts(access: Access, candidates: pl.DataFrame, *, programme: str, on: date) -> pl.DataFrame:
    """口座の検査 of what is to be paid on a day: `line` (from 1), `resident_id`, `rule`, `severity` ("error", "alert").

    `candidates` has the columns of `CANDIDATE_SCHEMA`. Looks at the form, bank and branch on the day, the holder against
    the register's reading, accounts that failed before, and accounts in which others are paid too, among the candidates or
    recorded for the programme. One line may have several. `findings_of` says them in Japanese. The reading is recorded.
    """
    rows = candidates.select(pl.col(name).cast(kind) for name, kind in CANDIDATE_SCHEMA.items()).with_row_index(
        "line", 1
    )
    rows = rows.with_columns(pl.col("line").cast(pl.Int64), form=account_fault())
    banks = banks_in(bank_list_on(on) or 0)
    with transaction.atomic():
        failed, recorded = _known_of(rows["account_number"].drop_nulls().unique().to_list(), programme)
        people = rows["resident_id"].drop_nulls().unique().to_list()
        detail = {"programme": programme, "rows": rows.height}
        access_commands.record(access, "accounts.check", people if len(people) <= _FEW else [], detail)
    found = {
        "account-form": (rows.filter(pl.col("form").is_not_null()), Severity.ERROR),
        "account-bank-unknown": (rows.join(banks.banks, on="bank_code", how="anti"), Severity.ERROR),
        "account-branch-unknown": (
            rows.join(banks.banks, on="bank_code", how="semi").join(
                banks.branches, on=["bank_code", "branch_code"], how="anti"
            ),
            Severity.ERROR,
        ),
        "account-failed-before": (rows.join(failed, on=list(TRANSFER_ACCOUNT), how="semi"), Severity.ALERT),
        "account-shared": (_shared(rows, recorded), Severity.ALERT),
    }
    matches = rows.with_columns(holder_matches(rows["holder_kana"], rows["name_kana"]))
    for match, rule in (("spelling", "account-holder-spelling"), ("different", "account-holder-different")):
        found[rule] = (matches.filter(pl.col("holder_match") == match), Severity.ALERT)
    return pl.concat(
        frame.select("line", "resident_id", rule=pl.lit(rule), severity=pl.lit(severity.value))
        for rule, (frame, severity) in found.items()
    ).sort("line", "rule")


def findings_of(checked: pl.DataFrame) -> list[Finding]:
    """口座の検査の結果を文で: a finding for each row of `check_accounts`."""
    say = {"error": error, "alert": alert}
    return [
        say[severity](rule, *_SAID[rule], item="account_number", where=f"{line}行目")
        for line, rule, severity in checked.select("line", "rule", "severity").rows()
    ]


_FEW = 20
"""Of so many people an access record names each; of more, only how many."""


def _known_of(numbers: list[str], programme: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of accounts with these numbers: which failed before, and whose they are."""
    asked: dict[str, Any] = {"programme": programme, "sources": Account.Source.values, "numbers": numbers}
    with raw_cursor() as cursor:
        failed = copy_out(cursor, f"{_FAILED} WHERE account_number = ANY(%(numbers)s)", FAILURE_SCHEMA, asked)
        theirs = copy_out(cursor, f"{_CURRENT} AND a.account_number = ANY(%(numbers)s)", ACCOUNT_SCHEMA, asked)
    return failed.select(list(TRANSFER_ACCOUNT)).unique(), theirs


def _shared(rows: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """The rows in whose account somebody else is paid."""
    used = pl.concat([rows.select("resident_id", *ACCOUNT_KEY), recorded.select("resident_id", *ACCOUNT_KEY)]).unique()
    many = used.group_by(list(ACCOUNT_KEY)).agg(people=pl.col("resident_id").n_unique()).filter(pl.col("people") > 1)
    return rows.join(many, on=list(ACCOUNT_KEY), how="semi")


_SAID = {
    "account-form": ("口座の書き方に誤りがあります。", "番号の桁数と名義の文字を確かめてください。"),
    "account-bank-unknown": (
        "支払日にこの金融機関はありません。",
        "金融機関の統廃合を確かめ、本人に照会してください。",
    ),
    "account-branch-unknown": ("支払日にこの支店はありません。", "支店の統廃合を確かめ、本人に照会してください。"),
    "account-failed-before": (
        "この口座は、前に振込不能となっています。",
        "本人に口座を確かめ、変更の届出を受けてください。",
    ),
    "account-shared": (
        "同じ口座がほかの人の支払にも使われています。",
        "入力の誤りでないか、双方の申告書で確かめてください。",
    ),
    "account-holder-spelling": (
        "口座名義と住民記録のフリガナの表記が違います。",
        "通帳の名義を確かめ、その表記で登録してください。",
    ),
    "account-holder-different": (
        "口座名義が住民記録の氏名と違います。",
        "通称・旧氏・代理受領でないか、通帳の写しと委任状で確かめてください。",
    ),
}
