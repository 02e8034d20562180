"""帰化・国籍取得・国籍喪失 (national specification 4.5.3–5): the old 住民票 is struck and a new one made, for the same person.

Both are one pair of events of one day: 消除 first, then 記載. 宛名番号, 個人番号, 住民票コード, 住所, 世帯 and what other
departments keep carry over; what belongs to the former 住民種別 is left behind. 備考 starts blank, as on any new 住民票.
"""

from __future__ import annotations

from datetime import date

from yakuba.kernel.dates import RegisterDate
from yakuba.kernel.findings import Finding, error
from yakuba.kernel.names import name_findings, roman_name_finding
from yakuba.registers.residents.columns import ITEM_KINDS
from yakuba.registers.residents.fold import Items
from yakuba.registers.residents.items import AddressItems, ParticularItems

from .base import (
    FOREIGN,
    JAPANESE,
    RESIDENT,
    STRUCK,
    Change,
    Context,
    EventDraft,
    EventKind,
    FieldSpec,
    Form,
    Person,
    Plan,
)
from .checks import check_dates, check_kind, check_residents, chosen, present
from .correctable import FOREIGN_ONLY, JAPANESE_ONLY
from .names import subjects
from .people import (
    AUTHORITY_NOTIFIED,
    HONSEKI_FIELDS,
    NATIONALITY_FIELDS,
    NOTICE,
    OCCURRED,
    RESIDENTS,
    STAY_FIELDS,
    check_furigana,
    check_stay,
    field_items,
    grouped,
    with_split_name,
)
from .placing import head_name_changes, own_head_name

CARRIED = frozenset(
    {
        "resident_status", "household_id", "relationship", "head_name", "de_facto_head_name", "listing_order", "resident_code",
        "sex", "birth_date", "birth_date_note", "last_registered_address",
        *(item.name for mixin in (AddressItems, ParticularItems) for item in mixin._meta.local_fields),
    }
)  # fmt: skip
"""What the new 住民票 takes over from the old one, but for what only the former 住民種別 has."""
LOSS_CATEGORY = "06"
"""国籍喪失による経過滞在者."""


def _new_record(person: Person, before: Items, new: Items) -> Change:
    """記載 of the new 住民票: what is new, what is carried, and everything else blank."""
    carried = CARRIED - (FOREIGN_ONLY if new["resident_kind"] == JAPANESE else JAPANESE_ONLY)
    cleared = tuple(
        name for name in ITEM_KINDS if before.get(name) is not None and name not in new and name not in carried
    )
    return Change(person.resident_id, new, (*cleared, "struck_reason", "struck_on"))


def _pair(
    kind: EventKind, form: Form, context: Context, person: Person, *, day: RegisterDate, new: Items
) -> list[EventDraft]:
    """消除 and 記載 of the one day; the members' 世帯主氏名 follows a head who bears a new name."""
    struck_reason = kind.also[0]
    struck: Items = {"resident_status": STRUCK, "struck_reason": struck_reason, "struck_on": day.value}
    entered = {**new, "resident_status": RESIDENT, "entry_reason": kind.reason, "entered_on": day.value}
    strike = kind.draft(form, day, [Change(person.resident_id, struck)], reason=struck_reason)
    before = person.at(day.value)
    entered |= own_head_name(before, str(new["name"]))
    drafts = [strike, kind.draft(form, day, [_new_record(person, before, entered)])]
    members = head_name_changes(context, person, str(new["name"]), day.value)
    return [*drafts, EventDraft("name_change", "43", day, members)] if members else drafts


def _chosen_one(kind: EventKind, form: Form, context: Context, day: date) -> tuple[Person | None, list[Finding]]:
    ids = form.ids("residents")
    findings = check_residents(chosen(context, ids), day)
    if len(ids) > 1:
        findings.append(error("one-person", "一人ずつ入力します。", "一人を選んでください。", item="residents"))
    people = present(context, ids)
    if not people:
        return None, findings
    struck_reason = kind.also[0]
    return people[0], [*findings, *check_kind(struck_reason, people[0].at(day))]


