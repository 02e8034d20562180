"""口座の書込み: the only writers of this register. What is in already is not added again; nothing is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import psycopg
from django.db import transaction

from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_in, copy_out
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor
from yakuba.registers.staff.rights import require

from .checks import form_faults
from .columns import BANK_SCHEMA, BRANCH_SCHEMA, DECLARATION_SCHEMA, FAILURE_SCHEMA, TRANSFER_ACCOUNT
from .models import Account, Bank, BankBranch, BankList, FailedAccount
from .queries import LAST_VERSIONS

SHIPPED = Path(__file__).parent / "data"
SHIPPED_ON, SHIPPED_SOURCE = date(2026, 5, 25), "zengin-code/source-data d6452166"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('accounts', 5))"
_KEY = ["resident_id", "programme", "source"]
_CONTENT = ["withdrawn", *TRANSFER_ACCOUNT, "declared_on"]
_FAILED = """
SELECT bank_code, branch_code, account_type, account_number, holder_kana, failed_on, reason_code
FROM accounts_failedaccount WHERE account_number = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Declared:
    """口座登録の結果: how many rows were added, how many were in already, and what is wrong with the others, by line."""

    added: int
    unchanged: int
    findings: tuple[Finding, ...]


@transaction.atomic
def load_bank_list(access: Access, banks: pl.DataFrame, branches: pl.DataFrame, *, taken_on: date, source: str) -> int:
    """金融機関一覧の取込み: frames of `BANK_SCHEMA` and `BRANCH_SCHEMA`, as of a day; returns the list's id.

    The same list of the same day again is the one that is there. Raises RefusedError without the right to accounts, for a
    code that is there twice or has a wrong form, and for a branch without its bank.
    """
    require(access, "manage_accounts")
    banks = banks.select(list(BANK_SCHEMA)).sort("bank_code")
    branches = branches.select(list(BRANCH_SCHEMA)).sort("bank_code", "branch_code")
    _refuse_faulty(banks, branches)
    digest = hashlib.sha256((banks.write_csv() + branches.write_csv()).encode()).digest()
    row, is_new = BankList.objects.get_or_create(
        taken_on=taken_on,
        list_digest=digest,
        defaults={"source": source, "recorded_at": access.now, "recorded_by": access.actor},
    )
    if is_new:
        with raw_cursor() as cursor:
            copy_in(cursor, Bank._meta.db_table, banks.with_columns(bank_list_id=pl.lit(row.id)))
            copy_in(cursor, BankBranch._meta.db_table, branches.with_columns(bank_list_id=pl.lit(row.id)))
        detail = {"taken_on": taken_on.isoformat(), "banks": banks.height, "branches": branches.height}
        access_commands.record(access, "accounts.load-banks", [], detail)
    return int(row.id)


def load_shipped_bank_list(access: Access) -> int:
    """同梱の金融機関一覧の取込み: `load_bank_list` of the list that comes with the product."""
    banks = pl.read_csv(SHIPPED / "banks.csv", infer_schema=False).rename({"name": "bank_name", "kana": "bank_kana"})
    branches = pl.read_csv(SHIPPED / "bank_branches.csv", infer_schema=False)
    named = branches.rename({"name": "branch_name", "kana": "branch_kana"})
    return load_bank_list(access, banks, named, taken_on=SHIPPED_ON, source=SHIPPED_SOURCE)


@transaction.atomic
def declare_many(access: Access, declarations: pl.DataFrame) -> Declared:
    """口座の登録: a town's, or one, by COPY: the good rows are added, each other one gives a finding with its line.

    The frame has the columns of `DECLARATION_SCHEMA`. What a (person, programme, source) has already is not added again; of
    several rows of one the last counts, and all are kept. Raises RefusedError without the right to accounts.
    """
    require(access, "manage_accounts")
    given = declarations.select(pl.col(name).cast(kind) for name, kind in DECLARATION_SCHEMA.items())
    faults = form_faults(given)
    good = given.filter(~pl.int_range(1, pl.len() + 1).is_in(faults["line"].to_list()))
    with _taken() as cursor:
        fresh = _new_versions(cursor, good)
        stored = fresh.with_columns(
            recorded_at=pl.lit(access.now).dt.convert_time_zone("UTC"), recorded_by=pl.lit(access.actor)
        )
        copy_in(cursor, Account._meta.db_table, stored)
    findings = tuple(error(*_FORM[fault], item=item, where=f"{line}行目", value=value)
                     for line, fault, item, value in faults.rows())  # fmt: skip
    result = Declared(fresh.height, good.height - fresh.height, findings)
    subjects = good["resident_id"].unique().to_list() if good.height <= _FEW else []
    detail = {"added": result.added, "unchanged": result.unchanged, "refused": len(findings)}
    access_commands.record(access, "accounts.declare", subjects, detail)
    return result


