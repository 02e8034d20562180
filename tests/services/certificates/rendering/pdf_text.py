"""Reads a certificate back as a reader program does: by the file's own widths, ToUnicode maps and ActualText."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

TOUCHING_PT = 0.6


@dataclass(frozen=True)
class Run:
    """A piece of text on a page: where it starts and ends, on which base line (points from the foot)."""

    text: str
    left: float
    right: float
    base: float


@dataclass(frozen=True)
class Font:
    """The file's own account of an embedded font."""

    texts: dict[int, str]
    widths: dict[int, float]
    usual_width: float

    def width(self, code: int) -> float:
        return self.widths.get(code, self.usual_width)


def page_lines(pdf: bytes) -> list[list[str]]:
    """The lines of text on each page, in the order in which the file shows them."""
    return [[run.text for run in runs] for runs in page_runs(pdf)]


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, one line of the page a line."""
    return ["\n".join(lines) for lines in page_lines(pdf)]


def page_runs(pdf: bytes) -> list[list[Run]]:
    """The lines of each page with their places; pieces that touch on one base line are one line."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [_joined(_runs(page)) for page in document.pages]


def _joined(runs: Iterator[Run]) -> list[Run]:
    lines: list[Run] = []
    for run in runs:
        last = lines[-1] if lines else None
        if last and abs(last.base - run.base) < TOUCHING_PT and abs(last.right - run.left) < TOUCHING_PT:
            lines[-1] = Run(last.text + run.text, last.left, run.right, last.base)
        else:
            lines.append(run)
    return lines


def _runs(page: pikepdf.Page) -> Iterator[Run]:
    fonts = {name: _font(font) for name, font in page.Resources.Font.items()}
    font, size, spoken, text = next(iter(fonts.values())), 0.0, "", ""
    left = width = base = 0.0
    for step in pikepdf.parse_content_stream(page):
        operands = step.operands
        match str(step.operator):
            case "cm":
                left, base = float(operands[4]), float(operands[5])
            case "Tf":
                font, size = fonts[str(operands[0])], float(operands[1])
            case "BDC" if isinstance(operands[1], pikepdf.Dictionary) and "/ActualText" in operands[1]:
                spoken = str(operands[1].ActualText)
            case "TJ" | "Tj":
                codes, moved = _codes(operands[0])
                text += "".join(font.texts[code] for code in codes)
                width += (sum(map(font.width, codes)) - moved) * size / 1000
            case "ET" if text:
                yield Run(spoken or text, left, left + width, base)
                text, spoken, width = "", "", 0.0


def _codes(shown: pikepdf.Object) -> tuple[list[int], float]:
    """Glyph codes of a text operand, and how far the file moves the pen back between them (thousandths of the size)."""
    parts = list(shown) if isinstance(shown, pikepdf.Array) else [shown]
    raw = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    moved = sum(float(part) for part in parts if not isinstance(part, pikepdf.String))
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)], moved


def _font(font: pikepdf.Object) -> Font:
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", table, re.MULTILINE)
    texts = {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
    described = font.DescendantFonts[0]
    widths: dict[int, float] = {}
    entries = list(described.get("/W", []))
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, pikepdf.Array):
            widths |= {first + at: float(width) for at, width in enumerate(second)}
        else:
            widths |= dict.fromkeys(range(first, int(second) + 1), float(entries.pop(0)))
    return Font(texts, widths, float(described.get("/DW", 1000)))
