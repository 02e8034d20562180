"""届書: the notices that clerks enter in the measure, in a realistic mix, each on a household of the town."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import psycopg

HEAD, WIFE, HUSBAND = "02", "12", "11"
JAPANESE, FEMALE = 1, 2
MIX = {
    "move_within_whole": 20,
    "move_within_one": 10,
    "move_in": 25,
    "move_out": 25,
    "birth": 6,
    "death": 10,
    "head_change": 2,
    "former_name": 2,
}
"""Notices of a hundred, as the yearly counts of a Japanese city stand to each other."""
Typed = tuple[str, dict[str, Any]]


class Member(NamedTuple):
    """One resident as the clerk sees them."""

    household_id: int
    resident_id: int
    relationship: str
    kind: int
    sex: int
    birth_date: date
    name: str
    furigana: str
    former: str
    address: tuple[str, str, str, str, str]


@dataclass
class Notices:
    """The notices of one clerk, who has a share of the town's households; no two clerks take the same."""

    rng: random.Random
    today: date
    codes: deque[str]
    individual_numbers: deque[str]
    households: deque[list[Member]] = field(default_factory=deque)
    names: list[Member] = field(default_factory=list)
    turn: int = 0

    @classmethod
    def of_clerk(
        cls,
        connection: psycopg.Connection,
        share: tuple[int, int],
        numbers: tuple[list[str], list[str]],
        today: date,
        seed: int,
    ) -> Notices:
        """The households of one clerk of so many, in random order; `numbers` are 住民票コード and 個人番号 of newcomers."""
        clerk, clerks = share
        codes, individual_numbers = numbers
        rng = random.Random(seed * 100 + clerk)
        rows = connection.execute(
            """
            SELECT r.household_id, r.resident_id, r.relationship, r.resident_kind, r.sex, r.birth_date, r.name,
                   coalesce(r.name_furigana, ''), coalesce(r.former_family_name, ''),
                   r.town_code, r.town, r.block, coalesce(r.building, ''), coalesce(r.postal_code, '')
            FROM residents_residentrecord r
            WHERE r.known_to IS NULL AND r.valid_to IS NULL AND r.resident_status = 1 AND r.household_id %% %s = %s
              AND r.household_id < (SELECT min(household_id) + 60000 FROM residents_residentrecord)
            ORDER BY r.household_id, r.listing_order
            """,
            [clerks, clerk],
        )
        by_household: dict[int, list[Member]] = {}
        for row in rows:
            member = Member(*row[:9], address=tuple(row[9:]))
            by_household.setdefault(member.household_id, []).append(member)
        households = list(by_household.values())
        rng.shuffle(households)
        made = cls(rng, today, deque(codes), deque(individual_numbers), deque(households))
        made.names = [m for members in households for m in members if m.kind == JAPANESE and m.furigana]
        return made

    def next(self) -> Typed:
        """The next notice: its kind by chance, its household the next that it fits."""
        wanted = self.rng.choices(list(MIX), list(MIX.values()))[0]
        for _ in range(200):
            members = self.households.popleft()
            typed = getattr(self, f"_{wanted}")(members)
            if typed is not None:
                return typed
            self.households.append(members)
        return self._move_in([])

    def _days(self, latest: int = 10) -> dict[str, str]:
        occurred = self.today - timedelta(self.rng.randrange(latest))
        return {"occurred_on": occurred.isoformat(), "notified_on": self.today.isoformat()}

    def _address(self) -> dict[str, str]:
        code, town, block, building, postal = self.rng.choice(self.names).address
        typed = {"town_code": code, "town": town, "block": block, "building": building, "postal_code": postal}
        return {name: value for name, value in typed.items() if value}

    def _move_within_whole(self, members: list[Member]) -> Typed | None:
        self.households.append(members)
        return "move_within", {**self._days(), "residents": [m.resident_id for m in members], **self._address()}

    def _move_within_one(self, members: list[Member]) -> Typed | None:
        grown = [m for m in members if m.relationship != HEAD and self._age(m) >= 18]
        if not grown:
            return None
        leaving = self.rng.choice(grown)
        self.households.append([m for m in members if m is not leaving])
        return "move_within", {**self._days(), "residents": [leaving.resident_id], **self._address()}

    def _move_out(self, members: list[Member]) -> Typed | None:
        planned = self.today + timedelta(self.rng.randrange(1, 14))
        return "domestic_move_out", {
            "occurred_on": planned.isoformat(), "notified_on": self.today.isoformat(),
            "residents": [m.resident_id for m in members], "destination_prefecture": "東京都", "destination_city": "八王子市",
            "destination_town": "元本郷町三丁目", "destination_block": f"{self.rng.randrange(1, 40)}番{self.rng.randrange(1, 30)}号",
        }  # fmt: skip

    def _move_in(self, members: list[Member]) -> Typed | None:
        if members:
            self.households.append(members)
        family = self.rng.choice(self.names)
        size = self.rng.choices((1, 2, 3, 4), (55, 20, 15, 10))[0]
        people = [
            self._newcomer(family, relationship, years)
            for relationship, years in (("世帯主", 34), ("妻", 32), ("子", 5), ("子", 2))[:size]
        ]
        return "domestic_move_in", {
            **self._days(), **self._address(), "origin_prefecture": "東京都", "origin_city": "八王子市",
            "origin_town": "元本郷町三丁目", "origin_block": "24番1号", "origin_head_name": people[0]["name"], "people": people,
        }  # fmt: skip

    def _birth(self, members: list[Member]) -> Typed | None:
        mothers = [m for m in members if m.kind == JAPANESE and m.sex == FEMALE and 20 <= self._age(m) <= 44]
        if not mothers or mothers[0].relationship not in (HEAD, WIFE):
            return None
        self.households.append(members)
        child = self._newcomer(mothers[0], "子", 0)
        for own in (
            "birth_date",
            "resident_code",
            "individual_number",
            "honseki_prefecture",
            "honseki_city",
            "koseki_head",
        ):
            child.pop(own)
        return "birth", {**self._days(14), "parent_id": mothers[0].resident_id, "people": [child]}

    def _death(self, members: list[Member]) -> Typed | None:
        oldest = min(members, key=lambda m: m.birth_date)
        if self._age(oldest) < 60:
            return None
        left = [m for m in members if m is not oldest]
        if oldest.relationship == HEAD and len(left) > 1:
            return None  # the clerk would have to choose who follows
        if left and oldest.relationship != HEAD:
            self.households.append(left)
        return "death", {**self._days(7), "residents": [oldest.resident_id]}

    def _head_change(self, members: list[Member]) -> Typed | None:
        spouse = next((m for m in members if m.relationship in (WIFE, HUSBAND)), None)
        if spouse is None or len(members) != 2:
            return None
        return "head_change", {**self._days(), "new_head_id": spouse.resident_id}

    def _former_name(self, members: list[Member]) -> Typed | None:
        wife = next((m for m in members if m.relationship == WIFE and m.kind == JAPANESE and not m.former), None)
        if wife is None:
            return None
        own, former = wife.name.partition("\u3000")[0], self.rng.choice(self.names)
        name, furigana = former.name.partition("\u3000")[0], former.furigana.partition("\u3000")[0]
        if name == own:
            return None
        self.households.append([m._replace(former=name) if m is wife else m for m in members])
        return "former_name_set", {
            **self._days(1), "residents": [wife.resident_id], "former_family_name": name, "former_family_name_furigana": furigana,
        }  # fmt: skip

    def _newcomer(self, family: Member, relationship: str, years: int) -> dict[str, Any]:
        given = self.rng.choice(self.names)
        own, _, _ = family.name.partition("\u3000")
        kana, _, _ = family.furigana.partition("\u3000")
        born = self.today - timedelta(years * 365 + self.rng.randrange(365))
        return {
            "resident_kind": "1", "name": f"{own}\u3000{given.name.partition(chr(0x3000))[2]}",
            "name_furigana": f"{kana}\u3000{given.furigana.partition(chr(0x3000))[2]}",
            "sex": "2" if relationship == "妻" else str(given.sex), "birth_date": born.isoformat(),
            "relationship": relationship, "resident_code": self.codes.popleft(),
            "individual_number": self.individual_numbers.popleft(), "honseki_prefecture": "東京都",
            "honseki_city": "八王子市", "koseki_head": family.name,
        }  # fmt: skip

    def _age(self, member: Member) -> float:
        return (self.today - member.birth_date).days / 365.25
