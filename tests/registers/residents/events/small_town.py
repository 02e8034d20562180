"""小さな町: plans laid over people in memory, as 本登録 lays them over the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from yakuba.kernel.findings import Finding, has_errors
from yakuba.registers.residents.events import KINDS
from yakuba.registers.residents.events.base import NEW_CODE, NEW_HOUSEHOLD, Context, Form, Match, Person, Plan
from yakuba.registers.residents.events.reading import read_form
from yakuba.registers.residents.fold import Entry, Items

MUNICIPALITY = {"municipality_code": "990019", "prefecture": "みほん県", "city": "さくら市"}
TODAY = date(2026, 11, 23)


class SmallTown:
    """A town of a few people: `enter` plans a typed form and records what it plans."""

    def __init__(self, today: date = TODAY) -> None:
        self.today = today
        self.persons: dict[int, Person] = {}
        self.matches: list[Match] = []
        self._clock = datetime(2026, 11, 23, tzinfo=UTC)
        self._event = 0
        self._household = 100
        self._code = 0

    def context(self) -> Context:
        """What a kind may look at: here, everybody."""
        return Context(self.today, self.persons, self.matches, MUNICIPALITY)

    def check(self, slug: str, **typed: Any) -> tuple[Form, Plan]:
        """The form as read and its plan; nothing is recorded."""
        form = read_form(KINDS[slug], typed)
        return form, KINDS[slug].plan(form, self.context())

    def findings(self, slug: str, **typed: Any) -> list[Finding]:
        """All findings of a form."""
        form, plan = self.check(slug, **typed)
        return [*form.findings, *plan.findings]

    def rules(self, slug: str, **typed: Any) -> list[str]:
        """The slugs of the findings, in order of the alphabet."""
        return sorted({finding.rule for finding in self.findings(slug, **typed)})

    def enter(self, slug: str, **typed: Any) -> list[int]:
        """本登録: fails on an error; returns the ids of the people touched, in the order of the plan."""
        form, plan = self.check(slug, **typed)
        found = [*form.findings, *plan.findings]
        assert not has_errors(found), [str(one) for one in found]
        return self.record(plan)

    def record(self, plan: Plan) -> list[int]:
        """Entries for every change of a plan."""
        self._clock += timedelta(minutes=1)
        new_ids: dict[int, int] = {}
        households: dict[int, int] = {}
        touched: list[int] = []
        for draft in plan.events:
            self._event += 1
            for change in draft.changes:
                resident_id = self._id(change.resident_id, new_ids)
                items = self._numbered(change.items, households, new=change.resident_id < 0)
                person = self.persons.get(resident_id) or Person(resident_id, f"{resident_id:015}", ())
                entry = Entry(
                    self._event, draft.occurred_on.value, self._clock, items, change.cleared, change.voids_event_id,
                    len(person.entries) + 1, draft.kind, draft.reason,
                )  # fmt: skip
                self.persons[resident_id] = replace(person, entries=(*person.entries, entry))
                touched.append(resident_id)
        return list(dict.fromkeys(touched))

    def _id(self, resident_id: int, new_ids: dict[int, int]) -> int:
        if resident_id > 0:
            return resident_id
        return new_ids.setdefault(resident_id, max(self.persons, default=0) + 1)

    def _numbered(self, items: Items, households: dict[int, int], *, new: bool) -> Items:
        marker = items.get("household_id")
        if marker is not None and marker <= NEW_HOUSEHOLD:
            if marker not in households:
                self._household += 1
                households[marker] = self._household
            items = {**items, "household_id": households[marker]}
        if items.get("resident_code") == NEW_CODE or (new and not items.get("resident_code")):
            self._code += 1
            items = {**items, "resident_code": f"code-{self._code}"}
        return items

    def at(self, resident_id: int, day: date | None = None) -> Items:
        """The items on a day (today)."""
        return self.persons[resident_id].at(day or self.today)

    def last_event(self, resident_id: int) -> int:
        """The id of the person's event recorded last."""
        return self.persons[resident_id].entries[-1].event_id

    def household(self, resident_id: int, day: date | None = None) -> list[tuple[int, str]]:
        """世帯員 of the person's household on a day: (id, 続柄), in 記載順位."""
        on = day or self.today
        members = self.context().members(self.at(resident_id, on)["household_id"], on)
        return [(person.resident_id, person.at(on)["relationship"]) for person in members]


def japanese(name: str, relationship: str = "世帯主", **more: Any) -> dict[str, Any]:
    """A row for a Japanese resident."""
    return {
        "resident_kind": "1", "name": name, "sex": "1", "birth_date": "S60.4.1", "relationship": relationship,
        "honseki_city": "さくら市", "koseki_head": name, **more,
    }  # fmt: skip


def foreigner(name: str, relationship: str = "世帯主", **more: Any) -> dict[str, Any]:
    """A row for a 中長期在留者."""
    return {
        "resident_kind": "2", "name": name, "roman_name": name, "sex": "2", "birth_date": "1990-05-05",
        "relationship": relationship, "nationality": "ベトナム", "article_30_45_category": "01", "residence_status": "T41",
        "stay_years": "01", "stay_months": "03", "stay_days": "000", "stay_expires_on": "2027-03-31",
        "residence_card_number": f"AB{len(name):08}CD", **more,
    }  # fmt: skip


def moving_in(*people: dict[str, Any], day: str = "R8.4.1", **more: Any) -> dict[str, Any]:
    """A 転入届 to 本町一丁目 1-1."""
    return {
        "occurred_on": day, "notified_on": day, "town": "本町一丁目", "block": "1-1", "origin_prefecture": "となり県",
        "origin_city": "うめ市", "people": list(people), **more,
    }  # fmt: skip


def family(town: SmallTown) -> Sequence[int]:
    """佐藤: father (世帯主), mother and child, who moved in on R8.4.1."""
    return town.enter(
        "domestic_move_in",
        **moving_in(
            japanese("佐藤　太郎"),
            japanese("佐藤　花子", "妻", sex="2", birth_date="S62.2.2", koseki_head="佐藤　太郎"),
            japanese("佐藤　一郎", "子", birth_date="H27.7.7", koseki_head="佐藤　太郎"),
        ),
    )
