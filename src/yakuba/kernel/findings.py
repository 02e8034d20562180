"""Bad data as values (Finding) and a legal no as a value (Refusal); a bug stays an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """エラー stops the 本登録; アラート asks and may be confirmed (住民記録 11.1)."""

    ERROR = "error"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with given data, in the words of the person who must put it right.

    rule is an ASCII slug that names the rule for ever (``date-not-in-calendar``); item an identifier of the
    glossary; where a place in the source such as 「3行目」; value the text as it was given.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str
    item: str = ""
    where: str = ""
    value: str = ""

    def __str__(self) -> str:
        """One Japanese line: place, what, what to do next."""
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message} {self.remedy}".rstrip()


def error(rule: str, message: str, remedy: str, *, item: str = "", where: str = "", value: str = "") -> Finding:
    """エラー: a finding that stops."""
    return Finding(rule, Severity.ERROR, message, remedy, item, where, value)


def alert(rule: str, message: str, remedy: str, *, item: str = "", where: str = "", value: str = "") -> Finding:
    """アラート: a finding that asks; the clerk may confirm it and go on."""
    return Finding(rule, Severity.ALERT, message, remedy, item, where, value)


def has_errors(findings: Iterable[Finding]) -> bool:
    """True when at least one finding stops."""
    return any(finding.severity is Severity.ERROR for finding in findings)


@dataclass(frozen=True, slots=True)
class Refusal:
    """拒否・不受理: the law says no. ground is the reason, article its place in the law, remedy what the person can do."""

    ground: str
    article: str
    remedy: str
    deadline: date | None = None


class RefusedError(Exception):
    """Raised at the boundary of a command, where a transaction must be rolled back, to carry the findings or the refusal out."""

    def __init__(self, findings: Iterable[Finding] = (), refusal: Refusal | None = None) -> None:
        self.findings = tuple(findings)
        self.refusal = refusal
        lines = [str(finding) for finding in self.findings]
        if refusal is not None:
            lines.append(f"{refusal.ground}（{refusal.article}） {refusal.remedy}")
        super().__init__("\n".join(lines))
