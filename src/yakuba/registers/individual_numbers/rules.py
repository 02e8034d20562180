"""番号利用の制限: for which purposes an individual number may be read or matched at all (番号法9条, 19条)."""

from __future__ import annotations

from yakuba.kernel.findings import Refusal, RefusedError
from yakuba.registers.access.door import Access, Purpose

PURPOSES = frozenset({Purpose.COUNTER, Purpose.EVENT, Purpose.CERTIFICATE, Purpose.TAX, Purpose.MIGRATION})
"""事務 in which this system handles the number; statistics, audit, protection and upkeep never need it."""


def require_purpose(access: Access) -> None:
    """利用目的の確認. Raises RefusedError for a purpose that may not touch an individual number."""
    if access.purpose not in PURPOSES:
        raise RefusedError(
            refusal=Refusal(
                "この利用目的では個人番号を扱えません。", "番号法9条", "個人番号を使わない方法で処理してください。"
            )
        )
