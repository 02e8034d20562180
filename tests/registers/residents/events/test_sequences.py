"""Random valid sequences of events on households keep what a register must always keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registers.residents.events.small_town import TODAY, SmallTown, foreigner, japanese, moving_in
from yakuba.kernel.findings import has_errors
from yakuba.registers.residents.events.base import HEAD, RESIDENT
from yakuba.registers.residents.events.past_events import CANCELLATIONS
from yakuba.registers.residents.fold import Items

FIRST = date(2026, 1, 1)
Draw = Callable[[st.SearchStrategy[Any]], Any]
RELATIONSHIPS = ("夫", "妻", "子", "母", "弟", "縁故者", "同居人")


def _people(draw: Draw, town: SmallTown) -> list[str]:
    return [str(each) for each in draw(st.lists(st.sampled_from(sorted(town.persons)), min_size=1, max_size=3, unique=True))]


def _relations(draw: Draw, ids: list[str]) -> list[dict[str, str]]:
    return [{"resident_id": each, "relationship": draw(st.sampled_from(RELATIONSHIPS))} for each in ids]


def _someone(draw: Draw, town: SmallTown) -> str:
    return str(draw(st.sampled_from(sorted(town.persons))))


def _household(draw: Draw, town: SmallTown, day: date) -> str:
    found = sorted({str(person.at(day).get("household_id") or 999) for person in town.persons.values()})
    return str(draw(st.sampled_from(found)))


def _typed(draw: Draw, town: SmallTown, slug: str, day: date) -> dict[str, Any]:
    """A form for the kind: often valid, sometimes not; what is refused is not recorded."""
    text = day.isoformat()
    base: dict[str, Any] = {"occurred_on": text, "notified_on": text}
    ids = _people(draw, town)
    match slug:
        case "domestic_move_in":
            back = draw(st.none() | st.sampled_from(sorted(town.persons)))
            row = japanese(f"再　{len(town.persons)}", **({"resident_id": str(back)} if back else {}))
            return moving_in(row, day=text, block=draw(st.sampled_from(["1-1", "2-2"])))
        case "foreign_move_in":
            return moving_in(foreigner(f"TRAN {'N' * (len(town.persons) % 9 + 1)}"), day=text)
        case "birth":
            baby = {"resident_kind": "1", "name": "新　生", "sex": "1", "relationship": "子", "honseki_city": "なし", "koseki_head": "なし"}
            return {**base, "parent_id": ids[0], "people": [baby]}
        case "move_within":
            where = draw(st.sampled_from(["3-3", "4-4"]))
            return {**base, "residents": ids, "town": "西町", "block": where, "new_head_id": ids[0], "people": _relations(draw, ids[1:])}
        case "domestic_move_out":
            return {**base, "residents": ids, "destination_city": "うめ市"}
        case "head_change":
            return {**base, "new_head_id": ids[0], "people": _relations(draw, [str(each) for each in town.persons if str(each) != ids[0]])}
        case "household_split":
            return {**base, "residents": ids, "new_head_id": ids[0], "people": _relations(draw, ids[1:])}
        case "household_merge" | "household_change":
            everybody = [str(each) for each in town.persons]
            return {**base, "residents": ids, "household_id": _household(draw, town, day), "people": _relations(draw, everybody)}
        case "naturalization":
            return {**base, "residents": ids[:1], "name": "帰　化", "honseki_city": "さくら市", "koseki_head": "帰　化"}
        case _:
            return {**base, "residents": ids, "remarks": text, "name": f"改　{text}", "former_family_name": "旧", "destination_country": "仏"}


SLUGS = (
    "domestic_move_in", "foreign_move_in", "birth", "move_within", "domestic_move_out", "foreign_move_out", "death",
    "authority_strike", "head_change", "household_split", "household_merge", "household_change", "naturalization",
    "remarks_correction", "name_change", "former_name_set", "remaking",
)  # fmt: skip


@st.composite
def lived(draw: Draw) -> tuple[SmallTown, set[int]]:
    """A town after a random, valid sequence of events in the order of their days; and the households left without a head."""
    town = SmallTown()
    headless: set[int] = set()
    town.enter(
        "domestic_move_in", **moving_in(japanese("甲　一"), japanese("甲　二", "妻"), japanese("甲　三", "子", birth_date="H20.1.1"), day="2026-01-01")
    )
    town.enter("foreign_move_in", **moving_in(foreigner("NGUYEN AN"), foreigner("NGUYEN BAO", "子"), day="2026-01-01", block="9"))
    day = FIRST
    for _ in range(draw(st.integers(1, 9))):
        day += timedelta(days=draw(st.integers(1, 20)))
        _step(draw, town, day, headless)
    return town, headless


def _step(draw: Draw, town: SmallTown, day: date, headless: set[int]) -> None:
    slug = draw(st.sampled_from(SLUGS))
    form, plan = town.check(slug, **_typed(draw, town, slug, day))
    found = [*form.findings, *plan.findings]
    if has_errors(found) or not plan.events:
        return
    if any(finding.rule == "head-leaves" for finding in found):
        touched = [change.resident_id for draft in plan.events for change in draft.changes if change.resident_id > 0]
        headless.update(town.at(each, day).get("household_id", 0) for each in touched)
    town.record(plan)


def _days(town: SmallTown) -> list[date]:
    return sorted({piece.valid_from for person in town.persons.values() for piece in person.slices} | {TODAY})


def _states(town: SmallTown, days: list[date]) -> dict[int, list[Items]]:
    """The items of everybody on these days, without regard to which event said so."""
    return {each: [person.at(day) for day in days] for each, person in town.persons.items()}


@given(lived())
@settings(max_examples=60, deadline=None)
def test_every_household_has_one_head(outcome: tuple[SmallTown, set[int]]) -> None:
    """Exactly one 世帯主 in a household with people, unless the alert on the head's leaving was given."""
    town, headless = outcome
    for day in _days(town):
        households: dict[int, list[str]] = {}
        for person in town.persons.values():
            if person.is_resident(day):
                households.setdefault(person.at(day)["household_id"], []).append(person.at(day)["relationship"])
        for household_id, relationships in households.items():
            heads = relationships.count(HEAD)
            assert heads == 1 or (heads == 0 and household_id in headless), (day, household_id, relationships)


