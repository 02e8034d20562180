"""賦課の一括決定: runs by 年度, what they come to, approval by a second person, and posting."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from yakuba.desks.counter import tax
from yakuba.desks.counter.charts import counted
from yakuba.desks.counter.fields import read_date, read_number, read_uuid
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.labels import REPORT_KINDS, TAX_FINDINGS
from yakuba.desks.counter.pages import page, part
from yakuba.desks.counter.people import named
from yakuba.kernel.findings import Finding, RefusedError
from yakuba.law.rules.resident_tax import FISCAL_YEARS
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.decision_runs import commands as runs
from yakuba.registers.decision_runs import queries as run_queries
from yakuba.registers.decision_runs.queries import RunRow
from yakuba.registers.income_reports import queries as income_reports
from yakuba.registers.jobs import queries as jobs
from yakuba.registers.jobs.queries import JobRow
from yakuba.registers.staff.rights import require
from yakuba.services.resident_tax.commands import propose as propose_run
from yakuba.services.resident_tax.jobs import CALCULATE, POST, start_calculation, start_posting
from yakuba.services.resident_tax.snapshot import KIND

LISTED = 100


@require_GET
@staff_required(*tax.RIGHTS, purpose=Purpose.TAX)
def listing(request: HttpRequest, access: Access) -> HttpResponse:
    """一括決定の一覧, the intake of reports, and the work lists' counts."""
    year = tax.year_of(request.GET.get("year"), access.today.year)
    waiting = income_reports.open_matches(access, fiscal_year=year, limit=LISTED + 1)
    relatives = income_reports.open_matches(access, fiscal_year=year, relatives=True, limit=LISTED + 1)
    context = {
        "runs": run_queries.runs(access, KIND),
        "years": FISCAL_YEARS,
        "year": year,
        "kinds": REPORT_KINDS,
        "counts": (
            ("名寄せ未確定（本人）", "people", len(waiting)),
            ("名寄せ未確定（親族）", "relatives", len(relatives)),
        ),
        "most": LISTED,
        "key": uuid4(),
        "section": "tax",
    }
    return page(request, access, "counter/tax_runs.html", context)


@require_POST
@staff_required("assess_tax", purpose=Purpose.TAX)
def propose(request: HttpRequest, access: Access) -> HttpResponse:
    """賦課を起案する: the run of a 年度; the form sent twice is one run."""
    year = read_number(request.POST.get("year"))
    if year is None or year not in FISCAL_YEARS:
        messages.error(request, "年度を選んでください。")
        return redirect("counter:tax")
    try:
        run_id = propose_run(access, year, read_uuid(request.POST.get("key")) or uuid4())
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("counter:tax")
    messages.success(request, "起案しました。次は計算です。")
    return redirect("counter:tax_run", run_id)


@require_GET
@staff_required(*tax.RIGHTS, purpose=Purpose.TAX)
def run(request: HttpRequest, access: Access, run_id: int) -> HttpResponse:
    """一括決定 1件: how far it is, what it comes to, whom it changes most, and what may be done next."""
    found = _run(access, run_id)
    job = _job(access, found)
    calculated = found.steps.get("calculated")
    changes = run_queries.large_changes(access, run_id) if calculated else []
    busy = job is not None and not job.state.has_ended
    context: dict[str, Any] = {
        "run": found,
        "steps": tax.steps_of(found),
        "job": job if busy else None,
        "failed": job if job and not busy and job.state.value in ("refused", "failed", "cancelled") else None,
        "digest": calculated.digest.hex() if calculated else "",
        "summary": calculated.summary if calculated else None,
        "changes": changes,
        "names": named(access, [one.resident_id for one in changes]),
        "busy": busy,
        "may_approve": access.may("approve_decisions") and access.actor != found.proposed_by,
        "may_assess": access.may("assess_tax"),
        "section": "tax",
    }
    if calculated:
        context |= _summary(calculated.summary)
    return page(request, access, "counter/tax_run.html", context)


