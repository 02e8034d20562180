"""賦課の処理: the calculation and the posting of a run as jobs, started from a page or the command line."""

from __future__ import annotations

from datetime import date

from yakuba.registers.access.door import Access
from yakuba.registers.jobs import commands as jobs
from yakuba.registers.jobs.handlers import Arguments, Report, Result, handler

from . import what_if as scenarios
from .commands import calculate_run, post_run

CALCULATE, POST, WHAT_IF = "resident_tax.calculate", "resident_tax.post", "resident_tax.what_if"
_RIGHTS = ("assess_tax", "approve_decisions")


def start_calculation(access: Access, run_id: int) -> int:
    """計算の開始: the job's id; the same run is calculated once."""
    return jobs.start(access, CALCULATE, {"run": run_id}, f"{run_id}")


def start_posting(access: Access, run_id: int, decided_on: date) -> int:
    """決定・調定の開始: the job's id; `decided_on` is the day of the town's books."""
    return jobs.start(access, POST, {"run": run_id, "decided_on": decided_on.isoformat()}, f"{run_id}")


def start_what_if(access: Access, scenario_id: int) -> int:
    """もしもの計算の開始: the job's id; the same scenario is worked out once."""
    return jobs.start(access, WHAT_IF, {"scenario": scenario_id}, f"{scenario_id}")


@handler(CALCULATE, title="賦課の計算", rights=_RIGHTS)
def calculate(access: Access, arguments: Arguments, report: Report) -> Result:
    """賦課の計算 of a run."""
    digest = calculate_run(access, _run_id(arguments), progress=report)
    return {"run": _run_id(arguments), "digest": digest.hex()}


@handler(POST, title="賦課の決定・調定", rights=_RIGHTS)
def post(access: Access, arguments: Arguments, report: Report) -> Result:
    """賦課の決定・調定 of an approved run."""
    decided_on = date.fromisoformat(str(arguments["decided_on"]))
    post_run(access, _run_id(arguments), decided_on=decided_on, progress=report)
    return {"run": _run_id(arguments)}


@handler(WHAT_IF, title="もしもの計算", rights=_RIGHTS)
def what_if(access: Access, arguments: Arguments, report: Report) -> Result:
    """もしもの計算 of a scenario."""
    scenario_id = int(arguments["scenario"] or 0)
    scenarios.answer(access, scenario_id, progress=report)
    return {"scenario": scenario_id}


def _run_id(arguments: Arguments) -> int:
    return int(arguments["run"] or 0)