@given(lived())
@settings(max_examples=40, deadline=None)
def test_members_live_together_under_the_name_of_their_head(outcome: tuple[SmallTown, set[int]]) -> None:
    town, _ = outcome
    for day in _days(town):
        households: dict[int, list[Items]] = {}
        for person in town.persons.values():
            if person.is_resident(day):
                households.setdefault(person.at(day)["household_id"], []).append(person.at(day))
        for members in households.values():
            assert len({(items["town"], items["block"]) for items in members}) == 1
            for head in members:
                if head["relationship"] == HEAD:
                    assert {items["head_name"] for items in members} == {head["name"]}


@given(lived())
@settings(max_examples=40, deadline=None)
def test_who_is_struck_stays_so_until_entered_again(outcome: tuple[SmallTown, set[int]]) -> None:
    town, _ = outcome
    for person in town.persons.values():
        reasons = {entry.event_id: entry.items.get("entry_reason") for entry in person.entries}
        for before, after in zip(person.slices, person.slices[1:], strict=False):
            if before.items["resident_status"] != RESIDENT and after.items["resident_status"] == RESIDENT:
                assert any(reasons[event_id] for event_id in after.basis[len(before.basis) :])


@given(lived(), st.data())
@settings(max_examples=60, deadline=None)
def test_cancelling_the_last_event_restores_what_was(outcome: tuple[SmallTown, set[int]], data: st.DataObject) -> None:
    town, _ = outcome
    day = max(_days(town)[:-1]) + timedelta(days=1)
    days = [FIRST - timedelta(days=1), *_days(town), day]
    before = _states(town, days)
    slug = data.draw(st.sampled_from([slug for slug in SLUGS if not slug.endswith("move_in") and slug != "birth"]))
    form, plan = town.check(slug, **_typed(data.draw, town, slug, day))
    if has_errors([*form.findings, *plan.findings]) or not plan.events:
        return
    touched = town.record(plan)
    entry = next(each for each in town.persons[touched[0]].entries[::-1] if each.kind == slug)
    town.enter("cancellation", event_id=str(entry.event_id), residents=[str(touched[0])], whole_event="1")
    assert _states(town, days) == before
    assert town.persons[touched[0]].entries[-1].reason in CANCELLATIONS


@given(lived())
@settings(max_examples=60, deadline=None)
def test_who_never_came_was_never_a_resident_of_that_stay(outcome: tuple[SmallTown, set[int]]) -> None:
    town, _ = outcome
    for resident_id, person in list(town.persons.items()):
        last = person.active[-1]
        if last.items.get("entry_reason") not in ("01", "02", "03"):
            continue
        town.enter("cancellation", event_id=str(last.event_id), residents=[str(resident_id)])
        again = town.persons[resident_id]
        assert again.at(last.occurred_on)["resident_status"] == 9
        assert not again.is_resident(TODAY)
