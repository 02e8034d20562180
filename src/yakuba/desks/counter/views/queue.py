"""仮登録: the queue, the confirmation with before and after, 本登録, withdrawal, and typing it anew (4.0.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yakuba.desks.counter.changes import change_rows
from yakuba.desks.counter.fields import read_uuid
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.handing import offers
from yakuba.desks.counter.pages import page, part
from yakuba.desks.counter.people import named
from yakuba.kernel.findings import RefusedError, has_errors
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.commands import desk, registration
from yakuba.registers.residents.events import KINDS
from yakuba.registers.residents.queries import desk as desk_queries
from yakuba.registers.residents.queries.desk import WaitingRow
from yakuba.registers.residents.queries.stock import stock_findings

PAGE = 50
BULK_LIMIT = 50
"""一括本登録の上限 (4.0.8)."""
RIGHTS = ("enter_events", "register_events")
HELD = "held-provisionally"


@dataclass(frozen=True, slots=True)
class QueueLine:
    """仮登録 1件 in words."""

    entry_id: UUID
    label: str
    names: str
    occurred_on: str
    entered_by: str
    entered_at: datetime


def queue_line(row: WaitingRow) -> QueueLine:
    """仮登録 1件 of the list; a new person is named as typed."""
    people = row.form.get("people") or []
    typed = [str(each.get("name")) for each in people if each.get("name")]
    names = "、".join(typed or row.names)
    occurred_on = str(row.form.get("occurred_on", ""))
    return QueueLine(row.entry_id, KINDS[row.kind].label, names, occurred_on, row.entered_by, row.entered_at)


@require_GET
@staff_required(*RIGHTS, purpose=Purpose.EVENT)
def listing(request: HttpRequest, access: Access) -> HttpResponse:
    """仮登録の一覧, the oldest first, onward by key."""
    rows = desk_queries.waiting(access, after=_read_key(request.GET.get("after", "")), limit=PAGE + 1)
    context = {
        "rows": [queue_line(row) for row in rows[:PAGE]],
        "more": _key(rows[PAGE - 1]) if len(rows) > PAGE else "",
        "may_register": access.may("register_events"),
        "limit": BULK_LIMIT,
        "section": "queue",
    }
    if request.headers.get("HX-Request"):
        return part(request, "counter/queue_rows.html", context)
    return page(request, access, "counter/queue.html", context)


@require_GET
@staff_required(*RIGHTS, purpose=Purpose.EVENT)
def entry(request: HttpRequest, access: Access, entry_id: UUID) -> HttpResponse:
    """仮登録の確認: what would change for whom, side by side; after 本登録, who was recorded."""
    row = _row(access, entry_id)
    waiting = row.state == "waiting"
    preview = registration.check(access, row.kind, row.form) if waiting else None
    # The entry itself holds its people; that is no finding against it.
    findings = [finding for finding in preview.findings if finding.rule != HELD] if preview else []
    done = named(access, desk_queries.recorded(entry_id)) if row.state == "registered" else {}
    stock = stock_findings() if row.state != "withdrawn" and access.may("register_events") else []
    context = {
        "row": row,
        "label": KINDS[row.kind].label,
        "stopped": has_errors(findings),
        "findings": [*findings, *stock],
        "seen": [registration.alert_digest(finding) for finding in findings],
        "changes": change_rows(preview.changes) if preview else [],
        "done": list(done.items()),
        "offers": offers(access, entry_id, done) if done and access.may("issue_certificates") else [],
        "section": "queue",
    }
    return page(request, access, "counter/entry.html", context)


@require_POST
@staff_required("register_events", purpose=Purpose.EVENT)
def register(request: HttpRequest, access: Access, entry_id: UUID) -> HttpResponse:
    """本登録. The alerts that the page showed are confirmed by it; one that came since is shown first."""
    _row(access, entry_id)
    registered = registration.register(access, entry_id, seen=request.POST.getlist("seen"))
    if registered.event_ids:
        messages.success(request, "本登録しました。")
        return redirect("counter:entry", entry_id)
    for finding in registered.findings:
        messages.error(request, str(finding))
    return redirect("counter:entry", entry_id)


@require_POST
@staff_required("register_events", purpose=Purpose.EVENT)
def register_many(request: HttpRequest, access: Access) -> HttpResponse:
    """一括本登録 of the chosen, up to the limit; each by itself, so that one that is stopped stops no other."""
    sent = request.POST.getlist("entry")[:BULK_LIMIT]
    chosen = [_row(access, entry_id) for text in sent if (entry_id := read_uuid(text)) is not None]
    done = 0
    for row in chosen:
        try:
            registered = registration.register(access, row.entry_id)
        except RefusedError as refused:
            messages.error(request, str(refused))
            continue
        if registered.event_ids:
            done += 1
        else:
            for finding in registered.findings:
                messages.error(request, str(finding))
    for finding in stock_findings():
        messages.warning(request, str(finding))
    messages.success(request, f"{len(chosen)}件のうち{done}件を本登録しました。")
    return redirect("counter:queue")


@require_POST
@staff_required("enter_events", purpose=Purpose.EVENT)
def withdraw(request: HttpRequest, access: Access, entry_id: UUID) -> HttpResponse:
    """取下げ."""
    _row(access, entry_id)
    result = registration.withdraw(access, entry_id)
    for finding in result.findings:
        messages.error(request, str(finding))
    if not result.findings:
        messages.success(request, "仮登録を取り下げました。")
    return redirect("counter:queue")


@require_POST
@staff_required("enter_events", purpose=Purpose.EVENT)
def edit(request: HttpRequest, access: Access, entry_id: UUID) -> HttpResponse:
    """入力し直す: the entry is withdrawn and its form becomes the clerk's draft."""
    row = _row(access, entry_id)
    if row.is_hidden:
        messages.error(
            request,
            "支援措置により表示できない項目があるため、入力した職員だけが入力し直せます。取り下げることはできます。",
        )
        return redirect("counter:entry", entry_id)
    first = row.subjects[0] if row.subjects else None
    event_id = str(row.form.get("event_id") or "")
    draft_id = uuid4()
    findings = desk.type_anew(access, entry_id, desk.draft_page(row.kind, first, event_id), draft_id, row.form)
    if findings:
        for finding in findings:
            messages.error(request, str(finding))
        return redirect("counter:entry", entry_id)
    about = (("resident", first), ("event_id", event_id), ("draft", draft_id))
    query = urlencode({name: value for name, value in about if value})
    return redirect(f"{reverse('counter:event', args=[row.kind])}?{query}")


def _row(access: Access, entry_id: UUID) -> WaitingRow:
    row = desk_queries.provisional(access, entry_id)
    if row is None:
        raise Http404
    return row


def _key(row: WaitingRow) -> str:
    return f"{row.entered_at.isoformat()}|{row.entry_id}"


def _read_key(text: str) -> tuple[datetime, UUID] | None:
    moment, _, entry_id = text.partition("|")
    try:
        return datetime.fromisoformat(moment), UUID(entry_id)
    except ValueError:
        return None
