"""職員: what may go wrong when accounts are managed."""

from __future__ import annotations


class UnknownAccountError(LookupError):
    """No account bears this 職員番号."""


class UnknownRightError(ValueError):
    """No task right bears this name."""