def _plan_naturalization(kind: EventKind, form: Form, context: Context) -> Plan:
    """帰化・国籍取得: 外国人住民となった年月日 becomes 住民となった年月日."""
    day = form.noted("occurred_on")
    findings = check_dates(kind, form, context)
    if day is None:
        return Plan(findings)
    person, wrong = _chosen_one(kind, form, context, day.value)
    findings += wrong
    if person is None or not form.text("name"):
        return Plan(findings)
    before = person.at(day.value)
    name, furigana = form.text("name"), form.text("name_furigana")
    findings += [*name_findings(name), *check_furigana(furigana, name)]
    new: Items = with_split_name({**field_items(form, (*_JAPANESE_NAME, *HONSEKI_FIELDS)), "resident_kind": JAPANESE})
    became = before.get("became_foreign_resident_on") or before.get("entered_on")
    new["became_resident_on"] = became or day.value
    if became and before.get("became_foreign_resident_on_note"):
        new["became_resident_on_note"] = before["became_foreign_resident_on_note"]
    if furigana:
        new["name_furigana_confirmed"] = True
    return Plan(findings, _pair(kind, form, context, person, day=day, new=new))


def _plan_loss(kind: EventKind, form: Form, context: Context) -> Plan:
    """国籍喪失: 外国人住民となった年月日 is the later of the day of loss and 住民となった年月日; so is the day of the change."""
    lost = form.noted("occurred_on")
    findings = check_dates(kind, form, context)
    if lost is None:
        return Plan(findings)
    person = next(iter(present(context, form.ids("residents"))), None)
    became = person.latest.get("became_resident_on") if person else None
    day = lost if became is None or became <= lost.value else RegisterDate(became)
    person, wrong = _chosen_one(kind, form, context, day.value)
    findings += wrong
    if person is None or not form.text("name"):
        return Plan(findings)
    new: Items = field_items(form, (*_FOREIGN_NAME, *NATIONALITY_FIELDS, *STAY_FIELDS))
    new |= {"resident_kind": FOREIGN, "became_foreign_resident_on": day.value}
    new.setdefault("article_30_45_category", LOSS_CATEGORY)
    finding = roman_name_finding(form.text("roman_name")) if form.text("roman_name") else None
    findings += [*([finding] if finding else []), *check_stay(new)]
    return Plan(findings, _pair(kind, form, context, person, day=day, new=new))


_JAPANESE_NAME = grouped(
    "氏名",
    FieldSpec("name", "text", required=True, help="氏と名の間に全角の空白"),
    FieldSpec("name_furigana", "kana"),
)
_FOREIGN_NAME = grouped(
    "氏名",
    FieldSpec("name", "text", required=True),
    FieldSpec("roman_name", "text", help="半角の大文字"),
    FieldSpec("kanji_name", "text"),
    FieldSpec("name_furigana", "kana"),
)
_REQUIRED_HONSEKI = tuple(
    FieldSpec(s.name, s.kind, s.name in ("honseki_city", "koseki_head"), help=s.help, group=s.group)
    for s in HONSEKI_FIELDS
)

KINDS = (
    EventKind(
        "naturalization", "帰化・国籍取得", "nationality", "04",
        (OCCURRED, AUTHORITY_NOTIFIED, RESIDENTS, *_JAPANESE_NAME, *_REQUIRED_HONSEKI, NOTICE), subjects, _plan_naturalization,
        also=("24",),
    ),
    EventKind(
        "nationality_loss", "国籍喪失", "nationality", "05",
        (
            FieldSpec("occurred_on", "date", required=True, help="国籍を失った日"), AUTHORITY_NOTIFIED, RESIDENTS,
            *_FOREIGN_NAME, *NATIONALITY_FIELDS, *STAY_FIELDS, NOTICE,
        ),
        subjects, _plan_loss, also=("25",),
    ),
)  # fmt: skip
