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
BABY = {
    "resident_kind": "1",
    "name": "新　生",
    "sex": "1",
    "relationship": "子",
    "honseki_city": "なし",
    "koseki_head": "なし",
}
RELATIONSHIPS = ("夫", "妻", "子", "母", "弟", "縁故者", "同居人")


def _people(draw: Draw, town: SmallTown) -> list[str]:
    return [
        str(each) for each in draw(st.lists(st.sampled_from(sorted(town.persons)), min_size=1, max_size=3, unique=True))
    ]


def _relations(draw: Draw, ids: list[str]) -> list[dict[str, str]]:
    return [{"resident_id": each, "relationship": draw(st.sampled_from(RELATIONSHIPS))} for each in ids]


def _household(draw: Draw, town: SmallTown, day: date) -> str:
    found = sorted({str(person.at(day).get("household_id") or 999) for person in town.persons.values()})
    return str(draw(st.sampled_from(found)))


def _typed(draw: Draw, town: SmallTown, slug: str, day: date) -> dict[str, Any]:
    """A form for the kind: often valid, sometimes not; what is refused is not recorded."""
    text = day.isoformat()
    base: dict[str, Any] = {"occurred_on": text, "notified_on": text}
    ids = _people(draw, town)
    everybody = [str(each) for each in town.persons]
    own = {"residents": ids, "new_head_id": ids[0], "people": _relations(draw, ids[1:])}
    forms: dict[str, Callable[[], dict[str, Any]]] = {
        "domestic_move_in": lambda: _moving_in(draw, town, text),
        "foreign_move_in": lambda: moving_in(foreigner(f"TRAN {'N' * (len(town.persons) % 9 + 1)}"), day=text),
        "birth": lambda: {**base, "parent_id": ids[0], "people": [BABY]},
        "move_within": lambda: {**base, **own, "town": "西町", "block": draw(st.sampled_from(["3-3", "4-4"]))},
        "domestic_move_out": lambda: {**base, "residents": ids, "destination_city": "うめ市"},
        "head_change": lambda: {
            **base,
            **own,
            "people": _relations(draw, [each for each in everybody if each != ids[0]]),
        },
        "household_split": lambda: {**base, **own},
        "household_merge": lambda: {**base, **_joining(draw, town, day, ids)},
        "household_change": lambda: {**base, **_joining(draw, town, day, ids)},
        "naturalization": lambda: {
            **base,
            "residents": ids[:1],
            "name": "帰　化",
            "honseki_city": "なし",
            "koseki_head": "なし",
        },
        "cancellation": lambda: {
            "event_id": str(town.last_event(int(ids[0]))),
            "residents": ids[:1],
            "whole_event": "1",
        },
    }
    other = {
        "residents": ids,
        "remarks": text,
        "name": f"改　{text}",
        "former_family_name": "旧",
        "destination_country": "仏",
    }
    return forms.get(slug, lambda: {**base, **other})()


def _moving_in(draw: Draw, town: SmallTown, text: str) -> dict[str, Any]:
    back = draw(st.none() | st.sampled_from(sorted(town.persons)))
    row = japanese(f"再　{len(town.persons)}", **({"resident_id": str(back)} if back else {}))
    return moving_in(row, day=text, block=draw(st.sampled_from(["1-1", "2-2"])))


def _joining(draw: Draw, town: SmallTown, day: date, ids: list[str]) -> dict[str, Any]:
    everybody = [str(each) for each in town.persons]
    return {"residents": ids, "household_id": _household(draw, town, day), "people": _relations(draw, everybody)}


SLUGS = (
    "domestic_move_in", "foreign_move_in", "birth", "move_within", "domestic_move_out", "foreign_move_out", "death",
    "authority_strike", "head_change", "household_split", "household_merge", "household_change", "naturalization",
    "remarks_correction", "name_change", "former_name_set", "remaking", "cancellation",
)  # fmt: skip


ENTRIES = ("domestic_move_in", "foreign_move_in", "birth", "cancellation")


@st.composite
def lived(draw: Draw) -> tuple[SmallTown, set[int]]:
    """A town after a random, valid sequence of events in the order of their days; and the households left without a head."""
    town = SmallTown()
    headless: set[int] = set()
    town.enter(
        "domestic_move_in",
        **moving_in(
            japanese("甲　一"),
            japanese("甲　二", "妻"),
            japanese("甲　三", "子", birth_date="H20.1.1"),
            day="2026-01-01",
        ),
    )
    town.enter(
        "foreign_move_in",
        **moving_in(foreigner("NGUYEN AN"), foreigner("NGUYEN BAO", "子"), day="2026-01-01", block="9"),
    )
    day = FIRST
    for _ in range(draw(st.integers(1, 9))):
        day += timedelta(days=draw(st.integers(1, 20)))
        _step(draw, town, day, headless)
    return town, headless


def _step(draw: Draw, town: SmallTown, day: date, headless: set[int]) -> None:
    slug = draw(st.sampled_from(SLUGS))
    form, plan = town.check(slug, **_typed(draw, town, slug, day))
    found = [*form.findings, *plan.findings]
    # A cancellation beneath later events asks the clerk to look at those too; only one that does not is complete by itself.
    asks = slug == "cancellation" and any(finding.rule == "later-event" for finding in found)
    if has_errors(found) or not plan.events or asks:
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


def _told(town: SmallTown) -> list[tuple[Any, ...]]:
    """What happened, for the reader of a failure."""
    said = ("household_id", "relationship", "resident_status")
    return [
        (
            each,
            entry.event_id,
            entry.kind,
            entry.occurred_on.isoformat(),
            entry.voids_event_id,
            *map(entry.items.get, said),
        )
        for each, person in town.persons.items()
        for entry in person.entries
    ]


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
            assert heads == 1 or (heads == 0 and household_id in headless), (
                day,
                household_id,
                relationships,
                _told(town),
            )


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
    slug = data.draw(st.sampled_from([slug for slug in SLUGS if slug not in ENTRIES]))
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
