"""納税義務者: whoever is looked for, a person's year of tax, why each figure is what it is, 更正 and notices."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from yakuba.desks.counter import tax
from yakuba.desks.counter.criteria import read_criteria
from yakuba.desks.counter.fields import read_date, read_number, read_uuid
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page, part
from yakuba.desks.counter.people import named, subject_of
from yakuba.desks.counter.persons import hit_line
from yakuba.desks.counter.templatetags.counter import short_wareki
from yakuba.kernel.findings import Finding, RefusedError, alert
from yakuba.law.rules.resident_tax import FISCAL_YEARS, resident_tax
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decisions import queries as decisions
from yakuba.registers.residents.queries import search as search_queries
from yakuba.services.resident_tax import commands, letters
from yakuba.services.resident_tax import queries as taxes
from yakuba.services.resident_tax.queries import Difference
from yakuba.services.resident_tax.snapshot import KIND

LISTED = 50
QUANTITY = "annual_tax"


@require_GET
@staff_required(*tax.RIGHTS, purpose=Purpose.TAX)
def search(request: HttpRequest, access: Access) -> HttpResponse:
    """納税義務者の検索: answers while typing."""
    text = request.GET.get("text", "").strip()
    criteria = read_criteria({"text": text})
    context: dict[str, Any] = {"typed": text, "hits": [], "asked": False, "section": "tax"}
    if isinstance(criteria, Finding):
        context["findings"] = [criteria]
    elif criteria is not None:
        found = search_queries.search(access, criteria, after=None, limit=LISTED)
        context |= {"hits": [hit_line(hit) for hit in found.hits], "more": bool(found.after), "asked": True}
    if request.headers.get("HX-Request"):
        return part(request, "counter/tax_hits.html", context)
    return page(request, access, "counter/tax_search.html", context)


@require_GET
@staff_required(*tax.RIGHTS, purpose=Purpose.TAX)
def taxpayer(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """納税義務者 1人の1年度: the decision in force as on 課税明細, instalments, history, postings."""
    subject = subject_of(access, resident_id)
    year = _year(request, access, resident_id)
    found = taxes.tax_year(access, resident_id, year)
    current = found.decisions[0] if found.decisions else None
    context = {
        "subject": subject,
        "year": year,
        "years": FISCAL_YEARS,
        "decision": current,
        "incomes": tax.income_figures(current) if current else [],
        "levies": tax.levy_figures(current) if current else [],
        "people": tax.people_figures(current) if current else [],
        "accounts": tax.account_lines(found.accounts, current, access.today),
        "assessed": sum(row.assessed for row in found.accounts),
        "received": sum(row.received for row in found.accounts),
        "owed": sum(row.owed for row in found.accounts),
        "overpaid": sum(row.overpaid for row in found.accounts),
        "history": tax.decision_lines(found.decisions),
        "postings": found.postings,
        "kinds": tax.POSTINGS,
        "periods": {
            row.instalment_id: f"{tax.METHODS[row.collection_method]} {tax.period_of(row)}" for row in found.accounts
        },
        "explained": resident_tax(year).rules,
        "may_assess": access.may("assess_tax"),
        "section": "tax",
    }
    return page(request, access, "counter/tax_person.html", context)


@require_GET
@staff_required(*tax.RIGHTS, purpose=Purpose.TAX)
def why(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """決定の理由: the tree of one quantity of one decision, to show and to print."""
    subject = subject_of(access, resident_id)
    rows = decisions.history(access, resident_id, KIND)
    wanted = read_number(request.GET.get("decision"))
    decision = next((row for row in rows if row.decision_id == wanted), rows[0] if rows and wanted is None else None)
    if decision is None:
        raise Http404
    reason = taxes.why(access, decision, request.GET.get("quantity") or QUANTITY)
    context = {
        "subject": subject,
        "decision": decision,
        "year": decision.fiscal_year,
        "tree": reason.tree,
        "findings": reason.findings,
        "section": "tax",
    }
    return page(request, access, "counter/tax_why.html", context)


@require_http_methods(["GET", "POST"])
@staff_required("assess_tax", purpose=Purpose.TAX)
def correct(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """更正・随時の決定: what would change for whom; decided when the page is sent with its ground."""
    subject = subject_of(access, resident_id)
    form = request.POST
    year = tax.year_of((form or request.GET).get("year"), access.today.year)
    differences, against = taxes.preview(access, resident_id, year)
    seen = _digest(differences)
    findings = list(against)
    if request.method == "POST":
        day = read_date(form.get("decided_on", ""), item="decided_on")
        if isinstance(day, Finding):
            findings.append(day)
        elif form.get("seen") != seen:
            message = "画面を開いた後に、更正の内容が変わりました。"
            findings.append(alert("preview-changed", message, "下の内容を確かめて、もう一度決定してください。"))
        elif not against:
            try:
                commands.correct(
                    access, resident_id, year, read_uuid(form.get("key")) or uuid4(),
                    decided_on=day or access.today, ground=form.get("ground", ""),
                )  # fmt: skip
            except RefusedError as refused:
                findings += refused.findings
            else:
                messages.success(request, "決定しました。")
                return redirect(_address(resident_id, year))
    names = named(access, [one.resident_id for one in differences])
    context = {
        "subject": subject,
        "year": year,
        "years": FISCAL_YEARS,
        "people": [_changed(one, names.get(one.resident_id, ""), year) for one in differences],
        "findings": findings,
        "seen": seen,
        "key": form.get("key") or uuid4(),
        "ground": form.get("ground", ""),
        "decided_on": form.get("decided_on") or short_wareki(access.today),
        "section": "tax",
    }
    return page(request, access, "counter/tax_correct.html", context, status=422 if findings and form else 200)


@require_GET
@staff_required("assess_tax", purpose=Purpose.TAX)
def notice(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """通知書を印刷する: the PDF of 納税通知書 or of 税額変更通知書; what stands against it is told on the taxpayer's page."""
    subject_of(access, resident_id)
    year = tax.year_of(request.GET.get("year"), access.today.year)
    changed = request.GET.get("what") == "change"
    letter = (letters.change_letter if changed else letters.tax_letter)(access, resident_id, year)
    if not letter.pdf:
        for finding in letter.findings:
            messages.error(request, str(finding))
        return redirect(_address(resident_id, year))
    answer = HttpResponse(letter.pdf, content_type="application/pdf")
    name = "change-notice" if changed else "tax-notice"
    answer["Content-Disposition"] = f'inline; filename="{name}-{year}-{resident_id}.pdf"'
    return answer


