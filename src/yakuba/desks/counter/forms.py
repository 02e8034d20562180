"""届書の入力欄: an event kind's field specifications as boxes of a page, and what was typed back as the kind reads it.

A box's path names its place in the form (`people.0.name`), the same path that a finding bears in `item`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from yakuba.kernel.findings import Finding
from yakuba.registers.residents.commands.forms import is_sealed
from yakuba.registers.residents.events.base import EventKind, FieldSpec

from .fields import read_number
from .items import label

MANY_CHOICES = 6
"""From this many choices on a list is a select instead of radio buttons."""
COPIED = (
    "resident_kind", "honseki_prefecture", "honseki_city", "honseki_town", "honseki_lot", "koseki_head", "nationality",
    "nationality_code",
)  # fmt: skip
"""一括入力 (national specification 4.0.10): what a further person takes over from the one before; never the 旧氏."""
FOREIGN_ONLY = frozenset({
    "roman_name", "kanji_name", "alias", "alias_furigana", "nationality_code", "nationality", "article_30_45_category",
    "residence_status", "stay_years", "stay_months", "stay_days", "stay_expires_on", "residence_card_number",
})  # fmt: skip
SHORT = frozenset({
    "postal_code", "town_code", "stay_years", "stay_months", "stay_days", "nationality_code", "destination_postal_code",
    "arrival_postal_code", "destination_country_code",
})  # fmt: skip
ADDRESS = frozenset({"town_code", "town", "block", "building", "postal_code"})
GROUP_TITLES = {"origin_": "転入前住所", "destination_": "転出先", "arrival_": "転出先（確定）", "honseki_": "本籍"}

MASK, KEPT = "●" * 12, "kept."
"""A sealed 個人番号 is shown as dots; the seal goes with the form in a hidden field, and stands as long as the dots do."""


@dataclass(frozen=True, slots=True)
class Option:
    """選択肢: a value, its wording, what is said beside it."""

    value: str
    wording: str
    note: str = ""
    chosen: bool = False


@dataclass(slots=True)
class Box:
    """入力欄 1つ, as the template draws it."""

    path: str
    label: str
    widget: str
    value: str = ""
    required: bool = False
    help: str = ""
    chosen: str = ""
    """選ばれているもの in words: the name of a resident, or of a household's head with the address."""
    options: Sequence[Option] = ()
    rows: Sequence[Sequence[Box]] = ()
    findings: list[Finding] = field(default_factory=list)
    group: str = ""
    first: bool = False
    kept: str = ""

    @property
    def size(self) -> str:
        """How wide the box is drawn."""
        return "short" if self.path.rpartition(".")[2] in SHORT else "long"

    @property
    def box_id(self) -> str:
        """The element's id: the path without dots."""
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Person:
    """選べる人: a member of the household that the form is about."""

    resident_id: int
    name: str
    note: str


def typed_form(kind: EventKind, post: QueryDict) -> dict[str, Any]:
    """入力された届書: field names to text, lists of ids, and rows, as `read_form` takes them. Blank rows are left out."""
    return {spec.name: value for spec in kind.fields if (value := _typed(spec, post, spec.name)) not in ("", [], None)}


def _typed(spec: FieldSpec, post: QueryDict, path: str) -> Any:
    if spec.kind == "people":
        rows = [
            {sub.name: value for sub in spec.fields if (value := _typed(sub, post, f"{path}.{position}.{sub.name}"))}
            for position in _positions(post, path)
        ]
        keys = {sub.name for sub in spec.fields if sub.kind == "resident" and sub.required}
        return [row for row in rows if set(row) - keys]
    if spec.kind == "residents":
        return [each for each in post.getlist(path) if read_number(each) is not None]
    if spec.kind in ("resident", "household", "event") and read_number(post.get(path)) is None:
        return ""
    text = (post.get(path) or "").strip(" \t\r\n")
    if text == MASK:
        kept = post.get(f"{KEPT}{path}") or ""
        return kept if is_sealed(kept) else ""
    return text


def _positions(post: QueryDict, path: str) -> list[int]:
    pattern = re.compile(rf"{re.escape(path)}\.(\d{{1,3}})\.")
    return sorted({int(match[1]) for name in post if (match := pattern.match(name))})


