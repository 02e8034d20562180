"""What every certificate of the tests needs: a certifier, a clerk, people."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services.certificates.people import clerk, household

from yakuba.registers.access.door import Access
from yakuba.services.certificates.commands import set_up_sample_certifier


@pytest.fixture
def counter(db: None) -> Access:
    """窓口の職員, in a town whose mayor certifies."""
    set_up_sample_certifier(clerk(), starts_on=date(2020, 4, 1))
    return clerk()


@pytest.fixture
def couple(counter: Access) -> tuple[int, ...]:
    """清水 佳章 and 清水 泉葉, who moved in on R8.4.1."""
    return household()
