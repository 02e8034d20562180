"""時間軸の図: what the town held to be true, a lane for each time it learned something, as boxes of a drawing.

Across: 異動日, one column between two days on which something changed. Down: the newest knowledge first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils import timezone

from .templatetags.counter import instant, short_wareki

LEFT, TOP, LANE, WIDTH = 132, 26, 30, 1080
NARROWEST = 78
END_OF_TIME = date.max


class KnownSlice(Protocol):
    """住民票の記録 1件: days over which it was true, instants over which the town held it to be."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def known_from(self) -> datetime: ...
    @property
    def known_to(self) -> datetime | None: ...
    @property
    def label(self) -> str: ...
    @property
    def struck(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Block:
    """One slice in one lane, in pixels, with the two days that open it."""

    x: int
    y: int
    width: int
    label: str
    title: str
    valid_on: str
    known_at: str
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """時間軸の図 as the template draws it."""

    width: int
    height: int
    blocks: Sequence[Block]
    ticks: Sequence[tuple[int, str]]
    lanes: Sequence[tuple[int, str]]
    here: int | None
    left: int = LEFT
    top: int = TOP


def draw(slices: Sequence[KnownSlice], valid_on: date) -> Drawing:
    """The drawing of a person's slices, with a line at the day that the page shows."""
    days = sorted({piece.valid_from for piece in slices} | {piece.valid_to for piece in slices if piece.valid_to})
    moments = sorted({piece.known_from for piece in slices}, reverse=True)
    column = max(NARROWEST, (WIDTH - LEFT) // max(1, len(days)))
    at = {day: LEFT + position * column for position, day in enumerate(days)}
    right = LEFT + len(days) * column
    blocks = []
    for lane, moment in enumerate(moments):
        for piece in slices:
            if piece.known_from <= moment and (piece.known_to is None or moment < piece.known_to):
                x, end = at[piece.valid_from], at[piece.valid_to] if piece.valid_to else right
                blocks.append(_block(piece, moment, x, TOP + lane * LANE, end - x, past=piece.known_to is not None))
    return Drawing(
        right + 4,
        TOP + len(moments) * LANE + 4,
        blocks,
        [(at[day], short_wareki(day)) for day in days],
        [(TOP + lane * LANE, instant(moment)) for lane, moment in enumerate(moments)],
        _position(days, at, column, valid_on),
    )


def _block(piece: KnownSlice, moment: datetime, x: int, y: int, width: int, *, past: bool) -> Block:
    kind = "past" if past else "struck" if piece.struck else "now"
    until = short_wareki(piece.valid_to) if piece.valid_to else ""
    known = timezone.localtime(moment)
    title = f"{piece.label} {short_wareki(piece.valid_from)}から{until + 'の前日まで' if until else ''}、{instant(moment)} の把握"
    return Block(x, y, width, piece.label, title, piece.valid_from.isoformat(), known.isoformat(), kind)


def _position(days: Sequence[date], at: dict[date, int], column: int, valid_on: date) -> int | None:
    """Where the day shown lies: in proportion inside its column; None before the first day."""
    before = [day for day in days if day <= valid_on]
    if not before:
        return None
    first = before[-1]
    later = [day for day in days if day > valid_on]
    if not later:
        return at[first] + column // 2
    return at[first] + column * (valid_on - first).days // max(1, (later[0] - first).days)
