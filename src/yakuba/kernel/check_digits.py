"""検査数字: check digits of the numbers that the register issues or keeps (national-standards 5.1, 5.2, 5.4, 5.5).

Scalar functions serve the counter; the plural ones take int64 bodies and give fixed-width text for a whole town at once.
What no published text settles is an argument here, never a silent choice:

* 宛名番号, 世帯番号: the specification names remainder 0 only. A body of remainder 1 is skipped when numbers are issued
  (``on_remainder_one="skip"``) or gets 0 (``"zero"``); existing numbers ending in 0 are accepted either way.
* 住民票コード: the notice on remainders 0 and 1 was not seen. New codes leave such bodies out; existing ones are accepted
  with 0 or 1 for remainder 0 and with 0 for remainder 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from yakuba.kernel.findings import Finding, error

OnRemainderOne = Literal["zero", "skip"]
Bodies = npt.NDArray[np.int64]
Texts = npt.NDArray[np.str_]

ADDRESSEE_BODY_DIGITS = 14
INDIVIDUAL_BODY_DIGITS = 11
RESIDENT_CODE_BODY_DIGITS = 10
MUNICIPALITY_BODY_DIGITS = 5


def _remainder(body: str) -> int:
    """Modulus 11 of the digits, weights 2 to 7 repeated from the lowest digit."""
    return sum(int(digit) * (position % 6 + 2) for position, digit in enumerate(reversed(body))) % 11


def _remainders(bodies: Bodies, digits: int) -> Bodies:
    rest = bodies.copy()
    total = np.zeros_like(rest)
    for position in range(digits):
        rest, digit = np.divmod(rest, 10)
        total += digit * (position % 6 + 2)
    if rest.any() or (bodies < 0).any():
        raise ValueError(f"a body has more than {digits} digits or is negative")
    return total % 11


def _texts(numbers: Bodies, width: int) -> Texts:
    """Zero-padded text of each number, shape as given, dtype <U{width}."""
    points = np.empty((numbers.size, width), dtype=np.uint32)
    rest = numbers.ravel()
    for column in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        points[:, column] = digit + ord("0")
    return points.view(f"<U{width}").reshape(numbers.shape)


def _body(body: int | str, digits: int) -> str:
    text = f"{int(body):0{digits}d}"
    if int(body) < 0 or len(text) != digits:
        raise ValueError(f"body {body} does not fit {digits} digits")
    return text


def _is_digits(text: str, width: int) -> bool:
    return len(text) == width and text.isascii() and text.isdigit()


def _bad_number(term: str, width: int, text: str, item: str, where: str) -> Finding:
    if not _is_digits(text, width):
        return error(
            "number-form", f"{term}「{text}」は半角数字{width}桁ではありません。", f"{width}桁の数字で入力してください。",
            item=item, where=where, value=text,
        )  # fmt: skip
    return error(
        "check-digit", f"{term}「{text}」の検査数字が合いません。", "届書や通知書の番号と照らして入力し直してください。",
        item=item, where=where, value=text,
    )  # fmt: skip


# --- 宛名番号, 世帯番号 ---


def _addressee_check(remainder: int) -> int:
    return 0 if remainder <= 1 else 11 - remainder


def addressee_number(body: int, *, on_remainder_one: OnRemainderOne = "skip") -> str:
    """宛名番号・世帯番号: 15 digits from a sequence value of up to 14 digits (1.1.13, M11W2-7).

    Raises ValueError for a body that the policy skips: take bodies from ``next_addressee_bodies``.
    """
    text = _body(body, ADDRESSEE_BODY_DIGITS)
    remainder = _remainder(text)
    if remainder == 1 and on_remainder_one == "skip":
        raise ValueError(f"sequence value {body} has remainder 1 and is skipped by policy")
    return f"{text}{_addressee_check(remainder)}"


def is_addressee_body(body: int) -> bool:
    """Whether a number may be made of the sequence value under the policy in use; else it is passed over."""
    return _remainder(_body(body, ADDRESSEE_BODY_DIGITS)) != 1


def addressee_body(number: str) -> int:
    """The sequence value inside a 宛名番号 or 世帯番号."""
    return int(number[:-1])


def is_addressee_number(text: str) -> bool:
    """True for 15 digits with a right check digit; remainder 1 with 0 is accepted (existing numbers)."""
    return _is_digits(text, ADDRESSEE_BODY_DIGITS + 1) and int(text[-1]) == _addressee_check(_remainder(text[:-1]))


def addressee_number_finding(
    text: str, *, term: str = "宛名番号", item: str = "addressee_number", where: str = ""
) -> Finding | None:
    """The finding on a 宛名番号 (or, by term and item, a 世帯番号), or None when it is right."""
    return None if is_addressee_number(text) else _bad_number(term, ADDRESSEE_BODY_DIGITS + 1, text, item, where)


def next_addressee_bodies(after: int, count: int, *, on_remainder_one: OnRemainderOne = "skip") -> Bodies:
    """The next count usable sequence values greater than after, int64, ascending."""
    if on_remainder_one == "zero":
        return np.arange(after + 1, after + 1 + count, dtype=np.int64)
    found: list[Bodies] = []
    have, start = 0, after + 1
    while have < count:
        block = np.arange(start, start + (count - have) * 11 // 10 + 11, dtype=np.int64)
        usable = block[_remainders(block, ADDRESSEE_BODY_DIGITS) != 1]
        found.append(usable)
        have, start = have + usable.size, int(block[-1]) + 1
    return np.concatenate(found)[:count] if found else np.empty(0, dtype=np.int64)


def addressee_numbers(bodies: Bodies, *, on_remainder_one: OnRemainderOne = "skip") -> Texts:
    """宛名番号・世帯番号 for many sequence values: int64 in, <U15 out. Raises ValueError as ``addressee_number`` does."""
    remainders = _remainders(bodies, ADDRESSEE_BODY_DIGITS)
    if on_remainder_one == "skip" and (remainders == 1).any():
        raise ValueError("a sequence value has remainder 1 and is skipped by policy")
    checks = np.where(remainders <= 1, 0, 11 - remainders)
    return _texts(bodies * 10 + checks, ADDRESSEE_BODY_DIGITS + 1)


# --- 個人番号 ---


def individual_number(body: int | str) -> str:
    """個人番号: 12 digits from an 11-digit body (番号法施行令8条, 平成26年総務省令85号5条)."""
    text = _body(body, INDIVIDUAL_BODY_DIGITS)
    remainder = _remainder(text)
    return f"{text}{0 if remainder <= 1 else 11 - remainder}"


def is_individual_number(text: str) -> bool:
    """True for 12 digits with a right check digit."""
    return _is_digits(text, INDIVIDUAL_BODY_DIGITS + 1) and individual_number(text[:-1]) == text


def individual_number_finding(text: str, *, item: str = "individual_number", where: str = "") -> Finding | None:
    """The finding on a 個人番号, or None. The number itself is never repeated in a finding (番号法)."""
    if is_individual_number(text):
        return None
    return replace(_bad_number("個人番号", INDIVIDUAL_BODY_DIGITS + 1, text, item, where), value="", message=(
        "個人番号の検査数字が合いません。" if _is_digits(text, INDIVIDUAL_BODY_DIGITS + 1)
        else "個人番号が半角数字12桁ではありません。"
    ))  # fmt: skip


def individual_numbers(bodies: Bodies) -> Texts:
    """個人番号 for many 11-digit bodies: int64 in, <U12 out."""
    remainders = _remainders(bodies, INDIVIDUAL_BODY_DIGITS)
    checks = np.where(remainders <= 1, 0, 11 - remainders)
    return _texts(bodies * 10 + checks, INDIVIDUAL_BODY_DIGITS + 1)


# --- 住民票コード ---


def resident_code(body: int | str) -> str:
    """住民票コード: 11 digits from a 10-digit body (施行規則1条). Raises ValueError for bodies of remainder 0 or 1."""
    text = _body(body, RESIDENT_CODE_BODY_DIGITS)
    remainder = _remainder(text)
    if remainder <= 1:
        raise ValueError(f"body {body} has remainder {remainder}; its check digit is not settled and it is not issued")
    return f"{text}{11 - remainder}"


def is_resident_code(text: str) -> bool:
    """True for 11 digits with an acceptable check digit (see the module's note on remainders 0 and 1)."""
    if not _is_digits(text, RESIDENT_CODE_BODY_DIGITS + 1):
        return False
    remainder, check = _remainder(text[:-1]), text[-1]
    if remainder == 0:
        return check in "01"
    return check == ("0" if remainder == 1 else str(11 - remainder))


def resident_code_finding(text: str, *, item: str = "resident_code", where: str = "") -> Finding | None:
    """The finding on a 住民票コード, or None when it is acceptable."""
    return (
        None
        if is_resident_code(text)
        else _bad_number("住民票コード", RESIDENT_CODE_BODY_DIGITS + 1, text, item, where)
    )


def usable_resident_code_bodies(bodies: Bodies) -> Bodies:
    """The bodies of which a 住民票コード is issued, in their order."""
    return bodies[_remainders(bodies, RESIDENT_CODE_BODY_DIGITS) > 1]


def resident_codes(bodies: Bodies) -> Texts:
    """住民票コード for many 10-digit bodies: int64 in, <U11 out. Raises ValueError where ``resident_code`` does."""
    remainders = _remainders(bodies, RESIDENT_CODE_BODY_DIGITS)
    if (remainders <= 1).any():
        raise ValueError("a body has remainder 0 or 1: filter with usable_resident_code_bodies")
    return _texts(bodies * 10 + (11 - remainders), RESIDENT_CODE_BODY_DIGITS + 1)


# --- 全国地方公共団体コード ---


def municipality_code(body: int | str) -> str:
    """全国地方公共団体コード: 6 digits from the 5-digit code."""
    text = _body(body, MUNICIPALITY_BODY_DIGITS)
    return f"{text}{(11 - _remainder(text)) % 10}"


def is_municipality_code(text: str) -> bool:
    """True for 6 digits with a right check digit."""
    return _is_digits(text, MUNICIPALITY_BODY_DIGITS + 1) and municipality_code(text[:-1]) == text


def municipality_code_finding(text: str, *, item: str = "municipality_code", where: str = "") -> Finding | None:
    """The finding on a 全国地方公共団体コード, or None when it is right."""
    if is_municipality_code(text):
        return None
    return _bad_number("全国地方公共団体コード", MUNICIPALITY_BODY_DIGITS + 1, text, item, where)


def corporate_check_digit(base: str) -> int:
    """法人番号の検査用数字 of twelve digits: 9 minus the remainder by 9 of the digits weighted 1, 2, 1, 2 … from the lowest.

    法人番号の指定等に関する省令2条.
    """
    weighted = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(base)))
    return 9 - weighted % 9
