"""資料の優先: whose word counts for a person, of the reports that are about them. Pure."""

from __future__ import annotations

import polars as pl

from .columns import Kind

RETURNS = (Kind.FINAL_RETURN, Kind.RESIDENT_TAX_RETURN)
_RANKS = {Kind.FINAL_RETURN: 0, Kind.RESIDENT_TAX_RETURN: 1, Kind.SALARY: 2, Kind.PENSION: 3}


def best_returns(reports: pl.DataFrame) -> pl.DataFrame:
    """優先する申告書: of each person the return that goes before the others, with `rank`; 確定申告, then 住民税申告 (地方税法
    317条の3); of the same kind the last one received."""
    returns = _ranked(reports).filter(pl.col("kind").is_in(list(RETURNS)))
    ordered = returns.sort("resident_id", "rank", "received_on", "id", descending=[False, False, True, True])
    return ordered.unique("resident_id", keep="first", maintain_order=True)


def governing(reports: pl.DataFrame) -> pl.DataFrame:
    """よるべき資料: the best return of each person, or where there is none every slip; with `rank`, the lowest of which
    goes before the others where people's reports speak of one and the same relative."""
    best = best_returns(reports)
    slips = _ranked(reports).join(best, on="resident_id", how="anti")
    return pl.concat([best, slips]).sort("resident_id", "rank", "id")


def _ranked(reports: pl.DataFrame) -> pl.DataFrame:
    ranks = {str(kind): rank for kind, rank in _RANKS.items()}
    return reports.with_columns(rank=pl.col("kind").replace_strict(ranks, return_dtype=pl.Int8))
