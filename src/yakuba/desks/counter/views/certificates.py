"""証明書の交付 (national specification 1.14): choose, look, hand over; and what was handed over."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yakuba.desks.counter.fields import read_date, read_number, read_uuid
from yakuba.desks.counter.forms import Option
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page, part
from yakuba.desks.counter.people import Subject, members_of, named, subject_of
from yakuba.desks.counter.persons import history_lines
from yakuba.kernel.findings import Finding, RefusedError, Severity, has_errors
from yakuba.kernel.wareki import fiscal_year_name
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.documents import queries as documents
from yakuba.registers.documents.queries import DocumentRecord, IssuedRow
from yakuba.registers.residents.queries import people
from yakuba.services.certificates import commands
from yakuba.services.certificates.requests import MOST_COPIES, SEVERAL, TAX_KINDS, Request, RequestKind, choices

RIGHT = "issue_certificates"
TAX_RIGHT = "issue_tax_certificates"
PAGE = 50
JUNE = 6
OLDEST_YEAR = 2024
"""The first 年度 whose tax the register holds."""


@require_http_methods(["GET", "POST"])
@staff_required(RIGHT, purpose=Purpose.CERTIFICATE)
def certificates(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """証明書の交付の画面. POST issues and shows the copies; they are handed over from that page once."""
    subject = subject_of(access, resident_id)
    kind = _kind(
        request.POST.get("kind") or request.GET.get("kind") or ("household" if subject.is_resident else "struck")
    )
    if request.method == "GET":
        return _draw(request, access, subject, kind, _defaults(kind, subject, access, request.GET))
    wanted = read_request(kind, request.POST)
    if isinstance(wanted, Finding):
        return _draw(request, access, subject, kind, request.POST, findings=[wanted])
    try:
        issued = commands.issue(access, wanted, confirmed=request.POST.get("confirmed") == "1")
        findings = list(issued.findings)
    except RefusedError as refused:
        issued, findings = commands.Issued(), list(refused.findings)
    if issued.copies:
        return _hand_over(request, access, subject, kind, issued)
    if earlier := documents.issued_for(access, wanted.key):
        return _hand_over(request, access, subject, kind, earlier=earlier)
    return _draw(request, access, subject, kind, request.POST, findings=findings)


@require_POST
@staff_required(RIGHT, purpose=Purpose.CERTIFICATE)
def preview(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """下見: the pages as they would be printed, marked 見本, with every finding."""
    kind = _kind(request.POST.get("kind", ""))
    wanted = read_request(kind, request.POST)
    if isinstance(wanted, Finding):
        return part(request, "counter/certificate_preview.html", {"findings": [wanted], "pages": []})
    try:
        seen = commands.preview(access, wanted)
    except RefusedError as refused:
        return part(request, "counter/certificate_preview.html", {"findings": refused.findings, "pages": []})
    pages = [f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}" for png in seen.pages]
    context = {
        "findings": seen.findings,
        "pages": pages,
        "blocked": [finding for finding in seen.findings if finding.rule == "protected-person"],
        "resident_id": resident_id,
        "output": kind.output,
    }
    return part(request, "counter/certificate_preview.html", context)


@require_GET
@staff_required(RIGHT, purpose=Purpose.CERTIFICATE)
def listing(request: HttpRequest, access: Access) -> HttpResponse:
    """交付履歴 of a day, the newest first, onward by key."""
    read = read_date(request.GET.get("day", ""), item="day")
    findings = [read] if isinstance(read, Finding) else []
    day: date = access.today if read is None or isinstance(read, Finding) else read
    rows = documents.issued_on(access, day, before=read_number(request.GET.get("before")), limit=PAGE + 1)
    context = {
        "rows": rows[:PAGE],
        "more": rows[PAGE - 1].document_id if len(rows) > PAGE else "",
        "names": named(access, [subject for row in rows[:PAGE] for subject in row.subjects]),
        "day": day,
        "findings": findings,
        "section": "documents",
    }
    template = "counter/document_rows.html" if request.headers.get("HX-Request") else "counter/documents.html"
    return page(request, access, template, context)


@require_GET
@staff_required(RIGHT, purpose=Purpose.CERTIFICATE)
def document(request: HttpRequest, access: Access, document_id: int) -> HttpResponse:
    """交付した証明書 1通: what it was made from, and making it again."""
    return _show(request, access, _kept(document_id), {"key": str(uuid4())})


@require_POST
@staff_required(RIGHT, purpose=Purpose.CERTIFICATE)
def reproduce(request: HttpRequest, access: Access, document_id: int) -> HttpResponse:
    """控えの再現: the file as it was issued, byte for byte."""
    try:
        pdf = commands.reproduce(access, document_id)
    except LookupError as unknown:
        raise Http404 from unknown
    except RefusedError as refused:
        for line in str(refused).splitlines():
            messages.error(request, line)
        return redirect("counter:document", document_id)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="certificate-{document_id}.pdf"'
    return answer


@require_POST
@staff_required(RIGHT, purpose=Purpose.CERTIFICATE)
def act(request: HttpRequest, access: Access, document_id: int) -> HttpResponse:
    """再交付・書損処理: a new copy is shown at once, as after 交付; what stands against it is shown with what was typed."""
    form, kept = request.POST, _kept(document_id)
    if form.get("what") == "reissue":
        return _reissue(request, access, kept)
    try:
        commands.dispose(access, document_id, form.get("reason", ""))
    except RefusedError as refused:
        return _show(request, access, kept, form, findings=refused.findings)
    messages.success(request, "書損処理をしました。")
    return redirect("counter:document", document_id)


def _reissue(request: HttpRequest, access: Access, kept: DocumentRecord) -> HttpResponse:
    form = request.POST
    key = read_uuid(form.get("key")) or uuid4()
    try:
        issued = commands.reissue(
            access, kept.document_id, form.get("reason", ""), key=key, confirmed=form.get("confirmed") == "1"
        )
        findings = list(issued.findings)
    except RefusedError as refused:
        issued, findings = commands.Issued(), list(refused.findings)
    subject, kind = subject_of(access, kept.subjects[0]), RequestKind(kept.kind)
    if issued.copies:
        return _hand_over(request, access, subject, kind, issued)
    if earlier := documents.issued_for(access, key):
        return _hand_over(request, access, subject, kind, earlier=earlier)
    return _show(request, access, kept, form, findings=findings)


def read_request(kind: RequestKind, form: QueryDict) -> Request | Finding:
    """交付の申請 as chosen on the page, or the finding on a date that cannot be read."""
    valid_on = read_date(form.get("valid_on", ""), item="valid_on")
    if isinstance(valid_on, Finding):
        return valid_on
    known = choices()
    switches = frozenset(known["kinds"][kind]["switches"])
    copies = read_number(form.get("copies")) or 1
    return Request(
        kind=kind,
        subjects=tuple(number for each in form.getlist("subjects") if (number := read_number(each)) is not None),
        valid_on=valid_on,
        reason=form.get("reason", ""),
        show=frozenset(form.getlist("show")) & switches if switches else None,
        items=frozenset(form.getlist("items")) & frozenset(known["items"]),
        remarks=tuple(line for line in form.get("remarks", "").splitlines() if line.strip()),
        copies=max(1, min(MOST_COPIES, copies)),
        requester=form.get("requester", ""),
        purpose=form.get("purpose", ""),
        event_id=read_number(form.get("event_id")),
        protection_id=read_number(form.get("protection_id")),
        fiscal_year=read_number(form.get("fiscal_year")),
        reference=form.get("reference", ""),
        key=read_uuid(form.get("key")) or uuid4(),
        with_history=form.get("with_history") == "1",
        omit_building=form.get("omit_building") == "1",
        individual_form=form.get("individual_form") == "1",
        official_use=form.get("official_use") == "1",
    )


def _hand_over(
    request: HttpRequest,
    access: Access,
    subject: Subject,
    kind: RequestKind,
    issued: commands.Issued | None = None,
    *,
    earlier: Sequence[IssuedRow] = (),
) -> HttpResponse:
    """交付しました: the copies with their files; of a form sent twice the copies of the first time, to be made again."""
    copies = (
        [(copy, f"data:application/pdf;base64,{base64.b64encode(copy.pdf).decode('ascii')}") for copy in issued.copies]
        if issued
        else []
    )
    context = {
        "subject": subject,
        "label": choices()["kinds"][kind]["label"],
        "copies": [*copies, *((row, "") for row in earlier)],
        "earlier": bool(earlier),
        "findings": issued.findings if issued else [],
        "section": "documents",
    }
    return page(request, access, "counter/issued.html", context)


def _kept(document_id: int) -> DocumentRecord:
    try:
        return documents.document(document_id)
    except LookupError as unknown:
        raise Http404 from unknown


def _show(
    request: HttpRequest,
    access: Access,
    kept: DocumentRecord,
    form: Mapping[str, Any],
    *,
    findings: Sequence[Finding] = (),
) -> HttpResponse:
    context = {
        "document": kept,
        "label": choices()["kinds"][kept.kind]["label"],
        "names": named(access, kept.subjects),
        "digest": kept.digest.hex(),
        "form": form,
        "findings": findings,
        "asks": bool(findings) and not has_errors(findings),
        "section": "documents",
    }
    return page(request, access, "counter/document.html", context, status=422 if findings else 200)


def _kind(text: str) -> RequestKind:
    try:
        return RequestKind(text)
    except ValueError as unknown:
        raise Http404 from unknown


def _defaults(kind: RequestKind, subject: Subject, access: Access, asked: QueryDict) -> QueryDict:
    """The page as it opens: the whole household where the kind takes several, the kind's own switches; else as `asked`."""
    form = QueryDict(mutable=True)
    several = members_of(access, subject) if kind is RequestKind.HOUSEHOLD else [subject]
    form.setlist("subjects", asked.getlist("subjects") or [str(one.resident_id) for one in several])
    form["event_id"] = asked.get("event_id", "")
    form["fiscal_year"] = asked.get("fiscal_year", "") or str(_newest_year(access.today))
    form.setlist("show", list(choices()["kinds"][kind]["defaults"]))
    form["copies"] = "1"
    form["key"] = str(uuid4())
    return form


