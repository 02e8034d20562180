"""世帯の型: households drawn as rows of places (head, spouse, children …) with ages, before anybody has a name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .tables import FEMALE, MALE, Integers, pyramid

Reals = npt.NDArray[np.float64]
PLACES = (
    "head",
    "spouse",
    "child",
    "child",
    "child",
    "child_spouse",
    "grandchild",
    "grandchild",
    "father",
    "mother",
    "other",
)
SPOUSE, CHILDREN, CHILD_SPOUSE, GRANDCHILDREN, FATHER, MOTHER, OTHER = 1, (2, 3, 4), 5, (6, 7), 8, 9, 10
SINGLE, COUPLE, FAMILY, LONE_PARENT, THREE_DOWN, THREE_UP, WITH_PARENT, SIBLINGS, LODGING, DE_FACTO = range(10)

SETTLED = (0.335, 0.20, 0.285, 0.09, 0.025, 0.02, 0.02, 0.01, 0.005, 0.01)
"""Shares of the types among households that live in a town (mean size about 2.2)."""
ARRIVING = (0.46, 0.17, 0.26, 0.06, 0.004, 0.004, 0.01, 0.006, 0.002, 0.02)
"""Shares among households that move."""

ADULT, OLDEST_MOTHER, YOUNGEST_MOTHER = 18.0, 45.0, 19.0
_HEAD_AGES = {  # mean and spread of the head's age by type
    SINGLE: (52, 24), COUPLE: (62, 15), FAMILY: (46, 11), LONE_PARENT: (52, 13), THREE_DOWN: (74, 7), THREE_UP: (46, 6),
    WITH_PARENT: (53, 8), SIBLINGS: (50, 18), LODGING: (45, 15), DE_FACTO: (40, 10),
}  # fmt: skip


@dataclass(frozen=True)
class Templates:
    """Households: kind (n), age in years (n x 11, below zero where nobody is), sex (n x 11)."""

    kind: Integers
    age: Reals
    sex: Integers

    def __getitem__(self, rows: Integers) -> Templates:
        return Templates(self.kind[rows], self.age[rows], self.sex[rows])

    @property
    def sizes(self) -> Integers:
        """Persons in each."""
        return np.asarray((self.age >= 0).sum(axis=1), dtype=np.int64)


def sketch(rng: np.random.Generator, count: int, shares: tuple[float, ...], *, younger: bool = False) -> Templates:
    """Households of the types by their shares; `younger` for those who move."""
    kind = rng.choice(len(shares), count, p=np.array(shares) / sum(shares))
    mean, spread = (np.array([_HEAD_AGES[k][i] for k in range(len(shares))], dtype=float)[kind] for i in (0, 1))
    head = rng.normal(mean, spread)
    if younger:
        head = np.where(kind == SINGLE, 19 + rng.gamma(1.6, 6.5, count), np.minimum(head, rng.normal(36, 9, count)))
    else:
        young = (kind == SINGLE) & (rng.random(count) < 0.3)
        head = np.where(young, rng.uniform(18.2, 30, count), head)
    lowest = np.array([18.2, 21, 24, 24, 55, 33, 30, 20, 20, 21])[kind]
    head = np.where(head < lowest, lowest + rng.uniform(0, 12, count), np.minimum(head, rng.uniform(86, 101, count)))
    age, sex = np.full((count, len(PLACES)), -1.0), rng.integers(1, 3, (count, len(PLACES)))
    age[:, 0] = head
    sex[:, 0] = np.where(
        rng.random(count) < np.array([0.5, 0.96, 0.97, 0.15, 0.93, 0.95, 0.7, 0.5, 0.5, 0.9])[kind], MALE, FEMALE
    )
    _couple(rng, kind, age, sex)
    _children(rng, kind, age, sex)
    _elders(rng, kind, age, sex)
    return Templates(kind, age, sex)


def _couple(rng: np.random.Generator, kind: Integers, age: Reals, sex: Integers) -> None:
    married = np.isin(kind, (COUPLE, FAMILY, THREE_UP, DE_FACTO)) | (
        (kind == THREE_DOWN) & (rng.random(kind.size) < 0.6)
    )
    gap = np.where(sex[:, 0] == MALE, 1.0, -1.0) * np.clip(rng.normal(2.0, 3.2, kind.size), -7, 14)
    spouse = np.clip(age[:, 0] - gap, np.where(sex[:, 0] == MALE, YOUNGEST_MOTHER, 20.0), 100)
    age[:, SPOUSE] = np.where(married, spouse, -1)
    sex[:, SPOUSE] = MALE + FEMALE - sex[:, 0]


def _children(rng: np.random.Generator, kind: Integers, age: Reals, sex: Integers) -> None:
    """Children by the mother's age at birth; grown children have mostly left, one in three generations stays and marries."""
    count = kind.size
    mother = np.where(sex[:, 0] == FEMALE, age[:, 0], np.where(age[:, SPOUSE] >= 0, age[:, SPOUSE], age[:, 0] - 2))
    wanted = np.where(
        np.isin(kind, (FAMILY, LONE_PARENT, THREE_UP)), rng.choice((1, 2, 3), count, p=(0.44, 0.43, 0.13)), 0
    )
    wanted = np.where(kind == THREE_DOWN, 1, wanted)
    younger = np.where(age[:, SPOUSE] >= 0, np.minimum(age[:, 0], age[:, SPOUSE]), age[:, 0])
    at_birth = np.clip(rng.normal(30, 4.5, count), YOUNGEST_MOTHER + 1, OLDEST_MOTHER)
    for place, slot in enumerate(CHILDREN):
        child = mother - at_birth
        forced = (kind == THREE_DOWN) & (place == 0)
        child = np.where(forced, np.clip(mother - rng.normal(27, 3, count), 26, None), child)
        first_of_family = (place == 0) & (wanted > 0)
        child = np.where(first_of_family & (child < 0), rng.uniform(0, np.maximum(mother - 20, 0.5)), child)
        stays = (child < 19) | (rng.random(count) < np.where(child < 30, 0.55, 0.3)) | forced | first_of_family
        here = (
            (place < wanted) & (child >= 0) & stays & (younger - child >= YOUNGEST_MOTHER - 1) & (mother - child <= 46)
        )
        age[:, slot] = np.where(here, child, -1)
        at_birth = at_birth + rng.uniform(1.6, 4.5, count)
    three = (kind == THREE_DOWN) & (age[:, CHILDREN[0]] >= 0)
    grown, male = age[:, CHILDREN[0]], rng.random(count) < 0.8
    sex[:, CHILDREN[0]] = np.where(three, np.where(male, MALE, FEMALE), sex[:, CHILDREN[0]])
    sex[:, CHILD_SPOUSE] = MALE + FEMALE - sex[:, CHILDREN[0]]
    age[:, CHILD_SPOUSE] = np.where(three, np.clip(grown - rng.normal(1, 3, count), 22, None), -1)
    parent = np.where(male, age[:, CHILD_SPOUSE], grown)
    for place, slot in enumerate(GRANDCHILDREN):
        grandchild = parent - np.clip(rng.normal(28 + 3 * place, 3, count), 20 + 2 * place, 43)
        here = three & (grandchild >= 0) & (grandchild < 24) & (rng.random(count) < (0.9, 0.5)[place])
        age[:, slot] = np.where(here, grandchild, -1)


