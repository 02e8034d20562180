"""材料: what was read for one document, with the clocks it is pinned to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yakuba.kernel.findings import Finding, Severity
from yakuba.registers.residents.queries.documents import EntryRow
from yakuba.registers.residents.queries.people import PersonView

from .requests import Request, RequestKind
from .taxes import TaxRecord
from .wording import TEMPLATE_VERSION

PROTECTED = "protected-person"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its clocks. `numbers_known_at` is the instant as of which 個人番号 are read.

    `pinned` marks a document that is made again: its clocks are those of the first time, its choices are not judged anew.
    """

    request: Request
    valid_on: date
    known_at: datetime
    numbers_known_at: datetime
    pinned: bool = False
    is_whole: bool = False
    reissued: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    town: Mapping[str, str] = field(default_factory=dict)
    template: str = TEMPLATE_VERSION


@dataclass(slots=True)
class Material:
    """材料: `views` in the order of the document. `concerned` are the people whom the guard must be asked for.

    `known_at` is the newest knowledge that the views show: whatever the town learns later is newer, so the document can
    be made again from it. `extra` holds what a notice takes from elsewhere than the residents' register.
    """

    asked: Asked
    views: Sequence[PersonView]
    concerned: Sequence[int]
    households: Sequence[int]
    known_at: datetime
    is_whole: bool
    findings: list[Finding] = field(default_factory=list)
    entries: Mapping[int, Sequence[EntryRow]] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    tax: TaxRecord | None = None

    @property
    def request(self) -> Request:
        """What was asked for."""
        return self.asked.request

    @property
    def until(self) -> int | None:
        """The event that struck the 住民票 shown, where one is named: what came after it is not on that 住民票."""
        return self.request.event_id if self.request.kind is RequestKind.STRUCK else None

    @property
    def is_stopped(self) -> bool:
        """Whether an error stands against the document."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def is_blocked(self) -> bool:
        """Whether a protection stands against it, so that the attempt is recorded."""
        return any(finding.rule == PROTECTED and finding.severity is Severity.ERROR for finding in self.findings)
