"""扶養: who claims whom, each person once, by whoever earns the most of the household; the law's limits are the law's."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from yakuba.kernel.relationships import (
    CHILD,
    CONNECTED_PERSON,
    FATHER,
    HEAD,
    HUSBAND,
    LODGER,
    MOTHER,
    UNREGISTERED_HUSBAND,
    UNREGISTERED_WIFE,
    WIFE,
)
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.registers.income_reports.columns import Role

from .income_earning import SEPARATE

ROOM = 4
"""扶養親族の欄: so many of each role are named in a form."""
UNDER_16 = 16
CHILD_OF_SINGLE_PARENT, WIDOW_FROM, WIDOWED = 18, 50, 0.4
INCOMES = (
    "employment_revenue", "pension_revenue", "business_income", "real_estate_income", "dividend_income",
    "other_miscellaneous_income", *SEPARATE,
)  # fmt: skip
_STRANGERS = (CONNECTED_PERSON, LODGER, UNREGISTERED_HUSBAND, UNREGISTERED_WIFE)
_SPOUSES, _PARENTS = [HUSBAND, WIFE], [FATHER, MOTHER]


def worked_out(earners: pl.DataFrame, fiscal_year: int) -> pl.DataFrame:
    """With what the law makes of each person's own income: `total_income`, `may_be_dependant`, `after_deduction`
    (給与所得控除後の金額 of the first payer), `basic_difference` (所得税の基礎控除 over 48万円).
    """
    rules, given = resident_tax(fiscal_year), _columns(earners)
    # A slip tells 給与所得控除後 of its own pay alone.
    slip = {"employment_revenue": given["employment_revenue"] - earners["second_revenue"].to_numpy()}
    wanted = ["total_income", "may_be_dependant", "income_tax_basic_difference"]
    found = evaluate(rules, given, wanted)
    after = evaluate(rules, slip, ["employment_income_after_deduction"])["employment_income_after_deduction"]
    return earners.with_columns(
        total_income=pl.Series(found["total_income"]),
        may_be_dependant=pl.Series(found["may_be_dependant"].astype(bool)),
        basic_difference=pl.Series(found["income_tax_basic_difference"]),
        after_deduction=pl.Series(after),
    )


def _columns(earners: pl.DataFrame) -> dict[str, Any]:
    return {name: earners[name].to_numpy() for name in ("age", *INCOMES)}


def claims(earners: pl.DataFrame, fiscal_year: int) -> pl.DataFrame:
    """申告される親族: `claimant` and `row` (rows of `earners`), `role`, `number` (from 1 within the role), `ascendant`.

    `earners` are whole households in the order of `row`, as `worked_out` gives them.
    """
    kin = earners.filter(~pl.col("relationship").str.slice(0, 2).is_in(_STRANGERS))
    reported = pl.any_horizontal(pl.col("employment_revenue") > 0, pl.col("pension_revenue") > 0, pl.col("files") != "")
    mains = (
        kin.filter(reported & (pl.col("total_income") > 0))
        .sort("household_id", "total_income", "age", "row", descending=[False, True, True, False])
        .unique("household_id", keep="first", maintain_order=True)
        .select("household_id", claimant="row", main="relationship")
    )
    alone = pl.all_horizontal(pl.len().over("household_id", name) == 1 for name in ("name", "name_furigana"))
    others = kin.filter(alone | pl.col("name_furigana").is_null() & (pl.len().over("household_id", "name") == 1))
    others = others.join(mains, on="household_id").filter(pl.col("row") != pl.col("claimant"))
    couple = ((pl.col("main") == HEAD) & pl.col("relationship").is_in(_SPOUSES)) | (
        pl.col("main").is_in(_SPOUSES) & (pl.col("relationship") == HEAD)
    )
    spouses = _deductible(earners, others.filter(couple).select("claimant", "row"), fiscal_year)
    own_spouse = couple | pl.col("relationship").is_in([f"{CHILD}{spouse}" for spouse in _SPOUSES])
    own_spouse |= pl.col("main").is_in(_PARENTS) & pl.col("relationship").is_in(_PARENTS)
    relatives = (
        others.filter(~own_spouse & pl.col("may_be_dependant"))
        .with_columns(role=pl.when(pl.col("age") < UNDER_16).then(pl.lit(str(Role.UNDER_16))).otherwise(pl.lit(str(Role.DEPENDANT))), ascendant=_ascendant())
        .sort("claimant", "role", "age", "row", descending=[False, False, True, False])
        .select("claimant", "row", "role", (pl.int_range(pl.len()).over("claimant", "role") + 1).alias("number"), "ascendant")
        .filter(pl.col("number") <= ROOM)
    )  # fmt: skip
    return pl.concat([spouses, relatives]).sort("claimant", "role", "number")


def _ascendant() -> pl.Expr:
    """直系尊属 of the claimant or of the spouse: parents of head and spouse, and head and spouse for their child."""
    last, links = pl.col("relationship").str.tail(2), pl.col("relationship").str.len_chars()
    of_couple = (pl.col("main").is_in([HEAD, *_SPOUSES])) & last.is_in(_PARENTS)
    direct = (links == 2) | pl.col("relationship").str.slice(0, 2).is_in([*_SPOUSES, *_PARENTS])
    of_child = (pl.col("main") == CHILD) & pl.col("relationship").is_in([HEAD, *_SPOUSES])
    return (of_couple & direct) | of_child


def _deductible(earners: pl.DataFrame, couples: pl.DataFrame, fiscal_year: int) -> pl.DataFrame:
    """The couples of whom the claimant gets 配偶者控除 or 配偶者特別控除."""
    claimed = np.full(earners.height, -1)
    claimed[couples["claimant"].to_numpy()] = couples["row"].to_numpy()
    wanted = ["has_deductible_spouse", "has_special_spouse"]
    found = evaluate(resident_tax(fiscal_year), {**_columns(earners), "claimed_spouse": claimed}, wanted)
    granted = np.flatnonzero(found[wanted[0]].astype(bool) | found[wanted[1]].astype(bool))
    return couples.filter(pl.col("claimant").is_in(granted)).select(
        "claimant",
        "row",
        role=pl.lit(str(Role.SPOUSE)),
        number=pl.lit(1, dtype=pl.Int64),
        ascendant=pl.lit(value=False),
    )


def with_marks(earners: pl.DataFrame, claimed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """ひとり親 and 寡婦: a claimant of a child without a spouse in the household; a woman left alone."""
    mates = earners.filter(pl.col("relationship").is_in([*_SPOUSES, UNREGISTERED_HUSBAND, UNREGISTERED_WIFE]))
    children = claimed.join(earners.select("row", "age", relation="relationship"), on="row").filter(
        (pl.col("age") < CHILD_OF_SINGLE_PARENT) & (pl.col("relation") == CHILD)
    )
    single = pl.col("relationship") == HEAD
    single &= ~pl.col("household_id").is_in(mates["household_id"].unique().implode())
    parent = single & pl.col("row").is_in(children["claimant"].unique().implode())
    widow = single & ~parent & (pl.col("sex") == 2) & (pl.col("age") >= WIDOW_FROM)
    widow &= pl.Series(rng.random(earners.height) < WIDOWED)
    return earners.with_columns(single_parent=parent.cast(pl.Int64), widow=widow.cast(pl.Int64))
