"""支援措置・抑止: what may go wrong that is neither bad data nor a legal no."""

from __future__ import annotations


class UnknownProtectionError(LookupError):
    """No measure, notice, release, restriction or proposal bears this identifier."""
