"""検索の鍵: what the register is searched by, worked out from a person's slices. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from yakuba.kernel.addresses import address_key
from yakuba.kernel.characters import bigrams, kanji_key
from yakuba.kernel.kana import kana_key

from .fold import Items, Slice

NAME_ITEMS = frozenset({
    "name", "name_furigana", "former_family_name", "former_family_name_furigana", "alias", "alias_furigana",
    "roman_name", "kanji_name", "given_name", "birth_date", "sex",
})  # fmt: skip
ADDRESS_ITEMS = frozenset({"town", "block", "building"})
NUMBER_ITEMS = ("resident_code", "residence_card_number")


class NameRow(NamedTuple):
    """氏名の鍵 1行: kana and kanji folded for search, those of the given name, and when and what sex."""

    kana_key: str
    kanji_key: str
    given_kana_key: str
    given_kanji_key: str
    birth_date: date | None
    sex: int | None


def name_rows(items: Items) -> list[NameRow]:
    """氏名・旧氏・通称・ローマ字・漢字: each name that these items hold, as a row, in this order."""
    birth_date, sex = items.get("birth_date"), items.get("sex")
    name, furigana = items.get("name") or "", items.get("name_furigana") or ""
    given_kana = furigana.partition("\u3000")[2]
    given = items.get("given_name") or name.partition("\u3000")[2]
    own = kanji_key(given)
    rows = [NameRow(_kana(furigana or name), kanji_key(name), _kana(given_kana), own, birth_date, sex)]
    former = items.get("former_family_name")
    if former:
        kana = _kana((items.get("former_family_name_furigana") or "") + given_kana)
        rows.append(NameRow(kana, kanji_key(former + given), _kana(given_kana), own, birth_date, sex))
    alias = items.get("alias")
    if alias:
        kana = items.get("alias_furigana") or ""
        given_alias = kanji_key(alias.partition("\u3000")[2])
        rows.append(
            NameRow(
                _kana(kana or alias), kanji_key(alias), _kana(kana.partition("\u3000")[2]), given_alias, birth_date, sex
            )
        )
    others = [other for other in (items.get("roman_name"), items.get("kanji_name")) if other and other != name]
    return rows + [NameRow(_kana(other), kanji_key(other), "", "", birth_date, sex) for other in others]


def _kana(text: str) -> str:
    return kana_key(text) if text else ""


def address_row(items: Items) -> str:
    """住所の鍵: 町字, 番地 and 方書 folded into one text; "" without an address."""
    return address_key("".join(str(items.get(name) or "") for name in ("town", "block", "building")))


def all_name_rows(slices: Sequence[Slice]) -> dict[NameRow, bool]:
    """Every name that a person bears or bore as known now; True for those of the newest slice.

    Of names that fold to the same keys, the newest one stands, with the 生年月日 and 性別 that went with it.
    """
    found: dict[tuple[str, str], tuple[NameRow, bool]] = {}
    for age, piece in enumerate(reversed(slices)):
        for row in name_rows(piece.items):
            found.setdefault((row.kana_key, row.kanji_key), (row, age == 0))
    return dict(found.values())


def all_address_rows(slices: Iterable[Slice]) -> dict[str, bool]:
    """Every address as known now; True for that of the newest slice."""
    found: dict[str, bool] = {}
    for piece in slices:
        key = address_row(piece.items)
        found = dict.fromkeys(found, False)
        if key:
            found[key] = True
    return found


def all_number_rows(slices: Iterable[Slice]) -> set[tuple[str, str]]:
    """Every 住民票コード and card number as known now."""
    return {
        (name, str(piece.items[name])) for piece in slices for name in NUMBER_ITEMS if piece.items.get(name) is not None
    }


def name_grams(row: NameRow) -> list[str]:
    """二文字の組 of the kana and the kanji key, for search inside a name."""
    return sorted({*bigrams(row.kana_key), *bigrams(row.kanji_key)})
