"""検索: what clerks type, drawn from the town's own people with its frequencies; p50 and p95."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

import psycopg
from bench.measuring import Figure, quantiles, timed
from bench.town import Town, clerk

GOAL_MILLISECONDS = 50.0
SAMPLES, WARM_UP = 300, 20
COMMON = 0.0005
"""A pair of kana is common where so large a share of the names hold it."""


class Living(NamedTuple):
    """One person as a clerk would know them."""

    name: str
    furigana: str
    birth_date: date
    town: str
    block: str
    building: str
    addressee_number: str
    resident_code: str


Words = list[str]


def measure(town: Town) -> Iterator[Figure]:
    """Every kind of query through the register's search, its access record included; then the matching alone."""
    address = town.open()
    from django.db import transaction

    from yakuba.registers.residents.queries import search as register

    with psycopg.connect(address.owner_dsn) as connection:
        kinds = _queries(connection, random.Random(town.seed))
    for kind, words in kinds.items():
        found = 0

        def ask(text: str) -> None:
            nonlocal found
            found += bool(register.search(clerk(), register.Criteria(text=text)).hits)

        def match(text: str) -> None:
            wanted = register.understood(register.Criteria(text=text))
            with transaction.atomic():
                register._matches(clerk(), wanted, None, 50)  # noqa: SLF001 - the statements without the rest

        whole = quantiles(_samples(ask, words))
        alone = quantiles(_samples(match, words))
        yield Figure(
            f"search_{kind}", whole["p95"], "ms (p95)", "50 ms", GOAL_MILLISECONDS,
            round(whole["p95"] / GOAL_MILLISECONDS, 3), f"p95 <= {GOAL_MILLISECONDS:.0f} ms",
            whole["p95"] <= GOAL_MILLISECONDS,
            {**whole, "share_found": round(found / (len(words) + WARM_UP), 3), "matching_alone": alone},
        )  # fmt: skip


def _samples(ask: Callable[[str], None], words: Words) -> list[float]:
    for word in words[:WARM_UP]:
        ask(word)
    return [timed(lambda word=word: ask(word)) for word in words]  # type: ignore[misc]


def _queries(connection: psycopg.Connection, rng: random.Random) -> dict[str, Words]:
    people = _people(connection, rng)

    def drawn(make: Callable[[Living], str | None]) -> Words:
        words = [word for person in people if (word := make(person))]
        return words[:SAMPLES]

    variants = _variants()
    return {
        "kana_full": drawn(lambda person: person.furigana.replace("\u3000", "")),
        "kana_two_letters": _common_pairs(connection),
        "kana_family_name": drawn(lambda person: person.furigana.partition("\u3000")[0]),
        "kanji_name": drawn(lambda person: person.name.replace("\u3000", "")),
        "kanji_family_name": drawn(lambda person: person.name.partition("\u3000")[0]),
        "variant_kanji": drawn(lambda person: _varied(person.name.replace("\u3000", ""), variants, rng)),
        "given_name_kana": drawn(lambda person: person.furigana.partition("\u3000")[2]),
        "given_name_kanji": drawn(lambda person: person.name.partition("\u3000")[2]),
        "address": drawn(lambda person: person.town + person.block),
        "address_town": drawn(lambda person: person.town),
        "building": drawn(lambda person: person.building.partition("\u3000")[0]),
        "number": drawn(lambda person: rng.choice([person.addressee_number, person.resident_code])),
        "birth_date": drawn(lambda person: person.birth_date.isoformat()),
        "name_and_birth_date": drawn(
            lambda person: f"{person.furigana.partition(chr(0x3000))[0]} {person.birth_date.isoformat()}"
        ),
    }


def _people(connection: psycopg.Connection, rng: random.Random) -> list[Living]:
    """Japanese residents drawn at random; enough for the kinds that not everybody answers to."""
    rows = connection.execute(
        """
        SELECT r.name, r.name_furigana, r.birth_date, r.town, r.block, coalesce(r.building, ''), p.addressee_number,
               coalesce(r.resident_code, p.addressee_number)
        FROM residents_residentrecord r JOIN residents_resident p ON p.id = r.resident_id
        WHERE r.known_to IS NULL AND r.valid_to IS NULL AND r.resident_status = 1 AND r.name_furigana IS NOT NULL
          AND r.resident_kind = 1 AND r.resident_id = ANY(%s)
        """,
        [_some_ids(connection, rng, SAMPLES * 40)],
    ).fetchall()
    people = [Living(*row) for row in rows]
    rng.shuffle(people)
    return people


def _some_ids(connection: psycopg.Connection, rng: random.Random, count: int) -> list[int]:
    (highest,) = connection.execute("SELECT max(id) FROM residents_resident").fetchone() or (0,)
    return sorted({rng.randint(1, highest) for _ in range(count)})


def _common_pairs(connection: psycopg.Connection) -> Words:
    """Every pair of kana that a common share of all names begin with or hold, the commonest first; each asked once."""
    counted: Counter[str] = Counter()
    names = 0
    for (key,) in connection.execute("SELECT kana_key FROM residents_namekey"):
        names += 1
        counted.update({key[at : at + 2] for at in range(len(key) - 1)})
    return [
        pair
        for pair, count in counted.most_common()
        if count >= names * COMMON and all("ァ" <= sign <= "ヿ" for sign in pair)
    ]


def _variants() -> dict[str, list[str]]:
    """The other characters of the same key, by character."""
    from yakuba.kernel.characters import _folds

    classes: dict[str, set[str]] = defaultdict(set)
    for code, to in _folds().items():
        if to and ord(to) >= 0x3400:
            classes[to] |= {to, chr(code)}
    return {each: sorted(group - {each}) for group in classes.values() for each in group if len(group) > 1}


def _varied(name: str, variants: dict[str, list[str]], rng: random.Random) -> str | None:
    written = "".join(rng.choice(variants[sign]) if sign in variants else sign for sign in name)
    return written if written != name else None
