"""納期の数: an ordinance that has fewer instalments than four has none after its last."""

from __future__ import annotations

import numpy as np
import pytest

from yakuba.law.engine.evaluation import evaluate
from yakuba.law.rules.resident_tax import resident_tax

NAMES = [f"ordinary_instalment_{at}" for at in range(1, 5)]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_fewer_instalments_are_still_the_whole_tax(count: int) -> None:
    rules = resident_tax(2026).with_parameters({"ordinary_instalment_count": count})
    found = evaluate(rules, {"business_income": np.array([3_000_000, 12_345_000, 0])}, ["annual_tax", *NAMES])
    assert sum(found[name] for name in NAMES).tolist() == found["annual_tax"].tolist()
    assert [bool(found[name].any()) for name in NAMES] == [at <= count for at in range(1, 5)]
