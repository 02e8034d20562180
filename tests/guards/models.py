"""What only the loaded models tell, as a program: `python -m tests.guards.models` prints one line a breach.

It runs in a process of its own, so that the models of a copy with a planted breach can be looked at.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import django
from django.apps import apps
from django.db.models import Field, Model

if TYPE_CHECKING:
    from yakuba.registers.residents.events.base import FieldSpec

WINGS = ("kernel", "law", "registers", "services", "exchange", "desks")


def room(model: type[Model]) -> tuple[int, str]:
    """The height of the model's wing, and its room there; libraries lie below the house."""
    parts = model.__module__.split(".")
    return (WINGS.index(parts[1]), parts[2]) if parts[0] == "yakuba" else (-1, "")


def foreign_keys_that_leave_their_room() -> Iterator[str]:
    """Rule 1: no foreign key points up a wing, nor from one room into another of the same wing."""
    for model in apps.get_models(include_auto_created=True):
        own = room(model)
        for field in model._meta.get_fields():
            target = field.related_model if isinstance(field, Field) and field.is_relation else None
            if isinstance(target, type) and own[0] >= 0:
                other = room(target)
                if other[0] > own[0] or (other[0] == own[0] and other[1] != own[1]):
                    yield f"{model.__module__}.{model.__name__}.{field.name} points at {target.__module__}.{target.__name__}"


def items_without_a_term() -> Iterator[str]:
    """Every item of the resident register, and every field of an event's form, has its one Japanese term."""
    from yakuba.law.glossary import load_glossary
    from yakuba.registers.residents.columns import ITEMS
    from yakuba.registers.residents.events import KINDS

    known, findings = load_glossary()
    yield from map(str, findings)
    for name in ITEMS:
        if name not in known:
            yield f"item {name} has no entry in statutes/glossary"
    for kind in KINDS.values():
        for name in _names(kind.fields):
            if name not in known:
                yield f"field {name} of {kind.slug} has no entry in statutes/glossary"


def columns_without_a_term() -> Iterator[str]:
    """Every column of a decision, of the ledger and of a job has its one Japanese term."""
    from yakuba.law.glossary import load_glossary

    known, _ = load_glossary()
    for model in apps.get_models():
        if model._meta.app_label in ("accounts", "decisions", "jobs", "ledger"):
            for field in model._meta.concrete_fields:
                if field.name not in known and field.name not in ("id", "pk"):
                    yield f"column {field.name} of {model.__name__} has no entry in statutes/glossary"


def _names(fields: Iterable[FieldSpec]) -> Iterator[str]:
    for field in fields:
        yield field.name
        yield from _names(field.fields)


def tables_without_a_right() -> Iterator[str]:
    """Rule 4: what is a fact is append-only, whatever its model is called; the vault is a vault."""
    facts = (
        "Event",
        "Entry",
        "Step",
        "AccessRecord",
        "Seal",
        "IssuedDocument",
        "Disposal",
        "Decision",
        "Instalment",
        "Posting",
        "Reminder",
    )
    working_state = {"ProvisionalEntry"}
    for model in apps.get_models():
        if model.__module__.startswith("yakuba.registers."):
            named_a_fact = model.__name__.endswith(facts) and model.__name__ not in working_state
            if named_a_fact and not getattr(model, "append_only", False):
                yield f"{model.__module__}.{model.__name__} is a fact and not append-only"
            if model.__name__ == "IndividualNumber" and not getattr(model, "vault", False):
                yield f"{model.__module__}.{model.__name__} is no vault"


def main() -> None:
    """Prints every breach of every rule of this file."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yakuba.settings.django"
    django.setup()
    for rule in (
        foreign_keys_that_leave_their_room,
        items_without_a_term,
        columns_without_a_term,
        tables_without_a_right,
    ):
        sys.stdout.writelines(f"{rule.__name__}: {breach}\n" for breach in rule())


if __name__ == "__main__":
    main()
