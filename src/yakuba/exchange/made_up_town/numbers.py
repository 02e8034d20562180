"""番号: numbers that never meet between parts, each a one-to-one image of (part, position)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from yakuba.kernel.check_digits import individual_numbers, resident_codes, usable_resident_code_bodies

Integers = npt.NDArray[np.int64]
PART_STRIDE = 1 << 16
"""Positions that one part may use: about twice what its people and cards ask for."""

_CARD_LETTERS = "ABCDEFGHLMNPRSTU"
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def _spread(index: int, count: int, seed: int, modulus: int, factor: int) -> Integers:
    """Distinct numbers below modulus (a power of ten; factor is coprime to it) for the positions of a part."""
    positions = np.arange(index * PART_STRIDE, index * PART_STRIDE + count, dtype=np.int64)
    return (positions * factor + seed * 7_654_321) % modulus


def codes_of_residents(index: int, count: int, seed: int) -> npt.NDArray[np.str_]:
    """住民票コード, 11 digits, for the first `count` people of a part."""
    usable = usable_resident_code_bodies(_spread(index, PART_STRIDE, seed, 10**10, 6_180_339_887))
    return resident_codes(usable[:count])


def numbers_of_individuals(index: int, count: int, seed: int) -> npt.NDArray[np.str_]:
    """個人番号, 12 digits, for the first `count` people of a part."""
    return individual_numbers(_spread(index, count, seed, 10**11, 14_142_135_623))


def card_numbers(index: int, count: int, seed: int) -> list[str]:
    """在留カード等番号: two letters, eight digits, two letters."""
    numbers = _spread(index, count, seed, 10**8, 17_320_509).tolist()
    letters = _CARD_LETTERS
    return [f"{letters[n % 7]}{letters[n % 11]}{n:08d}{letters[n % 13]}{letters[(n // 16) % 16]}" for n in numbers]


def _mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """splitmix64: a one-to-one map of 64-bit words that leaves no pattern."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def entry_keys(residents: int, seed: int, index: int, count: int) -> list[str]:
    """登録キー: a UUID text (version 8) for each event of a part; the last twelve digits tell part and event."""
    positions = np.arange(count, dtype=np.uint64) + np.uint64(index << 28)
    town = np.uint64((residents * 1_000_003 + seed) & 0xFFFFFFFF) << np.uint64(31)
    with np.errstate(over="ignore"):
        mixed = _mixed(positions + (town + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
    digits = np.empty((count, 32), dtype=np.uint8)
    for column in range(16):
        shift = np.uint64(4 * (15 - column))
        digits[:, column] = _HEX[((mixed >> shift) & np.uint64(15)).astype(np.int64)]
        digits[:, 16 + column] = _HEX[((positions >> shift) & np.uint64(15)).astype(np.int64)]
    digits[:, 12], digits[:, 16] = ord("8"), ord("a")
    text = np.full((count, 36), ord("-"), dtype=np.uint8)
    for start, end, to in ((0, 8, 0), (8, 12, 9), (12, 16, 14), (16, 20, 19), (20, 32, 24)):
        text[:, to : to + end - start] = digits[:, start:end]
    return [key.decode() for key in text.view("S36").ravel().tolist()]
