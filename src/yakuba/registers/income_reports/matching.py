"""名寄せ: which resident a reported person is — by 個人番号, then by 氏名・生年月日・住所; for relatives also by the household.

Nothing is guessed: more than one fit, a fit without the address, or a number that belongs to somebody of another name
and another birth date stays open, with the candidates, until a clerk decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from yakuba.kernel.addresses import address_key, address_keys
from yakuba.kernel.characters import kanji_keys
from yakuba.kernel.kana import kana_keys
from yakuba.registers.access.door import Access
from yakuba.registers.access.frames import Schema
from yakuba.registers.individual_numbers import queries as vault
from yakuba.registers.residents.queries.identities import agreeing, find_identities, namesakes_at_home

ASKED_SCHEMA: Schema = {
    "position": pl.Int64,
    "individual_number": pl.String,
    "name": pl.String,
    "name_kana": pl.String,
    "birth_date": pl.Date,
    "address": pl.String,
    "claimant_id": pl.Int64,
}
REASONS = {
    "unknown": "番号・氏名・生年月日の合う人がいません。",
    "several": "同じ氏名・生年月日・住所の人が複数います。",
    "address-differs": "氏名と生年月日は合いますが、住所が合いません。",
    "number-of-another": "個人番号の人の氏名も生年月日も、資料と違います。",
}
"""未確定の理由, by slug."""


@dataclass(frozen=True, slots=True)
class Matched:
    """照合結果: who it is and on what ground; or nobody, the reason and who it could be."""

    resident_id: int | None
    basis: str
    candidates: tuple[int, ...] = ()
    reason: str = ""


def match_people(access: Access, asked: pl.DataFrame) -> dict[int, Matched]:
    """名寄せ of many at once: by position of ASKED_SCHEMA. `claimant_id` is who names a relative; null for the person themself.

    The numbers are asked of the vault once and kept nowhere. Raises RefusedError as `individual_numbers.find_many`.
    """
    keyed = _keyed(asked)
    holders = _by_number(access, keyed)
    doubted = _doubted(access, keyed, holders)
    # Whose number tells who it is need not be looked for by anything else.
    sure = {each: holder for each, holder in holders.items() if each not in doubted}
    unsure = keyed.filter(~pl.col("position").is_in(list(sure)))
    candidates = _by_particulars(access, unsure)
    at_home = _at_home(access, unsure)
    found = {position: Matched(holder, "number") for position, holder in sure.items()}
    for position, address in unsure.select("position", "address_key").iter_rows():
        known = candidates.get(position, {})
        if position in doubted:
            found[position] = Matched(None, "", (holders[position], *sorted(known)), "number-of-another")
        else:
            found[position] = _decided(known, address, at_home.get(position, ()))
    return found


def _decided(known: Mapping[int, _Known], address: str, at_home: tuple[int, ...]) -> Matched:
    if len(at_home) == 1 and (not known or at_home[0] in known):
        return Matched(at_home[0], "household")
    there = sorted(each for each, one in known.items() if one.lives_at(address))
    if len(there) == 1:
        return Matched(there[0], "particulars")
    if there:
        return Matched(None, "", tuple(there), "several")
    candidates = tuple(sorted({*known, *at_home}))
    reason = "several" if len(at_home) > 1 else "address-differs" if candidates else "unknown"
    return Matched(None, "", candidates, reason)


def _keyed(asked: pl.DataFrame) -> pl.DataFrame:
    """The search keys of what is asked; "" where there is nothing to ask by."""
    folded = {
        "kanji_key": kanji_keys(asked["name"].fill_null("")),
        "kana_key": kana_keys(asked["name_kana"].fill_null("")),
        "address_key": address_keys(asked["address"].fill_null("")),
    }
    return asked.with_columns(pl.Series(name, keys, dtype=pl.String) for name, keys in folded.items())


def _by_number(access: Access, keyed: pl.DataFrame) -> dict[int, int]:
    """Position → the resident who has or last had the number."""
    numbered = keyed.filter(pl.col("individual_number").is_not_null()).select("position", "individual_number")
    if numbered.is_empty():
        return {}
    holders = vault.find_many(access, numbered["individual_number"].unique().to_list())
    return {position: holders[number] for position, number in numbered.iter_rows() if number in holders}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register has of a candidate: where the town is, and the addresses, as keys."""

    prefecture: str
    city: str
    addresses: tuple[str, ...]

    def lives_at(self, key: str) -> bool:
        here = key.removeprefix(address_key(self.prefecture)).removeprefix(address_key(self.city))
        return any(same_place(here, each) for each in self.addresses)


def _by_particulars(access: Access, keyed: pl.DataFrame) -> dict[int, dict[int, _Known]]:
    """Position → who has that 氏名 and 生年月日."""
    found: dict[int, dict[int, _Known]] = defaultdict(dict)
    rows = find_identities(access, keyed.filter(pl.col("birth_date").is_not_null()))
    for position, resident_id, prefecture, city, addresses in rows.iter_rows():
        found[position][resident_id] = _Known(prefecture, city, tuple(addresses))
    return found


def _at_home(access: Access, keyed: pl.DataFrame) -> dict[int, tuple[int, ...]]:
    """Position → who of the claimant's household has that 氏名."""
    found: dict[int, tuple[int, ...]] = {}
    relatives = keyed.filter(pl.col("claimant_id").is_not_null()).with_columns(resident_id="claimant_id")
    for position, resident_id in namesakes_at_home(access, relatives).iter_rows():
        found[position] = (*found.get(position, ()), resident_id)
    return found


def _doubted(access: Access, keyed: pl.DataFrame, holders: Mapping[int, int]) -> set[int]:
    """Positions whose number belongs to somebody of another name and another birth date."""
    if not holders:
        return set()
    rows = keyed.filter(pl.col("position").is_in(list(holders)))
    held = pl.col("position").replace_strict(dict(holders), return_dtype=pl.Int64, default=None)
    return set(holders) - agreeing(access, rows.with_columns(resident_id=held))


_GOES_ON = re.compile("[0-9-]")


def same_place(reported: str, registered: str) -> bool:
    """住所の一致, of address keys without the town's name: equal, or one leaves out the other's 方書.

    A key without a digit names a 町字 and no place in it.
    """
    shorter, longer = sorted((reported, registered), key=len)
    if not any(sign.isdigit() for sign in shorter) or not longer.startswith(shorter):
        return False
    return not _GOES_ON.match(longer[len(shorter) :])


def frame_of(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """照会の表: rows of ASKED_SCHEMA."""
    return pl.DataFrame(list(rows), schema=ASKED_SCHEMA, orient="row")
