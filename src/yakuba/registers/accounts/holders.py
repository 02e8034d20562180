"""口座名義と住民記録のフリガナの突合: the same, spelt otherwise, or another. Pure."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from yakuba.kernel.kana import kana_keys

_SMALL, _LARGE = "ァィゥェォャュョッヮヵヶヲー−－‐―ｰ", "アイウエオヤユヨツワカケオ------"


class HolderMatch(StrEnum):
    """名義の突合の結果. `SPELLING`: a clerk would read both as one name (清濁, 長音, spaces); `DIFFERENT`: another name."""

    SAME = "same"
    SPELLING = "spelling"
    DIFFERENT = "different"


def holder_matches(holder_kana: pl.Series, name_kana: pl.Series) -> pl.Series:
    """名義の突合: of each holder (half-width) with the register's reading beside it; null where either is blank.

    What a bank cannot write counts as the same: small kana, ヲ, the long mark, full width, and how names are spaced.
    """
    holder, name = _as_a_bank_writes(holder_kana), _as_a_bank_writes(name_kana)
    found = pl.select(
        pl.when((holder == "") | (name == ""))
        .then(None)
        .when(holder == name)
        .then(pl.lit(HolderMatch.SAME.value))
        .when(_keys(holder) == _keys(name))
        .then(pl.lit(HolderMatch.SPELLING.value))
        .otherwise(pl.lit(HolderMatch.DIFFERENT.value))
    )
    return found.to_series().alias("holder_match")


def holder_match(holder_kana: str, name_kana: str) -> HolderMatch | None:
    """名義の突合 of one; None where either is blank."""
    (found,) = holder_matches(pl.Series([holder_kana]), pl.Series([name_kana]))
    return None if found is None else HolderMatch(found)


def _as_a_bank_writes(names: pl.Series) -> pl.Series:
    plain = names.cast(pl.String).fill_null("").str.normalize("NFKC").str.to_uppercase()
    large = plain.str.replace_many(list(_SMALL), list(_LARGE))
    return large.str.replace_all(r"\s+", " ").str.strip_chars()


def _keys(names: pl.Series) -> pl.Series:
    return pl.Series(kana_keys(names.to_list()), dtype=pl.String)
