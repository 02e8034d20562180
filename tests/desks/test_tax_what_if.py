"""条例ともしものページ: another value asked, worked out by a job, shown with whom it touches, and taken as a file."""

from __future__ import annotations

import pytest
from tests.desks.clerks import SignIn
from tests.desks.test_tax import YEAR, officer, people, text

from yakuba.registers.decision_runs import queries
from yakuba.registers.jobs import queries as jobs
from yakuba.services.resident_tax.what_if import answer

pytestmark = pytest.mark.django_db
PAGE = "/tax/what-if/"

__all__ = ["people"]


def test_an_ordinances_value_is_tried_before_it_is_set(people: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    shown = text(client, f"{PAGE}?year={YEAR}")
    assert "市町村民税均等割の額" in shown
    assert "調整控除の率（市町村民税）" not in shown, "no ordinance sets it"
    assert "調整控除の率（市町村民税）" in text(client, f"{PAGE}?year={YEAR}&which=all")
    form = {"year": YEAR, "number.municipal_per_capita_amount": "3,500", "number.municipal_income_rate": ""}
    asked = client.post(PAGE, form)
    assert asked.status_code == 302
    (found,) = queries.scenarios(officer(), "resident_tax")
    (job,) = jobs.jobs(officer(), "resident_tax.what_if")
    assert (found.numbers, job.key) == ({"municipal_per_capita_amount": "3,500"}, str(found.scenario_id))
    page = f"{PAGE}{found.scenario_id}/"
    assert "計算しています" in text(client, page)
    assert 'hx-trigger="every 1s"' in text(client, f"{page}progress/")
    answer(officer(), found.scenario_id, progress=lambda *_: None)
    done = text(client, page)
    for words in ("+500", "合計所得金額ごと", "年齢ごと", "青木\u3000太郎", "statutes/municipal/", "value: 3500"):
        assert words in done
    lines = client.get(f"{page}?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("区分,項目,人数")
    (annual,) = [line.split(",") for line in lines if line.startswith("税額,年税額,")]
    assert int(annual[4]) - int(annual[3]) == int(annual[5]) > 0


def test_what_cannot_be_read_stays_on_the_page_with_its_finding(people: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in()
    answered = client.post(PAGE, {"year": YEAR, "number.municipal_per_capita_amount": "三千"})
    assert answered.status_code == 422
    assert "を読み取れません" in answered.content.decode()
    assert 'value="三千"' in answered.content.decode()
    assert jobs.jobs(officer(), "resident_tax.what_if") == []
    assert client.get(f"{PAGE}99/").status_code == 404


def test_the_right_to_assess_is_asked_for(people: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in(rights=("approve_decisions",))
    for address in (PAGE, f"{PAGE}1/", f"{PAGE}1/progress/"):
        assert client.get(address).status_code == 403
