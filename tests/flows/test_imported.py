"""取り込んだ人の流れ: the sample file goes in by the command line, and one of its own families is served at the desk."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect
from psycopg.conninfo import conninfo_to_dict
from tests.exchange.standard_files.faults import SAMPLE, read_sample
from tests.flows.clerk import Clerk, day

from yakuba.registers.access.door import Access
from yakuba.registers.residents.commands.refold import verify
from yakuba.registers.residents.queries.histories import histories_of
from yakuba.services.certificates.commands import set_up_sample_certifier
from yakuba.settings.paths import ROOT

pytestmark = pytest.mark.browser
FAMILY = "000000000000086"
"""世帯番号 of 北本, four people of the sample who moved within the town in 2021."""


@pytest.fixture(scope="module")
def town(staff: Access) -> dict[str, int]:
    """取り込んだ町: the family's ids by name, after `yakuba residents import` into an empty register."""
    set_up_sample_certifier(staff, starts_on=date(2000, 1, 1))
    owner, runtime = os.environ["YAKUBA_DATABASE_OWNER"], os.environ["YAKUBA_DATABASE_RUNTIME"]
    data = Path(conninfo_to_dict(runtime)["passfile"]).parent.parent
    environment = {**os.environ, "DATABASE_URL": owner, "YAKUBA_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "yakuba", "residents", "import", str(SAMPLE)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "取り込んだ人 1,000、履歴を加えた人 0、変わらない人 0、保留した人 0" in done.stdout
    names = {
        row["宛名番号"]: row["氏名"]
        for row in read_sample()[1]
        if row["世帯番号"] == FAMILY and row["最新フラグ"] == "1"
    }
    ids = dict(histories_of(staff, list(names)).residents.select("addressee_number", "id").iter_rows())
    return {name: ids[number] for number, name in names.items()}


def test_a_family_of_the_sample_is_found_moved_and_certified(clerk: Clerk, town: dict[str, int]) -> None:
    """検索、転居（仮登録・本登録）、住民票の写し, by keyboard alone; the register still equals its own history."""
    assert len(town) == 4
    clerk.find("きたもと\u3000まさひこ", "北本\u3000方彦")
    expect(clerk.page.locator("main")).to_contain_text("34番6号")
    clerk.begin("転居")
    clerk.fill("occurred_on", day(-8))
    for resident_id in town.values():
        clerk.tick("residents", str(resident_id))
    clerk.fill("town", "本町二丁目")
    clerk.fill("block", "5番8号")
    clerk.fill("postal_code", "9990001")
    clerk.press("Tab")
    expect(clerk.page.locator("#summary")).to_contain_text("本町二丁目")
    clerk.enter()
    expect(clerk.page.locator("main")).to_contain_text("緑ケ丘一丁目")
    clerk.register()
    clerk.certify()
    clerk.find("本町二丁目5番8号", "北本\u3000方彦")
    expect(clerk.page.locator("main")).to_contain_text("5番8号")
    assert verify(workers=1).findings == []
