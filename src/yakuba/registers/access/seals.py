"""封印: the heads of all chains at an instant, signed, in the form that is also kept outside the database. Pure."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .chain import GENESIS, Sealable, digest

Heads = Mapping[str, tuple[int, str]]
"""Chain → (number of its last record, that record's digest in hexadecimal)."""


@dataclass(frozen=True, slots=True)
class Seal:
    """封印 1件. `digest` is the signature over the instant and the heads, in hexadecimal."""

    sealed_at: datetime
    heads: Heads
    digest: str

    @property
    def record_count(self) -> int:
        """How many access records the seal vouches for."""
        return sum(number for number, _ in self.heads.values())

    def is_genuine(self, key: bytes) -> bool:
        """署名の検証: whether the town's key made this seal with just this content."""
        return hmac.compare_digest(self.digest, signature(key, self.sealed_at, self.heads))

    def as_json(self) -> str:
        """The text of the file that is kept outside the database."""
        heads = {chain: list(head) for chain, head in self.heads.items()}
        content = {"sealed_at": self.sealed_at.isoformat(), "heads": heads, "digest": self.digest}
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_seal(text: str) -> Seal:
    """封印の控えの読取り. Raises ValueError where the text is no seal."""
    content = json.loads(text)
    try:
        heads = {str(chain): (int(number), str(head)) for chain, (number, head) in content["heads"].items()}
        return Seal(datetime.fromisoformat(content["sealed_at"]), heads, str(content["digest"]))
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("this is not the text of a seal") from fault


def signature(key: bytes, sealed_at: datetime, heads: Heads) -> str:
    """署名: HMAC-SHA-256 with the town's key, in hexadecimal."""
    body = json.dumps({chain: list(head) for chain, head in heads.items()}, ensure_ascii=False, sort_keys=True)
    return digest(key, GENESIS, Sealable("", 0, sealed_at, "audit", "seal", [], body, "", False)).hex()
