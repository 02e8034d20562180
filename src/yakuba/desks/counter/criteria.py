"""検索条件: what is typed into the search boxes, as the register's criteria."""

from __future__ import annotations

from collections.abc import Mapping

from yakuba.kernel.findings import Finding
from yakuba.registers.residents.queries.search import Criteria

from .fields import read_date

SHORTEST = 2
"""From so many letters on the search answers; a single kana letter would match a tenth of the town."""


def read_criteria(typed: Mapping[str, str]) -> Criteria | Finding | None:
    """検索条件, or the finding on a birth date that cannot be read, or None when too little is typed."""
    birth_date = read_date(typed.get("birth_date", ""), item="birth_date")
    if isinstance(birth_date, Finding):
        return birth_date
    texts = {name: typed.get(name, "") for name in ("text", "kana", "name", "address", "number")}
    if birth_date is None and all(len(text) < SHORTEST for text in texts.values()):
        return None
    return Criteria(
        **{name: text for name, text in texts.items() if len(text) >= SHORTEST},
        birth_date=birth_date,
        sex=int(typed["sex"]) if typed.get("sex") in ("0", "1", "2") else None,
        include_struck=typed.get("living") != "1",
    )
