"""世帯の照会: members in 記載順位, on any day as known at any time; the struck stay visible (3.3)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page
from yakuba.desks.counter.persons import member_lines
from yakuba.registers.access.door import TOKYO, Access
from yakuba.registers.residents.events import KINDS
from yakuba.registers.residents.queries import people as people_queries

from .people import clocks


@require_GET
@staff_required("view_residents")
def household(request: HttpRequest, access: Access, household_id: int) -> HttpResponse:
    """世帯 1つ."""
    valid_on, known_at, findings = clocks(request, access)
    found = people_queries.household(access, household_id, valid_on=valid_on, known_at=known_at, with_struck=True)
    members = member_lines(found)
    present = [one for one in members if not one.struck]
    context = {
        "household_id": household_id,
        "household_number": found[0].household_number if found else "",
        "members": present,
        "struck": [one for one in members if one.struck],
        "first": present[0] if present else None,
        "head_name": present[0].head_name if present else "（住民なし）",
        "address": present[0].address if present and not present[0].masked else "",
        "kinds": [kind for kind in KINDS.values() if kind.family in ("household", "move_within", "move_out")],
        "valid_on": valid_on,
        "known_on": known_at.astimezone(TOKYO).date(),
        "findings": findings,
        "section": "search",
    }
    return page(request, access, "counter/household.html", context)
