"""架空の町: a town of any size with ten years of history, the same for the same seed; no person in it is real."""

from __future__ import annotations

from .parts import UNTIL, part, part_sizes, parts
from .protections import protections, protections_in

__all__ = ["UNTIL", "part", "part_sizes", "parts", "protections", "protections_in"]
