"""検査用数字: which of many numbers have a wrong check digit."""

from __future__ import annotations

import numpy as np
import polars as pl

from yakuba.kernel.check_digits import corporate_check_digit, individual_numbers


def wrong_individual_numbers(values: pl.Series) -> list[str]:
    """個人番号 of twelve digits whose check digit is wrong; values of another form are left to other rules."""
    texts = _of_width(values, 12)
    if not texts:
        return []
    right = individual_numbers(np.array(texts, dtype=np.int64) // 10)
    return [text for text, same in zip(texts, right == np.array(texts), strict=True) if not same]


def wrong_corporate_numbers(values: pl.Series) -> list[str]:
    """法人番号 of thirteen digits whose check digit, the first one, is wrong."""
    return [text for text in _of_width(values, 13) if int(text[0]) != corporate_check_digit(text[1:])]


def _of_width(values: pl.Series, width: int) -> list[str]:
    distinct = values.drop_nulls().unique()
    return distinct.filter(distinct.str.contains(rf"^[0-9]{{{width}}}$")).to_list()
