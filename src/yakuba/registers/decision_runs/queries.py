"""一括決定の照会: runs, how far each has come, and whom one would change most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

_RUNS = """
SELECT id, decision_kind, fiscal_year, municipality_code, valid_on, known_at, proposed_by, proposed_at
FROM decision_runs_decisionrun
"""
_STEPS = """
SELECT run_id, step, digest, summary - 'large_changes', actor, recorded_at FROM decision_runs_decisionrunstep
WHERE run_id = ANY(%s) ORDER BY recorded_at, step
"""
_CHANGES = (
    "SELECT summary -> 'large_changes' FROM decision_runs_decisionrunstep WHERE run_id = %s AND step = 'calculated'"
)
_SCENARIOS = """
SELECT s.id, s.decision_kind, s.fiscal_year, s.municipality_code, s.numbers, s.known_at, s.asked_by,
       r.summary - 'large_changes'
FROM decision_runs_scenario s LEFT JOIN decision_runs_scenarioresult r ON r.scenario_id = s.id
"""
_SCENARIO_CHANGES = "SELECT summary -> 'large_changes' FROM decision_runs_scenarioresult WHERE scenario_id = %s"
LABELS = {
    "proposed": "計算待ち",
    "calculated": "承認待ち",
    "approved": "承認済",
    "withdrawn": "取下げ済",
    "posted": "決定・調定済",
}
_ORDER = ("withdrawn", "posted", "approved", "calculated")


@dataclass(frozen=True, slots=True)
class StepRow:
    """段階 1つ; the largest changes are not in `summary` (`large_changes` has them)."""

    step: str
    digest: bytes
    summary: Mapping[str, Any]
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RunRow:
    """一括決定 1件 with its steps by name."""

    run_id: int
    kind: str
    fiscal_year: int
    municipality_code: str
    valid_on: date
    known_at: datetime
    proposed_by: str
    proposed_at: datetime
    steps: Mapping[str, StepRow] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """段階: the last step, "proposed" before the first."""
        return next((name for name in _ORDER if name in self.steps), "proposed")

    @property
    def label(self) -> str:
        """段階 in Japanese."""
        return LABELS[self.state]

    @property
    def has_ended(self) -> bool:
        """Whether it is withdrawn or posted."""
        return self.state in ("withdrawn", "posted")


@dataclass(frozen=True, slots=True)
class LargeChange:
    """大きな変動 1件: annual tax in yen, before and after."""

    resident_id: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """もしもの計算 1件; `summary` is None until it is worked out, and without the largest changes."""

    scenario_id: int
    kind: str
    fiscal_year: int
    municipality_code: str
    numbers: Mapping[str, str]
    known_at: datetime
    asked_by: str
    summary: Mapping[str, Any] | None


def scenario(access: Access, scenario_id: int) -> ScenarioRow | None:
    """もしもの計算 1件, None where there is none. The reading is recorded."""
    with transaction.atomic():
        found = _scenarios("WHERE s.id = %s", [scenario_id])
        access_commands.record(access, "scenario.read", [], {"scenario": scenario_id})
    return found[0] if found else None


def scenarios(access: Access, kind: str, *, limit: int = 20) -> list[ScenarioRow]:
    """もしもの計算の一覧 of a kind, the newest first. The reading is recorded."""
    with transaction.atomic():
        found = _scenarios("WHERE s.decision_kind = %s ORDER BY s.id DESC LIMIT %s", [kind, limit])
        access_commands.record(access, "scenario.list", [], {"kind": kind, "rows": len(found)})
    return found


def scenario_changes(access: Access, scenario_id: int) -> list[LargeChange]:
    """大きな変動: whom the other numbers would touch most. The reading is recorded for each of them."""
    return _changed(access, _SCENARIO_CHANGES, scenario_id, "scenario.changes")


def _scenarios(rest: str, values: list[Any]) -> list[ScenarioRow]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_SCENARIOS} {rest}", values)
        rows = cursor.fetchall()
    return [
        ScenarioRow(number, kind, year, code, json.loads(numbers), known, actor, json.loads(told) if told else None)
        for number, kind, year, code, numbers, known, actor, told in rows
    ]


def run(access: Access, run_id: int) -> RunRow | None:
    """一括決定 1件, None where there is none. The reading is recorded."""
    with transaction.atomic():
        found = read_run(run_id)
        access_commands.record(access, "decision-run.read", [], {"run": run_id})
    return found


def runs(access: Access, kind: str, *, limit: int = 50) -> list[RunRow]:
    """一括決定の一覧 of a kind, the newest first. The reading is recorded."""
    with transaction.atomic():
        found = _read("WHERE decision_kind = %s ORDER BY id DESC LIMIT %s", [kind, limit])
        access_commands.record(access, "decision-run.list", [], {"kind": kind, "rows": len(found)})
    return found


def large_changes(access: Access, run_id: int) -> list[LargeChange]:
    """大きな変動: whom the run would change most, as it was calculated. The reading is recorded for each of them."""
    return _changed(access, _CHANGES, run_id, "decision-run.changes")


def _changed(access: Access, query: str, number: int, action: str) -> list[LargeChange]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(query, [number])
            row = cursor.fetchone()
        found = [LargeChange(*each) for each in json.loads(row[0])] if row and row[0] else []
        access_commands.record(access, action, [one.resident_id for one in found], {"number": number})
    return found


def read_run(run_id: int) -> RunRow | None:
    """The run without a record, for the commands: nobody stands in it."""
    found = _read("WHERE id = %s", [run_id])
    return found[0] if found else None


def _read(rest: str, values: list[Any]) -> list[RunRow]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_RUNS} {rest}", values)
        rows = cursor.fetchall()
        cursor.execute(_STEPS, [[row[0] for row in rows]])
        steps: dict[int, dict[str, StepRow]] = {}
        for run_id, step, digest, summary, actor, at in cursor.fetchall():
            steps.setdefault(run_id, {})[step] = StepRow(step, bytes(digest), json.loads(summary), actor, at)
    return [replace(RunRow(*row), steps=steps.get(row[0], {})) for row in rows]
