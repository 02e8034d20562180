"""住所検索: the key under which an address is found (2.1).

一丁目2番3号, 1-2-3, １丁目２番地の３ and 1丁目2番3 are one; building names stay as they are, variants, widths and dashes folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from yakuba.kernel.characters import kanji_key

_NUMERALS = "〇一二三四五六七八九十百千"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_COUNTERS = "(?:丁目|番地|番(?![町丁外])|号室|号)"
_SPACE_BETWEEN_DIGITS = re.compile("(?<=[0-9０-９])[ \u3000]+(?=[0-9０-９])")
_NUMERAL_BEFORE_COUNTER = re.compile(f"[{_NUMERALS}]+(?={_COUNTERS})")
_NUMERAL_AFTER_COUNTER = re.compile(f"((?:丁目|番地|番|号)の?)([{_NUMERALS}]+)(?![{_NUMERALS}]|[^\\W\\d])")
_BETWEEN_DIGITS = re.compile(f"(?<=[0-9])(?:{_COUNTERS}[のノ-]?|[のノ-])(?=[0-9])")
_AFTER_DIGITS = re.compile(f"(?<=[0-9]){_COUNTERS}")
_SMALL = str.maketrans("ヶヵ", "ケカ")


def _number(numeral: str) -> str:
    """Arabic digits of kanji numerals: 二十一 and 二一 are 21, 十 is 10."""
    if not any(character in _UNITS for character in numeral):
        return "".join(str(_NUMERALS.index(character)) for character in numeral)
    total, digit = 0, 0
    for character in numeral:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = digit * 10 + _NUMERALS.index(character)
    return str(total + digit)


def address_key(text: str) -> str:
    """検索キー of an address, whole or in part: 「本町一丁目2番3号」 is 本町1-2-3."""
    key = kanji_key(_SPACE_BETWEEN_DIGITS.sub("-", text)).translate(_SMALL)
    key = _NUMERAL_BEFORE_COUNTER.sub(lambda match: _number(match[0]), key)
    key = _NUMERAL_AFTER_COUNTER.sub(lambda match: match[1] + _number(match[2]), key)
    return _AFTER_DIGITS.sub("", _BETWEEN_DIGITS.sub("-", key))


def address_keys(texts: Iterable[str]) -> list[str]:
    """``address_key`` of many texts at once (no text may hold a line feed)."""
    listed = list(texts)
    return address_key("\n".join(listed)).split("\n") if listed else []
