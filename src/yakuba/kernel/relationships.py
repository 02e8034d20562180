"""続柄: how a person stands to the head of the household, as up to four linked codes (1.1.11).

A relationship is kept compact, two characters a link: ``2012`` is 子の妻. The one bracketed form, an adopted child who is
also a child's spouse, is kept as ``2X2011`` (子（子の夫）) and ``2X2012`` (子（子の妻）); that use of code 2X is our reading, the
code list only names it 「子（ ）」. 縁故者 and 同居人 may begin a chain (同居人の子), for 5.2 speaks of their families.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from yakuba.kernel.findings import Finding, error
from yakuba.kernel.wareki import DATA

HEAD, HUSBAND, WIFE, UNREGISTERED_HUSBAND, UNREGISTERED_WIFE = "02", "11", "12", "13", "14"
CHILD, FATHER, MOTHER = "20", "51", "52"
OLDER_BROTHER, YOUNGER_BROTHER, OLDER_SISTER, YOUNGER_SISTER = "71", "74", "81", "84"
CONNECTED_PERSON, LODGER = "96", "99"
BRACKETED_CHILD = "2X"

SPOUSES = frozenset({HUSBAND, WIFE, UNREGISTERED_HUSBAND, UNREGISTERED_WIFE})
PARENTS = frozenset({FATHER, MOTHER})
SIBLINGS = frozenset({OLDER_BROTHER, YOUNGER_BROTHER, OLDER_SISTER, YOUNGER_SISTER})
KIN = SPOUSES | PARENTS | SIBLINGS | {CHILD}
MAXIMUM_LINKS = 4
_BRACKETED = {(BRACKETED_CHILD, CHILD, HUSBAND), (BRACKETED_CHILD, CHILD, WIFE)}
_JOIN = "の"


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / "codes" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def link_terms() -> dict[str, str]:
    """続柄コード of one link with its term, in the order of the code list."""
    return {row["code"]: row["term"] for row in _table("relationships.csv")}


@cache
def _codes_by_term() -> dict[str, str]:
    return {term: code for code, term in link_terms().items()}


@cache
def _remedies() -> dict[str, str]:
    return {row["word"]: row["remedy"] for row in _table("relationship_remedies.csv")}


def _is_permitted(links: tuple[str, ...]) -> bool:
    if links in _BRACKETED:
        return True
    if not 1 <= len(links) <= MAXIMUM_LINKS:
        return False
    first, *rest = links
    if first == HEAD:
        return not rest
    return (first in KIN or first in (CONNECTED_PERSON, LODGER)) and all(link in KIN for link in rest)


@dataclass(frozen=True, slots=True)
class Relationship:
    """続柄: the links from the head outwards. Raises ValueError for links that are not permitted."""

    links: tuple[str, ...]

    def __post_init__(self) -> None:
        if not _is_permitted(self.links):
            raise ValueError(f"links {self.links} are no permitted relationship")

    @property
    def compact(self) -> str:
        """The form that is stored: two characters a link."""
        return "".join(self.links)

    @property
    def text(self) -> str:
        """続柄表記: the form that is printed."""
        terms = link_terms()
        if self.links in _BRACKETED:
            return f"{terms[CHILD]}（{_JOIN.join(terms[link] for link in self.links[1:])}）"
        return _JOIN.join(terms[link] for link in self.links)

    @property
    def columns(self) -> tuple[str, str, str, str]:
        """続柄コード1 to 4 of the data list, "" where there is no further link."""
        first, second, third, fourth = (*self.links, "", "", "", "")[:MAXIMUM_LINKS]
        return first, second, third, fourth

    @property
    def is_head(self) -> bool:
        """世帯主."""
        return self.links == (HEAD,)

    @property
    def is_spouse(self) -> bool:
        """配偶者 of the head, 未届 included."""
        return len(self.links) == 1 and self.links[0] in SPOUSES


def _refused(value: str, remedy: str, item: str, where: str) -> Finding:
    return error(
        "relationship-not-permitted", f"続柄「{value}」は使えません。", remedy, item=item, where=where, value=value
    )


def parse_links(links: tuple[str, ...], *, item: str = "relationship", where: str = "") -> Relationship | Finding:
    """続柄 from 続柄コード1 to 4 (empty ones left out), or the finding on them."""
    if not _is_permitted(links):
        value = "-".join(links)
        remedy = (
            "続柄コード一覧のコードを、4つまで組み合わせて入力してください。5つ以上になるときは縁故者（96）とします。"
        )
        return _refused(value, remedy, item, where)
    return Relationship(links)


def parse_compact(text: str, *, item: str = "relationship", where: str = "") -> Relationship | Finding:
    """続柄 from its stored form: ``2012`` is 子の妻."""
    return parse_links(tuple(text[at : at + 2] for at in range(0, len(text), 2)), item=item, where=where)


def from_text(text: str, *, item: str = "relationship", where: str = "") -> Relationship | Finding:
    """続柄 from its printed form: 「子の妻」. A refused word such as 孫 comes back with what to choose instead."""
    plain = text.strip().replace("(", "（").replace(")", "）")
    bracketed = {Relationship(links).text: links for links in _BRACKETED}
    if plain in bracketed:
        return Relationship(bracketed[plain])
    words = plain.split(_JOIN)
    links = tuple(_codes_by_term().get(word, "") for word in words)
    if _is_permitted(links):
        return Relationship(links)
    for word in (plain, *words):
        if word in _remedies():
            return _refused(text, _remedies()[word], item, where)
    if len(links) > MAXIMUM_LINKS and all(links):
        return _refused(text, "つながりが5つ以上になるときは「縁故者」を選んでください。", item, where)
    return _refused(text, "続柄の一覧から選んでください。", item, where)


@cache
def relationship_choices() -> tuple[Relationship, ...]:
    """続柄 offered in a select, commonest kinds in the order of a household; any other permitted chain may be typed."""
    return tuple(
        Relationship(tuple(row["compact"][at : at + 2] for at in range(0, len(row["compact"]), 2)))
        for row in _table("relationship_choices.csv")
    )
