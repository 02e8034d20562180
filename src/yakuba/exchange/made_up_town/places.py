"""住所: the streets, flats, 本籍 and addresses elsewhere of one part. People hold row numbers; texts are made once, last.

Each table grows by rows of integers; `frame()` turns it into texts with one blank row past the end for "not set".
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from .tables import Integers, draw, municipality_bounds, nationality_bounds, read, words

NONE = -1
SHARE_IN_FLATS = 0.4
FLATS_PER_PART = 160
OWN_TOWN = -1
"""The municipality of a 本籍 in the made-up town itself."""


@dataclass
class Rows:
    """A growing table of integers, one column a name."""

    names: tuple[str, ...]
    blocks: list[Integers] = field(default_factory=list)
    size: int = 0

    def add(self, *columns: Integers) -> Integers:
        """The row numbers given to new rows."""
        block = np.column_stack(columns)
        self.blocks.append(block)
        self.size += len(block)
        return np.arange(self.size - len(block), self.size)

    def table(self) -> dict[str, Integers]:
        """All rows by column."""
        rows = np.concatenate(self.blocks) if self.blocks else np.empty((0, len(self.names)), dtype=np.int64)
        return {name: rows[:, place] for place, name in enumerate(self.names)}


def town_list(residents: int) -> pl.DataFrame:
    """町字 of a town of that size: code (7 digits, 大字 and 丁目), name, postal code, district, dense (住居表示).

    About one for each 500 residents, at least six.
    """
    said, rows = words(), []
    wanted = min(max(6, residents // 500), 2000)
    for number, place in enumerate(read("places"), start=1):
        dense = place["dense"] == "1"
        postal, district = f"999{number * 3 % 10000:04d}", f"{number % 20 + 1:02d}"
        if dense:
            for chome in range(1, 2 + number % 6):
                name = place["name"] + said[f"chome_{chome}"]
                rows.append((f"{number:04d}{chome:03d}", name, postal, district, True, place["name"], place["kana"]))
        else:
            name = said["oaza" if number % 3 else "aza"] + place["name"]
            rows.append((f"{number:04d}000", name, postal, district, False, place["name"], place["kana"]))
        if len(rows) >= wanted:
            break
    schema = ["town_code", "town", "postal_code", "district_code", "dense", "stem", "stem_kana"]
    return pl.DataFrame(rows, schema=schema, orient="row")


class Places:
    """The addresses of one part: its own stretch of the town's 町字, with flats in them."""

    def __init__(self, rng: np.random.Generator, residents: int, index: int, parts: int) -> None:
        self.rng = rng
        self.towns = town_list(residents)
        count = self.towns.height
        self.own = np.arange(count * index // parts, max(count * index // parts + 1, count * (index + 1) // parts))
        self.dense = self.towns["dense"].to_numpy()
        self.addresses = Rows(("town", "number", "sub", "building", "room"))
        self.elsewhere = Rows(("municipality", "place", "number", "sub", "country"))
        self.honseki = Rows(("municipality", "place", "number"))
        self.buildings = Rows(("town", "number", "sub", "name", "old"))
        for _ in range(FLATS_PER_PART):
            self._build()

    def _street(self, count: int) -> tuple[Integers, Integers, Integers]:
        town = self.own[(self.rng.random(count) ** 1.4 * self.own.size).astype(np.int64)]
        dense = self.dense[town]
        number = np.where(dense, self.rng.integers(1, 40, count), self.rng.integers(1, 3000, count))
        sub = np.where(dense, self.rng.integers(1, 30, count), self.rng.integers(0, 12, count))
        return town, number, sub

    def _build(self) -> None:
        town, number, sub = self._street(1)
        kind = self.rng.integers(0, len(read("buildings")), 1)
        self.buildings.add(town, number, sub, kind, np.array([NONE]))

    def homes(self, count: int) -> Integers:
        """New addresses: houses, and rooms in the part's flats."""
        town, number, sub = self._street(count)
        flats = self.buildings.table()
        building = self.rng.integers(0, self.buildings.size, count)
        in_flat = self.rng.random(count) < SHARE_IN_FLATS
        room = self.rng.integers(1, 9, count) * 100 + self.rng.integers(1, 15, count)
        return self.addresses.add(
            np.where(in_flat, flats["town"][building], town),
            np.where(in_flat, flats["number"][building], number),
            np.where(in_flat, flats["sub"][building], sub),
            np.where(in_flat, building, NONE),
            np.where(in_flat, room, NONE),
        )

    def renumbered(self, addresses: Integers) -> Integers:
        """地番の変更: the same houses under another 番地号表記."""
        old = self.addresses.table()
        sub = old["sub"][addresses] + 1
        return self.addresses.add(
            old["town"][addresses], old["number"][addresses], sub, old["building"][addresses], old["room"][addresses]
        )

    def renamed(self, building: int) -> int:
        """建物名の変更: the number that a building has under its new name."""
        rows = {name: values[building : building + 1] for name, values in self.buildings.table().items()}
        rows["old"] = np.array([building])
        return int(self.buildings.add(*rows.values())[0])

    def in_building(self, addresses: Integers, building: int) -> Integers:
        """The same rooms in a building of another number."""
        old = self.addresses.table()
        columns = [old[name][addresses] for name in ("town", "number", "sub", "room")]
        return self.addresses.add(*columns[:3], np.full(addresses.size, building), columns[3])

    def away(self, count: int, abroad: Integers | None = None) -> Integers:
        """転入前住所・転出先: addresses in other municipalities, or abroad where a nationality is given."""
        country = np.full(count, NONE) if abroad is None else abroad
        return self.elsewhere.add(
            draw(self.rng, municipality_bounds(), count),
            self.rng.integers(0, self.towns.height, count),
            self.rng.integers(1, 60, count),
            self.rng.integers(1, 30, count),
            country,
        )

    def countries(self, count: int) -> Integers:
        """Countries to go to, by the nationalities' weights."""
        return draw(self.rng, nationality_bounds(), count)

    def registers(self, count: int) -> Integers:
        """本籍: half of them in the town itself."""
        outside = draw(self.rng, municipality_bounds(), count)
        return self.honseki.add(
            np.where(self.rng.random(count) < 0.5, OWN_TOWN, outside),
            self.rng.integers(0, self.towns.height, count),
            self.rng.integers(1, 4000, count),
        )


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _block(dense: pl.Expr) -> pl.Expr:
    said = words()
    by_block = pl.concat_str(_text("number"), pl.lit(said["block"]), _text("sub"), pl.lit(said["house"]))
    lot = pl.concat_str(_text("number"), pl.lit(said["lot"]))
    by_lot = pl.when(pl.col("sub") > 0).then(pl.concat_str(lot, _text("sub"))).otherwise(lot)
    return pl.when(dense).then(by_block).otherwise(by_lot)


def _with_blank(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, pl.DataFrame({name: [None] for name in frame.columns}, schema=frame.schema)])


