"""住所の一致: which written addresses are one place."""

from __future__ import annotations

import pytest

from yakuba.kernel.addresses import address_key
from yakuba.registers.income_reports.matching import same_place


@pytest.mark.parametrize(
    ("reported", "registered", "same"),
    [
        ("本町一丁目2番3号", "本町1-2-3", True),
        ("本町1-2-3", "本町一丁目2番3号みほん荘403", True),
        ("本町1丁目2番3号みほん荘403", "本町1-2-3", True),
        ("本町1-2-3", "本町1-2-34", False),
        ("本町1-2", "本町1-2-3", False),
        ("本町", "本町1-2-3", False),
        ("", "本町1-2-3", False),
        ("元町1-2-3", "本町1-2-3", False),
        ("本町1-2-3みほん荘", "本町1-2-3あかり荘", False),
    ],
)
def test_the_building_may_be_left_out_and_nothing_else(reported: str, registered: str, same: bool) -> None:
    assert same_place(address_key(reported), address_key(registered)) is same