@transaction.atomic
def record_failures(access: Access, failures: pl.DataFrame) -> int:
    """振込不能の口座の登録: what transfers came back from (`FAILURE_SCHEMA`); returns how many were not in already.

    Raises RefusedError without the right to take in results of payments.
    """
    require(access, "propose_payments", "approve_payments")
    given = failures.select(pl.col(name).cast(kind) for name, kind in FAILURE_SCHEMA.items()).unique(
        maintain_order=True
    )
    with _taken() as cursor:
        known = copy_out(cursor, _FAILED, FAILURE_SCHEMA, [given["account_number"].unique().to_list()])
        fresh = given.join(known, on=list(FAILURE_SCHEMA), how="anti")
        stored = fresh.with_columns(
            recorded_at=pl.lit(access.now).dt.convert_time_zone("UTC"), recorded_by=pl.lit(access.actor)
        )
        copy_in(cursor, FailedAccount._meta.db_table, stored)
    access_commands.record(access, "accounts.failures", [], {"added": fresh.height})
    return fresh.height


_FEW = 20
"""Of so many people an access record names each; of more, only how many."""


@contextmanager
def _taken() -> Iterator[psycopg.Cursor]:
    """Nobody else adds accounts until the transaction ends."""
    with raw_cursor() as cursor:
        cursor.execute(_LOCK)
        yield cursor


def _new_versions(cursor: psycopg.Cursor, given: pl.DataFrame) -> pl.DataFrame:
    """The rows that say something new, each with its version; in the frame's order within a key."""
    people = given["resident_id"].unique().to_list()
    last = copy_out(cursor, LAST_VERSIONS, {**DECLARATION_SCHEMA, "version": pl.Int32}, [people])
    before = last.with_columns(line=pl.lit(-1, dtype=pl.Int64)).select(*_KEY, *_CONTENT, "line", "version")
    rows = given.with_row_index("line").cast({"line": pl.Int64}).with_columns(version=pl.lit(0, dtype=pl.Int32))
    told = pl.concat([before, rows.select(before.columns)]).sort(*_KEY, "line", maintain_order=True)
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in (*_KEY, *_CONTENT))
    news = told.filter((pl.col("line") < 0) | ~same.fill_null(value=False))
    placed = news.with_columns(
        version=pl.col("version").first().over(_KEY) + (pl.col("line") >= 0).cast(pl.Int32).cum_sum().over(_KEY)
    )
    return placed.filter(pl.col("line") >= 0).drop("line")


def _refuse_faulty(banks: pl.DataFrame, branches: pl.DataFrame) -> None:
    findings = []
    for name, frame, key in (("金融機関", banks, ["bank_code"]), ("支店", branches, ["bank_code", "branch_code"])):
        patterns = {"bank_code": r"^[0-9]{4}$", "branch_code": r"^[0-9]{3}$"}
        odd = frame.filter(~pl.all_horizontal(pl.col(each).str.contains(patterns[each]).fill_null(value=False)
                                              for each in key) | pl.struct(key).is_duplicated())  # fmt: skip
        findings += [
            error("bank-list-code", f"{name}の番号が誤っているか、二重です。", "一覧を確かめてください。",
                  value="-".join(str(each) for each in row))
            for row in odd.select(key).head(_FEW).rows()
        ]  # fmt: skip
    homeless = branches.join(banks, on="bank_code", how="anti")["bank_code"].unique().sort().to_list()
    findings += [
        error("bank-list-branch", "支店の金融機関が一覧にありません。", "一覧を確かめてください。", value=str(code))
        for code in homeless[:_FEW]
    ]
    if findings:
        raise RefusedError(findings)


_FORM = {
    "incomplete": ("account-incomplete", "口座の申告に空欄があります。", "申告書で確かめてください。"),
    "source": ("account-source", "口座の情報源が誤りです。", "申告・公金受取口座・支給実績から選んでください。"),
    "bank": ("account-bank-code", "金融機関番号は4桁、支店番号は3桁の数字です。", "通帳の写しで確かめてください。"),
    "type": ("account-type", "預金種目が誤りです。", "普通・当座・貯蓄・その他から選んでください。"),
    "number": (
        "account-number",
        "口座番号は7桁の数字です。",
        "足りない桁は前に0を補い、ゆうちょ銀行の記号・番号は振込用の番号に直してください。",
    ),
    "holder": (
        "account-holder",
        "口座名義は、振込データに使える半角の文字で30文字以内です。",
        "小さいカナは大きいカナに、長音は-にし、30文字を超えるときは先頭の30文字にしてください。",
    ),
    "withdrawal": ("account-withdrawal", "口座の取下げに口座が書かれています。", "口座の欄を空けてください。"),
}
