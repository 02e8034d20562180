"""異動の種類: every kind of event that the register takes, by its slug."""

from __future__ import annotations

from . import (
    arrivals,
    authority,
    births,
    cancellations,
    clerical,
    endings,
    foreign,
    households,
    move_outs,
    moves,
    names,
    nationality,
    numbers,
)
from .base import EventKind

_MODULES = (
    arrivals, births, moves, move_outs, endings, households, names, foreign, nationality, authority, numbers, cancellations,
    clerical,
)  # fmt: skip
KINDS: dict[str, EventKind] = {kind.slug: kind for module in _MODULES for kind in module.KINDS}
"""異動の種類, in the order in which the desk offers them."""
