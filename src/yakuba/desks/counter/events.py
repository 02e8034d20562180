"""異動の種類の見せ方: families of event kinds, and what a form needs to know of households and past events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yakuba.kernel.findings import Finding
from yakuba.registers.access.door import Access
from yakuba.registers.residents.events.base import EventKind, FieldSpec
from yakuba.registers.residents.queries import people, search

from .criteria import read_criteria
from .fields import read_number
from .forms import Option
from .items import address_text, coded
from .people import Subject, named
from .persons import hit_line
from .templatetags.counter import short_wareki

FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("転入", ("move_in",)),
    ("転居・転出", ("move_within", "move_out")),
    ("出生・死亡", ("birth", "death")),
    ("世帯", ("household",)),
    ("氏名・旧氏・通称", ("name",)),
    ("外国人住民・国籍", ("foreign", "nationality")),
    ("職権・修正", ("authority",)),
    ("番号", ("number",)),
    ("取消し・誤記修正", ("cancellation",)),
)
"""異動の家族 as the desk offers them: title, and the families of `EventKind` that it holds."""

CANDIDATES = 8
"""How many candidates a box offers."""


def event_options(access: Access, subject: Subject | None, kind: EventKind) -> Sequence[Option]:
    """取り消せる異動: the person's events, the newest first, where the kind asks for one."""
    if subject is None or not any(spec.kind == "event" for spec in kind.fields):
        return ()
    rows = people.history(access, subject.resident_id)
    return [
        Option(
            str(row.event_id),
            f"{short_wareki(row.occurred_on)} {coded('event_reasons', row.reason)}（履歴番号 {row.history_number}）",
        )
        for row in rows
    ]


def chosen_names(access: Access, typed: Mapping[str, Any], kind: EventKind) -> dict[str, str]:
    """選ばれている世帯と人 in words, by the path of the box: the head and the address of a household, the name of a person."""
    words: dict[str, str] = {}
    residents: dict[str, int] = {}
    for path, spec, value in _filled(kind.fields, typed):
        number = read_number(str(value[0] if isinstance(value, list) else value))
        if spec.kind == "household" and number is not None:
            members = people.household(access, number, valid_on=access.today, known_at=access.now)
            if members:
                items = members[0].items
                words[path] = f"{items.get('head_name') or ''} の世帯 {address_text(items)}"
        elif spec.kind == "resident" and number is not None:
            residents[path] = number
    names = named(access, residents.values()) if residents else {}
    return words | {path: names[each] for path, each in residents.items() if each in names}


def _filled(
    fields: Sequence[FieldSpec], typed: Mapping[str, Any], before: str = ""
) -> Iterator[tuple[str, FieldSpec, Any]]:
    for spec in fields:
        value = typed.get(spec.name)
        if spec.kind == "people":
            for position, row in enumerate(value or []):
                yield from _filled(spec.fields, row, f"{before}{spec.name}.{position}.")
        elif value:
            yield before + spec.name, spec, value


def candidates(access: Access, text: str, what: str) -> list[Option]:
    """候補: residents, or their households once each, found by what is typed."""
    criteria = read_criteria({"text": text, "living": "" if what == "resident" else "1"})
    if criteria is None or isinstance(criteria, Finding):
        return []
    hits = search.search(access, criteria, limit=CANDIDATES).hits
    if what == "resident":
        return [
            Option(str(line.resident_id), line.name, f"{line.birth_date} {line.address} {line.status}")
            for line in map(hit_line, hits)
        ]
    found: dict[str, Option] = {}
    for line in map(hit_line, hits):
        if line.household_id is not None:
            found.setdefault(
                str(line.household_id), Option(str(line.household_id), line.household or line.name, line.address)
            )
    return list(found.values())
