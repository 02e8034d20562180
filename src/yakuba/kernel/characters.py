"""文字: the key under which a written name is found, and what may not stand in stored text (2.1, 30.2).

Text is never normalised: a CJK compatibility ideograph (U+FA19 beside U+795E) or a variation sequence is kept as it came. Only the
search key folds variants, through the tables of data/mj.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache

from yakuba.kernel.findings import Finding, alert, error
from yakuba.kernel.kana import kana_key
from yakuba.kernel.wareki import DATA

_SPACES = " \u3000\u00a0\t"
_DASHES = "ー‐‑‒–—―−－﹣ｰ"
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_SELECTOR_CLASS = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_SUSPICIOUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff\ufe00-\ufe0f\U000e0000-\U0010ffff]"
)
_SEQUENCE = re.compile(f"(.?)({_SELECTOR_CLASS}+)", re.DOTALL)
_MJ_PLUS = re.compile("[\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_MUNICIPAL = re.compile("[\ue000-\uf8ff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e00ff\U000e01f0-\U000effff]"
)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / "mj" / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@cache
def _folds() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for row in _rows("variants.csv"):
        table |= dict.fromkeys(map(ord, row["variants"]), row["representative"])
    for row in _rows("own_variants.csv"):
        representatives = [table.get(ord(character)) or character for character in row["characters"]]
        for other in representatives[1:]:
            table |= {code: representatives[0] for code, to in table.items() if to == other}
            table[ord(other)] = representatives[0]
    table |= {code: chr(code - 0xFEE0) for code in range(ord("！"), ord("～") + 1)}
    table |= dict.fromkeys(map(ord, _DASHES), "-")
    table |= dict.fromkeys((*map(ord, _SPACES), *_SELECTORS), None)
    return table


def kanji_key(text: str) -> str:
    """検索キー of a written name: variants as one character, selectors and spaces dropped, Latin in half-width capitals.

    （株）, （有） and ㈱, ㈲ stay different: the specification forbids to search the one by the other.
    """
    return text.translate(_folds()).upper()


def kanji_keys(texts: Iterable[str]) -> list[str]:
    """``kanji_key`` of many texts at once (no text may hold a line feed)."""
    listed = list(texts)
    return kanji_key("\n".join(listed)).split("\n") if listed else []


def bigrams(key: str) -> list[str]:
    """The distinct pairs of neighbouring characters of a key, in order; a key of one character gives itself."""
    if len(key) <= 1:
        return [key] if key else []
    return list(dict.fromkeys(key[at : at + 2] for at in range(len(key) - 1)))


def is_kana_query(text: str) -> bool:
    """True when what was typed is a reading or Roman letters, so that the kana key is the one to ask."""
    key = kana_key(text)
    return bool(key) and all("ァ" <= character <= "ヿ" or character.isascii() for character in key)


# --- what may not be stored ---


@cache
def _known_selectors() -> dict[str, tuple[str, ...]]:
    return {
        row["base"]: tuple(chr(int(selector, 16)) for selector in row["selectors"].split()) for row in _rows("ivs.csv")
    }


def known_sequences(base: str) -> tuple[str, ...]:
    """The variation sequences that Moji_Joho (and the standardized set) know of a base character."""
    return tuple(base + selector for selector in _known_selectors().get(base, ()))


def _point(character: str) -> str:
    return f"U+{ord(character):04X}"


def characters_findings(text: str, *, item: str = "", where: str = "") -> list[Finding]:
    """What is wrong with the characters of a text that is to be stored; [] for nearly all.

    Errors: control and invisible characters, unpaired surrogates, the town's own private characters (外字), variation
    sequences that Moji_Joho does not know. Alert: private characters of planes 15 and 16, where MJ+ stands.
    """
    if _SUSPICIOUS.search(text) is None:
        return []
    shown = _FORBIDDEN.sub("�", _SURROGATE.sub("�", text))
    found: list[Finding] = []

    def add(rule: str, message: str, remedy: str) -> None:
        found.append(error(rule, message, remedy, item=item, where=where, value=shown))

    if match := _SURROGATE.search(text):
        add(
            "unpaired-surrogate",
            f"壊れた文字（{_point(match[0])}）が含まれています。",
            "元の文書で文字を確認し、入力し直してください。",
        )
    if match := _FORBIDDEN.search(text):
        add(
            "control-character",
            f"使えない制御文字（{_point(match[0])}）が含まれています。",
            "その文字を取り除いて入力してください。",
        )
    if match := _MUNICIPAL.search(text):
        add(
            "municipal-character", f"自治体独自の外字（{_point(match[0])}）が含まれています。",
            "文字の同定を行い、行政事務標準文字の文字で入力してください。",
        )  # fmt: skip
    found += _sequence_findings(text, item=item, where=where)
    if match := _MJ_PLUS.search(text):
        found.append(
            alert(
                "mj-plus-character", f"私用領域の文字（{_point(match[0])}）が含まれています。",
                "行政事務標準文字の追加文字のフォントで字形を確認してください。", item=item, where=where, value=shown,
            )
        )  # fmt: skip
    return found


def _sequence_findings(text: str, *, item: str, where: str) -> list[Finding]:
    found = []
    for match in _SEQUENCE.finditer(text):
        base, selectors = match[1], match[2]
        known = _known_selectors().get(base, ())
        if len(selectors) == 1 and selectors in known:
            continue
        message = (
            f"「{base}」に付く字形の指定（{'・'.join(_point(one) for one in selectors)}）は文字情報基盤にありません。"
        )
        if known:
            choices = "、".join(f"{base}{selector}（{_point(selector)}）" for selector in known)
            remedy = f"他の異体字コレクションの指定と思われます。文字情報基盤の字形 {choices} から選び直してください。"
            rule = "variation-sequence-not-moji-joho"
        else:
            remedy = "字形の指定を取り除いて入力してください。"
            rule = "variation-sequence-unknown"
        found.append(error(rule, message, remedy, item=item, where=where, value=text))
    return found
