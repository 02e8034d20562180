"""住民と世帯 while the town lives: arrays by person and by household, and how one person stands to another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .tables import MALE, Integers

Flags = npt.NDArray[np.bool_]
NONE = -1
RESIDENT, MOVED_OUT, DEAD, STRUCK = 1, 2, 3, 9
JAPANESE, FOREIGN = 1, 2
HEAD, LODGER, CONNECTED = 2, 99, 96
YEAR_DAYS = 365.2425


class Arrays:
    """Columns of one length that grow; read and write `table["name"][rows]`."""

    def __init__(self, **defaults: int) -> None:
        self.defaults = defaults
        self.size = 0
        self._room = 1024
        self._columns = {name: np.full(self._room, value, dtype=np.int64) for name, value in defaults.items()}

    def __getitem__(self, name: str) -> Integers:
        return self._columns[name][: self.size]

    def add(self, count: int, **values: Any) -> Integers:
        """Row numbers of new rows; what is not given has its default."""
        while self.size + count > self._room:
            self._room *= 2
            for name, column in self._columns.items():
                grown = np.full(self._room, self.defaults[name], dtype=np.int64)
                grown[: column.size] = column
                self._columns[name] = grown
        start, self.size = self.size, self.size + count
        for name, value in values.items():
            self._columns[name][start : self.size] = value
        return np.arange(start, self.size)


def people_table() -> Arrays:
    """住民. father, mother: a person, NONE, or below NONE a parent who never lived here (siblings share the number)."""
    return Arrays(
        status=RESIDENT, kind=JAPANESE, sex=0, birth=0, birth_note=0, family=NONE, given=NONE, former=NONE,
        alias_family=NONE, alias_given=NONE, furigana_confirmed=0, father=NONE, mother=NONE, spouse=NONE, de_facto=0,
        stranger=LODGER, household=NONE, relationship=HEAD, order=1, honseki=NONE, koseki_family=NONE, koseki_given=NONE, nationality=NONE,
        stay=NONE, stay_years=NONE, stay_expires=NONE, card=NONE, entered=0, left=0,
    )  # fmt: skip


def household_table() -> Arrays:
    """世帯. recorded: the last day on which something of it was recorded; split_from: the household it once was of."""
    return Arrays(head=NONE, address=NONE, recorded=-(10**6), split_from=NONE)


class Roll:
    """世帯員名簿: who lives in which household at the moment of its making, heads first, then by 記載順位."""

    def __init__(self, people: Arrays, households: Arrays) -> None:
        living = np.flatnonzero(people["status"] == RESIDENT)
        self.people = living[np.lexsort((people["order"][living], people["household"][living]))]
        self.counts = np.bincount(people["household"][self.people], minlength=households.size)
        self.starts = np.concatenate(([0], np.cumsum(self.counts)[:-1])) if households.size else self.counts

    def of(self, households: Integers) -> tuple[Integers, Integers]:
        """The members of the households, and for each the place of its household in the argument."""
        counts = self.counts[households]
        which = np.repeat(np.arange(households.size), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.people[self.starts[households][which] + within], which


# --- 続柄 ---


def _at(column: Integers, rows: Integers) -> Integers:
    return np.where(rows >= 0, column[rows], NONE) if column.size else np.full(rows.size, NONE)


class Kinship:
    """続柄: a compact code as a number (2012 is 子の妻), worked out from parents and spouses alone."""

    def __init__(self, people: Arrays) -> None:
        self.people = people

    @property
    def father(self) -> Integers:
        """Fathers of all."""
        return self.people["father"]

    @property
    def mother(self) -> Integers:
        """Mothers of all."""
        return self.people["mother"]

    @property
    def spouse(self) -> Integers:
        """Spouses of all."""
        return self.people["spouse"]

    def child(self, child: Integers, parent: Integers) -> Flags:
        """True where the first is a child of the second."""
        is_child = (_at(self.father, child) == parent) | (_at(self.mother, child) == parent)
        return is_child & (parent >= 0) & (child >= 0)

    def sibling(self, one: Integers, other: Integers) -> Flags:
        """True where the two are different children of one parent."""
        fathers, mothers = _at(self.father, one), _at(self.mother, one)
        same = (fathers != NONE) & (fathers == _at(self.father, other))
        same |= (mothers != NONE) & (mothers == _at(self.mother, other))
        return same & (one != other) & (one >= 0) & (other >= 0)

    def spouse_code(self, person: Integers) -> Integers:
        """夫, 妻, or the same（未届）."""
        male = _at(self.people["sex"], person) == MALE
        return np.where(male, 11, 12) + 2 * (_at(self.people["de_facto"], person) == 1)

    def sibling_code(self, person: Integers, of: Integers) -> Integers:
        """兄弟姉妹, by sex and age."""
        older = _at(self.people["birth"], person) < _at(self.people["birth"], of)
        male = _at(self.people["sex"], person) == MALE
        return np.where(male, np.where(older, 71, 74), np.where(older, 81, 84))

    def relation(self, head: Integers, member: Integers) -> Integers:
        """続柄 of each member to each head; who is no kin keeps 同居人 or 縁故者."""
        fathers, mothers, spouse = _at(self.father, head), _at(self.mother, head), _at(self.spouse, head)
        partner = _at(self.spouse, member)
        parents = (_at(self.father, member), _at(self.mother, member))
        of_spouse = self.spouse_code(spouse)
        cases: list[tuple[Flags, Any]] = [
            (member == head, HEAD),
            ((partner == head) & (head >= 0), self.spouse_code(member)),
            (self.child(member, head), 20),
            (fathers == member, 51),
            (mothers == member, 52),
            (self.sibling(member, head), self.sibling_code(member, head)),
            (self.child(partner, head), 2000 + self.spouse_code(member)),
            (self.child(parents[0], head) | self.child(parents[1], head), 2020),
            (self.child(member, spouse), of_spouse * 100 + 20),
            ((_at(self.father, spouse) == member), of_spouse * 100 + 51),
            ((_at(self.mother, spouse) == member), of_spouse * 100 + 52),
            (self.sibling(member, spouse), of_spouse * 100 + self.sibling_code(member, spouse)),
        ]
        for code, parent in ((51, fathers), (52, mothers)):
            cases += [
                (_at(self.father, parent) == member, code * 100 + 51),
                (_at(self.mother, parent) == member, code * 100 + 52),
                (self.sibling(member, parent), code * 100 + self.sibling_code(member, parent)),
                ((partner == parent) & (parent >= 0), code * 100 + self.spouse_code(member)),
            ]
        cases.append((self.sibling(partner, head), self.sibling_code(partner, head) * 100 + self.spouse_code(member)))
        for parent in parents:
            cases.append((self.sibling(parent, head), self.sibling_code(parent, head) * 100 + 20))
        members = member >= 0
        return np.select(
            [found & members for found, _ in cases], [code for _, code in cases], self.people["stranger"][member]
        )


def rank(relationship: Integers) -> Integers:
    """記載順位 by 続柄 (5.2): head, spouse, children, their families, parents, brothers and sisters, kin, others."""
    first = relationship // 100
    choices = [
        relationship == HEAD,
        (relationship >= 11) & (relationship <= 14),
        relationship == 20,
        first == 20,
        (relationship == 51) | (relationship == 52),
        (relationship >= 71) & (relationship <= 84),
        relationship == CONNECTED,
        relationship == LODGER,
    ]
    return np.select(choices, [0, 1, 2, 3, 4, 5, 7, 8], 6)


def listing_order(group: Integers, place: Integers, birth: Integers) -> Integers:
    """記載順位, from 1, of members within each group: by `place` (see `rank`), then by birth."""
    order = np.lexsort((birth, place, group))
    sorted_group = group[order]
    first = np.concatenate(([True], sorted_group[1:] != sorted_group[:-1])) if group.size else np.empty(0, dtype=bool)
    starts = np.maximum.accumulate(np.where(first, np.arange(group.size), 0))
    result = np.empty(group.size, dtype=np.int64)
    result[order] = np.arange(group.size) - starts + 1
    return result


def ages(people: Arrays, rows: Integers, day: int) -> Integers:
    """満年齢, to the day by the mean length of a year."""
    return ((day - people["birth"][rows]) / YEAR_DAYS).astype(np.int64)
