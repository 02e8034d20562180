"""名簿: who gets what under a programme, worked out over a whole town on columns, with the reason of each yes and no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from .programme import Condition, Programme

ENTITLED, NOT_ENTITLED, UNCLEAR = "entitled", "not_entitled", "unclear"
STATES = {ENTITLED: "対象", NOT_ENTITLED: "対象外", UNCLEAR: "要確認"}
CASE_SCHEMA = {
    "case_id": pl.Int64,
    "payee_id": pl.Int64,
    "household_id": pl.Int64,
    "state": pl.String,
    "amount": pl.Int64,
    "member_count": pl.Int32,
    "failed": pl.Int32,
    "unknown": pl.Int32,
}
"""One row a case. `case_id` is the household's, the person's or the guardian's; `failed` and `unknown` are bits, the
lowest for the first case condition, then those of the members, for the state's reason."""
MEMBER_SCHEMA = {"case_id": pl.Int64, "resident_id": pl.Int64, "counts": pl.Boolean, "amount": pl.Int64}
"""One row a member of a case; `counts` is null where a fact is not known."""


@dataclass(frozen=True, slots=True)
class Listing:
    """名簿: `cases` (CASE_SCHEMA) by case, `members` (MEMBER_SCHEMA) by case and resident, whoever counts or not."""

    cases: pl.DataFrame
    members: pl.DataFrame


def listed(programme: Programme, people: pl.DataFrame) -> Listing:
    """名簿を作る. `people` has one row a person: resident_id, household_id, payee_id, and a column for each fact.

    `payee_id` is who is paid for the person: the head, the person or the guardian; who has none is in no case. Who
    `is_apart` (paid apart from the household, as under protection) is a household of their own with whoever has the same
    payee. The order of the rows changes nothing.
    """
    rows = (
        _grouped(programme, people.filter(pl.col("payee_id").is_not_null()))
        .with_columns(
            counts=_joined(programme.member_conditions),
            member_failed=_bits(programme.member_conditions, False, len(programme.case_conditions)),
            member_unknown=_bits(programme.member_conditions, None, len(programme.case_conditions)),
            case_holds=_joined(programme.case_conditions),
            case_failed=_bits(programme.case_conditions, False, 0),
            case_unknown=_bits(programme.case_conditions, None, 0),
            member_yen=programme.member_amount.expression,
            case_yen=programme.case_amount.expression,
        )
        .with_columns(amount=pl.when(pl.col("counts")).then(pl.col("member_yen")).when(~pl.col("counts")).then(0))
    )
    # The conditions of the case are the payee's; where the payee isn't among the rows, the first member's.
    rows = rows.sort("case_id", pl.col("resident_id") != pl.col("payee_id"), "resident_id")
    cases = rows.group_by("case_id", maintain_order=True).agg(
        payee_id=pl.col("payee_id").first(),
        household_id=pl.col("household_id").first(),
        holds=pl.col("case_holds").first(),
        case_failed=pl.col("case_failed").first(),
        case_unknown=pl.col("case_unknown").first(),
        case_yen=pl.col("case_yen").first(),
        member_yen=pl.col("amount").sum(),
        members_known=pl.col("amount").is_not_null().all(),
        member_count=pl.col("counts").fill_null(False).sum().cast(pl.Int32),
        member_failed=pl.col("member_failed").bitwise_or(),
        member_unknown=pl.col("member_unknown").bitwise_or(),
    )
    return Listing(_settled(cases), rows.select(list(MEMBER_SCHEMA)).sort("case_id", "resident_id"))


def _grouped(programme: Programme, people: pl.DataFrame) -> pl.DataFrame:
    """`household_id` is below zero, by payee, for who is apart or in no household, so that the two never meet."""
    apart = pl.col("is_apart") | pl.col("household_id").is_null()
    grouped = people.with_columns(household_id=pl.when(apart).then(-pl.col("payee_id")).otherwise("household_id"))
    return grouped.with_columns(case_id=pl.col("household_id" if programme.case == "household" else "payee_id"))


def _settled(cases: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col("case_yen") + pl.col("member_yen")
    known = pl.col("members_known") & pl.col("case_yen").is_not_null()
    state = (
        pl.when(pl.col("holds") & known & (amount > 0)).then(pl.lit(ENTITLED))
        .when(~pl.col("holds").fill_null(True) | (known & (amount <= 0))).then(pl.lit(NOT_ENTITLED))
        .otherwise(pl.lit(UNCLEAR))
    )  # fmt: skip
    settled = cases.with_columns(state=state, sum=amount)
    return settled.with_columns(
        amount=pl.when(pl.col("state") == ENTITLED).then("sum").otherwise(0),
        household_id=pl.when(pl.col("household_id") > 0).then("household_id"),
        failed=pl.col("case_failed") | pl.col("member_failed"),
        unknown=pl.col("case_unknown") | pl.col("member_unknown"),
    ).select(list(CASE_SCHEMA))


def _joined(conditions: Sequence[Condition]) -> pl.Expr:
    joined = pl.lit(True)
    for one in conditions:
        joined = joined & one.formula.expression
    return joined


def _bits(conditions: Sequence[Condition], state: bool | None, first: int) -> pl.Expr:
    """A bit for each condition that is not met (False) or not known (None)."""
    bits = pl.lit(0, dtype=pl.Int32)
    for place, one in enumerate(conditions, first):
        value = one.formula.expression
        found = value.is_null() if state is None else (~value).fill_null(False)
        bits = bits + pl.when(found).then(pl.lit(1 << place, dtype=pl.Int32)).otherwise(0)
    return bits
