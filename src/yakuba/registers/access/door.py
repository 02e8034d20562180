"""入口: who asks, for what, from where and when. Every reading of personal data carries one of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


class Purpose(StrEnum):
    """利用目的 (個人情報保護法61条): why personal data is read."""

    COUNTER = "counter"
    EVENT = "event"
    CERTIFICATE = "certificate"
    PROTECTION = "protection"
    STATISTICS = "statistics"
    TAX = "tax"
    BENEFIT = "benefit"
    PAYMENT = "payment"
    MIGRATION = "migration"
    AUDIT = "audit"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Access:
    """照会者と利用目的. `rights` are the task rights of the account; `now` is the instant of the request."""

    actor: str
    purpose: Purpose
    now: datetime
    place: str = ""
    rights: frozenset[str] = field(default_factory=frozenset)

    @property
    def today(self) -> date:
        """処理日: the day of `now` in Japan."""
        return self.now.astimezone(TOKYO).date()

    def may(self, right: str) -> bool:
        """権限: whether the account holds a task right."""
        return right in self.rights
