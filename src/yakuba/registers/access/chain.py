"""連鎖: how a record is sealed. Pure; a record's digest covers its content and the digest before it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

GENESIS = b"\x00" * 32


@dataclass(frozen=True, slots=True)
class Sealable:
    """The content that a digest covers, in a fixed order."""

    chain: str
    number: int
    recorded_at: datetime
    purpose: str
    action: str
    subjects: Sequence[int]
    detail: str
    place: str
    individual_number: bool

    def canonical(self) -> bytes:
        """The same bytes for the same content, whatever machine writes them."""
        parts = [
            self.chain,
            self.number,
            self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.purpose,
            self.action,
            list(self.subjects),
            self.detail,
            self.place,
            self.individual_number,
        ]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def digest(key: bytes, previous: bytes, content: Sealable) -> bytes:
    """HMAC-SHA-256 over the previous digest and the content; who lacks the town's key cannot forge it."""
    return hmac.digest(key, previous + content.canonical(), "sha256")
