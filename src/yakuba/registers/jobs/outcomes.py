"""処理の結果: how a job's end stands in its row. Pure."""

from __future__ import annotations

import traceback
from dataclasses import asdict, dataclass, field
from datetime import date
from types import TracebackType
from typing import Any

from yakuba.kernel.findings import Finding, Refusal, RefusedError, Severity

from .states import State

OWN_CODE = "/src/yakuba/"


@dataclass(frozen=True, slots=True)
class Outcome:
    """結果 1件: the state in which the job ends, and what there is to say about it, as JSON."""

    state: State
    findings: list[dict[str, str]] = field(default_factory=list)
    refusal: dict[str, Any] | None = None
    fault: str = ""


def refused(error: RefusedError) -> Outcome:
    """不備により中止: with the findings, less the values as they were given, which may be somebody's data."""
    findings = [{**asdict(finding), "value": ""} for finding in error.findings]
    refusal = error.refusal
    deadline = refusal.deadline.isoformat() if refusal and refusal.deadline else None
    return Outcome(
        State.REFUSED, findings=findings, refusal={**asdict(refusal), "deadline": deadline} if refusal else None
    )


def failed(fault: Exception, trace: TracebackType | None) -> Outcome:
    """異常終了: with the error's kind and place. Its text stays out: a database's names the values of a row."""
    return Outcome(State.FAILED, fault=f"{type(fault).__name__}（{place(trace)}）")


def place(trace: TracebackType | None) -> str:
    """The innermost line of our own code."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if OWN_CODE in frame.filename] or frames
    if not own:
        return "?"
    return f"{own[-1].filename.rpartition(OWN_CODE)[2]}:{own[-1].lineno}"


def finding_from(kept: dict[str, Any]) -> Finding:
    """A finding as it stands in a row."""
    return Finding(**{**kept, "severity": Severity(kept["severity"])})


def refusal_from(kept: dict[str, Any]) -> Refusal:
    """A refusal as it stands in a row."""
    deadline = kept["deadline"]
    return Refusal(**{**kept, "deadline": date.fromisoformat(deadline) if deadline else None})