def _indices(values: Integers, size: int) -> pl.Series:
    """Row numbers for gather: what is not set points to the blank row past the end."""
    return pl.Series(np.where(values < 0, size, values).astype(np.uint32))


def _building_names(places: Places) -> pl.DataFrame:
    kinds, rows, said = read("buildings"), [], words()
    stems, kana = places.towns["stem"].to_list(), places.towns["stem_kana"].to_list()
    for town, kind, old in zip(*(places.buildings.table()[n].tolist() for n in ("town", "name", "old")), strict=True):
        mark = said["renamed"] if old >= 0 else ""
        rows.append((f"{mark}{stems[town]}{kinds[kind]['name']}", f"{kana[town]}{kinds[kind]['kana']}"))
    return _with_blank(pl.DataFrame(rows, schema=["building", "building_furigana"], orient="row"))


def address_frame(places: Places) -> pl.DataFrame:
    """住所: town_code, town, block, building, building_furigana, postal_code, district_code of each address row."""
    rows = places.addresses.table()
    towns = places.towns[rows["town"].tolist()] if rows["town"].size else places.towns.clear()
    flats = _building_names(places)
    frame = pl.DataFrame({name: rows[name] for name in ("number", "sub", "room")}).hstack(towns)
    frame = frame.hstack(flats[_indices(rows["building"], flats.height - 1)])
    room = pl.concat_str(pl.col("building"), pl.lit(words()["space"]), _text("room"), pl.lit(words()["room"]))
    return _with_blank(
        frame.select(
            "town_code",
            "town",
            _block(pl.col("dense")).alias("block"),
            room.alias("building"),
            "building_furigana",
            "postal_code",
            "district_code",
        )
    )


def elsewhere_frame(places: Places) -> pl.DataFrame:
    """Addresses elsewhere: municipality_code, prefecture, city, town, block, or country_code, country, foreign_address."""
    rows = places.elsewhere.table()
    cities = pl.DataFrame(read("municipalities"))
    countries = _with_blank(pl.DataFrame(read("nationalities")).select("code", "name", "city"))
    abroad = countries[_indices(rows["country"], countries.height - 1)].rename(
        {"code": "country_code", "name": "country", "city": "foreign_address"}
    )
    frame = pl.DataFrame({name: rows[name] for name in ("number", "sub", "country")}).rename({"country": "abroad"})
    frame = frame.hstack(cities.select("code", "prefecture", "name")[rows["municipality"].tolist()])
    frame = frame.hstack(places.towns.select("town", "dense")[rows["place"].tolist()]).hstack(abroad)
    at_home = pl.col("abroad") < 0
    home = {"municipality_code": pl.col("code"), "prefecture": pl.col("prefecture"), "city": pl.col("name")}
    home |= {"town": pl.col("town"), "block": _block(pl.col("dense"))}
    return _with_blank(
        frame.select(
            *(pl.when(at_home).then(value).alias(name) for name, value in home.items()),
            "country_code",
            "country",
            "foreign_address",
        )
    )


def honseki_frame(places: Places) -> pl.DataFrame:
    """本籍: honseki_prefecture, honseki_city, honseki_town, honseki_lot."""
    rows, said = places.honseki.table(), words()
    cities = pl.DataFrame(read("municipalities")).select("prefecture", "name")
    own = pl.DataFrame({"prefecture": [said["prefecture"]], "name": [said["city"]]})
    cities = pl.concat([cities, own])[_indices(rows["municipality"], cities.height)]
    frame = (
        pl.DataFrame({"number": rows["number"]})
        .hstack(cities)
        .hstack(places.towns.select("town")[rows["place"].tolist()])
    )
    return _with_blank(
        frame.select(
            pl.col("prefecture").alias("honseki_prefecture"),
            pl.col("name").alias("honseki_city"),
            pl.col("town").alias("honseki_town"),
            pl.concat_str(_text("number"), pl.lit(said["lot"])).alias("honseki_lot"),
        )
    )
