"""カナ検索: the key under which a reading is found (2.1).

One key is one class of readings: 清濁半濁, large and small, long vowels and their marks, ウ after an オ-row kana, hiragana
and half-width forms, spaces and dashes make no difference. Taken together the equalities of the specification (ヂ=ジ and
清=濁) make シ=チ and ス=ツ too, ワ=ハ makes ワ=バ, and a long オ is dropped as its mark is: the key finds more than was typed,
never less. Roman names are upper-cased, half-width, without spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HIRAGANA_TO_KATAKANA = 0x60
_HALF_WIDTH = "ｦｧｨｩｪｫｬｭｮｯｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_FULL_WIDTH = (
    "ヲァィゥェォャュョッアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
)
_FOLDED_FROM = "ァィゥェォャュョッヮヵヶガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポチツワヰヱヲヷヸヹヺ"
_FOLDED_TO__ = "アイウエオヤユヨスハカケカキクケコサシスセソタシステトハヒフヘホハヒフヘホシスハイエオハヒヘホ"
_DROPPED = " \u3000\u00a0\t\u3099\u309a゛゜ﾞﾟーｰ-‐‑‒–—―−－﹣・･'’＇"
_V_SOUNDS = (("ヴァ", "ハ"), ("ヴィ", "ヒ"), ("ヴェ", "ヘ"), ("ヴォ", "ホ"), ("ヴ", "フ"))
_LONG_O = re.compile("(?<=[オコソトノホモヨロ])[ウオ]+")


def _normal_forms() -> dict[int, str]:
    """Half-width and hiragana to katakana, full-width Latin to half-width capitals."""
    table = dict(zip(map(ord, _HALF_WIDTH), _FULL_WIDTH, strict=True))
    table |= {code: chr(code + _HIRAGANA_TO_KATAKANA) for code in range(ord("ぁ"), ord("ゖ") + 1)}
    table |= {code: chr(code - 0xFEE0) for code in range(ord("！"), ord("～") + 1)}
    return table


_NORMAL = _normal_forms()
_FOLD: dict[int, str | None] = dict(zip(map(ord, _FOLDED_FROM), _FOLDED_TO__, strict=True))
_FOLD |= {ord(character): None for character in _DROPPED}
_ALL_FOLDS: dict[int, str | None] = {
    **_NORMAL,
    **_FOLD,
    **{code: to.translate(_FOLD) or None for code, to in _NORMAL.items()},
}


def kana_key(text: str) -> str:
    """検索キー of a reading or a Roman name; "" for an empty one."""
    if "ヴ" in text or "ゔ" in text or "ﾞ" in text or "\u3099" in text or "゛" in text:
        text = _with_v_sounds(text)
    return _LONG_O.sub("", text.translate(_ALL_FOLDS).upper())


def _with_v_sounds(text: str) -> str:
    text = re.sub("[ウうｳ][ﾞ゛\u3099]", "ヴ", text).translate(_NORMAL)
    for sound, folded in _V_SOUNDS:
        text = text.replace(sound, folded)
    return text


def kana_keys(texts: Iterable[str]) -> list[str]:
    """``kana_key`` of many texts at once (no text may hold a line feed): one pass over their joined characters."""
    listed = list(texts)
    return kana_key("\n".join(listed)).split("\n") if listed else []


def given_kana_key(furigana: str) -> str:
    """検索キー of the 名 alone: the part after the space, "" when there is none."""
    _, _, given = furigana.replace(" ", "\u3000").partition("\u3000")
    return kana_key(given)