def _choosable(access: Access, subject: Subject, kind: RequestKind, chosen: Collection[str]) -> list[Subject]:
    """選べる対象者: the household today, and whoever was chosen, as those who moved out with the person."""
    if kind not in SEVERAL:
        return [subject]
    members = members_of(access, subject)
    known = {one.resident_id for one in members}
    others = [number for text in chosen if (number := read_number(text)) is not None and number not in known]
    return [*members, *(subject_of(access, each) for each in sorted(others))]


def _newest_year(today: date) -> int:
    """証明できる最新の年度: a year's tax is decided by June."""
    return today.year if today.month >= JUNE else today.year - 1


def _offered(access: Access) -> list[tuple[str, str]]:
    """交付できる種類: tax certificates for accounts with their right alone."""
    kinds = choices()["kinds"]
    return [(name, kinds[name]["label"]) for name in kinds if name not in TAX_KINDS or access.may(TAX_RIGHT)]


def _draw(
    request: HttpRequest, access: Access, subject: Subject, kind: RequestKind, form: QueryDict, *, findings: Any = ()
) -> HttpResponse:
    known: Mapping[str, Any] = choices()
    own = known["kinds"][kind]
    chosen = {name: set(form.getlist(name)) for name in ("subjects", "show", "items")}
    asks = bool(findings) and all(getattr(one, "severity", None) is Severity.ALERT for one in findings)
    context = {
        "subject": subject,
        "kind": kind.value,
        "label": own["label"],
        "kinds": _offered(access),
        "years": [
            (str(year), fiscal_year_name(year)) for year in range(_newest_year(access.today), OLDEST_YEAR - 1, -1)
        ],
        "several": kind in SEVERAL,
        "members": [
            Option(str(one.resident_id), one.name, one.note, str(one.resident_id) in chosen["subjects"])
            for one in _choosable(access, subject, kind, chosen["subjects"])
        ],
        "switches": [Option(name, known["switches"][name], "", name in chosen["show"]) for name in own["switches"]],
        "items": [Option(name, word, "", name in chosen["items"]) for name, word in known["items"].items()],
        "options": own["options"],
        "events": history_lines(people.history(access, subject.resident_id)) if "event_id" in own["options"] else [],
        "form": form,
        "findings": findings,
        "asks": asks,
        "today": access.now.astimezone(TOKYO).date(),
        "section": "documents",
    }
    return page(request, access, "counter/certificates.html", context, status=422 if findings else 200)
