"""公印の見本: draws a fictitious seal; a town puts the image of its own in its settings."""

from __future__ import annotations

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from .fonts import FontSet, font_file
from .parts import Seal

SIDE = 1000.0
MARGIN = 90.0


def sample_seal(text: str, fonts: FontSet, *, size_mm: float = 24.0) -> Seal:
    """架空の公印: a square seal with the text in columns from the right, as outlines, black, in SVG.

    The text is cut into columns of equal length (見本市長之印 makes three columns of two).
    Raises `LookupError` when the font lacks a character.
    """
    columns = _columns(text)
    tall = max(map(len, columns))
    wide, high = (SIDE - 2 * MARGIN) / len(columns), (SIDE - 2 * MARGIN) / tall
    path, index = font_file(fonts, fonts.family)
    paths = []
    with TTFont(path, lazy=True, fontNumber=index) as font:
        glyphs, cmap, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
        for column, characters in enumerate(columns):
            for row, character in enumerate(characters):
                if ord(character) not in cmap:
                    raise LookupError(f"公印の文字「{character}」は字体にありません。")
                pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.1f}")
                left = SIDE - MARGIN - (column + 1) * wide
                bottom = MARGIN + (row + 0.86) * high
                glyphs[cmap[ord(character)]].draw(TransformPen(pen, (wide / em, 0, 0, -high / em, left, bottom)))
                paths.append(pen.getCommands())
    image = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE:g} {SIDE:g}">'
        f'<rect x="20" y="20" width="960" height="960" fill="none" stroke="black" stroke-width="40"/>'
        f'<path d="{"".join(paths)}" fill="black" stroke="black" stroke-width="14"/></svg>'
    )
    return Seal(image.encode(), size_mm)


def _columns(text: str) -> list[str]:
    count = max(1, round(len(text) ** 0.5 + 0.2))
    tall = -(-len(text) // count)
    return [text[start : start + tall] for start in range(0, len(text), tall)]
