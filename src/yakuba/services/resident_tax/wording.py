"""決定の記載: facts and outcome as the JSON texts that a decision keeps, and their digest; by columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from yakuba.law.engine.ruleset import RuleSet

from .calculation import INSTALMENT_SCHEMA, Calculation

Columns = Mapping[str, NDArray[np.int64]]


def rule_set_name(rules: RuleSet) -> str:
    """計算規則の名前: name, 年度 and municipality."""
    return f"{rules.name}/{rules.fiscal_year}/{rules.municipality}"


def inputs_texts(calculation: Calculation, rows: slice) -> pl.Series:
    """基礎とした事実 as JSON objects, without what stands at its default."""
    defaults = {name: each.default for name, each in calculation.rules.inputs.items()}
    # An age says something also where it is the default.
    return _texts(calculation.inputs, rows, {**defaults, "age": -1})


def outcome_texts(calculation: Calculation, rows: slice) -> pl.Series:
    """決定の内容 as JSON objects, without zeros but for the tax itself."""
    return _texts(calculation.outcome, rows, {"annual_tax": -1})


def outcome_of(texts: pl.Series, names: list[str]) -> pl.DataFrame:
    """決定の内容 from its texts: a column a quantity, zeros filled in."""
    schema = pl.Struct(dict.fromkeys(names, pl.Int64))
    return texts.str.json_decode(schema).struct.unnest().fill_null(0)


def digest_of(calculation: Calculation) -> bytes:
    """計算結果のダイジェスト: SHA-256 of the law's numbers and rules, everybody, all facts, quantities and instalments."""
    digest = hashlib.sha256(calculation.rules.digest().encode())
    digest.update(calculation.people["resident_id"].to_numpy().tobytes())
    for columns in (calculation.inputs, calculation.outcome):
        for name in sorted(columns):
            if columns[name].any():
                digest.update(name.encode())
                digest.update(np.ascontiguousarray(columns[name]).tobytes())
    for name in INSTALMENT_SCHEMA:
        column = calculation.instalments[name]
        if column.dtype == pl.String:
            digest.update(column.cast(pl.Enum(["ordinary", "pension", "salary"])).to_physical().to_numpy().tobytes())
        else:
            digest.update(column.to_physical().to_numpy().tobytes())
    return digest.digest()


def _texts(columns: Columns, rows: slice, defaults: Mapping[str, int]) -> pl.Series:
    parts = []
    kept = {}
    for name in sorted(columns):
        default = defaults.get(name, 0)
        column = columns[name][rows]
        if (column != default).any():
            kept[name] = column
            parts.append(
                pl.when(pl.col(name) == default)
                .then(pl.lit(""))
                .otherwise(pl.concat_str(pl.lit(f',"{name}":'), pl.col(name)))
            )
    if not parts:
        return pl.Series(["{}"] * len(columns["age" if "age" in columns else "annual_tax"][rows]))
    body = pl.concat_str(parts).str.slice(1)
    return pl.DataFrame(kept).select(pl.concat_str(pl.lit("{"), body, pl.lit("}")).alias("text"))["text"]