def boxes(
    kind: EventKind,
    typed: Mapping[str, Any],
    findings: Iterable[Finding],
    members: Sequence[Person],
    *,
    chosen: Mapping[str, str] | None = None,
    events: Sequence[Option] = (),
    add_row: bool = False,
) -> list[Box]:
    """入力欄の一覧 for an event kind, with what was typed and what was found wrong with it."""
    drawn = [
        _box(spec, typed.get(spec.name), spec.name, members, chosen=chosen, events=events, add_row=add_row)
        for spec in kind.fields
    ]
    by_path = {box.path: box for box in walk(drawn)}
    for finding in findings:
        if finding.item in by_path:
            by_path[finding.item].findings.append(finding)
    return drawn


def walk(drawn: Iterable[Box]) -> Iterable[Box]:
    """Every box, those of rows included."""
    for box in drawn:
        yield box
        for row in box.rows:
            yield from walk(row)


def _box(
    spec: FieldSpec,
    value: Any,
    path: str,
    members: Sequence[Person],
    *,
    chosen: Mapping[str, str] | None = None,
    events: Sequence[Option] = (),
    add_row: bool = False,
) -> Box:
    box = Box(
        path, label(spec.name), spec.kind, required=spec.required, help=spec.help, group=spec.group or _group(spec.name)
    )
    match spec.kind:
        case "people":
            box.rows = _rows(spec, value or [], path, members, chosen=chosen, add_row=add_row)
            box.widget = "members" if _is_member_rows(spec) else "people"
        case "residents":
            ticked = {str(each) for each in value or []}
            box.options = [Option(str(m.resident_id), m.name, m.note, str(m.resident_id) in ticked) for m in members]
        case "resident":
            box.value = _first(value)
            known = [Option(str(m.resident_id), m.name, m.note, str(m.resident_id) == box.value) for m in members]
            box.options = known
            box.widget = "member" if known else "resident"
            box.chosen = (chosen or {}).get(path, "")
        case "household":
            box.value = _first(value)
            box.chosen = (chosen or {}).get(path, "")
        case "event":
            box.value = _first(value)
            box.options = [Option(o.value, o.wording, o.note, o.value == box.value) for o in events]
        case "choice":
            box.value = _first(value)
            box.widget = "radio" if len(spec.choices) < MANY_CHOICES else "select"
            box.options = [Option(v, w, "", v == box.value) for v, w in spec.choices]
        case _:
            box.value = _first(value)
            if is_sealed(box.value):
                box.value, box.kept = MASK, box.value
    return box


def _first(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return str(value[0]) if value else ""
    return "" if value is None else str(value)


def _group(name: str) -> str:
    for prefix, title in GROUP_TITLES.items():
        if name.startswith(prefix) or (name == "koseki_head" and prefix == "honseki_"):
            return title
    if name in ADDRESS:
        return "住所"
    return "外国人住民" if name in FOREIGN_ONLY else ""


def _is_member_rows(spec: FieldSpec) -> bool:
    """Rows about people who are already in the household (続柄 of each), not about new ones."""
    return any(sub.kind == "resident" and sub.required for sub in spec.fields)


def _rows(
    spec: FieldSpec,
    rows: Sequence[Mapping[str, Any]],
    path: str,
    members: Sequence[Person],
    *,
    chosen: Mapping[str, str] | None,
    add_row: bool,
) -> list[list[Box]]:
    if _is_member_rows(spec):
        typed = {str(row.get("resident_id")): row for row in rows}
        rows = [typed.get(str(m.resident_id), {"resident_id": str(m.resident_id)}) for m in members]
    elif add_row and rows:
        rows = [*rows, {name: rows[-1][name] for name in COPIED if name in rows[-1]}]
    elif not rows:
        rows = [{"resident_kind": "1"}]
    drawn = []
    for position, row in enumerate(rows):
        inner = members if _is_member_rows(spec) else ()
        drawn.append(
            [_box(s, row.get(s.name), f"{path}.{position}.{s.name}", inner, chosen=chosen) for s in spec.fields]
        )
    return drawn