def _year(request: HttpRequest, access: Access, resident_id: int) -> int:
    """The 年度 asked for, or the last one that was decided."""
    if request.GET.get("year"):
        return tax.year_of(request.GET["year"], access.today.year)
    rows = decisions.history(access, resident_id, KIND)
    return tax.year_of(None, rows[0].fiscal_year if rows else access.today.year)


def _address(resident_id: int, year: int) -> str:
    return f"{reverse('counter:taxpayer', args=[resident_id])}?year={year}"


def _changed(one: Difference, name: str, year: int) -> dict[str, Any]:
    """A person's part of the preview: what stands on the notice first, the rest behind it."""
    rules = resident_tax(year).rules
    main = [(each, one.changes[each]) for each in tax.shown_quantities() if each in one.changes]
    known = {each for each, _ in main}
    rest = [(each, both) for each, both in one.changes.items() if each not in known]
    return {
        "resident_id": one.resident_id,
        "name": name,
        "is_new": one.is_new,
        "annual": one.changes.get("annual_tax"),
        "main": [_line(rules, each, both) for each, both in main],
        "rest": [_line(rules, each, both) for each, both in rest],
    }


def _line(rules: Any, name: str, both: tuple[int, int]) -> tuple[str, int, int, int]:
    label = rules[name].term if name in rules else dict(tax.WAYS).get(name, name)
    return (label, *both, both[1] - both[0])


def _digest(differences: Sequence[Difference]) -> str:
    text = repr([(one.resident_id, one.is_new, sorted(one.changes.items())) for one in differences])
    return hashlib.sha256(text.encode()).hexdigest()
