"""文字溢れ対応 (spec 5.8): makes a text fit its cell by breaking lines and shrinking, and says when it does not.

Widths are measured here, from the fonts' advances, so that one pass of the engine is enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from .fonts import Coverage, clusters

POINTS_PER_MM = 72 / 25.4
LEADING = 1.22
SIZE_STEP_PT = 0.5
ONE_LINE_PREFERENCE = 0.78
# Rounding room, so that the engine never sees a line longer than its box.
SLACK_PT = 0.2
NOT_AT_LINE_START = frozenset(
    "、。，．・：；！？％）〕］｝〉》」』】々ゝゞヽヾーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.)]}:;!?%"
)
NOT_AT_LINE_END = frozenset("（〔［｛〈《「『【([{")


@dataclass(frozen=True, slots=True)
class Fitted:
    """割付け: the lines as they will be drawn, their size, and whether text was left over."""

    lines: tuple[str, ...]
    size_pt: float
    overflowed: bool = False


def text_width(text: str, coverage: Coverage) -> float:
    """幅 of a text in em. Clusters that no font draws count as one em (the mark 〓 stands for them)."""
    return sum(1.0 if width is None else width for width in map(coverage.width, clusters(text)))


@lru_cache(maxsize=20_000)
def _units(paragraph: str) -> tuple[str, ...]:
    """The places where a line may end: after each cluster, but not inside a run of Latin letters or digits."""
    units: list[str] = []
    for cluster in clusters(paragraph):
        joins = bool(units) and cluster.isascii() and not cluster.isspace() and units[-1].isascii()
        glued = bool(units) and (cluster[0] in NOT_AT_LINE_START or units[-1][-1] in NOT_AT_LINE_END)
        if glued or (joins and not units[-1][-1].isspace()):
            units[-1] += cluster
        else:
            units.append(cluster)
    return tuple(units)


def break_lines(text: str, limit_em: float, coverage: Coverage) -> tuple[str, ...]:
    """行分割: greedy lines of at most `limit_em`, with 行頭・行末禁則.

    A unit wider than a line is cut between clusters.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, room = "", limit_em
        for unit in _units(paragraph):
            wide = text_width(unit, coverage)
            if wide <= room:
                line, room = line + unit, room - wide
                continue
            if line.strip():
                lines.append(line.rstrip())
            line, room = "", limit_em
            for piece in (unit.lstrip(),) if wide <= limit_em else clusters(unit):
                piece_width = text_width(piece, coverage)
                if piece_width > room and line:
                    lines.append(line)
                    line, room = "", limit_em
                line, room = line + piece, room - piece_width
        lines.append(line.rstrip())
    return tuple(lines)


def fit(
    text: str,
    *,
    width_pt: float,
    height_pt: float,
    size_pt: float,
    smallest_pt: float,
    coverage: Coverage,
) -> Fitted:
    """文字の大きさの調整: the largest size from `size_pt` down to `smallest_pt` at which the text fits the cell.

    `overflowed` is set when even the smallest size leaves text over; the lines are then those that fit.
    """
    room = width_pt - SLACK_PT
    single_pt = 0.0
    if "\n" not in text:
        wide = text_width(text, coverage)
        if wide * size_pt <= room:
            return Fitted((text,) if text else (), size_pt)
        single_pt = math.floor(room / wide * 10) / 10
    several = _fit_lines(text, (room, height_pt), (size_pt, smallest_pt), coverage)
    # A whole name or date on one line reads better than a slightly larger one in two.
    if single_pt >= smallest_pt and (several.overflowed or single_pt >= ONE_LINE_PREFERENCE * several.size_pt):
        return Fitted((text,), single_pt)
    return several


def _fit_lines(text: str, box_pt: tuple[float, float], sizes_pt: tuple[float, float], coverage: Coverage) -> Fitted:
    (room, height_pt), (size, smallest_pt) = box_pt, sizes_pt
    while True:
        lines = break_lines(text, room / size, coverage)
        count = _line_count(height_pt, size)
        if len(lines) <= count:
            return Fitted(lines, size)
        if size <= smallest_pt:
            return Fitted(lines[:count], size, overflowed=True)
        size = max(smallest_pt, size - SIZE_STEP_PT)


def _line_count(height_pt: float, size_pt: float) -> int:
    return max(1, int((height_pt + (LEADING - 1) * size_pt) / (size_pt * LEADING)))
