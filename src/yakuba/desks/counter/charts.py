"""統計の図: bars as rectangles of an inline drawing; the table beside it holds the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yakuba.desks.counter.counts import CLASS_YEARS, OLDEST_CLASS, Row
from yakuba.registers.residents.queries.statistics import PopulationRow

WIDTH, BAR, LABEL = 560, 18, 110
MOST_BARS = 25


@dataclass(frozen=True, slots=True)
class Bar:
    """棒 1本 in pixels, with its class and what it says."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """図: bars and texts (x, y, anchor, text)."""

    width: int
    height: int
    bars: Sequence[Bar]
    texts: Sequence[tuple[int, int, str, str]]


def pyramid(counted: Sequence[PopulationRow]) -> Chart:
    """人口ピラミッド: men to the left, women to the right, five-year classes, the oldest on top."""
    male = [0] * (OLDEST_CLASS // CLASS_YEARS + 1)
    female = list(male)
    for row in counted:
        place = min(int(row.value) // CLASS_YEARS, OLDEST_CLASS // CLASS_YEARS)
        male[place] += row.male
        female[place] += row.female
    most = max([*male, *female, 1])
    half = (WIDTH - 60) // 2
    drawn, texts = [], [(half // 2, 12, "middle", "男"), (half + 60 + half // 2, 12, "middle", "女")]
    for place in range(len(male)):
        y = 18 + (len(male) - 1 - place) * BAR
        name = f"{place * CLASS_YEARS}〜"
        left, right = half * male[place] // most, half * female[place] // most
        drawn.append(Bar(half - left, y, left, BAR - 3, "male", f"{name} 男 {male[place]}人"))
        drawn.append(Bar(half + 60, y, right, BAR - 3, "female", f"{name} 女 {female[place]}人"))
        texts.append((half + 30, y + 12, "middle", name))
    return Chart(WIDTH, 18 + len(male) * BAR, drawn, texts)


def bars(rows: Sequence[Row]) -> Chart:
    """横棒: the total of each row but the last, the largest first as the table has them."""
    return counted([(row.label, row.cells[2]) for row in rows[:-1] if isinstance(row.cells[2], int)][:MOST_BARS], "人")


def counted(shown: Sequence[tuple[str, int]], unit: str) -> Chart:
    """横棒: a bar a count, in the order given; one below zero has the other colour."""
    most = max([abs(count) for _, count in shown] + [1])
    drawn, texts = [], []
    for position, (label, count) in enumerate(shown):
        y, length = position * BAR, (WIDTH - LABEL - 90) * abs(count) // most
        drawn.append(Bar(LABEL, y, length, BAR - 3, "male" if count >= 0 else "female", f"{label} {count:,}{unit}"))
        texts += [(LABEL - 6, y + 12, "end", label), (LABEL + length + 4, y + 12, "start", f"{count:,}")]
    return Chart(WIDTH, max(1, len(shown)) * BAR, drawn, texts)


def flow_bars(rows: Sequence[Row]) -> Chart:
    """増減の棒: people coming in upwards, going out downwards, month by month."""
    months = [(row.label, sum(map(int, row.cells[:3])), sum(map(int, row.cells[3:6]))) for row in rows[:-1]]
    most = max([number for _, up, down in months for number in (up, down)] + [1])
    step, half = max(24, min(64, WIDTH // max(1, len(months)))), 90
    drawn, texts = [], []
    for position, (label, up, down) in enumerate(months):
        x, high, low = position * step + 4, half * up // most, half * down // most
        drawn.append(Bar(x, half - high + 14, step - 8, high, "up", f"{label} 増 {up}人"))
        drawn.append(Bar(x, half + 16, step - 8, low, "down", f"{label} 減 {down}人"))
        texts += [
            (x + step // 2 - 4, half - high + 11, "middle", str(up)),
            (x + step // 2 - 4, half + low + 28, "middle", str(down)),
            (x + step // 2 - 4, 2 * half + 46, "middle", label.partition("年")[2]),
        ]
    return Chart(max(step * len(months), 1), 2 * half + 52, drawn, texts)
