"""課税資料の取込みと作業一覧: files of reports in, and whoever they could not be laid to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from yakuba.desks.counter import tax
from yakuba.desks.counter.fields import read_number
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.labels import REPORT_KINDS
from yakuba.desks.counter.pages import page
from yakuba.desks.counter.people import named
from yakuba.exchange.income_reports.check import Checked, check_file
from yakuba.exchange.income_reports.importing import Imported, import_reports
from yakuba.kernel.findings import RefusedError
from yakuba.law.rules.resident_tax import FISCAL_YEARS
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.income_reports import commands, queries
from yakuba.registers.income_reports.columns import Kind
from yakuba.registers.residents.queries.names import addressee_numbers, with_addressee_number

LARGEST_BYTES = 20_000_000
"""取込みの上限: what is checked and imported while the page waits, some 50,000 reports; more goes in as several files."""
SHOWN = 200
LISTED = 100
LARGEST_POSITION = 99
"""More relatives than any form has room for."""


@require_POST
@staff_required("assess_tax", purpose=Purpose.TAX)
def take_in(request: HttpRequest, access: Access) -> HttpResponse:
    """課税資料の取込み: the file is checked, and unless it is only to be checked, what is good of it goes in."""
    sent, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if kind not in REPORT_KINDS or sent is None:
        messages.error(request, "資料の種類とファイルを選んでください。")
        return redirect("counter:tax")
    if (sent.size or 0) > LARGEST_BYTES:
        messages.error(request, f"ファイルが{LARGEST_BYTES // 1_000_000}MBを超えています。分けて取り込んでください。")
        return redirect("counter:tax")
    only_checked = request.POST.get("what") == "check"
    with tempfile.NamedTemporaryFile(suffix=".csv") as kept:
        for piece in sent.chunks():
            kept.write(piece)
        kept.flush()
        checked = check_file(Path(kept.name), Kind(kind), today=access.today)
        result = None if only_checked else import_reports(checked, access=access)
    context = _result(checked, result)
    context |= {"kind": REPORT_KINDS[kind], "file": sent.name, "only_checked": only_checked, "section": "tax"}
    return page(request, access, "counter/tax_imported.html", context, status=200 if checked.is_usable else 422)


def _result(checked: Checked, result: Imported | None) -> dict[str, Any]:
    findings = result.findings if result else list(checked.findings)
    names = {column.id: column.name for column in checked.form.columns}
    counts = [("ファイルの資料", checked.row_count)]
    if result is None:
        counts += [("取り込める資料", checked.row_count - len(checked.held)), ("保留になる資料", len(checked.held))]
    else:
        counts += [
            ("取り込んだ資料", result.added), ("受領済みと同じ資料", result.unchanged), ("保留した資料", result.held_back),
            ("名寄せ未確定", result.open_count),
        ]  # fmt: skip
    rows = [(one, names.get(one.item, one.item)) for one in findings[:SHOWN]]
    return {"counts": counts, "rows": rows, "found": len(findings), "shown": SHOWN, "usable": checked.is_usable}


@require_GET
@staff_required("assess_tax", purpose=Purpose.TAX)
def work(request: HttpRequest, access: Access) -> HttpResponse:
    """作業一覧: reports and relatives about nobody known, with the candidates; and what reports say against each other."""
    year = tax.year_of(request.GET.get("year"), access.today.year)
    which = request.GET.get("list", "people")
    after = read_number(request.GET.get("after")) or 0
    rows = []
    if which != "contradictions":
        which = "relatives" if which == "relatives" else "people"
        rows = queries.open_matches(access, fiscal_year=year, relatives=which == "relatives", after=after, limit=LISTED)
    candidates = [each for row in rows for each in row.candidates]
    names, numbers = named(access, candidates), addressee_numbers(candidates)
    context = {
        "year": year,
        "years": FISCAL_YEARS,
        "list": which,
        "lists": (("people", "本人の名寄せ"), ("relatives", "親族の名寄せ"), ("contradictions", "資料の食い違い")),
        "rows": [
            (
                row,
                REPORT_KINDS[row.kind],
                [(each, numbers.get(each, ""), names.get(each, "")) for each in row.candidates],
            )
            for row in rows
        ],
        "more": rows[-1].report_id if len(rows) == LISTED else "",
        "findings": queries.contradictions(access, fiscal_year=year)[:SHOWN] if which == "contradictions" else [],
        "section": "tax",
    }
    return page(request, access, "counter/tax_work.html", context)


@require_POST
@staff_required("assess_tax", purpose=Purpose.TAX)
def match(request: HttpRequest, access: Access, report_id: int, position: int) -> HttpResponse:
    """手作業の名寄せ: the person chosen among the candidates, or by 宛名番号, for a reason."""
    if position > LARGEST_POSITION:
        raise Http404
    number = (request.POST.get("number") or request.POST.get("candidate") or "").strip()
    resident_id = with_addressee_number(number) if number else None
    if resident_id is None:
        messages.error(request, "候補を選ぶか、この市区町村の宛名番号を入力してください。")
    else:
        try:
            commands.match_by_hand(access, report_id, position, resident_id, reason=request.POST.get("reason", ""))
            messages.success(request, "名寄せを確定しました。")
        except RefusedError as refused:
            messages.error(request, str(refused))
    year = tax.year_of(request.POST.get("year"), access.today.year)
    onward = {"year": str(year), "list": request.POST.get("list", "people")}
    return redirect(f"{reverse('counter:tax_work')}?{urlencode(onward)}")
