"""検査数字の一括検査: which of many numbers have a wrong check digit, by the kernel's own arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from yakuba.kernel import check_digits

FINDINGS = {
    "municipality": check_digits.municipality_code_finding,
    "resident_code": check_digits.resident_code_finding,
    "individual_number": check_digits.individual_number_finding,
}


def _addressee(numbers: check_digits.Bodies, texts: list[str]) -> list[str]:
    right = check_digits.addressee_numbers(numbers // 10, on_remainder_one="zero")
    return [text for text, same in zip(texts, right == np.array(texts), strict=True) if not same]


def _individual(numbers: check_digits.Bodies, texts: list[str]) -> list[str]:
    right = check_digits.individual_numbers(numbers // 10)
    return [text for text, same in zip(texts, right == np.array(texts), strict=True) if not same]


def _resident(numbers: check_digits.Bodies, texts: list[str]) -> list[str]:
    bodies = numbers // 10
    usable = np.isin(bodies, check_digits.usable_resident_code_bodies(bodies))
    right = np.array(texts)
    right[usable] = check_digits.resident_codes(bodies[usable])
    rest = [text for text, plain in zip(texts, usable, strict=True) if not plain]
    wrong = [text for text, same in zip(texts, right == np.array(texts), strict=True) if not same]
    return wrong + [text for text in rest if not check_digits.is_resident_code(text)]


def _municipality(_: check_digits.Bodies, texts: list[str]) -> list[str]:
    return [text for text in texts if not check_digits.is_municipality_code(text)]


_CHECKS: dict[str, Callable[[check_digits.Bodies, list[str]], list[str]]] = {
    "addressee": _addressee,
    "individual_number": _individual,
    "resident_code": _resident,
    "municipality": _municipality,
}


def wrong_numbers(values: pl.Series, *, check: str, width: int) -> list[str]:
    """The distinct values of `width` digits whose check digit is wrong; values of another form are left to other rules."""
    distinct = values.drop_nulls().unique()
    texts = distinct.filter(distinct.str.contains(rf"^[0-9]{{{width}}}$")).to_list()
    return _CHECKS[check](np.array(texts, dtype=np.int64), texts) if texts else []
