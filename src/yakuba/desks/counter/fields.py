"""入力欄の読取り: what is typed in a field, as a value or as a Finding."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from yakuba.kernel.dates import parse_date
from yakuba.kernel.findings import Finding


def read_date(text: str, *, item: str = "") -> date | Finding | None:
    """日付: 和暦 or western as typed; None when blank, a Finding when it cannot be read."""
    if not text.strip():
        return None
    read = parse_date(text, item=item)
    return read if isinstance(read, Finding) else read.value


def read_number(text: str | None) -> int | None:
    """整数, or None when the text is no number of at most 18 digits."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else None


def read_uuid(text: str | None) -> UUID | None:
    """鍵: a UUID, or None when the text is none."""
    try:
        return UUID((text or "").strip())
    except ValueError:
        return None
