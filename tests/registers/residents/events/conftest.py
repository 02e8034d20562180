from __future__ import annotations

import pytest
from tests.registers.residents.events.small_town import SmallTown


@pytest.fixture
def town() -> SmallTown:
    """小さな町, still without people."""
    return SmallTown()
