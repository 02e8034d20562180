"""検索の鍵（一括）: the keys of `keys.py` over columns. Each distinct text is folded once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from yakuba.kernel.addresses import address_keys
from yakuba.kernel.characters import kanji_keys
from yakuba.kernel.kana import kana_keys
from yakuba.registers.access.frames import Schema

from .keys import NUMBER_ITEMS

NAME_SCHEMA: Schema = {
    "resident_id": pl.Int64,
    "kana_key": pl.String,
    "kanji_key": pl.String,
    "given_kana_key": pl.String,
    "given_kanji_key": pl.String,
    "birth_date": pl.Date,
    "sex": pl.Int16,
    "grams": pl.List(pl.String),
    "current": pl.Boolean,
}
ADDRESS_SCHEMA: Schema = {
    "resident_id": pl.Int64,
    "address_key": pl.String,
    "grams": pl.List(pl.String),
    "current": pl.Boolean,
}
NUMBER_SCHEMA: Schema = {"kind": pl.String, "number": pl.String, "resident_id": pl.Int64}
_SPACE = "\u3000"
_NAME_COLUMNS = (
    "name", "name_furigana", "given_name", "former_family_name", "former_family_name_furigana", "alias",
    "alias_furigana", "roman_name", "kanji_name", "birth_date", "sex",
)  # fmt: skip


def known_now(records: pl.DataFrame) -> pl.DataFrame:
    """The rows that are held true now, marked `current` where they are the person's newest."""
    return records.filter(pl.col("known_to").is_null()).with_columns(pl.col("valid_to").is_null().alias("current"))


def name_key_frame(records: pl.DataFrame) -> pl.DataFrame:
    """氏名の鍵 of everybody in the records (RECORD_SCHEMA), in NAME_SCHEMA."""
    held = (
        known_now(records)
        .group_by("resident_id", *_NAME_COLUMNS)
        .agg(pl.col("current").any(), pl.col("valid_from").max())
    )
    forms = [form.with_columns(pl.lit(rank).alias("rank")) for rank, form in enumerate(_forms(held))]
    texts = pl.concat(forms).with_columns(pl.col("kana", "kanji", "given", "given_kanji").fill_null(""))
    keyed = texts.select(
        "resident_id",
        _folded("kana", texts, kana_keys).alias("kana_key"),
        _folded("kanji", texts, kanji_keys).alias("kanji_key"),
        _folded("given", texts, kana_keys).alias("given_kana_key"),
        _folded("given_kanji", texts, kanji_keys).alias("given_kanji_key"),
        "birth_date",
        "sex",
        "current",
        "valid_from",
        "rank",
    )
    once = (
        keyed.sort("valid_from", "rank", descending=[True, False])
        .unique(["resident_id", "kana_key", "kanji_key"], keep="first", maintain_order=True)
        .sort("resident_id", "kana_key", "kanji_key")
    )
    return once.with_columns(_grams("kana_key", "kanji_key")).select(*NAME_SCHEMA)


def _forms(held: pl.DataFrame) -> list[pl.DataFrame]:
    """氏名, 旧氏, 通称, ローマ字, 漢字 as (kana, kanji, given, given_kanji) texts, in the order of `keys.name_rows`."""
    given_kana = _after_space("name_furigana")
    given = pl.coalesce("given_name", _after_space("name"))
    also = ("birth_date", "sex", "current", "valid_from")
    former_kana = pl.concat_str(pl.col("former_family_name_furigana").fill_null(""), given_kana.fill_null(""))
    own = held.select(
        "resident_id", pl.coalesce("name_furigana", "name").alias("kana"), pl.col("name").alias("kanji"),
        given_kana.alias("given"), given.alias("given_kanji"), *also,
    )  # fmt: skip
    former = held.filter(pl.col("former_family_name").is_not_null()).select(
        "resident_id", former_kana.alias("kana"),
        pl.concat_str("former_family_name", given.fill_null("")).alias("kanji"), given_kana.alias("given"),
        given.alias("given_kanji"), *also,
    )  # fmt: skip
    alias = held.filter(pl.col("alias").is_not_null()).select(
        "resident_id", pl.coalesce("alias_furigana", "alias").alias("kana"), pl.col("alias").alias("kanji"),
        _after_space("alias_furigana").alias("given"), _after_space("alias").alias("given_kanji"), *also,
    )  # fmt: skip
    none = pl.lit(None, dtype=pl.String)
    others = [
        held.filter(pl.col(column).is_not_null() & (pl.col(column) != pl.col("name").fill_null(""))).select(
            "resident_id",
            pl.col(column).alias("kana"),
            pl.col(column).alias("kanji"),
            none.alias("given"),
            none.alias("given_kanji"),
            *also,
        )
        for column in ("roman_name", "kanji_name")
    ]
    return [own, former, alias, *others]


def _after_space(column: str) -> pl.Expr:
    return pl.col(column).str.splitn(_SPACE, 2).struct.field("field_1")


def _folded(column: str, frame: pl.DataFrame, fold: Callable[[Sequence[str]], list[str]]) -> pl.Expr:
    distinct = frame[column].unique().to_list()
    return pl.col(column).replace_strict(distinct, fold(distinct), return_dtype=pl.String)


def _grams(*columns: str) -> pl.Expr:
    """二文字の組 as `keys.name_grams` has them: pairs from the first letter on and from the second on are all pairs."""
    pairs = [
        part
        for name in columns
        for part in (
            pl.col(name).str.extract_all("(?s)..|^.$"),
            pl.col(name).str.slice(1).str.extract_all("(?s).."),
        )
    ]
    return pl.concat_list(pairs).list.unique().list.sort().alias("grams")


def address_key_frame(records: pl.DataFrame) -> pl.DataFrame:
    """住所の鍵 of everybody in the records, in ADDRESS_SCHEMA."""
    held = known_now(records).select(
        "resident_id",
        pl.concat_str(pl.col("town", "block", "building").fill_null("")).alias("address"),
        "current",
    )
    keyed = held.select("resident_id", _folded("address", held, address_keys).alias("address_key"), "current")
    once = (
        keyed.filter(pl.col("address_key") != "")
        .group_by("resident_id", "address_key")
        .agg(pl.col("current").any())
        .sort("resident_id", "address_key")
    )
    return once.with_columns(_grams("address_key")).select(*ADDRESS_SCHEMA)


def number_key_frame(records: pl.DataFrame) -> pl.DataFrame:
    """番号の鍵 of everybody in the records, in NUMBER_SCHEMA."""
    held = known_now(records)
    return (
        pl.concat(
            held.select(pl.lit(kind).alias("kind"), pl.col(kind).alias("number"), "resident_id")
            for kind in NUMBER_ITEMS
        )
        .drop_nulls("number")
        .unique()
        .sort("kind", "number", "resident_id")
    )
