"""住所: the address that a notice gives, or that of the household which is joined."""

from __future__ import annotations

from datetime import date

from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.fold import Items

from .base import Context, Form
from .checks import required

TYPED_ADDRESS = ("town_code", "town", "block", "building", "postal_code")
ADDRESS = (
    "municipality_code", "ward_code", "prefecture", "city", "town_code", "town", "block", "building_code", "building",
    "building_furigana", "postal_code", "district_code",
)  # fmt: skip
"""The items that make up 住所; a new address blanks those that it does not fill."""
WRITTEN = ("town", "block", "building")


def typed_address(form: Form, context: Context) -> Items:
    """住所: the fields of the form under the town's own prefecture and city."""
    own = {name: context.municipality[name] for name in ("municipality_code", "prefecture", "city")}
    return {**own, **{name: form.text(name) for name in TYPED_ADDRESS if form.text(name)}}


def address_of(items: Items) -> Items:
    """住所 of a person."""
    return {name: items[name] for name in ADDRESS if items.get(name) is not None}


def same_address(one: Items, other: Items) -> bool:
    """Whether 町字・番地・方書 are equal."""
    return all((one.get(name) or None) == (other.get(name) or None) for name in WRITTEN)


def destination(form: Form, context: Context, day: date) -> tuple[Items, list[Finding]]:
    """住所 of those who come or move: that of the household they join, else as typed."""
    joined = form.ids("household_id")
    if not joined:
        unread = {finding.item for finding in form.findings}
        missing = [required(name) for name in ("town", "block") if not form.text(name) and name not in unread]
        return typed_address(form, context), missing
    members = context.members(joined[0], day)
    if not members:
        message = "異動日にその世帯に住民がいません。"
        return {}, [error("empty-household", message, "世帯と異動日を確かめてください。", item="household_id")]
    there = address_of(members[0].at(day))
    typed = {name: form.text(name) for name in WRITTEN if form.text(name)}
    if any(there.get(name) != value for name, value in typed.items()):
        message, remedy = (
            "入力した住所が、入る世帯の住所と異なります。",
            "住所を空欄にするか、世帯を選び直してください。",
        )
        return there, [error("address-differs", message, remedy, item="town")]
    return there, []
