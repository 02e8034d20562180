"""Frames as the registers hand them around: a column's kind, a schema, an instant to the microsecond."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
Kind = type[pl.DataType] | pl.DataType
Schema = Mapping[str, Kind]
