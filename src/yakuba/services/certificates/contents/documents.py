"""証明書の内容: a document of each kind from its material."""

from __future__ import annotations

from yakuba.kernel.codes import codes

from ..material import Material
from ..rendering.content import (
    AliasRecord,
    CombinedField,
    Document,
    HistoryEntry,
    HouseholdDocument,
    IndividualDocument,
    Issue,
    Item,
    Kind,
    MoveOutDocument,
)
from ..requests import MOVE_OUT_KINDS, NOTICE_KINDS, TAX_KINDS, RequestKind
from ..wording import wording
from . import persons
from .history import aliases, history
from .notices import notice
from .taxes import tax_document
from .values import address, wareki, wareki_day

_HEADER = ("address", "head_name")


def document(material: Material, issue: Issue) -> Document:
    """証明書・通知の内容. The issue brings number, day, certifier and seal; the 認証文 is the kind's."""
    kind = material.request.kind
    if kind in NOTICE_KINDS:
        return notice(material, issue)
    if kind in TAX_KINDS:
        return tax_document(material, issue)
    if kind in MOVE_OUT_KINDS:
        return _move_out(material, issue)
    if kind is RequestKind.HOUSEHOLD or (kind is RequestKind.ITEMS and not is_individual(material)):
        return _household(material, issue)
    return _individual(material, issue)


def is_individual(material: Material) -> bool:
    """個人票の様式か: chosen, or because the person is struck."""
    return material.request.individual_form or any(view.marks.is_struck for view in material.views)


def certification(material: Material) -> str:
    """認証文."""
    kind, words = material.request.kind, wording(material.asked.template)["certification"]
    if kind is RequestKind.HOUSEHOLD:
        return str(words["household_whole" if material.is_whole else "household_part"])
    if kind is RequestKind.ITEMS and any(view.marks.is_struck for view in material.views):
        return str(words["items_struck"])
    return str(words.get(kind.value, ""))


def _household(material: Material, issue: Issue) -> HouseholdDocument:
    first = material.views[0]
    header = persons.values(material, first.items, first.resident_id)
    is_items = material.request.kind is RequestKind.ITEMS
    members = tuple(persons.person(material, view.items, view.resident_id, "household") for view in material.views)
    return HouseholdDocument(
        issue=issue,
        items=tuple(persons.printed(material, _HEADER, header)),
        members=members,
        kind=Kind.RECORD_CERTIFICATE if is_items else Kind.RESIDENT_COPY,
        aliases=_aliases(material),
    )


def _aliases(material: Material) -> tuple[AliasRecord, ...]:
    if "alias_records" not in material.request.shown:
        return ()
    city, day = str(material.asked.town["city"]), material.asked.valid_on
    return tuple(
        record
        for view in material.views
        for record in aliases(material.entries[view.resident_id], day, material.until, city=city)
    )


def _individual(material: Material, issue: Issue) -> IndividualDocument:
    view, struck = material.views[0], material.views[0].marks.is_struck
    is_items = material.request.kind is RequestKind.ITEMS
    kinds = {
        (False, False): Kind.RESIDENT_COPY,
        (False, True): Kind.REMOVED_COPY,
        (True, False): Kind.RECORD_CERTIFICATE,
        (True, True): Kind.REMOVED_RECORD_CERTIFICATE,
    }
    combined = CombinedField(
        removal=_removal(material) if struck else (),
        history=_history(material),
        remarks=tuple(persons.remarks(material, view.items, view.resident_id)),
    )
    return IndividualDocument(
        issue=issue,
        person=persons.person(material, view.items, view.resident_id, "individual"),
        combined=combined,
        kind=kinds[is_items, struck],
        aliases=_aliases(material),
    )


def _history(material: Material) -> tuple[HistoryEntry, ...]:
    request, view = material.request, material.views[0]
    if not request.with_history:
        return ()
    named = wording(material.asked.template)["history"]
    labels = {key: label for key, label in named.items() if persons.is_shown(material, key)}
    entries = material.entries[view.resident_id]
    return history(entries, material.asked.valid_on, material.until, labels=labels, with_notes="notes" in request.shown)


def _removal(material: Material) -> tuple[Item, ...]:
    """除票固有の記載事項 (national specification 1.1.1)."""
    items = material.views[0].items
    reason = codes("event_reasons").get(str(items.get("struck_reason")))
    notified = wareki(items, "struck_notified_on") or wareki(items, "move_out_notified_on")
    found = {
        "struck_reason": reason.term if reason else str(items.get("struck_reason") or ""),
        "struck_on": wareki(items, "struck_on"),
        "struck_notified_on": notified,
        "move_in_notice_on": wareki(items, "move_in_notice_on"),
        "destination_planned": address(items, "destination_"),
        "destination_confirmed": address(items, "arrival_"),
        "move_out_confirmed_on": wareki(items, "move_out_confirmed_on"),
    }
    return tuple(Item(key, value) for key, value in found.items())


def _move_out(material: Material, issue: Issue) -> MoveOutDocument:
    first = material.views[0]
    header = persons.values(material, first.items, first.resident_id) | {
        "destination_address": address(first.items, "destination_"),
        "move_out_planned_on": wareki_day(first.items.get("move_out_planned_on")),
        "move_out_notified_on": wareki_day(first.items.get("move_out_notified_on")),
    }
    keys = persons.keys_of(material.asked.template, "move_out", "header")
    is_equivalent = material.request.kind is RequestKind.MOVE_OUT_EQUIVALENT
    return MoveOutDocument(
        issue=issue,
        items=tuple(persons.printed(material, keys, header)),
        members=tuple(persons.person(material, view.items, view.resident_id, "move_out") for view in material.views),
        kind=Kind.MOVE_OUT_EQUIVALENT if is_equivalent else Kind.MOVE_OUT_CERTIFICATE,
        reissued=material.asked.reissued,
    )
