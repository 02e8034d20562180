"""文字の形: which characters the town's fonts can draw, and how wide they are.

A municipality puts its own font folder here (行政事務標準文字 is given to municipalities only). Coverage is read
from the fonts' cmap, variation sequences (format 14) included: a missing glyph is known before anything is printed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

# Unicode categories of control and format characters.
SHAPELESS = ("Cc", "Cf")
# The cmap subtable of variation sequences (OpenType).
VARIATION_FORMAT = 14
DEFAULT_FONT_FOLDER = "/usr/share/fonts/truetype/ipamj"


@dataclass(frozen=True, slots=True)
class FontSet:
    """字体の設定: font folders or files, the family of the text, and one that adds to it (行政事務標準明朝).

    Raises `LookupError` on first use when a family is not found in the folders.
    """

    paths: tuple[str, ...] = (DEFAULT_FONT_FOLDER,)
    family: str = "IPAmjMincho"
    extra_family: str = ""

    @property
    def families(self) -> tuple[str, ...]:
        """The families in the order in which a character is looked for."""
        return (self.family, self.extra_family) if self.extra_family else (self.family,)


@dataclass(frozen=True, slots=True)
class Face:
    """One font as the composer needs it: advances by code point in em, and the variation sequences it draws."""

    family: str
    advances: dict[int, float]
    sequences: frozenset[tuple[int, int]]


def is_selector(character: str) -> bool:
    """異体字セレクタ: whether the character is a variation selector (VS1-16, VS17-256)."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def clusters(text: str) -> Iterator[str]:
    """文字: the text in units that must stay together: a base with its variation selector or combining marks."""
    held = ""
    for character in text:
        if held and (is_selector(character) or unicodedata.combining(character)):
            held += character
            continue
        if held:
            yield held
        held = character
    if held:
        yield held


class Coverage:
    """字体の範囲: answers for a `FontSet` whether a cluster can be drawn and how wide it is, in em."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        self._faces = faces
        self._widths: dict[str, float | None] = {}

    def width(self, cluster: str) -> float | None:
        """幅 in em; None where no font draws the cluster as written."""
        try:
            return self._widths[cluster]
        except KeyError:
            found = self._widths[cluster] = self._look_up(cluster)
            return found

    def _look_up(self, cluster: str) -> float | None:
        base = ord(cluster[0])
        face = next((face for face in self._faces if base in face.advances), None)
        if face is None:
            return None
        # The engine stays with the first font that has the base and drops a selector unknown to it: only that font
        # counts.
        for mark in cluster[1:]:
            drawn = (base, ord(mark)) in face.sequences if is_selector(mark) else ord(mark) in face.advances
            if not drawn:
                return None
        return face.advances[base]

    def missing(self, text: str) -> tuple[str, ...]:
        """描けない文字: the clusters of the text that no font draws, each once, in order."""
        return tuple(dict.fromkeys(c for c in clusters(text) if c != "\n" and self.width(c) is None))


@lru_cache(maxsize=8)
def typst_fonts(fonts: FontSet) -> typst.Fonts:
    """The set as the engine's font book; system fonts and embedded ones stay out so that nothing is substituted."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(path) for path in fonts.paths]
    )


@lru_cache(maxsize=8)
def coverage(fonts: FontSet) -> Coverage:
    """字体の範囲 of a set, read once a process. Raises `LookupError` for a family that the folders do not hold."""
    return Coverage(tuple(_read_face(family, *font_file(fonts, family)) for family in fonts.families))


def font_file(fonts: FontSet, family: str) -> tuple[str, int]:
    """字体ファイル: path and index of a family's regular face. Raises `LookupError` when the folders do not hold it."""
    for info in typst_fonts(fonts).fonts():
        if info.family == family and info.path is not None:
            return info.path, info.index
    raise LookupError(
        f"字体「{family}」が {', '.join(fonts.paths)} にありません。"
        "fonts-ipamj-mincho を導入するか、字体の設定を直してください。"
    )


@lru_cache(maxsize=8)
def _read_face(family: str, path: str, index: int) -> Face:
    with TTFont(path, lazy=True, fontNumber=index) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        # A character that has no shape (a soft hyphen) would vanish in print: it counts as not drawable.
        advances = {
            code: metrics[glyph][0] / em
            for code, glyph in font.getBestCmap().items()
            if unicodedata.category(chr(code)) not in SHAPELESS
        }
        pairs = [
            (base, selector)
            for table in font["cmap"].tables
            if table.format == VARIATION_FORMAT
            for selector, entries in table.uvsDict.items()
            for base, _glyph in entries
        ]
    return Face(family, advances, frozenset(pairs))
