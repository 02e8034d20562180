"""端数: what is a fraction of a yen stays one until a rounding by name."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yakuba.law.engine.exact import LARGEST, Exact, Rate, ceiling_to, floor_to

AMOUNTS = st.lists(st.integers(0, LARGEST), min_size=1, max_size=8)
RATES = st.fractions(0, 1, max_denominator=100_000)
UNITS = st.sampled_from([1, 100, 1000])


@given(AMOUNTS, RATES, UNITS)
def test_a_share_is_rounded_as_plain_fractions_are(amounts: list[int], rate: Fraction, unit: int) -> None:
    exact = np.array(amounts) * Rate(rate)
    assert isinstance(exact, Exact)
    plain = [each * rate / unit for each in amounts]
    assert floor_to(unit, "x")(exact).tolist() == [each.numerator // each.denominator * unit for each in plain]
    assert ceiling_to(unit, "x")(exact).tolist() == [-(-each.numerator // each.denominator) * unit for each in plain]


def test_the_87_per_mille_that_floats_get_wrong() -> None:
    levy = floor_to(100, "地方税法第20条の4の2第3項")(np.array([700_000]) * Rate(Fraction(87, 1000)))
    assert levy.tolist() == [60_900]


def test_a_rounding_names_its_article() -> None:
    assert str(floor_to(1000, "地方税法第20条の4の2第1項")) == "1,000円未満切捨て（地方税法第20条の4の2第1項）"
    assert str(ceiling_to(1, "大阪市")) == "1円未満切上げ（大阪市）"
