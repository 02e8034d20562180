"""QRコード: how a terminal shows the address of a second factor."""

from __future__ import annotations

from io import StringIO


def terminal_picture(address: str) -> str:
    """QRコード of the address, in half blocks."""
    import segno

    out = StringIO()
    segno.make(address, error="l").terminal(out=out, compact=True)
    return out.getvalue()
