"""条例の値ともしもの計算: the numbers of the law, what others would come to before anything is changed, and whom they touch."""

from __future__ import annotations

import csv
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from yakuba.desks.counter import tax
from yakuba.desks.counter.charts import counted
from yakuba.desks.counter.fields import read_uuid
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page, part
from yakuba.desks.counter.people import named
from yakuba.kernel.findings import RefusedError
from yakuba.law.rules.resident_tax import FISCAL_YEARS
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decision_runs import queries as run_queries
from yakuba.registers.decision_runs.queries import ScenarioRow
from yakuba.registers.jobs import queries as jobs
from yakuba.registers.jobs.queries import JobRow
from yakuba.services.resident_tax.jobs import WHAT_IF, start_what_if
from yakuba.services.resident_tax.snapshot import KIND
from yakuba.services.resident_tax.what_if import as_ordinance, ask, numbers_of, shown

MAN = 10_000
SUMS = {
    "municipal_income_levy": "市町村民税所得割", "prefectural_income_levy": "道府県民税所得割",
    "municipal_per_capita_levy": "市町村民税均等割", "prefectural_per_capita_levy": "道府県民税均等割",
    "forest_environment_tax": "森林環境税", "annual_tax": "年税額",
}  # fmt: skip
FIELD = "number."


@require_http_methods(["GET", "POST"])
@staff_required("assess_tax", purpose=Purpose.TAX)
def listing(request: HttpRequest, access: Access) -> HttpResponse:
    """法令の数値の一覧: what is in force here, what the law alone says, and a field for another value."""
    form = request.POST or request.GET
    year = tax.year_of(form.get("year"), access.today.year)
    every = form.get("which") == "all"
    typed = {name.removeprefix(FIELD): str(value) for name, value in request.POST.items() if name.startswith(FIELD)}
    findings: list[Any] = []
    if request.method == "POST":
        try:
            scenario_id = ask(access, year, typed, read_uuid(form.get("key")) or uuid4())
        except RefusedError as refused:
            findings = list(refused.findings)
        else:
            start_what_if(access, scenario_id)
            return redirect("counter:tax_scenario", scenario_id)
    numbers = [(one, typed.get(one.name, "")) for one in numbers_of(year) if every or one.municipal]
    context = {
        "numbers": [(one, shown(one.value), shown(one.national), text) for one, text in numbers],
        "findings": findings,
        "year": year,
        "years": FISCAL_YEARS,
        "every": every,
        "code": settings.MUNICIPALITY_CODE,
        "asked": run_queries.scenarios(access, KIND),
        "terms": {one.name: one.term for one in numbers_of(year)},
        "key": form.get("key") or uuid4(),
        "section": "tax",
    }
    return page(request, access, "counter/tax_what_if.html", context, status=422 if findings else 200)


@require_GET
@staff_required("assess_tax", purpose=Purpose.TAX)
def scenario(request: HttpRequest, access: Access, scenario_id: int) -> HttpResponse:
    """もしもの計算 1件: what it comes to, whom it touches, and the ordinance's file that would put it into force."""
    found = _scenario(access, scenario_id)
    if found.summary is not None and request.GET.get("format") == "csv":
        return _as_csv(found)
    job = _job(access, scenario_id)
    busy = job is not None and not job.state.has_ended
    known = {one.name: one for one in numbers_of(found.fiscal_year)}
    context: dict[str, Any] = {
        "scenario": found,
        "numbers": [(known[name], shown(known[name].value), text) for name, text in found.numbers.items() if name in known],
        "job": job if busy else None,
        "failed": job if job and not busy and found.summary is None else None,
        "ordinance": as_ordinance(found.numbers, found.fiscal_year),
        "section": "tax",
    }  # fmt: skip
    if found.summary is not None:
        changes = run_queries.scenario_changes(access, scenario_id)
        context |= _summary(found.summary)
        context |= {"changes": changes, "names": named(access, [one.resident_id for one in changes])}
    return page(request, access, "counter/tax_scenario.html", context)


@require_GET
@staff_required("assess_tax", purpose=Purpose.TAX)
def progress(request: HttpRequest, access: Access, scenario_id: int) -> HttpResponse:
    """進捗: asked again every second; the page is drawn anew when the job has ended."""
    job = _job(access, scenario_id)
    if job is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    answer = part(request, "counter/tax_progress.html", {"job": job, "address": request.path})
    if job.state.has_ended:
        answer["HX-Refresh"] = "true"
    return answer


def _scenario(access: Access, scenario_id: int) -> ScenarioRow:
    found = run_queries.scenario(access, scenario_id)
    if found is None or found.kind != KIND:
        raise Http404
    return found


def _job(access: Access, scenario_id: int) -> JobRow | None:
    return next(iter(jobs.jobs(access, WHAT_IF, key=str(scenario_id), limit=1)), None)


def _summary(summary: Any) -> dict[str, Any]:
    sums = [(label, *summary["sums"][name]) for name, label in SUMS.items()]
    incomes, ages = _bands(summary["by_income"], MAN, "万円"), _bands(summary["by_age"], 1, "歳")
    return {
        "sums": [(label, before, after, after - before) for label, before, after in sums],
        "counts": (
            ("計算した人", summary["people"]), ("増える人", summary["higher"]), ("減る人", summary["lower"]),
            ("変わらない人", summary["same"]), ("新たに課税される人", summary["newly_taxed"]),
            ("課税されなくなる人", summary["no_longer_taxed"]),
        ),
        "taxpayers": summary["taxpayers"],
        "held": summary["held"],
        "tables": (("合計所得金額", incomes), ("年齢", ages)),
        "charts": tuple(
            (f"{title}ごとの年税額の増減", counted([(row[0], row[4]) for row in rows], "円"))
            for title, rows in (("合計所得金額", incomes), ("年齢", ages))
        ),
    }  # fmt: skip


def _bands(rows: Any, unit: int, word: str) -> list[tuple[str, int, int, int, int, int, int]]:
    """階層: label, people, before, after, change, how many pay more, how many less."""
    return [
        (
            f"{low // unit:,}{word}以上" if low > 0 else f"0{word}〜",
            people,
            before,
            after,
            after - before,
            higher,
            lower,
        )
        for low, people, before, after, lower, higher in rows
    ]


def _as_csv(found: ScenarioRow) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="what-if-{found.scenario_id}.csv"'
    # A byte order mark, by which spreadsheets know the encoding.
    answer.write("\ufeff")
    writer = csv.writer(answer)
    told = _summary(found.summary)
    writer.writerow(["区分", "項目", "人数", "変更前", "変更後", "増減", "増える人", "減る人"])
    writer.writerows(
        ["税額", label, "", before, after, change, "", ""] for label, before, after, change in told["sums"]
    )
    writer.writerows([title, *row] for title, rows in told["tables"] for row in rows)
    return answer
