"""Pictures that the tests of the printed documents need."""

from __future__ import annotations

import struct
import zlib

import pytest

from yakuba.services.certificates.rendering.content import Seal


@pytest.fixture
def png_seal() -> Seal:
    """A black square as a grey-scale PNG, written by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    side = 16
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + b"\0" * side) * side, 9))
    return Seal(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""), 24)
