"""抑止: levels, processes, three rights, and no end by the passing of time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.registers.protections.conftest import NOON, acting, new_person

from yakuba.kernel.findings import RefusedError, Severity
from yakuba.registers.access.door import Access
from yakuba.registers.protections import commands, guard, queries

pytestmark = pytest.mark.django_db

SETTER = acting("setter", NOON, frozenset({"set_restrictions"}))
RELEASER = acting("releaser", NOON, frozenset({"release_restrictions"}))
SUSPENDER = acting("suspender", NOON, frozenset({"suspend_restrictions"}))


def restrict(person: int | None = None, household: int | None = None, level: str = "error", **more: object) -> int:
    """A restriction on certificates and inquiry, in force."""
    given = {"processes": ["certificate", "inquiry"], "reason": "虚偽届のおそれ", "starts_on": date(2024, 4, 1), **more}
    return commands.set_restriction(SETTER, resident_id=person, household_id=household, level=level, **given)


def test_it_stops_its_processes_and_no_other() -> None:
    person = new_person()
    restrict(person)
    (finding,) = guard.check_output(SETTER, [person], "certificate:household")
    assert (finding.rule, finding.severity) == ("restricted", Severity.ERROR)
    assert guard.check_output(SETTER, [person], "listing:search") == []


def test_several_stand_side_by_side_errors_first_household_included() -> None:
    person, household = new_person(), new_person()
    restrict(person, level="alert")
    restrict(household=household)
    found = guard.check_output(SETTER, [person], "inquiry:person", household_ids=[household])
    assert [one.severity for one in found] == [Severity.ERROR, Severity.ALERT]


def test_it_goes_on_after_its_end_and_not_before_its_start() -> None:
    person = new_person()
    restrict(person, ends_on=date(2024, 4, 30))
    for days, standing in [(-1, 0), (0, 1), (30, 1), (3000, 1)]:
        assert len(queries.restrictions_for([person], [], "inquiry", now=NOON + timedelta(days=days))) == standing


def test_a_suspension_is_over_by_itself() -> None:
    person = new_person()
    restriction = restrict(person)
    until = commands.suspend_restriction(SUSPENDER, restriction, reason="本人の請求")
    assert queries.restrictions_for([person], [], "inquiry", now=NOON + timedelta(minutes=1)) == []
    assert len(queries.restrictions_for([person], [], "inquiry", now=until)) == 1


def test_a_release_is_for_good_and_lets_go_of_nothing_earlier() -> None:
    person = new_person()
    restriction = restrict(person)
    commands.release_restriction(RELEASER, restriction, reason="事由の消滅")
    assert queries.restrictions_for([person], [], None, now=NOON) == []
    assert len(queries.restrictions_for([person], [], None, now=NOON - timedelta(seconds=1))) == 1
    with pytest.raises(RefusedError, match="既に解除"):
        commands.suspend_restriction(SUSPENDER, restriction, reason="x")


@pytest.mark.parametrize("holder", [SETTER, RELEASER, SUSPENDER])
def test_set_release_and_suspend_are_three_rights(holder: Access) -> None:
    restriction = restrict(new_person())
    attempts = {
        "set_restrictions": lambda: commands.set_restriction(
            holder, resident_id=1, processes=["event"], level="alert", reason="x", starts_on=holder.today
        ),
        "suspend_restrictions": lambda: commands.suspend_restriction(holder, restriction, reason="x"),
        "release_restrictions": lambda: commands.release_restriction(holder, restriction, reason="x"),
    }
    for right, attempt in attempts.items():
        if right in holder.rights:
            attempt()
        else:
            with pytest.raises(RefusedError, match="権限がありません"):
                attempt()


@pytest.mark.parametrize(
    "wrong",
    [{"person": 1, "household": 1}, {}, {"person": 1, "processes": []}, {"person": 1, "ends_on": date(2024, 3, 1)}],
)
def test_what_cannot_be_is_told(wrong: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        restrict(**wrong)
