"""The item columns, their kinds, and nothing else: what every bulk path and every fold is written over."""

from __future__ import annotations

from django.db import models

from .items import ResidentItems
from .models import EventEntry

_KINDS = {
    models.TextField: "text",
    models.DateField: "date",
    models.BooleanField: "flag",
    models.SmallIntegerField: "code",
    models.BigIntegerField: "number",
}


def _item_kinds() -> dict[str, str]:
    bases = [
        base for base in ResidentItems.__mro__ if issubclass(base, models.Model) and base.__name__.endswith("Items")
    ]
    own = {field.name for base in bases for field in base._meta.local_fields}
    return {f.name: _KINDS[type(f)] for f in EventEntry._meta.local_concrete_fields if f.name in own}


ITEM_KINDS: dict[str, str] = _item_kinds()
"""項目名の識別子 → text | date | flag | code | number, in the order of the table's columns."""

ITEMS: tuple[str, ...] = tuple(ITEM_KINDS)
DATE_ITEMS: tuple[str, ...] = tuple(name for name, kind in ITEM_KINDS.items() if kind == "date")
ITEM_SET: frozenset[str] = frozenset(ITEMS)
NOTED_DATES: dict[str, str] = {name: f"{name}_note" for name in DATE_ITEMS if f"{name}_note" in ITEM_SET}
"""Dates that may be unknown, each with the item that keeps the wording (national specification 1.1.8)."""
