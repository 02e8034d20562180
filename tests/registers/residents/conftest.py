"""Every flow begins with free 住民票コード, and ends with a register that equals its events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.registers.residents.counter import fill_stock

from yakuba.registers.residents.commands import refold


@pytest.fixture
def stock(db: None) -> list[str]:
    """住民票コードの在庫."""
    return fill_stock()


@pytest.fixture
def equal(stock: list[str]) -> Iterator[None]:
    """After the flow the record and the search keys are what the events add up to."""
    yield
    assert refold.verify().findings == []
