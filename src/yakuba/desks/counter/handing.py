"""異動に伴う帳票 (national specification 4.0.5, 4.1.3, 4.3): what the desk is offered to hand over after 本登録."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from yakuba.registers.access.door import Access
from yakuba.registers.residents.queries.event_keys import recorded_events
from yakuba.services.certificates.offers import documents_after
from yakuba.services.certificates.requests import choices


@dataclass(frozen=True, slots=True)
class Offer:
    """帳票 1件: its name, for whom, and the page on which it is issued."""

    label: str
    names: str
    address: str


def offers(access: Access, entry_id: UUID, names: Mapping[int, str]) -> list[Offer]:
    """渡す帳票 of the events that a 仮登録 became. `names` are those of the people recorded."""
    found = []
    for request in documents_after(access, recorded_events(entry_id)):
        chosen = [("kind", request.kind.value), *(("subjects", each) for each in request.subjects)]
        chosen += [("event_id", request.event_id)] if request.event_id is not None else []
        page = reverse("counter:certificates", args=[request.subjects[0]])
        people = "、".join(names.get(each, "") for each in request.subjects)
        found.append(Offer(choices()["kinds"][request.kind]["label"], people, f"{page}?{urlencode(chosen)}"))
    return found
