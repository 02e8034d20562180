"""出生 (national specification 4.2.1.2): entered by authority from the 戸籍 notice, into the mother's household."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.fold import Items

from .addresses import address_of
from .base import FOREIGN, HEAD, JAPANESE, Change, Context, EventKind, FieldSpec, Form, Person, Plan, Subjects
from .checks import check_dates, check_new_people, check_residents, chosen, required, two_heads
from .departure import check_household_since
from .people import AUTHORITY_NOTIFIED, HONSEKI, NOTICE, OCCURRED_NOTED, PERSON_FIELDS, check_people, first_items
from .placing import last_place

BORN_WITHOUT_STATUS = "05"
"""出生による経過滞在者: what a foreign child is until a status is given."""
_LEFT_OUT = frozenset(
    {"birth_date", "resident_id", "former_family_name", "former_family_name_furigana", "resident_code"}
)


def _subjects(form: Form) -> Subjects:
    return Subjects(form.ids("parent_id"), form.ids("household_id"))


def _plan_birth(kind: EventKind, form: Form, context: Context) -> Plan:
    day = form.noted("occurred_on")
    form, findings = _quoted(form, context, day)
    findings += [*check_dates(kind, form, context), *check_people(form, context), *check_new_people(context)]
    if day is None or not form.people():
        return Plan(findings)
    household_id = _household_id(form, context, day)
    if household_id is None:
        remedy = "母の世帯を選ぶか、引用する親を選んでください。"
        return Plan([*findings, required("household_id", "生まれた子の入る世帯が決まりません。", remedy)])
    members = context.members(household_id, day.value)
    if not members:
        message = "出生日にその世帯に住民がいません。"
        return Plan(
            [*findings, error("empty-household", message, "世帯と出生日を確かめてください。", item="household_id")]
        )
    findings += check_household_since(context, [household_id], day.value, (), "household_id")
    if any(row.get("relationship") == HEAD for row in form.people()):
        findings.append(two_heads("生まれた子は世帯主になりません。"))
    head, listed = context.head(household_id, day.value), last_place(context, household_id, day.value)
    changes = []
    for position, row in enumerate(form.people()):
        place: Items = {
            "household_id": household_id, "head_name": str(head.at(day.value).get("name", "")) if head else "",
            "listing_order": listed + position + 1,
        }  # fmt: skip
        items = first_items(row, day, kind.reason, place, address_of(members[0].at(day.value)))
        changes.append(Change(-(position + 1), items))
    return Plan(findings, [kind.draft(form, day, changes)])


def _household_id(form: Form, context: Context, day: RegisterDate) -> int | None:
    if form.ids("household_id"):
        return form.ids("household_id")[0]
    parents = [person for person in chosen(context, form.ids("parent_id")) if person]
    return parents[0].at(day.value).get("household_id") if parents else None


def _quoted(form: Form, context: Context, day: RegisterDate | None) -> tuple[Form, list[Finding]]:
    """The rows with 生年月日 = 異動日 and, from the parent, what the notice leaves blank of 本籍・筆頭者."""
    parents = chosen(context, form.ids("parent_id"))
    findings = check_residents(parents, day.value, "parent_id") if day else []
    findings = [finding for finding in findings if finding.rule != "later-event"]
    parent = next((person for person in parents if person), None)
    rows = [_row(row, day, parent) for row in form.people()]
    return replace(form, values={**form.values, "people": rows} if rows else form.values), findings


def _row(row: Mapping[str, Any], day: RegisterDate | None, parent: Person | None) -> dict[str, Any]:
    filled: dict[str, Any] = {**row, "birth_date": day} if day else dict(row)
    kind = int(row.get("resident_kind", 0))
    items = parent.at(day.value) if parent and day else {}
    if kind == JAPANESE and not row.get("honseki_city") and not row.get("koseki_head"):
        filled |= {name: items[name] for name in HONSEKI if items.get(name)}
    if kind == FOREIGN and not row.get("article_30_45_category"):
        filled["article_30_45_category"] = BORN_WITHOUT_STATUS
    return filled


BIRTH = EventKind(
    "birth", "出生", "birth", "03",
    (
        OCCURRED_NOTED, AUTHORITY_NOTIFIED,
        FieldSpec("parent_id", "resident", help="本籍・筆頭者を引用する親。世帯を選ばないときは、この人の世帯に入ります", group="世帯"),
        FieldSpec("household_id", "household", help="母の世帯", group="世帯"),
        FieldSpec(
            "people", "people", required=True, group="生まれた子",
            fields=tuple(spec for spec in PERSON_FIELDS if spec.name not in _LEFT_OUT),
        ),
        NOTICE,
    ),
    _subjects, _plan_birth, noted=True, new_people=True,
)  # fmt: skip

KINDS = (BIRTH,)
