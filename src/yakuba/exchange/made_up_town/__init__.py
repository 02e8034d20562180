"""架空の町: a town of any size with ten years of history, the same for the same seed; no person in it is real."""

from __future__ import annotations

from .parts import UNTIL, part, part_sizes, parts

__all__ = ["UNTIL", "part", "part_sizes", "parts"]
