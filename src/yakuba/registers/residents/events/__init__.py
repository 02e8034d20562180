"""異動の種類: every kind of event that the register takes, by its slug."""

from __future__ import annotations

from . import arrivals, households, moves
from .base import EventKind

KINDS: dict[str, EventKind] = {
    kind.slug: kind for module in (arrivals, moves, households) for kind in module.KINDS
}
"""異動の種類, in the order in which the desk offers them."""
