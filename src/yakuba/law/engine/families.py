"""家族: who must be worked out together, since one points at the other; and where a table may be cut.

A position is the row of another person in the same table, −1 for nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .exact import Column

Columns = Mapping[str, NDArray[Any]]
_LOOK_AT_ONCE = 1 << 14


def family_ends(positions: Sequence[Column], start: int, end: int) -> Column:
    """家族の切れ目: after how many rows nobody of the rows from `start` to `end` points across.

    A position outside those rows reaches to their edge; `end` itself is always among the answers.
    """
    own = np.arange(start, end)
    reach = own.copy()
    for column in positions:
        other = column[start:end]
        chosen = other >= 0
        lower, upper = np.minimum(own, other)[chosen], np.maximum(own, other)[chosen]
        np.maximum.at(reach, np.maximum(lower - start, 0), np.minimum(upper, end - 1))
    return own[np.maximum.accumulate(reach) == own] + 1


def family_of(positions: Sequence[Column], row: int, rows: int) -> Column:
    """家族: the rows that are connected with a row by whom they point at, in order, itself among them."""
    links = [np.stack((np.flatnonzero(column >= 0), column[column >= 0])) for column in positions]
    pairs = np.concatenate(links, axis=1) if links else np.empty((2, 0), np.int64)
    found = np.zeros(rows, np.bool_)
    found[row], count = True, 0
    while count < (count := int(found.sum())):
        one, other = pairs[:, found[pairs[0]] | found[pairs[1]]]
        found[one] = found[other] = True
    return np.flatnonzero(found)


def widest(positions: Sequence[Column], rows: int) -> int:
    """How many rows at most lie between a person and whom they point at. IndexError for a row that is not there."""
    found = 0
    for column in positions:
        for start in range(0, rows, _LOOK_AT_ONCE):
            part = column[start : start + _LOOK_AT_ONCE]
            if part.max() >= rows:
                raise IndexError(f"somebody points at row {part.max()} of {rows}")
            away = np.where(part >= 0, part - np.arange(start, start + len(part)), 0)
            found = max(found, int(away.max()), -int(away.min()))
    return found


def pieces(positions: Sequence[Column], rows: int, block_rows: int, span: int) -> list[tuple[int, int]]:
    """Blocks of about the wanted size that cut nobody off; `span` is how far anybody points (`widest`).

    Only the neighbourhood of a cut need be looked at: who points across it stands within the span on either side.
    """
    cuts = [0]
    for at in range(block_rows, rows, block_rows):
        first, last = max(at - 2 * span, 0), min(at + 2 * span, rows)
        ends = family_ends(positions, first, last) if span else np.array([at])
        # Whoever points across one of these would have been seen.
        ends = ends[
            ((ends >= first + span) | (first == 0)) & ((ends <= last - span) | (last == rows)) & (ends > cuts[-1])
        ]
        if len(ends):
            cuts.append(int(ends[np.argmin(np.abs(ends - at))]))
    return [(start, end) for start, end in zip(cuts, [*cuts[1:], rows], strict=True) if start < end]


def together(positions: Sequence[Column], rows: int) -> Column | None:
    """The order in which those who point at each other stand side by side; None where they do already."""
    group = np.arange(rows)
    own = np.arange(rows)
    links = [(own[column >= 0], column[column >= 0]) for column in positions]
    while True:
        before = group.copy()
        for one, other in links:
            least = np.minimum(group[one], group[other])
            np.minimum.at(group, one, least)
            np.minimum.at(group, other, least)
        if np.array_equal(before, group):
            break
    order = np.argsort(group, kind="stable")
    return None if np.array_equal(order, own) else order


def taken(given: Columns, positions: Sequence[str], rows: Column) -> dict[str, NDArray[Any]]:
    """The given rows alone, in that order, with positions that count among them; nobody may point at another row."""
    place = np.empty(len(next(iter(given.values()))), np.int64)
    place[rows] = np.arange(len(rows))
    found = {name: column[rows] for name, column in given.items()}
    for name in positions:
        found[name] = np.where(found[name] >= 0, place[found[name]], -1)
    return found
