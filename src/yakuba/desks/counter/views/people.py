"""住民の検索・照会: search while typing, a person, the person's time line (national specification 1.13, 2.x)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from yakuba.desks.counter.criteria import read_criteria
from yakuba.desks.counter.fields import read_date
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.lanes import draw
from yakuba.desks.counter.pages import page, part
from yakuba.desks.counter.people import subject_of
from yakuba.desks.counter.persons import (
    history_lines,
    hit_line,
    item_groups,
    lane_pieces,
    member_lines,
    person_head,
    planned_notices,
)
from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.registers.access.door import TOKYO, Access
from yakuba.registers.documents import queries as documents
from yakuba.registers.individual_numbers import queries as numbers
from yakuba.registers.residents.commands import desk as desk_commands
from yakuba.registers.residents.queries import desk, people
from yakuba.registers.residents.queries import search as search_queries

PAGE = 50
CORRECTIONS = (("cancellation", "取消し"), ("error_correction", "誤記修正"))


@require_GET
@staff_required("view_residents")
def search(request: HttpRequest, access: Access) -> HttpResponse:
    """検索: answers while typing; onward by key."""
    typed = {
        name: request.GET.get(name, "").strip()
        for name in ("text", "kana", "name", "address", "birth_date", "sex", "number")
    }
    typed["living"] = request.GET.get("living", "")
    criteria = read_criteria(typed)
    context: dict[str, Any] = {
        "typed": typed,
        "find_text": typed["text"],
        "hits": [],
        "asked": False,
        "section": "search",
    }
    if isinstance(criteria, Finding):
        context["findings"] = [criteria]
    elif criteria is not None:
        after = request.GET.get("after") or None
        found = search_queries.search(access, criteria, after=after, limit=PAGE)
        more = (
            urlencode({**{name: value for name, value in typed.items() if value}, "after": found.after})
            if found.after
            else ""
        )
        context |= {"hits": [hit_line(hit) for hit in found.hits], "more": more, "asked": True}
    if request.headers.get("HX-Request"):
        return part(
            request, "counter/search_rows.html" if request.GET.get("after") else "counter/search_results.html", context
        )
    return page(request, access, "counter/search.html", context)


@require_GET
@staff_required("view_residents")
def person(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """住民 1人: every item, household, history, documents, memos; as of today, as known now."""
    valid_on, known_at = access.today, access.now
    try:
        found = people.person(access, resident_id, valid_on=valid_on, known_at=known_at)
    except RefusedError as refused:
        # Whoever may lift the restriction gets to it from here.
        context = {"findings": refused.findings, "restricted_id": resident_id}
        return page(request, access, "counter/refused.html", context, status=422)
    if found is None:
        raise Http404
    head = person_head(found, access.today)
    members = (
        people.household(access, head.household_id, valid_on=valid_on, known_at=known_at) if head.household_id else []
    )
    history = history_lines(people.history(access, resident_id))
    context = {
        "person": head,
        "groups": item_groups(found, access),
        "members": member_lines(members),
        "history": history,
        "documents": documents.issued_of(access, resident_id, limit=10) if access.may("issue_certificates") else None,
        "memos": desk.memos(access, resident_id),
        "notices": [*head.notices, *planned_notices(history, access.today)],
        "corrections": CORRECTIONS,
        "section": "search",
    }
    return page(request, access, "counter/person.html", context)


@require_GET
@staff_required("view_residents")
def timeline(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """時間軸: the state on any day as known at any time, and how the knowledge grew."""
    valid_on, known_at, findings = clocks(request, access)
    found = people.person(access, resident_id, valid_on=valid_on, known_at=known_at)
    now = people.person(access, resident_id, valid_on=access.today, known_at=access.now)
    slices = people.lanes(access, resident_id)
    if not slices:
        raise Http404
    named = now or found
    name = str(named.items.get("name") or "") if named else ""
    context = {
        "person": {"resident_id": resident_id, "name": name},
        "groups": item_groups(found, access) if found else [],
        "drawing": draw(lane_pieces(slices, people.history(access, resident_id)), valid_on),
        "valid_on": valid_on,
        "known_at": known_at,
        "known_on": known_at.astimezone(TOKYO).date(),
        "findings": findings,
        "section": "search",
    }
    return page(request, access, "counter/timeline.html", context)


@require_POST
@staff_required("view_individual_numbers")
def individual_number(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """個人番号の表示: for a reason that is recorded; the page shows it once and keeps nothing."""
    reason = request.POST.get("reason", "").strip()
    subject = subject_of(access, resident_id)
    number, problem = None, "" if reason else "理由を入力してください。個人番号の照会は理由とともに記録されます。"
    if reason:
        try:
            number = numbers.read(access, resident_id, reason=reason)
            problem = "" if number else "個人番号は記録されていません。"
        except RefusedError as refused:
            problem = str(refused)
    context = {"subject": subject, "number": number, "problem": problem, "section": "search"}
    return page(request, access, "counter/individual_number.html", context, status=422 if problem else 200)


@require_POST
@staff_required("view_residents")
def memo(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """メモを書き加える (1.1.15)."""
    text = request.POST.get("text", "").strip()
    if text:
        desk_commands.write_memo(access, resident_id, text)
        messages.success(request, "メモを書き加えました。")
    return redirect("counter:person", resident_id)


def clocks(request: HttpRequest, access: Access) -> tuple[date, datetime, list[Finding]]:
    """二つの時計: the day and the instant asked for; today and now where nothing, or nothing readable, was typed.

    A day typed as 把握 stands for its end, so that everything recorded on it counts.
    """
    findings: list[Finding] = []
    valid_on = read_date(request.GET.get("valid_on", ""), item="valid_on")
    if isinstance(valid_on, Finding):
        findings.append(valid_on)
        valid_on = None
    text = request.GET.get("known_at", "")
    if "T" in text:
        try:
            known_at = datetime.fromisoformat(text)
            return valid_on or access.today, known_at if known_at.tzinfo else timezone.make_aware(known_at), findings
        except ValueError:
            message = "把握の日時を読み取れません。いまの把握を表示しています。"
            remedy = "日付（例 R8.4.1）か、2026-04-01T12:00 の形で入力してください。"
            findings.append(error("not-an-instant", message, remedy, item="known_at", value=text))
            text = ""
    known_on = read_date(text, item="known_at")
    if isinstance(known_on, Finding):
        findings.append(known_on)
        known_on = None
    if known_on is None or known_on >= access.today:
        return valid_on or access.today, access.now, findings
    end = datetime.combine(known_on + timedelta(days=1), time.min, timezone.get_current_timezone())
    return valid_on or access.today, end - timedelta(microseconds=1), findings
