"""人口動態の頁: 総計, 日本人 and 外国人 apart (6.1), on the page as in the CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import FAMILIES, settle

from yakuba.registers.access.door import Access, Purpose

pytestmark = pytest.mark.django_db


def test_flows_come_as_three_tables(sign_in: SignIn) -> None:
    settle(Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS)))
    client = sign_in()
    asked = "/statistics/flows/?first=R2.4.1&last=R5.10.31"
    page = client.get(asked).content.decode()
    assert [page.count(f"<caption>{kind} ") for kind in ("総計", "日本人住民", "外国人住民")] == [1, 1, 1]
    text = client.get(f"{asked}&format=csv").content.decode("utf-8-sig")
    came = {(row["区分"], row["月"]): int(row["転入"]) for row in csv.DictReader(io.StringIO(text))}
    families = 3 * len(FAMILIES)
    assert came["日本人住民", "2020年4月"] == came["総計", "2020年4月"] == families
    assert (came["外国人住民", "2023年10月"], came["日本人住民", "2023年10月"]) == (1, 0)
    assert (came["総計", "計"], came["外国人住民", "計"]) == (families + 1, 1)
