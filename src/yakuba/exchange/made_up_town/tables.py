"""元データ: the names, places and shares that the made-up town is drawn from, as arrays (see data/README.md)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

DATA = Path(__file__).parent / "data"
Integers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
MALE, FEMALE = 1, 2
GENERATION_YEARS = (1925, 1947, 1971, 1996)


def read(name: str) -> list[dict[str, str]]:
    """The rows of a data file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def words() -> dict[str, str]:
    """The town's own words: its name, and what stands between the numbers of an address."""
    return {row["key"]: row["text"] for row in read("words")}


def cumulative(weights: list[float]) -> Reals:
    """Weights as the bounds that `draw` looks a random number up in."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    return total / total[-1]


def draw(rng: np.random.Generator, bounds: Reals, count: int) -> Integers:
    """Indices drawn by weight."""
    return np.minimum(np.searchsorted(bounds, rng.random(count), side="right"), bounds.size - 1)


@dataclass(frozen=True)
class Names:
    """氏名: family and given names of all peoples in one list each, so that a name is two numbers.

    Text columns have one more row, blank: the index past the end stands for "not set".
    """

    families: pl.DataFrame
    givens: pl.DataFrame
    surname_bounds: Reals
    usual: dict[tuple[int, int], tuple[int, int]]
    common: dict[int, tuple[int, int]]
    foreign_families: dict[int, Integers]
    foreign_givens: dict[tuple[int, int], Integers]

    def surnames(self, rng: np.random.Generator, count: int) -> Integers:
        """氏 by the number of its bearers."""
        return draw(rng, self.surname_bounds, count)

    def given(self, rng: np.random.Generator, sex: Integers, birth_year: Integers) -> Integers:
        """名 by sex; two of three are usual in the generation."""
        generation = np.clip(np.searchsorted(GENERATION_YEARS, birth_year, side="right") - 1, 0, None)
        from_usual = rng.random(sex.size) < 0.65
        fraction = rng.random(sex.size)
        chosen = np.zeros(sex.size, dtype=np.int64)
        for each in (MALE, FEMALE):
            start, length = self.common[each]
            chosen = np.where(sex == each, start + (fraction * length).astype(np.int64), chosen)
            for place in range(len(GENERATION_YEARS)):
                start, length = self.usual[each, place]
                here = from_usual & (sex == each) & (generation == place)
                chosen = np.where(here, start + (fraction**1.3 * length).astype(np.int64), chosen)
        return chosen

    def foreign(self, rng: np.random.Generator, nationality: Integers, sex: Integers) -> tuple[Integers, Integers]:
        """Family and given names usual in each nationality."""
        family, given = np.zeros(sex.size, dtype=np.int64), np.zeros(sex.size, dtype=np.int64)
        for place, families in self.foreign_families.items():
            here = np.flatnonzero(nationality == place)
            family[here] = families[rng.integers(0, families.size, here.size)]
            for each in (MALE, FEMALE):
                those = here[sex[here] == each]
                givens = self.foreign_givens[place, each]
                given[those] = givens[rng.integers(0, givens.size, those.size)]
        return family, given


@cache
def names() -> Names:
    """All names."""
    surnames, foreign, space = read("surnames"), read("foreign_names"), words()["space"]
    places = {row["code"]: place for place, row in enumerate(read("nationalities"))}
    families = [(row["surname"], row["kana"], "", space, row["surname"]) for row in surnames]
    givens: list[tuple[str, str | None, str]] = []
    usual: dict[tuple[int, int], tuple[int, int]] = {}
    common: dict[int, tuple[int, int]] = {}
    by_generation, others = read("given_names_by_generation"), read("given_names")
    for sex in (MALE, FEMALE):
        for place, year in enumerate(GENERATION_YEARS):
            rows = [r for r in by_generation if int(r["sex"]) == sex and int(r["born_from"]) == year]
            usual[sex, place] = (len(givens), len(rows))
            givens += [(row["given_name"], row["kana"], "") for row in rows]
        rows = [row for row in others if int(row["sex"]) == sex]
        common[sex] = (len(givens), len(rows))
        givens += [(row["given_name"], row["kana"], "") for row in rows]
    family_rows: dict[int, list[int]] = {place: [] for place in places.values()}
    given_rows: dict[tuple[int, int], list[int]] = {(p, s): [] for p in places.values() for s in (MALE, FEMALE)}
    foreign_rows: list[tuple[str, str | None, str, str, str | None]] = []
    for row in foreign:
        place, sex = places[row["nationality"]], int(row["sex"])
        if sex == 0:
            family_rows[place].append(len(families) + len(foreign_rows))
            foreign_rows.append((row["roman"], None, row["kanji"], " ", None))
        else:
            given_rows[place, sex].append(len(givens))
            givens.append((row["roman"], None, row["kanji"]))
    blank = (None,) * 5
    return Names(
        pl.DataFrame(
            [*families, *foreign_rows, blank], schema=["text", "kana", "kanji", "space", "japanese"], orient="row"
        ).with_columns(pl.col("kanji").replace("", None)),
        pl.DataFrame([*givens, blank[:3]], schema=["text", "kana", "kanji"], orient="row").with_columns(
            pl.col("kanji").replace("", None)
        ),
        cumulative([float(row["bearers"]) for row in surnames]),
        usual,
        common,
        {place: np.array(rows) for place, rows in family_rows.items()},
        {key: np.array(rows) for key, rows in given_rows.items()},
    )


@dataclass(frozen=True)
class Stays:
    """在留資格: rows of stays.csv as arrays. `years` holds the periods given, 0 years for the permanent."""

    bounds: Reals
    years: list[list[int]]
    age_from: Integers
    age_to: Integers
    special_permanent: int


@cache
def stays() -> Stays:
    """在留資格 with weights, periods and ages."""
    rows = read("stays")
    return Stays(
        cumulative([float(row["weight"]) for row in rows]),
        [[int(year) for year in row["years"].split("|") if year] for row in rows],
        np.array([int(row["age_from"]) for row in rows]),
        np.array([int(row["age_to"]) for row in rows]),
        next(place for place, row in enumerate(rows) if row["category"] == "02"),
    )


@cache
def nationality_bounds() -> Reals:
    """国籍・地域 by weight."""
    return cumulative([float(row["weight"]) for row in read("nationalities")])


@cache
def municipality_bounds() -> Reals:
    """市区町村 by population."""
    return cumulative([float(row["population_2015"]) for row in read("municipalities")])


@cache
def pyramid() -> Reals:
    """人口ピラミッド: shares by sex (rows: male, female) and five years of age (columns 0-4 … 100 and over)."""
    shares = np.zeros((2, 21))
    for row in read("pyramid_2015"):
        shares[int(row["sex"]) - 1, int(row["age_from"]) // 5] = float(row["population"])
    return shares / shares.sum()
