"""口座の列: the frames in which accounts travel. Pure."""

from __future__ import annotations

import polars as pl

from yakuba.registers.access.frames import INSTANT, Schema

ACCOUNT_KEY: Schema = {
    "bank_code": pl.String,
    "branch_code": pl.String,
    "account_type": pl.Int16,
    "account_number": pl.String,
}
"""口座: 4 digits, 3 digits, 預金種目, 7 digits."""
TRANSFER_ACCOUNT: Schema = {**ACCOUNT_KEY, "holder_kana": pl.String}
"""振込先: the account and the holder as a bank's file has it, half-width."""
DECLARATION_SCHEMA: Schema = {
    "resident_id": pl.Int64,
    "programme": pl.String,
    "source": pl.String,
    "withdrawn": pl.Boolean,
    **TRANSFER_ACCOUNT,
    "declared_on": pl.Date,
}
"""口座の申告: what `commands.declare_many` takes. `programme` "" = any; of a withdrawal the account is blank, its type 0."""
ACCOUNT_SCHEMA: Schema = {"resident_id": pl.Int64, "source": pl.String, "programme": pl.String, **TRANSFER_ACCOUNT}
"""What `queries.accounts_of` gives: one row a person."""
HISTORY_SCHEMA: Schema = {**DECLARATION_SCHEMA, "version": pl.Int32, "recorded_at": INSTANT, "recorded_by": pl.String}
FAILURE_SCHEMA: Schema = {**TRANSFER_ACCOUNT, "failed_on": pl.Date, "reason_code": pl.String}
"""What `commands.record_failures` takes."""
BANK_SCHEMA: Schema = {"bank_code": pl.String, "bank_name": pl.String, "bank_kana": pl.String}
BRANCH_SCHEMA: Schema = {
    "bank_code": pl.String,
    "branch_code": pl.String,
    "branch_name": pl.String,
    "branch_kana": pl.String,
}
CANDIDATE_SCHEMA: Schema = {
    "resident_id": pl.Int64,
    **TRANSFER_ACCOUNT,
    "name_kana": pl.String,
}
"""What `queries.check_accounts` takes; `name_kana` is the register's reading, null where it is not to be compared."""
