"""アクセス記録の照会 (national specification 10.2)."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yakuba.desks.counter.fields import read_number
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.labels import ACTIONS, PURPOSES
from yakuba.desks.counter.pages import page
from yakuba.kernel.findings import error
from yakuba.registers.access import queries
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.access.queries import RecordRow
from yakuba.registers.residents.queries import names

PAGE = 50
SUBJECTS_SHOWN = 5
"""How many of a record's subjects its row names."""
UNKNOWN = error(
    "unknown-number", "この宛名番号の住民はいません。", "住民のページの宛名番号を確かめてください。", item="subject"
)


@require_GET
@staff_required("view_access_records", purpose=Purpose.AUDIT)
def listing(request: HttpRequest, access: Access) -> HttpResponse:
    """アクセス記録一覧: the newest first, by actor or by resident, onward by key."""
    actor, subject_text = request.GET.get("actor", "").strip(), request.GET.get("subject", "").strip()
    subject = names.with_addressee_number(subject_text) if subject_text else None
    rows: list[RecordRow] = []
    if subject is not None or not subject_text:
        before = _read_key(request.GET.get("before", ""))
        rows = queries.access_records(access, actor=actor, subject=subject, before=before, limit=PAGE + 1)
    shown = [number for row in rows[:PAGE] for number in row.subjects[:SUBJECTS_SHOWN]]
    context = {
        "rows": rows[:PAGE],
        "numbers": names.addressee_numbers(shown),
        "findings": [UNKNOWN] if subject_text and subject is None else [],
        "more": _key(rows[PAGE - 1]) if len(rows) > PAGE else "",
        "actor": actor,
        "subject": subject_text,
        "purposes": PURPOSES,
        "actions": ACTIONS,
        "section": "access_records",
    }
    template = "counter/access_rows.html" if request.headers.get("HX-Request") else "counter/access_records.html"
    return page(request, access, template, context)


def _key(row: RecordRow) -> str:
    return f"{row.recorded_at.isoformat()}|{row.chain}|{row.number}"


def _read_key(text: str) -> tuple[datetime, str, int] | None:
    moment, _, rest = text.partition("|")
    chain, _, number = rest.rpartition("|")
    try:
        at, place = datetime.fromisoformat(moment), read_number(number)
    except ValueError:
        return None
    return None if place is None else (at, chain, place)
