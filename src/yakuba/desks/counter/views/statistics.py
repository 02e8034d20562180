"""統計 (national specification 6.1): population on a day, monthly flows; as a table, a chart, and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yakuba.desks.counter.charts import bars, flow_bars, pyramid
from yakuba.desks.counter.counts import FLOW_HEADINGS, FLOW_KINDS, POPULATION_HEADINGS, Row, flow_rows, population_rows
from yakuba.desks.counter.fields import read_date
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page
from yakuba.desks.counter.views.people import clocks
from yakuba.kernel.findings import Finding
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.residents.queries import statistics

DIMENSIONS: dict[str, str] = {"age": "年齢", "sex": "性別", "nationality": "国籍・地域", "district": "町字"}


@require_GET
@staff_required("view_statistics", purpose=Purpose.STATISTICS)
def population(request: HttpRequest, access: Access) -> HttpResponse:
    """人口 on any day, as known at any instant, by one dimension."""
    asked = request.GET.get("dimension", "age")
    dimension: statistics.Dimension = "age"
    for known in ("age", "sex", "nationality", "district"):
        if asked == known:
            dimension = known
    valid_on, known_at, findings = clocks(request, access)
    counted = statistics.population(access, dimension, valid_on=valid_on, known_at=known_at)
    rows = population_rows(dimension, counted)
    if request.GET.get("format") == "csv":
        return _csv(f"population-{dimension}-{valid_on}.csv", [DIMENSIONS[dimension], *POPULATION_HEADINGS], rows)
    context = {
        "dimension": dimension,
        "dimensions": DIMENSIONS,
        "dimension_name": DIMENSIONS[dimension],
        "headings": POPULATION_HEADINGS,
        "rows": rows,
        "total": sum(row.total for row in counted),
        "chart": pyramid(counted) if dimension == "age" else bars(rows),
        "valid_on": valid_on,
        "known_on": known_at.astimezone(TOKYO).date(),
        "findings": findings,
        "section": "statistics",
    }
    return page(request, access, "counter/population.html", context)


@require_GET
@staff_required("view_statistics", purpose=Purpose.STATISTICS)
def flows(request: HttpRequest, access: Access) -> HttpResponse:
    """人口動態: coming in and going out by month."""
    first, last, findings = _months(request, access)
    counted = statistics.flows(access, first=first, last=last, known_at=access.now)
    tables = {name: flow_rows(counted, kind) for kind, name in FLOW_KINDS.items()}
    if request.GET.get("format") == "csv":
        lines = [Row(name, [row.label, *row.cells]) for name, rows in tables.items() for row in rows]
        return _csv(f"flows-{first}-{last}.csv", ["区分", "月", *FLOW_HEADINGS], lines)
    context = {
        "first": first,
        "last": last,
        "headings": FLOW_HEADINGS,
        "tables": tables,
        "chart": flow_bars(tables[FLOW_KINDS["people"]]),
        "findings": findings,
        "section": "statistics",
    }
    return page(request, access, "counter/flows.html", context)


def _months(request: HttpRequest, access: Access) -> tuple[date, date, list[Finding]]:
    """The days asked for; the twelve months up to today where nothing readable was typed."""
    findings: list[Finding] = []
    days: list[date | None] = []
    for name in ("first", "last"):
        read = read_date(request.GET.get(name, ""), item=name)
        findings += [read] if isinstance(read, Finding) else []
        days.append(None if isinstance(read, Finding) else read)
    last = days[1] or access.today
    return days[0] or (last.replace(day=1) - timedelta(days=330)).replace(day=1), last, findings


def _csv(name: str, headings: Sequence[str], rows: Iterable[Row]) -> HttpResponse:
    """UTF-8 with a byte order mark, as spreadsheet programs expect it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([row.label, *row.cells] for row in rows)
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
