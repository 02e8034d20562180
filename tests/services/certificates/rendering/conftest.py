"""Pictures that the tests of the printed documents need."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from tests.services.certificates.rendering.samples import FONTS

from yakuba.typesetting.fonts import FontSet
from yakuba.typesetting.parts import Seal


@pytest.fixture
def png_seal() -> Seal:
    """A black square as a grey-scale PNG, written by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    side = 16
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + b"\0" * side) * side, 9))
    return Seal(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""), 24)


@pytest.fixture
def fonts_with_additions(tmp_path: Path) -> FontSet:
    """字体の追加: a font of one square at U+10DE92, a place where 行政事務標準文字 keeps its added characters."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({0x10DE92: "square"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": square})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "square": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Additions", "styleName": "Regular", "psName": "Additions-Regular"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost()
    builder.save(tmp_path / "additions.ttf")
    return replace(FONTS, paths=(*FONTS.paths, str(tmp_path)), extra_family="Additions")