def _elders(rng: np.random.Generator, kind: Integers, age: Reals, sex: Integers) -> None:
    count, head = kind.size, age[:, 0]
    older = np.clip(rng.normal(28, 4, count), 20, 42)
    with_mother = np.isin(kind, (THREE_UP, WITH_PARENT)) & (head + older < 102)
    age[:, MOTHER] = np.where(with_mother, head + older, -1)
    father = head + older + np.clip(rng.normal(2.5, 3, count), -2, 9)
    age[:, FATHER] = np.where(with_mother & (rng.random(count) < 0.35) & (father < 102), father, -1)
    sex[:, FATHER], sex[:, MOTHER] = MALE, FEMALE
    other = np.where(kind == SIBLINGS, head + rng.uniform(-9, 9, count), rng.uniform(20, 60, count))
    age[:, OTHER] = np.where(np.isin(kind, (SIBLINGS, LODGING)), np.clip(other, 18.2, 100), -1)


def _cells(templates: Templates) -> tuple[Integers, Integers]:
    """For each person: household row, and cell of the pyramid (sex x five years)."""
    rows, slots = np.nonzero(templates.age >= 0)
    fifth = np.minimum(templates.age[rows, slots] // 5, 20).astype(np.int64)
    return rows, (templates.sex[rows, slots] - 1) * 21 + fifth


def settled(rng: np.random.Generator, people: int) -> Templates:
    """Households of exactly so many people, chosen from many sketches so that their ages follow the pyramid."""
    pool = sketch(rng, max(40, people * 2), SETTLED)
    rows, cells = _cells(pool)
    target, weight, sizes = pyramid().ravel(), np.ones(pool.kind.size), pool.sizes
    kinds = np.array(SETTLED)[pool.kind] / np.maximum(
        np.bincount(pool.kind, minlength=10)[pool.kind] / pool.kind.size, 1e-9
    )
    weight = kinds / kinds.mean()
    for _ in range(25):
        share = np.bincount(cells, weights=weight[rows], minlength=42)
        factor = np.where(share > 0, target / np.maximum(share / share.sum(), 1e-12), 1.0)
        change = np.bincount(rows, weights=np.log(np.clip(factor, 0.2, 5)[cells]), minlength=sizes.size) / sizes
        weight = weight * np.exp(change)
        by_kind = np.bincount(pool.kind, weights=weight, minlength=10)
        pull = np.array(SETTLED) / np.maximum(by_kind / by_kind.sum(), 1e-9)
        weight = weight * np.clip(pull, 0.5, 2)[pool.kind] ** 0.5
    chosen = rng.choice(weight.size, people, p=weight / weight.sum())
    return exactly(pool[chosen], people)


def exactly(templates: Templates, people: int) -> Templates:
    """The first households that together have so many people; singles fill what is left."""
    if people <= 0:
        return templates[np.empty(0, dtype=np.int64)]
    total = np.cumsum(templates.sizes)
    whole = int(np.searchsorted(total, people, side="right"))
    missing = people - (int(total[whole - 1]) if whole else 0)
    singles = np.flatnonzero(templates.sizes == 1)
    if missing and not singles.size:
        head = templates[np.zeros(1, dtype=np.int64)]
        alone = np.where(np.arange(len(PLACES)) == 0, head.age, -1.0)
        filler = Templates(
            np.full(missing, SINGLE), np.repeat(alone, missing, axis=0), np.repeat(head.sex, missing, axis=0)
        )
    else:
        filler = templates[singles[np.arange(missing) % max(1, singles.size)]]
    kept = templates[np.arange(whole)]
    return Templates(
        np.concatenate((kept.kind, filler.kind)),
        np.concatenate((kept.age, filler.age)),
        np.concatenate((kept.sex, filler.sex)),
    )
