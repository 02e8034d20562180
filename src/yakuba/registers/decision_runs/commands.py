"""一括決定の書込み: the only writer of runs and their steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access
from yakuba.registers.staff.rights import require, require_second_person

from .models import DecisionRun, DecisionRunStep, Scenario, ScenarioResult
from .queries import RunRow, read_run

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('decision runs', 4))"
_OPEN = """
SELECT r.id FROM decision_runs_decisionrun AS r WHERE r.decision_kind = %s AND r.fiscal_year = %s AND NOT EXISTS (
    SELECT 1 FROM decision_runs_decisionrunstep AS s WHERE s.run_id = r.id AND s.step IN ('withdrawn', 'posted'))
"""
Step = DecisionRunStep.Step


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """一括決定の起案: of which day; it starts from what is known when it is proposed."""

    run_key: UUID
    kind: str
    fiscal_year: int
    municipality_code: str
    valid_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScenario:
    """もしもの計算: which numbers of the law are others, as typed, by identifier."""

    scenario_key: UUID
    kind: str
    fiscal_year: int
    municipality_code: str
    numbers: Mapping[str, str]


@transaction.atomic
def ask(access: Access, scenario: NewScenario) -> int:
    """もしもの計算を頼む: returns its id; the same key again returns the one that is there.

    It starts from what is known when it is asked. Raises RefusedError without the right to assess.
    """
    require(access, "assess_tax")
    row, is_new = Scenario.objects.get_or_create(
        scenario_key=scenario.scenario_key,
        defaults={
            "decision_kind": scenario.kind, "fiscal_year": scenario.fiscal_year,
            "municipality_code": scenario.municipality_code, "numbers": dict(scenario.numbers),
            "known_at": access.now, "asked_by": access.actor,
        },
    )  # fmt: skip
    if is_new:
        access_commands.record(access, "scenario.ask", [], {"scenario": row.id, "fiscal_year": scenario.fiscal_year})
    return int(row.id)


@transaction.atomic
def answered(access: Access, scenario_id: int, summary: Mapping[str, Any]) -> None:
    """もしもの計算の結果の登録; one that is there already is left as it is. Raises RefusedError without the right to assess."""
    require(access, "assess_tax")
    ScenarioResult.objects.get_or_create(
        scenario_id=scenario_id, defaults={"summary": dict(summary), "recorded_at": access.now}
    )
    access_commands.record(access, "scenario.answered", [], {"scenario": scenario_id})


@transaction.atomic
def propose(access: Access, run: NewRun) -> int:
    """一括決定の起案: returns the run's id; the same key again returns the run that is there.

    Raises RefusedError without the right to assess, and while another run of the kind and year is open.
    """
    require(access, "assess_tax")
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        with suppress(DecisionRun.DoesNotExist):
            return int(DecisionRun.objects.get(run_key=run.run_key).id)
        cursor.execute(_OPEN, [run.kind, run.fiscal_year])
        if (other := cursor.fetchone()) is not None:
            message = f"{run.fiscal_year}年度の一括決定{other[0]}が終わっていません。"
            raise RefusedError([error("run-open", message, "先にその一括決定を決定するか、取り下げてください。")])
    row = DecisionRun.objects.create(
        run_key=run.run_key, decision_kind=run.kind, fiscal_year=run.fiscal_year,
        municipality_code=run.municipality_code, valid_on=run.valid_on, known_at=access.now,
        proposed_by=access.actor, proposed_at=access.now,
    )  # fmt: skip
    access_commands.record(access, "decision-run.propose", [], {"run": row.id, "fiscal_year": run.fiscal_year})
    return int(row.id)


def calculated(access: Access, run_id: int, digest: bytes, summary: Mapping[str, Any]) -> None:
    """計算の結果の登録. A run that is calculated already is left as it is. Raises RefusedError where the run has ended."""
    require(access, "assess_tax")
    with _taken(run_id) as run:
        if Step.CALCULATED in run.steps and not run.has_ended:
            return
        if run.has_ended:
            raise _refuse_in_state(run)
        _step(access, run, Step.CALCULATED, digest, summary)


def approve(access: Access, run_id: int, digest: bytes) -> None:
    """決裁: by an account that could not have proposed it, of the calculation that it has seen.

    Raises RefusedError without the right, for a proposer's own account, for another calculation, and where it came before.
    """
    require(access, "approve_decisions")
    with _taken(run_id) as run:
        if run.state != Step.CALCULATED:
            raise _refuse_in_state(run)
        if run.proposed_by == access.actor:
            message = "起案した職員は承認できません。"
            raise RefusedError([error("run-own", message, "ほかの職員に承認を依頼してください。")])
        require_second_person(access, run.proposed_by)
        if run.steps[Step.CALCULATED].digest != digest:
            message = "画面の計算結果は、この一括決定のものではありません。"
            raise RefusedError([error("run-another", message, "計算結果を開き直して確かめてください。")])
        _step(access, run, Step.APPROVED, digest, {})


def withdraw(access: Access, run_id: int, reason: str) -> None:
    """取下げ: the run is not wanted. Raises RefusedError where it has ended, or anything of it has been posted."""
    require(access, "assess_tax", "approve_decisions")
    with _taken(run_id) as run:
        if run.has_ended or Step.APPROVED in run.steps:
            raise _refuse_in_state(run)
        _step(access, run, Step.WITHDRAWN, b"", {"reason": reason})


def posted(access: Access, run_id: int, digest: bytes, summary: Mapping[str, Any]) -> None:
    """決定・調定の完了. Posted before: nothing. Raises RefusedError for a run that is not approved, or another outcome."""
    require(access, "assess_tax")
    with _taken(run_id) as run:
        if run.state == Step.POSTED:
            return
        refuse_unless_approved(run, digest)
        _step(access, run, Step.POSTED, digest, summary)


def refuse_unless_approved(run: RunRow, digest: bytes) -> None:
    """承認の確認: passes for a run whose approved outcome has this digest. Raises RefusedError."""
    if run.state != Step.APPROVED:
        raise _refuse_in_state(run)
    if run.steps[Step.APPROVED].digest != digest:
        message = "承認された計算結果と、今の計算の結果が違います。"
        remedy = "承認の後に資料か法令の数値が変わっていないか確かめ、取り下げて計算し直してください。"
        raise RefusedError([error("run-changed", message, remedy)])


def _refuse_in_state(run: RunRow) -> RefusedError:
    message = f"一括決定{run.run_id}は「{run.label}」のため、この操作はできません。"
    return RefusedError([error("run-state", message, "一括決定の段階を確かめてください。")])


@contextmanager
def _taken(run_id: int) -> Iterator[RunRow]:
    """The run as it stands, and nobody else moves it on until the transaction ends."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        run = read_run(run_id)
        if run is None:
            raise RefusedError([error("run-unknown", "この一括決定はありません。", "一覧から選び直してください。")])
        yield run


def _step(access: Access, run: RunRow, step: Step, digest: bytes, summary: Mapping[str, Any]) -> None:
    DecisionRunStep.objects.create(
        run_id=run.run_id, step=step, digest=digest, summary=dict(summary), actor=access.actor, recorded_at=access.now
    )
    access_commands.record(access, f"decision-run.{step.value}", [], {"run": run.run_id})