@require_GET
@staff_required(*tax.RIGHTS, purpose=Purpose.TAX)
def progress(request: HttpRequest, access: Access, run_id: int) -> HttpResponse:
    """進捗: the part of the run's page that asks again every second; the page is drawn anew when the job has ended."""
    job = _job(access, _run(access, run_id))
    if job is None:
        # The stage is over: what the page offers next has changed.
        return HttpResponse(headers={"HX-Refresh": "true"})
    answer = part(request, "counter/tax_progress.html", {"job": job, "address": request.path})
    if job.state.has_ended:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@staff_required(*tax.RIGHTS, purpose=Purpose.TAX)
def step(request: HttpRequest, access: Access, run_id: int, what: str) -> HttpResponse:
    """次の段階へ: 計算, 承認, 決定・調定 or 取下げ. What stands against it is told on the run's page."""
    found = _run(access, run_id)
    if what not in _STEPS:
        raise Http404
    try:
        said = _STEPS[what](request, access, found)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.add_message(request, *said)
    return redirect("counter:tax_run", run_id)


Said = tuple[int, str]


def _calculate(_request: HttpRequest, access: Access, found: RunRow) -> Said:
    require(access, "assess_tax")
    if found.state != "proposed":
        return messages.ERROR, f"この一括決定は「{found.label}」です。"
    start_calculation(access, found.run_id)
    return messages.INFO, "計算を始めました。"


def _approve(request: HttpRequest, access: Access, found: RunRow) -> Said:
    try:
        digest = bytes.fromhex(request.POST.get("digest", ""))
    except ValueError:
        digest = b""
    runs.approve(access, found.run_id, digest)
    return messages.SUCCESS, "承認しました。"


def _post(request: HttpRequest, access: Access, found: RunRow) -> Said:
    require(access, "assess_tax")
    day = read_date(request.POST.get("decided_on", ""), item="decided_on")
    if isinstance(day, Finding):
        return messages.ERROR, str(day)
    if found.state != "approved":
        return messages.ERROR, f"この一括決定は「{found.label}」です。"
    under_way = [job for job in jobs.jobs(access, POST, key=str(found.run_id), limit=1) if not job.state.has_ended]
    if under_way:
        return messages.INFO, "決定・調定は始まっています。"
    start_posting(access, found.run_id, day or access.today)
    return messages.INFO, "決定・調定を始めました。"


def _withdraw(request: HttpRequest, access: Access, found: RunRow) -> Said:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return messages.ERROR, "取り下げる理由を入力してください。"
    runs.withdraw(access, found.run_id, reason)
    return messages.SUCCESS, "取り下げました。"


_STEPS = {"calculate": _calculate, "approve": _approve, "post": _post, "withdraw": _withdraw}


def _run(access: Access, run_id: int) -> RunRow:
    found = run_queries.run(access, run_id)
    if found is None or found.kind != KIND:
        raise Http404
    return found


def _job(access: Access, found: RunRow) -> JobRow | None:
    """The newest job of the stage in which the run is: of a calculation before it is calculated, of posting once approved."""
    kind = {"proposed": CALCULATE, "approved": POST}.get(found.state)
    return next(iter(jobs.jobs(access, kind, key=str(found.run_id), limit=1)), None) if kind else None


def _summary(summary: Any) -> dict[str, Any]:
    last = summary["last_year"]
    bands = tax.band_counts(last["bands"])
    return {
        "counts": (
            ("決定する人", summary["people"]), ("課税される人", summary["taxpayers"]), ("うち均等割だけの人", summary["per_capita_only"]),
            ("課税されない人", summary["people"] - summary["taxpayers"]), ("資料のない人", summary["undeclared"]),
        ),
        "sums": [(label, summary[name]) for name, label in tax.SUMS],
        "ways": [(label, summary[name]) for name, label in tax.WAYS],
        "last": last,
        "compared": (
            ("両年度に決定のある人", last["people"], "人"), ("前年度の年税額", last["before"], "円"), ("この年度の年税額", last["after"], "円"),
            ("新たに課税される人", last["newly_taxed"], "人"), ("課税されなくなる人", last["no_longer_taxed"], "人"), ("変わらない人", last["unchanged"], "人"),
        ),
        "bands": bands,
        "chart": counted(bands, "人"),
        "found": [(TAX_FINDINGS.get(rule, rule), count) for rule, count in summary["findings"].items()],
    }  # fmt: skip
