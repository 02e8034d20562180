"""資料の食い違い: what reports of one person say against each other, and one relative whom two people claim. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from yakuba.kernel.findings import Finding, alert, error

from .columns import Kind, Role
from .precedence import RETURNS, best_returns

Located = tuple[int, Callable[[str], Finding]]
"""The resident, and the finding as soon as the 宛名番号 is known."""
SLIPS = {
    "employment_revenue": (Kind.SALARY, "給与収入", "給与支払報告書"),
    "pension_revenue": (Kind.PENSION, "公的年金等の収入", "公的年金等支払報告書"),
}


def contradicting(reports: pl.DataFrame, relatives: pl.DataFrame) -> list[Located]:
    """食い違い, by resident. `reports` and `relatives` are those that count (queries.TownReports)."""
    found = [
        *_revenues(reports),
        *_several_returns(reports),
        *_claimed_twice(reports, relatives),
        *_claiming_themselves(reports, relatives),
    ]
    return sorted(found, key=lambda one: one[0])


def _revenues(reports: pl.DataFrame) -> list[Located]:
    """申告書の収入 against the sum of what the payers report."""
    found: list[Located] = []
    returns = best_returns(reports)
    for item, (kind, term, slip) in SLIPS.items():
        reported = reports.filter(pl.col("kind") == kind).group_by("resident_id").agg(reported=pl.col(item).sum())
        declared = returns.select("resident_id", declared=item)
        other = declared.join(reported, on="resident_id").filter(pl.col("declared") != pl.col("reported"))
        for resident_id, said, paid in (
            other.sort("resident_id").select("resident_id", "declared", "reported").iter_rows()
        ):
            found.append((resident_id, partial(_revenue_differs, item, slip=slip, term=term, said=said, paid=paid)))
    return found


def _revenue_differs(item: str, number: str, *, term: str, slip: str, said: int, paid: int) -> Finding:
    return error(
        "revenue-differs", f"申告書の{term}{said:,}円が、{slip}の合計{paid:,}円と違います。",
        "申告書と支払報告書を確認し、誤っている方の訂正を受けてください。",
        item=item, where=f"宛名番号{number}", value=str(said),
    )  # fmt: skip


def _several_returns(reports: pl.DataFrame) -> list[Located]:
    several = (
        reports.filter(pl.col("kind").is_in(list(RETURNS)))
        .group_by("resident_id", "kind")
        .len()
        .filter(pl.col("len") > 1)
    )
    return [
        (resident_id, partial(_return_twice, count))
        for resident_id, _, count in several.sort("resident_id", "kind").iter_rows()
    ]


def _return_twice(count: int, number: str) -> Finding:
    return error(
        "return-twice", f"同じ年度の申告書が{count}通あります。", "有効な1通を残し、ほかの申告書を取り消してください。",
        item="report_number", where=f"宛名番号{number}",
    )  # fmt: skip


def _claims(reports: pl.DataFrame, relatives: pl.DataFrame) -> pl.DataFrame:
    """Who claims whom, once each: resident_id, relative_id, role."""
    known = relatives.filter(pl.col("relative_id").is_not_null() & (pl.col("role") != Role.FAMILY_EMPLOYEE))
    joined = known.join(reports.select("id", "resident_id"), left_on="report_id", right_on="id")
    return joined.select("resident_id", "relative_id", "role").unique(maintain_order=True)


def _claimed_twice(reports: pl.DataFrame, relatives: pl.DataFrame) -> list[Located]:
    claims = _claims(reports, relatives).unique(["resident_id", "relative_id"], maintain_order=True)
    twice = claims.filter(pl.col("resident_id").n_unique().over("relative_id") > 1).sort("relative_id", "resident_id")
    return [(relative_id, _claimed_by_two) for relative_id in twice["relative_id"].unique(maintain_order=True)]


def _claimed_by_two(number: str) -> Finding:
    return error(
        "claimed-twice", "2人以上が、この人を配偶者か扶養親族としています。",
        "どちらの扶養か両方に確認し、もう一方の資料の訂正を受けてください。", item="relative", where=f"宛名番号{number}",
    )  # fmt: skip


def _claiming_themselves(reports: pl.DataFrame, relatives: pl.DataFrame) -> list[Located]:
    claims = _claims(reports, relatives)
    own = claims.filter(pl.col("resident_id") == pl.col("relative_id"))
    return [(resident_id, _claims_themselves) for resident_id in own["resident_id"].unique(maintain_order=True)]


def _claims_themselves(number: str) -> Finding:
    return alert(
        "claims-themselves", "本人が自分の配偶者か扶養親族になっています。", "資料の扶養親族の氏名と番号を確認してください。",
        item="relative", where=f"宛名番号{number}",
    )  # fmt: skip
